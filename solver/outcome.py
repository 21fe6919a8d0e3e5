"""From starts and pauses to the plan that is shown: checked, priced, each move with its reason and saving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from solver.check import Verdict
from solver.layout import Layout, MachinePlan
from solver.plan import Move, Span, machine_curve
from solver.problem import BatchSpec, Machine, PlanProblem
from solver.tariff import PriceGrid

SMALLEST_SAVING = 0.005  # half a cent


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
    """Every batch that no longer lies where it did, with what its own move saves in energy and why.

    `peaks_kw` are the highest window means before and after.
    """
    moves: list[Move] = []
    for machine in problem.machines:
        for batch in machine.batches:
            was, start = before[machine.id][batch.id], starts[machine.id][batch.id]
            spans = list(pauses.get(machine.id, {}).get(batch.id, ()))
            if was != start or spans:
                moves.append(_move(problem, price, machine, batch, was, start, spans, peaks_kw))
    return moves


def _move(
    problem: PlanProblem,
    price: PriceGrid,
    machine: Machine,
    batch: BatchSpec,
    was: int,
    start: int,
    pauses: list[Span],
    peaks_kw: tuple[float, float],
) -> Move:
    minutes = problem.horizon_min
    per_kwh = price.price_per_kwh[:minutes]
    old = machine_curve(machine, {batch.id: was}, {}, minutes, per_kwh)
    new = machine_curve(machine, {batch.id: start}, {batch.id: pauses}, minutes, per_kwh)
    moved_kwh = (old - new) / 60.0
    saving = float((moved_kwh * per_kwh).sum())
    left = np.array([moved_kwh[price.band[:minutes] == i].sum() for i in range(len(price.band_names))])
    reason, params = _reason(saving, left, price.band_names, peaks_kw)
    return Move(machine.id, batch.id, was, start, saving, reason, params, pauses)


def _reason(
    saving: float, left_kwh: np.ndarray, bands: tuple[str, ...], peaks_kw: tuple[float, float]
) -> tuple[str, dict[str, str | float]]:
    most, least = int(left_kwh.argmax()), int(left_kwh.argmin())
    if saving >= SMALLEST_SAVING:
        kwh = round(float(left_kwh[most]), 3)
        return "leaves_band", {"from_band": bands[most], "to_band": bands[least], "kwh": kwh}
    if peaks_kw[1] < peaks_kw[0]:
        return "lowers_peak", {"before_kw": round(peaks_kw[0], 3), "after_kw": round(peaks_kw[1], 3)}
    return "makes_room", {}


def saving_rate(before: Verdict, after: Verdict) -> float:
    """What share of the cost before is saved; 0 where it cost nothing."""
    return (before.cost - after.cost) / abs(before.cost) if before.cost else 0.0
