"""A plant that a seed makes, with every coupling at once, and a plan that is known to keep all limits.

Three shop-floors pass their goods on through two buffers. A hidden plan is drawn first and every limit is
laid around it with some slack; then a few machines fall behind, into the maintenance that follows their
batches, so that the plan in force (`now_min`) breaks limits while the hidden one keeps them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.durations import DAY_MIN
from solver.limits import Buffer, Carbon, Crew, CrewShift, Distance, Limits, NightWork, StartRule
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem
from tests.bench.solver_problems import (
    GAP_MIN,
    POWERS_KW,
    START,
    ZONE,
    CurrentPlan,
    MillFamily,
    current_plan,
    tariff_of,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FLOORS = 3
LOT = 10.0  # what a batch passes on, in tonnes
INTERVAL_MIN = 15
CHARGE_MIN, DISCHARGE_MIN = 20, 15
SHIFTS = ("00:00", "06:00", "12:00", "13:00", "20:00")  # from 12 to 13 few people are there
START_RULE_MIN = 5
SLACK = 1.1
FIXED_EVERY, MAINTAINED_EVERY, PAUSING_EVERY, RAMPED_EVERY, LATE_EVERY = 40, 10, 6, 20, 25
RAMP_MIN = 30
MAINTENANCE_MIN = 120
DRAIN_PER_HOUR = 0.002 * LOT  # out of the last buffer, for each machine of the plant


@dataclass(frozen=True, slots=True, eq=False)
class Plant:
    """The problem, and the starts of a plan that keeps all its limits (without pauses)."""

    problem: PlanProblem
    starts_min: dict[str, dict[str, int]]


def plant_of(machines: int = 1000, days: int = 7, seed: int = 1) -> Plant:
    """The plant with so many machines, about five batches a week on each, on the minute."""
    family = MillFamily(mills=machines, days=days, window_min=480, step_min=1)
    random = np.random.Generator(np.random.Philox(key=seed))
    tariff = tariff_of(family, random)
    plans = [current_plan(family, random) for _ in range(machines)]
    mills = [machine_of(family, m, plan, random) for m, plan in enumerate(plans)]
    problem = PlanProblem(
        start=START,
        timezone=ZONE,
        horizon_min=days * DAY_MIN,
        tariff=tariff,
        machines=mills,
        limits=limits_around(plans, days),
    )
    starts = {
        mill.id: {batch.id: start for batch, start in zip(mill.batches, plan.start_min.tolist(), strict=True)}
        for mill, plan in zip(mills, plans, strict=True)
    }
    return Plant(problem, starts)


def machine_of(family: MillFamily, m: int, plan: CurrentPlan, random: np.random.Generator) -> Machine:
    """Machine m with its batches; every so manieth is fixed, maintained, late, ramped or may pause."""
    fixed = m % FIXED_EVERY == 1
    late = 0 if fixed or m % LATE_EVERY else int(random.integers(30, 120))
    floor = m % FLOORS
    horizon, window = family.days * DAY_MIN, family.window_min
    batches = []
    now = behind(plan, late, horizon)
    for b, (start, duration) in enumerate(
        zip(plan.start_min.tolist(), plan.duration_min.tolist(), strict=True)
    ):
        power = power_of(m, duration)
        batches.append(
            BatchSpec(
                id=f"b{b + 1}",
                duration_min=duration,
                power_kw=None if m % RAMPED_EVERY == 0 else float(power[-1]),
                profile_kw=power.tolist() if m % RAMPED_EVERY == 0 else None,
                earliest_min=max(0, start - window),
                due_min=min(horizon, start + duration + window),
                gap_before_min=GAP_MIN if b else 0,
                pauses=PauseRule(1, 60) if m % PAUSING_EVERY == 0 else PauseRule(),
                now_min=int(now[b]),
                takes=LOT if floor > 0 else 0.0,
                makes=LOT if floor < FLOORS - 1 else 0.0,
            )
        )
    return Machine(
        name_of(m),
        batches,
        off_kw=0.0,
        idle_kw=2.0,
        fixed=fixed,
        maintenance=maintenance_in(plan, horizon) if late or m % MAINTAINED_EVERY == 3 else [],
    )


def name_of(m: int) -> str:
    """A machine's name, with its shop-floor."""
    return f"floor_{m % FLOORS + 1}_machine_{m + 1:04}"


def power_of(m: int, duration_min: int) -> Floats:
    """What a batch draws, float64[duration]; ramped machines reach full power in half an hour."""
    power = np.full(duration_min, POWERS_KW[m % len(POWERS_KW)])
    if m % RAMPED_EVERY == 0:
        power[:RAMP_MIN] *= np.linspace(0.5, 1.0, RAMP_MIN, endpoint=False)
    return power


def behind(plan: CurrentPlan, late_min: int, horizon: int) -> Ints:
    """The starts of a machine that has fallen behind, the last batch within the horizon still."""
    latest = horizon - np.cumsum((plan.duration_min + GAP_MIN)[::-1])[::-1] + GAP_MIN
    return np.minimum(plan.start_min + late_min, latest)


