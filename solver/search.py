"""The search for a shift plan: current plan, bound, swarm, polishing, and the checker's word at the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from solver.bound import least_demand_cost, loose_bound
from solver.check import Verdict, check_plan
from solver.coupled_search import CoupledSearch
from solver.couplings import Couplings, couplings_of
from solver.errors import ProblemError
from solver.events import SearchEvent, SearchStarted
from solver.finish import Found, checked_plan, starts_before
from solver.infeasible import prove_infeasible
from solver.layout import Floats, Layout, MachinePlan, carbon_price_per_kwh, lay_out
from solver.outcome import plan_pauses, plan_starts
from solver.peak_search import fly_under_caps
from solver.plan import Plan, rest_kw
from solver.problem import Machine, PlanProblem, check_problem
from solver.problem_check import check_prices
from solver.search_alone import find_optima, fly, take_optima
from solver.search_makespan import search_makespan
from solver.search_run import ChunkPool, SearchRun
from solver.special import SpecialPlan, is_special, plan_in_force, plan_special
from solver.special_turns import SpecialTurns
from solver.special_walk import SMALL
from solver.swarm import SwarmSettings
from solver.tariff import PriceGrid, Tariff, check_validity
from solver.warm import warm_coupled_kernels, warm_kernels, warm_special_kernels

METHODS = ("swarm", "pso", "exact")
KEPT_MEMORY = 4_000_000  # float64, just below 32 MiB


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
    zone the tariff must be in force all the time. "pso" is the swarm as published, "swarm" takes the exact
    optima of single machines and flies where something couples them, "exact" is those optima alone. Raises
    ProblemError with one sentence, InfeasibleError where no plan can exist.
    """
    check_problem(problem)
    _check_request(problem, price, method, threads)
    check_prices(problem, price)
    if zone is not None and isinstance(problem.tariff, Tariff):
        check_validity(problem.tariff, price.start_ms, problem.horizon_min, zone)
    prove_infeasible(problem, price)
    settings = settings or SwarmSettings()
    if problem.objective == "makespan":
        return search_makespan(
            problem, price, elapsed_s, seconds, seed, threads, on_event, should_stop, settings.iterations
        )
    couplings = couplings_of(problem, price)
    special, plain = split(problem)
    _check_method(method, couplings, special)
    if special and not couplings.none_at_all:
        special, plain = split(problem, running_price(problem, price))
    _warm(couplings, special)
    began_s = elapsed_s()

    def time_is_up() -> bool:
        return should_stop() or elapsed_s() - began_s >= seconds

    running, rounds = running_price(problem, price), settings.iterations
    ahead = plan_special(special, running, couplings, time_is_up, rounds)
    layout = lay_out(plain, price)
    earliest = {machine.id: machine.first_start.tolist() for machine in layout.machines}
    before = starts_before(problem, earliest)
    verdict_before = check_plan(problem, price, before, {})
    taking_turns = bool(special) and not couplings.none_at_all
    in_force = plan_in_force(special, running, couplings, before, ahead.bound) if taking_turns else None
    run = _begin(
        problem, price, layout, verdict_before, before, ahead, in_force,
        {"seed": seed, "threads": threads, "seconds": seconds, "on_event": on_event,
         "should_stop": should_stop, "elapsed_s": elapsed_s, "began_s": began_s},
    )  # fmt: skip
    on_event(SearchStarted(verdict_before.cost, run.bound + run.standing_cost, len(problem.machines)))
    turns = SpecialTurns(special, ahead, running, couplings, plain.machines) if special else None
    with ChunkPool(threads) as pool:
        _fly_as_asked(run, couplings, settings, pool, method, before, turns)
    return _finish(problem, price, run, method, before, verdict_before, run.others or ahead)


def _warm(couplings: Couplings, special: Sequence[Machine]) -> None:
    """Compiles what the search may run and has freed memory kept, before its time begins."""
    _keep_freed_memory()
    warm_kernels()
    if special:
        warm_special_kernels()
    if not couplings.none_at_all:
        warm_coupled_kernels()


def _keep_freed_memory() -> None:
    """Has the C library keep what a round frees for the next one, by freeing a large block once.

    glibc gives blocks back to the system up to the size of the largest that was freed so far (mallopt(3),
    M_MMAP_THRESHOLD, at most 32 MiB), and each page of the next one must be fetched anew: a tenth of the
    rounds of A_6x20 with a demand charge.
    """
    np.empty(KEPT_MEMORY)


def _fly_as_asked(
    run: SearchRun,
    couplings: Couplings,
    settings: SwarmSettings,
    pool: ChunkPool,
    method: str,
    before: dict[str, dict[str, int]],
    special: SpecialTurns | None,
) -> None:
    """By the named method, and what suits the couplings."""
    if not run.layout.machines and (special is None or couplings.none_at_all):
        run.must_end()
        run.stopped_by = run.stopped_by or "iterations"
        return
    pausing = any(int(machine.usable_pauses.max(initial=0)) > 0 for machine in run.layout.machines)
    alone = couplings.only_one_demand_charge and pausing and special is None
    if method != "pso" and not (couplings.none_at_all or alone):
        starts = [start for machine in run.layout.machines for start in before[machine.id].values()]
        now = np.array(starts, dtype=np.int64)
        coupled = CoupledSearch(run.layout, couplings, run, pool, special)
        coupled.fly(settings.iterations, now)
        coupled.show_nearest()
        return
    optima = find_optima(run)
    if method == "pso":
        fly(run, settings, pool)
    elif run.layout.demand_price_per_kw > 0:
        fly_under_caps(run, settings, pool)
    else:
        take_optima(run, optima)  # nothing couples the machines: no swarm can better these


