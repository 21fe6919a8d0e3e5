"""Between which minutes each batch starts and ends in any plan, and proofs that a window is too short.

All of it follows from one machine alone: windows, order, gaps, maintenance, the ways into sleep and out of
it, and how far the plan may depart from the one in force. What a batch does within its window is left open,
so that whatever contradicts it is a proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from solver.errors import InfeasibleError
from solver.fixed import fixed_starts
from solver.limits import Distance
from solver.problem import BatchSpec, Machine, PlanProblem

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BatchWindow:
    """A batch starts from first_start to last_start, and ends from first_end to last_end, in every plan."""

    machine: Machine
    batch: BatchSpec
    first_start: int
    first_end: int
    last_start: int
    last_end: int
    pauses: int  # at most

    @property
    def stays(self) -> bool:
        """Whether nothing is left to choose."""
        return self.first_start == self.last_start and not self.pauses

    @property
    def always_runs(self) -> Span:
        """The minutes in which it runs in every plan, (from, to); empty ones are (n, n)."""
        if self.pauses or self.last_start >= self.first_end:
            return self.first_end, self.first_end
        return self.last_start, self.first_end

    @property
    def name(self) -> str:
        """The batch, for a sentence."""
        return f"{self.batch.id!r} of {self.machine.id!r}"


@dataclass(frozen=True, slots=True)
class _Bound:
    """A minute and the key that sets it."""

    minute: int
    key: str


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What a batch's own keys allow: when it may start, and when it must have ended."""

    start: _Bound
    last_start: _Bound | None
    end: _Bound
    pauses: int


def batch_windows(problem: PlanProblem) -> list[BatchWindow]:
    """The window of each batch; raises InfeasibleError for one that its machine alone makes impossible."""
    windows: list[BatchWindow] = []
    for machine in problem.machines:
        allowed = [
            _allowed(machine, batch, place, problem)
            for batch, place in zip(machine.batches, _places(machine), strict=True)
        ]
        windows += _machine_windows(machine, allowed)
    return windows


def _places(machine: Machine) -> list[int | None]:
    return [*fixed_starts(machine)] if machine.fixed else [None for _ in machine.batches]


def _allowed(machine: Machine, batch: BatchSpec, place: int | None, problem: PlanProblem) -> _Allowed:
    horizon = problem.horizon_min
    starts, pauses = [_Bound(batch.earliest_min, "earliest_min")], batch.pauses.most
    ends = [_Bound(horizon, "horizon_min")]
    if batch.due_min is not None and batch.due_min <= horizon:
        ends = [_Bound(batch.due_min, "due_min")]
    if machine.sleep:
        starts.append(_Bound(machine.sleep[0].up_min, "sleep"))
        ends.append(_Bound(horizon - machine.sleep[0].down_min, "sleep"))
    lasts: list[_Bound] = []
    if place is not None:
        starts.append(_Bound(place, "fixed"))
        lasts.append(_Bound(place, "fixed"))
        pauses = 0
    distance = problem.limits.distance
    if distance is not None and batch.now_min is not None:
        far = _farthest(distance)
        if far is not None:
            starts.append(_Bound(batch.now_min - far.minute, far.key))
            lasts.append(_Bound(batch.now_min + far.minute, far.key))
        pauses = 0 if distance.most_batches == 0 else pauses
    return _Allowed(
        max(starts, key=_minute),
        min(lasts, key=_minute) if lasts else None,
        min(ends, key=_minute),
        min(pauses, batch.duration_min - 1),
    )


def _farthest(distance: Distance) -> _Bound | None:
    if distance.most_batches == 0:
        return _Bound(0, "limits.distance.most_batches")
    return None if distance.most_min is None else _Bound(distance.most_min, "limits.distance.most_min")


def _minute(bound: _Bound) -> int:
    return bound.minute


def _machine_windows(machine: Machine, allowed: Sequence[_Allowed]) -> list[BatchWindow]:
    firsts: list[Span] = []
    for index, (batch, own) in enumerate(zip(machine.batches, allowed, strict=True)):
        after = firsts[-1][1] + batch.gap_before_min if index and machine.order_fixed else own.start.minute
        since = max(own.start.minute, after)
        first = _earliest(machine.maintenance, since, batch.duration_min, own.pauses)
        _refuse_late(machine, index, own, since, first)
        firsts.append(first)
    backwards = [(-to, -since) for since, to in machine.maintenance]
    lasts: list[Span] = []
    before: int | None = None
    for batch, own in zip(reversed(machine.batches), reversed(allowed), strict=True):
        end = own.end.minute if before is None or not machine.order_fixed else min(own.end.minute, before)
        if own.last_start is not None and not own.pauses:
            end = min(end, own.last_start.minute + batch.duration_min)
        last_end, last_start = _earliest(backwards, -end, batch.duration_min, own.pauses)
        last_start = -last_start if own.last_start is None else min(-last_start, own.last_start.minute)
        lasts.append((last_start, -last_end))
        before = last_start - batch.gap_before_min
    return [
        BatchWindow(machine, batch, *first, *last, own.pauses)
        for batch, own, first, last in zip(machine.batches, allowed, firsts, reversed(lasts), strict=True)
    ]


