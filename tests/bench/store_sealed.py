"""A year of sealed days in one file of ours, and how fast it answers."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from devices.clock import Clock
from hmi.day_bands import DayBands
from hmi.store import blocks
from hmi.store.care import file_bytes
from hmi.store.database import Store, open_store
from hmi.store.local_days import Day, local_days, local_month_ms
from hmi.store.packing import Columns, pack
from hmi.store.readings import count, energy_between, series, series_thinned
from hmi.store.totals import month_energies, month_totals, renew_month, store_day, totals_of
from hmi.tariffs import load_calendar
from solver.durations import DAY_MIN, DAY_MS
from tests.bench.store_plant import QUANTITIES, START_MS, days, names

ZONE = ZoneInfo("Asia/Shanghai")
CURVE_POINTS = 2000
RUNS = 9
FLAGS = np.zeros(DAY_MIN, np.int8)


def figures(path: Path, points: int, number: int, clock: Clock) -> dict[str, object]:
    """Medians with a warm cache; a file that is there already must be one of as many points and days."""
    bands = DayBands(load_calendar("guangdong-large-industry-2016"), ZONE)
    begun_s, is_there = clock.monotonic_s(), path.exists()
    with closing(open_store(path)) as store:
        if not is_there:
            _fill(store, points, number, bands)
        filled_s = clock.monotonic_s() - begun_s
        store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        readings, size = count(store), file_bytes(store)
        assert readings == points * number * DAY_MIN
        return {
            "readings": readings,
            "bytes_per_reading": round(size / readings, 3),
            "bytes_per_reading_whose_times_jitter_30_ms": _jittered(points, len(QUANTITIES)),
            "bytes_per_reading_where_each_point_jitters_by_itself": _jittered(points, 1),
            "filled_per_s": None if is_there else round(readings / filled_s),
            **_answers(store, points, number, bands, clock),
        }


def _fill(store: Store, points: int, number: int, bands: DayBands) -> None:
    """Writes the blocks and totals that sealing makes, without the way through rows, which takes hours."""
    known = names(points)
    with store.transaction(durable=False) as db:
        db.conn.executemany("INSERT INTO points (name) VALUES (?)", [[name] for name in known])
    local = local_days(START_MS, START_MS + number * DAY_MS, ZONE)
    made = ((t, values) for t, values in days(points, number))
    none = (np.empty(0, np.int64), [np.empty(0)] * points)
    before = none
    for day, (today, after) in zip(local, pairwise(chain(made, [none])), strict=True):
        with store.transaction(durable=False):
            for place, name in enumerate(known):
                columns = Columns(today[0], today[1][place], FLAGS, FLAGS)
                blocks.write_block(store, place + 1, day, columns)
                near = _with_neighbours(before, today, after, place)
                store_day(store, place + 1, day, totals_of(name, near, bands(day)))
        before = today
    end_ms = START_MS + number * DAY_MS
    for month_ms in sorted({local_month_ms(day.from_ms, ZONE) for day in local}):
        with store.transaction(durable=False):
            for place, name in enumerate(known):
                renew_month(store, name, place + 1, month_ms, ZONE)
    with store.transaction(durable=False):
        store.rows("UPDATE points SET sealed_ms = ?", [end_ms])


_Day = tuple[NDArray[np.int64], list[NDArray[np.float64]]]


def _with_neighbours(before: _Day, today: _Day, after: _Day, place: int) -> Columns:
    t_ms = np.concatenate([before[0][-15:], today[0], after[0][:16]])
    value = np.concatenate([before[1][place][-15:], today[1][place], after[1][place][:16]])
    nothing = np.zeros(len(t_ms), np.int8)
    return Columns(t_ms, value, nothing, nothing)


def _answers(store: Store, points: int, number: int, bands: DayBands, clock: Clock) -> dict[str, object]:
    known = names(points)
    end_ms, middle_ms = START_MS + number * DAY_MS, START_MS + number // 2 * DAY_MS
    energies = [name for name in known if name.endswith(".energy_kwh")]

    def by_month() -> dict[tuple[str, int, str], float]:
        found = month_energies(store, energies, START_MS, end_ms, ZONE, bands)
        return {(each.point, each.month_ms, each.band): each.energy_kwh for each in found}

    _check(store, by_month(), energies[0], Day(START_MS, end_ms))
    some: Iterator[int] = iter(range(1 << 30))  # another point each time, so that no luck is measured

    def point() -> str:
        return known[next(some) % points]

    return {
        "point_year_as_2000_ms": _median_ms(
            lambda: series_thinned(store, point(), START_MS, end_ms, CURVE_POINTS), clock
        ),
        "point_year_ms": _median_ms(lambda: series(store, point(), START_MS, end_ms), clock),
        "point_day_ms": _median_ms(lambda: series(store, point(), middle_ms, middle_ms + DAY_MS), clock),
        "energy_by_machine_month_and_band_ms": _median_ms(by_month, clock),
        "all_points_by_month_and_band_ms": _median_ms(
            lambda: month_totals(store, known, START_MS, end_ms, ZONE, bands), clock
        ),
    }


def _check(store: Store, found: dict[tuple[str, int, str], float], point: str, day: Day) -> None:
    """The totals are what the counter says over the whole time."""
    total = sum(kwh for (name, _, _), kwh in found.items() if name == point)
    assert abs(total - energy_between(store, point, *day).kwh) < 1e-6 * total


def _jittered(points: int, at_once: int) -> float:
    """Packed bytes by reading where each poll, of so many points at once, is up to 30 ms early or late."""
    rng = np.random.default_rng(7)
    size = readings = 0
    for t_ms, values in days(min(points, 20), 3):
        for place, value in enumerate(values):
            if place % at_once == 0:
                late_ms = rng.integers(-30, 31, DAY_MIN)
            packed = pack(Columns(t_ms + late_ms, value, FLAGS, FLAGS))
            size += len(packed.numbers) + (len(packed.times) if place % at_once == 0 else 0)
            readings += packed.readings
    return round(size / readings, 3)


def _median_ms(work: Callable[[], object], clock: Clock) -> float:
    work()
    times_s = []
    for _ in range(RUNS):
        begun_s = clock.monotonic_s()
        work()
        times_s.append(clock.monotonic_s() - begun_s)
    return round(statistics.median(times_s) * 1000, 2)
