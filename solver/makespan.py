"""The shortest plan under hard limits: islands of orders that anneal, and a bound from machines and energy.

An order of batches is built into a plan by serial schedule generation (makespan_kernel.py); a local
search over orders keeps what is shorter (makespan_search_kernel.py). Islands differ in how they begin
and in their heat; each depends on its own random state alone, so any number of threads finds the same
plans.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.layout import Floats, Ints
from solver.makespan_layout import (
    DURATION,
    FIRST_START,
    GAP,
    NOW,
    PINNED,
    Packing,
    PackTables,
    pack,
)
from solver.plan import Span
from solver.problem import PlanProblem
from solver.search_run import ChunkPool
from solver.tariff import PriceGrid

if TYPE_CHECKING:
    from solver.makespan_kernel import PackState
    from solver.makespan_search_kernel import Island

HEATS_MIN = (0.5, 1.5, 3.0, 6.0)  # one island each
TRIALS = 400  # of each island between two looks at the clock
ROUNDING = 1e-9


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

    `on_better` hears makespan, bound and rounds. A plan in which batches are lost breaks a limit where the
    result puts them, which the checker then says.
    """
    from solver.makespan_search_kernel import BEST_LOST, BEST_MAKESPAN, begin, improve

    packing = pack(problem, price)
    tables, bound = packing.tables, shortest_possible(packing)
    if len(tables.batch) == 0:
        return MakespanResult({m.id: {} for m in problem.machines}, {}, 0, 0, 0, 0)
    islands = [_island(tables, place, seed) for place in range(len(HEATS_MIN))]
    states = [_state(tables) for _ in islands]

    def start(first: int, last: int) -> None:
        for place in range(first, last):
            begin(tables, states[place], islands[place])

    def work(first: int, last: int) -> None:
        for place in range(first, last):
            improve(tables, states[place], islands[place], bound, TRIALS)

    made, told = 0, (1 << 40, 1 << 40)
    with ChunkPool(threads) as pool:
        pool.run(start, pool.edges(len(islands)))
        while True:
            best = min(islands, key=_value_of)
            value = int(best.value[BEST_LOST]), int(best.value[BEST_MAKESPAN])
            if value < told:
                told = value
                if value[0] == 0:
                    on_better(value[1], bound, made)
            if (value[0] == 0 and value[1] <= bound) or made >= iterations or should_end():
                break
            pool.run(work, pool.edges(len(islands)))
            made += 1
    return _result(packing, best, bound, made)


def _value_of(island: Island) -> tuple[int, int]:
    from solver.makespan_search_kernel import BEST_LOST, BEST_MAKESPAN

    return int(island.value[BEST_LOST]), int(island.value[BEST_MAKESPAN])


def _state(tables: PackTables) -> PackState:
    from solver.makespan_kernel import new_state

    return new_state(tables)


def _island(tables: PackTables, place: int, seed: int) -> Island:
    """An island whose first order is by energy, by duration, by what its machine has left, or at random."""
    from solver.makespan_search_kernel import Island

    random = np.random.Generator(np.random.Philox(key=[seed % 2**63, place]))
    count = len(tables.batch)
    duration = tables.batch[:, DURATION].astype(np.float64)
    energy = np.array([tables.run_sum[at + int(d)] for at, d in zip(tables.run_at, duration, strict=True)])
    machine_load = np.bincount(tables.batch[:, 0], weights=duration, minlength=len(tables.ordered))
    keys = (-energy, -duration, -machine_load[tables.batch[:, 0]], random.random(count))
    order = np.argsort(keys[place % len(keys)], kind="stable").astype(np.int64)
    order = order[np.argsort(tables.batch[order, FIRST_START], kind="stable")]
    pauses = max(1, int(tables.batch[:, 6].max(initial=0)))

    def numbers() -> Ints:
        return np.zeros(count, dtype=np.int64)

    return Island(
        order=order,
        delay=numbers(),
        stays=_stays(tables, random),
        start=numbers(),
        trial_order=numbers(),
        trial_delay=numbers(),
        trial_stays=numbers(),
        best_order=numbers(),
        best_delay=numbers(),
        best_stays=numbers(),
        best_start=np.full(count, -1, dtype=np.int64),
        best_pauses=np.zeros((count, pauses, 2), dtype=np.int64),
        best_pause_count=numbers(),
        value=np.array([count + 1, 1 << 40, count + 1, 1 << 40], dtype=np.int64),
        random=np.random.SeedSequence([seed % 2**32, place]).generate_state(2, np.uint32).view(np.uint64),
        heat=HEATS_MIN[place],
    )


