"""From what a search found to the plan that is shown: independently checked, priced and explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solver.check import Verdict, check_plan
from solver.explain import explained
from solver.fixed import fixed_starts
from solver.infeasible import no_plan_found
from solver.outcome import saving_rate
from solver.plan import Plan, Span
from solver.problem import PlanProblem
from solver.search_run import relative_gap
from solver.tariff import PriceGrid


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search found; `bound` is of the objective: money, or minutes of makespan."""

    starts_min: dict[str, dict[str, int]]
    pauses_min: dict[str, dict[str, list[Span]]]
    bound: float
    method: str
    seed: int
    iterations: int
    seconds: float
    stopped_by: str


def starts_before(
    problem: PlanProblem, earliest: Mapping[str, Sequence[int]] | None = None
) -> dict[str, dict[str, int]]:
    """Where the current plan has each batch; as early as the order allows where it does not say.

    `earliest` are known earliest starts by machine, in the listed order.
    """
    found: dict[str, dict[str, int]] = {}
    for machine in problem.machines:
        known = (earliest or {}).get(machine.id)
        firsts = fixed_starts(machine) if known is None else known
        found[machine.id] = {
            batch.id: int(first) if batch.now_min is None else batch.now_min
            for batch, first in zip(machine.batches, firsts, strict=True)
        }
    return found


def checked_plan(
    problem: PlanProblem,
    price: PriceGrid,
    found: Found,
    before: dict[str, dict[str, int]],
    verdict_before: Verdict,
) -> Plan:
    """The plan with its price and reasons; raises NoPlanError where the checker finds a limit broken."""
    verdict = check_plan(problem, price, found.starts_min, found.pauses_min)
    if not verdict.feasible:
        raise no_plan_found(verdict, found.seconds)
    reached = float(verdict.makespan_min) if problem.objective == "makespan" else verdict.cost
    bound = min(found.bound, reached)
    plan = Plan(
        cost=verdict.cost,
        cost_before=verdict_before.cost,
        saving_rate=saving_rate(verdict_before, verdict),
        bound=bound,
        gap=relative_gap(reached, bound),
        objective=problem.objective,
        makespan_min=verdict.makespan_min,
        peak_kw=verdict.peak_kw,
        starts_min=found.starts_min,
        pauses_min=found.pauses_min,
        method=found.method,
        seed=found.seed,
        iterations=found.iterations,
        seconds=found.seconds,
        feasible=True,
        violations=[],
        stopped_by=found.stopped_by,
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
