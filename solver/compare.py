"""Two plans for the same problem, side by side: what they cost, what they change, what binds in each."""

from __future__ import annotations

import msgspec

from solver.errors import ProblemError
from solver.explain import judge_all
from solver.explain_binding import binding_limits
from solver.plan import Binding, Plan, Span
from solver.problem import PlanProblem
from solver.tariff import PriceGrid
from solver.what_if import Repriced, WhatIf


class Schedule(msgspec.Struct, frozen=True):
    """A plan's starts and pauses; any plan as `valleyline plan --json` prints it can be read as one."""

    starts_min: dict[str, dict[str, int]]
    pauses_min: dict[str, dict[str, list[Span]]] = {}


class PlanSide(msgspec.Struct, frozen=True, kw_only=True):
    """What one of two plans comes to, priced anew."""

    cost: float
    energy_cost: float
    demand_cost: float
    carbon_cost: float
    night_cost: float
    distance_cost: float
    peak_kw: float
    carbon_kg: float
    night_hours: float
    makespan_min: int
    cost_by_band: dict[str, float]
    energy_by_band: dict[str, float]
    violations: list[str]
    binding: list[Binding]


class Difference(msgspec.Struct, frozen=True):
    """A batch that lies elsewhere in the second plan, or pauses in another way."""

    machine: str
    batch: str
    from_min: int
    to_min: int
    from_pauses: list[Span]
    to_pauses: list[Span]
    change: float  # of the first plan's cost, were this batch alone to move so
    breaks: list[str]  # what that alone would break, codes of solver.check_breach.Limit


class PlanComparison(msgspec.Struct, frozen=True):
    """The plan in hand (`a`) and another one (`b`); differences are b minus a."""

    a: PlanSide
    b: PlanSide
    batches: list[Difference]

    @property
    def cost_difference(self) -> float:
        """How much dearer the other plan is."""
        return self.b.cost - self.a.cost


def compare_plans(
    problem: PlanProblem, price: PriceGrid, a: Plan | Schedule, b: Plan | Schedule
) -> PlanComparison:
    """Compares two plans for a problem, both priced at its prices; they may break limits, which is said.

    Raises ProblemError with one sentence when a plan is one for other machines or batches.
    """
    for name, plan in (("first", a), ("other", b)):
        _refuse_other_problem(problem, plan, name)
    mine, other = (WhatIf(problem, price, plan.starts_min, plan.pauses_min) for plan in (a, b))
    now = mine.now()
    return PlanComparison(_side(mine, now), _side(other, other.now()), _differences(mine, other, now))


def _refuse_other_problem(problem: PlanProblem, plan: Plan | Schedule, name: str) -> None:
    known = {machine.id: {batch.id for batch in machine.batches} for machine in problem.machines}
    found = {machine: set(starts) for machine, starts in plan.starts_min.items()}
    for machine, batches in known.items():
        for batch in sorted(batches - found.get(machine, set())):
            raise ProblemError(
                f"starts_min.{machine}: the {name} plan has no start for batch {batch!r}; "
                "compare plans for the same problem."
            )
    for machine, batches in found.items():
        for batch in sorted(batches - known.get(machine, set())):
            raise ProblemError(
                f"starts_min.{machine}: the problem has no batch {batch!r}; "
                "compare plans for the same problem."
            )


def _side(what_if: WhatIf, priced: Repriced) -> PlanSide:
    return PlanSide(
        cost=priced.cost,
        energy_cost=priced.energy_cost,
        demand_cost=priced.demand_cost,
        carbon_cost=priced.carbon_cost,
        night_cost=priced.night_cost,
        distance_cost=priced.distance_cost,
        peak_kw=priced.peak_kw,
        carbon_kg=priced.carbon_kg,
        night_hours=priced.night_hours,
        makespan_min=priced.makespan_min,
        cost_by_band=priced.cost_by_band,
        energy_by_band=priced.energy_by_band,
        violations=priced.violations,
        binding=binding_limits(what_if, list(judge_all(what_if, {}).values())),
    )


def _differences(mine: WhatIf, other: WhatIf, now: Repriced) -> list[Difference]:
    known = {breach.limit for breach in now.breaches}
    found: list[Difference] = []
    for name, table in mine.tables.machines.items():
        for batch in table.batches:
            here, there = mine.machines[name].batch(batch), other.machines[name].batch(batch)
            assert here is not None and there is not None  # both plans have all batches
            if here.start == there.start and list(here.pauses) == list(there.pauses):
                continue
            then = mine.drag(name, batch, there.start, there.pauses)
            breaks = dict.fromkeys(breach.limit for breach in then.breaches if breach.limit not in known)
            found.append(
                Difference(
                    machine=name,
                    batch=batch,
                    from_min=here.start,
                    to_min=there.start,
                    from_pauses=list(here.pauses),
                    to_pauses=list(there.pauses),
                    change=then.cost - now.cost,
                    breaks=[limit.value for limit in breaks],
                )
            )
    return found
