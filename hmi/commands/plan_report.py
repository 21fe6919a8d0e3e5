"""A plan as one JSON object and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from solver.plan import Move, Plan
from solver.problem import PlanProblem, has_demand_charge

MOST_MOVES_SHOWN = 40


def plan_document(plan: Plan) -> dict[str, object]:
    """The plan's fields as plain data."""
    document: dict[str, object] = msgspec.to_builtins(plan)
    return document


def plan_lines(problem: PlanProblem, plan: Plan) -> Iterator[str]:
    """What the plan costs and saves, how good it is proven to be, and its moves."""
    saved = plan.cost_before - plan.cost
    yield f"cost before   {plan.cost_before:14.2f}"
    yield f"cost          {plan.cost:14.2f}   saves {saved:.2f} ({plan.saving_rate:.2%})"
    yield f"proven bound  {plan.bound:14.2f}   gap {plan.gap:.3%}"
    if has_demand_charge(problem):
        yield f"  energy      {plan.energy_cost:14.2f}   before {plan.energy_cost_before:.2f}"
        yield f"  demand      {plan.demand_cost:14.2f}   before {plan.demand_cost_before:.2f}"
    yield f"highest mean  {plan.peak_kw:14.2f} kW   before {plan.peak_before_kw:.2f} kW"
    how = f"{plan.method}, seed {plan.seed}"
    yield f"{how}: {plan.iterations} iterations, {plan.seconds:.2f} s, end: {plan.stopped_by}"
    yield ""
    yield f"{'band':<12}{'kWh before':>14}{'kWh':>14}{'cost before':>14}{'cost':>14}"
    for band, energy in plan.energy_by_band_before.items():
        after, cost = plan.energy_by_band_after[band], plan.cost_by_band_after[band]
        yield f"{band:<12}{energy:14.2f}{after:14.2f}{plan.cost_by_band_before[band]:14.2f}{cost:14.2f}"
    yield ""
    yield from _move_lines(problem, plan)


def _move_lines(problem: PlanProblem, plan: Plan) -> Iterator[str]:
    batches = sum(len(starts) for starts in plan.starts_min.values())
    yield f"{len(plan.moves)} of {batches} batches move:"
    for move in plan.moves[:MOST_MOVES_SHOWN]:
        times = f"{_local(problem, move.from_min)} -> {_local(problem, move.to_min)}"
        pauses = ", ".join(
            f"{_local(problem, since)}-{_local(problem, to)[-5:]}" for since, to in move.pauses
        )
        paused = f"  pauses {pauses}" if pauses else ""
        yield f"  {move.machine} {move.batch}: {times}  saves {move.saving:9.2f}  {_reason(move)}{paused}"
    if len(plan.moves) > MOST_MOVES_SHOWN:
        yield f"  and {len(plan.moves) - MOST_MOVES_SHOWN} more; --json shows all"


def _reason(move: Move) -> str:
    if move.reason == "leaves_band":
        return f"{move.params['kwh']} kWh from {move.params['from_band']} to {move.params['to_band']}"
    if move.reason == "lowers_peak":
        return "lowers the highest mean"
    return "makes room for another"


def _local(problem: PlanProblem, minute: int) -> str:
    return (datetime.fromisoformat(problem.start) + timedelta(minutes=minute)).strftime("%m-%d %H:%M")
