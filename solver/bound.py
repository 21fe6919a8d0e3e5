"""Costs that no plan can go below, found without any search; solver/exact.py gives better ones."""

from __future__ import annotations

import numpy as np

from solver.layout import Floats, Ints, Layout, MachineLayout

MANY = 50  # batches of a machine


def loose_bound(machine: MachineLayout, price_per_kw_min: Floats) -> float:
    """Each batch alone in the cheapest minutes of its window, above standing; needs no search.

    Of very many batches, each in the cheapest minutes that there are: their windows would take too long.
    """
    if machine.count > MANY and machine.rest_kw.min() == machine.rest_kw.max():
        return _bound_of_many(machine, price_per_kw_min)
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


def _bound_of_many(machine: MachineLayout, price_per_kw_min: Floats) -> float:
    """The same over all minutes; by power, for what draws less than standing is best off where it is dear."""
    rising, rest = np.sort(price_per_kw_min), float(machine.rest_kw[0])
    lengths = np.array([len(power) for power in machine.power_kw])
    power, begins = np.concatenate(machine.power_kw) - rest, np.cumsum(lengths) - lengths
    more = np.add.reduceat(np.maximum(power, 0.0), begins)
    less = np.add.reduceat(np.minimum(power, 0.0), begins)
    even = np.minimum.reduceat(power, begins) == np.maximum.reduceat(power, begins)
    low = np.where(even, np.cumsum(rising)[lengths - 1] / lengths, rising[0])
    high = np.where(even, np.cumsum(rising[::-1])[lengths - 1] / lengths, rising[-1])
    return float(more @ low + less @ high)


def least_demand_cost(layout: Layout) -> float:
    """The demand charge on the mean over the whole horizon, or on the peak so far if that is higher."""
    if layout.demand_price_per_kw == 0:
        return 0.0
    mean_kw = 0.0
    for machine in layout.machines:
        mean_kw += float(machine.rest_kw.sum())
        most_at_rest = _most_at_rest(machine.rest_kw, machine.duration)
        mean_kw += sum(float(power.sum()) for power in machine.power_kw) - float(most_at_rest.sum())
    return layout.demand_price_per_kw * max(layout.peak_so_far_kw, mean_kw / layout.horizon)


def _most_at_rest(rest_kw: Floats, duration: Ints) -> Floats:
    """What a machine draws at most that stands for so many minutes, kW·min, float64[batches]."""
    if rest_kw.min() == rest_kw.max():
        return float(rest_kw[0]) * duration.astype(np.float64)
    return np.concatenate([[0.0], np.cumsum(np.sort(rest_kw)[::-1])])[duration]
