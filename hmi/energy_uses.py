"""What each subject used in each band: by local day, and of a long time by month, from the stored totals."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hmi.plant import MeterSpec, Plant
from hmi.plant_energy import carbon_factor
from hmi.plant_past import PlantPast
from hmi.store.database import Store
from hmi.store.local_days import Day, local_date, local_days, local_month_ms
from hmi.store.readings import points
from hmi.store.totals import day_totals, month_energies

MOST_SINGLE_DAYS = 92  # nobody tells more columns apart
SAME_PRICE = 1e-9  # means of as many equal prices differ in their last digit
Energies = Mapping[tuple[str, int, str], tuple[float, float]]  # by point, period and band: kWh, covered ms


class Use(NamedTuple):
    """What a machine or the shop-floor used in one band of one period.

    `cost` is NaN without a price, `carbon_kg` without a factor.
    """

    subject: str
    period_ms: int  # when its local day or month began, or the stretch's part of it
    band: str
    energy_kwh: float
    cost: float
    covered_ms: float  # of `span_ms`, what the readings speak for
    span_ms: int  # the band's time in this period, up to now
    carbon_kg: float = math.nan


class Sum(NamedTuple):
    """Several uses together, and the share 0..1 of the time that the sum rests on."""

    energy_kwh: float
    cost: float
    coverage: float
    carbon_kg: float = math.nan


def summed(uses: Iterable[Use]) -> Sum:
    """The sum of uses; money and carbon are NaN as soon as a part of the energy has no price or no factor."""
    energy = cost = carbon = covered = span = 0.0
    for use in uses:
        energy += use.energy_kwh
        cost += use.cost if use.energy_kwh else 0.0
        carbon += use.carbon_kg if use.energy_kwh else 0.0
        covered += use.covered_ms
        span += use.span_ms
    return Sum(energy, cost, covered / span if span else 0.0, carbon)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every step needs; `plants` are the present one and those that held in this time."""

    store: Store
    plants: Sequence[Plant]
    known: Sequence[str]  # the points that have readings
    to_ms: int
    past: PlantPast

    @property
    def zone(self) -> ZoneInfo:
        return self.plants[0].zone

    @property
    def wanted(self) -> list[str]:
        return sorted({point for plant in self.plants for point in _counted(plant, self.known).values()})

    def kg_per_kwh(self, t_ms: int) -> float:
        return carbon_then(self.plants[0], t_ms)

    def counted_in(self, period: Day) -> dict[str, str]:
        """The point of each subject: of the present plant, and of the one at the period's end."""
        then_ms = min(period.to_ms, self.to_ms) - 1
        return counted_then(self.plants[0], self.past, self.known, then_ms)


def periods_of(days: Sequence[Day], zone: ZoneInfo) -> list[Day]:
    """The days themselves; of a long time its local months, the first and last as far as they are in it."""
    if len(days) <= MOST_SINGLE_DAYS:
        return list(days)
    months: dict[int, list[Day]] = {}
    for day in days:
        months.setdefault(local_month_ms(day.from_ms, zone), []).append(day)
    return [Day(each[0].from_ms, each[-1].to_ms) for each in months.values()]


def uses_of_periods(
    store: Store, plants: Sequence[Plant], periods: Sequence[Day], to_ms: int, past: PlantPast
) -> list[Use]:
    """The uses of periods in order; a month at one price a band comes from its stored total.

    `plants`: the present one, whose day begins and ends here, and those that held in these periods.
    """
    asked = _Asked(store, plants, points(store), to_ms, past)
    past.read_ahead(local_days(periods[0].from_ms, periods[-1].to_ms, asked.zone))
    months = _month_uses(asked, periods)
    uses: list[Use] = []
    for are_months, each in groupby(periods, key=months.__contains__):
        if are_months:
            uses += [use for period in each for use in months[period]]
        else:
            uses += _day_uses(asked, list(each))
    return uses


def _month_uses(asked: _Asked, periods: Sequence[Day]) -> dict[Day, list[Use]]:
    """The uses of the whole months that have one price a band throughout."""
    prices = {period: _steady_prices(asked, period) for period in periods if _is_whole_month(asked, period)}
    steady = {period: price for period, price in prices.items() if price is not None}
    if not steady:
        return {}
    from_ms, to_ms = min(steady).from_ms, max(steady).to_ms
    found = {
        (each.point, each.month_ms, each.band): (each.energy_kwh, each.covered_ms)
        for each in month_energies(asked.store, asked.wanted, from_ms, to_ms, asked.zone, asked.past)
    }
    uncertain = {month_ms for (_, month_ms, _), (kwh, _) in found.items() if math.isnan(kwh)}
    return {
        period: _priced(asked, found, period, price)
        for period, price in steady.items()
        if period.from_ms not in uncertain  # a day of it counts nothing: the others do
    }


