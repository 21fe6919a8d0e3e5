"""What couples the machines of a problem, on the minute and in windows, for search and bound alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from solver.durations import DAY_MIN
from solver.limits import Buffer, Crew, CrewShift, NightWork, supply_limit_kw
from solver.problem import PlanProblem, problem_zone
from solver.problem_check import most_kw
from solver.tariff import PriceGrid, local_minutes

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DemandPart:
    """One demand charge: price × max(floor_kw, highest mean over the windows of `grid` that count)."""

    name: str
    grid: int
    price_per_kw: float
    floor_kw: float
    counts: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class CrewRoom:
    """People there in each minute, int64[H], and what an hour of each minute's work costs, float64[H]."""

    people: Ints
    night_price_per_hour: Floats
    charge_min: int
    charge_people: int
    discharge_min: int
    discharge_people: int


@dataclass(frozen=True, slots=True, eq=False)
class Couplings:
    """Everything that one machine's batches share with another's.

    grid_min: the window lengths in use; cap_kw: the hard limit on each grid's means, float64[windows], inf
    where there is none.
    """

    horizon: int
    grid_min: tuple[int, ...]
    cap_kw: tuple[Floats, ...]
    demand: tuple[DemandPart, ...]
    crew: CrewRoom | None
    most_starts: int
    starts_within_min: int
    buffers: tuple[Buffer, ...]
    most_moved: int
    move_price_per_min: float
    most_move_min: int  # -1 for any

    @property
    def first_key(self) -> str:
        """The problem's key of something that couples the machines, for a sentence about it."""
        kinds = {
            "limits.crew": self.crew is not None,
            "limits.buffers": bool(self.buffers),
            "limits.starts": self.most_starts > 0,
            "limits.distance": self.most_moved >= 0 or self.most_move_min >= 0 or self.move_price_per_min > 0,
            "limits.supply_kw or interval_energy_kwh": any(np.isfinite(cap).any() for cap in self.cap_kw),
            "limits.demand_price_per_kw": any(not part.name for part in self.demand),
        }
        return next((key for key, there in kinds.items() if there), "the tariff's demand charge")

    @property
    def only_one_demand_charge(self) -> bool:
        """Whether nothing couples the machines but the problem's own charge on all windows."""
        one = len(self.demand) == 1 and not self.demand[0].name
        return one and bool(self.demand[0].counts.all()) and not self._anything_else

    @property
    def none_at_all(self) -> bool:
        """Whether each batch costs what its minutes cost, whatever else happens."""
        return not self.demand and not self._anything_else

    def of_own(self, machines: Iterable[str]) -> Couplings:
        """Without the buffers that others fill or empty: no proof may forbid what they allow."""
        own = set(machines)
        kept = [b for b in self.buffers if own.issuperset(b.filled_by) and own.issuperset(b.emptied_by)]
        return replace(self, buffers=tuple(kept))

    @property
    def _anything_else(self) -> bool:
        capped = any(bool(np.isfinite(cap).any()) for cap in self.cap_kw)
        counted = self.crew is not None or self.most_starts > 0 or self.most_moved >= 0
        moved = self.move_price_per_min > 0 or self.most_move_min >= 0
        return capped or counted or moved or bool(self.buffers)


def couplings_of(problem: PlanProblem, price: PriceGrid) -> Couplings:
    """The couplings of a checked problem at its prices."""
    limits, horizon = problem.limits, problem.horizon_min
    grids: dict[int, Floats] = {}
    demand = _demand_parts(problem, price, grids)
    _add_caps(problem, grids)
    if not grids:  # trials shake windows loose, whatever couples the machines
        _cap_of(grids, limits.interval_min, horizon)
    distance = limits.distance
    return Couplings(
        horizon=horizon,
        grid_min=tuple(grids),
        cap_kw=tuple(grids.values()),
        demand=demand,
        crew=None
        if limits.crew is None
        else crew_room(limits.crew, price.start_ms, horizon, problem_zone(problem)),
        most_starts=0 if limits.starts is None else limits.starts.most,
        starts_within_min=1 if limits.starts is None else limits.starts.within_min,
        buffers=tuple(limits.buffers),
        most_moved=-1 if distance is None or distance.most_batches is None else distance.most_batches,
        move_price_per_min=0.0 if distance is None else distance.price_per_hour / 60.0,
        most_move_min=-1 if distance is None or distance.most_min is None else distance.most_min,
    )


