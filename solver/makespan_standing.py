"""What a machine that can sleep draws between the batches of a finished plan: the cheapest way to stand.

While a plan is built such a machine counts as awake; the way it really stands depends on all its batches. So
a finished plan is looked at again with these loads, and where they do not fit the search leaves more room.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.layout import Floats
from solver.plan import Span
from solver.problem import Machine, PlanProblem
from solver.tariff import PriceGrid

TIE = 1e-12  # of the dearest minute over the whole gap: a sleep that saves less is not taken


def ranked_price_per_kwh(problem: PlanProblem, price: PriceGrid) -> Floats:
    """What a kWh costs with its carbon, float64[horizon]; by it machines choose how to stand."""
    minutes = problem.horizon_min
    ranked = np.array(price.price_per_kwh[:minutes], dtype=np.float64)
    carbon = problem.limits.carbon
    if carbon is not None:
        interval = np.arange(minutes) // carbon.interval_min
        ranked += carbon.price_per_kg * np.array(carbon.kg_per_kwh, dtype=np.float64)[interval]
    return ranked


def sleeping_kw(machine: Machine, running: Sequence[Span], ranked_price: Floats) -> Floats | None:
    """The load of a machine with sleeps while it does not run, float64[horizon], 0 while it does.

    `running` are the stretches in which it runs, in their order; None where a batch leaves no time to wake up
    before it or to go to sleep after the last.
    """
    from solver.makespan_standing_kernel import cheapest_standing

    minutes = len(ranked_price)
    sleeps = machine.sleep
    awake_kw = machine.idle_kw if machine.idle_kw is not None else machine.off_kw or 0.0
    times = np.array([[s.down_min, s.up_min] for s in sleeps], dtype=np.int64)
    powers = np.array([[s.down_kw, s.up_kw, s.off_kw] for s in sleeps], dtype=np.float64)
    load_kw = np.zeros(minutes)
    edges = [0, *(minute for span in running for minute in span), minutes]
    for since, to in zip(edges[::2], edges[1::2], strict=True):
        begins_off, ends_off = since == 0, to == minutes
        if since == to and not (begins_off or ends_off):
            continue
        gap_price = ranked_price[since:to]
        tie = TIE * (1.0 + float(np.abs(gap_price).max(initial=0.0)) * (to - since))
        found = cheapest_standing(
            times, powers, awake_kw, gap_price, begins_off, ends_off, tie, load_kw[since:to]
        )
        if not found:
            return None
    return load_kw
