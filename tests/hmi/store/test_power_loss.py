"""A power cut takes the end of the log that had not reached the disk: what is left is a moment that was."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

from devices.reading import Reading
from hmi.store import care
from hmi.store.database import Store, open_store
from hmi.store.local_days import Day
from hmi.store.readings import count, insert_readings, series
from hmi.store.sealing import seal_some
from hmi.store.totals import Span

POINTS = ("mill_1.power_kw", "mill_1.energy_kwh")
ZONE = ZoneInfo("Asia/Shanghai")
T0 = 1_457_971_200_000
STEP_MS = 20 * 60_000
LOG_HEADER, FRAME_HEADER = 32, 24
FOREVER = 1 << 52


def one_band(day: Day) -> list[Span]:
    return [Span(*day, "flat")]


def _write_and_seal(store: Store, steps: int) -> None:
    for step in range(0, steps, 12):
        insert_readings(
            store, [Reading(p, T0 + s * STEP_MS, float(s)) for s in range(step, step + 12) for p in POINTS]
        )
        while seal_some(store, ZONE, one_band, T0 + step * STEP_MS, most=1):
            pass


def test_every_prefix_of_the_log_is_a_moment_that_was(tmp_path: Path) -> None:
    path = tmp_path / "valleyline.db"
    open_store(path).close()
    with closing(open_store(path)) as store:
        store.rows("PRAGMA wal_autocheckpoint = 0")
        _write_and_seal(store, 720)
        before, log = path.read_bytes(), path.with_name(f"{path.name}-wal").read_bytes()
        ((page_bytes,),) = store.rows("PRAGMA page_size")
        end = count(store)
    frames = (len(log) - LOG_HEADER) // (FRAME_HEADER + int(str(page_bytes)))
    chance, found = random.Random(4), list[int]()
    for frame in sorted({*range(0, frames, 7), frames}):
        kept = LOG_HEADER + frame * (FRAME_HEADER + int(str(page_bytes)))
        torn = chance.randbytes(chance.randrange(3000)) if frame < frames else b""  # half a frame of rubbish
        found.append(_readings_left(tmp_path / "cut.db", before, log[:kept] + torn))
    assert found == sorted(found)
    assert (found[0], found[-1]) == (0, end)
    assert len(set(found)) > 10


def _readings_left(path: Path, before: bytes, log: bytes) -> int:
    """How many readings a file has after the cut; they are whole batches from the first on, each once."""
    path.write_bytes(before)
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
    path.with_name(f"{path.name}-wal").write_bytes(log)
    with closing(open_store(path, create=False)) as store:
        assert care.damage(store) == []
        assert care.damaged_blocks(store)[1] == []
        steps = [series(store, point, T0, FOREVER, longest_gap_ms=FOREVER).value.tolist() for point in POINTS]
        assert steps[0] == steps[1] == [float(step) for step in range(len(steps[0]))]
        assert len(steps[0]) % 12 == 0
        return count(store)
