"""The slow and obvious twin of makespan_bound_kernel.py: every content of an interval, every cut of a batch."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from solver.layout import Floats, Ints


def best_interval_reference(
    rows: Ints, duration: Ints, grains: Ints, value: Floats, window: int, energy: int
) -> float:
    """The most that the pieces in `window` minutes can be worth, over all contents of all machines."""
    machines = [
        _contents(range(int(a), int(b)), duration, grains, value, window)
        for a, b in zip(rows[:-1], rows[1:], strict=True)
    ]
    return max(
        sum(worth for _, worth in chosen)
        for chosen in product(*machines)
        if sum(drawn for drawn, _ in chosen) <= energy
    )


def _contents(
    rows: range, duration: Ints, grains: Ints, value: Floats, window: int
) -> list[tuple[int, float]]:
    """What one machine can do in an interval: the energy and the worth of each content."""
    found = [(int(grains[j, window]), float(value[j, window])) for j in rows if duration[j] > window]
    whole = [j for j in rows if duration[j] <= window]
    ends = [(0, 0, 0.0)]
    ends += [
        (length, int(grains[j, length]), float(value[j, length]))
        for j in rows
        for length in range(1, min(window, int(duration[j]) - 1) + 1)
    ]
    for taken in product([False, True], repeat=len(whole)):
        inside = [j for j, there in zip(whole, taken, strict=True) if there]
        minutes = sum(int(duration[j]) for j in inside)
        for one, other in product(ends, repeat=2):
            if minutes + one[0] + other[0] <= window:
                drawn = sum(int(grains[j, duration[j]]) for j in inside) + one[1] + other[1]
                found.append((drawn, sum(float(value[j, duration[j]]) for j in inside) + one[2] + other[2]))
    return found


def cheapest_cuts_reference(duration: Ints, flexible: NDArray[np.bool_], value: Floats) -> float:
    """The least that all batches' pieces can be worth together."""
    interval = value.shape[1] - 1
    return sum(
        min(
            sum(float(value[j, length]) for length in parts)
            for parts in (_parts if flexible[j] else _cuts)(int(duration[j]), interval)
        )
        for j in range(len(duration))
    )


def _cuts(duration: int, interval: int) -> list[list[int]]:
    """The pieces for each minute of an interval at which a batch may start."""
    cuts = []
    for start in range(interval):
        edges = [start, *range(interval, start + duration, interval), start + duration]
        cuts.append([b - a for a, b in zip(edges[:-1], edges[1:], strict=True)])
    return cuts


def _parts(duration: int, interval: int) -> list[list[int]]:
    """All ways to part a batch's minutes over intervals."""
    if duration == 0:
        return [[]]
    return [
        [first, *rest]
        for first in range(1, min(duration, interval) + 1)
        for rest in _parts(duration - first, interval)
    ]
