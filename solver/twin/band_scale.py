"""How wide a machine's and a shop-floor's bands must be, learned from how far past forecasts were off.

The spread of what a machine draws follows from what is expected of it: least while it surely stands or runs,
most where it may do either. That spread is scaled until four of five outcomes lie within (online quantile of
conformal scores), apart for what was expected. The logarithm of the scale is known at three leads and goes
straight from one to the next, so that no band jumps; an outcome moves the two between which it lies.
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
KNOTS_LOG_H = np.log([1.5, 6.0, 24.0])  # where a scale is known; nearer and further it is as at the ends
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
    seen: list[list[float]] = field(default_factory=lambda: [[0.0] * EXPECTED for _ in range(LEADS)])

    def half_kw(self, spread_kw: FloatArray, ahead_ms: IntArray, expected: IntArray) -> FloatArray:
        """Half the width of a band so far ahead, kW float64[n], from its spread."""
        near = nearness(ahead_ms)
        log_scale = np.sum(near * np.array(self.log_scale).T[expected], axis=1)
        scaled: FloatArray = spread_kw * np.exp(log_scale)
        return scaled

    def learn(self, off_kw: float, spread_kw: float, ahead_ms: int, expected: int) -> None:
        """An outcome lay so far from what was expected: the band widens, or narrows by a quarter as much."""
        near = nearness(np.array([ahead_ms]))[0]
        known = sum(share * self.log_scale[lead][expected] for lead, share in enumerate(near))
        outside = abs(off_kw) > spread_kw * math.exp(known)
        for lead, share in enumerate(near):
            step = max(LEAST_STEP, FIRST_STEP / math.sqrt(1 + self.seen[lead][expected]))
            moved = self.log_scale[lead][expected] + share * step * (outside - OUTSIDE)
            self.log_scale[lead][expected] = float(min(max(moved, -MOST_LOG_SCALE), MOST_LOG_SCALE))
            self.seen[lead][expected] += float(share)


def nearness(ahead_ms: IntArray) -> FloatArray:
    """How near so far ahead is to each known lead, float64[n, 3]; each row's sum is 1."""
    log_h = np.log(np.maximum(ahead_ms, 1) / HOUR_MS)
    return np.stack([np.interp(log_h, KNOTS_LOG_H, one) for one in np.eye(LEADS)], axis=1)


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
