"""A local search over orders of batches, as Numba kernels: each order is built into a plan and kept or not.

An island anneals at its own steady heat (Kirkpatrick et al. 1983): it swaps and moves batches in its
order, sorts the order anew by its plan's starts, and holds a batch back, for the earliest start is not
always the best one where a minute's shift trades energy between two intervals. An island is random from
its own state alone, so any split of the islands over threads finds the same plans.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Ints
from solver.makespan_kernel import build
from solver.makespan_layout import PackTables
from solver.makespan_state_kernel import PackState, copy_ints
from solver.random_kernel import Stream, next_uniform

LOST, MAKESPAN, BEST_LOST, BEST_MAKESPAN = range(4)
LET_GO = 0.7  # share of those that let one go
MORE_MOVES = 0.4  # chance of one more move in the same trial
MOST_MOVES = 6
SORTED = 0.1  # share of trials that begin with the order of the plan's starts
HELD_BACK = 0.02  # share of moves that hold a batch back or let it go
PROMOTED = 0.25  # share of moves that bring a lost or the last batch forward
LOSES = 0.02  # chance of taking a plan with one more lost batch, times e
WIDEST_CLIMB = 8.0  # heats: a makespan worse by more is not built to its end


class Island(NamedTuple):
    """One search: its present order, the one on trial, the plan of the present one and the best plan."""

    order: Ints
    delay: Ints
    stays: Ints
    start: Ints  # of the present order's plan
    trial_order: Ints
    trial_delay: Ints
    trial_stays: Ints
    best_order: Ints
    best_delay: Ints
    best_stays: Ints
    best_start: Ints
    best_pauses: Ints
    best_pause_count: Ints
    value: Ints  # int64[4], columns above
    random: Stream
    heat: float  # minutes


@inner_kernel
def below(random: Stream, limit: int) -> int:
    """A whole number from 0 to limit - 1."""
    return int(next_uniform(random) * limit)


@outer_kernel
def begin(t: PackTables, s: PackState, island: Island) -> None:
    """Builds the plan of the island's order; takes it as its present and, where it is no worse, its best."""
    lost, makespan = build(t, s, island.order, island.delay, island.stays, t.horizon)
    island.value[LOST], island.value[MAKESPAN] = lost, makespan
    copy_ints(s.start, island.start)
    _note_best(s, island, lost, makespan, island.order, island.delay, island.stays)


@outer_kernel
def improve(t: PackTables, s: PackState, island: Island, target: int, trials: int) -> int:
    """Tries so many orders, fewer where all batches end by `target`. Returns how many were tried."""
    value = island.value
    for tried in range(trials):
        if value[BEST_LOST] == 0 and value[BEST_MAKESPAN] <= target:
            return tried
        copy_ints(island.order, island.trial_order)
        copy_ints(island.delay, island.trial_delay)
        copy_ints(island.stays, island.trial_stays)
        _vary(t, island)
        until = t.horizon
        if value[BEST_LOST] == 0 and value[LOST] == 0:
            climb = int(WIDEST_CLIMB * island.heat) + 1
            until = min(until, max(value[MAKESPAN], value[BEST_MAKESPAN]) + climb)
        lost, makespan = build(t, s, island.trial_order, island.trial_delay, island.trial_stays, until)
        if not _accepts(island, lost, makespan):
            continue
        value[LOST], value[MAKESPAN] = lost, makespan
        copy_ints(island.trial_order, island.order)
        copy_ints(island.trial_delay, island.delay)
        copy_ints(island.trial_stays, island.stays)
        copy_ints(s.start, island.start)
        _note_best(s, island, lost, makespan, island.order, island.delay, island.stays)
    return trials


