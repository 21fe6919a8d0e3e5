"""A tariff's demand charges over a plan's time: one for each charge and month (day, year) that is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.tariff_calendar import band_table, day_cells, tier_price
from solver.tariff_schema import DaySchedule, DemandRate, Ratchet, Tariff


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
class _Windows:
    """The first minutes of a charge's windows: local day, month (months since 1970) and whether it counts."""

    day: NDArray[np.int64]
    month: NDArray[np.int64]
    counts: NDArray[np.bool_]


def charges_of(tariff: Tariff, day: NDArray[np.int64], minute: NDArray[np.int64]) -> tuple[DemandCharge, ...]:
    """The charges over minutes given as local day and minute of the day, each int64[minutes].

    A window counts if its first minute lies in the charge's months and bands. A charge that costs nothing,
    or for which no window counts, is left out.
    """
    schedules = tariff.demand_schedules or tariff.schedules
    names = demand_bands(schedules)
    table = band_table(schedules, names)
    found: list[DemandCharge] = []
    for rate in tariff.demand:
        first_day, first_minute = day[:: rate.window_min], minute[:: rate.window_min]
        band = table[day_cells(tariff, first_day), first_minute]
        counts = np.isin(band, [names.index(name) for name in rate.bands or names])
        found += _by_period(rate, first_day, counts)
    return tuple(found)


def series_charges(demand: Sequence[DemandRate], day: NDArray[np.int64]) -> tuple[DemandCharge, ...]:
    """The charges of a price series, which has no bands."""
    found: list[DemandCharge] = []
    for rate in demand:
        first_day = day[:: rate.window_min]
        found += _by_period(rate, first_day, np.ones(len(first_day), dtype=np.bool_))
    return tuple(found)


def demand_bands(schedules: Sequence[DaySchedule]) -> tuple[str, ...]:
    """The bands that schedules name, in their order."""
    return tuple(dict.fromkeys(edge.band for schedule in schedules for edge in schedule.edges))


def _by_period(rate: DemandRate, day: NDArray[np.int64], counts: NDArray[np.bool_]) -> list[DemandCharge]:
    """One charge for each day, month or year in which a window counts; the name says which if several do."""
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    if rate.months:
        counts = counts & np.isin(month % 12 + 1, rate.months)
    period = {"day": day, "month": month, "year": month // 12}[rate.per]
    periods = np.unique(period[counts])
    charges = []
    for number in periods.tolist():
        floor_kw = _floor_kw(rate, number)
        price = tier_price(rate.price_per_kw, floor_kw)
        name = rate.name if len(periods) == 1 else f"{rate.name} {_period_name(rate, number)}"
        if price:
            mine = np.asarray(counts & (period == number), dtype=np.bool_)
            charges.append(DemandCharge(name, price, rate.window_min, mine, floor_kw))
    return charges


def _period_name(rate: DemandRate, number: int) -> str:
    if rate.per == "day":
        return str(np.datetime64(number, "D"))
    return _month_name(number) if rate.per == "month" else str(1970 + number)


def _month_name(month: int) -> str:
    return f"{1970 + month // 12}-{month % 12 + 1:02d}"


def _floor_kw(rate: DemandRate, number: int) -> float:
    """What is charged at least: what this month or year has seen already, and what earlier months ratchet."""
    if rate.per == "day":
        return 0.0
    if rate.per == "year":
        return max((kw for at, kw in rate.past_peaks_kw.items() if at[:4] == str(1970 + number)), default=0.0)
    reached = rate.past_peaks_kw.get(_month_name(number), 0.0)
    return max([reached, *(_ratchet_kw(rate, ratchet, number) for ratchet in rate.ratchets)])


def _ratchet_kw(rate: DemandRate, ratchet: Ratchet, month: int) -> float:
    if ratchet.months and month % 12 + 1 not in ratchet.months:
        return 0.0
    earlier = range(month - ratchet.lookback_months, month)
    looked_at = [each for each in earlier if not ratchet.of_months or each % 12 + 1 in ratchet.of_months]
    highest = max((rate.past_peaks_kw.get(_month_name(each), 0.0) for each in looked_at), default=0.0)
    return ratchet.percent / 100 * highest
