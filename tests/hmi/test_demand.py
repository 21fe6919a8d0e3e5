"""The month's demand so far, from the meters' readings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from devices.reading import Reading
from hmi.demand import demand_kw, grid_with_own_charge, into_interval_ms, peaks_so_far_kw
from hmi.plant import Plant, load_plant
from hmi.plant_limits import PlantLimits
from hmi.store.database import Store, open_store
from hmi.store.readings import insert_readings
from hmi.tariffs import load_tariff
from solver.durations import MINUTE_MS
from solver.tariff import Tariff

GUANGDONG = load_tariff("guangdong-large-industry-2016")
CALIFORNIA = load_tariff("pge-e20-secondary-2014")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "test.db")
    yield opened
    opened.close()


@pytest.fixture
def plant() -> Plant:
    shipped = load_plant(Path(__file__).parents[2] / "resources" / "plants" / "company_x" / "plant.toml")
    return msgspec.structs.replace(shipped, limits=PlantLimits(demand_price_per_kw=32.0))


def at_ms(plant: Plant, day: int, hour: int, minute: int = 0, month: int = 3) -> int:
    return round(datetime(2014, month, day, hour, minute, tzinfo=plant.zone).timestamp() * 1000)


def minutes(store: Store, plant: Plant, from_ms: int, powers: list[float]) -> None:
    main = plant.meter_of(plant.shopfloor)
    assert main is not None
    point = f"{main.id}.power_kw"
    insert_readings(store, [Reading(point, from_ms + i * MINUTE_MS, kw) for i, kw in enumerate(powers)])


def test_the_highest_quarter_of_an_hour_of_this_month_counts(store: Store, plant: Plant) -> None:
    minutes(store, plant, at_ms(plant, 27, 10, month=2), [500.0] * 15)  # the month before
    minutes(store, plant, at_ms(plant, 2, 10), [200.0] * 15 + [260.0] * 15 + [100.0] * 15)
    start_ms = at_ms(plant, 3, 0)
    assert peaks_so_far_kw(store, plant, GUANGDONG, start_ms) == {"": 260.0}


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "Europe/Berlin"])
@pytest.mark.parametrize("length_min", [5, 15, 30, 60])
def test_metering_intervals_begin_by_the_clock_of_the_plant(zone: str, length_min: int) -> None:
    there = ZoneInfo(zone)
    at = datetime(2014, 3, 30, 13, 44, 20, tzinfo=there)  # a day on which clocks go forward
    into = timedelta(
        milliseconds=into_interval_ms(there, round(at.timestamp() * 1000), length_min * MINUTE_MS)
    )
    assert timedelta(0) <= into < timedelta(minutes=length_min)
    assert ((at - into).minute % length_min, (at - into).second) == (0, 0)


def test_a_window_that_lacks_readings_says_nothing(store: Store, plant: Plant) -> None:
    from_ms = at_ms(plant, 2, 10)
    minutes(store, plant, from_ms, [200.0] * 30 + [900.0] * 5)
    means = demand_kw(store, plant, from_ms, from_ms + 45 * MINUTE_MS, 15)
    assert means[:2].tolist() == [200.0, 200.0]
    assert means[2] != means[2]
    assert peaks_so_far_kw(store, plant, GUANGDONG, at_ms(plant, 3, 0)) == {"": 200.0}


def test_a_tariffs_own_charges_look_at_their_own_hours(store: Store, plant: Plant) -> None:
    local = msgspec.structs.replace(
        plant, timezone="America/Los_Angeles", currency="USD", limits=PlantLimits()
    )
    minutes(store, local, at_ms(local, 4, 3), [300.0] * 15)  # a Tuesday, at night
    minutes(store, local, at_ms(local, 4, 13), [120.0] * 15)
    found = peaks_so_far_kw(store, local, CALIFORNIA, at_ms(local, 5, 0))
    assert max(found.values()) == 300.0
    assert min(found.values()) == 120.0
    assert set(found) <= {rate.name for rate in CALIFORNIA.demand}


def test_without_a_price_on_demand_nothing_is_read(store: Store, plant: Plant) -> None:
    free = msgspec.structs.replace(plant, limits=PlantLimits())
    assert isinstance(GUANGDONG, Tariff)
    assert peaks_so_far_kw(store, free, GUANGDONG, at_ms(plant, 3, 0)) == {}


def test_the_plants_own_charge_stands_beside_those_of_the_tariff_with_what_was_reached(
    store: Store, plant: Plant
) -> None:
    minutes(store, plant, at_ms(plant, 2, 10), [260.0] * 15)
    grid = grid_with_own_charge(store, plant, CALIFORNIA, at_ms(plant, 30, 12), 3 * 1440)
    (first, second) = (charge for charge in grid.demand if charge.name == "")
    assert (first.price_per_kw, first.floor_kw, second.floor_kw) == (32.0, 260.0, 0.0)
    assert first.counts.sum() * 15 == 36 * 60  # to the end of the month
    assert not (first.counts & second.counts).any()
    free = msgspec.structs.replace(plant, limits=PlantLimits())
    without = grid_with_own_charge(store, free, GUANGDONG, at_ms(plant, 3, 0), 1440)
    assert without.demand == ()
