"""Batches that pause where a minute cannot be run, as Numba kernels; the twin is makespan_reference.py."""

from __future__ import annotations

from solver.kernel_options import inner_kernel
from solver.makespan_layout import (
    DURATION,
    GAP,
    LAST_END,
    LAST_START,
    LEAST_PAUSE,
    MACHINE,
    MOST_PAUSES,
    PackTables,
)
from solver.makespan_limit_kernel import NEVER, after_maintenance, after_others, too_many_starts
from solver.makespan_state_kernel import PackState, drawn

PAUSED_TRIES = 60  # starts from which a batch is tried with pauses; more found nothing shorter


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
