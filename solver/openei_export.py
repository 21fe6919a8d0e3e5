"""A tariff in the shape of URDB, and in sentences what that shape cannot hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.openei_export_demand import demand_fields
from solver.tariff_calendar import (
    DAY_TYPES,
    NO_BAND,
    adders,
    band_names,
    band_table,
    own_price,
    price_table,
)
from solver.tariff_checks import check_tariff
from solver.tariff_overlaps import month_name
from solver.tariff_schema import DayType, Tariff, Tier

HOUR_MIN = 60
PLAIN_DAYS = (DayType.WEEKDAY, DayType.WEEKEND)
Period = tuple[tuple[tuple[float, float | None], ...], float]  # (price, up_to) of each tier, and the adders


@dataclass(frozen=True, slots=True)
class UrdbExport:
    """A rate as URDB has it, and what of the tariff it does not hold, a sentence each."""

    data: dict[str, Any]
    lost: list[str]


def to_urdb(tariff: Tariff) -> UrdbExport:
    """The tariff for URDB: in each hour the price at its beginning, on weekdays and weekends."""
    check_tariff(tariff)
    lost = _lost(tariff)
    data: dict[str, Any] = {"name": tariff.name, "description": tariff.note, "source": tariff.source}
    for key, day in (("startdate", tariff.valid_from), ("enddate", tariff.valid_to)):
        if day is not None:
            data[key] = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    data |= _energy_fields(tariff, lost)
    data |= demand_fields(tariff, lost)
    data |= _fixed_fields(tariff, lost)
    return UrdbExport(data, lost)


def _lost(tariff: Tariff) -> list[str]:
    lost = []
    if tariff.currency != "USD":
        lost.append(f"currency: the numbers are in {tariff.currency}, and URDB takes all for USD.")
    if tariff.ratios or any(season.ratios for season in tariff.seasons):
        lost.append("ratios: URDB holds the prices that base and ratios make, not these themselves.")
    if not all(re.fullmatch(r"period \d+", name) for name in band_names(tariff)):
        lost.append(f"bands: the names {', '.join(band_names(tariff))} are lost; periods have numbers only.")
    if tariff.adder_per_kwh or tariff.surcharges:
        lost.append("adders: adder_per_kwh and surcharges become each period's adj, in one sum.")
    for key, days in (("holidays", tariff.holidays), ("hot_days", tariff.hot_days)):
        if days:
            lost.append(
                f"{key}: {len(days)} dates, first {min(days)}, count as weekdays or weekends; URDB "
                "has no place for them."
            )
    kinds = {kind for schedule in tariff.schedules for kind in schedule.day_types} - set(PLAIN_DAYS)
    if kinds:
        lost.append(f"schedules: those for days called {', '.join(sorted(kinds))} are lost.")
    if tariff.used_kwh:
        lost.append("used_kwh: URDB has no place for what a month has used.")
    return lost


def _energy_fields(tariff: Tariff, lost: list[str]) -> dict[str, Any]:
    names = band_names(tariff)
    table = band_table(tariff.schedules, names)
    _note_half_hours(table, price_table(tariff), lost)
    periods: dict[Period, int] = {}
    schedules: dict[str, list[list[int]]] = {}
    added, empty = adders(tariff), []
    for kind in PLAIN_DAYS:
        rows = schedules[f"energy{kind}schedule"] = []
        for month in range(1, 13):
            cell = (month - 1) * len(DAY_TYPES) + DAY_TYPES.index(kind)
            bands = table[cell, ::HOUR_MIN].tolist()
            if NO_BAND in bands:
                empty.append(month)
                rows.append([0] * len(bands))
                continue
            found = [_period(tariff, month, names[band], float(added[cell, band])) for band in bands]
            rows.append([periods.setdefault(period, len(periods)) for period in found])
    if empty:
        months = ", ".join(month_name(month) for month in sorted(set(empty)))
        lost.append(f"schedules: {months} lie outside the validity; period 0 stands there.")
    return {"energyratestructure": [_tiers(period) for period in periods], **schedules}


def _note_half_hours(table: NDArray[np.int8], price: NDArray[np.float64], lost: list[str]) -> None:
    for cell, bands in enumerate(table):
        kind = DAY_TYPES[cell % len(DAY_TYPES)]
        if kind not in PLAIN_DAYS or NO_BAND in bands:
            continue
        hours = price[cell, bands].reshape(-1, HOUR_MIN)
        changing = np.flatnonzero((hours != hours[:, :1]).any(axis=1))
        if len(changing):
            month = month_name(cell // len(DAY_TYPES) + 1)
            lost.append(
                f"half-hours: prices change at {changing[0]:02d}:30, first on a {kind} in {month}; such an "
                "hour gets the price of its first half."
            )
            return


def _period(tariff: Tariff, month: int, band: str, added: float) -> Period:
    own = own_price(tariff, month, band)
    assert own is not None
    tiers: Sequence[Tier] = own if isinstance(own, list) else [Tier(own)]
    return tuple((tier.price, tier.up_to) for tier in tiers), added


def _tiers(period: Period) -> list[dict[str, Any]]:
    tiers, added = period
    return [
        {"rate": price, "unit": "kWh"}
        | ({"adj": added} if added else {})
        | ({} if end is None else {"max": end})
        for price, end in tiers
    ]


def _fixed_fields(tariff: Tariff, lost: list[str]) -> dict[str, Any]:
    if not tariff.fixed:
        return {}
    per = tariff.fixed[0].per
    mine = [charge for charge in tariff.fixed if charge.per == per]
    if len(tariff.fixed) > 1:
        lost.append(f"fixed: the charges per {per} become one sum, without their names.")
    others = [charge.name for charge in tariff.fixed if charge.per != per]
    if others:
        lost.append(f"fixed: {', '.join(others)} are lost, for URDB has one unit for all.")
    return {"fixedchargefirstmeter": sum(charge.price for charge in mine), "fixedchargeunits": f"$/{per}"}
