"""A desk with many curves: what a live day of them costs, how fast a year of them moves, what memory does.

Run by bench_desk.py as a process of its own: `curves_probe.py WHAT DATA` with WHAT live, pan or memory; it
makes the data folder first. Curves are those of a mill that grinds and rests, each with its own noise.
"""

from __future__ import annotations

import json
import os
import resource as usage
import shutil
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import msgspec
import numpy as np
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from devices.clock import Clock
from devices.reading import Reading
from hmi.data_folder import database_path, save_clock
from hmi.desk.app import SMALLEST, Desk, make_application, wait_until_settled
from hmi.desk.look import Look
from hmi.desk.pages.trends import TrendsPage
from hmi.plant import Plant, load_plant
from hmi.store.blocks import write_block
from hmi.store.database import Store, open_store
from hmi.store.local_days import local_days
from hmi.store.packing import Columns
from hmi.store.readings import insert_readings
from hmi.store.records import Heartbeat
from hmi.store.status import set_heartbeat
from resources.locate import resource

MINUTE_MS, DAY_MS, YEAR_DAYS = 60_000, 86_400_000, 365
END_MS = 1_458_021_780_000
LIVE_S, MEMORY_S = 100.0, 90.0  # the first so long that the curves are read and drawn anew meanwhile
REFRESH_MS = 15  # so that a day of refreshes passes in a minute and a half
FRAMES = 300
LARGE = (1920, 1080)


def powers(count: int, minutes: int) -> np.ndarray:
    """float64[count, minutes]: eleven hours on, two off, at another time for each, with noise."""
    noise = np.random.default_rng(4)
    at = np.arange(minutes)
    return np.stack(
        [
            np.where((at + 97 * index) % 780 < 660, 45.0 + index % 9, 0.4)
            + noise.normal(0.0, 0.6, minutes).round(1)
            for index in range(count)
        ]
    )


def prepare(data_dir: Path, curves: int, days: int) -> Plant:
    """A plant of so many meters with so many days of minutes, sealed but for the last."""
    data_dir.mkdir(parents=True)
    shutil.copy(resource("plants/company_x/plant.toml"), data_dir / "plant.toml")
    plant = load_plant(data_dir / "plant.toml")
    meter = plant.meters[0]
    meters = [msgspec.structs.replace(meter, id=f"meter_{index}", measures="") for index in range(curves)]
    plant = msgspec.structs.replace(plant, meters=meters)
    store = open_store(database_path(data_dir))
    minutes = days * 1440
    t_ms = END_MS - (np.arange(minutes, dtype=np.int64)[::-1]) * MINUTE_MS
    for index, values in enumerate(powers(curves, minutes)):
        fill(store, f"meter_{index}.power_kw", t_ms, values, plant)
    save_clock(store, Clock(Clock().wall_ms(), END_MS, 1.0))
    set_heartbeat(store, Heartbeat(END_MS, Clock().wall_ms() + DAY_MS))
    store.close()
    return plant


def fill(store: Store, point: str, t_ms: np.ndarray, values: np.ndarray, plant: Plant) -> None:
    """A point's days as blocks, the last one as rows."""
    days = local_days(int(t_ms[0]), int(t_ms[-1]) + 1, plant.zone)
    last = int(np.searchsorted(t_ms, days[-1].from_ms))
    rows = [Reading(point, int(t), float(v)) for t, v in zip(t_ms[last:], values[last:], strict=True)]
    insert_readings(store, rows)
    ((point_id,),) = store.rows("SELECT id FROM points WHERE name = ?", [point])
    with store.transaction(durable=False):
        for day in days[:-1]:
            first, end = (int(place) for place in np.searchsorted(t_ms, day))
            flags = np.zeros(end - first, np.int8)
            columns = Columns(t_ms[first:end], values[first:end], flags, flags)
            write_block(store, int(str(point_id)), day, columns)
        store.rows("UPDATE points SET sealed_ms = ? WHERE id = ?", [days[-1].from_ms, point_id])


def opened(
    data_dir: Path, plant: Plant, clock: Clock, size: tuple[int, int] = SMALLEST
) -> tuple[Desk, TrendsPage]:
    desk = Desk(make_application(), data_dir, plant, clock, Look())
    desk.window.resize(*size)
    desk.open()
    desk.window.show_page("trends")
    page = desk.window.page("trends")
    assert isinstance(page, TrendsPage)
    wait_until_settled(desk.window)
    return desk, page


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def live(data_dir: Path) -> dict[str, float]:
    """The share of a core that a desk takes: a day of 100 curves, each with a new value every second."""
    plant = prepare(data_dir, 100, 1)
    clock = Clock(Clock().wall_ms(), END_MS, 1.0)
    desk, page = opened(data_dir, plant, clock)
    page.show_points([f"meter_{index}.power_kw" for index in range(100)])
    wait(12_000)  # all pages are built
    writer = Writer(data_dir, clock)
    began_s, spent_s = time.perf_counter(), time.process_time()
    while time.perf_counter() - began_s < LIVE_S:
        wait(1_000)
        spent_s += writer.write()
    whole_s = time.perf_counter() - began_s
    share = (time.process_time() - spent_s) / whole_s
    desk.close()
    writer.close()
    return {"live_100_curves_of_a_core": share}


