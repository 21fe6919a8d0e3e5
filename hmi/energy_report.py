"""What plant and machines used over local days: kWh and money by band, hours by state, batches."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hmi.day_bands import WITHOUT_BAND
from hmi.plant import MeterSpec, Plant
from hmi.plant_past import PlantPast
from hmi.store.database import Store
from hmi.store.local_days import Day
from hmi.store.readings import points
from hmi.store.records import MachineState, StateSpan
from hmi.store.status import cycles, state_spans
from hmi.store.totals import day_totals

ON = (MachineState.RUNNING, MachineState.IDLING)
OFF = (MachineState.STANDBY, MachineState.SHUTDOWN)
HOUR_MS = 3_600_000


class Use(NamedTuple):
    """What a machine or the shop-floor used in one band of one local day; `cost` is NaN without a price."""

    subject: str
    day_ms: int
    band: str
    energy_kwh: float
    cost: float
    covered_ms: float  # of `span_ms`, what the readings speak for
    span_ms: int  # the band's time in this day, up to now


class Sum(NamedTuple):
    """Several uses together, and the share 0..1 of the time that the sum rests on."""

    energy_kwh: float
    cost: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a machine did: hours by state, switchings between on and off, complete batches and their kWh."""

    machine: str
    hours: dict[MachineState, float]
    starts: int
    stops: int
    batches: int
    batches_kwh: float


@dataclass(frozen=True, slots=True)
class EnergyReport:
    """The whole of a stretch of local days; `whole` is the subject that stands for the plant."""

    days: tuple[Day, ...]
    to_ms: int  # the end of the last day, or now within it
    bands: tuple[str, ...]
    whole: str
    uses: tuple[Use, ...]
    behaviours: tuple[Behaviour, ...]

    def uses_of(self, subject: str) -> list[Use]:
        """The uses of one subject; those of all machines for a plant without a main meter ("")."""
        return [use for use in self.uses if subject in ("", use.subject)]


def summed(uses: Iterable[Use]) -> Sum:
    """The sum of uses; money is NaN as soon as a part of the energy has no price."""
    energy = cost = covered = span = 0.0
    for use in uses:
        energy += use.energy_kwh
        cost += use.cost if use.energy_kwh else 0.0
        covered += use.covered_ms
        span += use.span_ms
    return Sum(energy, cost, covered / span if span else 0.0)


def load_energy(
    store: Store, plant: Plant, days: Sequence[Day], now_ms: int, past: PlantPast
) -> EnergyReport:
    """Reads the store's totals by the plant and the tariff that held on each day.

    A band with several prices in one day is priced at their mean; a machine that has left the plant since is
    there where it was one.
    """
    to_ms = min(days[-1].to_ms, now_ms)
    with store.snapshot():
        past.refresh(store)
        plants = [plant, *(held.plant for held in past.between(days[0].from_ms, to_ms))]
        machines = dict.fromkeys(machine.id for each in plants for machine in each.machines)
        uses = _uses(store, plants, days, to_ms, past)
        behaviours = tuple(behaviour(store, machine, days[0].from_ms, to_ms) for machine in machines)
    names = _in_order(use.band for use in uses)
    whole = plant.shopfloor if plant.meter_of(plant.shopfloor) is not None else ""
    return EnergyReport(tuple(days), to_ms, names, whole, tuple(uses), behaviours)


def behaviour(store: Store, machine: str, from_ms: int, to_ms: int) -> Behaviour:
    """What a machine did between two times."""
    spans = state_spans(store, machine, from_ms, to_ms)
    starts, stops = switchings(spans, from_ms)
    ended = [
        cycle for cycle in cycles(store, machine, from_ms, to_ms) if cycle.complete and cycle.end_ms <= to_ms
    ]
    hours = state_hours(spans, from_ms, to_ms)
    return Behaviour(machine, hours, starts, stops, len(ended), sum(cycle.energy_kwh for cycle in ended))


def state_hours(spans: Sequence[StateSpan], from_ms: int, to_ms: int) -> dict[MachineState, float]:
    """Hours in each state between two times; what no span covers counts as without data."""
    hours = dict.fromkeys(MachineState, 0.0)
    for span in spans:
        end_ms = to_ms if span.end_ms is None else min(span.end_ms, to_ms)
        hours[span.state] += max(0, end_ms - max(span.start_ms, from_ms)) / HOUR_MS
    known = sum(hours.values())
    hours[MachineState.NO_DATA] += max(0.0, (to_ms - from_ms) / HOUR_MS - known)
    return hours


def switchings(spans: Sequence[StateSpan], from_ms: int) -> tuple[int, int]:
    """How often it went from off to on, and from on to off, since a time; gaps in the data switch nothing."""
    starts = stops = 0
    was: bool | None = None
    for span in spans:
        if span.state is MachineState.NO_DATA:
            continue
        now = span.state in ON
        if was is not None and now != was and span.start_ms >= from_ms:
            starts, stops = (starts + 1, stops) if now else (starts, stops + 1)
        was = now
    return starts, stops


def _uses(
    store: Store, plants: Sequence[Plant], days: Sequence[Day], to_ms: int, past: PlantPast
) -> list[Use]:
    """`plants`: the present one, whose day begins and ends here, and those that held in these days."""
    known = points(store)
    wanted = {point for plant in plants for point in _counted(plant, known).values()}
    totals = {
        (total.point, total.from_ms, total.total.band): total.total
        for total in day_totals(store, sorted(wanted), days[0].from_ms, days[-1].to_ms, plants[0].zone, past)
    }
    uses = []
    for day in days:
        spans, prices = _spans(past, day, to_ms), past.prices(day)
        counted = _counted(plants[0], known) | _counted(past.at(min(day.to_ms, to_ms) - 1).plant, known)
        for subject, point in counted.items():
            for band, span_ms in spans.items():
                total = totals.get((point, day.from_ms, band))
                kwh = total.energy_kwh if total is not None and math.isfinite(total.energy_kwh) else 0.0
                covered = total.covered_ms if total is not None else 0.0
                price = prices.get(band, math.nan)
                uses.append(Use(subject, day.from_ms, band, kwh, kwh * price, min(covered, span_ms), span_ms))
    return uses


def _counted(plant: Plant, known: Sequence[str]) -> dict[str, str]:
    """The point that counts each subject's energy: the meter's counter, or its power where it has none."""
    subjects = [plant.shopfloor, *(machine.id for machine in plant.machines)]
    meters = {subject: meter for subject in subjects if (meter := plant.meter_of(subject)) is not None}
    return {subject: _point(meter, known) for subject, meter in meters.items()}


def _point(meter: MeterSpec, known: Sequence[str]) -> str:
    power, counter = f"{meter.id}.power_kw", f"{meter.id}.energy_kwh"
    return power if power in known and counter not in known else counter


def _spans(bands: PlantPast, day: Day, to_ms: int) -> dict[str, int]:
    """How long each band lasts in a day, up to a time; bands that have not begun are left out."""
    spans: dict[str, int] = {}
    for span in bands(day):
        if span.from_ms < to_ms:
            spans[span.band] = spans.get(span.band, 0) + min(span.to_ms, to_ms) - span.from_ms
    return spans


def _in_order(bands: Iterable[str]) -> tuple[str, ...]:
    """The dearest first, as a tariff's bands are usually named; names of its own behind them."""
    usual = ("sharp", "peak", "flat", "valley", "deep")
    found = dict.fromkeys(bands)
    return (*(band for band in usual if band in found), *(band for band in found if band not in usual))


def is_priced(band: str) -> bool:
    """Whether a band is one of the tariff's."""
    return band != WITHOUT_BAND
