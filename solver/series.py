"""What comes next in a bare series of power: the median of the same weekdays at that time, with a band."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MINUTE_MS = 60_000
DAY_MS = 86_400_000
WEEKS = 8  # same weekdays that are looked back at
ORIGINS = 28  # past days whose forecasts would have been known, for the band
NEAR_MIN = 60  # residuals of so many minutes around the time of day count for it
LEAST_RESIDUALS = 20


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
    for gaps. The value is the median of the last 8 same weekdays at that time of day, of fewer where the
    record is shorter, of yesterday and the last value where it is shorter still. The band comes from what
    the same rule would have missed on the last 28 days. Nothing looks ahead of the moment at which it would
    have been said.
    """
    grid = _regular(times_ms, power_kw, interval_ms)
    steps = max(1, -(-horizon_ms // grid.interval_ms))
    middle = _ahead(grid.power_kw, steps, grid.per_day)
    low, high = _band(grid, middle)
    times = grid.next_ms + grid.interval_ms * np.arange(steps, dtype=np.int64)
    return LoadForecast(times, grid.interval_ms, middle, low, high)


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


def _ahead(past: FloatArray, steps: int, per_day: int) -> FloatArray:
    """The rule itself: `past` float64[n] to the next `steps` values."""
    weekly = _median_back(past, steps, 7 * per_day, WEEKS)
    daily = _median_back(past, steps, per_day, 1)
    value = np.where(np.isfinite(weekly), weekly, daily)
    known = past[np.isfinite(past)]
    last = float(known[-1]) if len(known) else 0.0
    return np.where(np.isfinite(value), value, last)


def _median_back(past: FloatArray, steps: int, lag: int, most: int) -> FloatArray:
    """The median of up to `most` known values at multiples of `lag` before each step."""
    ahead = len(past) + np.arange(steps)
    first = (np.arange(steps) // lag + 1) * lag  # the newest that is past
    back = ahead[None, :] - first[None, :] - lag * np.arange(most)[:, None]
    values = np.where(back >= 0, past[np.clip(back, 0, None)], np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # all-NaN columns stay NaN
        result: FloatArray = np.nanmedian(values, axis=0)
    return result


def _band(grid: _Grid, middle: FloatArray) -> tuple[FloatArray, FloatArray]:
    """10 and 90 % quantiles of past errors near the same time of day, around the forecast."""
    per_day, count = grid.per_day, len(grid.power_kw)
    errors = []
    for day in range(1, ORIGINS + 1):
        origin = count - day * per_day
        if origin < per_day:
            break
        missed = grid.power_kw[origin : origin + per_day]
        errors.append(missed - _ahead(grid.power_kw[:origin], per_day, per_day)[: len(missed)])
    floor = 0.0 if not np.any(grid.power_kw < 0) else -np.inf
    lows, highs = _error_quantiles(np.array(errors).reshape(-1, per_day), grid)
    phase = np.arange(len(middle)) % per_day
    low = np.minimum(np.maximum(middle + lows[phase], floor), middle)
    return low, np.maximum(middle + highs[phase], middle)


def _error_quantiles(errors: FloatArray, grid: _Grid) -> tuple[FloatArray, FloatArray]:
    """Per time of day; `errors` float64[days, per_day]. Without past errors: as wide as the record itself."""
    per_day = grid.per_day
    if np.sum(np.isfinite(errors)) < LEAST_RESIDUALS:
        known = grid.power_kw[np.isfinite(grid.power_kw)]
        spread = known - np.median(known) if len(known) else np.zeros(1)
        low, high = np.quantile(spread, (0.1, 0.9))
        return np.full(per_day, low), np.full(per_day, high)
    near = min(per_day // 2, max(1, round(NEAR_MIN * MINUTE_MS / grid.interval_ms)))
    lows, highs = np.empty(per_day), np.empty(per_day)
    every = max(1, near // 4)  # quantiles change slowly over the day
    for phase in range(0, per_day, every):
        window = errors[:, np.arange(phase - near, phase + near + 1) % per_day]
        known = window[np.isfinite(window)]
        known = known if len(known) >= LEAST_RESIDUALS else errors[np.isfinite(errors)]
        lows[phase : phase + every], highs[phase : phase + every] = np.quantile(known, (0.1, 0.9))
    return lows, highs
