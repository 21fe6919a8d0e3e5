"""What the checker looks at over all machines together: supply, people, buffers, starts and distance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solver.check_breach import Findings, Limit
from solver.check_machine import PlacedBatch
from solver.durations import DAY_MIN
from solver.limits import Buffer, Crew, CrewShift, Distance, StartRule, supply_limit_kw
from solver.problem import PlanProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TOLERANCE = 1e-6  # of a limit, for sums of many loads
LEVEL_ROUNDING = 1e-9
SATURDAY = 5


def check_load(findings: Findings, problem: PlanProblem, load_kw: Floats) -> None:
    """Lists where the load of all machines, float64[horizon], exceeds the supply or an interval's energy."""
    limits = problem.limits
    supply_kw = supply_limit_kw(limits)
    if supply_kw is not None:
        _note_places(findings, Limit.SUPPLY, load_kw, supply_kw, tolerance=TOLERANCE * supply_kw)
    if limits.interval_energy_kwh is not None:
        used_kwh = window_sums(load_kw, limits.interval_min) / 60.0
        allowed = limits.interval_energy_kwh
        _note_places(
            findings,
            Limit.INTERVAL_ENERGY,
            used_kwh,
            allowed,
            tolerance=TOLERANCE * allowed,
            step_min=limits.interval_min,
        )


def window_sums(load_kw: Floats, window_min: int) -> Floats:
    """The sum over each window from the start on; the last may be shorter."""
    return np.asarray(np.add.reduceat(load_kw, np.arange(0, len(load_kw), window_min)), dtype=np.float64)


def _note_places(
    findings: Findings,
    limit: Limit,
    found: Floats | Ints,
    allowed: Floats | Ints | float,
    *,
    least: bool = False,
    tolerance: float = 0.0,
    step_min: int = 1,
    **more: float | str,
) -> None:
    """Names the worst place of each stretch with more than is allowed, or with less where that is `least`."""
    over = allowed - found if least else found - allowed
    broken = np.flatnonzero(over > tolerance)
    if not len(broken):
        return
    caps = np.broadcast_to(allowed, found.shape)
    for stretch in np.split(broken, np.flatnonzero(np.diff(broken) > 1) + 1):
        worst = int(stretch[over[stretch].argmax()])
        params = {
            "at_min": worst * step_min,
            "found": found[worst].item(),
            "allowed": caps[worst].item(),
            **more,
        }
        findings.add(limit, **params)


def minutes_of(values: Sequence[int], horizon_min: int) -> Ints:
    """Minutes cut to the horizon, both ends included, as int64."""
    return np.array([min(max(value, 0), horizon_min) for value in values], dtype=np.int64)


def crew_at_work(crew: Crew, placed: Sequence[PlacedBatch], horizon_min: int) -> Ints:
    """How many people charge and discharge in each minute, int64[horizon]."""
    changes = np.zeros(horizon_min + 1, dtype=np.int64)
    starts, ends = [one.start for one in placed], [one.end for one in placed]
    for people, since, to in (
        (crew.charge_people, [start - crew.charge_min for start in starts], starts),
        (crew.discharge_people, ends, [end + crew.discharge_min for end in ends]),
    ):
        np.add.at(changes, minutes_of(since, horizon_min), people)
        np.add.at(changes, minutes_of(to, horizon_min), -people)
    return np.asarray(np.cumsum(changes)[:-1], dtype=np.int64)


def crew_there(crew: Crew, local_day: Ints, local_minute: Ints) -> Ints:
    """How many people are there, int64[horizon], from each minute's local day (since 1970) and minute."""
    weekend = (local_day + 3) % 7 >= SATURDAY  # 1970-01-01 was a Thursday
    weekdays = _people_by_minute(crew.shifts)
    weekends = _people_by_minute(crew.weekend_shifts or crew.shifts)
    return np.where(weekend, weekends[local_minute], weekdays[local_minute])


def _people_by_minute(shifts: Sequence[CrewShift]) -> Ints:
    people = np.zeros(DAY_MIN, dtype=np.int64)
    for shift in shifts:
        people[minute_of_day(shift.at) :] = shift.people
    return people


def minute_of_day(time: str) -> int:
    """Minutes after midnight of a time such as '22:30'."""
    return int(time[:2]) * 60 + int(time[3:])


def check_crew(findings: Findings, at_work: Ints, there: Ints) -> None:
    """Lists when more people are needed than are there, both int64[horizon]."""
    _note_places(findings, Limit.CREW, at_work, there)


def check_buffers(findings: Findings, problem: PlanProblem, placed: Sequence[PlacedBatch]) -> None:
    """Lists where a buffer's level falls below nothing or rises above its capacity."""
    for buffer in problem.limits.buffers:
        level = buffer_level(buffer, placed, problem.horizon_min)
        slack = LEVEL_ROUNDING * max(1.0, float(np.abs(level).max()))
        name = buffer.id
        _note_places(findings, Limit.BUFFER_EMPTY, level, 0.0, least=True, tolerance=slack, buffer=name)
        if buffer.capacity is not None:
            full = buffer.capacity
            _note_places(findings, Limit.BUFFER_FULL, level, full, tolerance=slack, buffer=name)


def buffer_level(buffer: Buffer, placed: Sequence[PlacedBatch], horizon_min: int) -> Floats:
    """The level on each full minute, float64[horizon + 1]: makes at a batch's end, takes at its start."""
    changes = np.zeros(horizon_min + 2)  # the last place holds what happens after the horizon
    fillers, emptiers = set(buffer.filled_by), set(buffer.emptied_by)
    filling = [one for one in placed if one.machine.id in fillers]
    emptying = [one for one in placed if one.machine.id in emptiers]
    ends = minutes_of([one.end for one in filling], horizon_min + 1)
    starts = minutes_of([one.start for one in emptying], horizon_min + 1)
    np.add.at(changes, ends, [one.batch.makes for one in filling])
    np.subtract.at(changes, starts, [one.batch.takes for one in emptying])
    drained = buffer.drain_per_hour / 60.0 * np.arange(horizon_min + 1)
    return np.asarray(buffer.start_level + np.cumsum(changes[:-1]) - drained, dtype=np.float64)


def check_starts(
    findings: Findings, rule: StartRule, placed: Sequence[PlacedBatch], horizon_min: int
) -> None:
    """Lists where more machines start, or go on after a pause, within some minutes than may."""
    begun = [since for one in placed for since, _ in one.runs if 0 <= since < horizon_min]
    starts = np.sort(np.array(begun, dtype=np.int64))
    within = np.searchsorted(starts, starts + rule.within_min) - np.searchsorted(starts, starts)
    counts = np.zeros(horizon_min, dtype=np.int64)
    counts[starts] = within
    _note_places(findings, Limit.STARTS, counts, rule.most, within_min=rule.within_min)


def check_distance(findings: Findings, rule: Distance, placed: Sequence[PlacedBatch]) -> None:
    """Lists the batches that move too far from the plan in force, and whether too many of them move."""
    moved = 0
    for one in placed:
        if one.batch.now_min is None:
            continue
        by_min = abs(one.start - one.batch.now_min)
        moved += bool(by_min or one.pauses)
        if rule.most_min is not None and by_min > rule.most_min:
            findings.add(
                Limit.MOVED_TOO_FAR,
                one.machine.id,
                one.batch.id,
                at_min=one.start,
                found=by_min,
                allowed=rule.most_min,
            )
    if rule.most_batches is not None and moved > rule.most_batches:
        findings.add(Limit.TOO_MANY_MOVED, found=moved, allowed=rule.most_batches)
