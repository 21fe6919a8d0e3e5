"""Why a plan looks as it does: what each move saves, what keeps batches from cheaper places, what binds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from solver.check_breach import Limit
from solver.check_machine import PlacedBatch
from solver.explain_binding import binding_limits
from solver.explain_place import SMALLEST_SAVING, Elsewhere, Judgement, judged, moved_only
from solver.plan import Move, Plan, running_kw
from solver.problem import PlanProblem
from solver.tariff import PriceGrid
from solver.what_if import WhatIf
from solver.what_if_cost import OwnCost, own_cost
from solver.what_if_state import placed_at

MOST_TRIED = 2000  # batches, at about a millisecond each
MOST_LOOKS = 5_000_000  # at other batches of their machines while they are tried
Params = dict[str, str | float]
COLLIDES = {Limit.GAP, Limit.OVERLAP}


def explained(problem: PlanProblem, price: PriceGrid, plan: Plan) -> Plan:
    """The plan with its moves, the limits that bind, carbon, night work and distance, before and after.

    Starts, pauses and what they cost stay as they are. Raises ProblemError where a series is too short.
    """
    what_if = WhatIf(problem, price, plan.starts_min, plan.pauses_min)
    after, before = what_if.now(), WhatIf(problem, price, plan.starts_before_min, {}).now()
    judgements = judge_all(what_if, plan.starts_before_min)
    peaks_kw = (before.peak_kw, after.peak_kw)
    return msgspec.structs.replace(
        plan,
        moves=moves_of(what_if, judgements, peaks_kw),
        binding=binding_limits(what_if, list(judgements.values())),
        carbon_kg=after.carbon_kg,
        carbon_kg_before=before.carbon_kg,
        carbon_cost=after.carbon_cost,
        carbon_cost_before=before.carbon_cost,
        night_hours=after.night_hours,
        night_hours_before=before.night_hours,
        night_cost=after.night_cost,
        night_cost_before=before.night_cost,
        distance_cost=after.distance_cost,
    )


def judge_all(what_if: WhatIf, before: Mapping[str, Mapping[str, int]]) -> dict[tuple[str, str], Judgement]:
    """Every batch tried elsewhere, by machine and batch; of very many, those that matter most."""
    now = what_if.now()
    placed = [
        (one, before.get(name, {}).get(one.batch.id))
        for name, state in what_if.machines.items()
        for one in state.placed
    ]
    tried = _worth_trying(placed)
    return {
        (one.machine.id, one.batch.id): judged(what_if, now, one, was)
        if place in tried
        else moved_only(what_if, one, was)
        for place, (one, was) in enumerate(placed)
    }


def _worth_trying(placed: Sequence[tuple[PlacedBatch, int | None]]) -> set[int]:
    """The places of the batches that matter most, as many as there is time for."""
    beside = Counter(one.machine.id for one, _ in placed)
    work = np.array([beside[one.machine.id] for one, _ in placed])
    if len(placed) <= MOST_TRIED and work.sum() <= MOST_LOOKS:
        return set(range(len(placed)))
    weights = np.array([_weight(one, was) for one, was in placed])
    falling = np.argsort(-weights, kind="stable")[:MOST_TRIED]
    return set(falling[np.cumsum(work[falling]) <= MOST_LOOKS].tolist())


def _weight(one: PlacedBatch, was: int | None) -> float:
    """How much a batch may matter: its energy, and far more if it has moved."""
    kw_min = float(running_kw(one.batch).sum())
    return kw_min * (1.0 + (0 if was is None else abs(one.start - was)))


def moves_of(
    what_if: WhatIf,
    judgements: Mapping[tuple[str, str], Judgement],
    peaks_kw: tuple[float, float],
) -> list[Move]:
    """Every batch that no longer lies where it did, or pauses, in the problem's order.

    `peaks_kw` are the highest means before and after.
    """
    moves: list[Move] = []
    for name, table in what_if.tables.machines.items():
        lies = {one.batch.id: one for one in what_if.machines[name].placed}
        for batch in table.batches:
            judgement = judgements.get((name, batch))
            if judgement is not None and judgement.back is not None:
                moves.append(_move(what_if, lies[batch], judgement, peaks_kw))
    return moves


def _move(what_if: WhatIf, one: PlacedBatch, judgement: Judgement, peaks_kw: tuple[float, float]) -> Move:
    back, held, alternative = judgement.back, judgement.held, judgement.alternative
    assert back is not None
    tables, table = what_if.tables, what_if.tables.machines[one.machine.id]
    was, now = (own_cost(tables, table, lies) for lies in (placed_at(one, back.start_min), one))
    own = was.total - now.total
    saving = own if COLLIDES & set(back.breaks) else back.change
    if saving - own >= SMALLEST_SAVING:  # it lowers the peak by itself
        then = what_if.drag(one.machine.id, one.batch.id, back.start_min, ())
        peaks_kw = (then.peak_kw, peaks_kw[1])
    reason = _reason(was, now, saving, saving - own, back.breaks, peaks_kw)
    return Move(
        machine=one.machine.id,
        batch=one.batch.id,
        from_min=back.start_min,
        to_min=one.start,
        saving=saving,
        reason=reason,
        params=_reason_params(reason, what_if, was, now, back, peaks_kw),
        pauses=list(one.pauses),
        limit="" if held is None else held.breaks[0].value,
        limit_params={} if held is None else {"at_min": float(held.start_min), "saves": -held.change},
        alternative_min=None if alternative is None else alternative.start_min,
        alternative_cost=None if alternative is None else alternative.change,
    )


def _reason(
    was: OwnCost,
    now: OwnCost,
    saving: float,
    demand: float,
    broken: tuple[Limit, ...],
    peaks_kw: tuple[float, float],
) -> str:
    """What the move saves most by; where it saves nothing, what it does for the others."""
    gains = {
        "leaves_band": was.energy - now.energy,
        "less_carbon": was.carbon - now.carbon,
        "less_night": was.night - now.night,
        "lowers_peak": demand,
    }
    if saving >= SMALLEST_SAVING:
        return max(gains, key=gains.__getitem__)  # the first of equal ones
    if _coupled(broken):
        return "keeps_limit"
    return "lowers_peak" if peaks_kw[1] < peaks_kw[0] else "makes_room"


def _coupled(broken: tuple[Limit, ...]) -> list[Limit]:
    return [limit for limit in broken if limit not in COLLIDES]


def _reason_params(
    reason: str, what_if: WhatIf, was: OwnCost, now: OwnCost, back: Elsewhere, peaks_kw: tuple[float, float]
) -> Params:
    if reason == "leaves_band":
        bands, left = what_if.tables.grid.band_names, was.kwh_by_band - now.kwh_by_band
        most, least = int(left.argmax()), int(left.argmin())
        return {"from_band": bands[most], "to_band": bands[least], "kwh": round(float(left[most]), 3)}
    if reason == "less_carbon":
        return {"kg": round(was.carbon_kg - now.carbon_kg, 3)}
    if reason == "less_night":
        return {"hours": round(was.night_hours - now.night_hours, 2)}
    if reason == "keeps_limit":
        return {"limit": _coupled(back.breaks)[0].value}
    if reason == "lowers_peak":
        return {"before_kw": round(peaks_kw[0], 3), "after_kw": round(peaks_kw[1], 3)}
    return {}
