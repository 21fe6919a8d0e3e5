"""What plans cost that are one plan up to a moment and another after it; twin splice_reference.py."""

from __future__ import annotations

import numpy as np

from solver.descent_kernel import own_cost
from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.plant_kernel import PlantState, breach_between, demand_cost, move_batch
from solver.plant_tables import PlaceSet, PlantTables


@outer_kernel
def splice_costs(
    order: Ints,
    machine: Ints,
    other_start: Ints,
    tables: PlantTables,
    places: PlaceSet,
    state: PlantState,
    hard: float,
    moved: float,
    costs: Floats,
    beyond: Floats,
) -> None:
    """Moves one batch after the other to where another plan has it, each machine's in their order.

    `machine` has that of each batch. costs[b] is what batch b costs alone in the plan at first; beyond[i]
    what the plan costs after i moves besides its batches, with `hard` for each batch that another hinders.
    """
    for b in range(len(costs)):
        costs[b] = own_cost(b, places, state)
        if tables.most_moved >= 0 and tables.now[b] >= 0 and state.start[b] != tables.now[b]:
            costs[b] += moved
    in_the_way = np.zeros(len(tables.batch_at) - 1, dtype=np.int64)
    count = 0
    beyond[0] = shared_cost(tables, state, hard)
    for i in range(len(order)):
        b = order[i]
        m = machine[b]
        move_batch(m, b, other_start[b], tables, state)
        count -= in_the_way[m]
        in_the_way[m] = 0
        if b + 1 < tables.batch_at[m + 1]:
            free = state.start[b] + state.span[b] + tables.gap[b + 1]
            in_the_way[m] = 1 if state.start[b + 1] < free else 0
        count += in_the_way[m]
        beyond[i + 1] = shared_cost(tables, state, hard) + hard * count


@inner_kernel
def shared_cost(tables: PlantTables, state: PlantState, hard: float) -> float:
    """What a plan costs besides its batches: its peaks, and what it breaks."""
    too_many = max(0, state.moved[0] - tables.most_moved) if tables.most_moved >= 0 else 0
    broken = breach_between(0, len(tables.price) + 1, tables, state) + too_many
    return float(demand_cost(tables, state.load) + hard * broken)
