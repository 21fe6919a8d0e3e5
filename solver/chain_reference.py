"""The slow, obvious twin of chain_kernel.py: every combination of places, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

FAR = 1e300


def least_chain(
    places: Sequence[Sequence[tuple[int, float]]],
    durations: Sequence[int],
    gaps: Sequence[int],
    earliest: int,
    latest_end: int,
) -> float:
    """The least cost of batches one after the other, FAR where they do not fit.

    Each has places (start, cost), and from the end of the one before it at least its gap.
    """
    least = FAR
    for chosen in product(*places):
        starts = [start for start, _ in chosen]
        ends = [start + duration for start, duration in zip(starts, durations, strict=True)]
        within = starts[0] >= earliest and all(end <= latest_end for end in ends)
        apart = [start - end for end, start in zip(ends, starts[1:], strict=False)]
        if within and all(free >= gap for free, gap in zip(apart, gaps[1:], strict=True)):
            least = min(least, sum(cost for _, cost in chosen))
    return least
