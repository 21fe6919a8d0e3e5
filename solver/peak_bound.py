"""A proven lower bound where a demand charge couples the machines, by Lagrangian relaxation.

The charge d on the highest mean is at least Σ λ_i × (mean of window i) + (d - Σ λ_i) × peak so far, for any
λ ≥ 0 that sums to d or less. With such λ the machines no longer know each other: each one's exact optimum,
at prices raised by λ in its windows, adds to a bound. λ climbs along the loads that those optima make
(subgradient with Polyak's step, projected on the simplex; Held, Wolfe and Crowder 1974), and their plans are
candidates.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solver.exact import MachineOptimum, machine_optimum
from solver.layout import Floats, Layout, MachinePlan
from solver.peak_polish import extra_means
from solver.swarm_layout import SwarmTables
from solver.volume import onto_simplex

PATIENCE = 15  # steps without progress before the step is cut
CUT = 0.7


class PeakBound:
    """The climb; costs are above standing. The last of the weights λ is that of the peak so far."""

    def __init__(self, layout: Layout, tables: SwarmTables) -> None:
        """Begins with the charge spread evenly over all windows."""
        windows = len(tables.window_min)
        self.bound = -np.inf
        self._layout = layout
        self._window_min = tables.window_min
        self._rest_kw = tables.rest_window / tables.window_min
        self._weight = np.append(np.full(windows, layout.demand_price_per_kw / windows), 0.0)
        self._best_weight = self._weight
        self._step = 1.0
        self._waited = 0

    @property
    def price_per_kw_min(self) -> Floats:
        """The energy price with the best weights so far on top, float64[horizon]."""
        return self._priced(self._best_weight)

    def climb(self, best_cost: float, must_end: Callable[[], bool]) -> list[MachinePlan] | None:
        """One step; returns the plans of the relaxed optimum, or None where `must_end` came before.

        `best_cost` is that of the best plan known.
        """
        layout = self._layout
        price = self._priced(self._weight)
        found: list[MachineOptimum] = []
        for machine in layout.machines:
            optimum = None if must_end() else machine_optimum(machine, price)
            if optimum is None:
                return None
            found.append(optimum)
        plans = [optimum.plan for optimum in found]
        peak = np.append(self._rest_kw + extra_means(layout, plans).sum(axis=0), layout.peak_so_far_kw)
        standing = float(self._weight @ np.append(self._rest_kw, layout.peak_so_far_kw))
        self._note(sum(optimum.bound for optimum in found) + standing)
        slope = peak - peak.mean()
        size = max(float(slope @ slope), 1e-12)
        step = self._step * max(best_cost - self.bound, 0.0) / size
        self._weight = onto_simplex(self._weight + step * peak, layout.demand_price_per_kw)
        return plans

    def _priced(self, weight: Floats) -> Floats:
        per_minute = np.repeat(weight[:-1] / self._window_min, self._window_min.astype(np.int64))
        return self._layout.price_per_kw_min + per_minute

    def _note(self, bound: float) -> None:
        if bound > self.bound:
            self.bound, self._best_weight, self._waited = bound, self._weight, 0
            return
        self._waited += 1
        if self._waited >= PATIENCE:
            self._step, self._waited, self._weight = self._step * CUT, 0, self._best_weight
