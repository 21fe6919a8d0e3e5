"""How wide a machine's and a shop-floor's bands must be, learned from how far past forecasts were off.

The spread of what a machine draws follows from what is expected of it: least while it surely stands or runs,
most where it may do either. That spread is scaled until four of five outcomes lie within (online quantile of
conformal scores), apart for how far ahead was looked and for what was expected.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from solver.durations import HOUR_MS

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

Z80 = 1.2815515655446004
OUTSIDE = 0.2
NEAR_MS, MIDDLE_MS = 3 * HOUR_MS, 12 * HOUR_MS  # leads up to which outcomes are judged together
LEADS, EXPECTED = 3, 3  # near, middle, far; stands, turns, runs
SURE = 0.02  # of the way from standing to running
TURNING_SHARE = 0.6  # of a normal band: the machine turns within the interval, or does either
RUNNING_SD_SHARE = 0.05
LEAST_SHARE = 0.01  # of the running power: no band begins narrower
FIRST_STEP, LEAST_STEP = 0.5, 0.03  # by which one outcome moves the logarithm of a scale
MOST_LOG_SCALE = math.log(150.0)


@dataclass(slots=True)
class BandScale:
    """The scales of one subject by lead and by what was expected, their logarithms, and outcomes so far."""

    log_scale: list[list[float]] = field(default_factory=lambda: [[0.0] * EXPECTED for _ in range(LEADS)])
    seen: list[list[int]] = field(default_factory=lambda: [[0] * EXPECTED for _ in range(LEADS)])

    def half_kw(self, spread_kw: FloatArray, leads: IntArray, expected: IntArray) -> FloatArray:
        """Half the width of a band, kW float64[n], from its spread."""
        scaled: FloatArray = spread_kw * np.exp(np.array(self.log_scale)[leads, expected])
        return scaled

    def learn(self, off_kw: float, spread_kw: float, lead: int, expected: int) -> None:
        """An outcome lay so far from what was expected: the band widens, or narrows by a quarter as much."""
        known = self.log_scale[lead][expected]
        outside = abs(off_kw) > spread_kw * math.exp(known)
        number = self.seen[lead][expected]
        step = max(LEAST_STEP, FIRST_STEP / math.sqrt(1 + number))
        moved = known + step * (outside - OUTSIDE)
        self.log_scale[lead][expected] = min(max(moved, -MOST_LOG_SCALE), MOST_LOG_SCALE)
        self.seen[lead][expected] = number + 1


def lead_of(ahead_ms: IntArray) -> IntArray:
    """Which leads these are: 0 near, 1 middle, 2 far."""
    return np.searchsorted([NEAR_MS, MIDDLE_MS], ahead_ms, side="right").astype(np.int64)


def machine_spread(power_kw: FloatArray, standby_kw: float, running_kw: float) -> tuple[FloatArray, IntArray]:
    """The unscaled half band of what a machine is expected to do, and that: 0 stands, 1 turns, 2 runs."""
    on = np.clip((power_kw - standby_kw) / max(running_kw - standby_kw, 1e-9), 0.0, 1.0)
    turning_kw = TURNING_SHARE * np.sqrt(on * (1.0 - on)) * (running_kw - standby_kw)
    spread = Z80 * np.hypot(turning_kw, on * RUNNING_SD_SHARE * running_kw) + LEAST_SHARE * running_kw
    return spread, np.where(on < SURE, 0, np.where(on > 1.0 - SURE, 2, 1)).astype(np.int64)


def shopfloor_spread(halves_kw: FloatArray, other_half_kw: float) -> FloatArray:
    """What half bands of machines, float64[machines, n], and of all else come to: as variances add."""
    total: FloatArray = np.sqrt(np.sum(halves_kw**2, axis=0) + other_half_kw**2)
    return np.maximum(total, 1e-6)