def maintenance_in(plan: CurrentPlan, horizon: int) -> list[tuple[int, int]]:
    """Up to two hours right behind the batch after which the machine stands longest."""
    ends = plan.start_min + plan.duration_min
    idle = np.append(plan.start_min[1:], horizon) - ends
    longest = int(idle.argmax())
    since = int(ends[longest])
    length = min(MAINTENANCE_MIN, int(idle[longest]))
    return [(since, since + length)] if length else []


def limits_around(plans: list[CurrentPlan], days: int) -> Limits:
    """All limits that couple machines, each a little wider than the plan needs."""
    load = load_of(plans, days * DAY_MIN)
    windows = load.reshape(-1, INTERVAL_MIN)
    moved_most = sum(len(plan.start_min) for plan in plans) * 3 // 4
    return Limits(
        interval_min=INTERVAL_MIN,
        demand_price_per_kw=32.0,
        peak_so_far_kw=round(0.8 * float(windows.mean(axis=1).max()), 1),
        interval_energy_kwh=round(SLACK * float(windows.sum(axis=1).max()) / 60, 1),
        supply_kw=round(SLACK * float(load.max()), 1),
        crew=crew_for(plans, days),
        buffers=[buffer_for(plans, floor, days * DAY_MIN) for floor in range(FLOORS - 1)],
        starts=StartRule(most=most_starts(plans, days * DAY_MIN), within_min=START_RULE_MIN),
        distance=Distance(most_min=420, most_batches=moved_most, price_per_hour=0.5),
        carbon=carbon_of(days),
    )


def load_of(plans: list[CurrentPlan], horizon: int) -> Floats:
    """The load of all machines, float64[horizon]; standing costs nothing in this plant."""
    load = np.zeros(horizon)
    for m, plan in enumerate(plans):
        for start, duration in zip(plan.start_min.tolist(), plan.duration_min.tolist(), strict=True):
            load[start : start + duration] += power_of(m, duration)
    return load


def crew_for(plans: list[CurrentPlan], days: int) -> Crew:
    """As many people in each shift as the plan needs at its busiest, and some more."""
    busy = np.zeros(days * DAY_MIN, dtype=np.int64)
    for plan in plans:
        for start, end in zip(
            plan.start_min.tolist(), (plan.start_min + plan.duration_min).tolist(), strict=True
        ):
            busy[max(0, start - CHARGE_MIN) : start] += 1
            busy[end : end + DISCHARGE_MIN] += 1
    busiest = busy.reshape(days, DAY_MIN).max(axis=0)
    begins = [int(at[:2]) * 60 + int(at[3:]) for at in SHIFTS]
    people = [int(np.ceil(SLACK * part.max())) for part in np.split(busiest, begins[1:])]
    return Crew(
        shifts=[CrewShift(at, count) for at, count in zip(SHIFTS, people, strict=True)],
        charge_min=CHARGE_MIN,
        discharge_min=DISCHARGE_MIN,
        night=NightWork("22:00", "06:00", price_per_hour=6.0),
    )


def buffer_for(plans: list[CurrentPlan], floor: int, horizon: int) -> Buffer:
    """The buffer behind a shop-floor, with room and stock for what the plan asks of it."""
    level = np.zeros(horizon + 1)
    for m, plan in enumerate(plans):
        if m % FLOORS == floor:
            np.add.at(level, plan.start_min + plan.duration_min, LOT)
        elif m % FLOORS == floor + 1:
            np.add.at(level, plan.start_min, -LOT)
    drain = round(DRAIN_PER_HOUR * len(plans), 3) if floor == FLOORS - 2 else 0.0
    level = np.cumsum(level) - drain * np.arange(horizon + 1) / 60
    stock = LOT * np.ceil(SLACK * max(LOT, -float(level.min())) / LOT)
    return Buffer(
        id=f"behind_floor_{floor + 1}",
        filled_by=[name_of(m) for m in range(len(plans)) if m % FLOORS == floor],
        emptied_by=[name_of(m) for m in range(len(plans)) if m % FLOORS == floor + 1],
        start_level=float(stock),
        capacity=float(LOT * np.ceil(SLACK * (stock + max(LOT, float(level.max()))) / LOT)),
        drain_per_hour=drain,
    )


def most_starts(plans: list[CurrentPlan], horizon: int) -> int:
    """The most starts within the start rule's span, and one more."""
    starts = np.bincount(np.concatenate([plan.start_min for plan in plans]), minlength=horizon)
    return int(np.convolve(starts, np.ones(START_RULE_MIN, dtype=np.int64)).max()) + 1


def carbon_of(days: int) -> Carbon:
    """A grid that is cleanest at noon."""
    hours = np.arange(24)
    day = np.round(0.6 - 0.25 * np.exp(-(((hours - 12.5) / 3.5) ** 2)), 3)
    return Carbon(kg_per_kwh=day.tolist() * days, price_per_kg=0.08)
