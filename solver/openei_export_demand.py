"""The demand charges of a tariff in the shape of URDB."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.demand_charges import demand_bands
from solver.tariff_calendar import DAY_TYPES, NO_BAND, band_table
from solver.tariff_schema import DayType, DemandRate, Ratchet, Tariff, Tier

HOUR_MIN = 60
PLAIN_DAYS = (DayType.WEEKDAY, DayType.WEEKEND)
UNITS = {"month": "kW", "day": "kW daily"}


def demand_fields(tariff: Tariff, lost: list[str]) -> dict[str, Any]:
    """The keys of URDB that hold demand charges; what they cannot hold is added to `lost`."""
    rates = _exportable(tariff, lost)
    if not rates:
        return {}
    _note_state(rates, lost)
    flat = _of_one_unit([rate for rate in rates if not rate.bands], lost)
    banded = _of_one_unit([rate for rate in rates if rate.bands], lost)
    fields = {"demandwindow": rates[0].window_min, **_flat_fields(flat, lost)}
    return {**fields, **_hourly_fields(tariff, banded, lost), **_ratchet_fields(rates[0].ratchets, lost)}


def _exportable(tariff: Tariff, lost: list[str]) -> list[DemandRate]:
    """The charges per month or day with the window of the first of them."""
    kept = [rate for rate in tariff.demand if rate.per in UNITS]
    for rate in tariff.demand:
        if rate.per not in UNITS:
            lost.append(f"demand {rate.name!r}: URDB has no charge per {rate.per}; it is left out.")
        elif rate.window_min != kept[0].window_min:
            lost.append(
                f"demand {rate.name!r}: its window of {rate.window_min} min becomes that of "
                f"{kept[0].name!r}, {kept[0].window_min} min."
            )
    return kept


def _note_state(rates: list[DemandRate], lost: list[str]) -> None:
    if any(rate.past_peaks_kw for rate in rates):
        lost.append("demand: URDB has no place for past_peaks_kw.")
    if any(rate.ratchets != rates[0].ratchets for rate in rates):
        lost.append(f"demand: the ratchets of {rates[0].name!r} stand for all; those of others are lost.")


def _of_one_unit(rates: list[DemandRate], lost: list[str]) -> list[DemandRate]:
    for rate in rates:
        if rate.per != rates[0].per:
            lost.append(
                f"demand {rate.name!r}: it is charged per {rate.per} and {rates[0].name!r} per "
                f"{rates[0].per}; URDB has one unit for both, and it is left out."
            )
    return [rate for rate in rates if rate.per == rates[0].per]


def _flat_fields(rates: list[DemandRate], lost: list[str]) -> dict[str, Any]:
    """All charges that count always, in one sum for each month; tiers cannot be added."""
    if not rates:
        return {}
    structure: list[list[dict[str, Any]]] = [[{"rate": 0.0}]]
    months = []
    for month in range(1, 13):
        mine = [rate for rate in rates if not rate.months or month in rate.months]
        tiers = _sum(mine, lost)
        if tiers not in structure:
            structure.append(tiers)
        months.append(structure.index(tiers))
    return {
        "flatdemandstructure": structure,
        "flatdemandmonths": months,
        "flatdemandunit": UNITS[rates[0].per],
    }


def _sum(rates: list[DemandRate], lost: list[str]) -> list[dict[str, Any]]:
    prices = [rate.price_per_kw for rate in rates]
    plain = [price for price in prices if not isinstance(price, list)]
    if len(plain) == len(prices):
        _note(lost, "demand: charges that count always become one sum, without their names.", len(prices) > 1)
        return [{"rate": sum(plain)}]
    first = next(rate for rate in rates if isinstance(rate.price_per_kw, list))
    _note(lost, f"demand: beside the tiers of {first.name!r} others are left out.", len(prices) > 1)
    return _tiers(first)


def _note(lost: list[str], sentence: str, applies: bool) -> None:
    if applies and sentence not in lost:
        lost.append(sentence)


def _tiers(rate: DemandRate) -> list[dict[str, Any]]:
    tiers = rate.price_per_kw if isinstance(rate.price_per_kw, list) else [Tier(rate.price_per_kw)]
    return [{"rate": tier.price} | ({} if tier.up_to is None else {"max": tier.up_to}) for tier in tiers]


def _hourly_fields(tariff: Tariff, rates: list[DemandRate], lost: list[str]) -> dict[str, Any]:
    """Charges with bands, one a period; period 0 costs nothing."""
    if not rates:
        return {}
    schedules = tariff.demand_schedules or tariff.schedules
    names = demand_bands(schedules)
    table = band_table(schedules, names)
    fields: dict[str, Any] = {
        "demandratestructure": [[{"rate": 0.0}], *(_tiers(rate) for rate in rates)],
        "demandrateunit": UNITS[rates[0].per],
    }
    for kind in PLAIN_DAYS:
        rows = []
        for month in range(1, 13):
            bands = table[(month - 1) * len(DAY_TYPES) + DAY_TYPES.index(kind)]
            rows.append(_hours(rates, names, month, bands, lost))
        fields[f"demand{kind}schedule"] = rows
    return fields


def _hours(
    rates: list[DemandRate], names: tuple[str, ...], month: int, bands: NDArray[np.int8], lost: list[str]
) -> list[int]:
    """The period of each hour, that of the first charge where several count."""
    hours = bands.reshape(-1, HOUR_MIN)
    _note(
        lost,
        "demand: bands change on the half-hour; such an hour counts as its first half.",
        bool((hours != hours[:, :1]).any()),
    )
    row = []
    for band in hours[:, 0].tolist():
        mine = [
            place
            for place, rate in enumerate(rates, 1)
            if band != NO_BAND and names[band] in rate.bands and (not rate.months or month in rate.months)
        ]
        for other in mine[1:]:
            first = rates[mine[0] - 1].name
            _note(lost, f"demand {rates[other - 1].name!r}: it is left out in the hours of {first!r}.", True)
        row.append(mine[0] if mine else 0)
    return row


def _ratchet_fields(ratchets: list[Ratchet], lost: list[str]) -> dict[str, Any]:
    """Ratchets over the twelve last months by month, and one other as the look-back."""
    shares = [0.0] * 12
    fields: dict[str, Any] = {}
    for ratchet in ratchets:
        share = ratchet.percent / 100
        if ratchet.lookback_months == 12 and not ratchet.of_months:
            for month in ratchet.months or range(1, 13):
                shares[month - 1] = max(shares[month - 1], share)
        elif fields or ratchet.months or (ratchet.of_months and ratchet.lookback_months != 12):
            lost.append(f"demand: a ratchet of {ratchet.percent:g} % has no place beside the look-back.")
        else:
            marked = [month in ratchet.of_months for month in range(1, 13)]
            back = 0 if ratchet.of_months else ratchet.lookback_months
            fields = {"lookbackPercent": share, "lookbackMonths": marked, "lookbackRange": back}
    return {"demandratchetpercentage": shares, **fields} if any(shares) else fields
