"""A desk into which 3 000 alarms come at once: how long a frame takes while somebody scrolls through them.

Run by bench_desk.py as a process of its own: `alarm_burst_probe.py DATA`, on a copy that may be written.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from hmi.data_folder import database_path
from hmi.desk.app import Desk, make_application, read_folder
from hmi.desk.look import Look
from hmi.desk.pages.alarms import AlarmsPage
from hmi.store.alarms import save_alarms
from hmi.store.database import open_store
from hmi.store.records import Alarm, AlarmState
from tests.bench.desk_probe import Pulse

ALARMS = 3_000
FRAMES = 400
LOOK_MS = 1_500
KINDS = ("command_held", "meter_silent", "batch_overdue", "idle_in_peak")


def burst(now_ms: int) -> list[Alarm]:
    """So many different alarms, all raised within the same second."""
    found = []
    for index in range(ALARMS):
        kind, subject = KINDS[index % len(KINDS)], f"machine_{index}"
        detail: dict[str, object] = {"plan_id": 1, "late_min": 17, "minutes": 34, "power_kw": 7.3}
        key, state = f"{kind}:{subject}", AlarmState.UNACKNOWLEDGED
        raised_ms = now_ms - index % 1000
        found.append(
            Alarm(key, kind, subject, 1 + index % 4, state, raised_ms, raised_ms, active=True, detail=detail)
        )
    return found


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def main(data_dir: Path) -> None:
    plant, clock, _ = read_folder(data_dir, None)
    desk = Desk(make_application(), data_dir, plant, clock, Look())
    desk.window.resize(1366, 768)
    desk.open()
    desk.window.show_page("alarms")
    page = desk.window.page("alarms")
    assert isinstance(page, AlarmsPage)
    for page_id in desk.window.page_ids():  # each is made, and seen once
        desk.window.show_page(page_id)
        wait(LOOK_MS)
    pulse = Pulse()
    pulse.begin()
    for page_id in desk.window.page_ids() * 2:
        desk.window.show_page(page_id)
        wait(LOOK_MS)
    pulse.end()
    calm_ms = max(pulse.late_ms)
    desk.window.show_page("alarms")
    began_s = time.perf_counter()
    store = open_store(database_path(data_dir))
    save_alarms(store, burst(clock.now_ms()))
    store.close()
    stored_s = time.perf_counter() - began_s
    pulse.begin()
    while len(page.list.table.alarms) < ALARMS:
        if page.list.group.isChecked():
            page.list.group.click()
        wait(20)
    shown_s = time.perf_counter() - began_s
    wait(3_000)
    pulse.end()
    frames_ms = scroll(page)
    desk.close()
    frames_ms.sort()
    late_ms = sorted(pulse.late_ms)
    print(
        json.dumps(
            {
                "frame_p95_ms": frames_ms[int(0.95 * len(frames_ms))],
                "frame_p50_ms": frames_ms[len(frames_ms) // 2],
                "frame_max_ms": frames_ms[-1],
                "stored_s": stored_s,
                "shown_s": shown_s,
                "held_max_ms": late_ms[-1],
                "paging_held_max_ms": calm_ms,
            }
        )
    )


def scroll(page: AlarmsPage) -> list[float]:
    """Scrolls down and up again while the desk goes on loading each second; the time of each frame."""
    bar, frames_ms = page.list.table.verticalScrollBar(), []
    for frame in range(FRAMES):
        began_s = time.perf_counter()
        down = frame if frame < FRAMES // 2 else FRAMES - frame
        bar.setValue(down * bar.maximum() // (FRAMES // 2))
        page.list.table.viewport().repaint()
        QApplication.sendPostedEvents()
        frames_ms.append((time.perf_counter() - began_s) * 1000)
        wait(16)
    return frames_ms


if __name__ == "__main__":
    main(Path(sys.argv[1]))
