"""What a search finds and how long it takes, against the bound that the same run proves."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from hmi.problem_files import problem_prices
from solver.plan import Plan
from solver.problem import PlanProblem, decode_problem, problem_zone
from solver.search import search
from solver.warm import warm_kernels

PLANS = Path(__file__).resolve().parents[3] / "shared" / "data" / "plans"
SEEDS = (1, 2, 3, 4, 5)


def run() -> dict[str, object]:
    """Medians over five seeds for the problems with known answers; the kernels are warm."""
    if not PLANS.exists():
        return {"skipped": "the folder ../shared with the problems is not here"}
    warm_kernels()
    found: dict[str, object] = {}
    for name in ("S_3x5", "A_6x20"):
        data = msgspec.json.decode((PLANS / f"{name}.json").read_bytes())
        with_demand = decode_problem(data)
        energy_only = decode_problem({key: value for key, value in data.items() if key != "limits"})
        found[f"{name} energy, exact"] = measured(energy_only, "exact", 2.0)
        found[f"{name} energy, swarm"] = measured(energy_only, "swarm", 2.0)
        found[f"{name} energy, pso as published"] = measured(energy_only, "pso", 2.0)
        found[f"{name} with demand, swarm 2 s"] = measured(with_demand, "swarm", 2.0)
    return found


def measured(problem: PlanProblem, method: str, seconds: float) -> dict[str, Any]:
    """Cost, bound, gap and real seconds: medians over the seeds."""
    plans = [timed(problem, method, seconds, seed) for seed in SEEDS]
    return {
        "cost": median(plans, lambda plan: plan.cost, 2),
        "bound": median(plans, lambda plan: plan.bound, 2),
        "gap": median(plans, lambda plan: plan.gap, 6),
        "seconds": median(plans, lambda plan: plan.seconds, 4),
    }


def timed(problem: PlanProblem, method: str, seconds: float, seed: int) -> Plan:
    """One search on a clock of its own."""
    zone = problem_zone(problem)
    price = problem_prices(problem)
    since_s = perf_counter()
    return search(
        problem,
        method=method,
        seconds=seconds,
        seed=seed,
        elapsed_s=lambda: perf_counter() - since_s,
        zone=zone,
        price=price,
    )


def median(plans: list[Plan], of: Callable[[Plan], float], digits: int) -> float:
    """The median of a figure over the plans."""
    return round(statistics.median(of(plan) for plan in plans), digits)
