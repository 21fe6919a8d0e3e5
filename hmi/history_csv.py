"""Readings as a CSV file and back; a mistake in a file is one sentence that names the lines."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from devices.datafile import DataFileError
from devices.reading import Quality, Reading, Reason

HEADER = ("point", "time", "t_ms", "value", "quality", "reason")
_POINT = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_LINES = 10


class _BadRowError(Exception):
    """What is wrong with a row, without its line."""


@dataclass(frozen=True, slots=True)
class Faults:
    """The lines of a file that cannot be read, and what is wrong with the first."""

    lines: list[int]
    first: str

    @property
    def sentence(self) -> str:
        """Both in part of a sentence, e.g. `lines 3 and 7 cannot be read, the first because …`."""
        if len(self.lines) == 1:
            return f"line {self.lines[0]}: {self.first}"
        named = ", ".join(str(line) for line in self.lines[:_MOST_LINES])
        more = len(self.lines) - _MOST_LINES
        return f"lines {named}{f' and {more} more' if more > 0 else ''} are bad; the first: {self.first}"


def iso_utc(t_ms: int) -> str:
    """A time in ISO 8601, UTC, to the millisecond."""
    moment = _EPOCH + timedelta(milliseconds=t_ms)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{t_ms % 1000:03d}Z"


def utc_ms(text: str) -> int:
    """The milliseconds of an ISO 8601 time that says its offset; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def write_readings(file: TextIO, readings: Iterable[Reading]) -> int:
    """Writes a header and one line a reading; a gap has no value. Returns how many; raises OSError."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    written = 0
    for reading in readings:
        writer.writerow(_row(reading))
        written += 1
    return written


def find_faults(path: Path, now_ms: int) -> tuple[int, Faults | None]:
    """Reads the whole file: how many rows it has, and which of them are bad.

    A row later than `now_ms` is bad. Raises DataFileError when the file or its header cannot be read.
    """
    count, lines, first = 0, list[int](), ""
    for line, row in _rows(path):
        count += 1
        try:
            _reading(row, now_ms)
        except _BadRowError as error:
            first = first or str(error)
            lines.append(line)
    return count, Faults(lines, first) if lines else None


def read_readings(path: Path, now_ms: int) -> Iterator[Reading]:
    """The readings of a file; raises DataFileError at the first row that is bad."""
    for line, row in _rows(path):
        try:
            yield _reading(row, now_ms)
        except _BadRowError as error:
            raise DataFileError(f"{path}: line {line}: {error}.") from error


def _row(reading: Reading) -> tuple[str, ...]:
    return (
        reading.point,
        iso_utc(reading.t_ms),
        str(reading.t_ms),
        "" if math.isnan(reading.value) else repr(reading.value),
        reading.quality.name.lower(),
        reading.reason.value,
    )


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Line number and cells by column; a row with too few or too many cells has None for each."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            header = _header(path, next(reader, []))
            for cells in reader:
                if cells:
                    fits = len(cells) == len(header)
                    yield (
                        reader.line_num,
                        dict(zip(header, cells if fits else [None] * len(header), strict=True)),
                    )
    except FileNotFoundError as error:
        raise DataFileError(f"{path}: there is no such file.") from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataFileError(f"{path}: this file cannot be read ({error}).") from error


def _header(path: Path, cells: Sequence[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    if not {"point", "value"} <= set(names) or not {"time", "t_ms"} & set(names):
        raise DataFileError(f"{path}: line 1: the header must be {','.join(HEADER)!r}.")
    if len(set(names)) < len(names) or not set(names) <= set(HEADER):
        raise DataFileError(f"{path}: line 1: a column is unknown or there twice; use {','.join(HEADER)!r}.")
    return names


def _reading(row: dict[str, str | None], now_ms: int) -> Reading:
    if None in row.values():
        raise _BadRowError(f"the row does not have the {len(row)} cells of the header")
    cells = {name: (text or "").strip() for name, text in row.items()}
    point = cells["point"]
    if not _POINT.fullmatch(point):
        raise _BadRowError(f"point: {point!r} is no point such as 'mill_25.power_kw'")
    t_ms = _time(cells)
    if not 0 <= t_ms <= now_ms:
        raise _BadRowError(f"time: {iso_utc_or_number(t_ms)} lies before 1970 or after the plant's present")
    value = _value(cells["value"])
    return Reading(point, t_ms, value, _quality(cells.get("quality", ""), value), _reason(cells))


def iso_utc_or_number(t_ms: int) -> str:
    """A time in ISO 8601 where a calendar has it, else its milliseconds."""
    try:
        return iso_utc(t_ms)
    except OverflowError:
        return str(t_ms)


def _time(cells: dict[str, str]) -> int:
    number, text = cells.get("t_ms", ""), cells.get("time", "")
    try:
        counted = int(number) if number else None
        read = utc_ms(text) if text else None
    except ValueError:
        raise _BadRowError(
            f"time: {text or number!r} is not a time with its offset, such as 2016-03-14T00:00:00.000Z"
        ) from None
    if counted is None and read is None:
        raise _BadRowError("time: there is none")
    if counted is not None and read is not None and counted != read:
        raise _BadRowError(f"time: {text} and t_ms {number} are not the same moment")
    return counted if counted is not None else int(read or 0)


def _value(text: str) -> float:
    if not text:
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _BadRowError(f"value: {text!r} is not a number; leave it empty where there is none")
    return value


def _quality(text: str, value: float) -> Quality:
    if not text:
        return Quality.BAD if math.isnan(value) else Quality.GOOD
    if text.upper() not in Quality.__members__:
        raise _BadRowError(f"quality: {text!r} is not good, uncertain or bad")
    quality = Quality[text.upper()]
    if math.isnan(value) is not (quality is Quality.BAD):
        raise _BadRowError(f"quality: a reading has a value or is bad, and this is {text} with {value}")
    return quality


def _reason(cells: dict[str, str]) -> Reason:
    text = cells.get("reason", "")
    try:
        return Reason(text)
    except ValueError:
        known = ", ".join(reason.value for reason in Reason if reason.value)
        raise _BadRowError(f"reason: {text!r} is none of {known}") from None
