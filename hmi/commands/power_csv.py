"""Reads `time,power_kw` files; a mistake in one is a sentence that names the line."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from devices.datafile import DataFileError, read_text

FORMATS = ("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S")
MISSING = ("", "nan", "na", "null", "none", "-")
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

    def text(self, t_ms: int) -> str:
        """A time as the file would write it, ISO 8601."""
        moment = datetime.fromtimestamp(t_ms / 1000, UTC)
        return moment.replace(tzinfo=None).isoformat() if self.local else moment.isoformat()


def read_power_csv(path: Path) -> PowerRecord:
    """Reads a record; raises DataFileError with one sentence naming file and line.

    The header names `time` and `power_kw`, and may name `energy_kwh`. An empty power is a gap. A day's last
    row that is stamped 00:00 of the same day is read as the day's end.
    """
    rows = [row for row in csv.reader(read_text(path).removeprefix("\ufeff").splitlines()) if row]
    if not rows:
        raise DataFileError(f"{path}: the file is empty; its first line must be 'time,power_kw'.")
    header = [name.strip().lower() for name in rows[0]]
    for needed in ("time", "power_kw"):
        if needed not in header:
            raise DataFileError(f"{path}: line 1: there is no column {needed!r}; the header is {rows[0]}.")
    return _record(path, header, rows[1:])


def _record(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> PowerRecord:
    if not rows:
        raise DataFileError(f"{path}: there is no row below the header.")
    column = header.index("time")
    moments = [_moment(path, line, row, column) for line, row in enumerate(rows, start=2)]
    local = moments[0].tzinfo is None
    if any((moment.tzinfo is None) is not local for moment in moments):
        raise DataFileError(f"{path}: some times have an offset and some have none; give all or none.")
    times = np.array([_ms(moment) for moment in moments], dtype=np.int64)
    mended = _mend_midnights(times)
    _check_rising(path, times)
    energy = _numbers(path, rows, header, "energy_kwh") if "energy_kwh" in header else None
    return PowerRecord(times, _numbers(path, rows, header, "power_kw"), energy, local, mended)


def _moment(path: Path, line: int, row: Sequence[str], column: int) -> datetime:
    text = row[column].strip() if column < len(row) else ""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in FORMATS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise DataFileError(f"{path}: line {line}: time: {text!r} is not a time; write 2016-03-14T00:00:00.")


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


def _check_rising(path: Path, times_ms: npt.NDArray[np.int64]) -> None:
    back = np.flatnonzero(np.diff(times_ms) <= 0)
    if len(back):
        line = int(back[0]) + 3
        raise DataFileError(
            f"{path}: line {line}: time: this is not later than the line before; sort by time."
        )


def _numbers(
    path: Path, rows: Sequence[Sequence[str]], header: Sequence[str], name: str
) -> npt.NDArray[np.float64]:
    column = header.index(name)
    values = np.empty(len(rows))
    for i, row in enumerate(rows):
        text = row[column].strip() if column < len(row) else ""
        try:
            value = math.nan if text.lower() in MISSING else float(text)
        except ValueError as error:
            raise DataFileError(
                f"{path}: line {i + 2}: {name}: {text!r} is not a number; leave it empty where there is none."
            ) from error
        values[i] = value if math.isfinite(value) else math.nan
    return values
