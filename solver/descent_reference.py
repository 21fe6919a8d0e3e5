"""The slow, obvious twin of descent_kernel.py: a batch tries each of its places, and the cheapest is kept."""

from __future__ import annotations

from collections.abc import Sequence

from solver.couplings import Couplings
from solver.layout import Layout
from solver.plant_reference import (
    Run,
    account_of,
    batches_of,
    breach_of,
    demand_cost_of,
    own_cost_of,
    places_of,
)
from solver.surcharge_reference import Penalties, surcharge_of


def whole_cost_of(
    layout: Layout, couplings: Couplings, runs: Sequence[Run], hard: float, moved: float
) -> float:
    """What a plan costs above standing, with a price on what hard limits are broken by."""
    account = account_of(layout, couplings, runs)
    cost = demand_cost_of(couplings, account) + hard * breach_of(couplings, account)
    for (m, i), run in zip(batches_of(layout), runs, strict=True):
        cost += own_cost_of(layout, couplings, m, i, run)
    if couplings.most_moved >= 0:
        cost += moved * account.moved + hard * max(0, account.moved - couplings.most_moved)
    return cost


def least_response(
    layout: Layout, couplings: Couplings, runs: Sequence[Run | None], batch: int, penalties: Penalties
) -> dict[int, float]:
    """What each place of a batch costs that alone moves between its neighbours, by its start."""
    m, i = batches_of(layout)[batch]
    machine = layout.machines[m]
    before, after = (
        runs[b] if 0 <= j < machine.count else None for b, j in ((batch - 1, i - 1), (batch + 1, i + 1))
    )
    found = {}
    others = [None if b == batch else run for b, run in enumerate(runs)]
    for start, cost in places_of(layout, couplings, m, i).items():
        run = tuple(range(start, start + int(machine.duration[i])))
        early = before is not None and start < before[-1] + 1 + machine.gap[i]
        late = after is not None and run[-1] + 1 + machine.gap[i + 1] > after[0]
        if not early and not late:
            found[start] = cost + surcharge_of(layout, couplings, others, batch, run, penalties)
    return found
