from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest
import tomli_w

from devices.datafile import DataFileError
from devices.simulator.scenario import Scenario, load_scenario, on_day, scenario_batches, with_baud
from hmi.plant import load_plant

COMPANY_X = Path(__file__).parents[3] / "resources" / "plants" / "company_x"
PEAKS_MIN = ((540, 720), (1140, 1320))


def test_day_0_begins_at_the_plants_own_midnight(scenario: Scenario) -> None:
    assert scenario.midnight_ms == int(dt.datetime(2016, 3, 13, 16, tzinfo=dt.UTC).timestamp() * 1000)


def test_every_mill_has_a_batch_each_day_that_is_charged_before_it_may_start(scenario: Scenario) -> None:
    batches = scenario_batches(scenario)
    charging = {mill.id: mill.charging_min for mill in scenario.mills}
    for mill in scenario.mills:
        assert sum(batch.machine == mill.id for batch in batches) >= scenario.days
    for batch in batches:
        assert batch.charge + charging[batch.machine] <= batch.earliest <= batch.habit_start


def test_every_batch_can_avoid_both_peaks_and_still_be_done_in_time(scenario: Scenario) -> None:
    for batch in scenario_batches(scenario):
        if batch.charge < 0:
            continue  # under way when the days begin
        window = range(batch.earliest, batch.due)
        off_peak = sum(not any(a <= minute % 1440 < b for a, b in PEAKS_MIN) for minute in window)
        assert off_peak >= batch.running_min, batch.id


def test_the_crews_habit_is_done_in_time_too(scenario: Scenario) -> None:
    for batch in scenario_batches(scenario):
        paused = sum(ends - begins for begins, ends in batch.habit_pauses)
        assert batch.habit_start + batch.running_min + paused <= batch.due


def test_one_mill_is_under_way_when_the_first_shift_comes(scenario: Scenario) -> None:
    six = 360
    under_way = [
        b.machine for b in scenario_batches(scenario) if b.habit_start < six < b.habit_start + b.running_min
    ]
    assert under_way == ["mill_29"]


def test_ids_of_batches_differ_from_one_day_to_another_in_the_calendar(scenario: Scenario) -> None:
    here = {batch.id for batch in scenario_batches(scenario)}
    later = {batch.id for batch in scenario_batches(on_day(scenario, dt.date(2026, 3, 14), days=5))}
    assert len(here) == len(scenario_batches(scenario))
    assert here & later == {"mill_29_20160313"}


def test_a_scenario_written_out_reads_back_the_same(scenario: Scenario, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    fast = with_baud(scenario, 115_200, turnaround_ms=3.0)
    path.write_text(tomli_w.dumps(msgspec.to_builtins(fast, builtin_types=(dt.date,))))
    assert load_scenario(path) == fast


def test_the_scenario_has_the_devices_of_the_plant_file_where_it_expects_them(scenario: Scenario) -> None:
    plant = load_plant(COMPANY_X / "plant.toml")
    wanted = {(meter.line, meter.unit, meter.measures) for meter in plant.meters}
    there = {(device.line, device.unit, device.measures) for device in scenario.devices if device.measures}
    plcs = [(d.line, d.unit, d.machines) for d in scenario.devices if d.machines]
    assert there == wanted
    assert plant.plc is not None
    assert plcs == [(plant.plc.line, plant.plc.unit, plant.plc.machines)]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'timezone = "Asia/Shanghai"',
            'timezone = "Asia/Foshan"',
            "timezone: 'Asia/Foshan' is not a time zone",
        ),
        ('measures = "mill_25"', 'measures = "mill_52"', "'mill_52' is neither a mill nor the shop-floor"),
        ("unit = 24", "unit = 23", "'line_1 unit 23' is there twice"),
        ('line = "line_2"', 'line = "line_3"', "'line_3' is not a line"),
        ("habit_start = 560", "habit_start = 440", "charge, earliest, habit_start, due must follow"),
        (
            "baud = 9600",
            "baud = 96",
            "lines[0].baud: 96 is not allowed; expected a whole number, at least 300, at most 1000000",
        ),
        (
            "seed = 20160314",
            "seeds = 1",
            "seeds: there is no such key; 'seed' may be meant, allowed are timezone",
        ),
    ],
)
def test_a_mistake_in_a_scenario_is_one_sentence_with_file_and_key(
    old: str, new: str, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "scenario.toml"
    path.write_text((COMPANY_X / "scenario.toml").read_text().replace(old, new, 1))
    with pytest.raises(DataFileError) as caught:
        load_scenario(path)
    assert str(path) in str(caught.value)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("unit = 77\nkind = 'late'", "faults[0].unit: there is no device 77 on line 'line_1'."),
        ("unit = 24\nkind = 'late'\nregisters = [9, 2]", "faults[0].registers: write the first and then"),
        ("unit = 24\nkind = 'lame'", "faults[0].kind: 'lame' is not allowed"),
        ("unit = 24\nkind = 'late'\nchance = 2", "faults[0].chance: 2 is not allowed"),
    ],
)
def test_a_mistake_in_a_fault_is_said_with_its_key(fault: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "scenario.toml"
    text = (COMPANY_X / "scenario.toml").read_text()
    path.write_text(f"{text}\n[[faults]]\nline = 'line_1'\n{fault}\n")
    with pytest.raises(DataFileError) as caught:
        load_scenario(path)
    assert sentence in str(caught.value)
