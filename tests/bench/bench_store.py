"""How many readings a second the store takes while a desk reads, and how fast it shows a long trend."""

from __future__ import annotations

import statistics
import tempfile
import threading
from pathlib import Path

from devices.clock import Clock
from devices.reading import Reading
from hmi.store.database import Store, open_store
from hmi.store.readings import insert_readings, newest, series_thinned

POINTS = [f"mill_{mill}.{quantity}" for mill in range(7) for quantity in "abcdef"]  # one poll of the plant
POLLS = 1000
RUNS = 5
TREND_POINT = "mill_0.a"
TREND_POINTS = 2000
YEAR_MIN = 525_600


def run() -> dict[str, object]:
    """Medians of five runs, each on a new database."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        rates = [_insert_rate(Path(folder) / f"{number}.db", clock) for number in range(RUNS)]
        year = _year_of_minutes(Path(folder) / "year.db", clock)
    return {
        "readings_per_s": round(statistics.median(rates)),
        "readings_per_s_of_each_run": [round(rate) for rate in rates],
        "readings_in_a_transaction": len(POINTS),
        **year,
    }


def _insert_rate(path: Path, clock: Clock) -> float:
    store = open_store(path)
    done = threading.Event()
    reader = threading.Thread(target=_read_on, args=(path, clock, done), name="bench reader")
    reader.start()
    try:
        start_s = clock.monotonic_s()
        for poll in range(POLLS):
            insert_readings(store, _poll(poll))
        return POLLS * len(POINTS) / (clock.monotonic_s() - start_s)
    finally:
        done.set()
        reader.join()
        store.close()


def _read_on(path: Path, clock: Clock, done: threading.Event) -> None:
    """Reads as a desk does: the newest of all and one trend, ten times a second."""
    store = open_store(path)
    while not done.is_set():
        newest(store)
        series_thinned(store, TREND_POINT, 0, POLLS * 1000, TREND_POINTS)
        clock.sleep_s(0.1)
    store.close()


def _year_of_minutes(path: Path, clock: Clock) -> dict[str, object]:
    store = open_store(path)
    insert_readings(store, [Reading(TREND_POINT, minute * 60_000, minute % 97) for minute in range(YEAR_MIN)])
    figures = {
        "year_of_minutes_thinned_ms": _median_ms(store, clock, YEAR_MIN),
        "day_of_minutes_thinned_ms": _median_ms(store, clock, 1440),
        "year_of_minutes_mb": round(path.stat().st_size / 1e6, 1),
    }
    store.close()
    return figures


def _median_ms(store: Store, clock: Clock, minutes: int) -> float:
    times_s = []
    for _ in range(RUNS):
        start_s = clock.monotonic_s()
        series_thinned(store, TREND_POINT, 0, minutes * 60_000, TREND_POINTS)
        times_s.append(clock.monotonic_s() - start_s)
    return round(statistics.median(times_s) * 1000, 1)


def _poll(number: int) -> list[Reading]:
    return [Reading(point, number * 1000, float(number % 50)) for point in POINTS]
