"""What is read from a meter at once has the same times, and the file holds them once a day."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from devices.reading import Reading
from hmi.store import care
from hmi.store.database import Store, StoreError
from hmi.store.readings import insert_readings, walk
from hmi.store.retention import KeepRule, thin_some
from hmi.store.sealing import seal_some
from hmi.store.totals import Span
from solver.durations import DAY_MS, MINUTE_MS

ZONE = ZoneInfo("Asia/Shanghai")
POINTS = [f"mill_1.{quantity}" for quantity in ("power_kw", "current_a", "voltage_v", "frequency_hz")]
OTHER = "mill_2.power_kw"
T0 = 1_457_884_800_000  # midnight in Shanghai
FOREVER = 1 << 52


@pytest.fixture
def polls() -> list[int]:
    """Two days of minutes, each poll up to 30 ms early or late."""
    late_ms = np.random.default_rng(5).integers(-30, 31, 2 * 1440)
    times: list[int] = (T0 + 100 + np.arange(2 * 1440) * MINUTE_MS + late_ms).tolist()
    return times


def seal_all(store: Store) -> None:
    while seal_some(store, ZONE, lambda day: [Span(*day, "")], FOREVER, most=10):
        pass


def times_in_file(store: Store) -> int:
    """How many there are; none without a block that needs it."""
    assert store.rows("SELECT id FROM block_times EXCEPT SELECT times_id FROM blocks") == []
    assert care.loose_references(store) == {}
    ((number,),) = store.rows("SELECT count(*) FROM block_times")
    return int(str(number))


def read(point: str, polls: list[int]) -> list[Reading]:
    return [Reading(point, t_ms, 40.0 + n % 77) for n, t_ms in enumerate(polls)]


def sealed(store: Store, polls: list[int]) -> Store:
    for point in POINTS:
        insert_readings(store, read(point, polls))
    insert_readings(store, read(OTHER, [t_ms + n % 7 for n, t_ms in enumerate(polls)]))
    seal_all(store)
    return store


def test_the_times_of_a_poll_lie_in_the_file_once(store: Store, polls: list[int]) -> None:
    sealed(store, polls)
    assert times_in_file(store) == 2 * 2
    for point in POINTS:
        assert list(walk(store, point, 0, FOREVER)) == read(point, polls)
    ((times, numbers),) = store.rows(
        "SELECT (SELECT sum(length(packed)) FROM block_times), sum(length(numbers)) FROM blocks"
    )
    assert (int(str(times)) + int(str(numbers))) / (5 * len(polls)) < 1.0


def test_a_late_reading_of_one_point_leaves_the_times_of_the_others(store: Store, polls: list[int]) -> None:
    sealed(store, polls)
    for point in POINTS[:2]:
        insert_readings(store, [Reading(point, T0 + 7, 1.0)])
        seal_all(store)
        assert times_in_file(store) == 5
    assert [len(list(walk(store, point, 0, FOREVER))) for point in POINTS] == [2881, 2881, 2880, 2880]
    for point in POINTS[2:]:
        insert_readings(store, [Reading(point, T0 + 7, 1.0)])
        seal_all(store)
    assert times_in_file(store) == 4


def test_times_go_with_the_last_day_that_needs_them(store: Store, polls: list[int]) -> None:
    sealed(store, polls)
    thin_some(store, KeepRule(DAY_MS, 5 * MINUTE_MS, None), T0 + 3 * DAY_MS, most=99)
    assert times_in_file(store) == 4
    while thin_some(store, KeepRule(None, MINUTE_MS, DAY_MS), T0 + 4 * DAY_MS, most=99).days_gone:
        assert times_in_file(store) <= 4
    assert times_in_file(store) == 0


def test_damaged_times_are_found_in_every_day_that_rests_on_them(store: Store, polls: list[int]) -> None:
    sealed(store, polls)
    store.rows("UPDATE block_times SET packed = zeroblob(length(packed)) WHERE id = 1")
    assert len(care.damaged_blocks(store)[1]) == len(POINTS)
    with pytest.raises(StoreError, match=r"mill_1\.power_kw on 2016-03-1"):
        list(walk(store, POINTS[0], 0, FOREVER))
    assert list(walk(store, OTHER, 0, FOREVER)) != []
