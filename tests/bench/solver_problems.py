"""Mills over some days that a seed makes, batches in fixed order, with or without demand charge.

Each mill gets a current plan first (`now_min`); windows are laid around it, so that a plan is known to exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.problem import BatchSpec, Limits, Machine, PlanProblem
from solver.tariff import PriceSeries

DAY_MIN = 1440
GAP_MIN = 60
Ints = NDArray[np.int64]
POWERS_KW = (48.0, 48.0, 48.0, 72.0, 24.0, 48.0)  # the six mills of Company X, over and over
START = "2016-03-14T00:00"
ZONE = "Asia/Shanghai"

VALLEY, FLAT, PEAK = 0.36615, 0.7323, 1.208295
TARIFFS: dict[str, list[float]] = {  # 24 prices of a day
    "guangdong": [VALLEY] * 8 + [FLAT] + [PEAK] * 3 + [FLAT] * 7 + [PEAK] * 3 + [FLAT] * 2,
    "two_rates": [0.4] * 6 + [1.0] * 16 + [0.4] * 2,
    "midday_valley": [0.7] * 11 + [0.3] * 3 + [0.7] * 2 + [1.3] * 6 + [0.7] * 2,
    "narrow_peak": [0.6] * 18 + [2.0] * 2 + [0.6] * 4,
}


@dataclass(frozen=True, slots=True, eq=False)
class CurrentPlan:
    """When a mill's batches start now and how long they run, int64[batches] each."""

    start_min: Ints
    duration_min: Ints


@dataclass(frozen=True, slots=True)
class MillFamily:
    """What the problems of a family have in common; durations are of running, windows to either side."""

    mills: int
    days: int
    batches_per_week: float = 5.0
    duration_min: tuple[int, int] = (960, 1080)
    window_min: int = 720
    step_min: int = 15
    tariff: str = "guangdong"
    demand_price_per_kw: float = 0.0


SIXTY_MILLS = MillFamily(mills=60, days=7, demand_price_per_kw=32.0)


def sixty_mills(seed: int = 48) -> PlanProblem:
    """60 mills over a week; seed 48: energy alone raises the peak from 2 016 to 2 448 kW and saves 3.4 %."""
    return mills_problem(SIXTY_MILLS, seed)


def mills_problem(family: MillFamily, seed: int) -> PlanProblem:
    """One problem of a family; the same seed makes the same problem."""
    random = np.random.Generator(np.random.Philox(key=seed))
    horizon = family.days * DAY_MIN
    return PlanProblem(
        start=START,
        timezone=ZONE,
        horizon_min=horizon,
        tariff=tariff_of(family, random),
        machines=[mill_of(family, m, current_plan(family, random)) for m in range(family.mills)],
        limits=Limits(demand_price_per_kw=family.demand_price_per_kw),
    )


def tariff_of(family: MillFamily, random: np.random.Generator) -> PriceSeries:
    """The family's tariff on each day; 'market' is another price each hour, some of them negative."""
    if family.tariff != "market":
        return PriceSeries(TARIFFS[family.tariff] * family.days)
    hours = np.arange(24 * family.days)
    shape = 0.6 + 0.35 * np.cos((hours % 24 - 19.0) / 24.0 * 2 * np.pi)
    price = shape + np.cumsum(random.normal(0.0, 0.05, len(hours))) + random.normal(0.0, 0.1, len(hours))
    return PriceSeries(np.round(price, 4).tolist())


def current_plan(family: MillFamily, random: np.random.Generator) -> CurrentPlan:
    """As many batches as fit, idle in between for spans that differ much."""
    horizon, step = family.days * DAY_MIN, family.step_min
    shortest, longest = (minutes // step for minutes in family.duration_min)
    wanted = max(1, round(family.batches_per_week * family.days / 7 + random.uniform(-0.5, 0.5)))
    count = max(1, min(wanted, horizon // (family.duration_min[1] + GAP_MIN)))
    duration = step * random.integers(shortest, longest + 1, count)
    idle = random.exponential(1.0, count + 1)
    spare = horizon - int(duration.sum()) - GAP_MIN * count
    idle_min = step * np.floor(idle / idle.sum() * spare / step).astype(np.int64)
    before = np.concatenate([[0], np.cumsum(duration + GAP_MIN)[:-1]])
    return CurrentPlan(before + np.cumsum(idle_min[:-1]), duration)


def mill_of(family: MillFamily, m: int, plan: CurrentPlan) -> Machine:
    """The mill that runs so now, and whose batches may start up to the family's window earlier or later."""
    horizon, window = family.days * DAY_MIN, family.window_min
    batches = [
        BatchSpec(
            id=f"b{b + 1}",
            duration_min=duration,
            power_kw=POWERS_KW[m % len(POWERS_KW)],
            earliest_min=max(0, start - window),
            due_min=min(horizon, start + duration + window),
            gap_before_min=GAP_MIN if b else 0,
            now_min=start,
        )
        for b, (start, duration) in enumerate(
            zip(plan.start_min.tolist(), plan.duration_min.tolist(), strict=True)
        )
    ]
    return Machine(f"mill_{m + 1:04}", batches, off_kw=0.0)
