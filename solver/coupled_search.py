"""The search where something couples the machines: a bound that climbs, and plans that settle and are shaken.

Islands hold plans of their own. Each round they make trials (trial_kernel.py) and the bound climbs a bit.
One island exploits the best plan, the other tries other peaks. Chance is drawn from the seed, the round and
the island, so that any number of threads finds the same plan after the same rounds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.coupled_bound import CoupledBound
from solver.couplings import Couplings
from solver.descent_kernel import (
    Push,
    misplaced,
    scratch_for,
    set_targets,
    sweep,
    to_places,
    whole_cost,
)
from solver.island import Island, cost_of_island
from solver.late_rounds import LateRounds
from solver.layout import Floats, Ints, Layout
from solver.pause_response import PausingMachines
from solver.plant_kernel import PlantState, breach_between, empty_state, fill_state, peak_kw, plans_of
from solver.plant_tables import (
    PlaceSet,
    PlantTables,
    anywhere,
    coarse_places,
    every_place,
    in_their_own_way,
    plant_tables,
)
from solver.random_kernel import stream
from solver.search_run import ChunkPool, SearchRun
from solver.special_turns import SpecialTurns
from solver.special_walk import SpecialWalk
from solver.trial_kernel import TrialRule, run_trials
from solver.trial_rules import rule_of_round

ISLANDS = 2
FIRST_CLIMBS = 80
STEP_MIN = 15  # starts and ends of batches lie on it at first; now and then every minute is looked at
RESIDUES = 4
FEW_PLACES = 2000  # so many are looked at on every minute at once
SHARES = (0.93, 0.96, 0.985, 1.0, 1.02, 1.05)  # of the averaged peak, as first targets
RAMP = (0.003, 0.03, 0.3, 1.0)  # of the charges, while a plan settles
HARD = 20.0  # what breaking a limit by its own size for a minute costs, in typical batches
ELSEWHERE = (0.93, 1.04)  # of its peaks, where a plan begins anew
PROMISING_CHANCE = 0.7  # that it begins at the peak that the bound thinks most of
VERY_FEW, ANYWHERE_CHANCE = 30, 0.5  # batches; that a plan of so few begins anywhere
MANY = 1000  # batches: from here on each sweep takes long, and fewer beginnings are tried
EXPLORE_EVERY, FINE_EVERY = 12, 6  # rounds
KEPT_BREACH = 1e-9
HASTY_MOVE = 0.02  # of a typical batch's cost: leaving the plan in force, while its price is not known
DEARER, CHEAPER = 1.25, 0.9  # of the price of leaving the plan in force, from round to round
PAUSED_AT_ONCE = 10  # machines that may pause and respond in a round


class CoupledSearch:
    """One search; costs are above standing."""

    def __init__(
        self,
        layout: Layout,
        couplings: Couplings,
        run: SearchRun,
        pool: ChunkPool,
        special: SpecialTurns | None = None,
    ) -> None:
        """Lays everything out for the kernels; `special` are machines that take turns with the others."""
        self.layout, self.run, self._pool = layout, run, pool
        self._own: PlantTables = plant_tables(layout, couplings)
        bare = self._own if special is None else plant_tables(layout, couplings.of_own(self.machine_names))
        self.tables = self._own if special is None else special.tables(self._own)
        self.every: PlaceSet = every_place(layout, self.tables)
        few = len(self.every.start) <= FEW_PLACES
        self.coarse = self.every if few else coarse_places(self.tables, self.every, STEP_MIN, RESIDUES)
        self._bound = CoupledBound(layout, bare, self.every, self.coarse, run, pool)
        self.random = np.random.Generator(np.random.Philox(key=run.seed % 2**63))
        self._mean_price = float(np.abs(layout.price_per_kw_min).mean())
        work = np.abs(self.tables.power_kw * self.tables.duration)
        typical = float(np.abs(layout.price_per_kw_min).max()) * float(work.mean() if len(work) else 0.0)
        self.hard = HARD * max(typical, 0.0 if special is None else special.typical_cost, 1e-3)
        self._few = len(work) < MANY
        self.moved_price = 0.0
        self._pausing = PausingMachines(layout, self.tables)
        self._nearest: PlantState | None = None
        self.special = None if special is None else SpecialWalk(self, special, self._own)
        self._least_breach = np.inf
        self.scratch = [scratch_for(self.tables, self.every) for _ in range(ISLANDS)]
        self._trials = 100 if self._few else 250
        self._late = LateRounds(self, self._bound)

    def fly(self, iterations: int, now: Ints) -> None:
        """First plans, then rounds until the run must end."""
        if not len(self.tables.duration):
            assert self.special is not None
            self.special.walk_alone(iterations)
            return
        now = now.copy()
        to_places(now, self.every)
        begin = self.unbroken(now)
        self._part_batches(begin)
        self._settled(begin, self.peaks_kw(begin), 0, hasty=not self._few)
        if not self._bound.climb(FIRST_CLIMBS if self._few else FIRST_CLIMBS // 2):
            return
        self._bound.refine()
        self.moved_price = self._bound.moved_price
        if not self._begin(now):
            return
        self._bound.prove()
        self.moved_price = max(self._bound.moved_price, 1e-3 * self.hard / HARD)
        if self.special is not None:
            self.special.stand_as_in_best()
        islands = [Island(self._lead()) for _ in range(ISLANDS)]
        for island in islands:
            island.cost = self.cost_of(island.state)
        for turn in range(iterations):
            if self.run.must_end():
                return
            self._round(turn, islands)
            self.run.iterations = turn + 1
            if not self._bound.climb(self._bound.steps):
                return
        self.run.stopped_by = self.run.stopped_by or "iterations"

    def touch(self, now: Ints) -> None:
        """Runs each kernel once, so that all are compiled."""
        now = now.copy()
        to_places(now, self.every)
        coarse_places(self.tables, self.every, STEP_MIN, RESIDUES)  # a tiny problem looks at all places
        island = Island(self.unbroken(now))
        self._settled(island.state, self.peaks_kw(island.state), 0)
        self._bound.touch()
        self._late.touch(island)
        machines = np.arange(len(self.tables.batch_at) - 1)
        self._mend(island.state, machines, 0, Push(self.hard, 0.0), self.coarse)
        self._try(0, 0, island)
        self._pausing.respond(
            0, island.state, self.hard, 0.0, self.scratch[0].target_kw, self.scratch[0].slope
        )
        island.state = self.copied(island.state)

    def _begin(self, now: Ints) -> bool:
        """Plans that settle from the relaxed answer and from the plan in force, at several peaks."""
        peaks = self._bound.peaks_kw
        sources = [(self._bound.best_starts, share) for share in (SHARES if self._few else (1.0,))]
        for source, share in [(now, 1.0), *sources]:
            if self.run.must_end():
                return False
            self._settled(self.unbroken(source), np.maximum(peaks * share, self.tables.demand_floor), 0)
        return True

    def _settled(
        self,
        state: PlantState,
        targets_kw: Floats,
        place: int,
        hasty: bool = False,
        places: PlaceSet | None = None,
    ) -> PlantState:
        """Lets all machines respond in turn, ever steeper, and offers what comes of it."""
        scratch, places = self.scratch[place], self.coarse if places is None else places
        order = self.random.permutation(len(self.tables.batch_at) - 1)
        counted = hasty and self.tables.most_moved >= 0
        push = Push(self.hard, HASTY_MOVE * self.hard / HARD if counted else self.moved_price)
        ramp = RAMP if self._few else RAMP[1:]
        for softness in (1.0,) if hasty else (*ramp, 1.0, 1.0):
            if self.run.must_end():
                break
            set_targets(targets_kw, softness, self.tables, scratch)
            if not sweep(self.tables, places, state, push, order, scratch) and softness == 1.0:
                break
        self._mend(state, order, place, push, places)
        self.offer(state)
        if self._pausing.machines and self._breach(state) > KEPT_BREACH:  # pauses may be the only way
            self._pause(state, self._pausing.machines)
            self.offer(state)
        return state

    def _part_batches(self, state: PlantState) -> None:
        """While no plan is known, lets just the machines respond whose batches are in each other's way.

        Where some have fallen behind a plan that keeps all else, that is the quickest way to one.
        """
        if np.isfinite(self.run.best_cost):
            return
        set_targets(self.peaks_kw(state), 1.0, self.tables, self.scratch[0])
        machines = in_their_own_way(self.tables, state.start, state.span)
        sweep(self.tables, self.every, state, Push(self.hard, 1e-6 * self.hard), machines, self.scratch[0])
        self.offer(state)

    def _mend(self, state: PlantState, order: Ints, place: int, push: Push, places: PlaceSet) -> None:
        """Raises the prices of limits that are still broken until they are kept, or a few times in vain."""
        push = Push(push.hard, max(push.moved, 1e-6 * self.hard))
        for _ in range(8):
            if self.run.must_end() or self._breach(state) <= KEPT_BREACH:
                return
            push = Push(push.hard * 4.0, push.moved * 4.0)
            sweep(self.tables, places, state, push, order, self.scratch[place])

    def _round(self, turn: int, islands: Sequence[Island]) -> None:
        if turn % EXPLORE_EVERY == EXPLORE_EVERY - 1:
            self._explore(islands[-1])
        if self._late.at(turn):
            self._late.look(turn, islands, self._cost_of_a_batch)

        def chunk(first: int, last: int) -> None:
            for place in range(first, last):
                self._try(turn, place, islands[place])

        self._pool.run(chunk, self._pool.edges(len(islands)))
        self._pause_some(islands[0])
        if self.special is not None:
            self.special.take_turns(turn, islands)
        if self._late.at(turn):
            self._late.splice(islands)
        for island in islands:
            self.offer(island.state)
        if turn % FINE_EVERY == FINE_EVERY - 1:
            self._look_at_every_minute(islands[0])
        self._follow(turn, islands)
        self._weigh_moves(islands)

    def _weigh_moves(self, islands: Sequence[Island]) -> None:
        """Makes leaving the plan in force dearer while too many batches want to, cheaper while few do."""
        most = self.tables.most_moved
        if most < 0:
            return
        full = int(islands[0].state.moved[0]) >= most - max(1, most // 50)
        self.moved_price = max(self._bound.moved_price, self.moved_price * (DEARER if full else CHEAPER))
        for island in islands:
            island.cost = self.cost_of(island.state)

    def _try(self, turn: int, place: int, island: Island) -> None:
        rule = self._rule(turn, place)
        peaks = np.zeros(len(self.tables.demand_price))
        state = self.copied(island.state)  # sums anew, so that rounding does not add up
        island.cost = run_trials(
            self._trials, rule, self.tables, self.coarse, self.every, state, self.cost_of(state),
            Push(self.hard, self.moved_price), stream(self.run.seed, turn, place),
            self.scratch[place], peaks, self._mean_price,
        )  # fmt: skip
        island.state = state

    @property
    def _cost_of_a_batch(self) -> float:
        return abs(self.run.best_cost) / max(1, len(self.tables.duration))

    def _rule(self, turn: int, place: int) -> TrialRule:
        cost = self._cost_of_a_batch
        rule = rule_of_round(
            turn, place, machines=len(self.tables.batch_at) - 1, horizon_min=self.layout.horizon,
            few_batches=self._few, cost_of_a_batch=cost,
        )  # fmt: skip
        return self._late.rule(rule, turn, place, cost) if self._late.at(turn) else rule

    def _explore(self, island: Island) -> None:
        """Begins again from the best plan at other peaks, or from what the most promising bound thinks of."""
        part, state = self._bound.promising, self._lead()
        if part is not None and (begun := self._late.begun_anew(state, part.starts)) is not None:
            targets, (starts, places) = self.peaks_kw(state), begun
            island.state = self._settled(self.unbroken(starts), targets, ISLANDS - 1, places=places)
            island.cost = self.cost_of(island.state)
            return
        targets = np.maximum(self.peaks_kw(state) * self.random.uniform(*ELSEWHERE), self.tables.demand_floor)
        if len(self.tables.duration) <= VERY_FEW and self.random.uniform() < ANYWHERE_CHANCE:
            state = self.unbroken(anywhere(self.tables, self.every, self.random))
        elif part is not None and self.random.uniform() < PROMISING_CHANCE:
            starts = part.starts.copy()
            to_places(starts, self.coarse)
            state, targets[0] = self.unbroken(starts), part.floor_kw
        island.state = self._settled(state, targets, ISLANDS - 1)
        island.cost = self.cost_of(island.state)

    def _look_at_every_minute(self, island: Island) -> None:
        """Lets a copy of the plan settle on the minute; the island goes on with its own."""
        state, scratch = self.copied(island.state), self.scratch[0]
        set_targets(self.peaks_kw(state), 1.0, self.tables, scratch)
        push = Push(self.hard, self.moved_price)
        order = self.random.permutation(len(self.tables.batch_at) - 1)
        if self.run.must_end():
            return
        sweep(self.tables, self.every, state, push, order, scratch)
        self.offer(state)
        cost = self.cost_of(state)
        if not self._few and cost < island.cost:  # few machines are better off on the coarse places
            island.state, island.cost = state, cost

    def _follow(self, turn: int, islands: Sequence[Island]) -> None:
        """The first island takes over what another found; the last comes back when it found nothing."""
        leader = min(islands, key=cost_of_island)
        first = islands[0]
        if leader is not first and leader.cost < first.cost - 1e-9:
            first.state, first.cost = self.copied(leader.state), leader.cost
        if turn % EXPLORE_EVERY == EXPLORE_EVERY // 2 and islands[-1].cost > first.cost:
            islands[-1].state, islands[-1].cost = self.copied(first.state), first.cost

    def cost_of(self, state: PlantState) -> float:
        cost = float(whole_cost(self.tables, self.every, state, self.hard, self.moved_price))
        if self.special is None:
            return cost
        turns = self.special.turns
        return cost + turns.dearer + self.hard * turns.too_many_moved

    def _breach(self, state: PlantState) -> float:
        breach = float(breach_between(0, len(self.tables.price) + 1, self.tables, state))
        beyond = int(state.moved[0]) - self.tables.most_moved if self.tables.most_moved >= 0 else 0
        foreign = 0 if self.special is None else self.special.turns.too_many_moved
        return breach + max(0, beyond) + foreign + misplaced(self.tables, self.every, state)

    def _pause_some(self, island: Island) -> None:
        """Lets a few of the machines that may pause respond, exactly; it is kept if it is no dearer."""
        pausing = self._pausing.machines
        if not pausing:
            return
        for m in self.random.choice(pausing, min(PAUSED_AT_ONCE, len(pausing)), replace=False).tolist():
            state = self.copied(island.state)
            self._pause(state, [m])
            cost = self.cost_of(state)
            if cost <= island.cost:
                island.state, island.cost = state, cost

    def _pause(self, state: PlantState, machines: Sequence[int]) -> None:
        scratch = self.scratch[0]
        for m in machines:
            if self.run.must_end():
                return
            set_targets(self.peaks_kw(state), 1.0, self.tables, scratch)
            moved = self.moved_price
            self._pausing.respond(m, state, self.hard, moved, scratch.target_kw, scratch.slope)

    def offer(self, state: PlantState) -> None:
        """Takes a plan that keeps all limits if it is the cheapest; else remembers what broke them least."""
        breach = self._breach(state)
        if breach > KEPT_BREACH:
            if breach < self._least_breach:
                self._least_breach, self._nearest = breach, self.copied(state)
                if self.special is not None:
                    self.special.nearest = self.special.turns.plan
            return
        cost = float(whole_cost(self.tables, self.every, state, 0.0, 0.0))
        special = None if self.special is None else self.special.turns
        if special is not None:
            cost += special.dearer
        if cost < self.run.best_cost - 1e-9:
            self.run.offer(plans_of(self.tables, state), cost, None if special is None else special.plan)

    def _lead(self) -> PlantState:
        """The best plan, or while there is none the one that breaks limits least."""
        if self._nearest is not None and not np.isfinite(self.run.best_cost):
            return self.copied(self._nearest)
        state = empty_state(self.tables)
        fill_state(self._pausing.put(self.run.best, state), self.tables, state)
        return state

    def unbroken(self, starts: Ints) -> PlantState:
        """A plan of these starts without pauses."""
        state = empty_state(self.tables)
        fill_state(starts, self.tables, state)
        return state

    def copied(self, other: PlantState, starts: Ints | None = None) -> PlantState:
        """The same plan, or one with other starts of its batches, its sums made anew."""
        state = empty_state(self.tables)
        state.span[:], state.pauses[:] = other.span, other.pauses
        state.paused_cost[:] = other.paused_cost
        fill_state(other.start if starts is None else starts, self.tables, state)
        return state

    def peaks_kw(self, state: PlantState) -> Floats:
        return np.array([peak_kw(k, self.tables, state.load) for k in range(len(self.tables.demand_price))])

    @property
    def machine_names(self) -> list[str]:
        """The machines but for the special ones, in the tables' order."""
        return [machine.id for machine in self.layout.machines]

    def keeps_limits(self, state: PlantState) -> bool:
        """Whether a plan breaks nothing."""
        return self._breach(state) <= KEPT_BREACH

    def see_special(self, tables: PlantTables) -> None:
        """Goes on beside other plans of the special machines."""
        self.tables = self._pausing.tables = tables

    def show_nearest(self) -> None:
        """Where no plan was found, makes the run's best what broke limits least."""
        if not np.isfinite(self.run.best_cost) and self._nearest is not None:
            self.run.best = plans_of(self.tables, self._nearest)
            if self.special is not None:
                self.run.others = self.special.nearest or self.run.others
