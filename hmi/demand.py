"""The highest demand of the month so far, as the meters saw it: what a demand charge has been paid for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import lcm
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hmi.interval_means import interval_means
from hmi.plant import Plant
from hmi.plant_limits import OWN
from hmi.store.database import Store
from solver.demand_charges import DemandCharge
from solver.durations import MINUTE_MS
from solver.tariff import PriceGrid, PriceSeries, Tariff, price_grid

FULL_SHARE = 0.8  # of the usual readings; a window with fewer says nothing certain
Floats = NDArray[np.float64]


def peaks_so_far_kw(
    store: Store, plant: Plant, tariff: Tariff | PriceSeries, start_ms: int
) -> dict[str, float]:
    """By charge, the highest mean of the month up to a plan's start; raises StoreError.

    Nothing is read where no demand has a price.
    """
    month = datetime.fromtimestamp(start_ms / 1000, plant.zone).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    month_ms, horizon_min = round(month.timestamp() * 1000), plant.rules.horizon_min
    read: dict[int, Floats] = {}  # by window, which several charges share

    def means_of(window_min: int) -> Floats:
        if window_min not in read:
            read[window_min] = demand_kw(store, plant, month_ms, start_ms, window_min)
        return read[window_min]

    found: dict[str, float] = {}
    if plant.limits.demand_price_per_kw > 0:
        means = means_of(plant.limits.interval_min)
        found[OWN] = _highest(means, np.ones(len(means), dtype=np.bool_))
    if tariff.demand:
        ahead = price_grid(tariff, start_ms, horizon_min, plant.zone).demand
        so_far_min = (start_ms - month_ms) // MINUTE_MS
        whole = price_grid(tariff, month_ms, so_far_min + horizon_min, plant.zone).demand
        for charge in ahead:
            past = _same_period(charge, whole, so_far_min)
            found[charge.name] = 0.0 if past is None else _highest(means_of(charge.window_min), past.counts)
    return found


def into_interval_ms(zone: ZoneInfo, at_ms: int, length_ms: int) -> int:
    """How long ago the metering interval under way began; intervals begin by the clock of the plant."""
    offset = datetime.fromtimestamp(at_ms / 1000, zone).utcoffset()
    assert offset is not None  # a zone has one
    return (at_ms + offset // timedelta(milliseconds=1)) % length_ms


def counted_interval_min(plant: Plant, tariff: Tariff | PriceSeries) -> int:
    """After so many minutes all metering intervals with a price or a limit begin together; 1 without any."""
    kept = plant.limits
    own = kept.demand_price_per_kw > 0 or kept.interval_energy_kwh is not None
    return lcm(kept.interval_min if own else 1, *(rate.window_min for rate in tariff.demand))


def grid_with_own_charge(
    store: Store, plant: Plant, tariff: Tariff | PriceSeries, start_ms: int, minutes: int
) -> PriceGrid:
    """Prices from a minute on, with the plant's own demand charge beside those of its tariff; StoreError.

    Each charge is paid for what the month reached before at least, the plant's own anew in each month.
    """
    grid = price_grid(tariff, start_ms, minutes, plant.zone)
    reached = peaks_so_far_kw(store, plant, tariff, start_ms)
    charges = [
        replace(charge, floor_kw=max(charge.floor_kw, reached.get(charge.name, 0.0)))
        for charge in grid.demand
    ]
    if plant.limits.demand_price_per_kw > 0:
        charges += _own_charges(plant, start_ms, minutes, reached.get(OWN, 0.0))
    return replace(grid, demand=tuple(charges))


def _own_charges(plant: Plant, start_ms: int, minutes: int, reached_kw: float) -> list[DemandCharge]:
    """The plant's own charge, by month; what was reached before counts in the first."""
    window_min = plant.limits.interval_min
    begins_ms = start_ms + window_min * MINUTE_MS * np.arange(-(-minutes // window_min), dtype=np.int64)
    local = [datetime.fromtimestamp(ms / 1000, plant.zone) for ms in begins_ms.tolist()]
    month = np.array([12 * at.year + at.month for at in local])
    return [
        DemandCharge(
            OWN,
            plant.limits.demand_price_per_kw,
            window_min,
            month == number,
            reached_kw if number == month[0] else 0.0,
        )
        for number in np.unique(month)
    ]


def demand_kw(store: Store, plant: Plant, from_ms: int, to_ms: int, window_min: int) -> Floats:
    """The plant's mean power in each full window, float64[windows], NaN where readings lack.

    The main meter says it; without one, the machines' meters together.
    """
    main = plant.meter_of(plant.shopfloor)
    meters = [main] if main is not None else [plant.meter_of(machine.id) for machine in plant.machines]
    windows = (to_ms - from_ms) // (window_min * MINUTE_MS)
    total = np.zeros(windows)
    for meter in meters:
        if meter is not None:
            total += _means(store, f"{meter.id}.power_kw", from_ms, windows, window_min * MINUTE_MS)
    return total


def _means(store: Store, name: str, from_ms: int, windows: int, window_ms: int) -> Floats:
    means, readings = interval_means(store, name, from_ms, window_ms, windows)
    usual = float(np.median(readings[readings > 0])) if readings.any() else 1.0
    return np.where(readings >= FULL_SHARE * usual, means, np.nan)


def _same_period(charge: DemandCharge, whole: Sequence[DemandCharge], so_far_min: int) -> DemandCharge | None:
    """The charge over the whole month that goes on as `charge` in the plan's time."""
    for past in whole:
        same = past.name == charge.name or past.name.startswith(f"{charge.name} ")
        if same and past.counts[so_far_min // past.window_min :].any():
            return past
    return None


def _highest(means: Floats, counts: NDArray[np.bool_]) -> float:
    counted = means[counts[: len(means)] & np.isfinite(means)]
    return round(float(counted.max(initial=0.0)), 3)
