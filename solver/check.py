"""The independent checker: prices a plan and lists what it breaks.

It shares no code with the search, on purpose: it reads the problem, never the layout, lays each running
stretch on the minutes of its machine, and knows no other way to a cost than to add the minutes up. What it
looks at is in check_machine.py (each machine alone), check_sleep.py (how a machine stands) and
check_limits.py (all machines together).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.check_breach import NAMED_RATHER_THAN_COUNTED as NAMED_RATHER_THAN_COUNTED
from solver.check_breach import Breach as Breach
from solver.check_breach import Findings
from solver.check_breach import Limit as Limit
from solver.check_limits import (
    check_buffers,
    check_crew,
    check_distance,
    check_load,
    check_starts,
    crew_at_work,
    crew_there,
    minute_of_day,
    window_sums,
)
from solver.check_machine import PlacedBatch, check_machine, machine_load, place_batches
from solver.limits import Crew, NightWork
from solver.problem import PlanProblem, problem_zone
from solver.tariff import DemandCharge, PriceGrid, local_minutes

Span = tuple[int, int]
Starts = Mapping[str, Mapping[str, int]]
Pauses = Mapping[str, Mapping[str, Sequence[Span]]]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Verdict:
    """What a plan costs, and each limit that it breaks."""

    energy_cost: float
    demand_cost: float
    carbon_cost: float
    night_cost: float
    distance_cost: float
    carbon_kg: float
    night_hours: float  # person-hours of charging and discharging at night
    peak_kw: float  # highest mean over the windows of limits.interval_min
    makespan_min: int
    cost_by_band: dict[str, float]
    energy_by_band: dict[str, float]
    load_kw: Floats  # of all machines, float64[horizon]
    breaches: list[Breach]

    @property
    def violations(self) -> list[str]:
        """Each limit that it breaks, in a sentence."""
        return [breach.sentence for breach in self.breaches]

    @property
    def cost(self) -> float:
        """All that is paid, together."""
        return self.energy_cost + self.demand_cost + self.carbon_cost + self.night_cost + self.distance_cost

    @property
    def feasible(self) -> bool:
        """Whether nothing is broken."""
        return not self.breaches


def check_plan(problem: PlanProblem, price: PriceGrid, starts_min: Starts, pauses_min: Pauses) -> Verdict:
    """Prices a plan and says what it breaks; a plan whose list is empty may be shown."""
    findings = Findings()
    minutes = problem.horizon_min
    kg_per_kwh = _kg_per_kwh(problem)
    carbon = problem.limits.carbon
    ranked_price = price.price_per_kwh[:minutes] + (carbon.price_per_kg if carbon else 0.0) * kg_per_kwh
    load_kw = np.zeros(minutes)
    placed: list[PlacedBatch] = []
    for machine in problem.machines:
        starts, pauses = starts_min.get(machine.id, {}), pauses_min.get(machine.id, {})
        batches = place_batches(findings, machine, starts, pauses)
        check_machine(findings, machine, batches, minutes)
        load_kw += machine_load(findings, machine, batches, ranked_price)
        placed += batches
    _refuse_strangers(findings, problem, starts_min, pauses_min)
    night_hours = _check_together(findings, problem, price, placed, load_kw)
    return _priced(findings, problem, price, placed, load_kw, kg_per_kwh, night_hours)


def _kg_per_kwh(problem: PlanProblem) -> Floats:
    """What a kWh emits in each minute, float64[horizon]."""
    carbon = problem.limits.carbon
    if carbon is None:
        return np.zeros(problem.horizon_min)
    interval = np.arange(problem.horizon_min) // carbon.interval_min
    return np.array(carbon.kg_per_kwh, dtype=np.float64)[interval]


def _refuse_strangers(
    findings: Findings, problem: PlanProblem, starts_min: Starts, pauses_min: Pauses
) -> None:
    known = {machine.id: {batch.id for batch in machine.batches} for machine in problem.machines}
    for named in (starts_min, pauses_min):
        for machine_id, batches in named.items():
            for batch_id in batches:
                if batch_id not in known.get(machine_id, set()):
                    findings.add(Limit.STRANGER, machine_id, batch_id)


def _check_together(
    findings: Findings,
    problem: PlanProblem,
    price: PriceGrid,
    placed: Sequence[PlacedBatch],
    load_kw: Floats,
) -> float:
    """Lists what all machines break together; returns the hours of night work, which the crew's way tells."""
    limits, minutes, night_hours = problem.limits, problem.horizon_min, 0.0
    check_load(findings, problem, load_kw)
    if limits.crew is not None:
        day, minute = local_minutes(price.start_ms, minutes, problem_zone(problem))
        at_work = crew_at_work(limits.crew, placed, minutes)
        check_crew(findings, at_work, crew_there(limits.crew, day, minute))
        night_hours = _night_hours(limits.crew, at_work, minute)
    check_buffers(findings, problem, placed)
    if limits.starts is not None:
        check_starts(findings, limits.starts, placed, minutes)
    if limits.distance is not None:
        check_distance(findings, limits.distance, placed)
    return night_hours


