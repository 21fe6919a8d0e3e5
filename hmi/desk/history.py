"""What the Overview draws of the past: the last day of load, and today in kWh and money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hmi.plant import Plant
from hmi.store.database import Store
from hmi.store.readings import energy_by_stretch, series_thinned
from hmi.store.thinning import Series
from solver.durations import DAY_MS, MINUTE_MS
from solver.errors import TariffError
from solver.tariff import Tariff, price_grid

POINTS_OF_SPARK = 240


@dataclass(frozen=True, slots=True)
class Used:
    """In a stretch of time: energy, its cost, and the share of the time that both rest on."""

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
    today: Used


def load_history(store: Store, plant: Plant, tariff: Tariff, now_ms: int, points: int) -> History:
    """Reads the last day, the shop-floor's with at most about so many points."""
    from_ms = now_ms - DAY_MS
    machines = {}
    for machine in plant.machines:
        meter = plant.meter_of(machine.id)
        if meter is not None:
            point = f"{meter.id}.power_kw"
            machines[machine.id] = series_thinned(store, point, from_ms, now_ms + 1, POINTS_OF_SPARK)
    main = plant.meter_of(plant.shopfloor)
    counted = [main] if main is not None else [meter for meter in plant.meters if meter.measures]
    parts = [series_thinned(store, f"{one.id}.power_kw", from_ms, now_ms + 1, points) for one in counted]
    total = parts[0] if len(parts) == 1 else together(parts)
    return History(from_ms, now_ms, total, machines, today(store, plant, tariff, now_ms))


def together(parts: Sequence[Series]) -> Series:
    """The sum of several powers, each held until its next reading; a gap where any of them has none."""
    if not parts or any(not len(part.t_ms) for part in parts):
        return Series(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int8))
    t_ms = np.unique(np.concatenate([part.t_ms for part in parts]))
    t_ms = t_ms[t_ms >= max(part.t_ms[0] for part in parts)]
    held = [np.searchsorted(part.t_ms, t_ms, side="right") - 1 for part in parts]
    value = sum((part.value[at] for part, at in zip(parts, held, strict=True)), np.zeros(len(t_ms)))
    return Series(t_ms, value, np.max([p.quality[at] for p, at in zip(parts, held, strict=True)], axis=0))


def today(store: Store, plant: Plant, tariff: Tariff, now_ms: int) -> Used:
    """Energy and its cost since local midnight, by the energy counters."""
    from_ms = local_midnight_ms(now_ms, plant.zone)
    main = plant.meter_of(plant.shopfloor)
    meters = [main] if main is not None else [meter for meter in plant.meters if meter.measures]
    return used_between(store, plant, tariff, [f"{meter.id}.energy_kwh" for meter in meters], from_ms, now_ms)


def used_between(
    store: Store, plant: Plant, tariff: Tariff, counters: Sequence[str], from_ms: int, to_ms: int
) -> Used:
    """Energy of some counters together and its cost, each stretch of one price at its own.

    The cost is NaN where the tariff has no price for some of the time.
    """
    if to_ms <= from_ms or not counters:
        return Used(0.0, 0.0, 0.0)
    first_ms = from_ms // MINUTE_MS * MINUTE_MS
    price = _prices(plant, tariff, first_ms, -(-(to_ms - first_ms) // MINUTE_MS))
    changes = np.flatnonzero(np.diff(np.nan_to_num(price))) + 1
    edges_ms = [from_ms, *(first_ms + changes * MINUTE_MS).tolist(), to_ms]
    per_kwh = price[np.concatenate(([0], changes))]
    energy = cost = covered_ms = 0.0
    for counter in counters:
        stretches = energy_by_stretch(store, counter, edges_ms)
        energy += sum(one.kwh for one in stretches)
        cost += float(np.dot([one.kwh for one in stretches], per_kwh))
        covered_ms += float(np.dot([one.coverage for one in stretches], np.diff(edges_ms)))
    return Used(energy, cost, covered_ms / len(counters) / (to_ms - from_ms))


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
