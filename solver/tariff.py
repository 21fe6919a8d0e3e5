"""Tariffs as calendars: day type, month and hour give a band, the band gives the price.

A price is base × ratio[band], or prices[band], plus the adder and the surcharges that fit month, band and
day type. The schema lies in `solver/tariff_schema.py`, what is refused in `solver/tariff_checks.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from solver.demand_charges import DemandCharge as DemandCharge
from solver.demand_charges import charges_of, series_charges
from solver.durations import DAY_MIN, MINUTE_MS
from solver.errors import TariffError
from solver.tariff_calendar import DAY_TYPES, NO_BAND, band_names, band_table, day_cells, price_table
from solver.tariff_calendar import FIRST_YEAR as FIRST_YEAR
from solver.tariff_calendar import LAST_YEAR as LAST_YEAR
from solver.tariff_calendar import local_minutes as local_minutes
from solver.tariff_checks import check_tariff as check_tariff
from solver.tariff_schema import BandStart as BandStart
from solver.tariff_schema import DaySchedule as DaySchedule
from solver.tariff_schema import DayType as DayType
from solver.tariff_schema import DemandRate as DemandRate
from solver.tariff_schema import FixedCharge as FixedCharge
from solver.tariff_schema import PriceSeries as PriceSeries
from solver.tariff_schema import Ratchet as Ratchet
from solver.tariff_schema import Season as Season
from solver.tariff_schema import Surcharge as Surcharge
from solver.tariff_schema import Tariff as Tariff
from solver.tariff_schema import Tier as Tier
from solver.tariff_schema import canonical_tariff_bytes as canonical_tariff_bytes

LONGEST_BAND_MIN = 8 * DAY_MIN
MOST_NAMED_PRICES = 6
PEAK_NAMES = ("sharp", "peak")


@dataclass(frozen=True, slots=True, eq=False)
class PriceGrid:
    """Prices on the minute from `start_ms` on: price_per_kwh float64[minutes], band int8[minutes]."""

    start_ms: int
    price_per_kwh: NDArray[np.float64]
    band: NDArray[np.int8]
    band_names: tuple[str, ...]
    demand: tuple[DemandCharge, ...] = ()

    @property
    def minutes(self) -> int:
        """How many minutes the grid covers."""
        return len(self.price_per_kwh)


@dataclass(frozen=True, slots=True)
class BandNow:
    """The band in force at a moment, its price, when the next begins (UTC ms), and whether it is a peak."""

    name: str
    price_per_kwh: float
    until_ms: int
    is_peak: bool = False


def price_grid(tariff: Tariff | PriceSeries, start_ms: int, minutes: int, zone: ZoneInfo) -> PriceGrid:
    """The prices of `minutes` minutes from `start_ms` on; clock-change days keep their 23 or 25 hours.

    A price series without a start of its own begins at `start_ms`. Raises TariffError where the tariff
    contradicts itself or has no price for a minute.
    """
    check_tariff(tariff)
    day, minute = local_minutes(start_ms, minutes, zone)
    if isinstance(tariff, PriceSeries):
        return _series_grid(tariff, start_ms, day, zone)
    names = band_names(tariff)
    days = np.arange(day.min(), day.max() + 1)
    cells = day_cells(tariff, days)
    band = band_table(tariff.schedules, names)[cells[day - days[0]], minute]
    if (band == NO_BAND).any():
        raise _no_schedule(tariff, int(day[np.argmax(band == NO_BAND)]))
    price = price_table(tariff)[cells[day - days[0]], band]
    return PriceGrid(start_ms, price, band, names, charges_of(tariff, day, minute))


def _no_schedule(tariff: Tariff, day: int) -> TariffError:
    kind = DAY_TYPES[int(day_cells(tariff, np.array([day]))[0]) % len(DAY_TYPES)]
    at = date(1970, 1, 1) + timedelta(days=day)
    return TariffError(f"Tariff {tariff.name!r} has no schedule for {at.isoformat()}, a {kind}; add one.")


def _series_grid(series: PriceSeries, start_ms: int, day: NDArray[np.int64], zone: ZoneInfo) -> PriceGrid:
    minutes = len(day)
    skipped = _minutes_into(series, start_ms, zone)
    covered = len(series.price_per_kwh) * series.interval_min
    if series.start is None and covered < minutes:
        raise TariffError(
            f"tariff.price_per_kwh: the series covers {covered} minutes and the plan needs {minutes}; "
            "give more prices or shorten horizon_min."
        )
    if skipped < 0 or skipped + minutes > covered:
        raise _outside_series(series, start_ms, minutes, start_ms - skipped * MINUTE_MS, zone)
    own = np.array(series.price_per_kwh, dtype=np.float64) + series.adder_per_kwh
    price = own[(skipped + np.arange(minutes)) // series.interval_min]
    values, band = np.unique(price, return_inverse=True)
    charges = series_charges(series.demand, day)
    if len(values) > MOST_NAMED_PRICES:
        return PriceGrid(start_ms, price, np.zeros(minutes, dtype=np.int8), ("series",), charges)
    names = tuple(f"{value:.6g}" for value in values)
    return PriceGrid(start_ms, price, band.astype(np.int8), names, charges)


def _minutes_into(series: PriceSeries, start_ms: int, zone: ZoneInfo) -> int:
    """How many minutes after the beginning of the series `start_ms` lies."""
    if series.start is None:
        return 0
    begins = datetime.fromisoformat(series.start)
    if begins.tzinfo is None:
        begins = begins.replace(tzinfo=zone if series.timezone is None else ZoneInfo(series.timezone))
    return (start_ms - round(begins.timestamp() * 1000)) // MINUTE_MS


def _outside_series(
    series: PriceSeries, start_ms: int, minutes: int, begins_ms: int, zone: ZoneInfo
) -> TariffError:
    covered = len(series.price_per_kwh) * series.interval_min
    return TariffError(
        f"tariff: the series {series.name!r} has prices from {_local(begins_ms, zone)} to "
        f"{_local(begins_ms + covered * MINUTE_MS, zone)}, and the plan lies from {_local(start_ms, zone)} "
        f"to {_local(start_ms + minutes * MINUTE_MS, zone)}; move its start or shorten horizon_min."
    )


def _local(t_ms: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(t_ms / 1000, zone).isoformat(timespec="minutes")


def day_type(tariff: Tariff, day: date) -> DayType:
    """What kind of day this is to the tariff."""
    number = (day - date(1970, 1, 1)).days
    return DAY_TYPES[int(day_cells(tariff, np.array([number]))[0]) % len(DAY_TYPES)]


def band_at(tariff: Tariff, t_ms: int, zone: ZoneInfo) -> BandNow:
    """The band at a moment and when it or its price ends; one without end is given as eight days long."""
    from_ms = t_ms - t_ms % MINUTE_MS
    minutes = 2 * DAY_MIN
    while True:
        grid = price_grid(tariff, from_ms, minutes, zone)
        changes = np.flatnonzero((grid.band != grid.band[0]) | (grid.price_per_kwh != grid.price_per_kwh[0]))
        if len(changes) or minutes >= LONGEST_BAND_MIN:
            break
        minutes = LONGEST_BAND_MIN
    until = int(changes[0]) if len(changes) else minutes
    name = grid.band_names[int(grid.band[0])]
    price = float(grid.price_per_kwh[0])
    day = local_minutes(from_ms, 1, zone)[0]
    peak = _is_peak(tariff, day, name, price)
    return BandNow(name, price, from_ms + until * MINUTE_MS, peak)


def _is_peak(tariff: Tariff, day: NDArray[np.int64], name: str, price: float) -> bool:
    """A band is a peak that is called so, or the dearest of the month where none of its bands is."""
    names, month = band_names(tariff), int(day_cells(tariff, day)[0]) // len(DAY_TYPES)
    cells = slice(month * len(DAY_TYPES), (month + 1) * len(DAY_TYPES))
    in_use = np.unique(band_table(tariff.schedules, names)[cells])
    in_use = in_use[in_use != NO_BAND]
    if any(names[band] in PEAK_NAMES for band in in_use):
        return name in PEAK_NAMES
    prices = price_table(tariff)[cells][:, in_use]
    return bool(price >= np.nanmax(prices) > np.nanmin(prices))


def check_validity(tariff: Tariff, start_ms: int, minutes: int, zone: ZoneInfo) -> None:
    """Raises TariffError when the stretch leaves the days for which the tariff is in force."""
    first = datetime.fromtimestamp(start_ms / 1000, zone).date()
    end = datetime.fromtimestamp(start_ms / 1000, UTC) + timedelta(minutes=minutes - 1)
    last = end.astimezone(zone).date()
    if tariff.valid_from is not None and first.isoformat() < tariff.valid_from:
        raise TariffError(f"Tariff {tariff.name!r} begins on {tariff.valid_from}, the plan on {first}.")
    if tariff.valid_to is not None and last.isoformat() > tariff.valid_to:
        raise TariffError(f"Tariff {tariff.name!r} ends on {tariff.valid_to}, the plan on {last}.")
