"""The year before: the same dates, priced as they were then, of the store's own counters."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.reading import Reading
from hmi.data_folder import database_path
from hmi.energy_report import More, load_energy
from hmi.energy_uses import summed
from hmi.energy_year import year_before
from hmi.plant import load_plant
from hmi.plant_past import PlantPast
from hmi.store.database import open_store
from hmi.store.local_days import Day, day_of, local_days
from hmi.store.readings import energy_between, insert_readings
from hmi.tariffs import load_calendar
from resources.locate import resource

ZONE = ZoneInfo("Asia/Shanghai")
HOUR_MS, QUARTER_MS = 3_600_000, 900_000


def period(first: date, last: date) -> Day:
    return Day(day_of(first, ZONE).from_ms, day_of(last, ZONE).to_ms)


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2016, 3, 14), date(2016, 3, 14), (date(2015, 3, 14), date(2015, 3, 14))),
        (date(2016, 2, 1), date(2016, 2, 29), (date(2015, 2, 1), date(2015, 2, 28))),
        (date(2016, 2, 29), date(2016, 3, 2), (date(2015, 3, 1), date(2015, 3, 2))),
        (date(2017, 2, 1), date(2017, 2, 28), (date(2016, 2, 1), date(2016, 2, 29))),
    ],
)
def test_the_same_dates_a_year_before_with_and_without_a_leap_day(
    first: date, last: date, before: tuple[date, date]
) -> None:
    assert year_before(period(first, last), ZONE) == period(*before)


def test_29_february_alone_has_nothing_a_year_before() -> None:
    empty = year_before(period(date(2016, 2, 29), date(2016, 2, 29)), ZONE)
    assert empty.from_ms == empty.to_ms


def test_both_years_come_to_what_their_counters_say_and_a_gap_stays_one(tmp_path: Path) -> None:
    plant = load_plant(resource("plants/company_x/plant.toml"))
    then, now = period(date(2015, 3, 14), date(2015, 3, 15)), period(date(2016, 3, 14), date(2016, 3, 15))
    past = PlantPast(plant, load_calendar(plant.tariff))
    with closing(open_store(database_path(tmp_path))) as store:
        for stretch, kw, begins_h in ((then, 50.0, 12), (now, 40.0, 0)):  # half a day is missing in 2015
            times = range(stretch.from_ms + begins_h * HOUR_MS, stretch.to_ms + 1, QUARTER_MS)
            counted = [Reading("mill_23.energy_kwh", t, kw * (t - stretch.from_ms) / HOUR_MS) for t in times]
            insert_readings(store, counted)
        days = local_days(*now, plant.zone)
        report = load_energy(store, plant, days, now.to_ms - HOUR_MS, past, More.YEARS)
        (only,) = report.years  # the second day is not over
        over = load_energy(store, plant, days, now.to_ms, past, More.YEARS).years
        registers = [energy_between(store, "mill_23.energy_kwh", *each).kwh for each in (then, now)]
    assert (only.now, only.before) == (local_days(*now, ZONE)[0], local_days(*then, ZONE)[0])
    of_mill = [
        [use for pair in over for use in uses(pair) if use.subject == "mill_23"]
        for uses in (lambda pair: pair.uses_before, lambda pair: pair.uses)
    ]
    assert [summed(uses).energy_kwh for uses in of_mill] == pytest.approx(registers) == [1800.0, 1920.0]
    assert summed(of_mill[0]).coverage == pytest.approx(36 / 48)
    assert summed(of_mill[1]).coverage == pytest.approx(1.0)
