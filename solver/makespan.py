"""The shortest plan under hard limits: islands of orders that anneal, and a bound that climbs beside them.

An order of batches is built into a plan by serial schedule generation (makespan_kernel.py); a local
search over orders keeps what is shorter (makespan_search_kernel.py). Islands differ in how they begin
and in their heat; each depends on its own random state alone, and they and the bound meet after every
round, so that any number of threads finds the same plans.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from solver.layout import Ints
from solver.makespan_bound import earliest_heads, energy_bound, machine_bound
from solver.makespan_intervals import IntervalBound, pieces_of
from solver.makespan_layout import (
    DURATION,
    FIRST_START,
    LAST_END,
    MOST_PAUSES,
    NOW,
    PINNED,
    Packing,
    PackTables,
    pack,
)
from solver.makespan_plan import PackedPlan, cheaper_plan, leave_room, may_sleep, plan_excess, replay
from solver.plan import Span
from solver.problem import PlanProblem
from solver.random_kernel import stream
from solver.search_run import ChunkPool
from solver.tariff import PriceGrid

if TYPE_CHECKING:
    from solver.makespan_search_kernel import Island
    from solver.makespan_state_kernel import PackState

HEATS_MIN = (0.1, 0.15, 0.25, 0.4)  # one island each, for makespans up to CALM_MIN; longer ones are hotter
CALM_MIN = 500.0
ROUND_STEPS = 400_000  # what an island may do between two looks at the clock, in steps of its inner loops
MOST_TRIALS = 1_000
FEW_CLIMBS, MANY_CLIMBS = 3, 12  # steps of the bound in a round, at first and once plans improve seldom
SELDOM = 40  # rounds
MEET_EVERY = 25  # rounds after which the worst island begins again from the best order
BOUND = len(HEATS_MIN)  # its place beside the islands


@dataclass(frozen=True, slots=True, eq=False)
class MakespanResult:
    """The shortest plan found, and a makespan below which there is none; `lost` batches found no place."""

    starts_min: dict[str, dict[str, int]]
    pauses_min: dict[str, dict[str, list[Span]]]
    makespan_min: int
    bound_min: int
    iterations: int
    lost: int

    @property
    def proven(self) -> bool:
        """Whether nothing can be shorter."""
        return self.lost == 0 and self.makespan_min <= self.bound_min


def shortest_plan(
    problem: PlanProblem,
    price: PriceGrid,
    *,
    should_end: Callable[[], bool],
    on_better: Callable[[int, int, int], None],
    seed: int,
    threads: int,
    iterations: int,
) -> MakespanResult:
    """The shortest plan found in so many rounds, or until `should_end` or the bound is met.

    `on_better` hears makespan, bound and rounds when one of the first two improves. A plan in which batches
    are lost breaks a limit where the result puts them, which the checker then says.
    """
    packing = pack(problem, price)
    if len(packing.tables.batch) == 0:
        return MakespanResult({m.id: {} for m in problem.machines}, {}, 0, 0, 0, 0)
    tables = [packing.tables]
    if may_sleep(packing):
        tables.append(pack(problem, price, asleep=True).tables)
    run = _Run(packing, tables, seed, on_better)
    with ChunkPool(threads) as pool:
        run.begin(pool)
        while not (run.proven or run.rounds >= iterations or should_end()):
            run.round(pool)
    return run.result()


def shortest_possible(packing: Packing) -> int:
    """A makespan below which there is no plan, as known before the search."""
    heads = earliest_heads(packing)
    return max(machine_bound(packing, heads), energy_bound(packing, heads))


@dataclass(slots=True, eq=False)
class _Run:
    """A search under way: its islands, the best plan that every limit passes, and the bound."""

    packing: Packing
    tables: list[PackTables]  # one after the other for the islands: sleeping machines awake, and asleep
    seed: int
    on_better: Callable[[int, int, int], None]
    bound: int = 0
    rounds: int = 0
    best: PackedPlan | None = None
    islands: list[Island] = field(default_factory=list)
    _intervals: IntervalBound | None = None
    _states: list[PackState] = field(default_factory=list)
    _trials: int = 1

    @property
    def proven(self) -> bool:
        """Whether no plan can be shorter than the best."""
        return self.best is not None and self.best.makespan_min <= self.bound

    def begin(self, pool: ChunkPool) -> None:
        """The first plan of each island, and the bounds that need no climb."""
        from solver.makespan_state_kernel import new_state

        self.bound = shortest_possible(self.packing)
        pieces = pieces_of(self.packing, earliest_heads(self.packing))
        self._intervals = IntervalBound(pieces) if pieces is not None else None
        self._trials = max(1, min(MOST_TRIALS, ROUND_STEPS // _steps_of_a_build(self.packing)))
        for place, order in enumerate(_first_orders(self.packing)):
            self.islands.append(_island(self.packing, order, place, self.seed))
            self._states.append(new_state(self._tables_of(place)))
        pool.run(self._start, [(place, place + 1) for place in range(len(self.islands))])
        self._take_best()

    def round(self, pool: ChunkPool) -> None:
        """Lets each island try some orders and the bound climb, then takes what they found."""
        pool.run(self._work, [(place, place + 1) for place in range(len(self.islands) + 1)])
        self.rounds += 1
        self._take_best()
        if self.rounds % MEET_EVERY == 0:
            self._meet()

    def result(self) -> MakespanResult:
        """The best plan, made cheaper where it stays as short; else that with the fewest lost."""
        if self.best is not None:
            plan, lost = cheaper_plan(self.packing, self.best), 0
        else:
            best = min(self.islands, key=_value_of)
            plan, lost = _plan_of(best), max(_value_of(best)[0], 1)
        packing = self.packing
        starts: dict[str, dict[str, int]] = {machine.id: {} for machine in packing.problem.machines}
        pauses: dict[str, dict[str, list[Span]]] = {machine.id: {} for machine in packing.problem.machines}
        for row, (machine, batch) in enumerate(packing.batches):
            start = int(plan.start[row])
            starts[machine.id][batch.id] = (
                start if start >= 0 else int(packing.tables.batch[row, FIRST_START])
            )
            if plan.pauses[row] and start >= 0:
                pauses[machine.id][batch.id] = list(plan.pauses[row])
        bound = self.bound if lost else min(self.bound, plan.makespan_min)
        return MakespanResult(starts, pauses, plan.makespan_min, bound, self.rounds, lost)

    def _tables_of(self, place: int) -> PackTables:
        return self.tables[place % len(self.tables)]

    def _start(self, place: int, _last: int) -> None:
        from solver.makespan_search_kernel import begin

        island, tables = self.islands[place], self._tables_of(place)
        now = tables.batch[:, NOW]
        if place < len(self.tables) and (now >= 0).any():
            # the plan in force, where it keeps the limits, is not lost
            in_force = island._replace(stays=np.where((now >= 0) & (tables.batch[:, PINNED] < 0), 1, -1))
            begin(tables, self._states[place], in_force)
        begin(tables, self._states[place], island)

    def _work(self, place: int, _last: int) -> None:
        from solver.makespan_search_kernel import improve

        if place < BOUND:
            improve(
                self._tables_of(place), self._states[place], self.islands[place], self.bound, self._trials
            )
        elif self._intervals is not None and self.best is not None:
            climbs = FEW_CLIMBS if self.rounds < SELDOM else MANY_CLIMBS
            self._intervals.climb(self.best.makespan_min, climbs)

    def _take_best(self) -> None:
        """Takes the shortest plan of an island, unless the way in which machines stand breaks a limit."""
        before = (self.best.makespan_min if self.best else None, self.bound)
        if self._intervals is not None:
            self.bound = max(self.bound, self._intervals.bound)
        for place in sorted(range(len(self.islands)), key=lambda one: _value_of(self.islands[one])):
            lost, makespan = _value_of(self.islands[place])
            if lost > 0 or (self.best is not None and makespan >= self.best.makespan_min):
                break
            self._offer(place)
        if self.best is not None and (self.best.makespan_min, self.bound) != before:
            self.on_better(self.best.makespan_min, min(self.bound, self.best.makespan_min), self.rounds)

    def _offer(self, place: int) -> None:
        """Takes an island's plan, or leaves more room where machines draw more than its tables say."""
        from solver.makespan_search_kernel import BEST_LOST, begin

        plan, tables = _plan_of(self.islands[place]), self._tables_of(place)
        excess = plan_excess(self.packing, plan) if may_sleep(self.packing) else None
        if excess is None:
            self.best = plan
            return
        leave_room(tables, replay(tables, plan), excess)
        for other in range(place % len(self.tables), len(self.islands), len(self.tables)):
            self.islands[other].value[BEST_LOST] = len(plan.start) + 1
            begin(tables, self._states[other], self.islands[other])

    def _meet(self) -> None:
        """Lets the worst island go on from the best order."""
        from solver.makespan_search_kernel import begin

        if len(self.tables) > 1:
            return  # what is short for some islands' tables may be too much for others'
        ranks = [_value_of(island) for island in self.islands]
        source, goal = ranks.index(min(ranks)), len(ranks) - 1 - ranks[::-1].index(max(ranks))
        if ranks[source] == ranks[goal]:
            return
        best, island = self.islands[source], self.islands[goal]
        island.order[:], island.delay[:] = best.best_order, best.best_delay
        island.stays[:] = best.best_stays
        begin(self._tables_of(goal), self._states[goal], island)