def _stays(tables: PackTables, random: np.random.Generator) -> Ints:
    """1 for batches that keep their present place, so that no more move than may; -1 where there is none."""
    has_now = (tables.batch[:, NOW] >= 0) & (tables.batch[:, PINNED] < 0)
    if tables.most_moved < 0:
        return np.zeros(len(has_now), dtype=np.int64)
    stays = np.where(has_now, 0, -1).astype(np.int64)
    must = max(0, int(has_now.sum()) - tables.most_moved)
    stays[random.permutation(np.flatnonzero(has_now))[:must]] = 1
    return stays


def _result(packing: Packing, best: Island, bound: int, made: int) -> MakespanResult:
    from solver.makespan_search_kernel import BEST_LOST, BEST_MAKESPAN

    starts: dict[str, dict[str, int]] = {machine.id: {} for machine in packing.problem.machines}
    pauses: dict[str, dict[str, list[Span]]] = {machine.id: {} for machine in packing.problem.machines}
    for row, (machine, batch) in enumerate(packing.batches):
        start = int(best.best_start[row])
        starts[machine.id][batch.id] = start if start >= 0 else int(packing.tables.batch[row, FIRST_START])
        spans = best.best_pauses[row, : int(best.best_pause_count[row])].tolist()
        if spans and start >= 0:
            pauses[machine.id][batch.id] = [(since, to) for since, to in spans]
    makespan = int(best.value[BEST_MAKESPAN])
    return MakespanResult(starts, pauses, makespan, bound, made, int(best.value[BEST_LOST]))


def shortest_possible(packing: Packing) -> int:
    """A makespan below which there is no plan.

    Each machine has its batches and gaps one after the other, from the earliest start on; and all intervals
    up to the end hold no more energy than they may, the last one no more than the machines can draw in it.
    """
    tables = packing.tables
    longest = max((_machine_bound(tables, m) for m in range(len(tables.ordered))), default=0)
    return max(longest, _energy_bound(packing))


def _machine_bound(tables: PackTables, m: int) -> int:
    rows = tables.batch[tables.rows[m] : tables.rows[m + 1]]
    if len(rows) == 0:
        return 0
    if tables.ordered[m]:
        end = 0
        for place, row in enumerate(rows.tolist()):
            end = max(row[FIRST_START], end + row[GAP] if place else 0) + row[DURATION]
        return int(end)
    gaps = int(rows[:, GAP].sum() - rows[:, GAP].max())
    alone = int((rows[:, FIRST_START] + rows[:, DURATION]).max())
    return max(alone, int(rows[:, FIRST_START].min() + rows[:, DURATION].sum()) + gaps)


def _energy_bound(packing: Packing) -> int:
    """The first minute by which the intervals can have held all energy above the least of standing."""
    tables = packing.tables
    if not len(tables.energy) or any(machine.sleep for machine in packing.problem.machines):
        return 0
    needed, fastest = 0.0, np.zeros(len(tables.ordered))
    for at, values in zip(tables.run_at.tolist(), tables.batch.tolist(), strict=True):
        m, duration = values[0], values[DURATION]
        rest = np.diff(tables.rest_sum[m])
        power = np.diff(tables.run_sum[at : at + duration + 1])
        needed += float(power.sum()) - duration * float(rest.max())
        fastest[m] = max(fastest[m], float(power.max()) - float(rest.min()))
    return _minutes_for(needed, float(fastest.sum()), tables.energy, tables.interval_min, tables.horizon)


def _minutes_for(needed: float, fastest_kw: float, energy: Floats, interval_min: int, horizon: int) -> int:
    needed -= ROUNDING * max(1.0, abs(needed))
    if needed <= 0.0:
        return 0
    for k, room in enumerate(energy.tolist()):
        minutes = min(interval_min, horizon - k * interval_min)
        most = min(max(room, 0.0), fastest_kw * minutes)
        if most >= needed:
            return k * interval_min + int(np.ceil(needed / fastest_kw - ROUNDING))
        needed -= most
    return horizon
