"""Building a plan batch by batch under every hard limit, as Numba kernels; the twin is makespan_reference.py.

Each batch starts as early as what is left allows (serial schedule generation, Kolisch 1996). Each limit says
where it lets a batch start next (makespan_limit_kernel.py); starts that only rise make the search for one
batch linear in the intervals.
"""

from __future__ import annotations

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.makespan_layout import (
    DURATION,
    FIRST_START,
    LAST_START,
    MACHINE,
    MOST_PAUSES,
    NOW,
    PINNED,
    STEADY,
    PackTables,
)
from solver.makespan_limit_kernel import (
    after_batches,
    after_energy,
    after_even_energy,
    after_maintenance,
    after_others,
    after_supply,
    level_breaks,
)
from solver.makespan_pause_kernel import paused_place
from solver.makespan_state_kernel import PackState, book, clear, take_even_energy, take_machine


@outer_kernel
def build(t: PackTables, s: PackState, order: Ints, delay: Ints, stays: Ints, until: int) -> tuple[int, int]:
    """Builds the plan of an order of rows; returns how many batches found no place, and the makespan.

    A machine with a fixed order takes its batches in that order, whichever of its rows stands in `order`.
    delay int64[N] holds a batch back by so many minutes from its earliest start; stays int64[N] is 1 where
    it keeps its now_min. No batch ends after `until`; where that is before the horizon, the first that finds
    no place ends the work.
    """
    clear(t, s)
    lost, makespan = _place_rigid_ones(t, s, stays, until) if t.has_rigid else (0, 0)
    # arrays of their own: Numba counts references each time that one is taken out of a tuple
    batch, power, plain, ordered, energy = t.batch, t.power, t.plain, t.ordered, s.energy
    busy, busy_count, starts, ends, next_row = s.busy, s.busy_count, s.start, s.end, s.next_row
    length, horizon, slack = t.interval_min, t.horizon, t.energy_slack
    for place in range(len(order)):
        row = order[place]
        machine = batch[row, MACHINE]
        if batch[row, PINNED] >= 0 or stays[row] > 0:
            continue
        if ordered[machine]:
            row = next_in_order(next_row, machine, stays)
        first = batch[row, FIRST_START]
        if plain[row]:
            steady, duration = power[row, STEADY], batch[row, DURATION]
            last = min(batch[row, LAST_START], until - duration)
            start = place_plain(
                batch,
                busy,
                busy_count,
                ordered[machine],
                energy,
                slack,
                steady,
                length,
                horizon,
                row,
                first,
                delay[row],
                last,
            )
            starts[row], ends[row] = start, start + duration
        else:
            start = place_general(t, s, row, first, delay[row], until)
        if start >= 0:
            makespan = max(makespan, ends[row])
            continue
        lost += 1
        if until < horizon and len(t.capacity) == 0:
            return lost, makespan
    if len(t.capacity) > 0:
        lost, makespan = _after_more_tries(t, s, order, delay, stays, lost, makespan, until)
    if t.overdrawn:
        lost += _still_overdrawn(t, s)
    return lost, makespan


@inner_kernel
def _place_rigid_ones(t: PackTables, s: PackState, stays: Ints, until: int) -> tuple[int, int]:
    lost, makespan = 0, 0
    for row in range(len(stays)):
        if t.batch[row, PINNED] < 0 and stays[row] <= 0:
            continue
        if place_rigid(t, s, row, until):
            makespan = max(makespan, s.end[row])
        else:
            lost += 1
    return lost, makespan


@inner_kernel
def place_rigid(t: PackTables, s: PackState, row: int, until: int) -> bool:
    """Places a batch where it is pinned, or where the current plan has it; whether it fits there."""
    start = t.batch[row, PINNED] if t.batch[row, PINNED] >= 0 else t.batch[row, NOW]
    if start < t.batch[row, FIRST_START] or earliest(t, s, row, start, until) != start:
        return False
    book(t, s, row, start)
    return True


