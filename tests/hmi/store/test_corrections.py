"""A corrected reading is corrected wherever it lies, its totals with it, and what it was is kept."""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

import pytest

from devices.reading import Quality, Reading, Reason
from hmi.store import care
from hmi.store.corrections import Correction, correct_readings, corrections_of
from hmi.store.database import Store
from hmi.store.local_days import Day
from hmi.store.readings import count, insert_readings, walk
from hmi.store.sealing import seal_some
from hmi.store.totals import Span, day_totals, hours, month_totals
from solver.durations import DAY_MS

POWER = "mill_25.power_kw"
ZONE = ZoneInfo("Asia/Shanghai")
STEP_MS = 10 * 60_000
T0 = 1_457_884_800_000  # midnight in Shanghai
FOREVER = 1 << 52


def all_day(day: Day) -> list[Span]:
    return [Span(*day, "flat")]


def seal_all(store: Store) -> None:
    while seal_some(store, ZONE, all_day, FOREVER, most=10):
        pass


def kwh(store: Store) -> tuple[float, float, float]:
    """Of the first day by its hours, by itself, and of its month."""
    by_hour = hours(store, POWER, Day(T0, T0 + DAY_MS), all_day)
    (day,) = day_totals(store, [POWER], T0, T0 + 1, ZONE, all_day)
    months = month_totals(store, [POWER], 0, FOREVER, ZONE, all_day)
    return (
        sum(total.energy_kwh for _, total in by_hour),
        day.total.energy_kwh,
        sum(month.total.energy_kwh for month in months),
    )


@pytest.mark.parametrize("sealed", [False, True])
def test_a_correction_changes_the_reading_and_every_total_at_once(store: Store, sealed: bool) -> None:
    insert_readings(store, [Reading(POWER, T0 + n * STEP_MS, 60.0) for n in range(145)])
    if sealed:
        seal_all(store)
    assert kwh(store) == pytest.approx((1440, 1440, 1440))
    wrong = [Reading(POWER, T0 + n * STEP_MS, 30.0) for n in range(6, 13)]
    assert correct_readings(store, wrong, made_ms=5, actor="ada", why="wrong ratio") == (7, 0)
    lower = 1440 - 30 - 5  # an hour of half the power, and half of the steps beside it
    assert kwh(store) == pytest.approx((lower, lower, lower))
    seal_all(store)
    assert kwh(store) == pytest.approx((lower, lower, lower))
    assert count(store) == 145
    assert care.damaged_blocks(store)[1] == []


def test_what_a_reading_was_who_corrected_it_and_why_is_kept(store: Store) -> None:
    gap = Reading(POWER, T0, math.nan, Quality.BAD, Reason.TIMEOUT)
    insert_readings(store, [gap, Reading(POWER, T0 + STEP_MS, 2.0)])
    seal_all(store)
    substitute = Reading(POWER, T0, 41.0, Quality.UNCERTAIN, Reason.UNCONFIRMED)
    correct_readings(store, [substitute], made_ms=7, actor="ada", why="read by hand")
    again = Reading(POWER, T0, 42.0)
    correct_readings(store, [again, again], made_ms=8, actor="bo", why="read again")
    first, second = corrections_of(store, POWER, 0, FOREVER)
    assert repr(first) == repr(Correction(gap, substitute, 7, "ada", "read by hand"))
    assert second == Correction(substitute, again, 8, "bo", "read again")
    assert list(walk(store, POWER, 0, T0 + 1)) == [again]


def test_a_correction_that_says_nothing_new_changes_nothing_and_of_a_missing_reading_adds_it(
    store: Store,
) -> None:
    insert_readings(store, [Reading(POWER, T0, 1.0)])
    seal_all(store)
    both = [Reading(POWER, T0, 1.0), Reading(POWER, T0 + STEP_MS, 2.0)]
    assert correct_readings(store, both, made_ms=7, actor="ada", why="checked") == (0, 1)
    assert corrections_of(store, POWER, 0, FOREVER) == []
    assert list(walk(store, POWER, 0, FOREVER)) == both
