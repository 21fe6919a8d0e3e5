"""What the rounds of few machines do once the first ones no longer find better plans with ease.

A bound says more than a number: batches that lie where it would have them cannot be moved for the better by
themselves, so trials are made, and plans begun anew, between the first and the last of the others (14 of 96
on A_6x20, in the second half). And two islands' plans are cut at all moments, for one may be good where the
other is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from solver.coupled_bound import CoupledBound
from solver.descent_kernel import misplaced, to_places
from solver.island import Island, cost_of_island
from solver.layout import Ints
from solver.plant_kernel import PlantState
from solver.plant_tables import PlaceSet, places_within
from solver.splice import spliced
from solver.trial_kernel import TrialRule
from solver.trial_rules import DOZEN

if TYPE_CHECKING:
    from solver.coupled_search import CoupledSearch

FROM_ROUND = 30
LOOK_EVERY, EVERYWHERE_EVERY = 6, 4  # rounds; in one of so many trials are made everywhere
DEARER = 1e-4  # of a batch's cost, from which on a batch does not lie where the bound would have it
PATIENCE = (0.05, 0.02, 0.02, 0.01)  # of that, which the last island's trials may cost, round by round
AROUND_MIN = 720  # of the stretch, what may move too when a plan begins anew within it
LEAD = 0.06  # of that, by which its plan may be above the best one's cost


class LateRounds:
    """The late rounds of one search."""

    def __init__(self, search: CoupledSearch, bound: CoupledBound) -> None:
        """At first trials are made everywhere."""
        self._search, self._bound = search, bound
        self._stretch: tuple[float, float] | None = None
        self._lead = np.inf
        tables = search.tables
        plain = search.special is None and not tables.most_pauses.any()
        self._suits = plain and 1 < len(tables.batch_at) - 1 <= DOZEN

    def at(self, turn: int) -> bool:
        """Whether this is one of them."""
        return self._suits and turn >= FROM_ROUND

    def touch(self, island: Island) -> None:
        """Runs each kernel once, so that all are compiled."""
        self._bound.dearer(island.state.start)
        search = self._search
        one, other = search.copied(island.state), search.copied(island.state)
        spliced(one, other, search.tables, search.every, search.hard, search.moved_price)

    def look(self, turn: int, islands: Sequence[Island], cost_of_a_batch: float) -> None:
        """Notes what the best plan costs and, now and then, where it differs from what the bound says."""
        leader = min(islands, key=cost_of_island)
        self._lead = leader.cost
        if turn % LOOK_EVERY and self._stretch is not None:
            return
        start, duration = leader.state.start, self._search.tables.duration
        loose = np.abs(self._bound.dearer(start)) > DEARER * cost_of_a_batch
        if loose.any():
            self._stretch = float(start[loose].min()), float((start + duration)[loose].max())

    def rule(self, rule: TrialRule, turn: int, place: int, cost_of_a_batch: float) -> TrialRule:
        """The rule of an island with the stretch of trials; the last island stays near the best plan."""
        if self._stretch is not None and turn % EVERYWHERE_EVERY != EVERYWHERE_EVERY - 1:
            rule = rule._replace(from_min=self._stretch[0], to_min=self._stretch[1])
        if place == 0:
            return rule
        patience = PATIENCE[turn % len(PATIENCE)] * cost_of_a_batch
        return rule._replace(patience=patience, most_cost=self._lead + LEAD * cost_of_a_batch)

    def begun_anew(self, lead: PlantState, answer: Ints) -> tuple[Ints, PlaceSet] | None:
        """The best plan with the bound's answer within the stretch, and places that hold the rest there.

        None while there is no stretch.
        """
        if self._stretch is None:
            return None
        search, starts = self._search, lead.start.copy()
        middle = starts + search.tables.duration / 2
        inside = (middle >= self._stretch[0] - AROUND_MIN) & (middle < self._stretch[1] + AROUND_MIN)
        answer = answer.copy()
        to_places(answer, search.coarse)
        starts[inside] = answer[inside]
        return starts, places_within(inside, starts, search.coarse, search.every)

    def splice(self, islands: Sequence[Island]) -> None:
        """Gives the first island the cheapest plan of stretches of its own and of the last one's."""
        search, first, last = self._search, islands[0], islands[-1]
        if np.array_equal(first.state.start, last.state.start):
            return
        one, other = search.copied(first.state), search.copied(last.state)
        starts = spliced(one, other, search.tables, search.every, search.hard, search.moved_price)
        state = search.copied(first.state, starts)
        cost = search.cost_of(state)
        if cost < first.cost - 1e-9 and not misplaced(search.tables, search.every, state):
            first.state, first.cost = state, cost