@inner_kernel
def _accepts(island: Island, lost: int, makespan: int) -> bool:
    more_lost = lost - island.value[LOST]
    if more_lost != 0:
        # a plan that has a place for every batch is never left for one that has not
        if more_lost < 0:
            return True
        return bool(island.value[LOST] > 0 and next_uniform(island.random) < LOSES * np.exp(-more_lost))
    worse = makespan - island.value[MAKESPAN]
    return bool(worse <= 0 or next_uniform(island.random) < np.exp(-worse / island.heat))


@inner_kernel
def _note_best(
    s: PackState, island: Island, lost: int, makespan: int, order: Ints, delay: Ints, stays: Ints
) -> None:
    value = island.value
    if (lost, makespan) >= (value[BEST_LOST], value[BEST_MAKESPAN]):
        return
    value[BEST_LOST], value[BEST_MAKESPAN] = lost, makespan
    copy_ints(order, island.best_order)
    copy_ints(delay, island.best_delay)
    copy_ints(stays, island.best_stays)
    copy_ints(s.start, island.best_start)
    for row in range(len(order)):
        for pause in range(s.pause_count[row]):
            island.best_pauses[row, pause, 0] = s.pauses[row, pause, 0]
            island.best_pauses[row, pause, 1] = s.pauses[row, pause, 1]
    copy_ints(s.pause_count, island.best_pause_count)


@inner_kernel
def _vary(t: PackTables, island: Island) -> None:
    """Changes the trial's order, delays and stays a little."""
    random, count = island.random, len(island.order)
    if next_uniform(random) < SORTED:
        _sort_by_start(island)
    moves = 1
    while moves < MOST_MOVES and next_uniform(random) < MORE_MOVES:
        moves += 1
    for _ in range(moves):
        chance = next_uniform(random)
        if t.most_moved >= 0 and chance < 0.3:
            _change_stays(island)
        elif chance > 1.0 - HELD_BACK:
            _hold_back(t, island)
        elif island.value[LOST] > 0 and next_uniform(random) < PROMOTED:
            _bring_forward(island)
        elif next_uniform(random) < 0.5:
            a, b = below(random, count), below(random, count)
            order = island.trial_order
            order[a], order[b] = order[b], order[a]
        else:
            _move(island.trial_order, below(random, count), below(random, count))


@inner_kernel
def _move(order: Ints, source: int, goal: int) -> None:
    row = order[source]
    step = 1 if goal > source else -1
    for place in range(source, goal, step):
        order[place] = order[place + step]
    order[goal] = row


@inner_kernel
def _sort_by_start(island: Island) -> None:
    """Orders the rows by the present plan's starts, ties and lost batches in their order so far."""
    order, start = island.trial_order, island.start
    for place in range(1, len(order)):
        row, at = order[place], place
        while at > 0 and start[order[at - 1]] > start[row]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = row


@inner_kernel
def _hold_back(t: PackTables, island: Island) -> None:
    """Lets a batch start up to an interval after its earliest start, or as early as can be again."""
    random, count = island.random, len(island.order)
    row = below(random, count)
    if next_uniform(random) < LET_GO:
        for step in range(count):
            other = (row + step) % count
            if island.trial_delay[other] > 0:
                island.trial_delay[other] = 0
                return
    island.trial_delay[row] = 1 + below(random, max(t.interval_min - 1, 1))


@inner_kernel
def _bring_forward(island: Island) -> None:
    """Moves one of the batches that found no place to an earlier turn."""
    order, random = island.trial_order, island.random
    begin_at = below(random, len(order))
    for step in range(len(order)):
        place = (begin_at + step) % len(order)
        if island.start[order[place]] < 0:
            island.trial_delay[order[place]] = 0
            _move(order, place, below(random, place + 1))
            return


@inner_kernel
def _change_stays(island: Island) -> None:
    """Lets one batch that stays move, and one that may move stay."""
    stays, random = island.trial_stays, island.random
    first = below(random, len(stays))
    second = below(random, len(stays))
    if stays[first] >= 0 and stays[second] >= 0 and stays[first] != stays[second]:
        stays[first], stays[second] = stays[second], stays[first]
