"""The slow and obvious twin of the makespan kernels: every start is tried, every minute looked at anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

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
    Packing,
)
from solver.plan import Span

TRIES = 60
CHEAPER = 1e-9


@dataclass(slots=True, eq=False)
class ReferencePlan:
    """Batches placed one after the other; runs are the stretches in which each runs."""

    packing: Packing
    runs: dict[int, list[Span]] = field(default_factory=dict)

    def start(self, row: int) -> int:
        """When a placed batch starts."""
        return self.runs[row][0][0]

    def end(self, row: int) -> int:
        """The minute after its last."""
        return self.runs[row][-1][1]

    def fits(self, row: int, runs: list[Span]) -> bool:
        """Whether the batch may run so beside those placed."""
        batch, start, end = self.packing.tables.batch[row], runs[0][0], runs[-1][1]
        trial = ReferencePlan(self.packing, {**self.runs, row: runs})
        return bool(
            batch[FIRST_START] <= start <= batch[LAST_START]
            and end <= batch[LAST_END]
            and self.machine_is_free(row, start, end)
            and all(self.is_open(row, minute) for since, to in runs for minute in range(since, to))
            and trial.within_load(row, trial.net_kw(row))
            and trial.within_people(row)
            and trial.within_starts()
            and self.within_buffers(row, start, end)
        )

    def is_open(self, row: int, minute: int) -> bool:
        """Whether the batch's machine is not in maintenance."""
        t, machine = self.packing.tables, self.packing.tables.batch[row, MACHINE]
        spans = t.closed[t.closed_rows[machine] : t.closed_rows[machine + 1]]
        return not any(since <= minute < to for since, to in spans)

    def machine_is_free(self, row: int, start: int, end: int) -> bool:
        """Whether the batch overlaps no other of its machine, gaps and a fixed order minded."""
        t = self.packing.tables
        machine = t.batch[row, MACHINE]
        for other in (other for other in self.runs if t.batch[other, MACHINE] == machine):
            before = self.end(other) + t.batch[row, GAP] <= start
            after = end + t.batch[other, GAP] <= self.start(other)
            if t.ordered[machine]:
                before, after = before and other < row, after and other > row
            if not (before or after):
                return False
        return True

    def net_kw(self, row: int) -> Floats:
        """What a placed batch draws above standing, float64[H]."""
        t = self.packing.tables
        minutes = np.concatenate([np.arange(since, to) for since, to in self.runs[row]])
        return net_of(self.packing, row, minutes, t.horizon)

    def total_kw(self) -> Floats:
        """What all placed batches draw above standing, float64[H]."""
        return sum((self.net_kw(row) for row in self.runs), np.zeros(self.packing.tables.horizon))

    def within_load(self, row: int, mine: Floats) -> bool:
        """Whether too much is drawn in no interval and no minute in which `mine` draws more than standing."""
        t, total = self.packing.tables, self.total_kw()
        edges = np.arange(0, t.horizon, t.interval_min)
        fits = True
        if len(t.energy):
            more = np.add.reduceat(mine, edges) > 0
            fits &= bool((np.add.reduceat(total, edges)[more] <= t.energy[more] + 2 * t.energy_slack).all())
        if len(t.supply):
            fits &= bool((total[mine > 0] <= t.supply[mine > 0] + 2 * t.supply_slack).all())
        return fits

    def overdrawn(self) -> bool:
        """Whether some interval or minute draws too much, whoever draws it."""
        t, total = self.packing.tables, self.total_kw()
        used = np.add.reduceat(total, np.arange(0, t.horizon, t.interval_min))
        over = len(t.energy) and (used > t.energy + 2 * t.energy_slack).any()
        return bool(over or (len(t.supply) and (total > t.supply + 2 * t.supply_slack).any()))

    def within_people(self, row: int) -> bool:
        """Whether the people are there for the batch and for all others in its minutes."""
        t = self.packing.tables
        if not len(t.people):
            return True
        needed, mine = np.zeros((2, t.horizon), dtype=np.int64)
        for other in self.runs:
            work = np.zeros(t.horizon, dtype=np.int64)
            work[max(self.start(other) - t.charge_min, 0) : self.start(other)] += t.charge_people
            work[self.end(other) : self.end(other) + t.discharge_min] += t.discharge_people
            needed += work
            mine += work * (other == row)
        return bool((needed <= t.people)[mine > 0].all())

    def within_starts(self) -> bool:
        """Whether no stretch of within_min minutes has too many starts and resumptions."""
        t = self.packing.tables
        if not t.most_starts:
            return True
        begun = np.zeros(t.horizon, dtype=np.int64)
        for runs in self.runs.values():
            for since, _ in runs:
                begun[since] += 1
        return all(begun[at : at + t.within_min].sum() <= t.most_starts for at in range(t.horizon))

    def levels(self) -> Floats:
        """Each buffer's level on each full minute, float64[B, H + 1]."""
        t, level = self.packing.tables, self.packing.tables.level.copy()
        for row in self.runs:
            level[:, self.start(row) :] -= t.takes[:, row, None]
            level[:, self.end(row) :] += t.makes[:, row, None]
        return level

    def broken_buffers(self) -> int:
        """How many buffers run empty or over."""
        t, level = self.packing.tables, self.levels()
        slack = 1e-9 * np.maximum(1.0, np.abs(t.level[:, :1]))
        return int(((level < -slack) | (level > t.capacity[:, None] + slack)).any(axis=1).sum())

    def within_buffers(self, row: int, start: int, end: int) -> bool:
        """Whether, up to the last event so far, no buffer runs empty by its taking or over by its making."""
        t, level = self.packing.tables, self.levels()
        for b in range(len(t.capacity)):
            events = [self.start(other) for other in self.runs if t.takes[b, other] > 0]
            events += [self.end(other) for other in self.runs if t.makes[b, other] > 0]
            last, slack = max(events, default=0), 1e-9 * max(1.0, abs(t.level[b, 0]))
            taken, made = level[b, start : max(last, start) + 1], level[b, end : max(last, end) + 1]
            if t.takes[b, row] > 0 and (taken < t.takes[b, row] - slack).any():
                return False
            if t.makes[b, row] > 0 and (made + t.makes[b, row] > t.capacity[b] + slack).any():
                return False
        return True


