"""What the people, starts and goods of one batch more cost at each minute, given all others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.layout import Floats, Ints
from solver.plant_kernel import PlantState
from solver.plant_tables import PlantTables


@dataclass(frozen=True, slots=True, eq=False)
class CrewTotals:
    """Running totals, float64[H + 1], of what the people of one batch more cost in each minute."""

    charge: Floats
    discharge: Floats
    charge_min: int
    discharge_min: int

    def to_charge(self, start: Ints) -> Floats:
        """What charging before each of these starts costs."""
        return np.asarray(self.charge[start] - self.charge[np.maximum(start - self.charge_min, 0)])

    def to_discharge(self, end: Ints) -> Floats:
        """What discharging after each of these ends costs."""
        until = np.minimum(end + self.discharge_min, len(self.discharge) - 1)
        return np.asarray(self.discharge[until] - self.discharge[end])


def crew_totals(tables: PlantTables, state: PlantState, hard: float) -> CrewTotals | None:
    """The totals at `hard` for a minute with all those there once too many; None without a crew."""
    if not len(tables.people):
        return None
    room = tables.people - state.busy
    steep = hard / np.maximum(tables.people, 1)
    before = np.maximum(0, -room)
    charge, discharge = (
        np.concatenate([[0.0], np.cumsum(steep * (np.maximum(0, int(tables.charge[place]) - room) - before))])
        for place in (1, 3)
    )
    return CrewTotals(charge, discharge, int(tables.charge[0]), int(tables.charge[2]))


def crowding(start: Ints, tables: PlantTables, state: PlantState, hard: float) -> Floats:
    """What one start more costs at each of these minutes where there are as many as may be."""
    full = np.concatenate([[0], np.cumsum(state.begun >= tables.most_starts)])
    since = np.maximum(start - tables.starts_within + 1, 0)
    return np.asarray(hard / tables.most_starts * (full[start + 1] - full[since]))


def goods(
    f: int, minute: Ints, amount: float, ahead: float, tables: PlantTables, state: PlantState, hard: float
) -> Floats:
    """What `amount` more from each of these minutes on costs in buffer f, with `ahead` in it by then."""
    if f < 0 or amount == 0.0:
        return np.zeros(len(minute))
    capacity = float(tables.capacity[f])
    size = capacity if np.isfinite(capacity) else max(1.0, float(tables.level[f, 0]))
    present = state.level[f, minute] + ahead
    worse = _beyond(present + amount, capacity) - _beyond(present, capacity)
    later = np.cumsum(worse[::-1])[::-1] - worse[-1]
    return np.asarray(hard / max(size, 1e-9) * later)


def _beyond(level: Floats, capacity: float) -> Floats:
    return np.maximum(0.0, -level) + np.maximum(0.0, level - capacity)
