"""The search for the shortest plan: everything done as early as the hard limits allow."""

from __future__ import annotations

from collections.abc import Callable

from solver.check import check_plan
from solver.events import SearchEvent, SearchProgress, SearchStarted
from solver.finish import Found, checked_plan, starts_before
from solver.plan import Plan
from solver.problem import PlanProblem
from solver.search_run import REPORT_EVERY_S, relative_gap
from solver.tariff import PriceGrid
from solver.warm import warm_makespan_kernels


def search_makespan(
    problem: PlanProblem,
    price: PriceGrid,
    elapsed_s: Callable[[], float],
    seconds: float,
    seed: int,
    threads: int,
    on_event: Callable[[SearchEvent], None],
    should_stop: Callable[[], bool],
    iterations: int,
) -> Plan:
    """The shortest plan found; its bound and the costs that events tell are minutes of makespan."""
    from solver.makespan import shortest_plan

    warm_makespan_kernels()
    began_s, told_s = elapsed_s(), -1.0
    before = starts_before(problem)
    verdict_before = check_plan(problem, price, before, {})
    on_event(SearchStarted(float(verdict_before.makespan_min), 0.0, len(problem.machines)))

    def time_is_up() -> bool:
        return should_stop() or elapsed_s() - began_s >= seconds

    def better(makespan_min: int, bound_min: int, made: int) -> None:
        nonlocal told_s
        now_s = elapsed_s() - began_s
        if told_s >= 0 and now_s - told_s < REPORT_EVERY_S:
            return
        told_s = now_s
        gap = relative_gap(makespan_min, bound_min)
        on_event(SearchProgress(made, now_s, float(makespan_min), float(bound_min), gap))

    result = shortest_plan(
        problem, price, should_end=time_is_up, on_better=better, seed=seed, threads=threads,
        iterations=iterations,
    )  # fmt: skip
    ended = "gap" if result.proven else "stopped" if should_stop() else "iterations"
    if ended == "iterations" and time_is_up():
        ended = "seconds"
    found = Found(
        starts_min=result.starts_min,
        pauses_min=result.pauses_min,
        bound=float(result.bound_min),
        method="swarm",
        seed=seed,
        iterations=result.iterations,
        seconds=elapsed_s() - began_s,
        stopped_by=ended,
    )
    return checked_plan(problem, price, found, before, verdict_before)