def _check_request(problem: PlanProblem, price: PriceGrid, method: str, threads: int) -> None:
    if method not in METHODS:
        raise ProblemError(f"method: there is no {method!r}; use one of {', '.join(METHODS)}.")
    if threads < 1:
        raise ProblemError(f"threads: {threads} is too few; use 1 or more.")
    if price.minutes < problem.horizon_min:
        raise ProblemError(
            f"tariff: prices cover {price.minutes} minutes and horizon_min is {problem.horizon_min}."
        )


def _check_method(method: str, couplings: Couplings, special: Sequence[Machine]) -> None:
    if method == "exact" and not couplings.none_at_all:
        raise ProblemError(
            f"method: 'exact' solves machines one by one and {couplings.first_key} couples them; "
            "use 'swarm', which gives a bound as well."
        )
    if method == "pso" and not (couplings.none_at_all or couplings.only_one_demand_charge):
        raise ProblemError(
            f"method: 'pso', the swarm as published, knows energy and one demand charge, and not "
            f"{couplings.first_key}; use 'swarm'."
        )
    if method == "pso" and special and not couplings.none_at_all:
        raise ProblemError(
            f"method: 'pso', the swarm as published, knows no machine that sleeps or whose order is free, as "
            f"{special[0].id!r}, beside a demand charge; use 'swarm'."
        )


def split(problem: PlanProblem, price_per_kw_min: Floats | None = None) -> tuple[list[Machine], PlanProblem]:
    """The machines that sleep or whose order is free, and the problem of the others.

    With prices float64[H], also small ones that stand at another power where that is paid for: the tables of
    the others count what these draw while they run as if they stood at the least.
    """
    minutes = problem.horizon_min

    def apart(machine: Machine) -> bool:
        varies = price_per_kw_min is not None and bool(np.ptp(rest_kw(machine, price_per_kw_min)) > 0)
        small = len(machine.batches) * minutes <= SMALL and machine.under_way is None
        return is_special(machine) or (varies and small)

    special = [machine for machine in problem.machines if apart(machine)]
    if not special:
        return [], problem
    rest = [machine for machine in problem.machines if not apart(machine)]
    return special, msgspec.structs.replace(problem, machines=rest)


def running_price(problem: PlanProblem, price: PriceGrid) -> Floats:
    """What a kW costs in each minute with its carbon, float64[H]."""
    minutes = problem.horizon_min
    return (price.price_per_kwh[:minutes] + carbon_price_per_kwh(problem)) / 60.0


def _begin(
    problem: PlanProblem,
    price: PriceGrid,
    layout: Layout,
    before: Verdict,
    starts: dict[str, dict[str, int]],
    ahead: SpecialPlan,
    in_force: SpecialPlan | None,
    run_options: dict[str, Any],
) -> SearchRun:
    """The run with the plan in force as its best, or one that is at hand, where any breaks nothing."""
    loose = [loose_bound(machine, layout.price_per_kw_min) for machine in layout.machines]
    run = SearchRun(
        layout=layout,
        best=[],
        best_cost=math.inf,
        bound=sum(loose) + least_demand_cost(layout),
        loose_bounds=loose,
        others_cost=ahead.cost,
        others_unproven=ahead.cost - ahead.bound,
        others=ahead,
        **run_options,
    )
    run.bound -= run.others_unproven
    earliest = {
        machine.id: dict(zip(machine.batch_ids, machine.first_start.tolist(), strict=True))
        for machine in layout.machines
    }
    candidates = [(starts, ahead), (earliest, ahead)]
    if in_force is not None:
        candidates.insert(0, (starts, in_force))
    for chosen, others in candidates:
        is_before = chosen is starts and (others is in_force or not others.found)
        everything = {**chosen, **others.starts}
        verdict = before if is_before else check_plan(problem, price, everything, others.pauses)
        plans = [MachinePlan(tuple(chosen[m.id].values()), ((),) * m.count) for m in layout.machines]
        if not run.best:
            run.best = plans
        if verdict.feasible:
            run.offer(plans, verdict.cost - run.standing_cost, others)
            if others is not in_force:
                break
    return run


def _finish(
    problem: PlanProblem,
    price: PriceGrid,
    run: SearchRun,
    method: str,
    before: dict[str, dict[str, int]],
    verdict_before: Verdict,
    ahead: SpecialPlan,
) -> Plan:
    names = [machine.id for machine in problem.machines]
    starts = {**plan_starts(run.layout, run.best), **ahead.starts}
    pauses = {**plan_pauses(run.layout, run.best), **ahead.pauses}
    found = Found(
        starts_min={name: starts[name] for name in names},
        pauses_min={name: pauses[name] for name in names},
        bound=run.bound + run.standing_cost,
        method=method,
        seed=run.seed,
        iterations=max(run.iterations, ahead.rounds),
        seconds=run.seconds_used(),
        stopped_by=run.stopped_by,
    )
    return checked_plan(problem, price, found, before, verdict_before)
