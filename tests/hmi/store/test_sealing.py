"""Sealed days and loose rows are one history: never lost, never twice, whatever comes when."""

from __future__ import annotations

import math
from contextlib import closing
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.reading import Quality, Reading, Reason
from hmi.store import care
from hmi.store.database import Store, StoreError, StoreFault, open_store
from hmi.store.local_days import Day
from hmi.store.readings import (
    count,
    count_bad,
    energy_between,
    insert_readings,
    newest,
    newest_good,
    series,
    walk,
)
from hmi.store.sealing import LATE_MS, seal_some
from hmi.store.totals import Span
from solver.durations import DAY_MS, HOUR_MS

POWER, COUNTER = "mill_25.power_kw", "mill_25.energy_kwh"
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
T0 = 1_457_884_800_000  # 2016-03-13T16:00Z, midnight in Shanghai
FOREVER = 1 << 52


def all_day(day: Day) -> list[Span]:
    return [Span(*day, "")]


def hours(point: str, first: int, last: int, *, t0: int = T0) -> list[Reading]:
    return [Reading(point, t0 + hour * HOUR_MS, 10.0 + hour) for hour in range(first, last)]


def seal_all(store: Store, zone: ZoneInfo = SHANGHAI, now_ms: int = FOREVER) -> None:
    while seal_some(store, zone, all_day, now_ms, most=10):
        pass


def blocks(store: Store) -> list[tuple[object, ...]]:
    return store.rows("SELECT from_ms, to_ms, readings FROM blocks ORDER BY point_id, from_ms")


def test_a_day_is_sealed_once_it_is_over_and_late_readings_had_their_time(store: Store) -> None:
    insert_readings(store, hours(POWER, 0, 48))
    due_ms = T0 + 2 * DAY_MS + LATE_MS
    assert (
        seal_some(store, SHANGHAI, all_day, due_ms - DAY_MS, most=10) == 1
    )  # of the UTC day that ended in day one
    sealed_first = blocks(store)
    seal_all(store, now_ms=due_ms - 1)
    assert blocks(store) == sealed_first == [(T0, T0 + DAY_MS, 24)]
    seal_all(store, now_ms=due_ms)
    assert blocks(store) == [(T0, T0 + DAY_MS, 24), (T0 + DAY_MS, T0 + 2 * DAY_MS, 24)]
    assert list(walk(store, POWER, 0, FOREVER)) == hours(POWER, 0, 48)


def test_every_reader_says_the_same_before_and_after_sealing(store: Store, other: Store) -> None:
    readings = [
        *hours(POWER, -30, 60),
        Reading(POWER, T0 + 60 * HOUR_MS, math.nan, Quality.BAD, Reason.TIMEOUT),
        Reading(POWER, T0 + 7 * HOUR_MS + 5, 3.5, Quality.UNCERTAIN, Reason.UNCONFIRMED),
        *(Reading(COUNTER, T0 + m * 600_000, 0.1 * m) for m in range(-100, 400)),
        Reading("dead.power_kw", T0, math.nan, Quality.BAD, Reason.PORT_MISSING),
    ]
    insert_readings(store, readings)

    def said() -> list[object]:
        stretch = (T0 - 3 * HOUR_MS, T0 + 31 * HOUR_MS + 1)
        found = series(other, POWER, *stretch)
        return [
            [column.tolist() for column in (found.t_ms, np.nan_to_num(found.value), found.quality)],
            {name: repr(reading) for name, reading in newest(other).items()},
            newest_good(other),
            count(other),
            count_bad(other),
            [repr(r) for r in walk(other, POWER, *stretch, page=7)],
            care.point_statistics(other),
            [
                energy_between(other, COUNTER, T0 + a * HOUR_MS + 7, T0 + b * HOUR_MS + 99)
                for a, b in ((-40, 90), (-3, 3), (23, 25), (24, 48), (59, 99), (-99, -50), (0, 1))
            ],
        ]

    before = said()
    seal_all(store, now_ms=T0 + DAY_MS + LATE_MS)
    assert len(blocks(store)) == 6
    half = said()
    seal_all(store)
    assert store.rows("SELECT count(*) FROM readings") == [(0,)]
    assert before == half == said()


def test_a_late_reading_is_there_at_once_and_moves_into_its_day(store: Store) -> None:
    insert_readings(store, [*hours(POWER, 0, 5), *hours(POWER, 6, 24)])
    seal_all(store)
    late = [*hours(POWER, 4, 7), Reading(POWER, T0 + 5 * HOUR_MS, 99.0)]  # 5 is missing, the others known
    assert insert_readings(store, late) == 1
    assert insert_readings(store, late) == 0
    assert list(walk(store, POWER, 0, FOREVER)) == hours(POWER, 0, 24)
    assert (count(store), len(blocks(store))) == (24, 1)
    seal_all(store)
    assert blocks(store) == [(T0, T0 + DAY_MS, 24)]
    assert store.rows("SELECT count(*) FROM readings") == [(0,)]
    assert list(walk(store, POWER, 0, FOREVER)) == hours(POWER, 0, 24)


