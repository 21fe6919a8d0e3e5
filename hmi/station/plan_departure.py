"""Whether the plan in force and reality have parted: what the meters read beside the plan's own forecast."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from devices.profile import Quantity
from hmi.forecast_score import mean_power
from hmi.plant import Plant
from hmi.station.alarm_rules import Condition
from hmi.station.codes import AlarmKind
from hmi.store.database import Store
from hmi.store.plans import plan
from hmi.store.records import Forecast
from hmi.store.status import forecast_since
from solver.durations import MINUTE_MS
from solver.twin.departure import Departure, departure

SHOP_SHARE = 0.05  # of the largest load that was expected
MACHINE_SHARE = 0.2  # of a machine's: what it draws while it runs may well be a little more or less


@dataclass(slots=True)
class _Watched:
    """A plan's forecasts by subject, and the mean power of the intervals so far, NaN: nothing was read."""

    plan_id: int
    said: dict[str, Forecast]
    means_kw: dict[str, list[float]] = field(default_factory=dict)
    interval: int = 0
    detail: dict[str, object] | None = None


class DepartureWatch:
    """Looks once in each interval of the plan's forecast; between two intervals what was said stands."""

    def __init__(self, store: Store, plant: Plant) -> None:
        self._store = store
        self._plant = plant
        self._watched: _Watched | None = None

    def condition(self, plan_id: int | None, now_ms: int) -> Condition:
        """Of the plan in force; raises StoreError."""
        if plan_id is None:
            self._watched = None
        elif self._watched is None or self._watched.plan_id != plan_id:
            self._watched = self._begun(plan_id)
        watched = self._watched
        if watched is None:
            return Condition(AlarmKind.PLAN_DEPARTED, self._plant.shopfloor, False)
        whole = watched.said[self._plant.shopfloor]
        interval = min((now_ms - whole.start_ms) // whole.interval_ms, len(whole.power_kw))
        if interval > watched.interval:
            watched.interval = interval
            watched.detail = self._looked(watched)
        holds, detail = watched.detail is not None, watched.detail or {}
        return Condition(AlarmKind.PLAN_DEPARTED, self._plant.shopfloor, holds, detail)

    def _begun(self, plan_id: int) -> _Watched | None:
        """With what was said when the plan came into force; None before that was made."""
        row = plan(self._store, plan_id)
        if row is None or row.decided_ms is None:
            return None
        subjects = [self._plant.shopfloor, *(machine.id for machine in self._plant.machines)]
        found = {
            subject: said
            for subject in subjects
            if (said := forecast_since(self._store, subject, row.decided_ms)) is not None
        }
        return _Watched(plan_id, found) if self._plant.shopfloor in found else None

    def _looked(self, watched: _Watched) -> dict[str, object] | None:
        """The evidence where reality has left the band; None where it has not."""
        found = {
            subject: parted
            for subject, said in watched.said.items()
            if (parted := self._departure(watched, said)) is not None
        }
        if not found:
            return None
        shown = found.get(self._plant.shopfloor) or max(found.values(), key=_distance_kw)
        said = watched.said[self._plant.shopfloor]
        return {
            "plan_id": watched.plan_id,
            "since_ms": said.start_ms + shown.first * said.interval_ms,
            "minutes": (shown.last + 1 - shown.first) * said.interval_ms // MINUTE_MS,
            "measured_kw": round(shown.measured_kw, 1),
            "expected_kw": round(shown.expected_kw, 1),
            "low_kw": round(shown.low_kw, 1),
            "high_kw": round(shown.high_kw, 1),
            "machines": ", ".join(each.label for each in self._plant.machines if each.id in found) or "–",
        }

    def _departure(self, watched: _Watched, said: Forecast) -> Departure | None:
        meter = self._plant.meter_of(said.subject)
        if meter is None:
            return None
        means = watched.means_kw.setdefault(said.subject, [])
        last = min(watched.interval, len(said.power_kw))
        if last > len(means):
            point = f"{meter.id}.{Quantity.POWER}"
            means += mean_power(self._store, point, said, len(means), last).tolist()
        share = SHOP_SHARE if said.subject == self._plant.shopfloor else MACHINE_SHARE
        curves = [np.array(curve) for curve in (said.power_kw, said.low_kw, said.high_kw)]
        return departure(curves, np.array(means, dtype=np.float64), share)


def _distance_kw(parted: Departure) -> float:
    return math.fabs(parted.measured_kw - parted.expected_kw)
