"""The search where nothing couples the machines, and the joint flight of the published swarm."""

from __future__ import annotations

import math
from collections.abc import Sequence

from solver.bound import least_demand_cost
from solver.errors import InfeasibleError
from solver.exact import MachineOptimum, machine_optimum
from solver.layout import Floats, MachineLayout, MachinePlan
from solver.search_run import ChunkPool, SearchRun
from solver.swarm import Swarm, SwarmSettings


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
    found = [optimum for optimum in optima if optimum is not None]
    stays = list(zip(run.layout.machines, optima, run.best, strict=True))
    plans = [plan if optimum is None else optimum.plan for _, optimum, plan in stays]
    cost = sum(optimum.cost for optimum in found)
    if len(found) < len(optima):
        price = run.layout.price_per_kw_min
        replaced = [_unbroken_cost(m, plan, price) for m, optimum, plan in stays if optimum is not None]
        cost = run.best_cost + cost - sum(replaced)
    if math.isfinite(cost):
        run.offer(plans, cost)
    run.must_end()
    run.stopped_by = run.stopped_by or "iterations"  # nothing is left to do


def _unbroken_cost(machine: MachineLayout, plan: MachinePlan, price_per_kw_min: Floats) -> float:
    """What a plan without pauses costs above standing."""
    total = 0.0
    for start, power in zip(plan.starts, machine.power_kw, strict=True):
        run = slice(start, start + len(power))
        total += float((power - machine.rest_kw[run]) @ price_per_kw_min[run])
    return total


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
