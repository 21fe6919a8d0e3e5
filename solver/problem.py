"""What a shift plan has to solve, as the problem file says it; times are minutes from its start."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from solver.errors import ProblemError as ProblemError
from solver.errors import TariffError
from solver.limits import Limits as Limits
from solver.openei import from_urdb, is_urdb
from solver.problem_check import check_contents
from solver.problem_places import schema_complaint
from solver.tariff import PriceSeries, Tariff, check_tariff
from solver.units import Amount, Minutes, MinuteSpan, PositiveMinutes, PowerKw

Struct = TypeVar("Struct", bound=msgspec.Struct)


class PauseRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most so many pauses, each at least so long."""

    most: Annotated[int, msgspec.Meta(ge=0, le=12)] = 0
    least_min: PositiveMinutes = 1


class BatchSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch: running time and power, and where it may lie; `now_min` is where the current plan has it."""

    id: str
    duration_min: PositiveMinutes
    power_kw: PowerKw | None = None
    profile_kw: list[PowerKw] | None = None  # one value per running minute
    earliest_min: Minutes = 0
    due_min: PositiveMinutes | None = None  # the horizon's end if left out
    gap_before_min: Minutes = 0
    pauses: PauseRule = PauseRule()
    now_min: Minutes | None = None  # as early as possible if left out
    takes: Amount = 0.0  # from the buffer that its machine empties, as it begins
    makes: Amount = 0.0  # for the buffer that its machine fills, as it ends


class SleepState(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way to switch a machine off and on again; from the first of them it begins and in it it ends."""

    down_min: Minutes
    down_kw: PowerKw
    up_min: Minutes
    up_kw: PowerKw
    off_kw: PowerKw


class UnderWay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch that runs as the plan begins and stays as it is: until when, and what it draws on the mean."""

    ends_min: PositiveMinutes
    power_kw: PowerKw


class Machine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A machine and its batches in their order.

    Between them it draws the cheaper of off_kw and idle_kw; one that can sleep draws idle_kw while awake
    (off_kw where that is not given), and sleeps where that is cheaper.
    """

    id: str
    batches: list[BatchSpec]
    off_kw: PowerKw | None = None
    idle_kw: PowerKw | None = None
    sleep: list[SleepState] = []
    order_fixed: bool = True
    fixed: bool = False  # every batch stays where the current plan has it
    under_way: UnderWay | None = None  # its load counts; the batches begin after it
    maintenance: list[MinuteSpan] = []  # it must not run then; a batch that may pause can pause through it


class ProblemBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A problem without its tariff, which may have three shapes."""

    start: str  # local time, e.g. 2016-03-14T00:00
    timezone: str
    horizon_min: Annotated[int, msgspec.Meta(ge=1, le=600_000)]
    machines: Annotated[list[Machine], msgspec.Meta(min_length=1)]
    objective: Literal["cost", "makespan"] = "cost"
    limits: Limits = Limits()


class PlanProblem(ProblemBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole problem; `tariff` is a shipped tariff's name, a tariff or a series of prices."""

    tariff: str | Tariff | PriceSeries


def decode_problem(data: bytes | dict[str, Any]) -> PlanProblem:
    """A problem from JSON or plain data, checked; raises ProblemError naming the key and what is allowed."""
    if isinstance(data, bytes):
        data = _read_json(data)
    if not isinstance(data, dict):
        raise ProblemError(
            "The problem must be one JSON object with start, horizon_min, tariff and machines."
        )
    rest = {key: value for key, value in data.items() if key != "tariff"}
    if "tariff" not in data:
        raise ProblemError(
            "tariff: a problem needs one: a shipped tariff's name, a tariff or a price series."
        )
    body = _convert(rest, ProblemBody, "")
    fields = {field: getattr(body, field) for field in ProblemBody.__struct_fields__}
    problem = PlanProblem(tariff=_decode_tariff(data["tariff"]), **fields)
    check_problem(problem)
    return problem


def _decode_tariff(data: object) -> str | Tariff | PriceSeries:
    if isinstance(data, str):
        return data
    if isinstance(data, dict) and is_urdb(data):
        return from_urdb(data).tariff
    if isinstance(data, dict) and "price_per_kwh" in data:
        return _convert(data, PriceSeries, "tariff")
    return _convert(data, Tariff, "tariff")


def _read_json(data: bytes) -> Any:
    """Plain data; NaN and infinities, which JSON does not have, are let through and named later."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            raise ProblemError(f"The problem is not JSON ({error}).") from error


def _convert(data: object, kind: type[Struct], root: str) -> Struct:
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise ProblemError(schema_complaint(error, data, root)) from error
    except RecursionError as error:
        raise ProblemError(
            f"{root or 'top level'}: there are too many brackets within each other."
        ) from error


def canonical_problem_bytes(problem: PlanProblem) -> bytes:
    """The same bytes for the same problem, for hashes and signatures."""
    return msgspec.json.encode(problem, order="deterministic")


def problem_zone(problem: PlanProblem) -> ZoneInfo:
    """The problem's time zone; raises ProblemError when there is no such zone."""
    try:
        return ZoneInfo(problem.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ProblemError(
            f"timezone: {problem.timezone!r} is not a time zone; use a name such as 'Asia/Shanghai'."
        ) from error


def problem_start_ms(problem: PlanProblem) -> int:
    """The problem's start in UTC ms; raises ProblemError when `start` is no time."""
    try:
        start = datetime.fromisoformat(problem.start)
    except ValueError as error:
        raise ProblemError(
            f"start: {problem.start!r} is no time; write it as 2016-03-14T00:00, in the problem's timezone."
        ) from error
    if start.tzinfo is None:
        own = start.replace(tzinfo=problem_zone(problem))
        before, after = own.utcoffset(), own.replace(fold=1).utcoffset()
        if before is not None and after is not None and before < after:
            shown = (start + (after - before)).isoformat(timespec="minutes")
            raise ProblemError(
                f"start: there is no {problem.start} in {problem.timezone}, for the clocks go forward then; "
                f"write {shown}."
            )
        start = own
    return round(start.timestamp() * 1000)


def due_min(batch: BatchSpec, horizon_min: int) -> int:
    """When a batch must have ended, the horizon's end at the latest."""
    return horizon_min if batch.due_min is None else min(batch.due_min, horizon_min)


def has_demand_charge(problem: PlanProblem) -> bool:
    """Whether the highest mean power costs something, which couples the machines."""
    return problem.limits.demand_price_per_kw > 0


def check_problem(problem: PlanProblem) -> None:
    """Raises ProblemError for what contradicts itself or is too large; nothing is ignored."""
    problem_start_ms(problem)
    if not isinstance(problem.tariff, str):
        try:
            check_tariff(problem.tariff)
        except TariffError as error:
            raise ProblemError(f"tariff.{error}") from error
    check_contents(problem)
