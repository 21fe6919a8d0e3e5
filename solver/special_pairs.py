"""Machines of which all plans are listed: two at a time take their cheapest pair of plans, beside all others.

Responses one by one (special_turns.py) end where no machine alone can do better. Here two move at once,
exactly and truly priced, and a third is put elsewhere first: each of its plans in turn, the machine with the
fewest plans most often. Of three machines that is every plan there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from solver.layout import Floats, Ints
from solver.special_lists import PlanList, Rows, Shared

TWO_CHANCE = 0.15  # that no third machine is put elsewhere
WORTH = 1e-9  # a saving counts from here on


@dataclass(slots=True, eq=False)
class SpecialPairs:
    """The lists, and which plan of each machine was last put aside for the others."""

    lists: Sequence[PlanList]
    shared: Shared
    _next: dict[str, int] = field(default_factory=dict)

    def look(
        self, now: Mapping[str, tuple[int, ...]], plant: Rows, kept: bool, random: np.random.Generator
    ) -> dict[str, tuple[int, ...]] | None:
        """New starts of two or three machines with which the plant costs less; None where there are none.

        `now` are the starts of the listed machines. Where its limits are not `kept` now, any plan that keeps
        them costs less.
        """
        drawn = self._drawn(random)
        rows = [one.place.get(now[one.name], -1) for one in drawn]
        if min(rows) < 0:
            return None
        before, used, means = self._demand_cost(plant.means), plant.used, plant.means
        for one, row in zip(drawn, rows, strict=True):
            before += float(one.cost[row])
            used, means = used - one.used[row], means - one.means[row]
        *aside, first, second = drawn
        moved: dict[str, tuple[int, ...]] = {}
        for one in aside:
            row = self._next.get(one.name, 0)
            self._next[one.name] = (row + 1) % len(one.cost)
            before -= float(one.cost[row])
            used, means = used + one.used[row], means + one.means[row]
            moved[one.name] = one.starts[row]
        pair = self._cheapest(first, second, used, means, before - WORTH if kept else np.inf)
        if pair is None:
            return None
        return {**moved, first.name: first.starts[pair[0]], second.name: second.starts[pair[1]]}

    def _drawn(self, random: np.random.Generator) -> list[PlanList]:
        """Two machines, behind a third that is put elsewhere first: mostly the one with the fewest plans."""
        chance = np.array([1.0 / len(one.cost) for one in self.lists])
        order = random.permutation(len(self.lists)).tolist()
        if len(order) == 2 or random.random() < TWO_CHANCE:
            return [self.lists[place] for place in order[:2]]
        aside = int(random.choice(len(self.lists), p=chance / chance.sum()))
        order.remove(aside)
        return [self.lists[place] for place in (aside, *order[:2])]

    def _cheapest(
        self, first: PlanList, second: PlanList, used: Floats, means: Floats, below: float
    ) -> tuple[int, int] | None:
        from solver.special_pairs_kernel import cheapest_pair

        found: Ints = np.zeros(2, dtype=np.int64)
        shared = self.shared
        cost = cheapest_pair(
            first.cost, first.used, first.means, second.cost, second.used, second.means,
            shared.most - used, means, shared.part_at, shared.price_per_kw, shared.floor_kw, below, found,
        )  # fmt: skip
        return (int(found[0]), int(found[1])) if np.isfinite(cost) else None

    def _demand_cost(self, means: Floats) -> float:
        shared, cost = self.shared, 0.0
        for k, price in enumerate(shared.price_per_kw.tolist()):
            own = means[shared.part_at[k] : shared.part_at[k + 1]]
            cost += price * float(own.max(initial=shared.floor_kw[k]))
        return cost
