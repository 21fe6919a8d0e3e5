"""Readings in at a steady rate while five desks read, each in its process.

`python -m tests.bench.store_ingest DATABASE` is one such desk: reads until its input ends and says how long.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import numpy as np

from devices.clock import Clock
from devices.reading import Reading
from hmi.store.database import open_store
from hmi.store.readings import insert_readings, newest, points, series_thinned
from solver.durations import HOUR_MS

CHECKOUT = Path(__file__).resolve().parents[2]
POINTS = [f"m{n}.power_kw" for n in range(1000)]
DESKS = 5
WANTED_PER_S = 50_000
STEP_MS = 1000 * len(POINTS) // WANTED_PER_S
MOST_STEPS = 12  # in a transaction, as the station takes 2000 events of some six readings
CURVE_POINTS = 2000
LOOK_S = 0.2


def figures(path: Path, seconds: float, clock: Clock) -> dict[str, object]:
    """What was stored a second, and how long the desks waited for a curve or for all newest readings."""
    with closing(open_store(path)) as store:
        insert_readings(store, [Reading(point, 0, 0.0) for point in POINTS])
    command = [sys.executable, "-m", "tests.bench.store_ingest", str(path)]
    desks = [
        subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(DESKS)
    ]
    for desk in desks:
        assert desk.stdout is not None
        desk.stdout.readline()  # it is ready
    stored, longest_s, took_s, wal_bytes, behind_ms = _write(path, seconds, clock)
    said = [json.loads(desk.communicate()[0]) for desk in desks]
    waits_ms = np.concatenate(said) * 1000
    return {
        "wanted_per_s": WANTED_PER_S,
        "stored_per_s": round(stored / took_s),
        "behind_at_the_end_ms": behind_ms,
        "seconds": round(took_s, 1),
        "longest_transaction_ms": round(longest_s * 1000, 1),
        "log_mb_at_most": round(wal_bytes / 1e6, 1),
        "desks": DESKS,
        "desk_reads": len(waits_ms),
        "desk_read_p50_ms": round(float(np.percentile(waits_ms, 50)), 2),
        "desk_read_p99_ms": round(float(np.percentile(waits_ms, 99)), 2),
    }


def _write(path: Path, seconds: float, clock: Clock) -> tuple[int, float, float, int, int]:
    """Stores as the station does: each transaction takes all that has come by then."""
    log = path.with_name(f"{path.name}-wal")
    stored, longest_s, wal_bytes, step = 0, 0.0, 0, 0
    begun_s = clock.monotonic_s()
    with closing(open_store(path)) as store:
        while (now_s := clock.monotonic_s() - begun_s) < seconds:
            come = min(int(now_s * 1000) // STEP_MS, step + MOST_STEPS)
            if come == step:
                clock.sleep_s(STEP_MS / 1000)
                continue
            readings = [
                Reading(point, each * STEP_MS, 40.0 + (each + n) % 77)
                for each in range(step + 1, come + 1)
                for n, point in enumerate(POINTS)
            ]
            before_s = clock.monotonic_s()
            stored += insert_readings(store, readings)
            longest_s = max(longest_s, clock.monotonic_s() - before_s)
            wal_bytes = max(wal_bytes, log.stat().st_size)
            step = come
        took_s = clock.monotonic_s() - begun_s
        return stored, longest_s, took_s, wal_bytes, round(took_s * 1000) - step * STEP_MS


def desk(path: Path) -> None:
    """Reads as a desk does: the last hour of a point five times a second, once a second the newest of all."""
    clock, done, waits_s = Clock(), threading.Event(), list[float]()
    threading.Thread(target=lambda: (sys.stdin.read(), done.set())).start()
    with closing(open_store(path)) as store:
        names, now_ms, look = points(store), 0, 0
        print("ready", flush=True)
        while not done.wait(LOOK_S):
            begun_s = clock.monotonic_s()
            if look % 5 == 0:
                now_ms = max(reading.t_ms for reading in newest(store).values())
            else:
                name = names[look * 7 % len(names)]
                series_thinned(store, name, now_ms - HOUR_MS, 1 << 50, CURVE_POINTS)
            waits_s.append(clock.monotonic_s() - begun_s)
            look += 1
    print(json.dumps(waits_s))


if __name__ == "__main__":
    desk(Path(sys.argv[1]))
