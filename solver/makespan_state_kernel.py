"""The plan that grows batch by batch under hard limits, and what a batch takes of each limit, as kernels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.makespan_layout import DURATION, MACHINE, MOST_PAUSES, STEADY, PackTables


class PackState(NamedTuple):
    """A plan while it grows: what is left of each limit, and what lies where; shapes as in PackTables."""

    energy: Floats
    supply: Floats
    people: Ints
    begun: Ints  # int64[H], starts and resumptions in each minute, or empty
    level: Floats  # float64[B, H + 1]
    last_event: Ints  # int64[B]
    busy: Ints  # int64[M, most, 3]: from, to, row; rising
    busy_count: Ints  # int64[M]
    next_row: Ints  # int64[M], of machines with a fixed order
    start: Ints  # int64[N], -1 where a batch has found no place
    end: Ints
    pauses: Ints  # int64[N, P, 2]
    pause_count: Ints  # int64[N]


def new_state(tables: PackTables) -> PackState:
    """Room for a plan of these tables."""
    machines, batches = len(tables.ordered), len(tables.batch)
    most_pauses = int(tables.batch[:, MOST_PAUSES].max(initial=0))
    return PackState(
        energy=tables.energy.copy(),
        supply=tables.supply.copy(),
        people=tables.people.copy(),
        begun=np.zeros(tables.horizon if tables.most_starts else 0, dtype=np.int64),
        level=tables.level.copy(),
        last_event=np.zeros(len(tables.capacity), dtype=np.int64),
        busy=np.zeros((machines, int(np.diff(tables.rows).max(initial=0)) + 1, 3), dtype=np.int64),
        busy_count=np.zeros(machines, dtype=np.int64),
        next_row=tables.rows[:-1].copy(),
        start=np.full(batches, -1, dtype=np.int64),
        end=np.zeros(batches, dtype=np.int64),
        pauses=np.zeros((batches, max(most_pauses, 1), 2), dtype=np.int64),
        pause_count=np.zeros(batches, dtype=np.int64),
    )


@inner_kernel
def copy_ints(source: Ints, goal: Ints) -> None:
    """goal[:] = source; a loop, for Numba takes half a second to compile each assignment of a slice."""
    for place in range(len(goal)):
        goal[place] = source[place]


@inner_kernel
def copy_floats(source: Floats, goal: Floats) -> None:
    """The same for floats."""
    for place in range(len(goal)):
        goal[place] = source[place]


@outer_kernel
def clear(t: PackTables, s: PackState) -> None:
    """Takes every batch out of the plan."""
    copy_floats(t.energy, s.energy)
    copy_floats(t.supply, s.supply)
    copy_ints(t.people, s.people)
    copy_ints(t.rows, s.next_row)
    for minute in range(len(s.begun)):
        s.begun[minute] = 0
    for b in range(len(s.last_event)):
        s.last_event[b] = 0
        for minute in range(t.horizon + 1):
            s.level[b, minute] = t.level[b, minute]
    for machine in range(len(s.busy_count)):
        s.busy_count[machine] = 0
    for row in range(len(s.start)):
        s.start[row] = -1
        s.pause_count[row] = 0


@inner_kernel
def drawn(t: PackTables, row: int, done: int, since: int, to: int) -> float:
    """Energy above standing of running minutes done, done + 1, ... in the minutes since .. to."""
    if not np.isnan(t.power[row, STEADY]):
        return float(t.power[row, STEADY] * (to - since))
    at = t.run_at[row] + done
    machine = t.batch[row, MACHINE]
    standing = t.rest_sum[machine, to] - t.rest_sum[machine, since]
    return float(t.run_sum[at + to - since] - t.run_sum[at] - standing)


@inner_kernel
def take_machine(busy: Ints, busy_count: Ints, machine: int, row: int, start: int, end: int) -> None:
    """Enters a batch among those of its machine, which stay in the order of their starts."""
    place = busy_count[machine]
    while place > 0 and busy[machine, place - 1, 0] > start:
        for column in range(3):
            busy[machine, place, column] = busy[machine, place - 1, column]
        place -= 1
    busy[machine, place, 0], busy[machine, place, 1], busy[machine, place, 2] = start, end, row
    busy_count[machine] += 1


@inner_kernel
def take_even_energy(energy: Floats, power: float, length: int, start: int, end: int) -> None:
    """Takes what an even `power` draws from start to end."""
    k = start // length
    since, to = start, (k + 1) * length
    while since < end:
        energy[k] -= power * (min(to, end) - since)
        k, since, to = k + 1, to, to + length


@outer_kernel
def book(t: PackTables, s: PackState, row: int, start: int) -> None:
    """Puts a batch with its pauses into the plan."""
    end = _count_in(t, s, row, start, 1)
    s.start[row], s.end[row] = start, end
    take_machine(s.busy, s.busy_count, t.batch[row, MACHINE], row, start, end)


@inner_kernel
def remove(t: PackTables, s: PackState, row: int) -> None:
    """Takes a batch out of the plan; it keeps its pauses."""
    _count_in(t, s, row, s.start[row], -1)
    machine = t.batch[row, MACHINE]
    found = False
    s.busy_count[machine] -= 1
    for place in range(s.busy_count[machine]):
        found = found or s.busy[machine, place, 2] == row
        if found:
            for column in range(3):
                s.busy[machine, place, column] = s.busy[machine, place + 1, column]
    s.start[row] = -1


@inner_kernel
def _count_in(t: PackTables, s: PackState, row: int, start: int, sign: int) -> int:
    """Takes what a batch needs of every limit, or gives it back where sign is -1; returns its end."""
    at, done = start, 0
    for pause in range(s.pause_count[row]):
        since, to = s.pauses[row, pause, 0], s.pauses[row, pause, 1]
        _take_load(t, s, row, done, at, since, sign)
        done += since - at
        at = to
        if t.most_starts > 0:
            s.begun[to] += sign
    end = at + t.batch[row, DURATION] - done
    _take_load(t, s, row, done, at, end, sign)
    if t.most_starts > 0:
        s.begun[start] += sign
    if len(t.people) > 0:
        for minute in range(max(start - t.charge_min, 0), start):
            s.people[minute] -= sign * t.charge_people
        for minute in range(end, min(end + t.discharge_min, t.horizon)):
            s.people[minute] -= sign * t.discharge_people
    for b in range(len(t.capacity)):
        _change_level(s, b, start, -sign * t.takes[b, row])
        _change_level(s, b, end, sign * t.makes[b, row])
    return int(end)


@inner_kernel
def _change_level(s: PackState, b: int, since: int, by: float) -> None:
    if by == 0.0:
        return
    s.last_event[b] = max(s.last_event[b], since)
    for minute in range(since, s.level.shape[1]):
        s.level[b, minute] += by


@inner_kernel
def _take_load(t: PackTables, s: PackState, row: int, done: int, since: int, to: int, sign: int) -> None:
    """Takes the energy and power of one stretch of running, or gives it back."""
    if len(t.energy) > 0:
        length = t.interval_min
        for k in range(since // length, (to - 1) // length + 1):
            first, last = max(since, k * length), min(to, (k + 1) * length)
            s.energy[k] -= sign * drawn(t, row, done + first - since, first, last)
    if len(t.supply) > 0:
        for minute in range(since, to):
            s.supply[minute] -= sign * drawn(t, row, done + minute - since, minute, minute + 1)
