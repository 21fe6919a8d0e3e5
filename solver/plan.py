"""A shift plan as it is shown, signed and carried out; times are minutes from the problem's start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from solver.problem import BatchSpec, Machine, PlanProblem

Span = tuple[int, int]
Starts = Mapping[str, Mapping[str, int]]
Pauses = Mapping[str, Mapping[str, Sequence[Span]]]


class Move(msgspec.Struct, frozen=True):
    """One batch moved: from where to where, what that alone saves, and a reason code with its parameters.

    `saving` is what the plan would cost more with this batch alone put back, all parts of the cost together;
    where it cannot go back because another batch of its machine lies there, the demand charge is left out.

    Reasons: `leaves_band` (from_band, to_band, kwh), `less_carbon` (kg), `less_night` (hours), `lowers_peak`
    (before_kw, after_kw), `keeps_limit` (limit: the code of what it would break where it was), `makes_room`.
    """

    machine: str
    batch: str
    from_min: int
    to_min: int
    saving: float
    reason: str
    params: dict[str, str | float]
    pauses: list[Span] = []
    limit: str = ""  # what keeps it from a cheaper place, a code of solver.check_breach.Limit
    limit_params: dict[str, str | float] = {}  # at_min: that place; saves: what it would save there
    alternative_min: int | None = None  # the best other start, half an hour away or more, or where it was
    alternative_cost: float | None = None  # how much dearer the plan would be with the batch there


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that keeps batches from cheaper places, or that the plan meets with nothing to spare."""

    limit: str  # a code of solver.check_breach.Limit
    key: str  # the problem's key that a person would change
    batches: int = 0  # how many batches, each alone, it keeps from a cheaper place
    worth: float = 0.0  # the most that one batch alone would save were this limit not there
    machine: str = ""  # of that batch
    batch: str = ""
    from_min: int | None = None  # where the plan comes nearest to a limit that all machines share
    to_min: int | None = None
    room: float | None = None  # what is left there, in the limit's unit
    shadow_price: float | None = None  # per unit of the limit, where a search knows it


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found, with its price, its proven bound and what it changes."""

    cost: float
    cost_before: float
    saving_rate: float
    bound: float
    gap: float  # (cost - bound) / |cost|, of the makespan where that is the objective
    makespan_min: int
    peak_kw: float  # highest mean over the windows of limits.interval_min
    starts_min: dict[str, dict[str, int]]
    pauses_min: dict[str, dict[str, list[Span]]]
    method: str
    seed: int
    iterations: int
    seconds: float
    feasible: bool
    violations: list[str]
    stopped_by: str = ""  # gap, iterations, seconds or stopped
    moves: list[Move] = []
    peak_before_kw: float = 0.0
    energy_cost: float = 0.0
    energy_cost_before: float = 0.0
    demand_cost: float = 0.0
    demand_cost_before: float = 0.0
    starts_before_min: dict[str, dict[str, int]] = {}
    cost_by_band_before: dict[str, float] = {}
    cost_by_band_after: dict[str, float] = {}
    energy_by_band_before: dict[str, float] = {}
    energy_by_band_after: dict[str, float] = {}
    carbon_kg: float = 0.0
    carbon_kg_before: float = 0.0
    carbon_cost: float = 0.0
    carbon_cost_before: float = 0.0
    night_hours: float = 0.0  # person-hours of charging and discharging at night
    night_hours_before: float = 0.0
    night_cost: float = 0.0
    night_cost_before: float = 0.0
    distance_cost: float = 0.0  # for departing from the plan in force
    binding: list[Binding] = []
    objective: str = "cost"  # or makespan: then `bound` is in minutes


def segments(batch: BatchSpec, start_min: int, pauses: Sequence[Span] = ()) -> list[Span]:
    """The stretches in which a batch runs, each (from, to) in minutes, the pauses left out."""
    spans: list[Span] = []
    at, left = start_min, batch.duration_min
    for pause_from, pause_to in pauses:
        spans.append((at, pause_from))
        left -= pause_from - at
        at = pause_to
    spans.append((at, at + left))
    return spans


def end_min(batch: BatchSpec, start_min: int, pauses: Sequence[Span] = ()) -> int:
    """When a batch ends that starts and pauses so."""
    return start_min + batch.duration_min + sum(to - since for since, to in pauses)


def rest_kw(
    machine: Machine, price_per_kwh: NDArray[np.float64] | None = None
) -> NDArray[np.float64] | float:
    """What a machine draws between and within its batches while it stands: the cheaper of off and idle.

    With prices float64[minutes] the answer is minute by minute, for a negative price favours the larger.
    """
    given = [kw for kw in (machine.off_kw, machine.idle_kw) if kw is not None] or [0.0]
    if price_per_kwh is None or min(given) == max(given):
        return min(given)
    return np.where(price_per_kwh >= 0, min(given), max(given))


def standing_curve(
    machine: Machine, horizon_min: int, price_per_kwh: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """What a machine draws where none of its batches runs, float64[horizon_min]; one under way runs on."""
    curve = np.empty(horizon_min, dtype=np.float64)
    curve[:] = rest_kw(machine, price_per_kwh)
    if machine.under_way is not None:
        curve[: machine.under_way.ends_min] = machine.under_way.power_kw
    return curve


def running_kw(batch: BatchSpec) -> NDArray[np.float64]:
    """What a batch draws in each of its running minutes, float64[duration_min]."""
    if batch.profile_kw is not None:
        return np.array(batch.profile_kw, dtype=np.float64)
    return np.full(batch.duration_min, batch.power_kw, dtype=np.float64)


def load_curve(
    problem: PlanProblem,
    starts_min: Starts,
    pauses_min: Pauses,
    price_per_kwh: NDArray[np.float64] | None = None,
) -> dict[str, NDArray[np.float64]]:
    """The load of each machine in kW, float64[horizon_min]."""
    return {
        machine.id: machine_curve(
            machine,
            starts_min.get(machine.id, {}),
            pauses_min.get(machine.id, {}),
            problem.horizon_min,
            price_per_kwh,
        )
        for machine in problem.machines
    }


def machine_curve(
    machine: Machine,
    starts: Mapping[str, int],
    pauses: Mapping[str, Sequence[Span]],
    horizon_min: int,
    price_per_kwh: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """One machine's load in kW, float64[horizon_min]; batches without a start are left out."""
    curve = standing_curve(machine, horizon_min, price_per_kwh)
    for batch in machine.batches:
        if batch.id not in starts:
            continue
        done, power = 0, running_kw(batch)
        for since, to in segments(batch, starts[batch.id], pauses.get(batch.id, ())):
            curve[since:to] = power[done : done + to - since]
            done += to - since
    return curve


def window_means(load_kw: NDArray[np.float64], interval_min: int) -> NDArray[np.float64]:
    """Mean load of each window of `interval_min`, aligned to the start; the last may be shorter."""
    edges = np.arange(0, len(load_kw), interval_min)
    lengths = np.diff(np.append(edges, len(load_kw)))
    return np.asarray(np.add.reduceat(load_kw, edges) / lengths, dtype=np.float64)
