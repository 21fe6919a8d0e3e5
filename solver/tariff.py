"""Tariffs as calendars: day type, month and hour give a band, the band gives the price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from solver.errors import TariffError

MINUTE_MS = 60_000
DAY_MIN = 1440
OFFSET_STEP_MIN = 15  # clock changes happen on the quarter-hour, everywhere
LONGEST_BAND_MIN = 8 * DAY_MIN
MOST_NAMED_PRICES = 6

HalfHour = Annotated[
    str,
    msgspec.Meta(
        pattern="^([01][0-9]|2[0-3]):(00|30)$", description="a time on the hour or half past, such as '08:30'"
    ),
]
IsoDate = Annotated[
    str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", description="a date in quotes, such as '2016-03-14'")
]
Month = Annotated[int, msgspec.Meta(ge=1, le=12)]


class DayType(StrEnum):
    """What kind of day the tariff sees; hot goes before holiday, holiday before weekend."""

    WEEKDAY = "weekday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    HOT = "hot"


class BandStart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From this local time of day on the band applies."""

    at: HalfHour
    band: str


class DaySchedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bands of a day; empty lists of months or day types mean all."""

    edges: Annotated[list[BandStart], msgspec.Meta(min_length=1)]
    months: list[Month] = []
    day_types: list[DayType] = []


class Tariff(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A time-of-use tariff: price = base × ratio[band] + adder; the first schedule that fits a day holds."""

    name: str
    currency: str
    source: str
    base_per_kwh: float
    ratios: dict[str, float]
    schedules: Annotated[list[DaySchedule], msgspec.Meta(min_length=1)]
    adder_per_kwh: float = 0.0  # network charges, losses and funds that do not float
    holidays: list[IsoDate] = []
    hot_days: list[IsoDate] = []
    valid_from: IsoDate | None = None
    valid_to: IsoDate | None = None  # the last day
    note: str = ""


class PriceSeries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Prices per interval from the problem's start on; they may be negative."""

    price_per_kwh: Annotated[list[float], msgspec.Meta(min_length=1)]
    interval_min: Annotated[int, msgspec.Meta(ge=1)] = 60


@dataclass(frozen=True, slots=True, eq=False)
class DemandCharge:
    """What the highest mean power over windows costs, each `window_min` long, from the grid's start on.

    `counts` bool[windows] says which windows it looks at; the charge is price × max(floor_kw, their highest
    mean). The floor is a ratchet or what was reached before.
    """

    name: str
    price_per_kw: float
    window_min: int
    counts: NDArray[np.bool_]
    floor_kw: float = 0.0


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
    """The band in force at a moment, its price, and when the next band begins (UTC ms)."""

    name: str
    price_per_kwh: float
    until_ms: int


def canonical_tariff_bytes(tariff: Tariff | PriceSeries) -> bytes:
    """The same bytes for the same tariff, for hashes and signatures."""
    return msgspec.json.encode(tariff, order="deterministic")


def check_tariff(tariff: Tariff) -> None:
    """Raises TariffError with one sentence when the parts of a tariff do not fit together."""
    for index, schedule in enumerate(tariff.schedules):
        key = f"schedules[{index}].edges"
        times = [edge.at for edge in schedule.edges]
        if times[0] != "00:00":
            raise TariffError(f"{key}[0].at: a day begins at 00:00, not at {times[0]}.")
        if sorted(set(times)) != times:
            raise TariffError(f"{key}: the times must rise, and these do not: {', '.join(times)}.")
        for place, edge in enumerate(schedule.edges):
            if edge.band not in tariff.ratios:
                known = ", ".join(tariff.ratios)
                raise TariffError(f"{key}[{place}].band: {edge.band!r} has no ratio; there are {known}.")
    _check_dates(tariff)


def _check_dates(tariff: Tariff) -> None:
    dated = [("valid_from", tariff.valid_from), ("valid_to", tariff.valid_to)]
    dated += [("holidays", day) for day in tariff.holidays]
    dated += [("hot_days", day) for day in tariff.hot_days]
    for key, day in dated:
        try:
            date.fromisoformat(day or "2000-01-01")
        except ValueError as error:
            raise TariffError(f"{key}: {day} is no date; write it as 2016-03-14.") from error


def price_grid(tariff: Tariff | PriceSeries, start_ms: int, minutes: int, zone: ZoneInfo) -> PriceGrid:
    """The prices of `minutes` minutes from `start_ms` on; clock-change days keep their 23 or 25 hours.

    A price series begins at `start_ms`; raises TariffError where it ends too early.
    """
    if isinstance(tariff, PriceSeries):
        return _series_grid(tariff, start_ms, minutes)
    check_tariff(tariff)
    names = tuple(tariff.ratios)
    day, minute_of_day = local_minutes(start_ms, minutes, zone)
    days, row = np.unique(day, return_inverse=True)
    table = np.stack([_day_bands(tariff, date(1970, 1, 1) + timedelta(days=int(d)), names) for d in days])
    band = table[row, minute_of_day]
    price_of = np.array([tariff.base_per_kwh * tariff.ratios[name] + tariff.adder_per_kwh for name in names])
    return PriceGrid(start_ms, price_of[band], band, names)


