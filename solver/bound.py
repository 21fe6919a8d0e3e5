"""Costs that no plan can go below, found without any search; solver/exact.py gives better ones."""

from __future__ import annotations

import numpy as np

from solver.layout import Floats, Layout, MachineLayout


def loose_bound(machine: MachineLayout, price_per_kw_min: Floats) -> float:
    """Each batch alone in the cheapest minutes of its window, above standing; needs no search."""
    total = 0.0
    for b, power in enumerate(machine.power_kw):
        window = slice(int(machine.first_start[b]), int(machine.last_end[b]))
        price, rest = price_per_kw_min[window], machine.rest_kw[window]
        if power.min() == power.max():
            costs = (power[0] - rest) * price
            total += float(np.partition(costs, len(power) - 1)[: len(power)].sum())
        else:
            cheapest = np.sort(price)[: len(power)]
            dearest_rest = np.sort(rest * price)[-len(power) :]
            total += float((np.sort(power)[::-1] * cheapest).sum() - dearest_rest.sum())
    return total


def least_demand_cost(layout: Layout) -> float:
    """The demand charge on the mean over the whole horizon, or on the peak so far if that is higher."""
    if layout.demand_price_per_kw == 0:
        return 0.0
    mean_kw = 0.0
    for machine in layout.machines:
        mean_kw += float(machine.rest_kw.sum())
        most_at_rest = np.concatenate([[0.0], np.cumsum(np.sort(machine.rest_kw)[::-1])])
        for power, duration in zip(machine.power_kw, machine.duration, strict=True):
            mean_kw += float(power.sum()) - float(most_at_rest[int(duration)])
    return layout.demand_price_per_kw * max(layout.peak_so_far_kw, mean_kw / layout.horizon)
