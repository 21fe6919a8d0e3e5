"""Compiles the kernels, or loads them from their cache, before a search's clock begins."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from solver.exact import machine_optimum
from solver.layout import lay_out
from solver.problem import BatchSpec, Limits, Machine, PauseRule, PlanProblem
from solver.swarm import Swarm, SwarmSettings
from solver.tariff import PriceSeries, price_grid


def warm_kernels() -> None:
    """Runs each kernel once on a problem of two batches; takes seconds the first time, hardly any later."""
    batch = BatchSpec("a", 3, power_kw=1.0, pauses=PauseRule(1, 1), due_min=10)
    machine = Machine("m", [batch, BatchSpec("b", 2, profile_kw=[1.0, 2.0], earliest_min=4)])
    series = PriceSeries([1.0], 20)
    problem = PlanProblem(
        start="2016-03-14T00:00",
        timezone="UTC",
        horizon_min=20,
        machines=[machine],
        limits=Limits(demand_price_per_kw=1.0),
        tariff=series,
    )
    layout = lay_out(problem, price_grid(series, 0, 20, ZoneInfo("UTC")))
    machine_optimum(layout.machines[0], layout.price_per_kw_min)
    swarm = Swarm(layout, layout.machines, SwarmSettings(particles=2), seed=1)
    swarm.step()
    swarm.follow(swarm.best_plans())
