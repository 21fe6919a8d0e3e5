"""Days of plant time, stored and sealed as fast as they can be, while a desk reads; can be gone on with."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from devices.reading import Reading
from hmi.store.database import Store, open_store
from hmi.store.local_days import Day
from hmi.store.readings import count, insert_readings, newest
from hmi.store.sealing import seal_some
from hmi.store.totals import Span
from tests.bench.store_ingest import CHECKOUT
from tests.bench.store_plant import START_MS

ZONE = ZoneInfo("Asia/Shanghai")
DAY_S, SECOND_MS = 86_400, 1000
STEP_S = 60  # of plant time in a transaction; the station, which stores each turn, seals more often
SEALS_A_STEP = 4
AT_ONCE = 4  # points that one poll of a meter reads
SETTLED_DAYS = 5  # from then on the room of the first unsealed days is used again and again


class DayFigures(msgspec.Struct, frozen=True):
    """What a day left behind and what it took; the log is the longest of the day."""

    day: int
    memory_mb: float
    file_mb: float
    log_mb: float
    waiting_to_be_sealed: int
    readings: int  # that were new, all but those of a day that was broken off
    processor_s: float
    clock_s: float
    desk_reads: int


def figures(path: Path, points: int, days: int) -> dict[str, object]:
    """Each day's memory, file and log; `points` are read once a second of plant time.

    A file that is there is gone on with. A line a day goes to the standard error and beside the file.
    """
    names = [f"m{n // AT_ONCE}_{n % AT_ONCE}.power_kw" for n in range(points)]
    beside = path.with_suffix(".jsonl")
    with closing(open_store(path)) as store:
        first = _days_done(store, names)
        known = _lines(beside)[:first]
        beside.write_bytes(msgspec.json.Encoder().encode_lines(known))
        for day in range(first, days):
            known.append(_day(store, names, day))
            line = msgspec.json.encode(known[-1])
            with beside.open("ab") as file:
                file.write(line + b"\n")
            print(line.decode(), file=sys.stderr, flush=True)
        stored = count(store)
    assert stored == points * (days * DAY_S + 1), f"{stored} readings are there"
    return _summary(known, points)


def _days_done(store: Store, names: Sequence[str]) -> int:
    """The days that are whole; one that was broken off is stored again, and what is there is skipped."""
    insert_readings(store, [Reading(name, START_MS - SECOND_MS, 0.0) for name in names])
    last_ms = min(reading.t_ms for reading in newest(store).values())
    return int((last_ms + SECOND_MS - START_MS) // (DAY_S * SECOND_MS))


def _lines(path: Path) -> list[DayFigures]:
    return msgspec.json.Decoder(DayFigures).decode_lines(path.read_bytes()) if path.exists() else []


def _summary(found: Sequence[DayFigures], points: int) -> dict[str, object]:
    readings = sum(day.readings for day in found)
    return {
        "readings": readings,
        "days": len(found),
        "readings_per_s_of_plant_time": points,
        "stored_and_sealed_per_s": round(readings / sum(day.clock_s for day in found)),
        "stored_and_sealed_per_s_of_a_processor": round(readings / sum(day.processor_s for day in found)),
        "desk_reads_meanwhile": sum(day.desk_reads for day in found),
        "memory_mb_by_day": [day.memory_mb for day in found],
        "file_mb_by_day": [day.file_mb for day in found],
        "log_mb_at_most_by_day": [day.log_mb for day in found],
        "days_waiting_to_be_sealed": [day.waiting_to_be_sealed for day in found],
        **_growth([day.file_mb for day in found], points),
    }


def _growth(file_mb: Sequence[float], points: int) -> dict[str, object]:
    if len(file_mb) < 2 * SETTLED_DAYS:
        return {}
    a_day_mb = (file_mb[-1] - file_mb[SETTLED_DAYS - 1]) / (len(file_mb) - SETTLED_DAYS)
    return {
        "growth_mb_a_day": round(a_day_mb, 3),
        "growth_bytes_a_reading": round(a_day_mb * 1e6 / points / DAY_S, 3),
    }


def _day(store: Store, names: Sequence[str], day: int) -> DayFigures:
    """Stores and seals one day while a desk reads."""
    log, longest, stored = store.path.with_name(f"{store.path.name}-wal"), 0, 0
    begun_s, begun_processor_s = time.monotonic(), time.process_time()
    with _desk(store.path) as reads:
        for start_ms, readings in _readings(names, day):
            stored += insert_readings(store, readings)
            longest = max(longest, log.stat().st_size)
            seal_some(store, ZONE, _one_band, start_ms, most=SEALS_A_STEP)
            longest = max(longest, log.stat().st_size)
    took_s, took_processor_s = time.monotonic() - begun_s, time.process_time() - begun_processor_s
    ((waiting,),) = store.rows("SELECT count(*) FROM touched_days")
    ((pages, page_bytes),) = store.rows(
        "SELECT page_count, page_size FROM pragma_page_count, pragma_page_size"
    )
    return DayFigures(
        day=day,
        memory_mb=_memory_mb(),
        file_mb=round(int(str(pages)) * int(str(page_bytes)) / 1e6, 2),  # also what is still in the log
        log_mb=round(longest / 1e6, 1),
        waiting_to_be_sealed=int(str(waiting)),
        readings=stored,
        processor_s=round(took_processor_s, 1),
        clock_s=round(took_s, 1),
        desk_reads=sum(reads),
    )


def _readings(names: Sequence[str], day: int) -> Iterator[tuple[int, list[Reading]]]:
    """A day's readings step by step with the time at which each begins; the same each time."""
    rng = np.random.default_rng(day)
    level_kw = rng.uniform(5, 60, len(names))
    for step in range(0, DAY_S, STEP_S):
        level_kw += rng.normal(0, 0.05, len(names))
        power_kw = (level_kw[:, None] + rng.normal(0, 0.15, (len(names), STEP_S))).round(2)
        start_ms = START_MS + (day * DAY_S + step) * SECOND_MS
        late_ms = rng.integers(0, 30, (len(names), STEP_S)).repeat(AT_ONCE, axis=0)
        late_ms = late_ms[: len(names)]  # as polls are
        times = start_ms + np.arange(STEP_S) * SECOND_MS + late_ms
        yield (
            start_ms,
            [
                Reading(name, t_ms, kw)
                for name, row_ms, row_kw in zip(names, times.tolist(), power_kw.tolist(), strict=True)
                for t_ms, kw in zip(row_ms, row_kw, strict=True)
            ],
        )


@contextmanager
def _desk(path: Path) -> Iterator[list[int]]:
    """A desk of its own that reads meanwhile; at the end, how often it did."""
    command = [sys.executable, "-m", "tests.bench.store_ingest", str(path)]
    reads: list[int] = []
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as desk:
        assert desk.stdout is not None
        desk.stdout.readline()
        yield reads
        reads.append(len(msgspec.json.decode(desk.communicate()[0])))


def _one_band(day: Day) -> list[Span]:
    return [Span(*day, "flat")]


def _memory_mb() -> float:
    """What this process has in memory now."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (line,) = (line for line in lines if line.startswith("VmRSS:"))
    return round(int(line.split()[1]) / 1024, 1)
