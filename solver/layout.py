"""A problem laid out flat for the kernels, with the window that each batch really has."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from solver.errors import InfeasibleError
from solver.fixed import fixed_starts
from solver.plan import Span, running_kw, standing_curve
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem, due_min
from solver.tariff import PriceGrid

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MachineLayout:
    """One machine's batches in their order, N of them; minutes from the problem's start.

    first_start and last_end, int64[N], are tightened along the order: within them each batch can always be
    placed so that the others still fit. power_kw is one float64[duration] per batch.
    """

    id: str
    batch_ids: tuple[str, ...]
    duration: Ints
    gap: Ints
    first_start: Ints
    last_end: Ints
    most_pauses: Ints
    least_pause: Ints
    now: Ints  # -1 where the current plan does not say
    takes: Floats
    makes: Floats
    power_kw: tuple[Floats, ...]
    rest_kw: Floats  # float64[horizon]
    shut: NDArray[np.bool_] | None = None  # bool[horizon], minutes of maintenance

    @property
    def count(self) -> int:
        """How many batches."""
        return len(self.batch_ids)

    @property
    def rest_beside_kw(self) -> Floats:
        """What it draws standing from its first batch's earliest start on, float64[minutes]."""
        return self.rest_kw[int(self.first_start[0]) if self.count else 0 :]

    @property
    def usable_pauses(self) -> Ints:
        """How often each batch can pause at most within its window, int64[N]."""
        roomy = self.last_end - self.first_start - self.duration >= self.least_pause
        return np.where(roomy, self.most_pauses, 0)

    @property
    def shut_sum(self) -> Ints:
        """Minutes of maintenance before each minute, int64[horizon + 1]."""
        shut = (
            np.zeros(len(self.rest_kw), dtype=np.int64) if self.shut is None else self.shut.astype(np.int64)
        )
        return np.concatenate([[0], np.cumsum(shut)])


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """All machines, the price of a kW for each minute, and what the highest mean costs."""

    machines: tuple[MachineLayout, ...]
    price_per_kw_min: Floats  # float64[horizon]
    interval_min: int
    demand_price_per_kw: float
    peak_so_far_kw: float
    rest_cost: float  # what the machines would cost if they stood all the time

    @property
    def horizon(self) -> int:
        """Minutes that the plan covers."""
        return len(self.price_per_kw_min)

    @property
    def price_sum(self) -> Floats:
        """What a kW costs from the start to each minute, float64[horizon + 1]."""
        return np.concatenate([[0.0], np.cumsum(self.price_per_kw_min)])


@dataclass(frozen=True, slots=True)
class MachinePlan:
    """Starts and pauses of one machine's batches, in their order."""

    starts: tuple[int, ...]
    pauses: tuple[tuple[Span, ...], ...]


def lay_out(problem: PlanProblem, price: PriceGrid) -> Layout:
    """Lays a checked problem out; raises InfeasibleError naming the limit that forbids any plan."""
    minutes, distance = problem.horizon_min, problem.limits.distance
    per_kwh = price.price_per_kwh[:minutes] + carbon_price_per_kwh(problem)
    most_min = None if distance is None else distance.most_min
    machines = tuple(_lay_out_machine(m, minutes, per_kwh, most_min) for m in problem.machines)
    return Layout(
        machines,
        per_kwh / 60.0,
        problem.limits.interval_min,
        problem.limits.demand_price_per_kw,
        problem.limits.peak_so_far_kw,
        float(sum((machine.rest_kw * per_kwh / 60.0).sum() for machine in machines)),
    )


def carbon_price_per_kwh(problem: PlanProblem) -> Floats:
    """What the carbon of a kWh costs in each minute, float64[horizon]."""
    carbon = problem.limits.carbon
    if carbon is None:
        return np.zeros(problem.horizon_min)
    interval = np.arange(problem.horizon_min) // carbon.interval_min
    return np.array(carbon.kg_per_kwh, dtype=np.float64)[interval] * carbon.price_per_kg


