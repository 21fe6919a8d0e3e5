"""What is wrong with a problem: numbers, sizes, and machines and limits that contradict themselves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from solver.errors import ProblemError
from solver.fixed import fixed_starts
from solver.problem_check_limits import check_limits
from solver.problem_places import Step, named_place
from solver.problem_size import check_size

if TYPE_CHECKING:
    from solver.problem import BatchSpec, Machine, PlanProblem, UnderWay
    from solver.tariff import PriceGrid

MOST_NUMBER = 1e12  # of kW, money or goods
MOST_MINUTES = 1_000_000_000  # in any key; more than any plan has, and sums of them stay whole numbers
MOST_SUM = 1e15  # of kWh or money; beyond that a float no longer tells a tenth


def check_contents(problem: PlanProblem) -> None:
    """Raises ProblemError for parts that do not fit together, naming machine, batch and key."""
    _check_numbers(problem)
    _check_ids(problem)
    for index, machine in enumerate(problem.machines):
        for place, batch in enumerate(machine.batches):
            _check_batch(problem, batch, ["machines", index, "batches", place])
        _check_maintenance(problem, machine, index)
        if machine.under_way is not None:
            _check_under_way(problem, machine, index, machine.under_way)
        if machine.fixed:
            _check_fixed(problem, machine, index)
    check_limits(problem)
    check_size(problem)
    _check_energy(problem)


def check_prices(problem: PlanProblem, price: PriceGrid) -> None:
    """Raises ProblemError where a problem and its prices do not fit together."""
    minutes, limits = problem.horizon_min, problem.limits
    if price.minutes < minutes:
        raise ProblemError(f"tariff: prices cover {price.minutes} minutes and horizon_min is {minutes}.")
    dearest = float(abs(price.price_per_kwh[:minutes]).max())
    if limits.carbon is not None:
        dearest += limits.carbon.price_per_kg * max(map(abs, limits.carbon.kg_per_kwh))
    if not _most_kwh(problem) * dearest <= MOST_SUM:
        raise ProblemError(
            f"tariff: at up to {dearest:.6g} per kWh the plan may cost more than {MOST_SUM:.0e}, "
            "which cannot be added up exactly; check the prices and the power."
        )
    for name in limits.peaks_so_far_kw:
        _check_charge_name(problem, price, name)


def _check_charge_name(problem: PlanProblem, price: PriceGrid, name: str) -> None:
    charged = [charge.name for charge in price.demand]
    known = [] if isinstance(problem.tariff, str) else [rate.name for rate in problem.tariff.demand]
    parts = [other for other in charged if other.startswith(f"{name} ")]
    if name in charged or (name in known and not parts):
        return
    names = ", ".join(map(repr, parts or charged or known)) or "none"
    raise ProblemError(
        f"limits.peaks_so_far_kw: {name!r} is not the name of one of the tariff's demand charges; "
        f"there are {names}."
    )


def _refuse(problem: PlanProblem, steps: Sequence[Step], what: str) -> None:
    raise ProblemError(f"{named_place(steps, problem)}: {what}")


def _check_numbers(problem: PlanProblem) -> None:
    """A schema lets NaN, infinity and numbers through whose sums would be one of them."""
    for field in problem.__struct_fields__:
        bad = None if field == "tariff" else _bad_number(getattr(problem, field))
        if bad is not None:
            steps, value = [field, *bad[0]], bad[1]
            if isinstance(value, int):
                _refuse(problem, steps, f"{value:.6g} is too large; at most {MOST_MINUTES} is allowed.")
            finite = abs(value) < float("inf")
            what = f"too large; at most {MOST_NUMBER:.0e} is allowed" if finite else "not a finite number"
            _refuse(problem, steps, f"{value:.6g} is {what}.")


def _bad_number(item: object) -> tuple[list[Step], float | int] | None:
    """The first number that is not finite or too large, and the way to it."""
    if isinstance(item, float):
        return None if abs(item) <= MOST_NUMBER else ([], item)
    if isinstance(item, int):
        return None if abs(item) <= MOST_MINUTES else ([], item)
    parts: list[tuple[Step, object]] = []
    if isinstance(item, msgspec.Struct):
        parts = [(field, getattr(item, field)) for field in item.__struct_fields__]
    elif isinstance(item, dict):
        parts = list(item.items())
    elif isinstance(item, list | tuple):
        parts = list(enumerate(item))
    for step, part in parts:
        # a call for each of these, which are most, would take most of the time
        if isinstance(part, float) and abs(part) <= MOST_NUMBER:
            continue
        if part is None or isinstance(part, str) or (isinstance(part, int) and abs(part) <= MOST_MINUTES):
            continue
        bad = _bad_number(part)
        if bad is not None:
            return [step, *bad[0]], bad[1]
    return None


def _check_ids(problem: PlanProblem) -> None:
    _check_unique("machines", [machine.id for machine in problem.machines])
    for index, machine in enumerate(problem.machines):
        key = named_place(["machines", index], problem)
        _check_unique(f"machines[{index}].batches", [batch.id for batch in machine.batches], key)
    _check_unique("limits.buffers", [buffer.id for buffer in problem.limits.buffers])


def _check_unique(key: str, ids: list[str], owner: str = "") -> None:
    within = f" of {owner}" if owner else ""
    known: set[str] = set()
    for index, item in enumerate(ids):
        if not item:
            raise ProblemError(f"{key}[{index}].id{within}: the id is empty; give it a name.")
        if item in known:
            raise ProblemError(f"{key}[{index}].id{within}: {item!r} is there twice; ids must differ.")
        known.add(item)


def _check_batch(problem: PlanProblem, batch: BatchSpec, steps: list[Step]) -> None:
    if (batch.power_kw is None) == (batch.profile_kw is None):
        _refuse(problem, steps, "a batch needs either power_kw or profile_kw, not both and not neither.")
    if batch.profile_kw is not None and len(batch.profile_kw) != batch.duration_min:
        values = f"{len(batch.profile_kw)} values for {batch.duration_min} running minutes"
        _refuse(problem, [*steps, "profile_kw"], f"{values}; give one a minute.")
    if batch.due_min is not None and batch.due_min <= batch.earliest_min:
        _refuse(
            problem,
            [*steps, "due_min"],
            f"{batch.due_min} is not after earliest_min, {batch.earliest_min}; move one of them.",
        )
    if batch.now_min is not None and batch.now_min + batch.duration_min > problem.horizon_min:
        _refuse(
            problem,
            [*steps, "now_min"],
            f"the current plan ends at minute {batch.now_min + batch.duration_min}, "
            f"after the horizon's {problem.horizon_min}; lengthen horizon_min.",
        )


def _check_maintenance(problem: PlanProblem, machine: Machine, index: int) -> None:
    for place, (since, to) in enumerate(machine.maintenance):
        if to <= since:
            steps: list[Step] = ["machines", index, "maintenance", place]
            _refuse(
                problem, steps, f"it ends at minute {to}, not after it begins at {since}; turn them round."
            )


def _check_fixed(problem: PlanProblem, machine: Machine, index: int) -> None:
    """What stays where it is must be allowed to lie there."""
    places = list(zip(fixed_starts(machine), machine.batches, range(len(machine.batches)), strict=True))
    if not machine.order_fixed:
        places.sort(key=_first)
    for start, batch, place in places:
        wrong = _why_not_there(machine, batch, start, problem.horizon_min)
        if wrong:
            _refuse(problem, ["machines", index, "batches", place, "now_min"], f"{wrong}.")
    for (start, batch, _), (after, other, place) in pairwise(places):
        free = start + batch.duration_min + other.gap_before_min
        if after < free:
            _refuse(
                problem,
                ["machines", index, "batches", place, "now_min"],
                f"the machine is fixed and this batch begins at minute {after}, before {batch.id!r} has "
                f"ended and its gap is over at minute {free}; move now_min or let the machine move.",
            )


def _first(place: tuple[int, BatchSpec, int]) -> int:
    return place[0]


def _why_not_there(machine: Machine, batch: BatchSpec, start: int, horizon_min: int) -> str:
    end = start + batch.duration_min
    stays = f"the machine is fixed and this batch runs from minute {start} to {end}"
    due_min = horizon_min if batch.due_min is None else min(batch.due_min, horizon_min)
    if start < batch.earliest_min:
        return f"{stays}, before earliest_min, {batch.earliest_min}"
    if end > due_min:
        return f"{stays}, after it is due at {due_min}"
    for since, to in machine.maintenance:
        if since < end and start < to:
            return f"{stays}, into the maintenance from {since} to {to}"
    return ""


def _check_under_way(problem: PlanProblem, machine: Machine, index: int, under_way: UnderWay) -> None:
    steps: list[Step] = ["machines", index, "under_way"]
    ends_min, standing_kw = under_way.ends_min, max(machine.off_kw or 0.0, machine.idle_kw or 0.0)
    if under_way.power_kw < standing_kw:
        _refuse(
            problem,
            [*steps, "power_kw"],
            f"{under_way.power_kw:g} is less than the machine draws standing, {standing_kw:g}; "
            "a batch draws more.",
        )
    if machine.sleep or not machine.order_fixed:
        _refuse(problem, steps, "a machine that sleeps or whose order is free cannot have a batch under way.")
    if ends_min > problem.horizon_min:
        _refuse(
            problem,
            [*steps, "ends_min"],
            f"{ends_min} is after the horizon's end, {problem.horizon_min}; end it there.",
        )
    for place, batch in enumerate(machine.batches):
        if batch.earliest_min < ends_min:
            _refuse(
                problem,
                ["machines", index, "batches", place, "earliest_min"],
                f"{batch.earliest_min} is before the batch under way ends, {ends_min}; begin after it.",
            )


def most_kw(problem: PlanProblem) -> float:
    """What all machines draw together at most, whatever the plan."""
    return sum(map(_most_kw, problem.machines))


def _most_kwh(problem: PlanProblem) -> float:
    return most_kw(problem) * problem.horizon_min / 60.0


def _most_kw(machine: Machine) -> float:
    powers = [machine.off_kw or 0.0, machine.idle_kw or 0.0]
    if machine.under_way is not None:
        powers.append(machine.under_way.power_kw)
    for sleep in machine.sleep:
        powers += [sleep.down_kw, sleep.up_kw, sleep.off_kw]
    for batch in machine.batches:
        powers.append(max(batch.profile_kw) if batch.profile_kw else batch.power_kw or 0.0)
    return max(powers)


def _check_energy(problem: PlanProblem) -> None:
    if not _most_kwh(problem) <= MOST_SUM:
        raise ProblemError(
            f"machines: together they may use up to {_most_kwh(problem):.3g} kWh, more than {MOST_SUM:.0e}, "
            "which cannot be added up exactly; check power_kw, profile_kw, off_kw and idle_kw."
        )
