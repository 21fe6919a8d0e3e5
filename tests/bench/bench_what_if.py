"""How fast a plan answers what it would cost with a batch elsewhere, and how long its explanation takes."""

from __future__ import annotations

import random
from statistics import median
from time import perf_counter

from hmi.problem_files import problem_prices, with_tariff
from solver.explain import judge_all, moves_of
from solver.limits import Carbon, Crew, CrewShift, Distance, Limits, NightWork, StartRule
from solver.problem import BatchSpec, Machine, PlanProblem
from solver.what_if import WhatIf

DAY_MIN, DAYS = 1440, 7
DRAGS = 500


def run() -> dict[str, object]:
    """Sixty mills over a week with every price and limit, then a thousand with a demand charge alone."""
    return {"60 mills, all limits": measured(60, True), "1000 mills, demand charge": measured(1000, False)}


def measured(mills: int, coupled: bool) -> dict[str, float]:
    """Milliseconds of a drag, seconds of the whole explanation."""
    problem = problem_of(mills, coupled)
    starts = {machine.id: {b.id: b.now_min or 0 for b in machine.batches} for machine in problem.machines}
    since_s = perf_counter()
    plan = WhatIf(problem, problem_prices(problem), starts, {})
    laid_out_s = perf_counter() - since_s
    drags_s = sorted(drag_s(plan, problem, random.Random(number)) for number in range(DRAGS))
    since_s = perf_counter()
    moves_of(plan, judge_all(plan, starts), (0.0, 0.0))
    return {
        "batches": sum(map(len, starts.values())),
        "laid out, s": round(laid_out_s, 3),
        "drag, median ms": round(median(drags_s) * 1e3, 3),
        "drag, 95 % ms": round(drags_s[int(0.95 * DRAGS)] * 1e3, 3),
        "explained, s": round(perf_counter() - since_s, 2),
    }


def drag_s(plan: WhatIf, problem: PlanProblem, chance: random.Random) -> float:
    """One batch dragged anywhere."""
    machine = chance.choice(problem.machines)
    batch = chance.choice(machine.batches)
    start_min = chance.randrange(DAYS * DAY_MIN - batch.duration_min)
    since_s = perf_counter()
    plan.drag(machine.id, batch.id, start_min)
    return perf_counter() - since_s


def problem_of(mills: int, coupled: bool) -> PlanProblem:
    """Mills that grind about ten batches of half a day in a week, each movable by eight hours."""
    limits = Limits(demand_price_per_kw=32.0)
    if coupled:
        night = NightWork("22:00", "06:00", 10.0)
        limits = Limits(
            demand_price_per_kw=32.0,
            supply_kw=40.0 * mills,
            interval_energy_kwh=10.0 * mills,
            crew=Crew([CrewShift("00:00", mills // 2)], charge_min=30, discharge_min=30, night=night),
            starts=StartRule(max(2, mills // 20), 5),
            distance=Distance(480, None, 0.1),
            carbon=Carbon([0.5, 0.7] * (DAYS * 12), 60, 0.05),
        )
    return with_tariff(
        PlanProblem(
            start="2016-03-14T00:00",
            timezone="Asia/Shanghai",
            horizon_min=DAYS * DAY_MIN,
            tariff="guangdong-large-industry-2016",
            machines=[mill_of(number, random.Random(number)) for number in range(mills)],
            limits=limits,
        )
    )


def mill_of(number: int, chance: random.Random) -> Machine:
    """A mill and its batches, one after the other."""
    batches: list[BatchSpec] = []
    at = chance.randrange(300)
    while at + (duration := chance.randrange(700, 830)) <= DAYS * DAY_MIN:
        batches.append(
            BatchSpec(
                f"b{len(batches)}",
                duration,
                power_kw=48.0,
                earliest_min=max(0, at - 480),
                due_min=min(DAYS * DAY_MIN, at + duration + 480),
                gap_before_min=60,
                now_min=at,
            )
        )
        at += duration + 60 + chance.randrange(200)
    return Machine(f"mill_{number}", batches, idle_kw=3.0)
