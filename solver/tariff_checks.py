"""What is wrong with a tariff: numbers, dates, names, and calendars with a hole or an overlap."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import numpy as np

from solver.demand_charges import demand_bands
from solver.errors import TariffError
from solver.tariff_calendar import band_names, own_price
from solver.tariff_overlaps import check_calendar, month_name
from solver.tariff_schema import DaySchedule, DemandRate, PriceSeries, Tariff, Tier

MOST_BANDS = 100
MOST_NUMBER = 1e9


def check_tariff(tariff: Tariff | PriceSeries) -> None:
    """Raises TariffError with one sentence when the parts of a tariff do not fit together."""
    _check_numbers(tariff)
    _check_demand(tariff)
    if isinstance(tariff, PriceSeries):
        _check_start(tariff)
        return
    _check_dates(tariff)
    _check_bands(tariff)
    _check_seasons(tariff)
    _check_surcharges(tariff)
    check_calendar(tariff, tariff.schedules, "schedules")
    if tariff.demand_schedules:
        check_calendar(tariff, tariff.demand_schedules, "demand_schedules")


def _check_numbers(tariff: Tariff | PriceSeries) -> None:
    """A schema lets NaN and infinity through; a sum with what is too large would be one of them."""
    data = msgspec.to_builtins(tariff)
    prices = np.array(data.pop("price_per_kwh", []), dtype=np.float64)
    bad = np.flatnonzero(~(np.abs(prices) <= MOST_NUMBER))
    found = [(f"price_per_kwh[{place}]", float(prices[place])) for place in bad[:1].tolist()]
    for key, value in [*found, *_numbers(data, "")]:
        if not abs(value) <= MOST_NUMBER:
            raise TariffError(
                f"{key}: {value} is not allowed; expected a finite number, at most {MOST_NUMBER:.0e}."
            )


def _numbers(data: object, key: str) -> Iterator[tuple[str, float]]:
    if isinstance(data, float):
        yield key, data
    elif isinstance(data, Mapping):
        for name, item in data.items():
            yield from _numbers(item, f"{key}.{name}" if key else str(name))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _numbers(item, f"{key}[{index}]")


def _check_start(series: PriceSeries) -> None:
    if series.timezone is not None:
        try:
            ZoneInfo(series.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise TariffError(
                f"timezone: {series.timezone!r} is not a time zone; use a name such as 'Europe/Berlin'."
            ) from error
    if series.start is not None:
        try:
            datetime.fromisoformat(series.start)
        except ValueError as error:
            raise TariffError(
                f"start: {series.start!r} is no time; write it as 2025-10-24T00:00, in local time."
            ) from error


def _check_dates(tariff: Tariff) -> None:
    dated = [("valid_from", tariff.valid_from), ("valid_to", tariff.valid_to)]
    dated += [(f"holidays[{place}]", day) for place, day in enumerate(tariff.holidays)]
    dated += [(f"hot_days[{place}]", day) for place, day in enumerate(tariff.hot_days)]
    for key, day in dated:
        try:
            date.fromisoformat(day or "2000-01-01")
        except ValueError as error:
            raise TariffError(f"{key}: {day} is no date; write it as 2016-03-14.") from error
    if tariff.valid_from and tariff.valid_to and tariff.valid_to < tariff.valid_from:
        raise TariffError(
            f"valid_to: {tariff.valid_to} lies before valid_from, {tariff.valid_from}; turn them round."
        )


def _check_bands(tariff: Tariff) -> None:
    names = band_names(tariff)
    if not names:
        raise TariffError("ratios: there are no bands; write ratios with base_per_kwh, or prices.")
    if len(names) > MOST_BANDS:
        raise TariffError(f"ratios: {len(names)} bands are too many; at most {MOST_BANDS} are told apart.")
    _check_price_tables("", tariff.ratios, tariff.prices)
    for place, season in enumerate(tariff.seasons):
        _check_price_tables(f"seasons[{place}].", season.ratios, season.prices)
    _check_edges(tariff, names)
    for key, schedules in (("schedules", tariff.schedules), ("demand_schedules", tariff.demand_schedules)):
        _check_times(key, schedules)


def _check_price_tables(
    key: str, ratios: Mapping[str, float], prices: Mapping[str, float | list[Tier]]
) -> None:
    for band, price in prices.items():
        if band in ratios:
            raise TariffError(f"{key}prices.{band}: this band has a ratio, too; take one of them out.")
        _check_tiers(f"{key}prices.{band}", price)


def _check_tiers(key: str, price: float | list[Tier]) -> None:
    if not isinstance(price, list):
        return
    if not price:
        raise TariffError(f"{key}: there is no tier; write at least one.")
    ends = [tier.up_to for tier in price]
    if ends[-1] is not None:
        raise TariffError(f"{key}[{len(price) - 1}].up_to: the last tier has no end; take it out.")
    rising = [math.inf if end is None else end for end in ends]
    if sorted(set(rising)) != rising:
        raise TariffError(f"{key}: the ends of the tiers must rise, and only the last tier has none.")


def _check_edges(tariff: Tariff, names: Sequence[str]) -> None:
    lacks = "ratio and no price" if tariff.prices or tariff.seasons else "ratio"
    for index, schedule in enumerate(tariff.schedules):
        for place, edge in enumerate(schedule.edges):
            if edge.band not in names:
                raise TariffError(
                    f"schedules[{index}].edges[{place}].band: {edge.band!r} has no {lacks}; "
                    f"there are {', '.join(names)}."
                )


def _check_times(key: str, schedules: Sequence[DaySchedule]) -> None:
    for index, schedule in enumerate(schedules):
        times = [edge.at for edge in schedule.edges]
        if times[0] != "00:00":
            raise TariffError(
                f"{key}[{index}].edges[0].at: a day begins at 00:00, not at {times[0]}; "
                f"before that there is no price."
            )
        for place, (before, at) in enumerate(pairwise(times), 1):
            if at == before:
                bands = f"{schedule.edges[place - 1].band!r} and {schedule.edges[place].band!r}"
                raise TariffError(
                    f"{key}[{index}].edges[{place}].at: there are two bands from {at} on, {bands}; "
                    "the times must rise."
                )
        if sorted(times) != times:
            raise TariffError(
                f"{key}[{index}].edges: the times must rise, and these do not: {', '.join(times)}."
            )


def _check_seasons(tariff: Tariff) -> None:
    taken: dict[int, int] = {}
    for place, season in enumerate(tariff.seasons):
        for month in season.months:
            if taken.setdefault(month, place) != place:
                raise TariffError(
                    f"seasons[{place}].months: {month_name(month)} is in seasons[{taken[month]}], too, so "
                    "that there would be two prices from its first hour on; take it out of one."
                )
    for month in range(1, 13):
        for band in band_names(tariff):
            if own_price(tariff, month, band) is None and _has_ratio(tariff, month, band):
                raise TariffError("base_per_kwh: this key is missing; the ratios scale it.")


def _has_ratio(tariff: Tariff, month: int, band: str) -> bool:
    return band in tariff.ratios or any(
        month in season.months and band in season.ratios for season in tariff.seasons
    )


def _check_surcharges(tariff: Tariff) -> None:
    for place, surcharge in enumerate(tariff.surcharges):
        _check_known(f"surcharges[{place}].bands", surcharge.bands, band_names(tariff))


def _check_known(key: str, bands: Sequence[str], names: Sequence[str]) -> None:
    for band in bands:
        if band not in names:
            raise TariffError(f"{key}: {band!r} is no band; there are {', '.join(names) or 'none'}.")


def _check_demand(tariff: Tariff | PriceSeries) -> None:
    names: tuple[str, ...] = ()
    if isinstance(tariff, Tariff):
        names = demand_bands(tariff.demand_schedules or tariff.schedules)
    if len(names) > MOST_BANDS:
        raise TariffError(f"demand_schedules: {len(names)} bands are too many; at most {MOST_BANDS}.")
    taken: set[str] = set()
    for place, rate in enumerate(tariff.demand):
        key = f"demand[{place}]"
        if rate.name in taken:
            raise TariffError(f"{key}.name: {rate.name!r} is there twice; names must differ.")
        taken.add(rate.name)
        _check_known(f"{key}.bands", rate.bands, names)
        _check_rate(key, rate)


def _check_rate(key: str, rate: DemandRate) -> None:
    _check_tiers(f"{key}.price_per_kw", rate.price_per_kw)
    tiers = rate.price_per_kw if isinstance(rate.price_per_kw, list) else []
    for place, tier in enumerate(tiers):
        if tier.price < 0:
            raise TariffError(f"{key}.price_per_kw[{place}].price: {tier.price} is below 0; give 0 or more.")
    if rate.ratchets and rate.per != "month":
        raise TariffError(f"{key}.ratchets: only a charge per month looks back; take them out.")
    if rate.past_peaks_kw and rate.per == "day":
        raise TariffError(f"{key}.past_peaks_kw: a charge per day has no earlier peak; take them out.")
