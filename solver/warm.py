"""Compiles the kernels, or loads them from their cache, before a search's clock begins."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from solver.couplings import couplings_of
from solver.exact import machine_optimum
from solver.kernel_options import is_compiled
from solver.layout import lay_out
from solver.limits import Buffer, Crew, CrewShift, Distance, Limits, StartRule
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem, SleepState
from solver.swarm import Swarm, SwarmSettings
from solver.tariff import PriceSeries, price_grid

HORIZON_MIN = 120


def warm_everything() -> None:
    """Runs every kernel of every search once; two minutes of a core the first time."""
    warm_kernels()
    warm_special_kernels()
    warm_coupled_kernels()
    warm_makespan_kernels()


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
    from solver.trial_kernel import run_trials

    if is_compiled(run_trials):
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
            layout=layout, seed=1, threads=1, seconds=60.0,
            on_event=_nobody, should_stop=_never, elapsed_s=_no_time, best=[],
            best_cost=np.inf, bound=-np.inf,
        )  # fmt: skip
        starts = np.concatenate([machine.first_start for machine in layout.machines])
        CoupledSearch(layout, couplings_of(problem, price), run, pool).touch(starts)


def warm_special_kernels() -> None:
    """Runs the kernels of machines that sleep or whose order is free once, unless this process has."""
    from solver.couplings import couplings_of
    from solver.sleep_kernel import chain_togo
    from solver.special import plan_special

    if is_compiled(chain_togo):
        return
    sleep = [SleepState(down_min=1, down_kw=1.0, up_min=1, up_kw=1.0, off_kw=0.0)]
    batches = [
        BatchSpec("a", 3, power_kw=1.0),
        BatchSpec("b", 4, power_kw=2.0),
        BatchSpec("c", 4, power_kw=2.0),
    ]
    pausing = BatchSpec("p", 5, power_kw=1.0, pauses=PauseRule(1, 2))
    machines = [
        Machine("m", batches, idle_kw=0.5, sleep=sleep, order_fixed=False),
        Machine("n", [pausing], sleep=sleep),
    ]
    problem = msgspec.structs.replace(_tiny(Limits()), machines=machines)
    price = price_grid(PriceSeries([1.0, 0.5], 60), 0, HORIZON_MIN, ZoneInfo("UTC"))
    per_minute = price.price_per_kwh / 60.0
    plan_special(machines, per_minute, couplings_of(problem, price), _never, 2)
    _search_an_order(sleep)
    _look_at_a_pair()


def warm_makespan_kernels() -> None:
    """Runs the kernels of the search for the shortest plan once, unless this process has."""
    from solver.makespan import shortest_plan
    from solver.makespan_search_kernel import improve

    if is_compiled(improve):
        return
    batches = [BatchSpec("a", 2, power_kw=1.0), BatchSpec("b", 3, profile_kw=[1.0, 2.0, 1.0])]
    tiny = PlanProblem(
        start="2016-03-14T00:00",
        timezone="UTC",
        horizon_min=20,
        tariff=PriceSeries([1.0], 20),
        objective="makespan",
        machines=[Machine("m", batches, order_fixed=False)],
        limits=Limits(interval_min=5, interval_energy_kwh=1.0),
    )
    price = price_grid(PriceSeries([1.0], 20), 0, 20, ZoneInfo("UTC"))
    nobody: list[int] = []
    shortest_plan(
        tiny, price, should_end=_never, on_better=lambda *told: nobody.extend(told), seed=1, threads=1,
        iterations=1,
    )  # fmt: skip


def _search_an_order(sleep: list[SleepState]) -> None:
    """The search over sets of batches: what proves the machines above at once never comes to it."""
    from solver.free_order import FreeOrderSearch
    from solver.sleep_model import Prices

    batches = [BatchSpec(f"{minutes}", minutes, power_kw=1.0 + minutes % 3) for minutes in (2, 3, 4, 5)]
    unlike = Machine("o", batches, idle_kw=0.5, sleep=sleep, order_fixed=False)
    price = np.tile([1.0, 0.2, 0.6, 0.1, 0.9, 0.3, 0.7], 6)
    FreeOrderSearch(unlike, len(price), Prices(price)).advance()


def _look_at_a_pair() -> None:
    from solver.special_pairs_kernel import cheapest_pair

    one, table = np.zeros(1), np.zeros((1, 1))
    part_at, found = np.array([0, 1], dtype=np.int64), np.zeros(2, dtype=np.int64)
    cheapest_pair(one, table, table, one, table, table, one, one, part_at, one, one, np.inf, found)


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
