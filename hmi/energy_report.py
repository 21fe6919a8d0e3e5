"""What plant and machines used over local days: kWh and money by band, hours by state, batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Flag, auto

from hmi.day_bands import WITHOUT_BAND
from hmi.energy_products import Product, products_of
from hmi.energy_savings import VerifiedPlan, load_savings
from hmi.energy_shifts import MOST_SHIFT_DAYS, shift_uses
from hmi.energy_units import UnitUse, ended_batches, load_units
from hmi.energy_uses import Use, periods_of, uses_of_periods
from hmi.energy_year import YearPair, load_year
from hmi.plant import Plant
from hmi.plant_past import PlantPast
from hmi.store.database import Store
from hmi.store.local_days import Day
from hmi.store.records import MachineState, StateSpan
from hmi.store.status import cycles, state_spans
from solver.durations import HOUR_MS

ON = (MachineState.RUNNING, MachineState.IDLING)
OFF = (MachineState.STANDBY, MachineState.SHUTDOWN)


class More(Flag):
    """What a report holds beside its uses, read only where it is looked at."""

    NOTHING = 0
    SHIFTS = auto()  # and teams
    YEARS = auto()
    UNITS = auto()
    SAVINGS = auto()


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
    periods: tuple[Day, ...]  # what the uses are of: the days, or of a long time the months
    to_ms: int  # the end of the last day, or now within it
    bands: tuple[str, ...]
    whole: str
    uses: tuple[Use, ...]
    behaviours: tuple[Behaviour, ...]
    products: tuple[Product, ...] = ()
    more: More = More.NOTHING  # what of the rest was read
    shifts: Mapping[str, Sequence[Use]] | None = None  # by when they begin; None of too many days
    teams: Mapping[str, Sequence[Use]] | None = None  # likewise; "" is shifts of which no team is known
    years: Sequence[YearPair] = ()
    units: Sequence[UnitUse] = ()
    savings: Sequence[VerifiedPlan] = ()

    @property
    def by_month(self) -> bool:
        """Whether the uses are of months."""
        return self.periods != self.days

    def uses_of(self, subject: str) -> list[Use]:
        """The uses of one subject; those of all machines for a plant without a main meter ("")."""
        return of_subject(self.uses, subject)


def of_subject(uses: Iterable[Use], subject: str) -> list[Use]:
    """Those of some uses that are of a subject; all of them for ""."""
    return [use for use in uses if subject in ("", use.subject)]


def load_energy(
    store: Store,
    plant: Plant,
    days: Sequence[Day],
    now_ms: int,
    past: PlantPast,
    more: More = More.NOTHING,
) -> EnergyReport:
    """Reads the store's totals by the plant and the tariff that held on each day; of a long time by months.

    A band with several prices in one day is priced at their mean; a machine that has left the plant since is
    there where it was one. Shifts come only if the days are not too many for that.
    """
    to_ms = min(days[-1].to_ms, now_ms)
    with store.snapshot():
        past.refresh(store)
        plants = [plant, *(held.plant for held in past.between(days[0].from_ms, to_ms))]
        machines = dict.fromkeys(machine.id for each in plants for machine in each.machines)
        periods = periods_of(days, plant.zone)
        uses = uses_of_periods(store, plants, periods, to_ms, past)
        behaviours = tuple(behaviour(store, machine, days[0].from_ms, to_ms) for machine in machines)
        ended = {machine: ended_batches(store, machine, days[0].from_ms, to_ms) for machine in machines}
        products = products_of(plant, ended.values(), past)
        wants_shifts = More.SHIFTS in more and len(days) <= MOST_SHIFT_DAYS
        shifts = shift_uses(store, plant, days, to_ms, past) if wants_shifts else None
        years = load_year(store, plant, days, now_ms, past) if More.YEARS in more else ()
        units = load_units(store, plant, ended) if More.UNITS in more else ()
        savings = load_savings(store, days[0].from_ms, to_ms) if More.SAVINGS in more else ()
    names = _in_order(use.band for use in uses)
    whole = plant.shopfloor if plant.meter_of(plant.shopfloor) is not None else ""
    return EnergyReport(
        tuple(days),
        tuple(periods),
        to_ms,
        names,
        whole,
        tuple(uses),
        behaviours,
        tuple(products),
        more,
        None if shifts is None else shifts.by_shift,
        None if shifts is None else shifts.by_team,
        years,
        units,
        savings,
    )


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


def _in_order(bands: Iterable[str]) -> tuple[str, ...]:
    """The dearest first, as a tariff's bands are usually named; names of its own behind them."""
    usual = ("sharp", "peak", "flat", "valley", "deep")
    found = dict.fromkeys(bands)
    return (*(band for band in usual if band in found), *(band for band in found if band not in usual))


def is_priced(band: str) -> bool:
    """Whether a band is one of the tariff's."""
    return band != WITHOUT_BAND