def _add_caps(problem: PlanProblem, grids: dict[int, Floats]) -> None:
    """The hard limits on means; one that no plan can reach couples nothing and is left out."""
    limits, horizon, most = problem.limits, problem.horizon_min, most_kw(problem)
    energy_kwh, supply_kw = limits.interval_energy_kwh, supply_limit_kw(limits)
    if energy_kwh is not None and energy_kwh * 60.0 / limits.interval_min < most:
        cap = _cap_of(grids, limits.interval_min, horizon)
        np.minimum(cap, energy_kwh * 60.0 / window_lengths(limits.interval_min, horizon), out=cap)
    if supply_kw is not None and supply_kw < most:
        cap = _cap_of(grids, 1, horizon)
        np.minimum(cap, supply_kw, out=cap)


def window_lengths(window_min: int, horizon: int) -> Floats:
    """The minutes of each window from the horizon's start on, float64[windows]; the last may be shorter."""
    edges = np.append(np.arange(0, horizon, window_min), horizon)
    return np.diff(edges).astype(np.float64)


def _cap_of(grids: dict[int, Floats], window_min: int, horizon: int) -> Floats:
    return grids.setdefault(window_min, np.full(-(-horizon // window_min), np.inf))


def _demand_parts(problem: PlanProblem, price: PriceGrid, grids: dict[int, Floats]) -> tuple[DemandPart, ...]:
    limits, horizon = problem.limits, problem.horizon_min
    parts: list[DemandPart] = []

    def add(name: str, window_min: int, per_kw: float, floor_kw: float, counts: NDArray[np.bool_]) -> None:
        _cap_of(grids, window_min, horizon)
        parts.append(DemandPart(name, list(grids).index(window_min), per_kw, floor_kw, counts))

    if limits.demand_price_per_kw > 0:
        windows = -(-horizon // limits.interval_min)
        everywhere = np.ones(windows, dtype=np.bool_)
        add("", limits.interval_min, limits.demand_price_per_kw, limits.peak_so_far_kw, everywhere)
    for charge in price.demand:
        so_far_kw = limits.peaks_so_far_kw.get(charge.name, limits.peak_so_far_kw)
        counts = charge.counts[: -(-horizon // charge.window_min)]
        add(charge.name, charge.window_min, charge.price_per_kw, max(charge.floor_kw, so_far_kw), counts)
    return tuple(parts)


def crew_room(crew: Crew, start_ms: int, horizon: int, zone: ZoneInfo) -> CrewRoom:
    """The crew's shifts on the minutes of a plan, in local time."""
    day, minute = local_minutes(start_ms, horizon, zone)
    weekday = _steps(crew.shifts)[minute]
    weekend = _steps(crew.weekend_shifts or crew.shifts)[minute]
    is_weekend = (day + 3) % 7 >= 5  # 1 January 1970 was a Thursday
    night = np.zeros(horizon) if crew.night is None else _night_price(crew.night)[minute]
    return CrewRoom(
        people=np.where(is_weekend, weekend, weekday),
        night_price_per_hour=night,
        charge_min=crew.charge_min,
        charge_people=crew.charge_people,
        discharge_min=crew.discharge_min,
        discharge_people=crew.discharge_people,
    )


def minute_of_day(time: str) -> int:
    """'22:30' as 1350."""
    return int(time[:2]) * 60 + int(time[3:])


def _steps(shifts: list[CrewShift]) -> Ints:
    people = np.zeros(DAY_MIN, dtype=np.int64)
    for shift in shifts:
        people[minute_of_day(shift.at) :] = shift.people
    return people


def _night_price(night: NightWork) -> Floats:
    begins, ends = minute_of_day(night.begins), minute_of_day(night.ends)
    minute = np.arange(DAY_MIN)
    inside = (begins <= minute) & (minute < ends) if begins <= ends else (minute >= begins) | (minute < ends)
    return np.where(inside, night.price_per_hour, 0.0)


def night_costs(couplings: Couplings) -> tuple[Floats, Floats]:
    """What night work costs for a start and for an end at each minute, float64[H + 1] each."""
    horizon, crew = couplings.horizon, couplings.crew
    if crew is None:
        return np.zeros(horizon + 1), np.zeros(horizon + 1)
    paid = np.concatenate([[0.0], np.cumsum(crew.night_price_per_hour / 60.0)])
    minute = np.arange(horizon + 1)
    before = paid - paid[np.maximum(minute - crew.charge_min, 0)]
    after = paid[np.minimum(minute + crew.discharge_min, horizon)] - paid
    return before * crew.charge_people, after * crew.discharge_people
