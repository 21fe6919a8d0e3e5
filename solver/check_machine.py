"""What the checker looks at on each machine alone: windows, order, pauses, maintenance and its load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.check_breach import Findings, Limit
from solver.check_sleep import sleeping_load
from solver.fixed import fixed_starts
from solver.problem import BatchSpec, Machine

Span = tuple[int, int]
MANY = 8  # batches of a machine


@dataclass(frozen=True, slots=True)
class PlacedBatch:
    """A batch as the plan has it: the stretches in which it runs, the pauses left out."""

    machine: Machine
    batch: BatchSpec
    start: int
    runs: list[Span]
    pauses: Sequence[Span]

    @property
    def end(self) -> int:
        """The minute after its last."""
        return self.runs[-1][1]


def place_batches(
    findings: Findings,
    machine: Machine,
    starts: Mapping[str, int],
    pauses: Mapping[str, Sequence[Span]],
) -> list[PlacedBatch]:
    """The batches that have a start, in the order in which the plan runs them."""
    placed: list[PlacedBatch] = []
    for batch in machine.batches:
        if batch.id not in starts:
            findings.add(Limit.NO_START, machine.id, batch.id)
            continue
        spans = pauses.get(batch.id, ())
        runs = _running_stretches(findings, machine.id, batch, starts[batch.id], spans)
        placed.append(PlacedBatch(machine, batch, starts[batch.id], runs, spans))
    return placed if machine.order_fixed else sorted(placed, key=lambda one: one.start)


def _running_stretches(
    findings: Findings, machine: str, batch: BatchSpec, start: int, pauses: Sequence[Span]
) -> list[Span]:
    if not pauses:
        return [(start, start + batch.duration_min)]
    runs: list[Span] = []
    at, left, at_the_edge = start, batch.duration_min, False
    for since, to in sorted(pauses):
        if to <= since:
            continue  # too short, which is said elsewhere
        at_the_edge |= since <= start or since >= at + left
        if to <= at or since >= at + left:
            continue
        if since > at:
            runs.append((at, since))
            left -= since - at
        at = to
    if at_the_edge:
        findings.add(Limit.PAUSE_AT_THE_EDGE, machine, batch.id)
    return [*runs, (at, at + left)]


def check_machine(
    findings: Findings, machine: Machine, placed: Sequence[PlacedBatch], horizon_min: int
) -> None:
    """Lists what the batches of one machine break, each alone and one after the other."""
    before: PlacedBatch | None = None
    fixed = _stays(machine)
    for one in placed:
        _check_window(findings, one, horizon_min)
        _check_pauses(findings, one)
        _check_maintenance(findings, one)
        if before is not None and one.start < before.end + one.batch.gap_before_min:
            free = before.end + one.batch.gap_before_min
            findings.add(Limit.GAP, machine.id, one.batch.id, at_min=one.start, limit_min=free)
        if one.start != fixed.get(one.batch.id, one.start):
            place = fixed[one.batch.id]
            findings.add(Limit.FIXED, machine.id, one.batch.id, at_min=one.start, limit_min=place)
        before = one


def _stays(machine: Machine) -> dict[str, int]:
    if not machine.fixed:
        return {}
    return {batch.id: start for batch, start in zip(machine.batches, fixed_starts(machine), strict=True)}


def _check_window(findings: Findings, one: PlacedBatch, horizon_min: int) -> None:
    batch, machine = one.batch, one.machine.id
    if one.start < batch.earliest_min:
        findings.add(Limit.EARLIEST, machine, batch.id, at_min=one.start, limit_min=batch.earliest_min)
    if batch.due_min is not None and one.end > batch.due_min:
        findings.add(Limit.DUE, machine, batch.id, at_min=one.end, limit_min=batch.due_min)
    elif one.end > horizon_min:
        findings.add(Limit.HORIZON, machine, batch.id, at_min=one.end, limit_min=horizon_min)


def _check_pauses(findings: Findings, one: PlacedBatch) -> None:
    rule, machine, batch = one.batch.pauses, one.machine.id, one.batch.id
    for since, to in one.pauses:
        if to - since < rule.least_min:
            findings.add(
                Limit.PAUSE_TOO_SHORT, machine, batch, found=to - since, allowed=rule.least_min, at_min=since
            )
    most = 0 if one.machine.fixed else rule.most
    if len(one.pauses) > most:
        findings.add(Limit.TOO_MANY_PAUSES, machine, batch, found=len(one.pauses), allowed=most)


def _check_maintenance(findings: Findings, one: PlacedBatch) -> None:
    for since, to in one.machine.maintenance:
        within = [(max(since, a), min(to, b)) for a, b in one.runs if a < to and since < b]
        if within:
            minutes = sum(b - a for a, b in within)
            findings.add(
                Limit.MAINTENANCE,
                one.machine.id,
                one.batch.id,
                at_min=within[0][0],
                limit_min=to,
                found=minutes,
                allowed=0,
            )


def machine_load(
    findings: Findings,
    machine: Machine,
    placed: Sequence[PlacedBatch],
    ranked_price: NDArray[np.float64],
) -> NDArray[np.float64]:
    """What one machine draws in each minute, float64[horizon], standing as its kind of machine stands.

    `ranked_price` float64[horizon] says which way to stand is the cheaper one.
    """
    minutes = len(ranked_price)
    load_kw = np.zeros(minutes)
    runs = np.zeros(minutes, dtype=bool)
    if not _run_all(placed, load_kw, runs):
        for one in placed:
            done = 0
            for since, to in one.runs:
                _run(findings, one, since, to, done, load_kw, runs)
                done += to - since
    standing_kw = (
        sleeping_load(findings, machine, placed, runs, ranked_price)
        if machine.sleep
        else cheaper_standing(machine, ranked_price)
    )
    return np.where(runs, load_kw, standing_kw)


def _run_all(placed: Sequence[PlacedBatch], load_kw: NDArray[np.float64], runs: NDArray[np.bool_]) -> bool:
    """Lays many even batches at once, where no two are on one minute and all are within the horizon.

    False, with nothing laid, where they are not; for so many one by one takes long.
    """
    if len(placed) < MANY or any(one.batch.profile_kw is not None for one in placed):
        return False
    spans = np.array([span for one in placed for span in one.runs], dtype=np.int64)
    kw = np.array([one.batch.power_kw or 0.0 for one in placed for _ in one.runs])
    spans, kw = spans[(order := np.argsort(spans[:, 0], kind="stable"))], kw[order]
    apart = bool((spans[1:, 0] >= spans[:-1, 1]).all())
    if not apart or spans[0, 0] < 0 or spans[-1, 1] > len(load_kw):
        return False
    lengths = spans[:, 1] - spans[:, 0]
    minute = np.repeat(spans[:, 0] - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    load_kw[minute], runs[minute] = np.repeat(kw, lengths), True
    return True


def _run(
    findings: Findings,
    one: PlacedBatch,
    since: int,
    to: int,
    done: int,
    load_kw: NDArray[np.float64],
    runs: NDArray[np.bool_],
) -> None:
    """Adds one stretch to the load; what lies outside the horizon, the window says."""
    first, last = max(since, 0), min(to, len(load_kw))
    if first >= last:
        return
    taken = runs[first:last]
    if taken.any():
        minute = first + int(taken.argmax())
        findings.add(
            Limit.OVERLAP,
            one.machine.id,
            one.batch.id,
            at_min=minute,
            found=int(taken.sum()),
            allowed=0,
        )
    profile = one.batch.profile_kw
    if profile is None:
        load_kw[first:last] += one.batch.power_kw or 0.0
    else:
        load_kw[first:last] += profile[done + first - since : done + last - since]
    runs[first:last] = True


def cheaper_standing(machine: Machine, ranked_price: NDArray[np.float64]) -> NDArray[np.float64] | float:
    """The cheaper of off_kw and idle_kw in each minute, once a batch under way has ended; without sleeps."""
    options = [kw for kw in (machine.off_kw, machine.idle_kw) if kw is not None] or [0.0]
    less, more = min(options), max(options)
    standing = less if less == more else np.where(ranked_price >= 0, less, more)
    if machine.under_way is None:
        return standing
    runs_on = np.arange(len(ranked_price)) < machine.under_way.ends_min
    return np.where(runs_on, machine.under_way.power_kw, standing)
