"""All plans of a machine that has few of them: what each costs, and takes of what the plant shares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, permutations

import numpy as np

from solver.couplings import Couplings
from solver.layout import Floats, Ints
from solver.plant_kernel import PlantState
from solver.plant_tables import PlantTables, starts_within, window_means
from solver.problem import Machine
from solver.sleep import SleepOptimum, standing_path
from solver.sleep_model import Prices, SleepModel, sleep_model
from solver.special import Occupied, cost_there, occupied_by

MOST_PLANS = 600  # of a machine, that are listed
MOST_TRIED = 4  # times as many are looked at, for a machine may not get to sleep between
MOST_ORDERED = 4  # batches that may run in any order
MOST_NUMBERS = 4_000_000  # of what the plans of a machine take
SLACK = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class PlanList:
    """The n plans of a machine, cheapest first: starts by batch, cost [n], used [n, R] and means [n, P].

    R is what hard limits count, P the windows of all demand charges, one charge after the other.
    """

    name: str
    starts: tuple[tuple[int, ...], ...]
    place: dict[tuple[int, ...], int]
    cost: Floats
    used: Floats
    means: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What is taken of what is shared: used[R] by hard limits, means[P] in the windows of charges."""

    used: Floats
    means: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Which windows hard limits and charges look at, what all may use (float64[R]), and the K charges."""

    capped: Ints
    charged: Ints
    part_at: Ints  # int64[K + 1], where each charge's windows are among those of all
    most: Floats
    price_per_kw: Floats  # float64[K]
    floor_kw: Floats


def shared_of(tables: PlantTables) -> Shared:
    """The rows of a plant's tables without any machine in them."""
    parts = []
    for k, g in enumerate(tables.demand_grid.tolist()):
        at = int(tables.grid_at[g])
        own = tables.demand_counts[k, at : int(tables.grid_at[g + 1])]
        parts.append(at + np.flatnonzero(own))
    capped = np.flatnonzero(np.isfinite(tables.cap_kw))
    cap_kw, level = tables.cap_kw[capped], tables.level
    most = [
        cap_kw + SLACK * np.maximum(1.0, cap_kw),
        tables.people.astype(np.float64),
        np.full(len(tables.base_begun), float(tables.most_starts)),
        level.ravel() + SLACK,
        (tables.capacity[:, None] - level).ravel() + SLACK,
        np.array([np.inf if tables.most_moved < 0 else float(tables.most_moved)]),
    ]
    return Shared(
        capped=capped,
        charged=np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(np.int64),
        part_at=np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64),
        most=np.concatenate(most),
        price_per_kw=tables.demand_price,
        floor_kw=tables.demand_floor,
    )


def rows_of(taken: Occupied, shared: Shared, tables: PlantTables) -> Rows:
    """What machines take."""
    means = window_means(taken.load_kw, tables)
    counted = tables.most_starts > 0
    begun = starts_within(taken.started, tables.starts_within) if counted else np.zeros(0, dtype=np.int64)
    busy = taken.busy if len(tables.people) else np.zeros(0, dtype=np.int64)
    return _rows(means, busy, begun, taken.goods, taken.moved, shared)


def rows_now(state: PlantState, now: PlantTables, moved: int, shared: Shared, tables: PlantTables) -> Rows:
    """What the whole plant takes in a state beside others that are in `now`; `tables` are without them."""
    busy = state.busy + tables.people - now.people
    moved += int(state.moved[0])
    return _rows(state.load, busy, state.begun, state.level - tables.level, moved, shared)


def _rows(means: Floats, busy: Ints, begun: Ints, goods: Floats, moved: int, shared: Shared) -> Rows:
    used = [means[shared.capped], busy, begun, -goods.ravel(), goods.ravel(), np.array([moved])]
    return Rows(np.concatenate(used).astype(np.float64), means[shared.charged])


def list_plans(
    machine: Machine, prices: Prices, couplings: Couplings, tables: PlantTables, shared: Shared
) -> PlanList | None:
    """All plans of a machine, or None where they are too many, or a single one, or a batch may pause."""
    pausing = any(batch.pauses.most for batch in machine.batches) or machine.under_way is not None
    free = not (machine.order_fixed or machine.fixed)
    if pausing or machine.fixed or (free and len(machine.batches) > MOST_ORDERED):
        return None
    most = min(MOST_PLANS, MOST_NUMBERS // len(shared.most))
    model = sleep_model(machine, couplings.horizon)
    ways = list(islice(_ways(machine, model), MOST_TRIED * most + 1))
    if len(ways) > MOST_TRIED * most:
        return None
    found: dict[tuple[int, ...], tuple[float, Rows]] = {}
    for starts in ways:
        named = {batch.id: start for batch, start in zip(machine.batches, starts, strict=True)}
        path = standing_path(machine, couplings.horizon, prices.standing, named)
        plan = None if path is None else SleepOptimum(named, {}, 0.0, 0.0, path[1])
        cost = np.inf if plan is None else cost_there(machine, plan, prices)
        if plan is not None and np.isfinite(cost):
            taken = occupied_by([machine], {machine.id: plan}, couplings)
            found[starts] = (cost, rows_of(taken, shared, tables))
    if not 2 <= len(found) <= most:
        return None
    ranked = sorted(found, key=lambda starts: found[starts][0])
    return PlanList(
        name=machine.id,
        starts=tuple(ranked),
        place={starts: row for row, starts in enumerate(ranked)},
        cost=np.array([found[starts][0] for starts in ranked]),
        used=np.array([found[starts][1].used for starts in ranked]),
        means=np.array([found[starts][1].means for starts in ranked]),
    )


def _ways(machine: Machine, model: SleepModel) -> Iterator[tuple[int, ...]]:
    """The starts of every way to run the batches, in any order that the machine allows."""
    count = len(machine.batches)
    orders = [tuple(range(count))] if machine.order_fixed else permutations(range(count))
    for order in orders:
        yield from _placed(machine, model, order, 0, 0, [0] * count)


def _placed(
    machine: Machine, model: SleepModel, order: tuple[int, ...], rank: int, free: int, starts: list[int]
) -> Iterator[tuple[int, ...]]:
    if rank == len(order):
        yield tuple(starts)
        return
    b = order[rank]
    batch, first = machine.batches[b], int(model.first[b])
    earliest = max(first, free + (batch.gap_before_min if rank else 0))
    for start in range(earliest, first + int(model.size[b])):
        if not model.shut[start : start + batch.duration_min].any():
            starts[b] = start
            yield from _placed(machine, model, order, rank + 1, start + batch.duration_min, starts)
