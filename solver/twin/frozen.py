"""A meter that repeats one reading for long is frozen: what it says is no reading."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from solver.durations import MINUTE_MS

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

FROZEN_MS = 30 * MINUTE_MS
WORKING = 0.1  # of the highest usual power; below it a power may well be constant
MOST_EQUAL = 0.1  # share of equal neighbours elsewhere; more is a coarse meter or a steady load
LEAST_OTHERS = 100  # neighbours that are needed to say so
LEAST_REPEATS = 6
STEADY = 3  # long stretches of one reading: the machine comes back to it, as to an idle load without change


def without_frozen(times_ms: IntArray, power_kw: FloatArray) -> FloatArray:
    """The powers float64[n] with NaN where a working machine's reading is the same for over half an hour.

    Only where readings of this meter hardly ever repeat otherwise; a reading that comes again in other long
    stretches is a steady load.
    """
    good = np.flatnonzero(np.isfinite(power_kw))
    times, power = times_ms[good], power_kw[good]
    if len(power) < LEAST_OTHERS:
        return power_kw
    first = np.flatnonzero(np.concatenate(([True], np.diff(power) != 0)))
    last = np.append(first[1:], len(power)) - 1
    working = power[first] >= WORKING * np.quantile(power, 0.99)
    lasting = (times[last] - times[first] > FROZEN_MS) & (last - first >= LEAST_REPEATS) & working
    others = int(np.sum((last - first + 1)[working & ~lasting]))
    equal = int(np.sum((last - first)[working & ~lasting]))
    if others < LEAST_OTHERS or equal > MOST_EQUAL * others:
        return power_kw
    values, stretches = np.unique(power[first[lasting]], return_counts=True)
    lasting &= ~np.isin(power[first], values[stretches >= STEADY])
    result = power_kw.copy()
    for begin, end in zip(first[lasting].tolist(), last[lasting].tolist(), strict=True):
        result[good[begin + 1 : end + 1]] = np.nan
    return result
