"""The slow, obvious twin of special_pairs_kernel.py: every pair, one after the other."""

from __future__ import annotations

from itertools import product

import numpy as np

from solver.layout import Floats, Ints
from solver.special_lists import PlanList


def cheapest_pair_reference(
    one: PlanList,
    other: PlanList,
    room: Floats,
    beside: Floats,
    part_at: Ints,
    price: Floats,
    floor_kw: Floats,
) -> tuple[float, int, int]:
    """The least cost of a pair and its places; infinity and -1 where none fits."""
    best = (np.inf, -1, -1)
    for a, b in product(range(len(one.cost)), range(len(other.cost))):
        if not (one.used[a] + other.used[b] <= room).all():
            continue
        means = beside + one.means[a] + other.means[b]
        cost = float(one.cost[a] + other.cost[b])
        for k, per_kw in enumerate(price):
            cost += per_kw * max([floor_kw[k], *means[part_at[k] : part_at[k + 1]]])
        best = min(best, (cost, a, b))
    return best
