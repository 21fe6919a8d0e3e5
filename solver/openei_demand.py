"""Demand charges of a URDB rate: by the hour, by the month, and their ratchets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from solver.errors import TariffError
from solver.openei_fields import is_index, list_at, number_at, price_of, table_at
from solver.tariff_overlaps import month_name
from solver.tariff_schema import DemandRate, Per, Ratchet, Tier

DEMAND_UNITS: dict[str, Per] = {"kW": "month", "kW daily": "day"}
SCHEDULES = ("demandweekdayschedule", "demandweekendschedule")


def hourly_demand(data: Mapping[str, Any]) -> list[DemandRate]:
    """A charge for each period of `demandratestructure` that costs something and has hours."""
    prices = _prices(data, "demandratestructure")
    if not any(map(_costs, prices)):
        return []
    hours = [
        period for key in SCHEDULES for row in table_at(data, key, "demandratestructure") for period in row
    ]
    names = {at: f"demand period {at}" for at, price in enumerate(prices) if _costs(price) and at in hours}
    return [
        _demand_rate(data, name, prices[at], "demandrateunit", bands=[name]) for at, name in names.items()
    ]


def flat_demand(data: Mapping[str, Any]) -> list[DemandRate]:
    """A charge for each period of `flatdemandstructure` that costs something and has months."""
    prices = _prices(data, "flatdemandstructure")
    if not any(map(_costs, prices)):
        return []
    months = _flat_months(data, len(prices))
    found = []
    for at, price in enumerate(prices):
        mine = [month for month, period in enumerate(months, 1) if period == at]
        if _costs(price) and mine:
            some = [] if len(mine) == 12 else mine
            found.append(_demand_rate(data, f"flat demand {at}", price, "flatdemandunit", months=some))
    return found


def _prices(data: Mapping[str, Any], key: str) -> list[float | list[Tier]]:
    structure = list_at(data.get(key) or [], key)
    return [price_of(tiers, f"{key}[{at}]", "kW", []) for at, tiers in enumerate(structure)]


def _costs(price: float | list[Tier]) -> bool:
    return any(tier.price for tier in price) if isinstance(price, list) else bool(price)


def _flat_months(data: Mapping[str, Any], periods: int) -> list[Any]:
    months = list_at(data.get("flatdemandmonths"), "flatdemandmonths")
    if len(months) != 12:
        raise TariffError(f"flatdemandmonths: {len(months)} months; expected 12.")
    for month, period in enumerate(months, 1):
        if not is_index(period, periods):
            raise TariffError(
                f"flatdemandmonths[{month - 1}]: for {month_name(month)} there is period {period!r}, and "
                f"flatdemandstructure has {periods}, counted from 0."
            )
    return months


def _demand_rate(
    data: Mapping[str, Any],
    name: str,
    price: float | list[Tier],
    unit_key: str,
    months: Sequence[int] = (),
    bands: Sequence[str] = (),
) -> DemandRate:
    unit = data.get(unit_key) or "kW"
    if unit not in DEMAND_UNITS:
        raise TariffError(f"{unit_key}: demand in {unit!r} cannot be planned; expected 'kW' or 'kW daily'.")
    if any(tier.price < 0 for tier in (price if isinstance(price, list) else [Tier(price)])):
        raise TariffError(f"{name}: a demand price below 0 cannot be planned; give 0 or more.")
    per = DEMAND_UNITS[unit]
    return DemandRate(
        name=name,
        price_per_kw=price,
        per=per,
        months=list(months),
        bands=list(bands),
        window_min=_window_min(data),
        ratchets=_ratchets(data) if per == "month" else [],
    )


def _window_min(data: Mapping[str, Any]) -> int:
    window = number_at(data.get("demandwindow") or 15, "demandwindow")
    if window != int(window) or window < 1:
        raise TariffError(f"demandwindow: {window:g} is not allowed; expected whole minutes.")
    return int(window)


def _ratchets(data: Mapping[str, Any]) -> list[Ratchet]:
    months_of: dict[float, list[int]] = {}
    shares = list_at(data.get("demandratchetpercentage") or [], "demandratchetpercentage")
    for month, share in enumerate(shares, 1):
        if percent := _percent(share, f"demandratchetpercentage[{month - 1}]"):
            months_of.setdefault(percent, []).append(month)
    found = [Ratchet(percent, [] if len(mine) == 12 else mine) for percent, mine in months_of.items()]
    percent = _percent(data.get("lookbackPercent") or 0, "lookbackPercent")
    of_months = [at for at, marked in enumerate(data.get("lookbackMonths") or [], 1) if marked]
    back = number_at(data.get("lookbackRange") or 0, "lookbackRange")
    if not 0 <= back <= 12:
        raise TariffError(f"lookbackRange: {back:g} is not allowed; expected 0 to 12 months.")
    if percent and (of_months or back):
        found.append(Ratchet(percent, lookback_months=int(back) or 12, of_months=of_months))
    return found


def _percent(value: object, key: str) -> float:
    """URDB holds shares such as 0.35 and, in some rates, per cent such as 35: up to 1 it is a share."""
    share = number_at(value, key)
    if not 0 <= share <= 100:
        raise TariffError(f"{key}: {share:g} is not allowed; expected a share up to 1 or per cent up to 100.")
    return round(share * 100, 9) if share <= 1 else share
