"""Whether reality has left the band of what a plan was expected to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
AGAIN = 4  # intervals in a row, all outside on the same side: chance does that once in ten thousand


@dataclass(frozen=True, slots=True)
class Departure:
    """The intervals first to last (counted from the forecast's start) that lie outside, and their means."""

    first: int
    last: int
    measured_kw: float
    expected_kw: float
    low_kw: float
    high_kw: float


def departure(curves: Sequence[FloatArray], measured_kw: FloatArray, least_share: float) -> Departure | None:
    """The departure that lasts now; nearer to the band than `least_share` of the largest load is none.

    `curves` are expected, low and high, float64[n] kW each; `measured_kw` float64[m], m <= n, what came in
    the intervals so far, NaN where too little was read: such an interval says nothing and breaks nothing.
    """
    expected, low, high = (np.asarray(curve)[: len(measured_kw)] for curve in curves)
    known = np.flatnonzero(np.isfinite(measured_kw))
    if len(known) < AGAIN:
        return None
    least_kw = least_share * float(np.max(np.asarray(curves[0])))
    above = measured_kw > high + least_kw
    below = measured_kw < low - least_kw
    newest = known[-AGAIN:]
    side = above if above[newest[-1]] else below
    if not side[newest].all():
        return None
    wrong = known[~side[known]]
    first = int(known[0] if not len(wrong) else known[known > wrong[-1]][0])
    shown = known[known >= first]
    means = (float(np.mean(curve[shown])) for curve in (measured_kw, expected, low, high))
    return Departure(first, int(newest[-1]), *means)
