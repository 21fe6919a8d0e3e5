"""A walk over plans of the special machines and of some others, beside the islands of the coupled search.

A few machines at a time respond anew to those that stay, in an order, at prices and under noise drawn at
random. The walk may get dearer for a while, and begins again from the first island's plan now and then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.descent_kernel import Push, respond, set_targets
from solver.island import Island
from solver.plant_kernel import PlantState, lift_machine
from solver.plant_tables import PlantTables
from solver.special import SpecialPlan
from solver.special_lists import rows_now
from solver.special_turns import SpecialTurns, View, seen_from

if TYPE_CHECKING:
    from solver.coupled_search import CoupledSearch

LAP, TURNS = 10, 8  # rounds of a walk, from the first island's plan on; turns of special machines in a round
SMALL, SMALL_LAP, SMALL_TURNS = 10_000, 4, 16  # batches times minutes, where a turn takes little time
MOST_IN_TURN = 3  # special machines, and less by one of the others, that respond to each other
REORDERED_EVERY = 20  # turns, a long order of batches
PUSHES = (0.03, 1.0, 30.0)  # of the price of breaking a limit, as they see it
NOISES = (0.0, 0.03, 0.3, 1.0)  # of a typical batch's cost
TURN_SHARES, SOFTEST = (0.75, 1.0), 1.5  # of the peaks, at which they aim; powers of ten below the charge
PINNED_SHARE = 0.6  # of turns, in which a batch goes to a minute drawn at random first
PATIENCE = (0.1, 0.02, 0.002, 0.002)  # typical batches that a step may cost, lap by lap
PAIRS = 4  # of machines with few plans that are looked at in a round
WITHOUT_A_PLAN = 50.0  # times that, for what is broken has a high price


@dataclass(slots=True, eq=False)
class Walk:
    """Where the walk is: a plan of all machines, with that of the special ones."""

    state: PlantState
    cost: float
    plan: SpecialPlan


class SpecialWalk:
    """The special machines of a coupled search."""

    def __init__(self, search: CoupledSearch, turns: SpecialTurns, own: PlantTables) -> None:
        """`own` are the tables of the other machines, without these."""
        self._search, self.turns, self._own = search, turns, own
        self.nearest: SpecialPlan | None = None  # in what broke limits least
        self._walk: Walk | None = None
        self._pairs = turns.lists(own)
        self._place = {name: m for m, name in enumerate(search.machine_names)}
        small = turns.batch_minutes <= SMALL
        self._lap, self._turns = (SMALL_LAP, SMALL_TURNS) if small else (LAP, TURNS)

    def stand_as_in_best(self) -> None:
        """Puts the special machines where they are in the best plan so far, or in what broke least."""
        run = self._search.run
        best = run.others if np.isfinite(run.best_cost) else self.nearest
        if best is not None:
            self._put(best)

    def _put(self, plan: SpecialPlan) -> None:
        self.turns.plan = plan
        self._search.see_special(self.turns.tables(self._own))

    def walk_alone(self, iterations: int) -> None:
        """Where all machines are special, only they take turns."""
        search = self._search
        self.stand_as_in_best()
        islands = [Island(search.unbroken(np.zeros(0, dtype=np.int64)))]
        islands[0].cost = search.cost_of(islands[0].state)
        search.offer(islands[0].state)
        for turn in range(iterations):
            if search.run.must_end():
                return
            self.take_turns(turn, islands)
            search.run.iterations = turn + 1
        search.run.stopped_by = search.run.stopped_by or "iterations"

    def take_turns(self, turn: int, islands: Sequence[Island]) -> None:
        """So many steps; the best plan found becomes the first island's if it is cheaper."""
        search, turns, first = self._search, self.turns, islands[0]
        plan = turns.plan
        if self._walk is None or turn % self._lap == 0:
            self._walk = Walk(search.copied(first.state), first.cost, plan)
        walk, best = self._walk, Walk(first.state, first.cost, plan)
        patience = turns.typical_cost * PATIENCE[turn // self._lap % len(PATIENCE)]
        if not np.isfinite(search.run.best_cost):
            patience *= WITHOUT_A_PLAN
        for number in range(self._turns):
            if search.run.must_end():
                break
            self._put(walk.plan)
            state = search.copied(walk.state)
            self._respond(state, order_too=(turn * self._turns + number) % REORDERED_EVERY == 0)
            self._put(turns.plan)
            state = search.copied(state)
            cost = search.cost_of(state)
            search.offer(state)
            if cost <= walk.cost + patience * search.random.random():
                walk.state, walk.cost, walk.plan = state, cost, turns.plan
            if cost < best.cost - 1e-9:
                best = Walk(search.copied(state), cost, turns.plan)
        for _ in range(PAIRS if self._pairs is not None else 0):
            best = self._paired(best)
        self._put(best.plan)
        if best.plan is not plan or best.state is not first.state:
            first.state, first.cost = best.state, best.cost
            for island in islands[1:]:
                island.state = search.copied(island.state)
                island.cost = search.cost_of(island.state)

    def _paired(self, best: Walk) -> Walk:
        """The plan with two machines at their cheapest pair of plans, where that is cheaper."""
        search, turns, pairs = self._search, self.turns, self._pairs
        if pairs is None or search.run.must_end():
            return best
        self._put(best.plan)
        plant = rows_now(best.state, search.tables, turns.moved, pairs.shared, self._own)
        now = {
            one.name: turns.starts_of(one.name) or self._starts(one.name, best.state) for one in pairs.lists
        }
        found = pairs.look(now, plant, search.keeps_limits(best.state), search.random)
        starts = best.state.start.copy()
        for name, own in (found or {}).items():
            if name in self._place:
                starts[self._own_batches(name)] = own
            else:
                turns.stand_at(name, own)
        if found is None:
            return best
        self._put(turns.plan)
        state = search.copied(best.state, starts)
        cost = search.cost_of(state)
        search.offer(state)
        return Walk(state, cost, turns.plan) if cost < best.cost - 1e-9 else best

    def _own_batches(self, name: str) -> slice:
        at, m = self._search.tables.batch_at, self._place[name]
        return slice(int(at[m]), int(at[m + 1]))

    def _starts(self, name: str, state: PlantState) -> tuple[int, ...]:
        return tuple(state.start[self._own_batches(name)].tolist())

    def _respond(self, state: PlantState, order_too: bool) -> None:
        """A few machines, drawn at random, each to those that stay and to those before it."""
        search, random, names = self._search, self._search.random, self.turns.names
        tables, scratch = search.tables, search.scratch[0]
        few = 1 + int(random.integers(min(MOST_IN_TURN, len(names))))
        drawn = [names[i] for i in random.permutation(len(names))[:few].tolist()]
        machines = random.permutation(len(tables.batch_at) - 1)
        loose: list[int] = machines[: int(random.integers(MOST_IN_TURN))].tolist()
        push = Push(search.hard * float(random.choice(PUSHES)), search.moved_price)
        noise = self.turns.typical_cost * float(random.choice(NOISES))
        targets = np.maximum(search.peaks_kw(state) * random.uniform(*TURN_SHARES), tables.demand_floor)
        set_targets(targets, float(10.0 ** -random.uniform(0.0, SOFTEST)), tables, scratch)
        pin = self.turns.draw_pin(drawn[0], random) if random.random() < PINNED_SHARE else None
        absent, asked = set(drawn), [*drawn, *loose]
        turn_of = random.permutation(len(asked)).tolist()
        if pin is not None:  # it goes first, and the others make way for it
            turn_of.remove(0)
            turn_of.insert(0, 0)
        for place in turn_of:
            who, before = asked[place], tables
            tables = self.turns.tables(self._own, absent)
            seen = seen_from(state, before, tables)
            state.load[:], state.begun[:], state.level[:] = seen.load, seen.begun, seen.level
            if isinstance(who, int):
                loose.remove(who)
                first, last = int(tables.batch_at[who]), int(tables.batch_at[who + 1])
                if last > first:
                    respond(who, first, last, tables, search.every, state, push, scratch.quiet, scratch)
                continue
            for m in loose:
                lift_machine(m, -1, tables, state)
            pinned = pin if place == 0 else None
            view = View(tables, state, push, scratch.target_kw, scratch.slope, noise, random, pinned)
            self.turns.respond(who, view, order_too, search.run.must_end)
            for m in loose:
                lift_machine(m, 1, tables, state)
            absent.discard(who)