def _value_of(island: Island) -> tuple[int, int]:
    from solver.makespan_search_kernel import BEST_LOST, BEST_MAKESPAN

    return int(island.value[BEST_LOST]), int(island.value[BEST_MAKESPAN])


def _plan_of(island: Island) -> PackedPlan:
    pauses = tuple(
        tuple((int(a), int(b)) for a, b in spans[:count])
        for spans, count in zip(island.best_pauses, island.best_pause_count, strict=True)
    )
    return PackedPlan(island.best_start.copy(), pauses, _value_of(island)[1])


def _steps_of_a_build(packing: Packing) -> int:
    """About how many steps of its inner loops it takes to build a plan."""
    tables = packing.tables
    per_machine = np.diff(tables.rows)
    spans = tables.batch[:, DURATION] // tables.interval_min + 3
    steps = int(spans.sum() + (per_machine * per_machine).sum() // 2)
    if not tables.plain.all():
        steps += 4 * int(tables.batch[:, DURATION].sum())
    return steps + len(tables.capacity) * tables.horizon * len(tables.batch) // 4


def _first_orders(packing: Packing) -> list[Ints]:
    """One order for each island: by the plan in force, by energy, by duration, by the time that is left."""
    batch = packing.tables.batch
    energy = np.array([float(power.sum()) for power in packing.running_kw])
    first = np.where(batch[:, NOW] >= 0, batch[:, NOW], batch[:, FIRST_START])
    left = batch[:, LAST_END] - batch[:, DURATION] - batch[:, FIRST_START]
    keys = (
        first.astype(np.float64),
        -energy,
        -batch[:, DURATION].astype(np.float64),
        left - energy / energy.max(initial=1.0),
    )
    return [np.argsort(key, kind="stable").astype(np.int64) for key in keys]


def _first_stays(packing: Packing) -> Ints:
    """Which batches keep their place where only some may move: those that end first; see Island."""
    batch, most = packing.tables.batch, packing.tables.most_moved
    stays = np.full(len(batch), -1, dtype=np.int64)
    if most < 0:
        return stays
    placed = np.flatnonzero((batch[:, NOW] >= 0) & (batch[:, PINNED] < 0))
    stays[placed] = 1
    ends = batch[placed, NOW] + batch[placed, DURATION]
    stays[placed[np.argsort(-ends, kind="stable")][:most]] = 0
    return stays


def _island(packing: Packing, order: Ints, place: int, seed: int) -> Island:
    """An island that begins with this order, and has found no plan yet."""
    from solver.makespan_search_kernel import Island

    tables, count = packing.tables, len(order)
    most_pauses = max(1, int(tables.batch[:, MOST_PAUSES].max(initial=0)))
    longest = float(np.bincount(tables.batch[:, 0], weights=tables.batch[:, DURATION]).max())
    zeros = np.zeros((9, count), dtype=np.int64)
    return Island(
        order=order,
        delay=zeros[0],
        stays=_first_stays(packing),
        start=zeros[1],
        trial_order=zeros[2],
        trial_delay=zeros[3],
        trial_stays=zeros[4],
        best_order=zeros[5],
        best_delay=zeros[6],
        best_stays=zeros[7],
        best_start=zeros[8],
        best_pauses=np.zeros((count, most_pauses, 2), dtype=np.int64),
        best_pause_count=np.zeros(count, dtype=np.int64),
        value=np.array([count + 1, 1 << 40, count + 1, 1 << 40], dtype=np.int64),
        random=stream(seed, place),
        heat=HEATS_MIN[place] * max(1.0, longest / CALM_MIN),
    )