@pytest.mark.parametrize(("date", "length"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_a_day_on_which_the_clocks_change_has_its_hours(store: Store, date: str, length: int) -> None:
    start_ms = round(datetime.fromisoformat(date).replace(tzinfo=BERLIN).timestamp() * 1000)
    insert_readings(store, hours(POWER, -24, 48, t0=start_ms))
    seal_all(store, BERLIN)
    assert (start_ms, start_ms + length * HOUR_MS, length) in blocks(store)
    assert count(store) == 72


def test_a_plant_whose_time_zone_was_mended_keeps_every_reading_once(store: Store) -> None:
    insert_readings(store, hours(POWER, 0, 40)[::2])
    seal_all(store, SHANGHAI)
    insert_readings(store, hours(POWER, -9, 70))
    seal_all(store, BERLIN)
    assert list(walk(store, POWER, 0, FOREVER)) == hours(POWER, -9, 70)
    assert store.rows("SELECT count(*) FROM readings") == [(0,)]
    edges = blocks(store)
    assert all(int(str(a[1])) <= int(str(b[0])) for a, b in pairwise(edges))
    assert care.damaged_blocks(store) == (len(edges), [])


def test_a_clock_that_jumped_a_year_ahead_and_back_loses_nothing(store: Store) -> None:
    insert_readings(store, hours(POWER, 0, 5))
    seal_all(store, now_ms=T0 + 365 * DAY_MS)
    insert_readings(store, hours(POWER, 365 * 24, 365 * 24 + 2))
    seal_all(store, now_ms=T0 + 367 * DAY_MS)
    assert insert_readings(store, hours(POWER, 3, 9)) == 4
    assert [r.t_ms for r in walk(store, POWER, 0, FOREVER)] == [
        r.t_ms for r in [*hours(POWER, 0, 9), *hours(POWER, 365 * 24, 365 * 24 + 2)]
    ]


OF_SOME_DAYS = st.lists(st.integers(-4 * 24, 4 * 24), max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(OF_SOME_DAYS, st.integers(-5, 6)), min_size=1, max_size=6))
def test_whatever_comes_in_whatever_order_is_there_once_and_the_first_stays(
    tmp_path: Path, empty_database: bytes, rounds: list[tuple[list[int], int]]
) -> None:
    path = tmp_path / "once.db"
    path.write_bytes(empty_database)
    known: dict[int, float] = {}
    with closing(open_store(path)) as store:
        for number, (given_hours, now_days) in enumerate(rounds):
            readings = [Reading(POWER, T0 + hour * HOUR_MS, float(number)) for hour in given_hours]
            before = len(known)
            for reading in readings:
                known.setdefault(reading.t_ms, reading.value)
            assert insert_readings(store, readings) == len(known) - before
            seal_all(store, now_ms=T0 + now_days * DAY_MS)
            found = series(store, POWER, 0, FOREVER, longest_gap_ms=FOREVER)
            assert dict(zip(found.t_ms.tolist(), found.value.tolist(), strict=True)) == known
            assert found.t_ms.tolist() == sorted(known)
        assert count(store) == len(known)
        assert care.damaged_blocks(store)[1] == []


def test_a_damaged_block_is_said_where_it_is_read_and_the_rest_can_be_read(store: Store) -> None:
    insert_readings(store, hours(POWER, 0, 48))
    seal_all(store)
    store.rows("UPDATE blocks SET numbers = zeroblob(length(numbers)) WHERE from_ms = ?", [T0])
    with pytest.raises(
        StoreError, match=r"the block of mill_25\.power_kw on 2016-03-14 cannot be read"
    ) as caught:
        series(store, POWER, T0, T0 + 48 * HOUR_MS)
    assert caught.value.fault is StoreFault.DAMAGED
    assert series(store, POWER, T0 + DAY_MS, FOREVER).t_ms.size == 24
    assert care.damaged_blocks(store) == (2, [f"{POWER} on 2016-03-14: its checksum is another"])


def test_a_late_reading_of_a_damaged_day_is_kept(store: Store) -> None:
    insert_readings(store, hours(POWER, 0, 20))
    seal_all(store)
    store.rows("UPDATE block_times SET packed = x'00'")
    assert insert_readings(store, hours(POWER, 21, 23)) == 2
    with pytest.raises(StoreError, match="cannot be read"):
        seal_all(store)
    assert store.rows("SELECT count(*) FROM readings") == [(2,)]


def test_what_a_reader_sees_is_one_moment_though_days_are_sealed_meanwhile(
    store: Store, other: Store
) -> None:
    insert_readings(store, hours(POWER, 0, 48))
    with other.snapshot():
        assert count(other) == 48
        seal_all(store)
        assert other.rows("SELECT count(*) FROM blocks") == [(0,)]
        assert series(other, POWER, 0, FOREVER).t_ms.size == 48
    assert other.rows("SELECT count(*) FROM blocks") == [(2,)]
    assert series(other, POWER, 0, FOREVER).t_ms.size == 48


def test_a_sealed_day_survives_a_copy(store: Store, tmp_path: Path) -> None:
    insert_readings(store, hours(POWER, 0, 48))
    seal_all(store)
    care.copy_database(store, tmp_path / "copy.db", lambda _pages, _total: None)
    with closing(open_store(tmp_path / "copy.db", create=False)) as copy:
        assert list(walk(copy, POWER, 0, FOREVER)) == hours(POWER, 0, 48)
