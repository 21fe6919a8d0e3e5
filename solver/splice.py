"""The cheapest plan that is made of stretches of time of two plans.

What couples the batches couples those that are near in time, so that stretches which settled apart often fit
together. Where one plan may follow the other is found out at every batch; the rest is a shortest way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.layout import Floats, Ints
from solver.plant_kernel import PlantState
from solver.plant_tables import PlaceSet, PlantTables, machine_of_batches
from solver.splice_kernel import splice_costs

FITS = 1e-6  # of what the first plan costs besides its batches


def spliced(
    one: PlantState, other: PlantState, tables: PlantTables, places: PlaceSet, hard: float, moved: float
) -> Ints:
    """The starts of the cheapest plan of stretches of both, int64[B]; both states are used up.

    What it costs as a whole must be looked at: two changes may be too near to each other.
    """
    machine = machine_of_batches(tables)
    starts = one.start.copy(), other.start.copy()
    order = np.argsort(starts[0] + starts[1] + tables.duration, kind="stable")
    costs = np.zeros((2, len(order)))
    beyond = np.zeros((2, len(order) + 1))  # [0]: the other plan first and then the one; [1]: the other way
    for k, state in enumerate((one, other)):
        splice_costs(order, machine, starts[1 - k], tables, places, state, hard, moved, costs[k], beyond[k])
    fits = beyond <= beyond[0, 0] + FITS * max(1.0, abs(beyond[0, 0]))
    chosen = _cheapest_way(costs[:, order], fits)
    found = starts[0].copy()
    found[order[chosen == 1]] = starts[1][order[chosen == 1]]
    return found


def _cheapest_way(costs: Floats, fits: NDArray[np.bool_]) -> Ints:
    """Which plan each batch is taken from, in the order of time: 0 or 1."""
    count = costs.shape[1]
    came_from = np.zeros((2, count), dtype=np.int64)
    total = [0.0, 0.0]
    for i, pair in enumerate(costs.T.tolist()):
        sources = [0, 1]
        if i and fits[0, i] and total[1] < total[0]:
            sources[0] = 1  # the other plan so far, the one from here on
        if i and fits[1, i] and total[0] < total[1]:
            sources[1] = 0
        came_from[:, i] = sources
        total = [total[sources[0]] + pair[0], total[sources[1]] + pair[1]]
    chosen = np.zeros(count, dtype=np.int64)
    now = int(total[1] < total[0])
    for i in range(count - 1, -1, -1):
        chosen[i] = now
        now = int(came_from[now, i])
    return chosen
