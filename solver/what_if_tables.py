"""A problem's prices and limits on the minute, laid out once so that a plan can be priced again and again."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from solver.check_limits import crew_there, minute_of_day
from solver.check_machine import cheaper_standing
from solver.limits import Carbon, Crew, Distance, supply_limit_kw
from solver.problem import BatchSpec, Machine, PlanProblem, ProblemError, UnderWay, problem_zone
from solver.tariff import PriceGrid, local_minutes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class DemandTable:
    """A charge on the highest mean of the windows that count, bool[windows], or on the floor if higher."""

    window_min: int
    price_per_kw: float
    floor_kw: float
    counts: Bools


@dataclass(frozen=True, slots=True, eq=False)
class MachineTable:
    """A machine with what it draws standing, float64[horizon], and the buffers that it fills and empties.

    `blocked_before` int64[horizon + 1] counts the minutes of maintenance before each minute.
    """

    machine: Machine
    batches: dict[str, BatchSpec]
    rest_kw: Floats
    rest_varies: bool
    fills: tuple[int, ...]
    empties: tuple[int, ...]
    blocked_before: Ints | None


@dataclass(frozen=True, slots=True, eq=False)
class CrewTable:
    """People there in each minute, int64[horizon], and night minutes before each, int64[horizon + 1]."""

    crew: Crew
    people: Ints
    night_before: Ints
    night_price_per_min: float


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """All that pricing a plan takes; `price` per kWh is energy alone, `weight` energy and carbon.
    `weight_before` float64[horizon + 1] sums it up.

    The bands' runs begin at `band_edges` and have the bands `band_of`; `demand[0]` is the problem's own
    demand charge, whose windows also give the peak that is shown.
    """

    problem: PlanProblem
    grid: PriceGrid
    horizon: int
    price: Floats
    weight: Floats
    weight_before: Floats
    carbon_kg: Floats | None
    carbon_price: float
    band: Ints
    band_edges: Ints
    band_of: Ints
    windows: dict[int, tuple[Ints, Floats]]  # by their length: where they begin, how long each is
    demand: tuple[DemandTable, ...]
    supply_kw: float | None
    machines: dict[str, MachineTable]
    crew: CrewTable | None
    distance_alone: Distance | None  # how far a batch may move, whatever the others do


def lay_tables(problem: PlanProblem, grid: PriceGrid) -> Tables:
    """Lays a checked problem out; raises ProblemError where a series ends before the plan does."""
    horizon, limits = problem.horizon_min, problem.limits
    price = np.ascontiguousarray(grid.price_per_kwh[:horizon], dtype=np.float64)
    carbon = None if limits.carbon is None else carbon_kg_per_kwh(limits.carbon, horizon)
    carbon_price = 0.0 if limits.carbon is None else limits.carbon.price_per_kg
    weight = price if carbon is None else price + carbon_price * carbon
    band = grid.band[:horizon]
    edges = np.append(0, np.flatnonzero(np.diff(band)) + 1)
    demand = _demand_tables(problem, grid)
    return Tables(
        problem=problem,
        grid=grid,
        horizon=horizon,
        price=price,
        weight=weight,
        weight_before=np.append(0.0, np.cumsum(weight)),
        carbon_kg=carbon,
        carbon_price=carbon_price,
        band=band.astype(np.int64),
        band_edges=edges.astype(np.int64),
        band_of=band[edges].astype(np.int64),
        windows={charge.window_min: _windows(horizon, charge.window_min) for charge in demand},
        demand=demand,
        supply_kw=supply_limit_kw(limits),
        machines=_machine_tables(problem, weight),
        crew=None if limits.crew is None else _crew_table(limits.crew, problem, grid.start_ms),
        distance_alone=None
        if limits.distance is None
        else msgspec.structs.replace(limits.distance, most_batches=None),
    )


def _windows(horizon: int, window_min: int) -> tuple[Ints, Floats]:
    edges = np.arange(0, horizon, window_min, dtype=np.int64)
    return edges, np.diff(np.append(edges, horizon)).astype(np.float64)


def carbon_kg_per_kwh(carbon: Carbon, minutes: int) -> Floats:
    """What a kWh emits in each minute; raises ProblemError where the series is too short."""
    series = np.repeat(np.array(carbon.kg_per_kwh, dtype=np.float64), carbon.interval_min)
    if len(series) < minutes:
        raise ProblemError(
            f"limits.carbon.kg_per_kwh: the series covers {len(series)} minutes "
            f"and the plan needs {minutes}; give more values or shorten horizon_min."
        )
    return series[:minutes]


def _demand_tables(problem: PlanProblem, grid: PriceGrid) -> tuple[DemandTable, ...]:
    limits, horizon = problem.limits, problem.horizon_min
    own = DemandTable(
        limits.interval_min,
        limits.demand_price_per_kw,
        limits.peak_so_far_kw,
        np.ones(-(-horizon // limits.interval_min), dtype=bool),
    )
    charges = [
        DemandTable(
            charge.window_min,
            charge.price_per_kw,
            max(charge.floor_kw, limits.peaks_so_far_kw.get(charge.name, limits.peak_so_far_kw)),
            charge.counts[: -(-horizon // charge.window_min)],
        )
        for charge in grid.demand
    ]
    return (own, *charges)


def _machine_tables(problem: PlanProblem, weight: Floats) -> dict[str, MachineTable]:
    standing: dict[tuple[float | None, float | None, UnderWay | None], Floats] = {}
    tables: dict[str, MachineTable] = {}
    for machine in problem.machines:
        kind = (machine.off_kw, machine.idle_kw, machine.under_way)
        if kind not in standing:
            standing[kind] = np.broadcast_to(cheaper_standing(machine, weight), (len(weight),))
        buffers = list(enumerate(problem.limits.buffers))
        tables[machine.id] = MachineTable(
            machine,
            {batch.id: batch for batch in machine.batches},
            standing[kind],
            bool(np.ptp(standing[kind])),
            tuple(place for place, buffer in buffers if machine.id in buffer.filled_by),
            tuple(place for place, buffer in buffers if machine.id in buffer.emptied_by),
            _blocked_before(machine, len(weight)),
        )
    return tables


def _blocked_before(machine: Machine, horizon: int) -> Ints | None:
    if not machine.maintenance:
        return None
    blocked = np.zeros(horizon, dtype=bool)
    for since, to in machine.maintenance:
        blocked[since:to] = True
    return counted_before(blocked)


def counted_before(flags: Bools) -> Ints:
    """How many flags are up before each minute, int64[n + 1]."""
    return np.append(0, np.cumsum(flags)).astype(np.int64)


def _crew_table(crew: Crew, problem: PlanProblem, start_ms: int) -> CrewTable:
    day, minute = local_minutes(start_ms, problem.horizon_min, problem_zone(problem))
    night = np.zeros(problem.horizon_min, dtype=bool)
    if crew.night is not None:
        begins, ends = minute_of_day(crew.night.begins), minute_of_day(crew.night.ends)
        after, before = minute >= begins, minute < ends
        night = after & before if begins < ends else after | before
    price = 0.0 if crew.night is None else crew.night.price_per_hour / 60.0
    return CrewTable(crew, crew_there(crew, day, minute), counted_before(night), price)
