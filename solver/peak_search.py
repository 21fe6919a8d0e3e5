"""The swarm where a demand charge couples the machines: a joint flight, led by plans polished under caps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.exact import machine_optimum
from solver.layout import MachinePlan
from solver.peak_bound import PeakBound
from solver.peak_polish import extra_means, polished
from solver.search_run import ChunkPool, SearchRun
from solver.swarm import Swarm, SwarmSettings, cost_of

FLIGHT = 2  # iterations of the swarm in a round
CLIMB = 4  # steps of the bound in a round
MOST_CLIMBS = 500
NOISE = 0.3  # of the dearest price, when a machine is shaken loose
CAPS = (0.8, 0.85, 0.9, 0.95, 1.0, 1.0, 1.0, 1.0)  # of the best plan's peak


def fly_under_caps(run: SearchRun, settings: SwarmSettings, pool: ChunkPool) -> None:
    """Rounds of flying, raising the bound and polishing, until the run must end."""
    swarm = Swarm(run.layout, run.layout.machines, settings, run.seed, [run.best])
    bound = PeakBound(run.layout, run.tables)
    random = np.random.Generator(np.random.Philox(key=run.seed % 2**63))
    climbs = 0
    while swarm.iteration < settings.iterations:
        for _ in range(FLIGHT):
            if run.must_end():
                return
            swarm.step(pool.run, pool.threads)
        run.iterations = swarm.iteration
        run.offer(swarm.best_plans(), swarm.best_cost)
        for _ in range(CLIMB if climbs < MOST_CLIMBS else 0):
            climbs += 1
            _offer(run, bound.climb(run.best_cost, run.must_end))
            run.raise_bound(bound.bound)
        _offer(run, _polish(run, random))
        swarm.follow(run.best)
    run.stopped_by = run.stopped_by or "iterations"


def _offer(run: SearchRun, plans: Sequence[MachinePlan] | None) -> None:
    if plans is not None:
        run.offer(plans, cost_of(run.tables, plans))


def _polish(run: SearchRun, random: np.random.Generator) -> list[MachinePlan]:
    """The best plan, some machines shaken loose, under a cap at or below its peak."""
    layout, tables = run.layout, run.tables
    means = extra_means(layout, run.best).sum(axis=0) + tables.rest_window / tables.window_min
    cap_kw = max(float(means.max()) * random.choice(CAPS), layout.peak_so_far_kw)
    excess_price = layout.demand_price_per_kw / layout.interval_min * 10.0 ** random.uniform(-3.0, 0.0)
    order = random.permutation(len(layout.machines)).tolist()
    begin = list(run.best)
    for m in order[: random.integers(0, 3)]:
        begin[m] = _shaken(run, m, random)
    return polished(layout, tables, begin, cap_kw, excess_price, order, run.must_end)


def _shaken(run: SearchRun, m: int, random: np.random.Generator) -> MachinePlan:
    """A machine's optimum at prices with noise in each window."""
    layout, window_min = run.layout, run.tables.window_min.astype(np.int64)
    noise = random.uniform(0.0, NOISE, len(window_min)) * float(np.abs(layout.price_per_kw_min).max())
    optimum = machine_optimum(layout.machines[m], layout.price_per_kw_min + np.repeat(noise, window_min))
    return run.best[m] if optimum is None else optimum.plan
