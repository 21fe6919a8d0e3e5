"""Reads `time,power_kw` files; a mistake in one is a sentence that names the line."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import numpy as np
import numpy.typing as npt

from devices.datafile import DataFileError, read_text

FORMATS = (
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %I:%M:%S %p",
)
MISSING = ("", "nan", "na", "n/a", "null", "none", "-")
TIME_NAMES = ("time", "timestamp", "datetime", "date_time", "date", "ts", "t", "utc")
POWER_NAMES = {  # and what makes kW of them
    "power_kw": 1.0,
    "kw": 1.0,
    "p_kw": 1.0,
    "power": 1.0,
    "active_power_kw": 1.0,
    "active_power": 1.0,
    "p": 1.0,
    "value": 1.0,
    "power_w": 0.001,
    "w": 0.001,
    "p_w": 0.001,
    "active_power_w": 0.001,
    "power_mw": 1000.0,
}
ENERGY_NAMES = ("energy_kwh", "kwh", "register_kwh")
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class PowerRecord:
    """A record of one meter: `times_ms` int64[n] rising, `power_kw` float64[n] with NaN for gaps.

    `energy_kwh` is the register where the file has one. Times without an offset (`local`) count as
    if they were UTC, and are written back without one.
    """

    times_ms: npt.NDArray[np.int64]
    power_kw: npt.NDArray[np.float64]
    energy_kwh: npt.NDArray[np.float64] | None
    local: bool
    mended_midnights: int
    moved_rows: int  # that stood out of order, or named a time again: of such the last holds

    def text(self, t_ms: int) -> str:
        """A time as the file would write it, ISO 8601."""
        moment = datetime.fromtimestamp(t_ms / 1000, UTC)
        return moment.replace(tzinfo=None).isoformat() if self.local else moment.isoformat()


def say_what_was_mended(path: Path, record: PowerRecord) -> None:
    """Tells on standard error what of a file was not as it should be."""
    if record.mended_midnights:
        click.echo(f"{path}: {record.mended_midnights} rows at 00:00 were read as the day's end.", err=True)
    if record.moved_rows:
        click.echo(
            f"{path}: {record.moved_rows} rows are not later than the one before; they were sorted by time, "
            "and of rows with one time the last holds.",
            err=True,
        )


def read_power_csv(path: Path) -> PowerRecord:
    """Reads a record; raises DataFileError with one sentence naming file and line.

    The header names a time (TIME_NAMES) and a power (POWER_NAMES), in any order, and may name a register of
    energy; more columns are left alone. Commas, semicolons or tabs divide; with semicolons the decimal mark
    may be a comma. Without a header the first column is the time and the second kW. An empty power is a
    gap. A day's last row that is stamped 00:00 of the same day is read as the day's end.
    """
    lines = read_text(path).removeprefix("\ufeff").splitlines()
    divider = next((mark for mark in ";\t" if lines and mark in lines[0]), ",")
    rows = [row for row in csv.reader(lines, delimiter=divider) if row]
    if not rows:
        raise DataFileError(f"{path}: the file is empty; its first line must be 'time,power_kw'.")
    if _is_data(rows[0], divider):
        return _record(path, ["time", "power_kw"], _decimal_points(rows, divider), 0, 1, first_line=1)
    header = [_plain_name(name) for name in rows[0]]
    time = _column(path, rows[0], header, TIME_NAMES, "time")
    power = _column(path, rows[0], header, tuple(POWER_NAMES), "power_kw")
    if not rows[1:]:
        raise DataFileError(f"{path}: there is no row below the header.")
    return _record(path, header, _decimal_points(rows[1:], divider), time, power, first_line=2)


def _is_data(row: Sequence[str], divider: str) -> bool:
    """Whether a file begins without a header: with a time and a number."""
    if len(row) < 2 or not any(_fits(form, [row[0].strip()]) for form in (None, *FORMATS)):
        return False
    try:
        float(_decimal_points([row], divider)[0][1])
    except ValueError:
        return False
    return True


def _decimal_points(rows: Sequence[Sequence[str]], divider: str) -> list[list[str]]:
    """With semicolons between the cells a comma is a decimal mark."""
    return [[cell.replace(",", ".") if divider == ";" else cell for cell in row] for row in rows]


def _plain_name(name: str) -> str:
    """A column's name in small letters with one underscore between its words: `Power [kW]` is power_kw."""
    return "_".join(part for part in re.split(r"[^a-z0-9]+", name.strip().lower()) if part)


