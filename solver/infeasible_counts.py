"""Proofs about people, buffers, starts and the batches that must move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from solver.check_breach import plain
from solver.check_limits import LEVEL_ROUNDING, crew_there
from solver.errors import InfeasibleError
from solver.infeasible_sums import Overfull, first_of, lifted_by, musts_of, names, overfull
from solver.infeasible_windows import BatchWindow, batches_that_must_move
from solver.limits import Buffer, Crew, Distance, StartRule
from solver.problem import PlanProblem, problem_zone
from solver.tariff import PriceGrid, local_minutes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Work = tuple[BatchWindow, int, int, int, int]  # batch, earliest minute, latest end, minutes, people


def prove_crew(problem: PlanProblem, price: PriceGrid, crew: Crew, windows: Sequence[BatchWindow]) -> None:
    """Raises InfeasibleError where people are missing whenever a batch could be charged or discharged."""
    horizon = problem.horizon_min
    day, minute = local_minutes(price.start_ms, horizon, problem_zone(problem))
    there = crew_there(crew, day, minute)
    for task, people, minutes in (
        ("charged", crew.charge_people, crew.charge_min),
        ("discharged", crew.discharge_people, crew.discharge_min),
    ):
        if people and minutes:
            _prove_presence(task, people, minutes, there, windows)
    works = [work for window in windows for work in _works(crew, window, horizon)]
    _prove_hands(there, works)
    _prove_hours(there, works)


def _span(window: BatchWindow, task: str) -> tuple[int, int]:
    """The first and the last moment before which it is charged, or after which it is discharged."""
    if task == "charged":
        return window.first_start, window.last_start
    return window.first_end, window.last_end


def _prove_presence(
    task: str, people: int, minutes: int, there: Ints, windows: Sequence[BatchWindow]
) -> None:
    horizon = len(there)
    moments = np.arange(horizon + 1)
    since, to = (moments - minutes, moments) if task == "charged" else (moments, moments + minutes)
    short = np.concatenate([[0], np.cumsum(there < people)])
    enough = short[np.clip(to, 0, horizon)] == short[np.clip(since, 0, horizon)]
    so_far = np.concatenate([[0], np.cumsum(enough)])
    for window in windows:
        first, last = _span(window, task)
        if so_far[last + 1] > so_far[first]:
            continue
        few = max(int(there[max(0, since[at]) : min(horizon, to[at])].min()) for at in range(first, last + 1))
        raise InfeasibleError(
            f"No plan: limits.crew has {few} people at most whenever {names([window])} could be {task}, "
            f"and {people} are needed for {minutes} min; add {people - few} at some time or move a window.",
            _crew_params(people - few, [window], first),
        )


def _crew_params(excess: float, windows: Sequence[BatchWindow], at_min: int) -> dict[str, str | float]:
    return {"limit": "limits.crew", "excess": excess, "unit": "people", "at_min": at_min, **first_of(windows)}


def _works(crew: Crew, window: BatchWindow, horizon: int) -> list[Work]:
    """A batch's charging and discharging; minutes that a horizon's end may cut off are left out."""
    charge_min = min(crew.charge_min, window.first_start)
    discharge_min = min(crew.discharge_min, horizon - window.last_end)
    return [
        (
            window,
            max(0, window.first_start - crew.charge_min),
            window.last_start,
            charge_min,
            crew.charge_people,
        ),
        (
            window,
            window.first_end,
            min(horizon, window.last_end + crew.discharge_min),
            discharge_min,
            crew.discharge_people,
        ),
    ]


def _prove_hands(there: Ints, works: Sequence[Work]) -> None:
    """Work that must be under way at the same minute."""
    changes = np.zeros(len(there) + 1, dtype=np.int64)
    for _, since, to, minutes, people in works:
        if to - minutes < since + minutes:
            changes[to - minutes] += people
            changes[since + minutes] -= people
    missing = np.cumsum(changes)[:-1] - there
    minute = int(missing.argmax())
    if missing[minute] > 0:
        busy = [w for w, since, to, minutes, _ in works if to - minutes <= minute < since + minutes]
        raise InfeasibleError(
            f"No plan: limits.crew has {there[minute]} people at minute {minute}, but charging and "
            f"discharging {names(busy)} must then be under way and need {missing[minute] + there[minute]}; "
            f"add {missing[minute]} or move a window.",
            _crew_params(int(missing[minute]), busy, minute),
        )


def _prove_hours(there: Ints, works: Sequence[Work]) -> None:
    """Work that must be done between two minutes, in minutes of one person."""
    so_far = np.concatenate([[0], np.cumsum(there)]).astype(np.float64)

    def capacity(since: int, to: Ints) -> Floats:
        return np.asarray(so_far[to] - so_far[since], dtype=np.float64)

    items = [(w, since, to, float(minutes * people)) for w, since, to, minutes, people in works if minutes]
    found = overfull(musts_of(items), capacity) if items else None
    if found is not None:
        excess = (found.needed - found.allowed) / (found.to - found.since)
        raise InfeasibleError(
            f"No plan: limits.crew has {plain(found.allowed / 60)} h of people from minute {found.since} to "
            f"{found.to}, but charging and discharging {names(found.windows)} must then be done and takes "
            f"{plain(found.needed / 60)} h; add {lifted_by(excess)} people or move a window.",
            _crew_params(excess, found.windows, found.since),
        )


def prove_starts(rule: StartRule, windows: Sequence[BatchWindow]) -> None:
    """Raises InfeasibleError where more batches must start in a stretch than the rule lets."""

    def capacity(since: int, to: Ints) -> Floats:
        return (rule.most * -(-(to - since) // rule.within_min)).astype(np.float64)

    items = [(window, window.first_start, window.last_start + 1, 1.0) for window in windows]
    found = overfull(musts_of(items), capacity)
    if found is not None:
        raise InfeasibleError(
            f"No plan: limits.starts allows {plain(found.allowed)} starts from minute {found.since} to "
            f"{found.to - 1}, but {names(found.windows)} must start then, {plain(found.needed)} in all; "
            "raise limits.starts.most, shorten limits.starts.within_min or move a window.",
            {
                "limit": "limits.starts",
                "excess": found.needed - found.allowed,
                "unit": "starts",
                "at_min": found.since,
                **first_of(found.windows),
            },
        )


def prove_buffers(problem: PlanProblem, windows: Sequence[BatchWindow]) -> None:
    """Raises InfeasibleError where a buffer runs empty, or over, whenever all is made and taken."""
    for buffer in problem.limits.buffers:
        filled_by, emptied_by = set(buffer.filled_by), set(buffer.emptied_by)
        makes = [w for w in windows if w.batch.makes and w.machine.id in filled_by]
        takes = [w for w in windows if w.batch.takes and w.machine.id in emptied_by]
        highest = _level(
            buffer,
            problem.horizon_min,
            makes,
            takes,
            [w.first_end for w in makes],
            [w.last_start for w in takes],
        )
        lowest = _level(
            buffer,
            problem.horizon_min,
            makes,
            takes,
            [w.last_end for w in makes],
            [w.first_start for w in takes],
        )
        slack = LEVEL_ROUNDING * (1.0 + float(np.abs(highest).max()) + float(np.abs(lowest).max()))
        minute = int(highest.argmin())
        if highest[minute] < -slack:
            _refuse_buffer(buffer, minute, float(highest[minute]), 0.0)
        minute = int(lowest.argmax())
        if buffer.capacity is not None and lowest[minute] > buffer.capacity + slack:
            _refuse_buffer(buffer, minute, float(lowest[minute]), buffer.capacity)


def _level(
    buffer: Buffer,
    horizon: int,
    makes: Sequence[BatchWindow],
    takes: Sequence[BatchWindow],
    made_at: Sequence[int],
    taken_at: Sequence[int],
) -> Floats:
    changes = np.zeros(horizon + 1)
    np.add.at(changes, np.array(made_at, dtype=np.int64), [w.batch.makes for w in makes])
    np.subtract.at(changes, np.array(taken_at, dtype=np.int64), [w.batch.takes for w in takes])
    drained = buffer.drain_per_hour / 60.0 * np.arange(horizon + 1)
    return np.asarray(buffer.start_level + np.cumsum(changes) - drained, dtype=np.float64)


def _refuse_buffer(buffer: Buffer, minute: int, level: float, allowed: float) -> None:
    excess = abs(level - allowed)
    what = (
        f"falls to {plain(level)} even if all is made as early and taken as late as can be; "
        f"raise start_level by {lifted_by(excess)}"
        if level < allowed
        else f"rises to {plain(level)} even if all is made as late and taken as early as can be, "
        f"and holds {plain(allowed)}; raise capacity by {lifted_by(excess)}"
    )
    raise InfeasibleError(
        f"No plan: limits.buffers: at minute {minute} buffer {buffer.id!r} {what} or move a window.",
        {"limit": "limits.buffers", "excess": excess, "unit": "", "at_min": minute, "buffer": buffer.id},
    )


def prove_distance(rule: Distance, windows: Sequence[BatchWindow]) -> None:
    """Raises InfeasibleError where more batches cannot stay than may move."""
    if rule.most_batches is None:
        return
    moved = batches_that_must_move(windows)
    excess = len(moved) - rule.most_batches
    if excess > 0:
        raise InfeasibleError(
            f"No plan: limits.distance.most_batches lets {rule.most_batches} move, but {names(moved)} cannot "
            f"stay where the plan in force has them, {len(moved)} in all; raise it by {excess}.",
            {
                "limit": "limits.distance.most_batches",
                "excess": excess,
                "unit": "batches",
                **first_of(moved),
            },
        )


def prove_room(windows: Sequence[BatchWindow]) -> None:
    """Raises InfeasibleError where batches in free order need more of their machine's time than there is."""
    by_machine: dict[str, list[BatchWindow]] = {}
    for window in windows:
        if not window.machine.order_fixed:
            by_machine.setdefault(window.machine.id, []).append(window)
    for machine_id, mine in by_machine.items():
        found = _too_full(mine)
        if found is not None:
            excess = found.needed - found.allowed
            raise InfeasibleError(
                f"No plan: {machine_id!r} has {plain(found.allowed)} min from minute {found.since} to "
                f"{found.to}, but {names(found.windows)} must run then and need {plain(found.needed)} min; "
                f"move a window (due_min, earliest_min) by {plain(excess)} min.",
                {
                    "limit": "due_min",
                    "excess": excess,
                    "unit": "min",
                    "at_min": found.since,
                    **first_of(found.windows),
                },
            )


def _too_full(mine: Sequence[BatchWindow]) -> Overfull | None:
    """Once with the gaps, of which the first batch needs none, and once with the maintenances."""
    longest_gap = max(window.batch.gap_before_min for window in mine)

    def with_gaps(since: int, to: Ints) -> Floats:
        return (to - since + longest_gap).astype(np.float64)

    last = max(window.last_end for window in mine)
    shut = np.zeros(last + 1)
    for since, to in mine[0].machine.maintenance:
        shut[since:to] = 1.0
    open_min = np.concatenate([[0.0], np.cumsum(1.0 - shut)])

    def with_maintenance(since: int, to: Ints) -> Floats:
        return np.asarray(open_min[to] - open_min[since], dtype=np.float64)

    runs = [(w, w.first_start, w.last_end, float(w.batch.duration_min)) for w in mine]
    gaps = [(w, since, to, minutes + w.batch.gap_before_min) for w, since, to, minutes in runs]
    found = overfull(musts_of(gaps), with_gaps)
    if found is None:
        return overfull(musts_of(runs), with_maintenance)
    return replace(found, needed=found.needed - longest_gap, allowed=found.allowed - longest_gap)