def net_of(packing: Packing, row: int, minutes: Ints, horizon: int) -> Floats:
    """What a batch draws above standing that runs in these minutes, perhaps not yet to its end."""
    net = np.zeros(horizon)
    standing = np.diff(packing.tables.rest_sum[packing.tables.batch[row, MACHINE]])
    net[minutes] = packing.running_kw[row][: len(minutes)] - standing[minutes]
    return net


def build_reference(
    packing: Packing, order: Ints, delay: Ints, stays: Ints, until: int
) -> tuple[int, int, ReferencePlan]:
    """How many batches found no place, the makespan, and the plan; the twin of makespan_kernel.build."""
    t, plan = packing.tables, ReferencePlan(packing)
    rigid = {row for row in range(len(order)) if t.batch[row, PINNED] >= 0 or stays[row] > 0}
    waiting = {
        m: [row for row in range(t.rows[m], t.rows[m + 1]) if row not in rigid] for m in range(len(t.ordered))
    }
    asked = sorted(rigid)
    for row in (int(row) for row in order if row not in rigid):
        machine = t.batch[row, MACHINE]
        asked.append(waiting[machine].pop(0) if t.ordered[machine] else row)
    for number, row in enumerate(asked, 1):
        _place(plan, row, delay, row in rigid, until)
        if row not in plan.runs and row not in rigid and until < t.horizon and not len(t.capacity):
            return number - len(plan.runs), max((plan.end(one) for one in plan.runs), default=0), plan
    placed = -1
    while len(t.capacity) and placed != len(plan.runs):
        placed = len(plan.runs)
        for row in (int(row) for row in order if row not in plan.runs):
            _place(plan, row, delay, row in rigid, until)
    lost = len(order) - len(plan.runs) + plan.broken_buffers() + int(t.overdrawn and plan.overdrawn())
    return lost, max((plan.end(row) for row in plan.runs), default=0), plan


def _place(plan: ReferencePlan, row: int, delay: Ints, rigid: bool, until: int) -> None:
    batch = plan.packing.tables.batch[row]
    last_end, duration = min(until, int(batch[LAST_END])), int(batch[DURATION])
    if rigid:
        place = int(batch[PINNED] if batch[PINNED] >= 0 else batch[NOW])
        if place + duration <= last_end and plan.fits(row, [(place, place + duration)]):
            plan.runs[row] = [(place, place + duration)]
        return
    first = int(batch[FIRST_START])
    whole = _earliest(plan, row, first, last_end)
    if delay[row] > 0 and whole:
        first = whole[0][0] + int(delay[row])
        whole = _earliest(plan, row, first, last_end)
    runs = _paused(plan, row, first, whole, last_end) if batch[MOST_PAUSES] else None
    if runs or whole:
        plan.runs[row] = runs or whole or []


