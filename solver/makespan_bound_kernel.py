"""Pricing one metering interval and cutting batches at the intervals' edges, as Numba kernels.

value float64[N, L + 1] gives each batch's piece of so many minutes within one interval a worth; the twin is
makespan_bound_reference.py. A machine's interval holds a piece that ends in it, whole batches, and a piece
that begins in it; or one batch all the time. N batches sorted by machine, L minutes, G grains of energy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints


@outer_kernel
def best_interval(
    rows: Ints, duration: Ints, grains: Ints, value: Floats, window: int, energy: int, chosen: Ints
) -> float:
    """The most that the pieces in `window` minutes can be worth together; chosen[N, L + 1] counts them.

    rows int64[M + 1] are the machines' edges, grains int64[N, L + 1] the energy of each piece, rounded down,
    and `energy` all grains of an interval.
    """
    machines = len(rows) - 1
    stages = np.zeros((machines, 2), np.int64)
    total = 0
    for m in range(machines):
        stages[m, 0] = total
        total += 3
        for j in range(rows[m], rows[m + 1]):
            total += duration[j] <= window
        stages[m, 1] = total
    table = np.zeros((total, window + 1, energy + 1))
    alone = np.zeros((machines, energy + 1))
    joint = np.zeros((machines + 1, energy + 1))
    for m in range(machines):
        own = table[stages[m, 0] : stages[m, 1]]
        _fill_machine(own, alone[m], rows[m], rows[m + 1], duration, grains, value, window)
        _join(joint[m], alone[m], joint[m + 1])
    for j in range(len(duration)):
        for length in range(chosen.shape[1]):
            chosen[j, length] = 0
    left = energy
    for m in range(machines - 1, -1, -1):
        own = table[stages[m, 0] : stages[m, 1]]
        share = _share(joint[m], alone[m], joint[m + 1, left], left)
        worth = alone[m, share]
        _choose(own, worth, rows[m], rows[m + 1], duration, grains, value, window, share, chosen)
        left -= share
    return float(joint[machines, energy])


@inner_kernel
def _fill_machine(
    table: NDArray[np.float64],
    alone: Floats,
    first: int,
    last: int,
    duration: Ints,
    grains: Ints,
    value: Floats,
    window: int,
) -> None:
    """table[stage, a, e]: the most from a minutes and e grains; stages: nothing, each whole, end, end."""
    stage = 0
    for j in range(first, last):
        if duration[j] > window:
            continue
        stage += 1
        _copy(table[stage - 1], table[stage])
        _raise(table[stage - 1], table[stage], duration[j], grains[j, duration[j]], value[j, duration[j]])
    for _ in range(2):
        stage += 1
        _copy(table[stage - 1], table[stage])
        for j in range(first, last):
            for length in range(1, min(window, duration[j] - 1) + 1):
                _raise(table[stage - 1], table[stage], length, grains[j, length], value[j, length])
    for e in range(len(alone)):
        alone[e] = table[stage, window, e]
    for j in range(first, last):
        if duration[j] > window:
            for e in range(grains[j, window], len(alone)):
                alone[e] = max(alone[e], value[j, window])


@inner_kernel
def _copy(source: Floats, goal: Floats) -> None:
    for a in range(source.shape[0]):
        for e in range(source.shape[1]):
            goal[a, e] = source[a, e]


@inner_kernel
def _raise(before: Floats, after: Floats, minutes: int, grains: int, worth: float) -> None:
    if worth <= 0.0:
        return
    for a in range(minutes, before.shape[0]):
        for e in range(grains, before.shape[1]):
            after[a, e] = max(after[a, e], before[a - minutes, e - grains] + worth)


@inner_kernel
def _join(before: Floats, alone: Floats, after: Floats) -> None:
    for share in range(len(alone)):
        worth = alone[share]
        if share > 0 and worth == alone[share - 1]:
            continue  # the same for less energy
        for e in range(share, len(after)):
            after[e] = max(after[e], before[e - share] + worth)


@inner_kernel
def _share(before: Floats, alone: Floats, worth: float, left: int) -> int:
    """The least energy with which a machine has its part in this worth."""
    for share in range(left + 1):
        if before[left - share] + alone[share] == worth:
            return share
    return 0


@inner_kernel
def _choose(
    table: NDArray[np.float64],
    worth: float,
    first: int,
    last: int,
    duration: Ints,
    grains: Ints,
    value: Floats,
    window: int,
    energy: int,
    chosen: Ints,
) -> None:
    """Counts the pieces that make a machine's worth, walking its table back."""
    stage = len(table) - 1
    if table[stage, window, energy] != worth:
        for j in range(first, last):
            if duration[j] > window and grains[j, window] <= energy and value[j, window] == worth:
                chosen[j, window] += 1
                return
        return
    minutes, end_stages = window, stage - 2
    while stage > 0:
        reached = table[stage, minutes, energy]
        stage -= 1
        if table[stage, minutes, energy] == reached:
            continue
        if stage < end_stages:
            j = _short_batch(first, duration, window, stage)
            length = duration[j]
        else:
            j, length = _which_end(
                table[stage], reached, first, last, duration, grains, value, minutes, energy
            )
        chosen[j, length] += 1
        minutes -= length
        energy -= grains[j, length]