class Writer:
    """Plays the station: a new value of each curve; `write` says what that cost of this process's time."""

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        self._store, self._clock = open_store(database_path(data_dir)), clock

    def write(self) -> float:
        before_s, t_ms = time.process_time(), self._clock.now_ms()
        insert_readings(
            self._store, [Reading(f"meter_{index}.power_kw", t_ms, 45.0 + index) for index in range(100)]
        )
        return time.process_time() - before_s

    def close(self) -> None:
        self._store.close()


def pan(data_dir: Path) -> dict[str, float]:
    """How long a frame takes while a year of 12 curves is dragged and zoomed, and how soon it is filled."""
    plant = prepare(data_dir, 12, YEAR_DAYS)
    desk, page = opened(data_dir, plant, Clock(Clock().wall_ms(), END_MS, 1.0), LARGE)
    page.show_points([f"meter_{index}.power_kw" for index in range(12)])
    began_s = time.perf_counter()
    page.show_time(END_MS - YEAR_DAYS * DAY_MS, END_MS)
    wait_until_settled(desk.window)
    filled_s = time.perf_counter() - began_s
    wait(12_000)
    plot, frames_ms, own_ms = page.lanes.plot("kW"), [], []
    span_ms = YEAR_DAYS * DAY_MS
    for frame in range(FRAMES):
        swing = np.sin(frame / 25)
        zoom = 1.0 - 0.5 * (1 + np.sin(frame / 40)) / 2
        middle_ms = END_MS - span_ms / 2 + 0.15 * span_ms * swing
        began_s, own_s = time.perf_counter(), time.thread_time()
        plot.show_range(round(middle_ms - zoom * span_ms / 2), round(middle_ms + zoom * span_ms / 2))
        QCoreApplication.sendPostedEvents()  # paints, and does what else came meanwhile
        frames_ms.append((time.perf_counter() - began_s) * 1000)
        own_ms.append((time.thread_time() - own_s) * 1000)
        wait(16)
    desk.close()
    frames_ms.sort()
    own_ms.sort()
    return {
        "pan_year_12_frame_p50_ms": frames_ms[FRAMES // 2],
        "pan_year_12_frame_p95_ms": frames_ms[int(0.95 * FRAMES)],
        "pan_year_12_own_p50_ms": own_ms[FRAMES // 2],
        "pan_year_12_own_p95_ms": own_ms[int(0.95 * FRAMES)],
        "year_12_filled_s": filled_s,
    }


def memory(data_dir: Path) -> dict[str, float]:
    """What memory does over 24 simulated hours of a desk that is refreshed all the time, page by page."""
    plant = prepare(data_dir, 20, 2)
    clock = Clock(Clock().wall_ms(), END_MS, DAY_MS / 1000 / MEMORY_S)
    desk, page = opened(data_dir, plant, clock)
    page.show_points([f"meter_{index}.power_kw" for index in range(20)])
    wait(12_000)
    writer, worlds = Writer(data_dir, clock), []
    desk.window.world_shown.connect(worlds_counter(worlds))
    desk.window._timer.setInterval(REFRESH_MS)
    pages, sizes_mb = desk.window.page_ids(), []
    began_s = time.perf_counter()
    while (passed_s := time.perf_counter() - began_s) < MEMORY_S:
        desk.window.show_page(pages[int(passed_s) % len(pages)])
        wait(500)
        writer.write()
        sizes_mb.append(resident_mb())
    desk.close()
    writer.close()
    third = len(sizes_mb) // 3
    return {
        "memory_after_8h_mb": float(np.median(sizes_mb[third - 5 : third + 5])),
        "memory_after_24h_mb": float(np.median(sizes_mb[-10:])),
        "memory_refreshes": float(len(worlds)),
    }


def worlds_counter(worlds: list[int]) -> object:
    def count(_: object) -> None:
        worlds.append(1)

    return count


def resident_mb() -> float:
    """What this process holds now; where that cannot be read, the most it ever held."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * usage.getpagesize() / (1 << 20)
    return usage.getrusage(usage.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    measure = {"live": live, "pan": pan, "memory": memory}[sys.argv[1]]
    print(json.dumps(measure(Path(sys.argv[2]) / sys.argv[1])))
