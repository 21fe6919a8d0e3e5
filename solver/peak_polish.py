"""Exact polishing of single machines where a demand charge couples them.

One machine after the other is placed anew by its exact optimum, the others as they are, under a cap on the
window means: what a window has left below the cap is spare, and exceeding it has a price. A window that is
only partly used counts as used, so the cap is kept a little too well; what it costs is then priced truly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from solver.exact import machine_optimum
from solver.exact_keys import SparePower
from solver.layout import Floats, Layout, MachineLayout, MachinePlan
from solver.plan import window_means
from solver.swarm_layout import SwarmTables

MOST_SWEEPS = 8


def extra_curve(machine: MachineLayout, plan: MachinePlan) -> Floats:
    """What a machine draws above standing, float64[horizon]."""
    curve = np.zeros(len(machine.rest_kw))
    for start, pauses, power in zip(plan.starts, plan.pauses, machine.power_kw, strict=True):
        at, done = start, 0
        for since, to in (*pauses, (None, None)):
            until = at + len(power) - done if since is None else since
            curve[at:until] = power[done : done + until - at] - machine.rest_kw[at:until]
            done += until - at
            at = until if to is None else to
    return curve


def extra_means(layout: Layout, plans: Sequence[MachinePlan]) -> Floats:
    """Mean of each machine above standing in each window, float64[M, W]."""
    curves = [extra_curve(machine, plan) for machine, plan in zip(layout.machines, plans, strict=True)]
    return np.array([window_means(curve, layout.interval_min) for curve in curves])


def polished(
    layout: Layout,
    tables: SwarmTables,
    plans: Sequence[MachinePlan],
    cap_kw: float,
    excess_price: float | None,
    order: Sequence[int],
    must_end: Callable[[], bool],
) -> list[MachinePlan]:
    """The plans after sweeps over the machines in this order until nothing changes any more.

    Exceeding the cap costs `excess_price` per kW and minute, None forbids it; `must_end` ends the sweeps.
    """
    improved = list(plans)
    extra = extra_means(layout, plans)
    window_min = tables.window_min.astype(np.int64)
    rest = tables.rest_window / tables.window_min
    for _ in range(MOST_SWEEPS):
        changed = False
        for m in order:
            if must_end():
                return improved
            others = extra.sum(axis=0) - extra[m] + rest
            spare = SparePower(np.repeat(cap_kw - others, window_min), excess_price)
            optimum = machine_optimum(layout.machines[m], layout.price_per_kw_min, spare)
            if optimum is None or optimum.plan == improved[m]:
                continue
            changed = True
            improved[m] = optimum.plan
            extra[m] = window_means(extra_curve(layout.machines[m], optimum.plan), layout.interval_min)
        if not changed:
            break
    return improved
