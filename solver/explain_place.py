"""One batch of a plan tried everywhere: its next-best place, what keeps it from a better, where it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solver.check_breach import Limit
from solver.check_machine import PlacedBatch
from solver.plan import Span
from solver.problem import due_min
from solver.what_if import Repriced, WhatIf
from solver.what_if_cost import own_cost
from solver.what_if_scan_limits import bit, limits_of
from solver.what_if_state import placed_at
from solver.what_if_tables import Floats, Ints

SMALLEST_SAVING = 0.005  # half a cent: what is closer counts as equal
NEAR_MIN = 30  # an alternative lies at least so far away
REACH_MIN = 720  # a batch is tried so far beyond its window, to see what its limits cost


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A plan with one batch at another start: how much dearer it is, and what it breaks that it did not."""

    start_min: int
    change: float
    breaks: tuple[Limit, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found about one batch, all others as they are.

    `held` is the cheaper place that a limit keeps it from, `alternative` the best one that it may take
    instead, `back` where it was, for a batch that has moved.
    """

    machine: str
    batch: str
    held: Elsewhere | None
    alternative: Elsewhere | None
    back: Elsewhere | None


def judged(what_if: WhatIf, now: Repriced, one: PlacedBatch, was: int | None) -> Judgement:
    """Tries a batch at every start within its window and half a day around it.

    What is cheaper says nothing of a plan that is to end early: there only the old place is looked at.
    """
    machine, batch = one.machine.id, one.batch.id
    first, last = _reach(what_if, one, was)
    scan = what_if.scan(machine, batch, first, last)
    here = one.start - scan.first_min
    if not 0 <= here < len(scan.cost):
        return Judgement(machine, batch, None, None, None)  # it does not lie within the horizon
    tried = Tries(one.start, scan.first_min, scan.cost - now.cost, scan.broken & ~scan.broken[here])
    back = None if was is None else _back(what_if, now, one, was, tried)
    if what_if.tables.problem.objective != "cost":
        return Judgement(machine, batch, None, None, back)
    held, alternative = _held(tried), _alternative(tried, back)
    if one.machine.sleep:
        # There a scan only comes near; what is said of a place is what a drag to it says.
        held = None if held is None else _exactly(what_if, now, one, held)
        alternative = None if alternative is None else _exactly(what_if, now, one, alternative)
        held = held if held is not None and held.breaks and held.change < -SMALLEST_SAVING else None
        alternative = alternative if alternative is not None and not alternative.breaks else None
    return Judgement(machine, batch, held, alternative, back)


def moved_only(what_if: WhatIf, one: PlacedBatch, was: int | None) -> Judgement:
    """What a batch saves by itself where it lies instead of where it was; nowhere else is looked at."""
    back = None
    if was is not None and (was != one.start or one.pauses):
        tables, table = what_if.tables, what_if.tables.machines[one.machine.id]
        change = own_cost(tables, table, placed_at(one, was)).total - own_cost(tables, table, one).total
        back = Elsewhere(was, change, ())
    return Judgement(one.machine.id, one.batch.id, None, None, back)


def _exactly(
    what_if: WhatIf, now: Repriced, one: PlacedBatch, there: Elsewhere, pauses: Sequence[Span] | None = None
) -> Elsewhere:
    then = what_if.drag(one.machine.id, one.batch.id, there.start_min, pauses)
    known = {breach.limit for breach in now.breaches}
    breaks = dict.fromkeys(breach.limit for breach in then.breaches if breach.limit not in known)
    return Elsewhere(there.start_min, then.cost - now.cost, tuple(breaks))


@dataclass(frozen=True, slots=True, eq=False)
class Tries:
    """How much dearer the plan is at each start, float64[n], and what it breaks anew, bits in int64[n]."""

    start_min: int
    first_min: int
    change: Floats
    broken: Ints

    def at(self, place: int) -> Elsewhere:
        """One of the starts."""
        breaks = tuple(limits_of(int(self.broken[place])))
        return Elsewhere(self.first_min + place, float(self.change[place]), breaks)

    def nearest(self, places: Ints, most: float) -> Elsewhere:
        """The start nearest to the batch's own among those that are no dearer than that."""
        good = places[self.change[places] <= most]
        return self.at(int(good[np.argmin(np.abs(good + self.first_min - self.start_min))]))


def _reach(what_if: WhatIf, one: PlacedBatch, was: int | None) -> tuple[int, int]:
    horizon = what_if.tables.horizon
    first = min(one.start, one.batch.earliest_min - REACH_MIN)
    last = max(one.start, due_min(one.batch, horizon) - (one.end - one.start) + REACH_MIN)
    return (first, last) if was is None else (min(first, was), max(last, was))


def _held(tried: Tries) -> Elsewhere | None:
    """The cheapest place that a limit forbids, if it is cheaper than all that may be had.

    One that a single limit forbids goes before one that several do: without that limit it could be had.
    """
    free = tried.change[tried.broken == 0]
    best = min(0.0, float(free.min(initial=0.0)))
    cheaper = np.flatnonzero((tried.broken != 0) & (tried.change < best - SMALLEST_SAVING))
    if not len(cheaper):
        return None
    # Two batches at once on a machine break the gap between them as well.
    masks = tried.broken[cheaper] & ~bit(Limit.OVERLAP)
    alone = cheaper[masks & (masks - 1) == 0]
    places = alone if len(alone) else cheaper
    return tried.nearest(places, float(tried.change[places].min()) + SMALLEST_SAVING)


def _alternative(tried: Tries, back: Elsewhere | None) -> Elsewhere | None:
    away = np.abs(np.arange(len(tried.change)) + tried.first_min - tried.start_min) >= NEAR_MIN
    places = np.flatnonzero(away & (tried.broken == 0))
    found = None
    if len(places):
        found = tried.nearest(places, float(tried.change[places].min()) + SMALLEST_SAVING)
    if back is not None and not back.breaks and (found is None or back.change < found.change):
        return back
    return found


def _back(what_if: WhatIf, now: Repriced, one: PlacedBatch, was: int, tried: Tries) -> Elsewhere | None:
    """The batch where it was, without its pauses; None where it has not moved."""
    if was == one.start and not one.pauses:
        return None
    if not one.pauses and not one.machine.sleep and 0 <= was - tried.first_min < len(tried.change):
        return tried.at(was - tried.first_min)
    return _exactly(what_if, now, one, Elsewhere(was, 0.0, ()), ())