def _night_hours(crew: Crew, at_work: Ints, local_minute: Ints) -> float:
    if crew.night is None:
        return 0.0
    return float(at_work[_is_night(crew.night, local_minute)].sum()) / 60.0


def _is_night(night: NightWork, local_minute: Ints) -> NDArray[np.bool_]:
    begins, ends = minute_of_day(night.begins), minute_of_day(night.ends)
    if begins < ends:
        return (local_minute >= begins) & (local_minute < ends)
    return (local_minute >= begins) | (local_minute < ends)


def _priced(
    findings: Findings,
    problem: PlanProblem,
    price: PriceGrid,
    placed: Sequence[PlacedBatch],
    load_kw: Floats,
    kg_per_kwh: Floats,
    night_hours: float,
) -> Verdict:
    minutes, limits = problem.horizon_min, problem.limits
    energy_kwh = load_kw / 60.0
    cost = energy_kwh * price.price_per_kwh[:minutes]
    carbon_kg = float((energy_kwh * kg_per_kwh).sum())
    peak_kw = float(_window_means(load_kw, limits.interval_min).max())
    bands, names = price.band[:minutes], price.band_names
    night = limits.crew.night if limits.crew else None
    return Verdict(
        energy_cost=float(cost.sum()),
        demand_cost=_demand_cost(problem, price, load_kw, peak_kw),
        carbon_cost=limits.carbon.price_per_kg * carbon_kg if limits.carbon else 0.0,
        night_cost=night.price_per_hour * night_hours if night else 0.0,
        distance_cost=_distance_cost(problem, placed),
        carbon_kg=carbon_kg,
        night_hours=night_hours,
        peak_kw=peak_kw,
        makespan_min=max([0, *(one.end for one in placed)]),
        cost_by_band={name: float(cost[bands == i].sum()) for i, name in enumerate(names)},
        energy_by_band={name: float(energy_kwh[bands == i].sum()) for i, name in enumerate(names)},
        load_kw=load_kw,
        breaches=findings.breaches,
    )


def _window_means(load_kw: Floats, window_min: int) -> Floats:
    edges = np.append(np.arange(0, len(load_kw), window_min), len(load_kw))
    return window_sums(load_kw, window_min) / np.diff(edges)


def _demand_cost(problem: PlanProblem, price: PriceGrid, load_kw: Floats, peak_kw: float) -> float:
    limits = problem.limits
    own = limits.demand_price_per_kw * max(limits.peak_so_far_kw, peak_kw)
    return own + sum(
        _charged(charge, limits.peaks_so_far_kw.get(charge.name, limits.peak_so_far_kw), load_kw)
        for charge in price.demand
    )


def _charged(charge: DemandCharge, so_far_kw: float, load_kw: Floats) -> float:
    means = _window_means(load_kw, charge.window_min)
    counted = means[charge.counts[: len(means)]]
    return charge.price_per_kw * max(charge.floor_kw, so_far_kw, float(counted.max(initial=0.0)))


def _distance_cost(problem: PlanProblem, placed: Sequence[PlacedBatch]) -> float:
    rule = problem.limits.distance
    if rule is None:
        return 0.0
    moved_min = sum(abs(one.start - one.batch.now_min) for one in placed if one.batch.now_min is not None)
    return rule.price_per_hour * moved_min / 60.0