@inner_kernel
def _after_more_tries(
    t: PackTables,
    s: PackState,
    order: Ints,
    delay: Ints,
    stays: Ints,
    lost: int,
    makespan: int,
    until: int,
) -> tuple[int, int]:
    """Tries lost batches again, for those placed after them may have filled or emptied a buffer."""
    progress = True
    while lost > 0 and progress:
        progress = False
        for place in range(len(order)):
            row = order[place]
            if s.start[row] >= 0:
                continue
            if t.batch[row, PINNED] >= 0 or stays[row] > 0:
                placed = place_rigid(t, s, row, until)
            else:
                placed = place_general(t, s, row, t.batch[row, FIRST_START], delay[row], until) >= 0
            if placed:
                lost, makespan, progress = lost - 1, max(makespan, s.end[row]), True
    for b in range(len(t.capacity)):
        lost += level_breaks(t, s, b)
    return lost, makespan


@inner_kernel
def _still_overdrawn(t: PackTables, s: PackState) -> int:
    """1 where machines that stand draw too much and no batch that draws less has relieved it, else 0."""
    for k in range(len(s.energy)):
        if s.energy[k] < -2.0 * t.energy_slack:
            return 1
    for minute in range(len(s.supply)):
        if s.supply[minute] < -2.0 * t.supply_slack:
            return 1
    return 0


@inner_kernel
def place_plain(
    batch: Ints,
    busy: Ints,
    busy_count: Ints,
    ordered: bool,
    energy: Floats,
    slack: float,
    steady: float,
    length: int,
    horizon: int,
    row: int,
    start: int,
    delay: int,
    last: int,
) -> int:
    """Places a batch for which only its machine and the energy matter; its start, or -1."""
    duration = batch[row, DURATION]
    while start <= last:
        moved = after_batches(batch, busy, busy_count, ordered, row, start)
        if moved == start:
            moved = after_even_energy(energy, slack, steady, length, horizon, start, start + duration)
        if moved == start and delay > 0:
            moved, delay = start + delay, 0
        if moved == start:
            take_even_energy(energy, steady, length, start, start + duration)
            take_machine(busy, busy_count, batch[row, MACHINE], row, start, start + duration)
            return start
        start = moved
    return -1


@inner_kernel
def next_in_order(next_row: Ints, machine: int, stays: Ints) -> int:
    """The first row of a machine that was not asked for yet and may move."""
    row = next_row[machine]
    while stays[row] > 0:
        row += 1
    next_row[machine] = row + 1
    return int(row)


@inner_kernel
def place_general(t: PackTables, s: PackState, row: int, first: int, delay: int, until: int) -> int:
    """Places a batch as early as every limit allows, paused where that ends it sooner; its start, or -1."""
    start = earliest(t, s, row, first, until)
    if delay > 0 and start >= 0:
        first = start + delay
        start = earliest(t, s, row, first, until)
    if t.batch[row, MOST_PAUSES] > 0 and start != first:
        paused = paused_place(t, s, row, first, start, until)
        start = paused if paused >= 0 else start
    if start >= 0:
        book(t, s, row, start)
    return start


@inner_kernel
def earliest(t: PackTables, s: PackState, row: int, start: int, until: int) -> int:
    """The first start from `start` on at which a batch fits without a pause; -1 where there is none."""
    machine, duration = t.batch[row, MACHINE], t.batch[row, DURATION]
    last, ordered = min(t.batch[row, LAST_START], until - duration), t.ordered[machine]
    while start <= last:
        end = start + duration
        moved = after_batches(t.batch, s.busy, s.busy_count, ordered, row, start)
        if moved == start:
            moved = after_maintenance(t, row, start, end)
        if moved == start and len(t.energy) > 0:
            moved = after_energy(t, s, row, start, end)
        if moved == start and len(t.supply) > 0:
            moved = after_supply(t, s, row, start, end)
        if moved == start:
            moved = after_others(t, s, row, start, end)
        if moved == start:
            return start
        start = moved
    return -1
