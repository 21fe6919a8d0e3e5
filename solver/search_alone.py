"""The search where nothing couples the machines, and the joint flight of the published swarm."""

from __future__ import annotations

import math
from collections.abc import Sequence

from solver.bound import least_demand_cost
from solver.errors import InfeasibleError
from solver.exact import MachineOptimum, machine_optimum
from solver.search_run import ChunkPool, SearchRun
from solver.swarm import Swarm, SwarmSettings, cost_of


def find_optima(run: SearchRun) -> list[MachineOptimum | None]:
    """Each machine's optimum without the others; None for those that the search's end came before."""
    layout, price = run.layout, run.layout.price_per_kw_min
    optima: list[MachineOptimum | None] = []
    energy_bound, demand_bound = sum(run.loose_bounds), least_demand_cost(layout)
    for machine, rough in zip(layout.machines, run.loose_bounds, strict=True):
        if run.must_end():
            optima.append(None)
            continue
        optimum = machine_optimum(machine, price)
        if optimum is None:
            raise InfeasibleError(
                f"No plan: between its maintenances {machine.id!r} has no room for its batches in their "
                "windows; move machines.maintenance or a window.",
                {"machine": machine.id, "limit": "maintenance"},
            )
        optima.append(optimum)
        energy_bound += optimum.bound - rough
        run.raise_bound(energy_bound + demand_bound)
    return optima


def take_optima(run: SearchRun, optima: Sequence[MachineOptimum | None]) -> None:
    """Each machine's optimum, where it was found in time; the others stay where they are."""
    plans = [
        stays if optimum is None else optimum.plan for optimum, stays in zip(optima, run.best, strict=True)
    ]
    if math.isfinite(run.best_cost) or None not in optima:
        run.offer(plans, cost_of(run.tables, plans))
    run.must_end()
    run.stopped_by = run.stopped_by or "iterations"  # nothing is left to do


def fly(run: SearchRun, settings: SwarmSettings, pool: ChunkPool) -> None:
    """The swarm as published: one for the joint vector of all machines."""
    swarm = Swarm(run.layout, run.layout.machines, settings, run.seed, [run.best])
    while swarm.iteration < settings.iterations:
        if run.must_end():
            return
        swarm.step(pool.run, pool.threads)
        run.iterations = swarm.iteration
        if swarm.best_cost < run.best_cost:
            run.offer(swarm.best_plans(), swarm.best_cost)
    run.stopped_by = "iterations"
