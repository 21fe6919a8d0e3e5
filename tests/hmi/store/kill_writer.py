"""The program that test_kill.py kills: writes, seals, sums, thins and copies, and says what is done.

`python kill_writer.py DATABASE FIRST_STEP COPY`
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.reading import Reading
from hmi.store.care import copy_database
from hmi.store.database import open_store
from hmi.store.local_days import Day
from hmi.store.readings import insert_readings
from hmi.store.retention import thin_some
from hmi.store.sealing import seal_some
from hmi.store.totals import Span
from tests.hmi.store.thinned_history import RULE

POINTS = ("mill_1.power_kw", "mill_1.energy_kwh", "mill_2.energy_kwh")
ZONE = ZoneInfo("Asia/Shanghai")
T0 = 1_457_971_200_000  # a local midnight, behind the readings of the first schema's file
STEP_MS = 10 * 60_000
STEPS_A_BATCH = 24
BATCHES_A_COPY = 40


def one_band(day: Day) -> list[Span]:
    return [Span(*day, "flat")]


def batch(first_step: int) -> list[Reading]:
    """Readings whose value says which they are; one of ten comes only with the batch after the next."""
    steps = [*range(first_step, first_step + STEPS_A_BATCH)]
    late = [step - 2 * STEPS_A_BATCH for step in steps if step >= 2 * STEPS_A_BATCH]
    there = [step for step in steps if step % 10] + [step for step in late if step % 10 == 0]
    return [reading(point, step) for step in there for point in POINTS]


def reading(point: str, step: int) -> Reading:
    return Reading(point, T0 + step * STEP_MS, float(step))


def main() -> None:
    path, step, copy = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    store = open_store(path)
    print("open", flush=True)
    while True:
        insert_readings(store, batch(step))
        step += STEPS_A_BATCH
        print("step", step, flush=True)
        while seal_some(store, ZONE, one_band, T0 + step * STEP_MS, most=3):
            pass
        thin_some(store, RULE, T0 + step * STEP_MS, most=3)
        if step // STEPS_A_BATCH % BATCHES_A_COPY == 0:
            with suppress(FileNotFoundError):
                copy.unlink()
            copy_database(store, copy, lambda _pages, _total: None, pages_a_step=8)
            print("copied", step, flush=True)


if __name__ == "__main__":
    main()
