"""A plan in the making: the problem, what the search found, what a hand changed, and what is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hmi.approval import canonical_bytes, sign_proposal
from hmi.planning import plan_document
from hmi.plant import Plant
from hmi.station.payloads import ProposePlan
from solver.check import Breach, Verdict, check_plan
from solver.explain import explained
from solver.plan import Plan, Span
from solver.problem import PlanProblem, canonical_problem_bytes, problem_start_ms, problem_zone
from solver.tariff import PriceGrid, PriceSeries, Tariff, price_grid
from solver.what_if import Repriced, WhatIf

EXPLAINED_AT_ONCE = 100  # batches; so many take less than a tenth of a second
BY_HAND = "+hand"  # ends the method of a plan that a hand changed
Starts = dict[str, dict[str, int]]
Pauses = dict[str, dict[str, list[Span]]]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a search found and, where a hand moved a block, what the plan costs and breaks now."""

    problem: PlanProblem
    price: PriceGrid
    plan: Plan
    what_if: WhatIf  # the plan, laid out for dragging
    breaches: tuple[Breach, ...] = ()  # since a hand moved a block; a search's plan breaks nothing

    @property
    def start_ms(self) -> int:
        """The problem's start."""
        return self.price.start_ms

    def dragged(self, machine: str, batch: str, start_min: int) -> Draft:
        """The draft as it would be with one batch elsewhere, its pauses along; priced while it is dragged."""
        found = self.what_if.drag(machine, batch, start_min)
        starts, pauses = self._with(machine, batch, start_min)
        breaches = own_first(found.breaches, machine, batch)
        return replace(self, plan=repriced(self.plan, found, starts, pauses), breaches=breaches)

    def moved(self, machine: str, batch: str, start_min: int) -> Draft:
        """The draft with one batch elsewhere for good, its pauses along, priced and passed by the checker."""
        starts, pauses = self._with(machine, batch, start_min)
        verdict = check_plan(self.problem, self.price, starts, pauses)
        plan = repriced(self.plan, verdict, starts, pauses)
        if sum(map(len, starts.values())) <= EXPLAINED_AT_ONCE:
            plan = explained(self.problem, self.price, plan)
        return Draft(
            self.problem,
            self.price,
            plan,
            WhatIf(self.problem, self.price, starts, pauses),
            own_first(verdict.breaches, machine, batch),
        )

    def _with(self, machine: str, batch: str, start_min: int) -> tuple[Starts, Pauses]:
        starts = {**self.plan.starts_min, machine: {**self.plan.starts_min[machine], batch: start_min}}
        by_min = start_min - self.plan.starts_min[machine][batch]
        pauses = {**self.plan.pauses_min}
        if batch in pauses.get(machine, {}):
            shifted = [(since + by_min, to + by_min) for since, to in pauses[machine][batch]]
            pauses[machine] = {**pauses[machine], batch: shifted}
        return starts, pauses


def own_first(breaches: Sequence[Breach], machine: str, batch: str) -> tuple[Breach, ...]:
    """The limits that are broken, those of the batch in hand before what other batches break."""
    return tuple(sorted(breaches, key=lambda one: (one.machine, one.batch) != (machine, batch)))


def repriced(plan: Plan, found: Verdict | Repriced, starts: Starts, pauses: Pauses) -> Plan:
    """The plan with other starts and pauses and what they cost; only moves of batches that stay are kept."""
    cost = found.cost
    return msgspec.structs.replace(
        plan,
        starts_min=starts,
        pauses_min=pauses,
        cost=cost,
        saving_rate=(plan.cost_before - cost) / plan.cost_before if plan.cost_before else 0.0,
        gap=(cost - plan.bound) / abs(cost) if cost else 0.0,
        peak_kw=found.peak_kw,
        makespan_min=found.makespan_min,
        feasible=found.feasible,
        violations=found.violations,
        energy_cost=found.energy_cost,
        demand_cost=found.demand_cost,
        cost_by_band_after=found.cost_by_band,
        energy_by_band_after=found.energy_by_band,
        carbon_kg=found.carbon_kg,
        carbon_cost=found.carbon_cost,
        night_hours=found.night_hours,
        night_cost=found.night_cost,
        distance_cost=found.distance_cost,
        binding=[],
        method=f"{plan.method.removesuffix(BY_HAND)}{BY_HAND}",
        moves=[move for move in plan.moves if starts[move.machine][move.batch] == move.to_min],
    )


def new_draft(problem: PlanProblem, plan: Plan) -> Draft:
    """The draft of a search's plan."""
    price = problem_price(problem)
    return Draft(problem, price, plan, WhatIf(problem, price, plan.starts_min, plan.pauses_min))


def problem_price(problem: PlanProblem) -> PriceGrid:
    """The prices of a problem's horizon."""
    assert isinstance(problem.tariff, Tariff | PriceSeries)
    return price_grid(problem.tariff, problem_start_ms(problem), problem.horizon_min, problem_zone(problem))


def proposal(
    draft: Draft, plant: Plant, proposer: str, key: Ed25519PrivateKey, note: str, now_ms: int
) -> ProposePlan:
    """The draft as it is put before the station, signed by its proposer."""
    document = plan_document(
        plant,
        draft.problem,
        draft.plan,
        proposer=proposer,
        created_ms=now_ms,
        automatic=plant.plc is not None,
    )
    signed = canonical_bytes(document)
    return ProposePlan(
        document=signed,
        problem_json=canonical_problem_bytes(draft.problem),
        plan_json=msgspec.json.encode(draft.plan),
        signature=sign_proposal(key, signed, proposer, note, now_ms),
        note=note,
        t_ms=now_ms,
    )


def band_spans(price: PriceGrid) -> list[tuple[int, int, str, float]]:
    """The tariff's bands over a grid, as (from, to, name, price per kWh)."""
    spans: list[tuple[int, int, str, float]] = []
    since = 0
    for minute in range(1, price.minutes + 1):
        ends = minute == price.minutes or price.price_per_kwh[minute] != price.price_per_kwh[since]
        if ends:
            name = price.band_names[price.band[since]] if price.band_names else ""
            spans.append((since, minute, name, float(price.price_per_kwh[since])))
            since = minute
    return spans


def bands_in_order(*tables: Mapping[str, float]) -> Sequence[str]:
    """The bands that any of the tables names, in the order of their first appearance."""
    return list(dict.fromkeys(band for table in tables for band in table))
