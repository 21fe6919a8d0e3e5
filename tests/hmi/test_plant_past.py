"""What was true then: an old day is split and priced by the plant and the tariff that held on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from devices.clock import Clock
from devices.reading import Reading
from hmi.data_folder import database_path
from hmi.day_bands import DayBands
from hmi.energy_report import load_energy
from hmi.energy_uses import summed
from hmi.history_check import examine
from hmi.plant import Plant, load_plant
from hmi.plant_past import PlantPast, note_plant
from hmi.store import audit
from hmi.store.database import Store, StoreError, open_store
from hmi.store.local_days import Day, local_day
from hmi.store.readings import insert_readings
from hmi.store.sealing import seal_some
from hmi.store.totals import day_totals
from hmi.tariffs import load_calendar
from resources.locate import resource
from solver.durations import DAY_MS, HOUR_MS

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = local_day(1_457_935_200_000, ZONE)
OLD, NEW = load_calendar("guangdong-large-industry-2016"), load_calendar("jiangxi-2025")
POINT = "mill_23.energy_kwh"


def at(t_ms: int) -> Clock:
    return Clock(origin_plant_ms=t_ms, origin_wall_ms=Clock().wall_ms(), speed=1e-9)


@pytest.fixture
def plant() -> Plant:
    return load_plant(resource("plants/company_x/plant.toml"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(database_path(tmp_path))) as opened:
        yield opened


def day(number: int) -> Day:
    return local_day(FIRST.from_ms + number * DAY_MS, ZONE)


def past_of(store: Store, plant: Plant) -> PlantPast:
    past = PlantPast(plant, NEW)
    past.refresh(store)
    return past


def read(store: Store, number: int, meter: str = "mill_23", kw: float = 48.0) -> None:
    times = range(day(number).from_ms, day(number).to_ms + 1, 600_000)
    readings = [
        Reading(f"{meter}.energy_kwh", t_ms, kw * (t_ms - FIRST.from_ms + 30 * DAY_MS) / HOUR_MS)
        for t_ms in times
    ]
    insert_readings(store, readings)


def test_what_held_before_anything_was_noted_is_the_present_plant(store: Store, plant: Plant) -> None:
    past = past_of(store, plant)
    assert past.at(0).plant == plant
    assert list(past(day(0))) == list(DayBands(NEW, ZONE)(day(0)))


def test_a_plant_is_noted_once_and_a_change_is_in_the_audit(store: Store, plant: Plant) -> None:
    other = msgspec.structs.replace(plant, supply_kw=777.0)
    noted = [
        note_plant(store, each, OLD, at(day(number).from_ms))
        for number, each in enumerate([plant, plant, other, other, plant])
    ]
    assert noted == [True, False, True, False, True]
    past = past_of(store, plant)
    assert [past.at(day(n).from_ms).plant.supply_kw for n in (-9, 1, 2, 3, 4)] == [
        plant.supply_kw,
        plant.supply_kw,
        777.0,
        777.0,
        plant.supply_kw,
    ]
    entries = audit.entries(store)
    assert [(entry.action, entry.after[:9]) for entry in entries] == [
        ("note_plant", "version 3"),
        ("note_plant", "version 2"),
    ]


def test_a_day_sealed_again_keeps_the_bands_of_its_time(store: Store, plant: Plant) -> None:
    note_plant(store, plant, OLD, at(day(0).from_ms))
    note_plant(store, plant, NEW, at(day(2).from_ms))
    for number in range(4):
        read(store, number)
    past = past_of(store, plant)
    while seal_some(store, ZONE, past, day(9).from_ms, most=9):
        pass
    insert_readings(store, [Reading(POINT, day(0).from_ms + 61_000, 48.0 * (30 * 24 + 61 / 3600))])
    while seal_some(store, ZONE, past, day(9).from_ms, most=9):
        pass
    found = day_totals(store, [POINT], day(0).from_ms, day(3).to_ms, ZONE, past)
    bands = [{each.total.band for each in found if each.from_ms == day(n).from_ms} for n in range(4)]
    old, new = ({span.band for span in DayBands(tariff, ZONE)(day(0))} for tariff in (OLD, NEW))
    assert bands == [old, old, new, new]


def test_a_day_on_which_the_tariff_changed_is_split_there(store: Store, plant: Plant) -> None:
    note_plant(store, plant, OLD, at(day(0).from_ms))
    note_plant(store, plant, NEW, at(day(1).from_ms + 10 * HOUR_MS + 30_000))
    spans = past_of(store, plant)(day(1))
    cut_ms = day(1).from_ms + 10 * HOUR_MS
    before, after = DayBands(OLD, ZONE)(day(1)), DayBands(NEW, ZONE)(day(1))
    assert [span for span in spans if span.from_ms < cut_ms] == [
        span._replace(to_ms=min(span.to_ms, cut_ms)) for span in before if span.from_ms < cut_ms
    ]
    assert [span for span in spans if span.from_ms >= cut_ms] == [
        span._replace(from_ms=max(span.from_ms, cut_ms)) for span in after if span.to_ms > cut_ms
    ]


def test_energy_is_priced_by_the_tariff_and_counted_by_the_meter_of_its_day(
    store: Store, plant: Plant
) -> None:
    meters = [
        msgspec.structs.replace(each, id="new_meter") if each.measures == "mill_23" else each
        for each in plant.meters
    ]
    note_plant(store, plant, OLD, at(day(0).from_ms))
    other = msgspec.structs.replace(plant, meters=meters)
    note_plant(store, other, NEW, at(day(1).from_ms))
    old_meter = plant.meter_of("mill_23")
    assert old_meter is not None
    read(store, 0, old_meter.id, 48.0)
    read(store, 1, "new_meter", 24.0)
    days = [day(0), day(1)]
    report = load_energy(store, other, days, day(2).from_ms, PlantPast(other, NEW))
    uses = [[use for use in report.uses_of("mill_23") if use.period_ms == each.from_ms] for each in days]
    assert [summed(each).energy_kwh for each in uses] == pytest.approx([48.0 * 24, 24.0 * 24])
    for each, tariff, when, kw in zip(uses, (OLD, NEW), days, (48.0, 24.0), strict=True):
        alone = PlantPast(plant, tariff)
        hours = {
            band: sum(span.to_ms - span.from_ms for span in alone(when) if span.band == band) / HOUR_MS
            for band in alone.prices(when)
        }
        cost = sum(kw * hours[band] * price for band, price in alone.prices(when).items())
        assert summed(each).cost == pytest.approx(cost)


def test_a_machine_that_left_the_plant_is_in_the_report_of_its_time(store: Store, plant: Plant) -> None:
    note_plant(store, plant, OLD, at(day(0).from_ms))
    left = msgspec.structs.replace(
        plant,
        machines=[each for each in plant.machines if each.id != "mill_23"],
        meters=[each for each in plant.meters if each.measures != "mill_23"],
        plc=None,
    )
    note_plant(store, left, OLD, at(day(1).from_ms))
    old_meter = plant.meter_of("mill_23")
    assert old_meter is not None
    read(store, 0, old_meter.id)
    past = PlantPast(left, OLD)
    then = load_energy(store, left, [day(0)], day(2).from_ms, past)
    now = load_energy(store, left, [day(1)], day(2).from_ms, past)
    assert summed(then.uses_of("mill_23")).energy_kwh == pytest.approx(48.0 * 24)
    assert not now.uses_of("mill_23")


def test_what_was_noted_by_a_clock_that_was_ahead_does_not_rule_later(store: Store, plant: Plant) -> None:
    wrong = msgspec.structs.replace(plant, supply_kw=1.0)
    note_plant(store, plant, OLD, at(day(0).from_ms))
    note_plant(store, wrong, OLD, at(day(365).from_ms))
    note_plant(store, plant, OLD, at(day(1).from_ms))
    past = past_of(store, plant)
    assert {past.at(day(n).from_ms).plant.supply_kw for n in (0, 1, 366, 999)} == {plant.supply_kw}


def test_a_version_that_was_changed_is_found_by_the_check_and_said_where_it_is_needed(
    store: Store, plant: Plant
) -> None:
    note_plant(store, plant, OLD, at(day(0).from_ms))
    assert all(finding.whole for finding in examine(store))
    store.rows("UPDATE plant_versions SET plant = replace(plant, 'Asia/Shanghai', 'Asia/Tokyo')")
    (finding,) = (finding for finding in examine(store) if not finding.whole)
    assert (finding.subject, "version 1 (its digest is another)" in finding.sentence) == ("plants", True)
    store.rows("UPDATE plant_versions SET plant = '{'")
    with pytest.raises(StoreError, match="version 1 of the plant cannot be read"):
        past_of(store, plant)