def _earliest(maintenance: Sequence[Span], since: int, duration: int, pauses: int) -> Span:
    """The earliest start, and the earliest end, of a batch that must not run in a maintenance.

    One that may pause is let pause through as many as there are, which makes the end no later than it can be.
    """
    start, at, left = since, since, duration
    for begins, ends in sorted(maintenance):
        if ends <= at or begins >= at + left:
            continue
        if pauses and begins > start:
            left -= max(0, begins - at)
        else:
            start, left = ends, duration
        at = ends
    return start, at + left


def _refuse_late(machine: Machine, index: int, own: _Allowed, since: int, first: Span) -> None:
    """Raises InfeasibleError if a batch cannot begin, or cannot have ended, as early as it must."""
    batch, (start, end) = machine.batches[index], first
    waits = index > 0 and machine.order_fixed and since > own.start.minute
    before = machine.batches[index - 1].id if waits else ""
    params: dict[str, str | float] = {"machine": machine.id, "batch": batch.id, "before": before}
    cause = _cause(batch, before, own.start, since, start)
    if own.last_start is not None and start > own.last_start.minute:
        latest, key = own.last_start.minute, own.last_start.key
        raise InfeasibleError(
            f"No plan: batch {batch.id!r} of {machine.id!r} must begin by minute {latest} ({key}), but "
            f"{cause}, {start - latest} min too late; move that limit or what holds the batch back.",
            {**params, "limit": key, "excess": start - latest, "unit": "min", "at_min": start},
        )
    due, key = own.end.minute, own.end.key
    if end > due:
        raise InfeasibleError(
            f"No plan: batch {batch.id!r} of {machine.id!r} must end by minute {due} ({key}), but {cause} "
            f"and, running {batch.duration_min} min, ends at minute {end}, {end - due} min too late; "
            "move that limit or a batch before it.",
            {
                **params,
                "limit": key,
                "excess": end - due,
                "unit": "min",
                "at_min": end,
                "due_min": due,
                "end_min": end,
            },
        )


def _cause(batch: BatchSpec, before: str, own: _Bound, since: int, start: int) -> str:
    begins = f"it begins at minute {start} at the earliest"
    if start > since:
        return f"after the maintenance {begins}"
    if before:
        return f"after {before!r} and {batch.gap_before_min} min of gap {begins}"
    why = "" if own.key == "earliest_min" else f" ({own.key})"
    return f"it may begin at minute {start} at the earliest{why}"


def batches_that_must_move(windows: Sequence[BatchWindow]) -> list[BatchWindow]:
    """Batches of the plan in force that cannot stay where it has them; of two in each other's way, one."""
    moved: list[BatchWindow] = []
    last: BatchWindow | None = None
    for window in sorted(windows, key=_machine_and_now):
        now = window.batch.now_min
        if now is None:
            continue
        if not _may_stay(window, now):
            moved.append(window)
        elif last is not None and _in_the_way(last, window):
            moved.append(window)
            last = None  # each batch stands in the way of one other at most: the pairs are counted apart
        else:
            last = window
    return moved


def _machine_and_now(window: BatchWindow) -> tuple[str, int]:
    return window.machine.id, window.batch.now_min or 0


def _may_stay(window: BatchWindow, now: int) -> bool:
    end = now + window.batch.duration_min
    return (
        window.first_start <= now <= window.last_start
        and window.first_end <= end <= window.last_end
        and not any(since < end and now < to for since, to in window.machine.maintenance)
    )


def _in_the_way(before: BatchWindow, after: BatchWindow) -> bool:
    """Whether two batches of a machine, in the order of their places, cannot both stay."""
    assert before.batch.now_min is not None and after.batch.now_min is not None
    if before.machine.id != after.machine.id:
        return False
    return after.batch.now_min < before.batch.now_min + before.batch.duration_min + after.batch.gap_before_min
