"""The search for a shift plan: current plan, bound, swarm, polishing, and the checker's word at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from solver.bound import least_demand_cost, loose_bound
from solver.check import Verdict, check_plan
from solver.errors import ProblemError
from solver.events import SearchEvent, SearchStarted
from solver.exact import MachineOptimum, machine_optimum
from solver.layout import Layout, MachinePlan, lay_out
from solver.outcome import moves_between, plan_pauses, plan_starts, saving_rate
from solver.peak_search import fly_under_caps
from solver.plan import Plan
from solver.problem import PlanProblem, check_problem, has_demand_charge
from solver.search_run import WORTH_TELLING, ChunkPool, SearchRun, relative_gap
from solver.swarm import Swarm, SwarmSettings, cost_of
from solver.swarm_layout import swarm_tables
from solver.tariff import PriceGrid, Tariff, check_validity
from solver.warm import warm_kernels

METHODS = ("swarm", "pso", "exact")
POLISH_EVERY = 20  # iterations of a machine's swarm before its exact optimum takes the lead


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
    warm_kernels()
    before = starts_before(problem, layout)
    verdict_before = check_plan(problem, price, before, {})
    run = _begin(layout, before, verdict_before, seed, threads, seconds, on_event, should_stop, elapsed_s)
    on_event(SearchStarted(verdict_before.cost, run.bound + layout.rest_cost, len(layout.machines)))
    with ChunkPool(threads) as pool:
        optima = _find_optima(run)
        if method == "exact":
            _take_optima(run, optima)
        elif method == "pso":
            _fly(run, settings, pool)
        else:
            _fly_and_polish(run, settings, pool, optima)
    return _finish(problem, price, layout, run, method, before, verdict_before)


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
    limits = problem.limits
    if problem.objective != "cost":
        raise ProblemError("objective: only 'cost' can be planned so far, not 'makespan'.")
    coupled = ("interval_energy_kwh", "supply_kw", "supply_kva", "crew", "starts", "distance", "carbon")
    for key in (*coupled, "buffers"):
        if getattr(limits, key):
            raise ProblemError(f"limits.{key}: this limit cannot be planned yet; take it out of the problem.")
    for machine in problem.machines:
        free = not machine.order_fixed and len(machine.batches) > 1
        if machine.sleep or free or machine.fixed or machine.maintenance:
            raise ProblemError(f"{machine.id}: sleep, order_fixed, fixed, maintenance: not planned yet.")


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
    layout: Layout,
    before: dict[str, dict[str, int]],
    verdict_before: Verdict,
    seed: int,
    threads: int,
    seconds: float,
    on_event: Callable[[SearchEvent], None],
    should_stop: Callable[[], bool],
    elapsed_s: Callable[[], float],
) -> SearchRun:
    tables = swarm_tables(layout, layout.machines)
    feasible = [
        MachinePlan(
            tuple(before[machine.id].values())
            if verdict_before.feasible
            else tuple(machine.first_start.tolist()),
            ((),) * machine.count,
        )
        for machine in layout.machines
    ]
    bound = sum(loose_bound(machine, layout.price_per_kw_min) for machine in layout.machines)
    return SearchRun(
        layout=layout,
        tables=tables,
        seed=seed,
        threads=threads,
        seconds=seconds,
        on_event=on_event,
        should_stop=should_stop,
        elapsed_s=elapsed_s,
        best=feasible,
        best_cost=cost_of(tables, feasible),
        bound=bound + least_demand_cost(layout),
        began_s=elapsed_s(),
    )


def _find_optima(run: SearchRun) -> list[MachineOptimum | None]:
    """Each machine's optimum without the others; None for those that the search's end came before."""
    layout, price = run.layout, run.layout.price_per_kw_min
    loose = [loose_bound(machine, price) for machine in layout.machines]
    optima: list[MachineOptimum | None] = []
    energy_bound = sum(loose)
    for machine, rough in zip(layout.machines, loose, strict=True):
        if run.must_end():
            optima.append(None)
            continue
        optimum = machine_optimum(machine, price)
        assert optimum is not None  # lay_out has found room for it
        optima.append(optimum)
        energy_bound += optimum.bound - rough
        run.raise_bound(energy_bound + least_demand_cost(layout))
    return optima


def _take_optima(run: SearchRun, optima: Sequence[MachineOptimum | None]) -> None:
    for place, optimum in enumerate(optima):
        if optimum is not None:
            _put(run, place, optimum.plan)
    run.must_end()


def _fly(run: SearchRun, settings: SwarmSettings, pool: ChunkPool) -> None:
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


def _fly_and_polish(
    run: SearchRun, settings: SwarmSettings, pool: ChunkPool, optima: Sequence[MachineOptimum | None]
) -> None:
    """A swarm for each machine, where nothing couples them; its exact optimum then takes the lead."""
    if run.layout.demand_price_per_kw > 0:
        fly_under_caps(run, settings, pool)
        return
    for place, optimum in enumerate(optima):
        _fly_machine(run, settings, pool, place)
        if optimum is not None:
            _put(run, place, optimum.plan)
    run.must_end()


def _fly_machine(run: SearchRun, settings: SwarmSettings, pool: ChunkPool, place: int) -> None:
    swarm = Swarm(run.layout, [run.layout.machines[place]], settings, run.seed + place, [[run.best[place]]])
    for _ in range(POLISH_EVERY):
        if run.must_end():
            break
        swarm.step(pool.run, pool.threads)
        run.iterations += 1
    if swarm.iteration:
        _put(run, place, swarm.best_plans()[0])


def _put(run: SearchRun, place: int, plan: MachinePlan) -> None:
    """Replaces one machine's plan where the new one is no dearer."""
    plans = [*run.best[:place], plan, *run.best[place + 1 :]]
    cost = cost_of(run.tables, plans)
    if cost <= run.best_cost + WORTH_TELLING:
        run.best, run.best_cost = plans, cost


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
    peaks_kw = (verdict_before.peak_kw, verdict.peak_kw)
    bound = min(run.bound + layout.rest_cost, verdict.cost)
    return Plan(
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
        moves=moves_between(problem, price, before, starts, pauses, peaks_kw),
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
