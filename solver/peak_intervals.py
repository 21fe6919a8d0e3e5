"""Branching on the peak: between two levels that sets of machines make, covers tell who must wait.

The highest mean lies in one of the intervals [L_i, L_i+1). In each, the demand charge costs at least its
price × L_i, and the covers of L_i+1 hold (covers.py); a Lagrangian bound of its own climbs there. The
least of them bounds the whole. An interval whose bound reaches the best plan's cost is done.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from solver.covers import covers_of, least_powers_kw, peak_levels_kw
from solver.dual import DualBound
from solver.layout import Layout
from solver.plant_tables import PlaceSet, PlantTables
from solver.search_run import ChunkPool

SPLIT = 0.05  # of an interval, where it is split
FAR_BELOW = 0.85  # of the peak that is aimed at: all below is one interval


class PeakIntervals:
    """Bounds for each interval of the peak; none where there are many machines or several charges."""

    def __init__(
        self, layout: Layout, tables: PlantTables, places: PlaceSet, pool: ChunkPool, dual: DualBound
    ) -> None:
        """Finds the intervals around the peak that `dual` aims at; each begins from its prices."""
        self.parts: list[DualBound] = []
        if not _suits(tables):
            return
        powers = least_powers_kw(layout)
        base = float(tables.base_kw[: tables.grid_at[1]].min()) + float(np.minimum(powers, 0.0).sum())
        floor = max(float(tables.demand_floor[0]), base)
        levels = peak_levels_kw(powers, base)
        above = [level for level in levels if level > max(floor, FAR_BELOW * float(dual.peaks_kw[0]))]
        for low, high in pairwise(_split([floor, *above]) if levels else []):
            covers = covers_of(powers, high - base) if np.isfinite(high) else []
            raised = tables._replace(demand_floor=np.array([low]))
            part = DualBound(raised, places, pool, covers)
            part.begin_at(dual)
            self.parts.append(part)

    @property
    def bound(self) -> float:
        """What no plan can go below, whatever its peak; -inf while some interval was not looked at."""
        return min((part.bound for part in self.parts), default=-np.inf)

    @property
    def promising(self) -> DualBound | None:
        """The interval in which a plan may be cheapest."""
        return min(self.parts, key=_bound_of, default=None)

    def climb(self, best_cost: float) -> bool:
        """One step in the interval whose bound is least; false where nothing is to be gained."""
        open_parts = [part for part in self.parts if not part.settled]
        if not open_parts:
            return False
        lowest = min(open_parts, key=_bound_of)
        if lowest.bound >= best_cost or lowest.bound > self.bound:
            return False
        lowest.climb(best_cost)
        return True


def _split(levels_kw: list[float]) -> list[float]:
    """The same with one more edge a little above each, for covers say more the farther they are."""
    split = []
    for low, high in pairwise(levels_kw):
        split += [low, low + SPLIT * (high - low)]
    return [*split, levels_kw[-1], np.inf]


def _bound_of(part: DualBound) -> float:
    return part.bound


def _suits(tables: PlantTables) -> bool:
    """One charge, and it looks at all windows of the first grid."""
    if len(tables.demand_price) != 1 or tables.demand_grid[0] != 0:
        return False
    return bool(tables.demand_counts[0, : int(tables.grid_at[1])].all())
