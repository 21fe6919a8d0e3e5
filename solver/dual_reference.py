"""The slow, obvious twin of dual_kernel.py and pause_kernel.py: every plan of a machine, minute by minute.

A bound must not count too much: load counts above the most that the machine draws standing. Where it may
pause, its energy counts above the least of its standing, and maintenance is not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.chain_reference import FAR
from solver.couplings import Couplings
from solver.dual_kernel import SharedPrices
from solver.layout import Layout
from solver.plant_reference import Run, own_cost_of, places_of, resumptions, runs_of


def least_at_prices(
    layout: Layout, couplings: Couplings, m: int, prices: SharedPrices, may_pause: bool = False
) -> float:
    """Machine m's least cost above standing over all its plans; FAR where it has none."""
    return min(
        (
            cost_at_prices(layout, couplings, m, way, prices, may_pause)
            for way in _ways(layout, couplings, m, may_pause, [])
        ),
        default=FAR,
    )


def _ways(
    layout: Layout, couplings: Couplings, m: int, may_pause: bool, before: list[Run]
) -> list[tuple[Run, ...]]:
    machine, i = layout.machines[m], len(before)
    if i == machine.count:
        return [tuple(before)]
    runs = list(runs_of(machine, i, couplings.most_move_min, may_pause))
    if not may_pause:
        allowed = places_of(layout, couplings, m, i)
        runs = [run for run in runs if run[0] in allowed]
    found = []
    for run in runs:
        if not before or run[0] >= before[-1][-1] + 1 + machine.gap[i]:
            found += _ways(layout, couplings, m, may_pause, [*before, run])
    return found


def cost_at_prices(
    layout: Layout,
    couplings: Couplings,
    m: int,
    way: Sequence[Run],
    prices: SharedPrices,
    may_pause: bool = False,
) -> float:
    """What one plan of machine m costs at these prices, above standing."""
    machine = layout.machines[m]
    total = 0.0
    for i, run in enumerate(way):
        total += own_cost_of(layout, couplings, m, i, run)
        for done, minute in enumerate(run):
            power = machine.power_kw[i][done]
            total += (power - machine.rest_beside_kw.max()) * (prices.load[minute + 1] - prices.load[minute])
            if may_pause:
                beyond = machine.rest_kw[minute] - machine.rest_kw.min()
                total += beyond * layout.price_per_kw_min[minute]
        total += _shared_cost(layout, couplings, m, i, run, prices)
        if len(prices.begins):
            total += _cover_cost(m, run, prices)
    return float(total)


def _shared_cost(
    layout: Layout, couplings: Couplings, m: int, i: int, run: Run, prices: SharedPrices
) -> float:
    """People, starts, goods and leaving the plan in force."""
    machine, crew, total = layout.machines[m], couplings.crew, 0.0
    if crew is not None:
        by_minute = np.diff(prices.people)
        total += crew.charge_people * float(by_minute[max(0, run[0] - crew.charge_min) : run[0]].sum())
        total += crew.discharge_people * float(by_minute[run[-1] + 1 :][: crew.discharge_min].sum())
    if couplings.most_starts:
        by_span = np.diff(prices.begun)  # at the minute from which on a span is looked at
        for start in (run[0], *resumptions(run)):
            total += float(by_span[max(0, start - couplings.starts_within_min + 1) : start + 1].sum())
    for f, buffer in enumerate(couplings.buffers):
        total += machine.makes[i] * prices.goods[f, run[-1] + 1] * (machine.id in buffer.filled_by)
        total -= machine.takes[i] * prices.goods[f, run[0]] * (machine.id in buffer.emptied_by)
    if machine.now[i] >= 0 and run[0] != machine.now[i]:  # that a pause counts as a move too is left out
        total += prices.moved
    return float(total)


def _cover_cost(m: int, run: Run, prices: SharedPrices) -> float:
    """What covers make a start and an end cost, where a window begins or ends from the one to the other."""
    start, end, step = run[0], run[-1] + 1, prices.cover_min
    if not any(minute % step == 0 for minute in range(start, end + 1)):
        return 0.0
    return float(prices.begins[m, start] + prices.ends[m, end])