def _earliest(plan: ReferencePlan, row: int, first: int, last_end: int) -> list[Span] | None:
    duration = int(plan.packing.tables.batch[row, DURATION])
    for start in range(first, last_end - duration + 1):
        if plan.fits(row, [(start, start + duration)]):
            return [(start, start + duration)]
    return None


def _paused(
    plan: ReferencePlan, row: int, first: int, whole: list[Span] | None, last_end: int
) -> list[Span] | None:
    batch = plan.packing.tables.batch[row]
    if whole and whole[0][0] == first:
        return None
    for start in range(first, min(first + TRIES, int(batch[LAST_START]) + 1)):
        if whole and start + int(batch[DURATION]) >= whole[0][1]:
            return None
        runs = _run_on(plan, row, start, last_end)
        if runs and (not whole or runs[-1][1] < whole[0][1]) and plan.fits(row, runs):
            return runs
    return None


def _run_on(plan: ReferencePlan, row: int, start: int, last_end: int) -> list[Span] | None:
    """Runs on minute by minute from `start`, pausing for at least the least where a minute cannot be run."""
    batch = plan.packing.tables.batch[row]
    ran: list[int] = []
    minute, pauses = start, 0
    while len(ran) < batch[DURATION]:
        if minute >= last_end or not plan.machine_is_free(row, start, minute + 1):
            return None
        if _can_run(plan, row, [*ran, minute]):
            ran.append(minute)
            minute += 1
            continue
        if not ran or pauses == batch[MOST_PAUSES]:
            return None
        pauses, minute = pauses + 1, minute + int(batch[LEAST_PAUSE])
        while minute < last_end and not _can_resume(plan, row, [*ran, minute]):
            minute += 1
    edges = [ran[0], *(m for a, b in pairwise(ran) if b > a + 1 for m in (a + 1, b)), ran[-1] + 1]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _can_run(plan: ReferencePlan, row: int, minutes: list[int]) -> bool:
    """Whether the last of these running minutes can be run beside what is placed."""
    t, minute = plan.packing.tables, minutes[-1]
    if not plan.is_open(row, minute):
        return False
    net = net_of(plan.packing, row, np.array(minutes), t.horizon)
    if net[minute] <= 0:
        return True
    total = plan.total_kw() + net
    k = minute // t.interval_min
    used = total[k * t.interval_min : (k + 1) * t.interval_min].sum()
    if len(t.energy) and used > t.energy[k] + 2 * t.energy_slack:
        return False
    return not len(t.supply) or bool(total[minute] <= t.supply[minute] + 2 * t.supply_slack)


def _can_resume(plan: ReferencePlan, row: int, minutes: list[int]) -> bool:
    trial = ReferencePlan(plan.packing, {**plan.runs, row: [(minutes[-1], minutes[-1])]})
    return trial.within_starts() and _can_run(plan, row, minutes)


def shift_reference(plan: ReferencePlan, price: Floats, until: int, sweeps: int) -> None:
    """Moves each batch to its cheapest start, the others where they are; the twin of shift_cheaper."""
    for _ in range(sweeps):
        before = dict(plan.runs)
        for row in sorted(plan.runs):
            present = plan.runs.pop(row)
            best, least = present, _cost(plan, row, present, price) - CHEAPER
            duration = int(plan.packing.tables.batch[row, DURATION])
            for start in range(until - duration + 1):
                runs = [(start, start + duration)]
                if not plan.fits(row, runs) or _cost(plan, row, runs, price) >= least:
                    continue
                if not ReferencePlan(plan.packing, {**plan.runs, row: runs}).broken_buffers():
                    best, least = runs, _cost(plan, row, runs, price)
            plan.runs[row] = best
        if plan.runs == before:
            return


def _cost(plan: ReferencePlan, row: int, runs: list[Span], price: Floats) -> float:
    return float(ReferencePlan(plan.packing, {row: runs}).net_kw(row) @ price)
