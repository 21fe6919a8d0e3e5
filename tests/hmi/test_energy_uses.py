"""A long time is summed by months: the same energy and money, read from a few rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.clock import Clock
from devices.reading import Reading
from hmi.data_folder import database_path
from hmi.energy_report import load_energy
from hmi.energy_uses import MOST_SINGLE_DAYS, Use, periods_of, summed
from hmi.plant import Plant, load_plant
from hmi.plant_past import PlantPast, note_plant
from hmi.store.database import Store, open_store
from hmi.store.local_days import Day, local_day, local_days
from hmi.store.readings import insert_readings
from hmi.store.sealing import seal_some
from hmi.tariffs import load_calendar
from resources.locate import resource

ZONE = ZoneInfo("Asia/Shanghai")
DAY_MS, QUARTER_MS = 86_400_000, 900_000
FIRST = local_day(1_450_540_800_000, ZONE)  # 20 December 2015
DAYS = local_days(FIRST.from_ms, FIRST.from_ms + 130 * DAY_MS, ZONE)
READ = (0, 11, 12, 13, 40, 41, 43, 70, 72, 74, 100, 128, 129)  # both sides of two new months among them
NOW_MS = DAYS[-1].from_ms + 9 * 3_600_000  # in the morning of the last day
OLD, NEW = load_calendar("guangdong-large-industry-2016"), load_calendar("jiangxi-2025")


@pytest.fixture
def plant() -> Plant:
    return load_plant(resource("plants/company_x/plant.toml"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_store(database_path(tmp_path))) as opened:
        for number in READ:
            times = range(DAYS[number].from_ms, min(DAYS[number].to_ms, NOW_MS) + 1, QUARTER_MS)
            insert_readings(
                opened,
                [
                    Reading(f"{meter}.energy_kwh", t_ms, kw * (t_ms - FIRST.from_ms) / 3_600_000)
                    for meter, kw in (("mill_23", 48.0), ("main", 290.0))
                    for t_ms in times
                ],
            )
        yield opened


def seal(store: Store, past: PlantPast) -> None:
    while seal_some(store, ZONE, past, NOW_MS, most=20):
        pass


def by_band(uses: Sequence[Use]) -> dict[tuple[str, str], tuple[float, ...]]:
    """Energy, money, covered and whole time of each subject in each band."""
    found: dict[tuple[str, str], list[Use]] = defaultdict(list)
    for use in uses:
        found[use.subject, use.band].append(use)
    return {
        key: (
            summed(each).energy_kwh,
            summed(each).cost,
            sum(use.covered_ms for use in each),
            sum(use.span_ms for use in each),
        )
        for key, each in found.items()
    }


def both_ways(store: Store, plant: Plant, past: PlantPast) -> tuple[list[Use], list[Use]]:
    """The uses of all days read at once, and those of two halves that are short enough to be read by day."""
    half = len(DAYS) // 2
    assert half < MOST_SINGLE_DAYS < len(DAYS)
    whole = load_energy(store, plant, DAYS, NOW_MS, past)
    parts = [load_energy(store, plant, days, NOW_MS, past) for days in (DAYS[:half], DAYS[half:])]
    assert whole.by_month and not any(part.by_month for part in parts)
    assert [period.from_ms for period in whole.periods] == sorted({use.period_ms for use in whole.uses})
    return list(whole.uses), [use for part in parts for use in part.uses]


def assert_same(one: list[Use], other: list[Use]) -> None:
    one_by_band, other_by_band = by_band(one), by_band(other)
    assert one_by_band.keys() == other_by_band.keys()
    for key, figures in one_by_band.items():
        assert figures == pytest.approx(other_by_band[key], nan_ok=True), key


@pytest.mark.parametrize("sealed", [False, True])
def test_months_come_to_what_their_days_come_to(store: Store, plant: Plant, sealed: bool) -> None:
    past = PlantPast(plant, OLD)
    if sealed:
        seal(store, past)
    months, days = both_ways(store, plant, past)
    assert_same(months, days)
    assert summed(use for use in months if use.subject == "mill_23").energy_kwh > 48.0 * 24 * (len(READ) - 2)
    assert len(months) < len(days) / 10


def test_a_month_in_which_the_tariff_changed_is_priced_by_day(store: Store, plant: Plant) -> None:
    for number, tariff in ((0, OLD), (42, NEW)):  # on the last of January
        clock = Clock(origin_plant_ms=DAYS[number].from_ms, origin_wall_ms=Clock().wall_ms(), speed=1e-9)
        note_plant(store, plant, tariff, clock)
    past = PlantPast(plant, NEW)
    past.refresh(store)
    seal(store, past)
    assert_same(*both_ways(store, plant, past))


def test_the_first_and_last_month_are_as_long_as_they_belong_to_the_time() -> None:
    periods = periods_of(DAYS, ZONE)
    assert periods[0] == Day(FIRST.from_ms, FIRST.from_ms + 12 * DAY_MS)
    assert [period.to_ms for period in periods[:-1]] == [period.from_ms for period in periods[1:]]
    assert (periods[-1].to_ms, len(periods)) == (DAYS[-1].to_ms, 5)
    assert periods_of(DAYS[:MOST_SINGLE_DAYS], ZONE) == DAYS[:MOST_SINGLE_DAYS]


def test_what_is_read_ahead_is_what_single_days_say(plant: Plant) -> None:
    ahead, single = PlantPast(plant, OLD), PlantPast(plant, OLD)
    ahead.read_ahead(DAYS)
    for day in DAYS[::7]:
        assert list(ahead(day)) == list(single(day))
        assert ahead.prices(day) == pytest.approx(single.prices(day))