def _lay_out_machine(
    machine: Machine, horizon: int, price_per_kwh: Floats, most_min: int | None
) -> MachineLayout:
    machine = _narrowed(machine, most_min)
    batches = machine.batches
    first_start = _first_starts(machine, horizon)
    return MachineLayout(
        id=machine.id,
        batch_ids=tuple(batch.id for batch in batches),
        duration=_ints([batch.duration_min for batch in batches]),
        gap=_ints([batch.gap_before_min for batch in batches]),
        first_start=_ints(first_start),
        last_end=_ints(_last_ends(batches, horizon)),
        most_pauses=_ints([_useful_pauses(batch) for batch in batches]),
        least_pause=_ints([batch.pauses.least_min for batch in batches]),
        now=_ints([-1 if batch.now_min is None else batch.now_min for batch in batches]),
        takes=np.array([batch.takes for batch in batches], dtype=np.float64),
        makes=np.array([batch.makes for batch in batches], dtype=np.float64),
        power_kw=tuple(running_kw(batch) for batch in batches),
        rest_kw=standing_curve(machine, horizon, price_per_kwh),
        shut=_shut(machine, horizon),
    )


def _narrowed(machine: Machine, most_min: int | None) -> Machine:
    """The machine with the windows that fixed batches and the distance from the plan in force leave."""
    if machine.fixed:
        places = zip(machine.batches, fixed_starts(machine), strict=True)
        batches = [_between(batch, start, start, PauseRule()) for batch, start in places]
    elif most_min is not None:
        batches = [_near(batch, most_min) for batch in machine.batches]
    else:
        return machine
    return msgspec.structs.replace(machine, batches=batches)


def _near(batch: BatchSpec, most_min: int) -> BatchSpec:
    if batch.now_min is None:
        return batch
    latest = batch.now_min + most_min
    if batch.pauses.most:  # its start is held near, its end is not
        return msgspec.structs.replace(batch, earliest_min=max(batch.earliest_min, batch.now_min - most_min))
    return _between(batch, batch.now_min - most_min, latest, batch.pauses)


def _between(batch: BatchSpec, earliest_min: int, latest_min: int, pauses: PauseRule) -> BatchSpec:
    end = latest_min + batch.duration_min
    return msgspec.structs.replace(
        batch,
        earliest_min=max(batch.earliest_min, earliest_min),
        due_min=end if batch.due_min is None else min(batch.due_min, end),
        pauses=pauses,
    )


def _shut(machine: Machine, horizon: int) -> NDArray[np.bool_] | None:
    if not machine.maintenance:
        return None
    shut = np.zeros(horizon, dtype=np.bool_)
    for since, to in machine.maintenance:
        shut[since:to] = True
    return shut


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _useful_pauses(batch: BatchSpec) -> int:
    return min(batch.pauses.most, batch.duration_min - 1)


def _first_starts(machine: Machine, horizon: int) -> list[int]:
    starts: list[int] = []
    for index, batch in enumerate(machine.batches):
        start = batch.earliest_min
        if index:
            before = machine.batches[index - 1]
            start = max(start, starts[-1] + before.duration_min + batch.gap_before_min)
        if start + batch.duration_min > due_min(batch, horizon):
            raise _infeasible(machine, index, start, horizon)
        starts.append(start)
    return starts


def _last_ends(batches: list[BatchSpec], horizon: int) -> list[int]:
    ends: list[int] = []
    next_start = None
    for batch in reversed(batches):
        end = due_min(batch, horizon)
        if next_start is not None:
            end = min(end, next_start)
        ends.append(end)
        next_start = end - batch.duration_min - batch.gap_before_min
    return ends[::-1]


def _infeasible(machine: Machine, index: int, start: int, horizon: int) -> InfeasibleError:
    batch = machine.batches[index]
    due, end = due_min(batch, horizon), start + batch.duration_min
    limit = "due_min" if batch.due_min is not None and batch.due_min <= horizon else "horizon_min"
    waits = start > batch.earliest_min
    before = machine.batches[index - 1].id if waits else ""
    cause = (
        f"after {before!r} and {batch.gap_before_min} min of gap it begins at minute {start} at the earliest"
        if waits
        else f"it may begin at minute {start} at the earliest"
    )
    return InfeasibleError(
        f"No plan: batch {batch.id!r} of {machine.id!r} must end by minute {due} ({limit}), but {cause} "
        f"and, running {batch.duration_min} min, ends at minute {end}; move that limit or a batch before it.",
        {
            "machine": machine.id,
            "batch": batch.id,
            "limit": limit,
            "before": before,
            "due_min": due,
            "end_min": end,
        },
    )
