"""Files of readings: a workbook where the name ends in .xlsx, else CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from devices.datafile import DataFileError
from devices.reading import Reading
from hmi.history_csv import csv_rows, write_csv
from hmi.history_rows import BadRowError, Faults, reading_of


def is_workbook(path: Path) -> bool:
    """Whether a file of this name is Excel's."""
    return path.suffix.lower() == ".xlsx"


def write_readings(path: Path, readings: Iterable[Reading], *, workbook: bool) -> int:
    """Writes the file and returns how many readings it has; raises OSError."""
    if workbook:
        from hmi.history_sheet import write_workbook  # slow to import, and seldom wanted

        return write_workbook(path, readings)
    with path.open("w", encoding="utf-8", newline="") as text:
        return write_csv(text, readings)


def find_faults(path: Path, now_ms: int) -> tuple[int, Faults | None]:
    """Reads the whole file: how many rows it has, and which of them are bad.

    A row later than `now_ms` is bad. Raises DataFileError when the file or its header cannot be read.
    """
    count, places, first = 0, list[str](), ""
    for place, row in _rows(path):
        count += 1
        try:
            reading_of(row, now_ms)
        except BadRowError as error:
            first = first or str(error)
            places.append(place)
    return count, Faults(_word(path), places, first) if places else None


def read_readings(path: Path, now_ms: int) -> Iterator[Reading]:
    """The readings of a file; raises DataFileError at the first row that is bad."""
    for place, row in _rows(path):
        try:
            yield reading_of(row, now_ms)
        except BadRowError as error:
            raise DataFileError(f"{path}: {_word(path)} {place}: {error}.") from error


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str | None]]]:
    if not is_workbook(path):
        return csv_rows(path)
    from hmi.history_sheet import workbook_rows

    return workbook_rows(path)


def _word(path: Path) -> str:
    return "row" if is_workbook(path) else "line"