def _is_whole_month(asked: _Asked, period: Day) -> bool:
    edges = [local_month_ms(t_ms, asked.zone) for t_ms in period]
    is_past = period.to_ms <= asked.to_ms
    stated, held = asked.plants[0].carbon_kg_per_kwh, asked.past.between(*period)
    first, last = (
        carbon_factor(stated, local_date(t_ms, asked.zone)) for t_ms in (period.from_ms, period.to_ms - 1)
    )
    return is_past and tuple(edges) == period and len(held) == 1 and first == last


def _steady_prices(asked: _Asked, period: Day) -> dict[str, float] | None:
    """The price of each band, if it is the same on all days of a period."""
    steady: dict[str, float] = {}
    for day in local_days(*period, asked.zone):
        for band, price in asked.past.prices(day).items():
            if not math.isclose(steady.setdefault(band, price), price, rel_tol=SAME_PRICE):
                return None
    return steady


def _day_uses(asked: _Asked, periods: Sequence[Day]) -> list[Use]:
    """The uses of neighbouring periods from the totals of their days."""
    stretch = periods[0].from_ms, periods[-1].to_ms
    found = {
        (each.point, each.from_ms, each.total.band): (each.total.energy_kwh, each.total.covered_ms)
        for each in day_totals(asked.store, asked.wanted, *stretch, asked.zone, asked.past)
    }
    uses: list[Use] = []
    for period in periods:
        days = local_days(*period, asked.zone)
        of_days = [use for day in days for use in _priced(asked, found, day, asked.past.prices(day))]
        uses += of_days if len(days) == 1 else _together(of_days, period)
    return uses


def _priced(asked: _Asked, found: Energies, period: Day, prices: Mapping[str, float]) -> list[Use]:
    spans, factor = _spans(asked, period), asked.kg_per_kwh(period.from_ms)
    uses = []
    for subject, point in asked.counted_in(period).items():
        for band, span_ms in spans.items():
            kwh, covered_ms = found.get((point, period.from_ms, band), (0.0, 0.0))
            kwh = kwh if math.isfinite(kwh) else 0.0
            cost = kwh * prices.get(band, math.nan)
            covered_ms, carbon_kg = min(covered_ms, span_ms), kwh * factor
            uses.append(Use(subject, period.from_ms, band, kwh, cost, covered_ms, span_ms, carbon_kg))
    return uses


def _together(of_days: Iterable[Use], period: Day) -> list[Use]:
    """The uses of a period's days as one for each subject and band."""
    found: dict[tuple[str, str], list[Use]] = {}
    for use in of_days:
        found.setdefault((use.subject, use.band), []).append(use)
    return [
        Use(subject, period.from_ms, band, one.energy_kwh, one.cost, covered, span, one.carbon_kg)
        for (subject, band), uses in found.items()
        for one in [summed(uses)]
        for covered, span in [(sum(use.covered_ms for use in uses), sum(use.span_ms for use in uses))]
    ]


def carbon_then(plant: Plant, t_ms: int) -> float:
    """What a kWh emits at a time, in kg; NaN without a factor."""
    factor = carbon_factor(plant.carbon_kg_per_kwh, local_date(t_ms, plant.zone))
    return math.nan if factor is None else factor


def counted_then(plant: Plant, past: PlantPast, known: Sequence[str], t_ms: int) -> dict[str, str]:
    """The point that counts each subject's energy, of the present plant and of the one at a time."""
    return _counted(plant, known) | _counted(past.at(t_ms).plant, known)


def _counted(plant: Plant, known: Sequence[str]) -> dict[str, str]:
    """The point that counts each subject's energy: the meter's counter, or its power where it has none."""
    subjects = [plant.shopfloor, *(machine.id for machine in plant.machines)]
    meters = {subject: meter for subject in subjects if (meter := plant.meter_of(subject)) is not None}
    return {subject: _point(meter, known) for subject, meter in meters.items()}


def _point(meter: MeterSpec, known: Sequence[str]) -> str:
    power, counter = f"{meter.id}.power_kw", f"{meter.id}.energy_kwh"
    return power if power in known and counter not in known else counter


def _spans(asked: _Asked, period: Day) -> dict[str, int]:
    """How long each band lasts in a period, up to now; bands that have not begun are left out."""
    spans: dict[str, int] = {}
    for day in local_days(*period, asked.zone):
        for span in asked.past(day):
            if span.from_ms < asked.to_ms:
                lasts_ms = min(span.to_ms, asked.to_ms) - span.from_ms
                spans[span.band] = spans.get(span.band, 0) + lasts_ms
    return spans
