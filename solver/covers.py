"""Which machines cannot all run at once below a peak: what makes a bound on few machines much tighter.

Where machine m draws at least P_m while it runs, the mean of a window is at least the sum of P_m × share_m,
the part of it that m runs through. If no mean goes above H, a set C with S = Σ P_m > H (a cover) leaves
D = S - H to stand: Σ_C P_m × (1 - share_m) ≥ D in each window. So Σ_C min(1, P_m / D × (1 - share_m)) ≥ 1,
and with seen_m = max(0, 1 - P_m / D × (1 - share_m)), Σ_C seen_m ≤ |C| - 1. No smallest cover has P_m < D.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np

from solver.layout import Floats, Layout

MOST_MACHINES = 10
MOST_COVERS = 24
MOST_LEVELS = 24
SLACK_KW = 1e-6
STEEPEST = 1e6


class Cover(NamedTuple):
    """Machines of which one must stand in each window, for P_m / D of each of its standing shares."""

    machines: tuple[int, ...]
    steep: tuple[float, ...]


def least_powers_kw(layout: Layout) -> Floats:
    """What each machine draws at least above its standing while it runs, float64[M]."""
    return np.array(
        [
            min((float(power.min()) for power in machine.power_kw), default=0.0)
            - float(machine.rest_beside_kw.max())
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


def covers_of(powers_kw: Floats, most_kw: float) -> list[Cover]:
    """The smallest sets of machines that together draw `most_kw` or more; [] where they are too many."""
    found: list[Cover] = []
    machines = [m for m, power in enumerate(powers_kw) if power > 0]
    for size in range(1, len(machines) + 1):
        for chosen in combinations(machines, size):
            powers = powers_kw[list(chosen)]
            short_kw = float(powers.sum()) - most_kw
            if short_kw < -SLACK_KW or any(set(smaller.machines) <= set(chosen) for smaller in found):
                continue
            steep = powers / max(short_kw, 1e-9)
            found.append(Cover(chosen, tuple(np.clip(steep, 1.0, STEEPEST).tolist())))
            if len(found) > MOST_COVERS:
                return []
    return found
