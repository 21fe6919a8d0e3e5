"""Building a plan batch by batch under every hard limit, as Numba kernels; the twin is makespan_reference.py.

Each batch starts as early as what is left allows (serial schedule generation, Kolisch 1996). Within a
metering interval a minute's shift trades energy between two intervals, so the earliest start that fits
is found on the minute: where a batch draws evenly, an interval that has energy for c of its minutes is
next satisfied by the start that leaves it the last c. Starts that only rise make the search for one
batch linear in the intervals.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from solver.kernel_options import inner_kernel
from solver.layout import Floats, Ints
from solver.makespan_layout import (
    DURATION,
    FIRST_START,
    GAP,
    LAST_END,
    LAST_START,
    LEAST_PAUSE,
    MACHINE,
    MOST_PAUSES,
    NOW,
    PINNED,
    STEADY,
    SWING,
    PackTables,
)

NEVER = 1 << 40
PAUSED_TRIES = 60  # starts from which a batch is tried with pauses; more found nothing shorter


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


@njit(cache=True, nogil=True)
def copy_ints(source: Ints, goal: Ints) -> None:
    """goal[:] = source; a loop, for Numba takes half a second to compile each assignment of a slice."""
    for place in range(len(goal)):
        goal[place] = source[place]


@inner_kernel
def copy_floats(source: Floats, goal: Floats) -> None:
    """The same for floats."""
    for place in range(len(goal)):
        goal[place] = source[place]


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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
def after_maintenance(t: PackTables, row: int, start: int, end: int) -> int:
    """`start` where no maintenance is in the way, else the end of one that is."""
    machine = t.batch[row, MACHINE]
    for place in range(t.closed_rows[machine], t.closed_rows[machine + 1]):
        if t.closed[place, 0] < end and start < t.closed[place, 1]:
            return int(t.closed[place, 1])
    return start


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
def take_even_energy(energy: Floats, power: float, length: int, start: int, end: int) -> None:
    """Takes what an even `power` draws from start to end."""
    k = start // length
    since, to = start, (k + 1) * length
    while since < end:
        energy[k] -= power * (min(to, end) - since)
        k, since, to = k + 1, to, to + length


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


@inner_kernel
def paused_place(t: PackTables, s: PackState, row: int, first: int, start: int, until: int) -> int:
    """A start from which the batch, paused where it must, ends sooner than from `start` (-1: nowhere).

    Its pauses are then in the state; -1 where none of the first starts does.
    """
    best = NEVER if start < 0 else start + t.batch[row, DURATION]
    for at in range(first, first + PAUSED_TRIES):
        if at > t.batch[row, LAST_START] or at + t.batch[row, DURATION] >= best:
            break
        end = run_with_pauses(t, s, row, at, until)
        allowed = 0 <= end < best and after_others(t, s, row, at, end) == at
        if allowed and (t.most_starts == 0 or _may_resume(t, s, row, at)):
            return at
        s.pause_count[row] = 0
    return -1


@inner_kernel
def _may_resume(t: PackTables, s: PackState, row: int, start: int) -> bool:
    """Whether a batch's own start and resumptions, one after the other, are not too many either."""
    s.begun[start] += 1
    allowed = True
    for pause in range(s.pause_count[row]):
        allowed = allowed and not too_many_starts(t, s, s.pauses[row, pause, 1])
        s.begun[s.pauses[row, pause, 1]] += 1
    s.begun[start] -= 1
    for pause in range(s.pause_count[row]):
        s.begun[s.pauses[row, pause, 1]] -= 1
    return allowed


@inner_kernel
def run_with_pauses(t: PackTables, s: PackState, row: int, start: int, until: int) -> int:
    """Runs on from `start`, pausing where a minute cannot be run; returns the end, or -1."""
    room = min(room_until(t, s, row, start), until, t.batch[row, LAST_END])
    minute, done, used, k = start, 0, 0.0, -1
    s.pause_count[row] = 0
    while done < t.batch[row, DURATION]:
        if minute >= room:
            return -1
        if minute // t.interval_min != k:
            k, used = minute // t.interval_min, 0.0
        power = drawn(t, row, done, minute, minute + 1)
        if minute_fits(t, s, row, minute, power, used):
            used += power
            minute, done = minute + 1, done + 1
            continue
        count = s.pause_count[row]
        if done == 0 or count == t.batch[row, MOST_PAUSES]:
            return -1
        resumed = resumption(t, s, row, done, minute + t.batch[row, LEAST_PAUSE], room, k, used)
        s.pauses[row, count, 0], s.pauses[row, count, 1] = minute, resumed
        s.pause_count[row] = count + 1
        minute = resumed
    return minute


@inner_kernel
def room_until(t: PackTables, s: PackState, row: int, start: int) -> int:
    """By when a batch must have ended that starts here; -1 where it cannot start here."""
    machine = t.batch[row, MACHINE]
    for place in range(s.busy_count[machine]):
        since, to, other = s.busy[machine, place, 0], s.busy[machine, place, 1], s.busy[machine, place, 2]
        if to + t.batch[row, GAP] <= start and not (t.ordered[machine] and other > row):
            continue
        before = since - t.batch[other, GAP]
        return before if before > start and not (t.ordered[machine] and other < row) else -1
    return t.horizon


@inner_kernel
def minute_fits(t: PackTables, s: PackState, row: int, minute: int, power: float, used: float) -> bool:
    """Whether one minute can be run that draws `power`, after `used` of its interval's energy."""
    if after_maintenance(t, row, minute, minute + 1) != minute:
        return False
    if power <= 0.0:
        return True
    if len(t.energy) > 0 and used + power > s.energy[minute // t.interval_min] + t.energy_slack:
        return False
    return len(t.supply) == 0 or power <= s.supply[minute] + t.supply_slack


@inner_kernel
def resumption(
    t: PackTables, s: PackState, row: int, done: int, minute: int, room: int, k: int, used: float
) -> int:
    """The first minute from `minute` on in which a paused batch can run again; `room` where there is none."""
    while minute < room:
        power = drawn(t, row, done, minute, minute + 1)
        before = used if minute // t.interval_min == k else 0.0
        crowded = t.most_starts > 0 and too_many_starts(t, s, minute)
        if not crowded and minute_fits(t, s, row, minute, power, before):
            return minute
        minute += 1
    return room


@njit(cache=True, nogil=True)
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
    return end


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