def _column(
    path: Path, written: Sequence[str], header: Sequence[str], names: Sequence[str], wanted: str
) -> int:
    """The column of the first of these names that the header has."""
    for name in names:
        if name in header:
            return header.index(name)
    raise DataFileError(f"{path}: line 1: there is no column {wanted!r}; the header is {list(written)}.")


def _record(
    path: Path,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    time: int,
    power: int,
    *,
    first_line: int,
) -> PowerRecord:
    moments = _moments(path, [row[time].strip() if time < len(row) else "" for row in rows], first_line)
    local = moments[0].tzinfo is None
    if any((moment.tzinfo is None) is not local for moment in moments):
        raise DataFileError(f"{path}: some times have an offset and some have none; give all or none.")
    times = np.array([_ms(moment) for moment in moments], dtype=np.int64)
    mended = _mend_midnights(times)
    order = _rising(times)
    energy = next((header.index(name) for name in ENERGY_NAMES if name in header), None)
    return PowerRecord(
        times[order],
        POWER_NAMES[header[power]] * _numbers(path, rows, header[power], power, first_line)[order],
        None if energy is None else _numbers(path, rows, header[energy], energy, first_line)[order],
        local,
        mended,
        int(np.sum(np.diff(times) <= 0)),
    )


def _moments(path: Path, texts: Sequence[str], first_line: int) -> list[datetime]:
    """The times of all rows, in the first way of writing them that fits every row."""
    ways = [form for form in (None, *FORMATS) if _fits(form, texts[:1])] or [None]
    form = next((form for form in ways if _fits(form, texts)), ways[0])
    moments = []
    for line, text in enumerate(texts, start=first_line):
        moment = _moment(text, form)
        if moment is None:
            raise DataFileError(
                f"{path}: line {line}: time: {text!r} is not a time; write 2016-03-14T00:00:00."
            )
        moments.append(moment)
    return moments


def _fits(form: str | None, texts: Sequence[str]) -> bool:
    return all(_moment(text, form) is not None for text in texts)


def _moment(text: str, form: str | None) -> datetime | None:
    """A time in a format, or ISO 8601 or seconds or milliseconds since 1970 without one; None: it is none."""
    try:
        if form is not None:
            return datetime.strptime(text, form)
        if text.replace(".", "", 1).isdigit() and len(text.split(".")[0]) in (10, 13):
            seconds = float(text) / (1000.0 if len(text.split(".")[0]) == 13 else 1.0)
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _ms(moment: datetime) -> int:
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _mend_midnights(times_ms: npt.NDArray[np.int64]) -> int:
    """Moves rows that are stamped 00:00 of the day that they end to the next day; returns how many."""
    if len(times_ms) < 3:
        return 0
    step = int(np.median(np.diff(times_ms)))
    late = np.flatnonzero(
        (np.diff(times_ms, prepend=times_ms[0]) == step - DAY_MS) & (times_ms % DAY_MS == 0)
    )
    times_ms[late] += DAY_MS
    return len(late)


def _rising(times_ms: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The rows by time, int64[m]: of those that name one time the last, as where a clock was set back."""
    order = np.argsort(times_ms, kind="stable")
    rising: npt.NDArray[np.int64] = order[np.diff(times_ms[order], append=times_ms.max() + 1) > 0]
    return rising


def _numbers(
    path: Path, rows: Sequence[Sequence[str]], name: str, column: int, first_line: int
) -> npt.NDArray[np.float64]:
    values = np.empty(len(rows))
    for i, row in enumerate(rows):
        text = row[column].strip() if column < len(row) else ""
        try:
            value = math.nan if text.lower() in MISSING else float(text)
        except ValueError as error:
            raise DataFileError(
                f"{path}: line {i + first_line}: {name}: {text!r} is not a number; leave it empty where "
                "there is none."
            ) from error
        values[i] = value if math.isfinite(value) else math.nan
    return values
