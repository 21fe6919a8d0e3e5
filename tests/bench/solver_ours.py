"""What our own search and swarm find and how long they take; each row says what must be and whether it is."""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

import msgspec
import numpy as np

from hmi.problem_files import problem_prices
from solver.errors import ProblemError
from solver.events import SearchEvent, SearchProgress
from solver.layout import Layout
from solver.plan import Plan
from solver.problem import Limits, PlanProblem
from solver.search import never_stop, search
from solver.search_run import ChunkPool
from solver.swarm import Swarm, SwarmSettings
from tests.bench.solver_cost import CostFunction, layout_of, plans_now

SEEDS = (1, 2, 3, 4, 5)
METHOD = "swarm"  # what `valleyline plan` uses unless asked otherwise
CORES = os.cpu_count() or 1
PARTICLES, ITERATIONS = 60, 200
Row = dict[str, Any]


class Trace(list[SearchProgress]):
    """What a search told while it ran; `plan_after_s` is since this was made, None while there is no plan."""

    def __init__(self) -> None:
        super().__init__()
        self._since_s = perf_counter()
        self.plan_after_s: float | None = None

    def note(self, event: SearchEvent) -> None:
        """Keeps how it stands."""
        if isinstance(event, SearchProgress):
            self.append(event)
            if self.plan_after_s is None and math.isfinite(event.best_cost):
                self.plan_after_s = round(perf_counter() - self._since_s, 3)

    def seconds_to_gap(self, gap: float) -> float | None:
        """When the gap first was no greater, None if never."""
        return next((event.seconds for event in self if event.gap <= gap), None)


def searched(
    problem: PlanProblem,
    seconds: float,
    seed: int = 1,
    method: str = METHOD,
    on_event: Callable[[SearchEvent], None] = lambda _event: None,
    should_stop: Callable[[], bool] = never_stop,
) -> Plan:
    """One search on all cores, on a clock of its own."""
    since_s = perf_counter()
    return search(
        problem,
        method=method,
        seconds=seconds,
        seed=seed,
        threads=CORES,
        elapsed_s=lambda: perf_counter() - since_s,
        price=problem_prices(problem),
        on_event=on_event,
        should_stop=should_stop,
    )


def row(must: str, measured: object, holds: bool) -> Row:
    """An entry of the table."""
    return {"must": must, "measured": measured, "holds": holds}


def row_or_reason(must: str, measure: Callable[[], Row]) -> Row:
    """The row, or why the search refused."""
    try:
        return measure()
    except ProblemError as error:
        return row(must, str(error), False)


def energy_row(problem: PlanProblem, within_s: float) -> Row:
    """The proven optimum, fast."""
    must = f"the proven optimum, gap 0, in {within_s} s"

    def measure() -> Row:
        plans = [searched(energy_only(problem), 20.0, seed) for seed in SEEDS]
        gap = max(plan.gap for plan in plans)
        seconds = median(plan.seconds for plan in plans)
        found = {"cost": round(plans[0].cost, 2), "gap": gap, "seconds": round(seconds, 3)}
        return row(must, found, gap <= 1e-6 and seconds <= within_s)

    return row_or_reason(must, measure)


def demand_rows(problem: PlanProblem, best_known: float) -> dict[str, Row]:
    """How near to the best known plan, and how near the bound; each search answers for both."""
    near = f"within 0.05 % of the best known, {best_known:.2f}, in 2 s"
    better = f"better than the best known, {best_known:.2f}, in 10 s"
    try:
        plans = {
            seconds: [searched(problem, seconds, seed) for seed in SEEDS] for seconds in (1.0, 2.0, 10.0)
        }
        plans[60.0] = [searched(problem, 60.0, SEEDS[0])]
    except ProblemError as error:
        return {"plan and bound": row(f"{near}; {better}", str(error), False)}
    return {
        "cost in 2 s": cost_row(plans[2.0], near, best_known * 1.0005),
        "cost in 10 s": cost_row(plans[10.0], better, best_known - 0.005),
        "bound in 1 s": gap_row(plans[1.0], 1.0, 0.005),
        "bound in 10 s": gap_row(plans[10.0], 10.0, 0.0035),
        "bound in 60 s": gap_row(plans[60.0], 60.0, 0.001),
    }


def cost_row(plans: Sequence[Plan], must: str, at_most: float) -> Row:
    """The median cost over the seeds."""
    costs = [plan.cost for plan in plans]
    found = {"cost": round(median(costs), 2), "worst": round(max(costs), 2)}
    return row(must, found, median(costs) <= at_most)


def gap_row(plans: Sequence[Plan], seconds: float, most: float) -> Row:
    """The median gap over the seeds; a minute's goal is a direction, not a limit."""
    direction = seconds == 60.0
    must = f"gap {'as near to' if direction else 'within'} {most:.2%} in {seconds:.0f} s"
    gap = median(plan.gap for plan in plans)
    found = {"gap": round(gap, 6), "bound": round(median(plan.bound for plan in plans), 2)}
    return row(must, found, direction or gap <= most)


def flown(problem: PlanProblem) -> Row:
    """The published swarm, 60 × 200, on one thread as the peers: medians over the seeds."""
    layout = layout_of(problem)
    runs = [flight(layout, seed, 1) for seed in (SEEDS[0], *SEEDS)][1:]  # the first warms the kernels
    together = [flight(layout, seed, CORES) for seed in SEEDS]
    costs = [cost for cost, _ in runs]
    return {
        "cost": round(median(costs), 2),
        "worst": round(max(costs), 2),
        "seconds": round(median(seconds for _, seconds in runs), 4),
        "seconds on all cores": round(median(seconds for _, seconds in together), 4),
        "evaluations": PARTICLES * ITERATIONS,
    }


def flight(layout: Layout, seed: int, threads: int) -> tuple[float, float]:
    """Cost and seconds of one flight from the current plan."""
    since_s = perf_counter()
    settings = SwarmSettings(particles=PARTICLES, iterations=ITERATIONS)
    swarm = Swarm(layout, layout.machines, settings, seed, [plans_now(layout)])
    with ChunkPool(threads) as pool:
        for _ in range(ITERATIONS):
            swarm.step(pool.run, threads)
    return swarm.best_cost + layout.rest_cost, perf_counter() - since_s


def pricing_row(problems: dict[str, PlanProblem]) -> Row:
    """Microseconds a batch for decoding and pricing a plan from a random position, on one thread."""
    found = {name: round(pricing_us(problem), 4) for name, problem in problems.items()}
    return row("pricing one plan: 1 µs a batch or less", found, max(found.values()) <= 1.0)


def pricing_us(problem: PlanProblem) -> float:
    """The same for one problem."""
    cost = CostFunction.of(layout_of(problem))
    random = np.random.default_rng(1)
    count = max(2, 200_000 // len(cost.tables.batch))
    positions = random.uniform(cost.lower, cost.upper, (count, len(cost.lower)))
    taken = []
    for _ in range(6):  # the first warms the kernels
        since_s = perf_counter()
        cost(positions)
        taken.append(perf_counter() - since_s)
    return median(taken[1:]) / count / len(cost.tables.batch) * 1e6


def energy_only(problem: PlanProblem) -> PlanProblem:
    """The same machines with nothing that couples them."""
    return msgspec.structs.replace(problem, limits=Limits())


def median(values: Any) -> float:
    """The median of some numbers."""
    return float(statistics.median(values))
