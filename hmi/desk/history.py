"""What the Overview draws of the past: the last day of load, and today in kWh and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hmi.plant import Plant
from hmi.store.database import Store
from hmi.store.readings import energy_between, series_thinned
from hmi.store.thinning import Series
from solver.errors import TariffError
from solver.tariff import MINUTE_MS, Tariff, price_grid

DAY_MS = 86_400_000
POINTS_OF_SPARK = 240


@dataclass(frozen=True, slots=True)
class Today:
    """Since local midnight: energy, its cost, and the share of the time that both rest on."""

    energy_kwh: float
    cost: float
    coverage: float


@dataclass(frozen=True, slots=True)
class History:
    """The last 24 h up to `to_ms`: the shop-floor's power in kW and each machine's."""

    from_ms: int
    to_ms: int
    total: Series
    machines: Mapping[str, Series]
    today: Today


def load_history(store: Store, plant: Plant, tariff: Tariff, now_ms: int, points: int) -> History:
    """Reads the last day, the shop-floor's with at most about so many points."""
    from_ms = now_ms - DAY_MS
    main = plant.meter_of(plant.shopfloor)
    total_point = f"{main.id}.power_kw" if main is not None else ""
    machines = {}
    for machine in plant.machines:
        meter = plant.meter_of(machine.id)
        if meter is not None:
            point = f"{meter.id}.power_kw"
            machines[machine.id] = series_thinned(store, point, from_ms, now_ms + 1, POINTS_OF_SPARK)
    total = series_thinned(store, total_point, from_ms, now_ms + 1, points)
    return History(from_ms, now_ms, total, machines, today(store, plant, tariff, now_ms))


def today(store: Store, plant: Plant, tariff: Tariff, now_ms: int) -> Today:
    """Energy and its cost since local midnight, each tariff band at its own price, by the energy counters."""
    from_ms = local_midnight_ms(now_ms, plant.zone)
    minutes = -(-(now_ms - from_ms) // MINUTE_MS)
    if minutes <= 0:
        return Today(0.0, 0.0, 0.0)
    price = _prices(plant, tariff, from_ms, minutes)
    changes = np.flatnonzero(np.diff(np.nan_to_num(price))) + 1
    edges = [0, *changes.tolist(), minutes]
    main = plant.meter_of(plant.shopfloor)
    meters = [main] if main is not None else [meter for meter in plant.meters if meter.measures]
    energy = cost = covered_ms = 0.0
    for since, to in pairwise(edges):
        start_ms, end_ms = from_ms + since * MINUTE_MS, min(from_ms + to * MINUTE_MS, now_ms)
        for meter in meters:
            found = energy_between(store, f"{meter.id}.energy_kwh", start_ms, end_ms)
            energy += found.kwh
            cost += found.kwh * float(price[since])
            covered_ms += found.coverage * (end_ms - start_ms) / len(meters)
    return Today(energy, cost, covered_ms / (now_ms - from_ms))


def _prices(plant: Plant, tariff: Tariff, from_ms: int, minutes: int) -> NDArray[np.float64]:
    """Prices float64[minutes]; NaN where the tariff has nothing for the day, so that no cost is shown."""
    try:
        return price_grid(tariff, from_ms, minutes, plant.zone).price_per_kwh
    except TariffError:
        return np.full(minutes, np.nan)


def local_midnight_ms(t_ms: int, zone: ZoneInfo, days: int = 0) -> int:
    """The midnight that a local day begins with, so many days later."""
    day = datetime.fromtimestamp(t_ms / 1000, zone).date()
    moved = datetime.fromordinal(day.toordinal() + days).replace(tzinfo=zone)
    return round(moved.timestamp() * 1000)
