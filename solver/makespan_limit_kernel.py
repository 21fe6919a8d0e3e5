"""Where each hard limit lets a batch start next, as Numba kernels; the twin is makespan_reference.py.

Within a metering interval a minute's shift trades energy between two intervals, so the earliest start that
fits is found on the minute: where a batch draws evenly, an interval that has energy for c of its minutes is
next satisfied by the start that leaves it the last c.
"""

from __future__ import annotations

import numpy as np

from solver.kernel_options import inner_kernel
from solver.layout import Floats, Ints
from solver.makespan_layout import DURATION, GAP, MACHINE, STEADY, SWING, PackTables
from solver.makespan_state_kernel import PackState, drawn

NEVER = 1 << 40


@inner_kernel
def after_others(t: PackTables, s: PackState, row: int, start: int, end: int) -> int:
    """The same for crew, starts and buffers: `start` where they allow it, else the next to try."""
    moved = start
    if len(t.people) > 0:
        moved = after_crew(t, s, start, end)
    if moved == start and t.most_starts > 0 and too_many_starts(t, s, start):
        moved = start + 1
    if moved == start and len(t.capacity) > 0:
        moved = after_buffers(t, s, row, start, end)
    return moved


@inner_kernel
def after_batches(batch: Ints, busy: Ints, busy_count: Ints, ordered: bool, row: int, start: int) -> int:
    """`start` where the machine is free, else the next that the batches in the way allow."""
    machine = batch[row, MACHINE]
    for place in range(busy_count[machine]):
        other = busy[machine, place, 2]
        fits_before = start + batch[row, DURATION] + batch[other, GAP] <= busy[machine, place, 0]
        if fits_before and not (ordered and other < row):
            return start
        if ordered and other > row:
            return NEVER
        start = max(start, busy[machine, place, 1] + batch[row, GAP])
    return start


@inner_kernel
def after_maintenance(t: PackTables, row: int, start: int, end: int) -> int:
    """`start` where no maintenance is in the way, else the end of one that is."""
    machine = t.batch[row, MACHINE]
    for place in range(t.closed_rows[machine], t.closed_rows[machine + 1]):
        if t.closed[place, 0] < end and start < t.closed[place, 1]:
            return int(t.closed[place, 1])
    return start


@inner_kernel
def after_even_energy(
    energy: Floats, slack: float, power: float, length: int, horizon: int, start: int, end: int
) -> int:
    """`start` where each interval has the energy left for an even `power`, else the next start that has."""
    k = (end - 1) // length
    since = k * length
    while True:
        to = min(since + length, horizon)
        if power * (min(end, to) - max(start, since)) > energy[k] + slack:
            return to - int(max(energy[k] + slack, 0.0) / power)
        if since <= start:
            return start
        k, since = k - 1, since - length


@inner_kernel
def after_energy(t: PackTables, s: PackState, row: int, start: int, end: int) -> int:
    """The same for any power: where it changes, the next start may still be too early; none is skipped."""
    length, steady = t.interval_min, t.power[row, STEADY]
    if steady <= 0.0:
        return start
    if steady > 0.0:
        return after_even_energy(s.energy, t.energy_slack, steady, length, t.horizon, start, end)
    for k in range((end - 1) // length, start // length - 1, -1):
        since, to = max(start, k * length), min(end, (k + 1) * length)
        used = drawn(t, row, since - start, since, to)
        excess = used - s.energy[k] - t.energy_slack
        if used > 0.0 and excess > 0.0:
            return start + max(1, int(excess / t.power[row, SWING]))
    return start


@inner_kernel
def after_supply(t: PackTables, s: PackState, row: int, start: int, end: int) -> int:
    """`start` where each minute has the power left, else the next start to try."""
    steady = t.power[row, STEADY]
    if steady <= 0.0:
        return start
    for minute in range(end - 1, start - 1, -1):
        power = drawn(t, row, minute - start, minute, minute + 1)
        if power > 0.0 and power > s.supply[minute] + t.supply_slack:
            return start + 1 if np.isnan(steady) else minute + 1
    return start


@inner_kernel
def after_crew(t: PackTables, s: PackState, start: int, end: int) -> int:
    """`start` where the people are there to charge before it and to discharge after the end."""
    for minute in range(start - 1, max(start - t.charge_min, 0) - 1, -1):
        if s.people[minute] < t.charge_people:
            return minute + 1 + t.charge_min
    for minute in range(min(end + t.discharge_min, t.horizon) - 1, end - 1, -1):
        if s.people[minute] < t.discharge_people:
            return start + minute + 1 - end
    return start


@inner_kernel
def too_many_starts(t: PackTables, s: PackState, minute: int) -> bool:
    """Whether one more start in this minute is too much for some stretch of within_min minutes."""
    within = t.within_min
    first, last = max(minute - within + 1, 0), min(minute + within, t.horizon)
    count = 0
    for other in range(first, last):
        count += s.begun[other]
        if other - within >= first:
            count -= s.begun[other - within]
        if count >= t.most_starts:
            return True
    return False


@inner_kernel
def after_buffers(t: PackTables, s: PackState, row: int, start: int, end: int) -> int:
    """`start` where no buffer runs empty or over by it, as far as the plan has events yet."""
    for b in range(len(t.capacity)):
        slack = 1e-9 * max(1.0, abs(t.level[b, 0]))
        if t.takes[b, row] > 0.0:
            for minute in range(max(s.last_event[b], start), start - 1, -1):
                if s.level[b, minute] < t.takes[b, row] - slack:
                    return minute + 1
        if t.makes[b, row] > 0.0:
            for minute in range(max(s.last_event[b], end), end - 1, -1):
                if s.level[b, minute] + t.makes[b, row] > t.capacity[b] + slack:
                    return start + minute + 1 - end
    return start


@inner_kernel
def level_breaks(t: PackTables, s: PackState, b: int) -> int:
    """1 where a buffer of a whole plan runs empty or over, else 0."""
    slack = 1e-9 * max(1.0, abs(t.level[b, 0]))
    for minute in range(t.horizon + 1):
        if s.level[b, minute] < -slack or s.level[b, minute] > t.capacity[b] + slack:
            return 1
    return 0