def local_minutes(start_ms: int, minutes: int, zone: ZoneInfo) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Local day (days since 1970) and minute of the day, each int64[minutes], from `start_ms` on."""
    utc = start_ms // MINUTE_MS + np.arange(minutes, dtype=np.int64)
    steps, which = np.unique(utc // OFFSET_STEP_MIN, return_inverse=True)
    offsets = np.array([_offset_min(int(step) * OFFSET_STEP_MIN, zone) for step in steps], dtype=np.int64)
    local = utc + offsets[which]
    return local // DAY_MIN, local % DAY_MIN


def _offset_min(utc_min: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(utc_min * 60, zone).utcoffset()
    assert offset is not None
    return round(offset.total_seconds() / 60)


def _day_bands(tariff: Tariff, day: date, names: tuple[str, ...]) -> NDArray[np.int8]:
    kind = day_type(tariff, day)
    for schedule in tariff.schedules:
        fits_month = not schedule.months or day.month in schedule.months
        if fits_month and (not schedule.day_types or kind in schedule.day_types):
            return _schedule_bands(schedule, names)
    raise TariffError(f"Tariff {tariff.name!r} has no schedule for {day.isoformat()}, a {kind}; add one.")


def _schedule_bands(schedule: DaySchedule, names: tuple[str, ...]) -> NDArray[np.int8]:
    bands = np.empty(DAY_MIN, dtype=np.int8)
    for edge in schedule.edges:
        bands[int(edge.at[:2]) * 60 + int(edge.at[3:]) :] = names.index(edge.band)
    return bands


def day_type(tariff: Tariff, day: date) -> DayType:
    """What kind of day this is to the tariff."""
    if day.isoformat() in tariff.hot_days:
        return DayType.HOT
    if day.isoformat() in tariff.holidays:
        return DayType.HOLIDAY
    return DayType.WEEKEND if day.weekday() >= 5 else DayType.WEEKDAY


def _series_grid(series: PriceSeries, start_ms: int, minutes: int) -> PriceGrid:
    covered = len(series.price_per_kwh) * series.interval_min
    if covered < minutes:
        raise TariffError(
            f"tariff.price_per_kwh: the series covers {covered} minutes and the plan needs {minutes}; "
            "give more prices or shorten horizon_min."
        )
    price = np.repeat(np.array(series.price_per_kwh, dtype=np.float64), series.interval_min)[:minutes]
    values, band = np.unique(price, return_inverse=True)
    if len(values) > MOST_NAMED_PRICES:
        return PriceGrid(start_ms, price, np.zeros(minutes, dtype=np.int8), ("series",))
    return PriceGrid(start_ms, price, band.astype(np.int8), tuple(f"{value:.6g}" for value in values))


def band_at(tariff: Tariff, t_ms: int, zone: ZoneInfo) -> BandNow:
    """The band at a moment and when it ends; a band without end is given as eight days long."""
    from_ms = t_ms - t_ms % MINUTE_MS
    minutes = 2 * DAY_MIN
    while True:
        grid = price_grid(tariff, from_ms, minutes, zone)
        changes = np.flatnonzero(grid.band != grid.band[0])
        if len(changes) or minutes >= LONGEST_BAND_MIN:
            break
        minutes = LONGEST_BAND_MIN
    until = int(changes[0]) if len(changes) else minutes
    name = grid.band_names[int(grid.band[0])]
    return BandNow(name, float(grid.price_per_kwh[0]), from_ms + until * MINUTE_MS)


def check_validity(tariff: Tariff, start_ms: int, minutes: int, zone: ZoneInfo) -> None:
    """Raises TariffError when the stretch leaves the days for which the tariff is in force."""
    first = datetime.fromtimestamp(start_ms / 1000, zone).date()
    end = datetime.fromtimestamp(start_ms / 1000, UTC) + timedelta(minutes=minutes - 1)
    last = end.astimezone(zone).date()
    if tariff.valid_from is not None and first.isoformat() < tariff.valid_from:
        raise TariffError(f"Tariff {tariff.name!r} begins on {tariff.valid_from}, the plan on {first}.")
    if tariff.valid_to is not None and last.isoformat() > tariff.valid_to:
        raise TariffError(f"Tariff {tariff.name!r} ends on {tariff.valid_to}, the plan on {last}.")
