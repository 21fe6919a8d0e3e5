"""What a case's shop-floor could save at each level: whole loads, every batch, every batch with pauses."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from hmi.case import Case
from solver.loadshift import (
    JointShift,
    factory_shift,
    load_cost,
    machine_shifts,
    shopfloor_shift,
    swarm_shifts,
)
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem
from solver.reconstruction import Floats, RecordedBatch, RecordedMill
from solver.search import search
from solver.tariff import PriceGrid

REACH_MIN = 720  # t0, and how far a batch may leave the time in which it ran
PAUSES = PauseRule(most=2, least_min=60)
SEED = 1


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """What one level saves on the reconstruction, money over the record; gap = (cost - bound) / cost."""

    level: str
    moves: str
    method: str
    cost_before: float
    cost: float
    saving: float
    saving_rate: float
    bound: float
    gap: float
    seconds: float
    t0_min: dict[str, int] = {}
    starts_min: dict[str, dict[str, int]] = {}
    pauses_min: dict[str, dict[str, list[tuple[int, int]]]] = {}
    note: str = ""


def all_levels(case: Case, elapsed_s: Callable[[], float], tell: Callable[[str], None]) -> list[Level]:
    """The five levels, cheapest in freedom first; `tell` hears each one's name before it is searched."""
    price = case.price()
    return [
        *shift_levels(case, elapsed_s, tell),
        batch_level(case, price, PauseRule(), "batch", elapsed_s, tell),
        batch_level(case, price, PAUSES, "batch with pauses", elapsed_s, tell),
    ]


def shift_levels(case: Case, elapsed_s: Callable[[], float], tell: Callable[[str], None]) -> list[Level]:
    """One t0 per machine, shop-floor and factory, Eqs. (1)-(12): the published swarm, bounded by the scan."""
    price = case.price(REACH_MIN).price_per_kwh
    mills = list(case.curves)
    loads = np.stack([case.curves[mill].power_kw for mill in mills])
    floor = loads.sum(axis=0, keepdims=True)
    only = "Only one shop-floor is published, so this is the shop-floor's t0 again."

    def level(name: str, what: str, groups: list[str], load: Floats, scan: JointShift, note: str) -> Level:
        tell(name)
        began_s = elapsed_s()
        found = swarm_shifts(load, price, seed=SEED)
        t0 = {group: shift.t0_min for group, shift in zip(groups, found.shifts, strict=True)}
        return _shift_level(name, what, found, scan, t0, elapsed_s() - began_s, note)

    one = JointShift((shopfloor_shift(loads, price),))
    whole = JointShift((factory_shift([loads], price),))
    return [
        level("machine", "one t0 per machine", mills, loads, machine_shifts(loads, price), ""),
        level("shop-floor", "one t0 for the shop-floor", ["shop-floor"], floor, one, ""),
        level("factory", "one t0 for the factory", ["factory"], floor, whole, only),
    ]


def _shift_level(
    name: str, what: str, found: JointShift, scan: JointShift, t0: dict[str, int], seconds: float, note: str
) -> Level:
    return Level(
        level=name,
        moves=f"{what}, up to ±{REACH_MIN // 60} h",
        method="pso",
        cost_before=found.cost_before,
        cost=found.cost,
        saving=found.saving,
        saving_rate=found.rate,
        bound=scan.cost,
        gap=max(0.0, found.cost - scan.cost) / found.cost,
        seconds=seconds,
        t0_min=t0,
        note=note,
    )


def batch_level(
    case: Case,
    price: PriceGrid,
    pauses: PauseRule,
    name: str,
    elapsed_s: Callable[[], float],
    tell: Callable[[str], None],
) -> Level:
    """Every batch with a start of its own, and pauses if the rule allows them."""
    tell(name)
    problem = batch_problem(case, pauses)
    standby = standby_cost(case, price)
    plan = search(problem, price=price, elapsed_s=elapsed_s, method="swarm", seconds=600.0, seed=SEED)
    cost, before = plan.cost + standby, record_cost(case, price)
    rule = f", {pauses.most} pauses of {pauses.least_min} min or more" if pauses.most else ", without pauses"
    return Level(
        level=name,
        moves=f"every batch, up to ±{REACH_MIN // 60} h{rule}",
        method=plan.method,
        cost_before=before,
        cost=cost,
        saving=before - cost,
        saving_rate=(before - cost) / before,
        bound=plan.bound + standby,
        gap=(cost - plan.bound - standby) / cost,
        seconds=plan.seconds,
        starts_min=plan.starts_min,
        pauses_min=plan.pauses_min,
    )


def batch_problem(case: Case, pauses: PauseRule) -> PlanProblem:
    """The case's batches as a problem, priced above standby, which is drawn whatever the plan.

    Each batch begins at most 12 h before it began and ends at most 12 h after it ended, within the record, in
    its order, with time to discharge and charge. One that the record's end cuts off stays where it is.
    """
    return PlanProblem(
        start=case.published.start,
        timezone=case.published.timezone,
        horizon_min=case.minutes,
        tariff=case.tariff,
        machines=[_machine(case, mill, pauses) for mill in case.reconstruction.mills],
    )


def _machine(case: Case, mill: RecordedMill, pauses: PauseRule) -> Machine:
    curve = case.curves[mill.mill]
    batches = [
        _batch(case, batch, curve.running_kw[curve.batch == index], pauses)
        for index, batch in enumerate(mill.batches)
    ]
    return Machine(id=mill.mill, batches=batches, off_kw=0.0)


def _batch(case: Case, batch: RecordedBatch, profile_kw: Floats, pauses: PauseRule) -> BatchSpec:
    first = case.reconstruction.charge_min
    return BatchSpec(
        id=batch.id,
        duration_min=batch.running_min,
        profile_kw=profile_kw.tolist(),
        earliest_min=batch.start_min if batch.cut else max(first, batch.start_min - REACH_MIN),
        due_min=batch.end_min if batch.cut else min(case.minutes, batch.end_min + REACH_MIN),
        gap_before_min=case.reconstruction.gap_min,
        pauses=PauseRule() if batch.cut else pauses,
        now_min=batch.start_min,
    )


def standby_cost(case: Case, price: PriceGrid) -> float:
    """What the mills' standby costs over the record."""
    return sum(load_cost(curve.standby_kw, price.price_per_kwh) for curve in case.curves.values())


def record_cost(case: Case, price: PriceGrid) -> float:
    """What the reconstruction costs as it ran."""
    return sum(load_cost(curve.power_kw, price.price_per_kwh) for curve in case.curves.values())
