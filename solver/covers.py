"""Which machines cannot all run at once below a peak: what makes a bound on few machines much tighter.

Where machine m draws at least P_m while it runs, the highest mean is at least the sum over those that run
through a whole window. If it stays below the level L, each set C with Σ P_m ≥ L (a cover) leaves a machine
out in each window w: Σ_C share_m(w) ≤ |C| - 1 + edges, where share is the part of w that m runs through and
an edge is a start or end of a batch of C within w: with an edge in it the inequality says nothing.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from solver.layout import Floats, Layout

MOST_MACHINES = 10
MOST_COVERS = 24
MOST_LEVELS = 24
SLACK_KW = 1e-6

Cover = tuple[int, ...]


def least_powers_kw(layout: Layout) -> Floats:
    """What each machine draws at least above its standing while it runs, float64[M]."""
    return np.array(
        [
            min((float(power.min()) for power in machine.power_kw), default=0.0)
            - float(machine.rest_kw.max())
            for machine in layout.machines
        ]
    )


def peak_levels_kw(powers_kw: Floats, base_kw: float) -> list[float]:
    """The means that sets of machines make, rising and without near-equals; [] where they are too many."""
    if len(powers_kw) > MOST_MACHINES:
        return []
    sums = np.zeros(1)
    for power in powers_kw:
        sums = np.concatenate([sums, sums + max(0.0, power)])
    rising = np.unique(np.round(sums, 6))
    kept = rising[np.concatenate([[True], np.diff(rising) > SLACK_KW])]
    return [] if len(kept) > MOST_LEVELS else [base_kw + float(level) for level in kept]


def covers_of(powers_kw: Floats, needed_kw: float) -> list[Cover]:
    """The smallest sets of machines that together draw `needed_kw` or more; [] where they are too many."""
    found: list[Cover] = []
    machines = [m for m, power in enumerate(powers_kw) if power > 0]
    for size in range(1, len(machines) + 1):
        for chosen in combinations(machines, size):
            if sum(powers_kw[list(chosen)]) < needed_kw - SLACK_KW:
                continue
            if not any(set(smaller) <= set(chosen) for smaller in found):
                found.append(chosen)
                if len(found) > MOST_COVERS:
                    return []
    return found
