"""The shortest plan under a hard limit of energy in every quarter of an hour: published instances.

A sample of 25 of the 1,500, drawn once; their published makespans are those of IBM CP Optimizer or of a
mixed-integer program within five minutes, some of them proven there. Where ours equals our own bound it is
proven here. Those proven there are planned with five seeds, the others with one, to save time.
"""

from __future__ import annotations

import statistics
from typing import Any

from solver.problem import PlanProblem
from solver.warm import warm_kernels
from tests.bench.solver_ours import SEEDS, Row, row, searched
from tests.solver.makespan_examples import PUBLISHED_BEST, PUBLISHED_PROVEN, published_sample

SECONDS = 10.0
WITHIN = 0.02


def rows() -> dict[str, Row]:
    """The row of the shortest plan."""
    warm_kernels()
    problems = published_sample(*PUBLISHED_BEST)
    searched(next(iter(problems.values())), 1.0)
    found = {number: measured(number, problem) for number, problem in problems.items()}
    over_bound = [one["over the bound"] for one in found.values()]
    over_best = [one["over the published"] for one in found.values()]
    return {
        "makespan, hard energy limit per 15 min": row(
            f"never above the limit; within {WITHIN:.0%} of the proven makespan in {SECONDS:.0f} s",
            {
                "instances": len(found),
                "limits kept": sum(one["feasible"] for one in found.values()),
                "proven shortest": sum(over == 0.0 for over in over_bound),
                "furthest over our bound": max(over_bound),
                "median over our bound": statistics.median(over_bound),
                "furthest over the published": max(over_best),
                "furthest over those proven there": max(
                    found[number]["over the published"] for number in PUBLISHED_PROVEN
                ),
                "shorter than published": sum(over < 0.0 for over in over_best),
                "each": {str(number): one for number, one in found.items()},
            },
            all(one["feasible"] for one in found.values()) and max(over_best) <= WITHIN,
        )
    }


def measured(number: int, problem: PlanProblem) -> dict[str, Any]:
    """One instance, planned for as long as the row allows; medians where there are several seeds."""
    seeds = SEEDS if number in PUBLISHED_PROVEN else SEEDS[:1]
    plans = sorted((searched(problem, SECONDS, seed) for seed in seeds), key=lambda plan: plan.makespan_min)
    plan = plans[len(plans) // 2]
    return {
        "makespan min": plan.makespan_min,
        "bound min": plan.bound,
        "published min": PUBLISHED_BEST[number],
        "over the bound": round(plan.makespan_min / plan.bound - 1.0, 5),
        "over the published": round(plan.makespan_min / PUBLISHED_BEST[number] - 1.0, 5),
        "longest min": plans[-1].makespan_min,
        "feasible": all(one.feasible for one in plans),
        "seconds": round(plan.seconds, 2),
    }
