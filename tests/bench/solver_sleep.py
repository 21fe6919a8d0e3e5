"""Machines with power-saving states: the 48 published instances with their proven optima.

One interval there is a minute here. The published optima are over all orders; what a given order reaches is
shown by the order of the plan that was found.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from time import perf_counter

import msgspec

from solver.free_order import FreeOrderSearch
from solver.sleep import sleeping_optimum
from solver.sleep_model import Prices
from solver.warm import warm_special_kernels
from tests.bench.solver_ours import SEEDS, Row, row
from tests.solver.power_saving_examples import Published, published_instances

WITHIN = 0.005
SECONDS = 10.0
CENT = 0.005


@dataclass(frozen=True)
class Found:
    """How one instance went: costs over the published optimum, seconds in free and in given order."""

    free: float
    given: float
    free_s: float
    given_s: float
    proven: bool


def rows() -> dict[str, Row]:
    """The rows of power-saving states."""
    warm_special_kernels()
    found = [measured(instance) for instance in published_instances()]
    reproduced = sum(abs(one.given) <= CENT for one in found)
    worst, slowest_s = max(one.free for one in found), max(one.free_s for one in found)
    return {
        "power-saving states, order given": row(
            "the published optimum of 34 instances",
            {"instances": len(found), "reproduced": reproduced, "slowest s": max(o.given_s for o in found)},
            reproduced >= 34,
        ),
        "power-saving states, order free": row(
            f"within {WITHIN:.1%} of the published optimum in {SECONDS:.0f} s",
            {
                "instances": len(found),
                "furthest above": round(worst, 6),
                "proven": sum(one.proven for one in found),
                "median s": statistics.median(one.free_s for one in found),
                "slowest s": slowest_s,
            },
            worst <= WITHIN and slowest_s <= SECONDS,
        ),
    }


def measured(instance: Published) -> Found:
    """One instance: its order searched, which draws no chance, and then its machine planned in that order."""
    price = instance.price_per_kw_min
    since_s = perf_counter()
    search = FreeOrderSearch(instance.machine, instance.horizon, Prices(price))
    while not search.done and perf_counter() - since_s < SECONDS:
        search.advance(lambda: perf_counter() - since_s >= SECONDS)
    free_s = perf_counter() - since_s
    assert search.best is not None
    starts = search.best.starts
    batches = sorted(instance.machine.batches, key=lambda batch: starts[batch.id])
    ordered = msgspec.structs.replace(instance.machine, batches=batches, order_fixed=True)
    times = []
    for _ in SEEDS:
        since_s = perf_counter()
        optimum = sleeping_optimum(ordered, instance.horizon, price)
        times.append(perf_counter() - since_s)
    assert optimum is not None
    return Found(
        search.best.cost / instance.optimum - 1.0,
        optimum.cost - instance.optimum,
        round(free_s, 3),
        round(statistics.median(times), 4),
        search.proven,
    )
