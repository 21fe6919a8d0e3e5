"""Thirty days of plant time, stored and sealed as fast as they can be, while a desk reads."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from devices.clock import Clock
from devices.reading import Reading
from hmi.store.database import Store, open_store
from hmi.store.local_days import Day
from hmi.store.readings import insert_readings
from hmi.store.sealing import seal_some
from hmi.store.totals import Span
from tests.bench.store_ingest import CHECKOUT
from tests.bench.store_plant import START_MS

ZONE = ZoneInfo("Asia/Shanghai")
DAY_S, SECOND_MS = 86_400, 1000
STEP_S = 60  # of plant time in a transaction; the station, which stores each turn, seals more often
SEALS_A_STEP = 4
AT_ONCE = 4  # points that one poll of a meter reads


def figures(path: Path, points: int, days: int, clock: Clock) -> dict[str, object]:
    """Each day's memory, file and log; `points` are read once a second of plant time."""
    names = [f"m{n // AT_ONCE}_{n % AT_ONCE}.power_kw" for n in range(points)]
    with closing(open_store(path)) as store:
        insert_readings(store, [Reading(name, START_MS - SECOND_MS, 0.0) for name in names])
    command = [sys.executable, "-m", "tests.bench.store_ingest", str(path)]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as desk:
        assert desk.stdout is not None
        desk.stdout.readline()
        begun_s = clock.monotonic_s()
        with closing(open_store(path)) as store:
            rows = [_day(store, names, day) for day in range(days)]
        took_s = clock.monotonic_s() - begun_s
        reads = len(desk.communicate()[0].split(","))
    stored = points * days * DAY_S
    return {
        "readings": stored,
        "days": days,
        "readings_per_s_of_plant_time": points,
        "stored_and_sealed_per_s": round(stored / took_s),
        "times_as_fast_as_plant_time": round(days * DAY_S / took_s),
        "desk_reads_meanwhile": reads,
        "memory_mb_by_day": [row[0] for row in rows],
        "file_mb_by_day": [row[1] for row in rows],
        "log_mb_at_most_by_day": [row[2] for row in rows],
        "days_waiting_to_be_sealed": [row[3] for row in rows],
        **_growth([row[1] for row in rows], points),
    }


def _growth(file_mb: list[float], points: int) -> dict[str, object]:
    """From the fifth day on, when the room of the first unsealed days is used again and again."""
    if len(file_mb) < 10:
        return {}
    a_day_mb = (file_mb[-1] - file_mb[4]) / (len(file_mb) - 5)
    return {
        "growth_mb_a_day": round(a_day_mb, 3),
        "growth_bytes_a_reading": round(a_day_mb * 1e6 / points / DAY_S, 3),
    }


def _day(store: Store, names: list[str], day: int) -> tuple[float, float, float, int]:
    """Stores and seals one day; memory, file and the longest log in MB, and what waits to be sealed."""
    log, longest = store.path.with_name(f"{store.path.name}-wal"), 0
    rng = np.random.default_rng(day)
    level_kw = rng.uniform(5, 60, len(names))
    for step in range(0, DAY_S, STEP_S):
        level_kw += rng.normal(0, 0.05, len(names))
        power_kw = (level_kw[:, None] + rng.normal(0, 0.15, (len(names), STEP_S))).round(2)
        start_ms = START_MS + (day * DAY_S + step) * SECOND_MS
        late_ms = rng.integers(0, 30, (len(names), STEP_S)).repeat(AT_ONCE, axis=0)
        late_ms = late_ms[: len(names)]  # as polls are
        times = start_ms + np.arange(STEP_S) * SECOND_MS + late_ms
        insert_readings(
            store,
            [
                Reading(name, t_ms, kw)
                for name, row_ms, row_kw in zip(names, times.tolist(), power_kw.tolist(), strict=True)
                for t_ms, kw in zip(row_ms, row_kw, strict=True)
            ],
        )
        seal_some(store, ZONE, _one_band, start_ms, most=SEALS_A_STEP)
        longest = max(longest, log.stat().st_size)
    ((waiting,),) = store.rows("SELECT count(*) FROM touched_days")
    ((pages, page_bytes),) = store.rows(
        "SELECT page_count, page_size FROM pragma_page_count, pragma_page_size"
    )
    size = int(str(pages)) * int(str(page_bytes))  # also what is still in the log
    return _memory_mb(), round(size / 1e6, 2), round(longest / 1e6, 1), int(str(waiting))


def _one_band(day: Day) -> list[Span]:
    return [Span(*day, "flat")]


def _memory_mb() -> float:
    """What this process has in memory now."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (line,) = (line for line in lines if line.startswith("VmRSS:"))
    return round(int(line.split()[1]) / 1024, 1)
