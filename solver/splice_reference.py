"""The slow, obvious twin of splice_kernel.py: every plan on the way is priced as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from solver.couplings import Couplings
from solver.descent_reference import whole_cost_of
from solver.layout import Layout
from solver.plant_reference import Run, batches_of, own_cost_of


def splice_costs_reference(
    order: Sequence[int],
    runs: Sequence[Run],
    others: Sequence[Run],
    layout: Layout,
    couplings: Couplings,
    hard: float,
    moved: float,
) -> tuple[list[float], list[float]]:
    """What each batch of the first plan costs alone, and each plan on the way besides its batches."""
    now = list(runs)
    found = [_besides(now, layout, couplings, hard, moved)]
    for b in order:
        now[b] = others[b]
        found.append(_besides(now, layout, couplings, hard, moved))
    return [_alone(b, run, layout, couplings, moved) for b, run in enumerate(runs)], found


def _besides(runs: Sequence[Run], layout: Layout, couplings: Couplings, hard: float, moved: float) -> float:
    alone = sum(_alone(b, run, layout, couplings, moved) for b, run in enumerate(runs))
    hindered = 0
    for b, (m, i) in enumerate(batches_of(layout)):
        if i:
            hindered += runs[b][0] < runs[b - 1][-1] + 1 + int(layout.machines[m].gap[i])
    return whole_cost_of(layout, couplings, runs, hard, moved) - alone + hard * hindered


def _alone(b: int, run: Run, layout: Layout, couplings: Couplings, moved: float) -> float:
    m, i = batches_of(layout)[b]
    now = int(layout.machines[m].now[i])
    leaves = couplings.most_moved >= 0 and now >= 0 and run[0] != now
    return own_cost_of(layout, couplings, m, i, run) + (moved if leaves else 0.0)
