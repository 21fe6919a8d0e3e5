"""A plan as one JSON object and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from solver.check import Breach, Limit
from solver.plan import Binding, Move, Plan
from solver.problem import PlanProblem

MOST_MOVES_SHOWN = 40


def plan_document(plan: Plan) -> dict[str, object]:
    """The plan's fields as plain data."""
    document: dict[str, object] = msgspec.to_builtins(plan)
    return document


def plan_lines(problem: PlanProblem, plan: Plan) -> Iterator[str]:
    """What the plan costs and saves, how good it is proven to be, what binds, and its moves."""
    saved = plan.cost_before - plan.cost
    yield f"cost before   {plan.cost_before:14.2f}"
    yield f"cost          {plan.cost:14.2f}   saves {saved:z.2f} ({plan.saving_rate:z.2%})"
    if plan.objective == "makespan":
        yield f"makespan      {plan.makespan_min:11d} min   proven bound {plan.bound:.0f}, gap {plan.gap:.3%}"
    else:
        yield f"proven bound  {plan.bound:14.2f}   gap {plan.gap:.3%}"
    yield from _cost_parts(plan)
    yield f"highest mean  {plan.peak_kw:14.2f} kW   before {plan.peak_before_kw:.2f} kW"
    if problem.limits.carbon is not None:
        yield f"carbon        {plan.carbon_kg:14.2f} kg   before {plan.carbon_kg_before:.2f} kg"
    if problem.limits.crew is not None and problem.limits.crew.night is not None:
        yield f"night work    {plan.night_hours:14.2f} h    before {plan.night_hours_before:.2f} h"
    how = f"{plan.method}, seed {plan.seed}"
    yield f"{how}: {plan.iterations} iterations, {plan.seconds:.2f} s, end: {plan.stopped_by}"
    yield ""
    yield f"{'band':<12}{'kWh before':>14}{'kWh':>14}{'cost before':>14}{'cost':>14}"
    for band, energy in plan.energy_by_band_before.items():
        after, cost = plan.energy_by_band_after[band], plan.cost_by_band_after[band]
        yield f"{band:<12}{energy:14.2f}{after:14.2f}{plan.cost_by_band_before[band]:14.2f}{cost:14.2f}"
    yield ""
    yield from _binding_lines(problem, plan)
    yield from _move_lines(problem, plan)


def _cost_parts(plan: Plan) -> Iterator[str]:
    """The parts of the cost, where there is more than energy."""
    parts = [
        ("demand", plan.demand_cost, plan.demand_cost_before),
        ("carbon", plan.carbon_cost, plan.carbon_cost_before),
        ("night work", plan.night_cost, plan.night_cost_before),
        ("distance", plan.distance_cost, 0.0),
    ]
    shown = [part for part in parts if part[1] or part[2]]
    if shown:
        shown.insert(0, ("energy", plan.energy_cost, plan.energy_cost_before))
    for name, cost, before in shown:
        yield f"  {name:<12}{cost:14.2f}   before {before:.2f}"


def _binding_lines(problem: PlanProblem, plan: Plan) -> Iterator[str]:
    if not plan.binding:
        return
    yield "limits that bind:"
    for binding in plan.binding:
        yield f"  {binding_words(problem, binding)}"
    yield ""


def binding_words(problem: PlanProblem, binding: Binding) -> str:
    """A limit that binds: where the plan comes nearest to it, and whom it keeps from a cheaper place."""
    words = [binding.key]
    if binding.room is not None and binding.from_min is not None:
        words.append(f"{binding.room:.6g} left at {local_time(problem, binding.from_min)}")
    if binding.batches:
        most = f"{binding.worth:.2f} for {binding.machine} {binding.batch}"
        words.append(f"batches kept from cheaper places: {binding.batches}, at most {most}")
    return "; ".join(words)


def _move_lines(problem: PlanProblem, plan: Plan) -> Iterator[str]:
    batches = sum(len(starts) for starts in plan.starts_min.values())
    yield f"{len(plan.moves)} of {batches} batches move:"
    for move in plan.moves[:MOST_MOVES_SHOWN]:
        times = f"{local_time(problem, move.from_min)} -> {local_time(problem, move.to_min)}"
        pauses = ", ".join(
            f"{local_time(problem, since)}-{local_time(problem, to)[-5:]}" for since, to in move.pauses
        )
        paused = f"  pauses {pauses}" if pauses else ""
        yield f"  {move.machine} {move.batch}: {times}  saves {move.saving:9.2f}  {_reason(move)}{paused}"
        if other := "; ".join(_elsewhere(problem, move)):
            yield f"      {other}"
    if len(plan.moves) > MOST_MOVES_SHOWN:
        yield f"  and {len(plan.moves) - MOST_MOVES_SHOWN} more; --json shows all"


def _reason(move: Move) -> str:
    params = move.params
    match move.reason:
        case "leaves_band":
            return f"{params['kwh']} kWh from {params['from_band']} to {params['to_band']}"
        case "less_carbon":
            return f"emits {params['kg']} kg less"
        case "less_night":
            return f"{params['hours']} h less night work"
        case "lowers_peak":
            return "lowers the highest mean"
        case "keeps_limit":
            return f"where it was it would break {limit_key(str(params['limit']))}"
        case _:
            return "makes room for another"


def _elsewhere(problem: PlanProblem, move: Move) -> Iterator[str]:
    """What it would cost elsewhere, and what keeps it from a cheaper place."""
    if move.alternative_min is not None and move.alternative_cost is not None:
        yield f"next best {local_time(problem, move.alternative_min)}, {signed(move.alternative_cost)}"
    if move.limit:
        at, saves = int(float(move.limit_params["at_min"])), float(move.limit_params["saves"])
        where = local_time(problem, at)
        yield f"{limit_key(move.limit)} keeps it from {where}, where {saves:.2f} more could be saved"


def limit_key(code: str) -> str:
    """The problem's key for a limit's code."""
    return Breach(Limit(code), "", "").key


def signed(cost: float) -> str:
    """A difference in cost with its sign; what rounds to nothing has none of its own."""
    return f"{round(cost, 2) + 0.0:+.2f}"


def local_time(problem: PlanProblem, minute: int) -> str:
    """A minute of the plan as month, day and time of day."""
    return (datetime.fromisoformat(problem.start) + timedelta(minutes=minute)).strftime("%m-%d %H:%M")
