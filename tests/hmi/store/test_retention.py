"""Thinning by rule: old readings become means, totals stay, and nothing is thinned without a rule."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.reading import Quality, Reading, Reason
from hmi.store import care
from hmi.store.database import Store, open_store
from hmi.store.local_days import Day, local_day
from hmi.store.packing import Columns
from hmi.store.readings import count, energy_between, insert_readings, walk
from hmi.store.retention import (
    KeepRule,
    Thinned,
    due,
    first_thinned,
    means,
    means_until,
    thin_some,
    would_thin,
)
from hmi.store.sealing import seal_some
from hmi.store.totals import Span, day_totals, month_totals
from solver.durations import DAY_MS, MINUTE_MS

ZONE = ZoneInfo("Asia/Shanghai")
POWER, COUNTER = "mill_1.power_kw", "mill_1.energy_kwh"
FIRST = local_day(1_457_971_200_000, ZONE)
STEP_MS = 20_000
RULE = KeepRule(2 * DAY_MS, MINUTE_MS, 4 * DAY_MS)
ONLY_MEANS = KeepRule(2 * DAY_MS, MINUTE_MS, None)
NOW_MS = FIRST.from_ms + 6 * DAY_MS
FOREVER = 1 << 52


def one_band(day: Day) -> list[Span]:
    return [Span(*day, "flat")]


def read(number: int, late: bool = False) -> list[Reading]:
    """A day of twenty-second readings, every tenth only with those that come late."""
    begin_ms = FIRST.from_ms + number * DAY_MS
    found = []
    for step, t_ms in enumerate(range(begin_ms, begin_ms + DAY_MS, STEP_MS)):
        if (step % 10 == 9) is late:
            found.append(Reading(POWER, t_ms, 40 + math.sin(step / 50)))
            found.append(Reading(COUNTER, t_ms, 48 * (t_ms - FIRST.from_ms) / 3.6e6))
    return found


def seal_all(store: Store) -> None:
    while seal_some(store, ZONE, one_band, NOW_MS, most=8):
        pass


def thin_all(store: Store, rule: KeepRule = RULE) -> Thinned:
    done = Thinned()
    while (step := thin_some(store, rule, NOW_MS, most=3)) != Thinned():
        done += step
    return done


@pytest.fixture(scope="module")
def five_days_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("five_days") / "valleyline.db"
    with closing(open_store(path)) as store:
        for number in range(5):
            insert_readings(store, read(number))
        seal_all(store)
    return path


@pytest.fixture
def five_days(five_days_file: Path, tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "valleyline.db"
    shutil.copyfile(five_days_file, path)
    with closing(open_store(path)) as store:
        yield store


def totals(store: Store) -> list[object]:
    found = day_totals(store, [POWER, COUNTER], FIRST.from_ms, NOW_MS, ZONE, one_band)
    return [*found, *month_totals(store, [POWER, COUNTER], 0, FOREVER, ZONE, one_band)]


def test_old_days_become_means_still_older_ones_go_and_totals_stay(five_days: Store) -> None:
    before, raw = totals(five_days), list(walk(five_days, POWER, FIRST.from_ms + 4 * DAY_MS, FOREVER))
    dry = sum(would_thin(five_days, RULE, NOW_MS), Thinned())
    assert count(five_days) == 5 * 2 * 3888
    done = thin_all(five_days)
    assert done == dry
    assert (done.days, done.days_gone, done.readings_gone) == (4, 4, 4 * 3888)
    assert due(five_days, RULE, NOW_MS) == Thinned()
    times = [reading.t_ms for reading in walk(five_days, POWER, 0, FOREVER)]
    assert times[0] >= FIRST.from_ms + 2 * DAY_MS
    kept = list(walk(five_days, POWER, 0, FIRST.from_ms + 4 * DAY_MS))
    assert len(kept) == 2 * 1440
    assert {reading.reason for reading in kept} == {Reason.MEAN}
    assert list(walk(five_days, POWER, FIRST.from_ms + 4 * DAY_MS, FOREVER)) == raw
    assert totals(five_days) == before
    assert means_until(five_days, POWER) == FIRST.from_ms + 4 * DAY_MS
    assert care.damaged_blocks(five_days) == (6, [])


def test_energy_of_a_thinned_day_is_what_it_was(five_days: Store) -> None:
    day = local_day(FIRST.from_ms + 2 * DAY_MS, ZONE)
    before = energy_between(five_days, COUNTER, *day)
    thin_all(five_days)
    assert energy_between(five_days, COUNTER, *day).kwh == pytest.approx(before.kwh, rel=1e-12)
    powers = [reading.value for reading in walk(five_days, POWER, *day)]
    (total,) = (each.total for each in day_totals(five_days, [POWER], *day, ZONE, one_band))
    assert np.mean(powers) == pytest.approx(total.mean, abs=0.01)


def test_what_comes_late_into_a_thinned_day_leaves_its_totals_and_is_thinned_too(five_days: Store) -> None:
    thin_all(five_days, ONLY_MEANS)
    before, stored = totals(five_days), count(five_days)
    late = [
        Reading(point, FIRST.from_ms + 30 * MINUTE_MS + second * 1000, 1.0)
        for point in (POWER, COUNTER)
        for second in (1, 2)
    ]
    assert insert_readings(five_days, late) == 4
    assert totals(five_days) == before
    seal_all(five_days)
    assert totals(five_days) == before
    thin_all(five_days, ONLY_MEANS)
    assert (totals(five_days), count(five_days)) == (before, stored)


def test_a_reading_of_a_day_that_went_does_not_take_its_totals_place(five_days: Store) -> None:
    thin_all(five_days)
    before = totals(five_days)
    insert_readings(five_days, [Reading(POWER, FIRST.from_ms + 1, 1.0)])
    seal_all(five_days)
    assert totals(five_days) == before


def test_days_that_were_never_there_are_summed_also_after_thinning(five_days: Store) -> None:
    thin_all(five_days, ONLY_MEANS)
    older = [Reading(POWER, reading.t_ms - 9 * DAY_MS, reading.value) for reading in read(0)[::2]]
    assert first_thinned(five_days, older) is None
    insert_readings(five_days, older)
    seal_all(five_days)
    day = local_day(FIRST.from_ms - 9 * DAY_MS, ZONE)
    (total,) = (each.total for each in day_totals(five_days, [POWER], *day, ZONE, one_band))
    assert total.readings == len(older)
    thin_all(five_days, ONLY_MEANS)
    assert len(list(walk(five_days, POWER, *day))) == 1440
    assert [each.total for each in day_totals(five_days, [POWER], *day, ZONE, one_band)] == [total]


def test_a_reading_of_a_thinned_day_is_named(five_days: Store) -> None:
    thin_all(five_days)
    wanted = [*read(4, late=True), *read(3, late=True), *read(0, late=True)]
    assert first_thinned(five_days, read(4, late=True)) is None
    assert first_thinned(five_days, wanted) == read(3, late=True)[0]
    assert first_thinned(five_days, read(0, late=True)) == read(0, late=True)[0]


def test_a_rule_without_means_only_takes_days_away(five_days: Store) -> None:
    done = thin_all(five_days, KeepRule(None, MINUTE_MS, 4 * DAY_MS))
    assert (done.days, done.days_gone) == (0, 4)
    assert {reading.reason for reading in walk(five_days, POWER, 0, FOREVER)} == {Reason.NONE}


READINGS = st.lists(
    st.tuples(
        st.integers(0, 600_000),
        st.one_of(st.just(math.nan), st.floats(-1e6, 1e6)),
        st.sampled_from([Quality.GOOD, Quality.UNCERTAIN]),
    ),
    unique_by=lambda row: row[0],
    max_size=60,
)


@given(READINGS, st.sampled_from([POWER, COUNTER]), st.sampled_from([1, 5]))
def test_each_stretch_keeps_what_its_readings_come_to(
    rows: list[tuple[int, float, Quality]], point: str, mean_min: int
) -> None:
    rows = sorted(rows)
    bad = [math.isnan(value) for _, value, _ in rows]
    columns = Columns(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.float64),
        np.array([Quality.BAD if gap else row[2] for gap, row in zip(bad, rows, strict=True)], np.int8),
        np.zeros(len(rows), np.int8),
    )
    mean_ms = mean_min * MINUTE_MS
    found = means(point, columns, mean_ms)
    assert (np.diff(found.t_ms) > 0).all()
    for stretch in {row[0] // mean_ms for row in rows}:
        some = columns.part(columns.t_ms // mean_ms == stretch)
        kept = found.part(found.t_ms // mean_ms == stretch)
        valued = some.with_value()
        if not len(valued):
            assert (len(kept), kept.t_ms[0]) == (1, some.t_ms[0])
        elif point == COUNTER:
            assert kept.value[-1] == valued.value[-1]
            assert len(kept) <= 2
        else:
            assert len(kept) == 1
            assert kept.value[0] == pytest.approx(valued.value.mean(), rel=1e-9, abs=1e-6)
            assert kept.quality[0] == valued.quality.max()
            assert valued.t_ms[0] <= kept.t_ms[0] <= valued.t_ms[-1]
    again = means(point, found, mean_ms)
    assert np.array_equal(again.t_ms, found.t_ms)
    assert np.array_equal(again.value, found.value, equal_nan=True)
    assert np.array_equal(again.reason, found.reason)
