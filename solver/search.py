"""The search for a shift plan: current plan, bound, swarm, polishing, and the checker's word at the end."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from solver.bound import least_demand_cost, loose_bound
from solver.check import Verdict, check_plan
from solver.coupled_search import CoupledSearch
from solver.couplings import Couplings, couplings_of
from solver.errors import ProblemError
from solver.events import SearchEvent, SearchStarted
from solver.explain import explained
from solver.layout import Layout, MachinePlan, lay_out
from solver.outcome import plan_pauses, plan_starts, saving_rate
from solver.plan import Plan
from solver.problem import PlanProblem, check_problem, has_demand_charge
from solver.search_alone import find_optima, fly, fly_and_polish, take_optima
from solver.search_run import ChunkPool, SearchRun, relative_gap
from solver.swarm import SwarmSettings
from solver.swarm_layout import swarm_tables
from solver.tariff import PriceGrid, Tariff, check_validity
from solver.warm import warm_kernels

METHODS = ("swarm", "pso", "exact")


def ignore_event(_event: SearchEvent) -> None:
    """Listens to nothing."""


def never_stop() -> bool:
    """Lets a search run to its end."""
    return False


def search(
    problem: PlanProblem,
    *,
    price: PriceGrid,
    elapsed_s: Callable[[], float],
    zone: ZoneInfo | None = None,
    method: str = "swarm",
    seconds: float = 10.0,
    seed: int = 1,
    threads: int = 1,
    on_event: Callable[[SearchEvent], None] = ignore_event,
    should_stop: Callable[[], bool] = never_stop,
    settings: SwarmSettings | None = None,
) -> Plan:
    """The best plan found until iterations, seconds, a closed gap or `should_stop` end the search.

    `price` covers the problem's horizon from its start; `elapsed_s` says real seconds since whenever; with a
    zone the tariff must be in force all the time. "pso" is the swarm as published, "swarm" lets the exact
    optima of single machines take its lead, "exact" is those optima alone. Raises ProblemError with one
    sentence, InfeasibleError where no plan can exist.
    """
    check_problem(problem)
    _check_request(problem, price, method, threads)
    refuse_unsupported(problem)
    if zone is not None and isinstance(problem.tariff, Tariff):
        check_validity(problem.tariff, price.start_ms, problem.horizon_min, zone)
    settings = settings or SwarmSettings()
    layout = lay_out(problem, price)
    couplings = couplings_of(problem, price)
    warm_kernels()
    before = starts_before(problem, layout)
    verdict_before = check_plan(problem, price, before, {})
    run = _begin(
        problem, price, layout, verdict_before, before,
        {"seed": seed, "threads": threads, "seconds": seconds, "on_event": on_event,
         "should_stop": should_stop, "elapsed_s": elapsed_s},
    )  # fmt: skip
    on_event(SearchStarted(verdict_before.cost, run.bound + layout.rest_cost, len(layout.machines)))
    with ChunkPool(threads) as pool:
        _fly_as_asked(run, couplings, settings, pool, method, before)
    return _finish(problem, price, layout, run, method, before, verdict_before)


def _fly_as_asked(
    run: SearchRun,
    couplings: Couplings,
    settings: SwarmSettings,
    pool: ChunkPool,
    method: str,
    before: dict[str, dict[str, int]],
) -> None:
    """By the named method, and what suits the couplings."""
    pausing = any(int(machine.usable_pauses.max(initial=0)) > 0 for machine in run.layout.machines)
    simple = couplings.none_at_all or (couplings.only_one_demand_charge and pausing)
    if method != "pso" and not simple:
        now = np.array([start for starts in before.values() for start in starts.values()], dtype=np.int64)
        coupled = CoupledSearch(run.layout, couplings, run, pool)
        coupled.fly(settings.iterations, now)
        if not math.isfinite(run.best_cost) and coupled.nearest is not None:
            run.best = coupled.nearest
        return
    optima = find_optima(run)
    if method == "exact":
        take_optima(run, optima)
    elif method == "pso":
        fly(run, settings, pool)
    else:
        fly_and_polish(run, settings, pool, optima)


def _check_request(problem: PlanProblem, price: PriceGrid, method: str, threads: int) -> None:
    if method not in METHODS:
        raise ProblemError(f"method: there is no {method!r}; use one of {', '.join(METHODS)}.")
    if method == "exact" and has_demand_charge(problem):
        raise ProblemError(
            "method: 'exact' solves machines one by one and limits.demand_price_per_kw couples them; "
            "use 'swarm', which gives a bound as well."
        )
    if threads < 1:
        raise ProblemError(f"threads: {threads} is too few; use 1 or more.")
    if price.minutes < problem.horizon_min:
        raise ProblemError(
            f"tariff: prices cover {price.minutes} minutes and horizon_min is {problem.horizon_min}."
        )


def refuse_unsupported(problem: PlanProblem) -> None:
    """Raises ProblemError for what the search cannot plan yet; nothing is ignored."""
    if problem.objective != "cost":
        raise ProblemError("objective: only 'cost' can be planned so far, not 'makespan'.")
    for machine in problem.machines:
        free = not machine.order_fixed and len(machine.batches) > 1
        if machine.sleep or free:
            raise ProblemError(f"{machine.id}: sleep and order_fixed cannot be planned yet.")


def starts_before(problem: PlanProblem, layout: Layout) -> dict[str, dict[str, int]]:
    """Where the current plan has each batch; as early as the order allows where it does not say."""
    return {
        machine.id: {
            batch.id: int(first) if batch.now_min is None else batch.now_min
            for batch, first in zip(machine.batches, placed.first_start, strict=True)
        }
        for machine, placed in zip(problem.machines, layout.machines, strict=True)
    }


def _begin(
    problem: PlanProblem,
    price: PriceGrid,
    layout: Layout,
    before: Verdict,
    starts: dict[str, dict[str, int]],
    run_options: dict[str, Any],
) -> SearchRun:
    """The run with the plan in force as its best, or the earliest one, where either breaks nothing."""
    tables = swarm_tables(layout, layout.machines)
    run = SearchRun(
        layout=layout,
        tables=tables,
        best=[],
        best_cost=math.inf,
        bound=sum(loose_bound(machine, layout.price_per_kw_min) for machine in layout.machines)
        + least_demand_cost(layout),
        began_s=run_options["elapsed_s"](),
        **run_options,
    )
    earliest = {
        machine.id: dict(zip(machine.batch_ids, machine.first_start.tolist(), strict=True))
        for machine in layout.machines
    }
    for chosen, verdict in ((starts, before), (earliest, None)):
        verdict = verdict or check_plan(problem, price, chosen, {})
        plans = [MachinePlan(tuple(chosen[m.id].values()), ((),) * m.count) for m in layout.machines]
        if not run.best or verdict.feasible:
            run.best = plans
        if verdict.feasible:
            run.best_cost = verdict.cost - layout.rest_cost
            break
    return run


def _finish(
    problem: PlanProblem,
    price: PriceGrid,
    layout: Layout,
    run: SearchRun,
    method: str,
    before: dict[str, dict[str, int]],
    verdict_before: Verdict,
) -> Plan:
    starts, pauses = plan_starts(layout, run.best), plan_pauses(layout, run.best)
    verdict = check_plan(problem, price, starts, pauses)
    if not verdict.feasible:
        raise ProblemError(f"No plan: the search found one that the checker refuses. {verdict.violations[0]}")
    bound = min(run.bound + layout.rest_cost, verdict.cost)
    plan = Plan(
        cost=verdict.cost,
        cost_before=verdict_before.cost,
        saving_rate=saving_rate(verdict_before, verdict),
        bound=bound,
        gap=relative_gap(verdict.cost, bound),
        makespan_min=verdict.makespan_min,
        peak_kw=verdict.peak_kw,
        starts_min=starts,
        pauses_min=pauses,
        method=method,
        seed=run.seed,
        iterations=run.iterations,
        seconds=run.seconds_used(),
        feasible=True,
        violations=[],
        stopped_by=run.stopped_by,
        peak_before_kw=verdict_before.peak_kw,
        energy_cost=verdict.energy_cost,
        energy_cost_before=verdict_before.energy_cost,
        demand_cost=verdict.demand_cost,
        demand_cost_before=verdict_before.demand_cost,
        starts_before_min=before,
        cost_by_band_before=verdict_before.cost_by_band,
        cost_by_band_after=verdict.cost_by_band,
        energy_by_band_before=verdict_before.energy_by_band,
        energy_by_band_after=verdict.energy_by_band,
    )
    return explained(problem, price, plan)
