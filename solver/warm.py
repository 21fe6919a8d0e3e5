"""Compiles the kernels, or loads them from their cache, before a search's clock begins."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from solver.couplings import couplings_of
from solver.exact import machine_optimum
from solver.layout import lay_out
from solver.limits import Buffer, Crew, CrewShift, Distance, Limits, StartRule
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem
from solver.swarm import Swarm, SwarmSettings
from solver.tariff import PriceSeries, price_grid

HORIZON_MIN = 120


def warm_kernels() -> None:
    """Runs each kernel of single machines and of the swarm once; seconds the first time, hardly any later."""
    problem = _tiny(Limits(demand_price_per_kw=1.0))
    layout = lay_out(problem, price_grid(PriceSeries([1.0], HORIZON_MIN), 0, HORIZON_MIN, ZoneInfo("UTC")))
    machine_optimum(layout.machines[0], layout.price_per_kw_min)
    swarm = Swarm(layout, layout.machines, SwarmSettings(particles=2), seed=1)
    swarm.step()
    swarm.follow(swarm.best_plans())


def warm_coupled_kernels() -> None:
    """Runs the kernels of the coupled search once, unless this process has; half a minute the first time."""
    from solver.coupled_search import CoupledSearch
    from solver.search_run import ChunkPool, SearchRun
    from solver.swarm_layout import swarm_tables
    from solver.trial_kernel import run_trials

    if run_trials.signatures:
        return
    everything = Limits(
        demand_price_per_kw=1.0,
        supply_kw=100.0,
        crew=Crew([CrewShift("00:00", 9)], charge_min=2, discharge_min=1),
        buffers=[Buffer("b", filled_by=["m"], start_level=5.0, capacity=50.0)],
        starts=StartRule(9),
        distance=Distance(most_batches=9, price_per_hour=0.1),
    )
    problem = _tiny(everything)
    price = price_grid(PriceSeries([1.0, 0.5], 60), 0, HORIZON_MIN, ZoneInfo("UTC"))
    layout = lay_out(problem, price)
    with ChunkPool(1) as pool:
        run = SearchRun(
            layout=layout, tables=swarm_tables(layout, layout.machines), seed=1, threads=1, seconds=60.0,
            on_event=_nobody, should_stop=_never, elapsed_s=_no_time, best=[],
            best_cost=np.inf, bound=-np.inf,
        )  # fmt: skip
        starts = np.concatenate([machine.first_start for machine in layout.machines])
        CoupledSearch(layout, couplings_of(problem, price), run, pool).fly(7, starts)


def _tiny(limits: Limits) -> PlanProblem:
    pausing = BatchSpec("a", 3, power_kw=1.0, pauses=PauseRule(1, 1), due_min=40, now_min=0, makes=1.0)
    ramped = BatchSpec("b", 2, profile_kw=[1.0, 2.0], earliest_min=4, now_min=50)
    plain = BatchSpec("c", 5, power_kw=2.0, now_min=3)
    return PlanProblem(
        start="2016-03-14T00:00",
        timezone="UTC",
        horizon_min=HORIZON_MIN,
        machines=[Machine("m", [pausing, ramped]), Machine("n", [plain])],
        limits=limits,
        tariff=PriceSeries([1.0], HORIZON_MIN),
    )


def _nobody(_event: object) -> None:
    """Listens to nothing."""


def _never() -> bool:
    return False


def _no_time() -> float:
    return 0.0
