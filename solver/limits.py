"""What couples the machines of a problem: demand, supply, people, buffers, starts, distance and carbon."""

from __future__ import annotations

from typing import Annotated

import msgspec

from solver.units import Amount, Minutes, People, PositiveMinutes, PowerKw, Price, TimeOfDay


class CrewShift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From this local time of day on, so many people can charge and discharge; 0 in rest hours."""

    at: TimeOfDay
    people: People


class NightWork(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Work between these local times of day costs so much more, per person and hour."""

    begins: TimeOfDay
    ends: TimeOfDay
    price_per_hour: Price = 0.0


class Crew(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who charges a machine, in the minutes before a batch starts, and discharges it after its end."""

    shifts: Annotated[list[CrewShift], msgspec.Meta(min_length=1)]
    weekend_shifts: list[CrewShift] = []  # Saturday and Sunday, where they differ
    charge_min: Minutes = 0
    charge_people: People = 1
    discharge_min: Minutes = 0
    discharge_people: People = 1
    night: NightWork | None = None


class Buffer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What lies between two shop-floors; on each full minute its level is from 0 to its capacity."""

    id: str
    filled_by: list[str] = []  # machines
    emptied_by: list[str] = []
    start_level: Amount = 0.0
    capacity: Amount | None = None
    drain_per_hour: Amount = 0.0  # what leaves it steadily, whatever the machines do


class StartRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most so many machines start, or go on after a pause, within any so many minutes (inrush)."""

    most: PositiveMinutes
    within_min: PositiveMinutes = 1


class Distance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a plan may depart from the one in force, for the batches that have a `now_min`."""

    most_min: Minutes | None = None  # no start moves further
    most_batches: Minutes | None = None  # no more batches than that start elsewhere or pause
    price_per_hour: Price = 0.0  # for each hour that a start moves


class Carbon(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a kWh emits, per interval from the problem's start on, and the price at which that counts."""

    kg_per_kwh: Annotated[list[float], msgspec.Meta(min_length=1)]
    interval_min: PositiveMinutes = 60
    price_per_kg: Price = 0.0


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What couples the machines."""

    interval_min: PositiveMinutes = 15
    demand_price_per_kw: Price = 0.0
    peak_so_far_kw: PowerKw = 0.0
    peaks_so_far_kw: dict[str, PowerKw] = {}  # of the tariff's demand charges, by name, where they differ
    interval_energy_kwh: Amount | None = None  # hard, of all machines together
    supply_kw: PowerKw | None = None  # hard, in every minute
    supply_kva: PowerKw | None = None
    power_factor: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0  # with which supply_kva becomes kW
    crew: Crew | None = None
    buffers: list[Buffer] = []
    starts: StartRule | None = None
    distance: Distance | None = None
    carbon: Carbon | None = None


def supply_limit_kw(limits: Limits) -> float | None:
    """What the supply can carry in any minute, None where nothing is said."""
    given = [limits.supply_kw] if limits.supply_kw is not None else []
    given += [limits.supply_kva * limits.power_factor] if limits.supply_kva is not None else []
    return min(given) if given else None
