"""What comes next in a bare series of power, by the days like it (twin/analogs.py, twin/blend.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from solver.durations import DAY_MS, MINUTE_MS

if TYPE_CHECKING:
    from solver.twin.analogs import DayTable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MONDAY = 3  # 1970-01-01 was a Thursday
LOW, HIGH = 0.1, 0.9
BEYOND = 0.25  # of its range, a band goes at most beyond what a record ever held


@dataclass(frozen=True, slots=True)
class LoadForecast:
    """Mean power per interval with an 80 % band: `times_ms` int64[n] interval starts, kW float64[n]."""

    times_ms: IntArray
    interval_ms: int
    power_kw: FloatArray
    low_kw: FloatArray
    high_kw: FloatArray


@dataclass(frozen=True, slots=True)
class _Grid:
    """A regular series, NaN where nothing was measured; `next_ms` begins the first interval to come."""

    power_kw: FloatArray
    interval_ms: int
    next_ms: int

    @property
    def per_day(self) -> int:
        return max(1, round(DAY_MS / self.interval_ms))


def forecast_series(
    times_ms: IntArray, power_kw: FloatArray, horizon_ms: int, interval_ms: int | None = None
) -> LoadForecast:
    """The mean power of each interval in the `horizon_ms` after the record, with an 80 % band.

    `times_ms` int64[n] rising, in the plant's local clock where weekdays matter; `power_kw` float64[n], NaN
    for gaps. Past days like the day to come say what to expect, their past errors how sure it is; where the
    record is shorter than a day it goes on as it ended. Nothing looks ahead of the moment at which it would
    have been said.
    """
    from solver.twin.day_ahead import DayAhead  # compiles: not before it is needed

    grid = _regular(times_ms, power_kw, interval_ms)
    steps = max(1, -(-horizon_ms // grid.interval_ms))
    table = _days(grid)
    found = DayAhead(table).forecast(len(table.power) - 1, -(-steps // grid.per_day))
    times = grid.next_ms + grid.interval_ms * np.arange(steps, dtype=np.int64)
    return LoadForecast(times, grid.interval_ms, *_bounded(found[:, :steps], grid.power_kw))


def back_test(times_ms: IntArray, power_kw: FloatArray, last_days: int) -> tuple[FloatArray, FloatArray]:
    """What would have been said on the evening before each of the last days, and what came.

    float64[last_days, 3, n] low, middle and high, and float64[last_days, n]; each as `forecast_series` says
    it of the record up to that evening, with a horizon of a day.
    """
    from solver.twin.day_ahead import DayAhead

    grid = _regular(times_ms, power_kw, None)
    table = _days(grid)
    ahead, days = DayAhead(table), len(table.power)
    said = []
    for day in range(days - last_days, days):
        past = grid.power_kw[: len(grid.power_kw) - (days - day) * grid.per_day]
        middle, low, high = _bounded(ahead.forecast(day - 1, 1), past)
        said.append(np.stack([low, middle, high]))
    return np.array(said), table.power[days - last_days :]


def _regular(times_ms: IntArray, power_kw: FloatArray, interval_ms: int | None) -> _Grid:
    """Means per interval, phase-locked to the last reading."""
    if len(times_ms) == 0:
        raise ValueError("A forecast needs at least one reading.")
    step_ms = round(float(np.median(np.diff(times_ms)))) if len(times_ms) > 1 else 15 * MINUTE_MS
    interval = interval_ms or max(step_ms, MINUTE_MS)
    next_ms = int(times_ms[-1]) + step_ms
    behind = (next_ms - 1 - times_ms) // interval
    count = int(behind[0]) + 1
    slot = count - 1 - behind
    good = np.isfinite(power_kw)
    sums = np.bincount(slot[good], weights=power_kw[good], minlength=count)
    counts = np.bincount(slot[good], minlength=count)
    mean = np.full(count, np.nan)
    mean[counts > 0] = sums[counts > 0] / counts[counts > 0]
    return _Grid(mean, interval, next_ms)


def _days(grid: _Grid) -> DayTable:
    """The record as days that end where it ends; the first is filled up with gaps."""
    from solver.twin.analogs import day_table

    per_day = grid.per_day
    count = -(-len(grid.power_kw) // per_day)
    filled = np.concatenate([np.full(count * per_day - len(grid.power_kw), np.nan), grid.power_kw])
    noons_ms = grid.next_ms - DAY_MS * np.arange(count, 0, -1) + DAY_MS // 2
    return day_table(filled.reshape(count, per_day), (noons_ms // DAY_MS + MONDAY) % 7)


def _bounded(found: FloatArray, past: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Middle, low and high, filled where nothing is known, and never negative where the past never was."""
    known = past[np.isfinite(past)]
    last = float(known[-1]) if len(known) else 0.0
    floor = -np.inf if np.any(known < 0) else 0.0
    low, middle, high = found
    least, most = (float(known.min()), float(known.max())) if len(known) else (last, last)
    low = np.maximum(low, least - BEYOND * (most - least))
    high = np.minimum(high, most + BEYOND * (most - least))
    middle = np.maximum(np.where(np.isfinite(middle), middle, last), floor)
    off = np.quantile(known - np.median(known), (LOW, HIGH)) if len(known) else np.zeros(2)
    low = np.where(np.isfinite(low), low, middle + off[0])
    high = np.where(np.isfinite(high), high, middle + off[1])
    return middle, np.minimum(np.maximum(low, floor), middle), np.maximum(high, middle)
