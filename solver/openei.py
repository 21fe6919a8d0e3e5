"""Tariffs from the utility-rate database of OpenEI (URDB), in the shape of its JSON.

Its keys: `energyratestructure[period][tier]` with max, unit, rate, adj and sell; 12×24 schedules of
zero-based period indices by month and hour beginning, in local time, for weekdays and weekends; the same
for `demandratestructure`, and `flatdemandstructure` with a period for each month. A price is rate + adj.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from solver.errors import TariffError
from solver.openei_demand import flat_demand, hourly_demand
from solver.openei_export import UrdbExport as UrdbExport
from solver.openei_export import to_urdb as to_urdb
from solver.openei_fields import day_at, day_schedules, list_at, number_at, price_of, text_at
from solver.tariff_checks import check_tariff
from solver.tariff_schema import FixedCharge, Per, Tariff, Tier

FIXED_UNITS: dict[str, Per] = {"$/month": "month", "$/day": "day", "$/year": "year"}
UNHEEDED = {
    "coincidentratestructure": "charges at the utility's own peak are not planned with.",
    "demandreactivepowercharge": "a charge on reactive power is not planned with.",
    "fixedchargeeaaddl": "the charge for further meters is not kept.",
    "minmonthlycharge": "a least monthly charge is not planned with.",
    "annualmincharge": "a least annual charge is not planned with.",
    "mincharge": "a least charge is not planned with.",
    "fueladjustmentsmonthly": "monthly fuel adjustments are not counted; add them to adder_per_kwh.",
}


@dataclass(frozen=True, slots=True)
class UrdbImport:
    """A tariff from URDB, and what of it the tariff does not hold, a sentence each."""

    tariff: Tariff
    lost: list[str]


def is_urdb(data: object) -> bool:
    """Whether plain data has the shape of a URDB rate."""
    return isinstance(data, Mapping) and "energyratestructure" in data


def from_urdb(data: Mapping[str, Any]) -> UrdbImport:
    """A tariff with the prices of a URDB rate; raises TariffError naming the key, the month and the hour."""
    lost = [f"{key}: {words}" for key, words in UNHEEDED.items() if data.get(key)]
    hourly = hourly_demand(data)
    tariff = Tariff(
        name=text_at(data, "name") or text_at(data, "label") or "URDB rate",
        currency="USD",
        source=" ".join(
            filter(None, ["URDB", *(text_at(data, key) for key in ("label", "utility", "source"))])
        ),
        prices=_energy_prices(data, lost),
        schedules=day_schedules(data, "energy", "period"),
        valid_from=day_at(data, "startdate"),
        valid_to=day_at(data, "enddate"),
        note=text_at(data, "description"),
        demand=[*hourly, *flat_demand(data)],
        demand_schedules=day_schedules(data, "demand", "demand period") if hourly else [],
        fixed=_fixed(data),
    )
    check_tariff(tariff)
    return UrdbImport(tariff, lost)


def _energy_prices(data: Mapping[str, Any], lost: list[str]) -> dict[str, float | list[Tier]]:
    structure = list_at(data.get("energyratestructure"), "energyratestructure")
    tiers = [tier for each in structure if isinstance(each, list) for tier in each]
    if any(isinstance(tier, Mapping) and tier.get("sell") for tier in tiers):
        lost.append("sell: what is paid for energy fed back is not planned with.")
    return {
        f"period {at}": price_of(value, f"energyratestructure[{at}]", "kWh", lost)
        for at, value in enumerate(structure)
    }


def _fixed(data: Mapping[str, Any]) -> list[FixedCharge]:
    price = number_at(data.get("fixedchargefirstmeter") or 0, "fixedchargefirstmeter")
    unit = data.get("fixedchargeunits") or "$/month"
    if unit not in FIXED_UNITS:
        raise TariffError(f"fixedchargeunits: {unit!r} is not allowed; expected {', '.join(FIXED_UNITS)}.")
    return [FixedCharge("first meter", price, FIXED_UNITS[unit])] if price else []
