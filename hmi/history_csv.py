"""Readings as a CSV file and back."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from devices.datafile import DataFileError
from devices.reading import Reading
from hmi.history_rows import HEADER, columns_of, row_of


def write_csv(file: TextIO, readings: Iterable[Reading]) -> int:
    """Writes a header and one line a reading. Returns how many; raises OSError."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    written = 0
    for reading in readings:
        writer.writerow(row_of(reading))
        written += 1
    return written


def csv_rows(path: Path) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Line and cells by column; a row with too few or too many cells has None for each."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = columns_of(f"{path}: line 1", next(reader, []))
            for cells in reader:
                if cells:
                    fits = len(cells) == len(header)
                    found = cells if fits else [None] * len(header)
                    yield str(reader.line_num), dict(zip(header, found, strict=True))
    except FileNotFoundError as error:
        raise DataFileError(f"{path}: there is no such file.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataFileError(f"{path}: this file cannot be read ({error}).") from error
