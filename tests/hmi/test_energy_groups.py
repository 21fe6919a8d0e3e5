"""What shifts and products used, from readings of a counter, stored batches and operators' notes."""

from __future__ import annotations

import math
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.clock import Clock
from devices.reading import Reading
from hmi.data_folder import database_path
from hmi.energy_products import products_of
from hmi.energy_report import EnergyReport, More, load_energy
from hmi.energy_shifts import MOST_SHIFT_DAYS, shift_uses
from hmi.energy_units import ended_batches, load_units
from hmi.energy_uses import summed
from hmi.plant import Plant, load_plant
from hmi.plant_energy import Baseline, CarbonFrom, Roster
from hmi.plant_past import PlantPast, note_plant
from hmi.store.batch_notes import save_batch_note
from hmi.store.database import Store, open_store
from hmi.store.local_days import local_day, local_days
from hmi.store.readings import insert_readings
from hmi.store.records import BatchNote, Cycle
from hmi.store.status import save_cycle
from hmi.tariffs import load_calendar
from resources.locate import resource
from solver.durations import DAY_MS, HOUR_MS, MINUTE_MS

FROM_MS = 1_457_884_800_000  # midnight of 14 March 2016 in Foshan


@pytest.fixture(scope="module")
def plant() -> Plant:
    return load_plant(resource("plants/company_x/plant.toml"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two days of mill 23: 60 kW by day (06:00 to 22:00), 12 kW at night."""
    opened = open_store(database_path(tmp_path_factory.mktemp("groups")))
    kwh, readings = 500.0, []
    for minute in range(0, 2 * 1440 + 1, 5):
        readings.append(Reading("mill_23.energy_kwh", FROM_MS + minute * MINUTE_MS, kwh))
        kwh += (60 if 360 <= minute % 1440 < 1320 else 12) * 5 / 60
    insert_readings(opened, readings)
    yield opened
    opened.close()


def report(store: Store, plant: Plant, *, days: int = 2, now_ms: int = FROM_MS + 3 * DAY_MS) -> EnergyReport:
    stretch = local_days(FROM_MS, FROM_MS + days * DAY_MS, plant.zone)
    past = PlantPast(plant, load_calendar(plant.tariff))
    return load_energy(store, plant, stretch, now_ms, past, More.SHIFTS)


def shift_kwh(found: EnergyReport, subject: str = "mill_23") -> dict[str, float]:
    assert found.shifts is not None
    return {
        start: summed(use for use in uses if use.subject == subject).energy_kwh
        for start, uses in found.shifts.items()
    }


def test_a_night_shift_has_its_hours_before_and_after_midnight(store: Store, plant: Plant) -> None:
    nights = msgspec.structs.replace(plant, shifts=("06:00", "14:00", "22:00"))
    assert shift_kwh(report(store, nights)) == pytest.approx(
        {"06:00": 2 * 8 * 60, "14:00": 2 * 8 * 60, "22:00": 2 * 8 * 12}
    )


@given(st.lists(st.integers(0, 287), min_size=1, max_size=5, unique=True))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whenever_shifts_begin_they_come_to_energy_money_and_time_of_the_days(
    store: Store, plant: Plant, fives: list[int]
) -> None:
    starts = tuple(f"{5 * five // 60:02d}:{5 * five % 60:02d}" for five in sorted(fives))
    roster = Roster("2016-03-14", (" ".join("ABCDE"[: len(starts)]), " ".join("-" * len(starts))))
    factors = (CarbonFrom("2016-01-01", 0.5), CarbonFrom("2016-03-15", 0.4))
    changed = msgspec.structs.replace(plant, shifts=starts, teams=roster, carbon_kg_per_kwh=factors)
    found = report(store, changed)
    assert found.shifts is not None and found.teams is not None
    for each in (found.shifts, found.teams):
        parts = [use for uses in each.values() for use in uses if use.subject == "mill_23"]
        assert tuple(summed(parts)) == pytest.approx(tuple(summed(found.uses_of("mill_23"))))
        assert sum(use.span_ms for use in parts) == 48 * HOUR_MS


def team_hours(found: EnergyReport) -> dict[str, float]:
    assert found.teams is not None
    return {
        team: sum(use.span_ms for use in uses if use.subject == "mill_23") / HOUR_MS
        for team, uses in found.teams.items()
    }


def test_a_team_has_the_hours_after_midnight_of_the_shift_that_it_began(store: Store, plant: Plant) -> None:
    roster = Roster("2016-03-13", ("A B N", "A B M"))  # the 14th is the second day
    turns = msgspec.structs.replace(plant, shifts=("06:00", "14:00", "22:00"), teams=roster)
    found = report(store, turns)
    assert team_hours(found) == {"N": 8, "A": 16, "B": 16, "M": 8}
    assert found.teams is not None
    # N began on the evening of the 13th and works until six; from 22:00 of the 15th on it works again.
    assert next(use.period_ms for use in found.teams["N"] if use.subject == "mill_23") == FROM_MS


def test_before_a_roster_s_first_day_and_without_one_no_team_is_named(store: Store, plant: Plant) -> None:
    late = msgspec.structs.replace(plant, teams=Roster("2016-03-15", ("A B C",)))
    assert team_hours(report(store, late)) == {"": 24, "A": 8, "B": 8, "C": 8}
    none = msgspec.structs.replace(plant, teams=None)
    assert team_hours(report(store, none)) == {"": 48}


def test_the_roster_that_held_then_speaks_for_its_days(store: Store, plant: Plant, tmp_path: Path) -> None:
    first, second = (
        msgspec.structs.replace(plant, teams=Roster("2016-01-01", (days,))) for days in ("A A A", "B B B")
    )
    wall_ms = Clock().wall_ms()
    with closing(open_store(database_path(tmp_path))) as noted:
        tariff = load_calendar(plant.tariff)
        note_plant(noted, first, tariff, Clock(wall_ms, FROM_MS - DAY_MS, 1e-9))
        note_plant(noted, second, tariff, Clock(wall_ms, FROM_MS + DAY_MS, 1e-9))
        past = PlantPast(second, tariff)
        past.refresh(noted)
    days = local_days(FROM_MS, FROM_MS + 2 * DAY_MS, plant.zone)
    teams = shift_uses(store, second, days, FROM_MS + 2 * DAY_MS, past).by_team
    assert {team: {use.period_ms for use in uses} for team, uses in teams.items()} == {
        "A": {FROM_MS},
        "B": {FROM_MS + DAY_MS},
    }


def test_each_day_has_the_carbon_of_its_own_factor_and_none_before_the_first(
    store: Store, plant: Plant
) -> None:
    factors = (CarbonFrom("2016-03-14", 0.5), CarbonFrom("2016-03-15", 0.4))
    dated = msgspec.structs.replace(plant, carbon_kg_per_kwh=factors)
    kwh = 16 * 60 + 8 * 12
    assert summed(report(store, dated).uses_of("mill_23")).carbon_kg == pytest.approx(kwh * 0.9)
    unknown = msgspec.structs.replace(plant, carbon_kg_per_kwh=factors[1:])
    assert math.isnan(summed(report(store, unknown).uses_of("mill_23")).carbon_kg)


def test_of_more_days_than_can_be_read_in_good_time_there_are_no_shifts(store: Store, plant: Plant) -> None:
    assert report(store, plant, days=MOST_SHIFT_DAYS).shifts is not None
    assert report(store, plant, days=MOST_SHIFT_DAYS + 1).shifts is None


def ended(store: Store, name: str, end_h: int, kwh: float, recipe: str | None, tonnes: float | None) -> None:
    """A batch of eight hours, half of its energy in the valley, and what was written of it."""
    end_ms = FROM_MS + DAY_MS + end_h * HOUR_MS
    start_ms = end_ms - 8 * HOUR_MS
    bands = {"valley": kwh / 2, "flat": kwh / 2}
    save_cycle(store, Cycle("mill_24", start_ms, end_ms, 480.0, 0.0, kwh, True, energy_by_band=bands))
    if recipe is not None or tonnes is not None:
        save_batch_note(
            store, BatchNote(name, "mill_24", start_ms, end_ms, recipe, tonnes, None, "chen", end_ms)
        )


def test_products_are_what_operators_wrote_of_batches_and_a_tonne_counts_weighed_ones_only(
    tmp_path: Path, plant: Plant
) -> None:
    store, tariff = open_store(database_path(tmp_path)), load_calendar(plant.tariff)
    ended(store, "b1", 1, 400.0, "slip 40", 38.0)  # began the day before
    ended(store, "b2", 9, 420.0, "slip 40", None)
    ended(store, "b3", 18, 300.0, "glaze", 30.0)
    ended(store, "b4", 27, 999.0, None, None)
    past = PlantPast(plant, tariff)
    day = (FROM_MS + DAY_MS, FROM_MS + 2 * DAY_MS + 4 * HOUR_MS)
    slip, glaze, unknown = products_of(plant, [ended_batches(store, "mill_24", *day)], past)
    assert (slip.recipe, glaze.recipe, unknown.recipe) == ("slip 40", "glaze", "")
    assert (slip.batches, slip.weighed, slip.tonnes, slip.weighed_kwh) == (2, 1, 38.0, 400.0)
    assert slip.energy_kwh == 820.0 and unknown.energy_kwh == 999.0
    prices = past.prices(local_day(FROM_MS + DAY_MS, plant.zone))
    assert slip.cost == pytest.approx(820 * (prices["valley"] + prices["flat"]) / 2)
    store.close()


def test_a_batch_of_which_no_band_is_known_has_no_cost(tmp_path: Path, plant: Plant) -> None:
    store = open_store(database_path(tmp_path))
    save_cycle(store, Cycle("mill_24", FROM_MS, FROM_MS + HOUR_MS, 60.0, 0.0, 50.0, True))
    past = PlantPast(plant, load_calendar(plant.tariff))
    (only,) = products_of(plant, [ended_batches(store, "mill_24", FROM_MS, FROM_MS + DAY_MS)], past)
    assert only.energy_kwh == 50.0 and math.isnan(only.cost)
    store.close()


def test_a_batch_and_a_tonne_are_set_beside_the_baseline_s_of_their_recipe(
    tmp_path: Path, plant: Plant
) -> None:
    with closing(open_store(database_path(tmp_path))) as store:
        for place, kwh in enumerate((400.0, 420.0, 410.0)):
            ended(store, f"b{place}", 1 + 9 * place, kwh, "slip 40", 40.0)  # 15 and 16 March: the baseline
        for place, kwh in enumerate((369.0, 360.0, 378.0)):
            ended(store, f"n{place}", 96 + 9 * place, kwh, "slip 40", 45.0 if place else None)
        ended(store, "other", 130, 300.0, "glaze", None)
        based = msgspec.structs.replace(plant, baseline=Baseline("2016-03-15", "2016-03-16"))
        mine = ended_batches(store, "mill_24", FROM_MS + 4 * DAY_MS, FROM_MS + 8 * DAY_MS)
        glaze, slip = load_units(store, based, {"mill_24": mine})
        without = load_units(store, plant, {"mill_24": mine})
    assert (slip.batches, slip.baseline_batches, slip.tonnes) == (3, 3, 90.0)
    assert (slip.a_batch.mean, slip.a_batch.baseline_mean) == (369.0, 410.0)
    assert slip.a_batch.share == pytest.approx(-0.1) and slip.a_batch.saved_kwh == pytest.approx(123.0)
    assert slip.a_tonne.mean == pytest.approx(738 / 90)
    assert slip.a_tonne.baseline_mean == pytest.approx(1230 / 120)
    assert (glaze.recipe, glaze.baseline_batches) == ("glaze", 0) and math.isnan(glaze.a_batch.share)
    assert all(math.isnan(one.a_batch.saved_kwh) for one in without)
