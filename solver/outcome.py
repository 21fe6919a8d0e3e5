"""From starts and pauses to the plan that is shown: checked, priced, each move with its reason and saving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solver.check import Verdict
from solver.explain import judge_all, moves_of
from solver.layout import Layout, MachinePlan
from solver.plan import Move, Span
from solver.problem import PlanProblem
from solver.tariff import PriceGrid
from solver.what_if import WhatIf


def plan_starts(layout: Layout, plans: Sequence[MachinePlan]) -> dict[str, dict[str, int]]:
    """Starts by machine and batch."""
    return {
        machine.id: dict(zip(machine.batch_ids, plan.starts, strict=True))
        for machine, plan in zip(layout.machines, plans, strict=True)
    }


def plan_pauses(layout: Layout, plans: Sequence[MachinePlan]) -> dict[str, dict[str, list[Span]]]:
    """Pauses by machine and batch; batches without a pause are left out."""
    return {
        machine.id: {
            batch: list(spans) for batch, spans in zip(machine.batch_ids, plan.pauses, strict=True) if spans
        }
        for machine, plan in zip(layout.machines, plans, strict=True)
    }


def moves_between(
    problem: PlanProblem,
    price: PriceGrid,
    before: Mapping[str, Mapping[str, int]],
    starts: Mapping[str, Mapping[str, int]],
    pauses: Mapping[str, Mapping[str, Sequence[Span]]],
    peaks_kw: tuple[float, float],
) -> list[Move]:
    """Every batch that no longer lies where it did, with what its own move saves and why.

    `peaks_kw` are the highest window means before and after.
    """
    what_if = WhatIf(problem, price, starts, pauses)
    return moves_of(what_if, judge_all(what_if, before), peaks_kw)


def saving_rate(before: Verdict, after: Verdict) -> float:
    """What share of the cost before is saved; 0 where it cost nothing."""
    return (before.cost - after.cost) / abs(before.cost) if before.cost else 0.0
