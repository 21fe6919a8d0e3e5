"""What was foretold and what is planned, for the Trends page to draw beside what was measured."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hmi.desk.plan_load import PlannedLoad
from hmi.desk.trend_data import whole_point
from hmi.plant import Plant
from hmi.store.database import Store
from hmi.store.records import Forecast
from hmi.store.status import forecast_at, newest_forecast
from solver.durations import HOUR_MS

FROM_NOW = 0
LEADS_MS = (FROM_NOW, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS)
MOST_PIECES = 96  # forecasts that one curve is put together from


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What was said of a power: t_ms int64[n], middle, low and high kW float64[n]; NaN where nothing was."""

    t_ms: NDArray[np.int64]
    power_kw: NDArray[np.float64]
    low_kw: NDArray[np.float64]
    high_kw: NDArray[np.float64]


def load_said(
    store: Store, plant: Plant, points: Sequence[str], lead_ms: int, from_ms: int, to_ms: int
) -> dict[str, Said]:
    """By power point what its subject's forecasts said; those of which nothing was ever said are left out.

    With a lead: for every moment what had been said of it so long before. Without: the newest forecast.
    """
    found = {}
    for point in points:
        meter, _, quantity = point.partition(".")
        subject = next((one.measures for one in plant.meters if one.id == meter), "")
        if point == whole_point(plant):
            subject = plant.shopfloor
        if quantity != "power_kw" or not subject:
            continue
        said = (
            _newest(store, subject)
            if lead_ms == FROM_NOW
            else _ahead(store, subject, lead_ms, from_ms, to_ms)
        )
        if len(said.t_ms):
            found[point] = said
    return found


def planned_in(
    planned: PlannedLoad, from_ms: int, to_ms: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The planned load as steps where it touches a stretch of time: edges int64[n+1], kW float64[n]."""
    first = max(0, int(np.searchsorted(planned.edges_ms, from_ms, "right")) - 1)
    end = int(np.searchsorted(planned.edges_ms, to_ms, "left"))
    return planned.edges_ms[first : end + 1], planned.load_kw[first:end]


def _newest(store: Store, subject: str) -> Said:
    forecast = newest_forecast(store, subject)
    return _joined([]) if forecast is None else _joined([_part(forecast, forecast.start_ms, 1 << 53)])


def _ahead(store: Store, subject: str, lead_ms: int, from_ms: int, to_ms: int) -> Said:
    """Put together piece by piece, each from the forecast that held so long before the piece began."""
    step_ms = max(HOUR_MS // 2, -(-(to_ms - from_ms) // MOST_PIECES))
    parts, at_ms = [], from_ms - from_ms % step_ms
    while at_ms < to_ms:
        forecast = forecast_at(store, subject, at_ms - lead_ms)
        if forecast is not None:
            parts.append(_part(forecast, at_ms, at_ms + step_ms))
        at_ms += step_ms
    return _joined(parts)


def _part(forecast: Forecast, from_ms: int, to_ms: int) -> Said:
    """A forecast's middles of intervals within [from, to)."""
    t_ms = forecast.start_ms + forecast.interval_ms * np.arange(len(forecast.power_kw), dtype=np.int64)
    t_ms = t_ms + forecast.interval_ms // 2
    kept = (t_ms >= from_ms) & (t_ms < to_ms)
    curves = np.array([forecast.power_kw, forecast.low_kw, forecast.high_kw])[:, kept]
    return Said(t_ms[kept], *curves)


def _joined(parts: Sequence[Said]) -> Said:
    """Parts one after the other; a break where some time between them has nothing."""
    times: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    curves: list[NDArray[np.float64]] = [np.empty((3, 0))]
    for part in (part for part in parts if len(part.t_ms)):
        last = times[-1]
        if len(last) and part.t_ms[0] - last[-1] > HOUR_MS:
            times.append(last[-1:] + 1)
            curves.append(np.full((3, 1), math.nan))
        times.append(part.t_ms)
        curves.append(np.array([part.power_kw, part.low_kw, part.high_kw]))
    return Said(np.concatenate(times), *np.concatenate(curves, axis=1))