@inner_kernel
def _short_batch(first: int, duration: Ints, window: int, place: int) -> int:
    """The batch at this place among those of a machine that fit into the window whole."""
    j = first
    while True:
        if duration[j] <= window:
            if place == 0:
                return j
            place -= 1
        j += 1


@inner_kernel
def _which_end(
    before: Floats,
    reached: float,
    first: int,
    last: int,
    duration: Ints,
    grains: Ints,
    value: Floats,
    minutes: int,
    energy: int,
) -> tuple[int, int]:
    for j in range(first, last):
        for length in range(1, min(minutes, duration[j] - 1) + 1):
            spare = energy - grains[j, length]
            if spare >= 0 and before[minutes - length, spare] + value[j, length] == reached:
                return j, length
    return first, 0


@outer_kernel
def cheapest_cuts(duration: Ints, flexible: NDArray[np.bool_], value: Floats, chosen: Ints) -> float:
    """The least that all batches' pieces can be worth, each batch cut as its start would have it.

    A flexible one may be cut anyhow, for it may pause. chosen[N, L + 1] counts the pieces.
    """
    total = 0.0
    for j in range(len(duration)):
        for length in range(chosen.shape[1]):
            chosen[j, length] = 0
        if flexible[j]:
            total += _cheapest_parts(duration[j], value[j], chosen[j])
        else:
            total += _cheapest_cut(duration[j], value[j], chosen[j])
    return total


@inner_kernel
def _cheapest_cut(duration: int, value: Floats, chosen: Ints) -> float:
    interval = len(value) - 1
    best, best_head = np.inf, 0
    if duration <= interval:
        best = value[duration]
    for head in range(1, min(interval, duration - 1) + 1):
        full, tail = divmod(duration - head - 1, interval)
        worth = value[head] + value[tail + 1] + full * value[interval]
        if worth < best:
            best, best_head = worth, head
    if best_head == 0:
        chosen[duration] += 1
        return best
    full, tail = divmod(duration - best_head - 1, interval)
    chosen[best_head] += 1
    chosen[tail + 1] += 1
    chosen[interval] += full
    return best


@inner_kernel
def _cheapest_parts(duration: int, value: Floats, chosen: Ints) -> float:
    interval = len(value) - 1
    least = np.full(duration + 1, np.inf)
    part = np.zeros(duration + 1, np.int64)
    least[0] = 0.0
    for minutes in range(1, duration + 1):
        for length in range(1, min(interval, minutes) + 1):
            worth = least[minutes - length] + value[length]
            if worth < least[minutes]:
                least[minutes], part[minutes] = worth, length
    left = duration
    while left > 0:
        chosen[part[left]] += 1
        left -= part[left]
    return float(least[duration])
