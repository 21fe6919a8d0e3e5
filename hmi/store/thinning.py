"""Series of readings: where the gaps are, and as few points as a screen needs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from devices.reading import Quality


@dataclass(frozen=True, slots=True)
class Series:
    """A point's history: `t_ms` int64[n], `value` float64[n] (NaN is a gap), `quality` int8[n] of Quality."""

    t_ms: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.int8]


def with_gaps(series: Series, longest_gap_ms: int | None) -> Series:
    """The series with one NaN more wherever two neighbours are further apart than `longest_gap_ms`."""
    step_ms = np.diff(series.t_ms)
    if step_ms.size == 0:
        return series
    if longest_gap_ms is None and step_ms.max() <= 3 * step_ms.min():
        return series  # none can be over three medians, which take longer to find than all the rest
    longest = 3 * float(np.median(step_ms)) if longest_gap_ms is None else longest_gap_ms
    after = np.flatnonzero(step_ms > longest)
    if after.size == 0:
        return series
    return Series(
        np.insert(series.t_ms, after + 1, series.t_ms[after] + 1),
        np.insert(series.value, after + 1, np.nan),
        np.insert(series.quality, after + 1, np.int8(Quality.BAD)),
    )


def thin(series: Series, from_ms: int, to_ms: int, most_points: int) -> Series:
    """At most about `most_points`: the first, the last, and of each stretch lowest, highest and a gap."""
    if series.t_ms.size <= most_points:
        return series
    stretches = max(1, most_points // 3)
    gap = np.isnan(series.value)
    keep = np.zeros(series.t_ms.size, dtype=bool)
    keep[[0, -1]] = True
    edges_ms = from_ms + np.arange(stretches + 1) * (to_ms - from_ms) // stretches
    if not gap.any():
        keep[_extremes(series.value, _starts(series.t_ms, edges_ms))] = True
    else:
        finite, gaps = np.flatnonzero(~gap), np.flatnonzero(gap)
        keep[finite[_extremes(series.value[finite], _starts(series.t_ms[finite], edges_ms))]] = True
        keep[gaps[_starts(series.t_ms[gaps], edges_ms)]] = True
    return Series(series.t_ms[keep], series.value[keep], series.quality[keep])


def _starts(t_ms: NDArray[np.int64], edges_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of the first time of each stretch that has one."""
    found = np.unique(np.searchsorted(t_ms, edges_ms[:-1]))
    return found[found < t_ms.size]


def _extremes(value: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of the first lowest and the first highest value of each stretch.

    One stretch after the other, for numpy finds such a place in a slice four times as fast as all at once.
    """
    bounds = [*starts.tolist(), value.size]
    found = [
        first + place
        for first, end in pairwise(bounds)
        for part in (value[first:end],)
        for place in (int(part.argmin()), int(part.argmax()))
    ]
    return np.array(found, dtype=np.int64)
