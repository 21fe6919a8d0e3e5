"""What one batch costs by itself: running instead of standing, its crew at night, its distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.check_machine import PlacedBatch
from solver.plan import running_kw
from solver.what_if_state import crew_spans
from solver.what_if_tables import Floats, MachineTable, Tables


@dataclass(frozen=True, slots=True, eq=False)
class OwnCost:
    """A batch's part of the cost, all but demand; `kwh_by_band` float64[bands], above what standing takes.

    A machine that can sleep stands in another way once a batch moves; that is not in here.
    """

    energy: float
    carbon: float
    carbon_kg: float
    night: float
    night_hours: float
    distance: float
    kwh_by_band: Floats

    @property
    def total(self) -> float:
        """All parts together."""
        return self.energy + self.carbon + self.night + self.distance


def own_cost(tables: Tables, table: MachineTable, one: PlacedBatch) -> OwnCost:
    """What a batch costs by itself where it lies; minutes beyond the horizon cost nothing."""
    energy, carbon_kg, done = 0.0, 0.0, 0
    kwh_by_band = np.zeros(len(tables.grid.band_names))
    profile = None if one.batch.profile_kw is None else running_kw(one.batch)
    for since, to in one.runs:
        first, last = max(since, 0), min(to, tables.horizon)
        if first < last:
            within = slice(done + first - since, done + last - since)
            power = (one.batch.power_kw or 0.0) if profile is None else profile[within]
            kwh = (power - table.rest_kw[first:last]) / 60.0
            energy += float((kwh * tables.price[first:last]).sum())
            kwh_by_band += np.bincount(tables.band[first:last], weights=kwh, minlength=len(kwh_by_band))
            if tables.carbon_kg is not None:
                carbon_kg += float((kwh * tables.carbon_kg[first:last]).sum())
        done += to - since
    night_min = _night_minutes(tables, one)
    night_price = 0.0 if tables.crew is None else tables.crew.night_price_per_min
    return OwnCost(
        energy,
        tables.carbon_price * carbon_kg,
        carbon_kg,
        night_price * night_min,
        night_min / 60.0,
        _distance_cost(tables, one),
        kwh_by_band,
    )


def _night_minutes(tables: Tables, one: PlacedBatch) -> int:
    crew = tables.crew
    if crew is None:
        return 0
    spans = crew_spans(crew, one, tables.horizon)
    return sum(people * int(crew.night_before[to] - crew.night_before[since]) for since, to, people in spans)


def _distance_cost(tables: Tables, one: PlacedBatch) -> float:
    distance = tables.problem.limits.distance
    if distance is None or one.batch.now_min is None:
        return 0.0
    return distance.price_per_hour * abs(one.start - one.batch.now_min) / 60.0
