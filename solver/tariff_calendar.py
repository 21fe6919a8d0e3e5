"""A tariff as tables over the kinds of days: which band holds when, and what a kWh costs in it.

A *cell* is a month with a day type, 48 in all: cell = (month − 1) · 4 + place of the day type in `DAY_TYPES`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from solver.durations import DAY_MIN, MINUTE_MS
from solver.errors import TariffError
from solver.tariff_schema import DaySchedule, DayType, Season, Surcharge, Tariff, Tier

DAY_TYPES = tuple(DayType)
CELLS = 12 * len(DAY_TYPES)
NO_BAND = -1
PROBE_MIN = 6 * 60  # no zone changes its clock twice within so long
FIRST_YEAR, LAST_YEAR = 1901, 2999
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_0 = date(1970, 1, 1)


def local_minutes(start_ms: int, minutes: int, zone: ZoneInfo) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Local day (days since 1970) and minute of the day, each int64[minutes], from `start_ms` on."""
    first = start_ms // MINUTE_MS
    local = np.arange(first, first + minutes, dtype=np.int64) + _offsets(first, minutes, zone)
    day, minute = np.divmod(local, DAY_MIN)
    return day, minute


def _offsets(first: int, minutes: int, zone: ZoneInfo) -> NDArray[np.int64]:
    """Local time minus UTC in minutes, int64[minutes]: looked up every few hours, sought where it changes."""
    probes = [*range(first, first + minutes, PROBE_MIN), first + minutes]
    _refuse_far_years(first, first + minutes)
    known = [_offset_min(probe, zone) for probe in probes]
    values, lengths = [], []
    for index, (since, to) in enumerate(pairwise(probes)):
        change = to if known[index] == known[index + 1] else _change_min(since, to, zone)
        values += [known[index], known[index + 1]]
        lengths += [change - since, to - change]
    return np.repeat(np.array(values, dtype=np.int64), lengths)


def _change_min(before: int, after: int, zone: ZoneInfo) -> int:
    """The first minute (UTC since 1970) with the offset of `after`, by halving."""
    new = _offset_min(after, zone)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset_min(middle, zone) == new:
            after = middle
        else:
            before = middle
    return after


def _offset_min(utc_min: int, zone: ZoneInfo) -> int:
    offset = (_EPOCH + timedelta(minutes=utc_min)).astimezone(zone).utcoffset()
    assert offset is not None
    return round(offset.total_seconds() / 60)


def _refuse_far_years(first: int, last: int) -> None:
    least = (date(FIRST_YEAR, 1, 1) - _DAY_0).days * DAY_MIN
    most = (date(LAST_YEAR, 12, 31) - _DAY_0).days * DAY_MIN
    if not least <= first <= last <= most:
        raise TariffError(f"start: prices are known from {FIRST_YEAR} to {LAST_YEAR}; choose another time.")


def day_number(day: str) -> int:
    """An ISO date as days since 1970; raises ValueError."""
    return (date.fromisoformat(day) - _DAY_0).days


def day_cells(tariff: Tariff, days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cell of each day (days since 1970), int64[days]."""
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    kind = np.where((days + 3) % 7 >= 5, _place(DayType.WEEKEND), _place(DayType.WEEKDAY))  # day 0: Thursday
    kind[np.isin(days, [day_number(day) for day in tariff.holidays])] = _place(DayType.HOLIDAY)
    kind[np.isin(days, [day_number(day) for day in tariff.hot_days])] = _place(DayType.HOT)
    return month * len(DAY_TYPES) + kind


def _place(kind: DayType) -> int:
    return DAY_TYPES.index(kind)


def fits(schedule: DaySchedule | Surcharge) -> NDArray[np.bool_]:
    """The cells that months and day types allow, bool[48]."""
    months = np.array([not schedule.months or month in schedule.months for month in range(1, 13)])
    kinds = np.array([not schedule.day_types or kind in schedule.day_types for kind in DAY_TYPES])
    return np.asarray(np.outer(months, kinds).ravel(), dtype=np.bool_)


def first_fit(schedules: Sequence[DaySchedule]) -> NDArray[np.int64]:
    """The first schedule that fits each cell, int64[48]; -1 where none does."""
    found = np.full(CELLS, NO_BAND, dtype=np.int64)
    for index in reversed(range(len(schedules))):
        found[fits(schedules[index])] = index
    return found


def schedule_bands(schedule: DaySchedule, names: Sequence[str]) -> NDArray[np.int8]:
    """The band (its place in `names`) in each minute of the day, int8[1440]."""
    bands = np.empty(DAY_MIN, dtype=np.int8)
    for edge in schedule.edges:
        bands[int(edge.at[:2]) * 60 + int(edge.at[3:]) :] = names.index(edge.band)
    return bands


def band_table(schedules: Sequence[DaySchedule], names: Sequence[str]) -> NDArray[np.int8]:
    """The band in each minute of each kind of day, int8[48, 1440]; -1 where no schedule fits."""
    rows = [schedule_bands(schedule, names) for schedule in schedules]
    rows.append(np.full(DAY_MIN, NO_BAND, dtype=np.int8))
    return np.stack(rows)[first_fit(schedules)]


def band_names(tariff: Tariff) -> tuple[str, ...]:
    """All bands of a tariff that have a ratio or a price, in the order in which it names them."""
    named = [*tariff.ratios, *tariff.prices]
    for season in tariff.seasons:
        named += [*season.ratios, *season.prices]
    return tuple(dict.fromkeys(named))


def own_price(tariff: Tariff, month: int, band: str) -> float | list[Tier] | None:
    """A band's price in a month without adder and surcharges; None where it has none."""
    nothing = Season(months=[month])
    season = next((each for each in tariff.seasons if month in each.months), nothing)
    base = tariff.base_per_kwh if season.base_per_kwh is None else season.base_per_kwh
    for prices, ratios in ((season.prices, season.ratios), (tariff.prices, tariff.ratios)):
        if band in prices:
            return prices[band]
        if band in ratios:
            return None if base is None else base * ratios[band]
    return None


def adders(tariff: Tariff) -> NDArray[np.float64]:
    """What is added to each price, adder and surcharges, float64[48, bands]."""
    names = band_names(tariff)
    table = np.full((CELLS, len(names)), tariff.adder_per_kwh)
    for surcharge in tariff.surcharges:
        bands = np.array([not surcharge.bands or name in surcharge.bands for name in names])
        table[np.outer(fits(surcharge), bands)] += surcharge.per_kwh
    return table


def price_table(tariff: Tariff) -> NDArray[np.float64]:
    """What a kWh costs, float64[48, bands]; NaN where a band has no price in a month.

    A block rate is priced at the tier in force at `used_kwh`, however much the plan uses.
    """
    table = adders(tariff)
    for place, band in enumerate(band_names(tariff)):
        for month in range(1, 13):
            own = own_price(tariff, month, band)
            cells = slice((month - 1) * len(DAY_TYPES), month * len(DAY_TYPES))
            table[cells, place] += np.nan if own is None else tier_price(own, tariff.used_kwh)
    return table


def tier_price(price: float | list[Tier], used: float) -> float:
    """The price of the next unit after `used` units: of the first tier that reaches further."""
    if isinstance(price, list):
        return next(tier.price for tier in price if tier.up_to is None or used < tier.up_to)
    return price
