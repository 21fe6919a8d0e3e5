from __future__ import annotations

import math
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.reading import Reading
from hmi.data_folder import database_path
from hmi.energy_report import behaviour, load_energy, state_hours, switchings
from hmi.energy_uses import summed
from hmi.plant import Plant, load_plant
from hmi.plant_past import PlantPast
from hmi.store.database import Store, open_store
from hmi.store.local_days import local_day, local_days
from hmi.store.readings import energy_between, insert_readings
from hmi.store.records import Cycle, MachineState, StateSpan
from hmi.store.status import save_cycle, save_state_spans
from hmi.tariffs import load_calendar
from resources.locate import resource
from solver.durations import HOUR_MS, MINUTE_MS

ZONE = ZoneInfo("Asia/Shanghai")
DAY = local_day(1_457_935_200_000, ZONE)  # 14 March 2016


@pytest.fixture
def plant() -> Plant:
    return load_plant(resource("plants/company_x/plant.toml"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(database_path(tmp_path))
    yield opened
    opened.close()


def count(store: Store, meter: str, from_h: float, to_h: float, kw: float) -> None:
    """Readings of a counter each minute of a part of the day."""
    minutes = range(round(from_h * 60), round(to_h * 60) + 1)
    insert_readings(
        store,
        [
            Reading(f"{meter}.energy_kwh", DAY.from_ms + minute * MINUTE_MS, 1000 + kw * minute / 60)
            for minute in minutes
        ],
    )


def report(store: Store, plant: Plant, now_ms: int):
    days = local_days(DAY.from_ms, DAY.to_ms, plant.zone)
    return load_energy(store, plant, days, now_ms, PlantPast(plant, load_calendar(plant.tariff)))


def test_energy_is_split_by_band_and_priced_in_each(store: Store, plant: Plant) -> None:
    count(store, "mill_23", 0, 24, 48.0)
    uses = report(store, plant, DAY.to_ms).uses_of("mill_23")
    assert summed(uses).energy_kwh == pytest.approx(48.0 * 24)
    assert summed(uses).coverage == pytest.approx(1.0)
    prices = {use.band: use.cost / use.energy_kwh for use in uses}
    assert prices["peak"] > prices["flat"] > prices["valley"]
    assert {use.band: use.energy_kwh for use in uses} == pytest.approx(
        {use.band: 48.0 * use.span_ms / HOUR_MS for use in uses}
    )


def test_a_day_s_bands_come_to_what_the_counter_says_of_the_whole(store: Store, plant: Plant) -> None:
    count(store, "mill_23", 3, 20, 31.0)
    whole = energy_between(store, "mill_23.energy_kwh", DAY.from_ms, DAY.to_ms)
    one = summed(report(store, plant, DAY.to_ms).uses_of("mill_23"))
    assert one.energy_kwh == pytest.approx(whole.kwh)
    assert one.coverage == pytest.approx(whole.coverage) == pytest.approx(17 / 24)


def test_today_counts_only_up_to_now(store: Store, plant: Plant) -> None:
    count(store, "mill_23", 0, 9, 48.0)
    one = summed(report(store, plant, DAY.from_ms + 9 * HOUR_MS).uses_of("mill_23"))
    assert one.energy_kwh == pytest.approx(48.0 * 9)
    assert one.coverage == pytest.approx(1.0)


def test_a_machine_that_was_not_read_has_no_covered_time(store: Store, plant: Plant) -> None:
    assert summed(report(store, plant, DAY.to_ms).uses_of("mill_24")).coverage == 0.0


def test_energy_without_a_price_leaves_the_sum_without_one(store: Store, plant: Plant) -> None:
    count(store, "mill_23", 0, 24, 48.0)
    uses = report(store, plant, DAY.to_ms).uses_of("mill_23")
    assert math.isnan(summed([*uses[:-1], uses[-1]._replace(cost=math.nan)]).cost)


def test_batches_count_when_they_ended_complete(store: Store) -> None:
    begun = DAY.from_ms + HOUR_MS
    save_cycle(store, Cycle("mill_23", begun, begun + 5 * HOUR_MS, 300, 0, 240.0, complete=True))
    save_cycle(store, Cycle("mill_23", begun + 6 * HOUR_MS, begun + 7 * HOUR_MS, 60, 0, 9.0, complete=False))
    found = behaviour(store, "mill_23", DAY.from_ms, DAY.to_ms)
    assert (found.batches, found.batches_kwh) == (1, 240.0)


def test_a_gap_in_the_data_is_no_stop(store: Store) -> None:
    states = [MachineState.STANDBY, MachineState.RUNNING, MachineState.NO_DATA, MachineState.RUNNING]
    states += [MachineState.IDLING, MachineState.SHUTDOWN]
    spans = [
        StateSpan("mill_23", DAY.from_ms + hour * HOUR_MS, DAY.from_ms + (hour + 1) * HOUR_MS, state)
        for hour, state in enumerate(states)
    ]
    save_state_spans(store, spans)
    found = behaviour(store, "mill_23", DAY.from_ms, DAY.to_ms)
    assert (found.starts, found.stops) == (1, 1)
    assert found.hours[MachineState.RUNNING] == 2.0
    assert found.hours[MachineState.NO_DATA] == 19.0  # an hour that says so, and 18 of which nothing is known


def test_what_changed_before_the_first_day_is_no_start_of_it() -> None:
    spans = [
        StateSpan("m", 0, 10, MachineState.STANDBY),
        StateSpan("m", 10, 90, MachineState.RUNNING),
        StateSpan("m", 90, None, MachineState.STANDBY),
    ]
    assert switchings(spans, 50) == (0, 1)


@given(
    st.lists(st.tuples(st.integers(1, 9 * HOUR_MS), st.sampled_from(list(MachineState))), max_size=12),
    st.integers(0, 30 * HOUR_MS),
    st.integers(1, 40 * HOUR_MS),
)
def test_the_hours_of_all_states_make_the_whole_time(
    steps: list[tuple[int, MachineState]], from_ms: int, length_ms: int
) -> None:
    spans, at = [], 0
    for long_ms, state in steps:
        spans.append(StateSpan("m", at, at + long_ms, state))
        at += long_ms
    hours = state_hours(spans, from_ms, from_ms + length_ms)
    assert sum(hours.values()) == pytest.approx(length_ms / HOUR_MS)
    assert min(hours.values()) >= 0
