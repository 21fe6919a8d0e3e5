"""A record of power as means on a regular step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.durations import MINUTE_MS
from solver.thresholds import typical_step_ms

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Grid:
    """Means of power per step from `start_ms`, NaN where there was no reading."""

    start_ms: int
    step_ms: int
    power_kw: FloatArray


def gridded(times_ms: IntArray, power_kw: FloatArray, step_ms: int | None = None) -> Grid:
    """Means on a regular step: that of the readings, or a minute where they come faster."""
    typical = typical_step_ms(times_ms)
    step = step_ms or (typical if typical >= MINUTE_MS else typical * max(1, MINUTE_MS // typical))
    start = int(times_ms[0]) if len(times_ms) else 0
    slot = (times_ms - start + typical // 2) // step if len(times_ms) else times_ms
    count = int(slot[-1]) + 1 if len(times_ms) else 0
    good = np.isfinite(power_kw)
    sums = np.bincount(slot[good], weights=power_kw[good], minlength=count)
    seen = np.bincount(slot[good], minlength=count)
    return Grid(start, step, np.where(seen > 0, sums / np.maximum(seen, 1), np.nan))
