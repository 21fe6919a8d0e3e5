"""A desk that measures itself: its start, and how long its thread is held while a search runs.

Run by bench_desk.py as a process of its own: `desk_probe.py DATA STARTED_WALL_S`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QSpinBox

from hmi.demo.people_act import child
from hmi.demo.script import Script, Wait
from hmi.desk.app import Desk, make_application, read_folder
from hmi.desk.look import Look
from hmi.desk.session import SignedIn
from hmi.keys import new_key_pair
from hmi.store.records import Role

BEAT_MS = 2
SEARCH_S = 8
SEARCHES = 10  # one of the demonstration's day is over in less than a second


class Pulse:
    """Beats in the window's thread and notes how late each beat comes."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._last_s = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def begin(self) -> None:
        self.late_ms.clear()
        self._last_s = time.perf_counter()
        self._timer.start()

    def end(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now_s = time.perf_counter()
        self.late_ms.append((now_s - self._last_s) * 1000 - BEAT_MS)
        self._last_s = now_s


def main(data_dir: Path, started_wall_s: float) -> None:
    plant, clock, _ = read_folder(data_dir, None)
    application = make_application()
    desk = Desk(application, data_dir, plant, clock, Look())
    desk.window.resize(1920, 1080)
    result: dict[str, float] = {}
    pulse = Pulse()
    script = Script(acts(desk, result, started_wall_s, pulse), clock)
    script.ended.connect(application.quit)
    desk.open()
    script.begin()
    QApplication.exec()
    desk.close()
    late = sorted(pulse.late_ms)
    result["held_max_ms"] = late[-1]
    result["held_p99_ms"] = late[int(len(late) * 0.99)]
    print(json.dumps(result))


def acts(desk: Desk, result: dict[str, float], started_wall_s: float, pulse: Pulse) -> Iterator[Wait]:
    window = desk.window
    yield Wait("a live value", lambda: window.world is not None and bool(window.world.good))
    window.repaint()
    result["first_value_s"] = time.time() - started_wall_s
    window.context.session.sign_in(SignedIn("chen", Role.OPERATOR, new_key_pair()[0]))
    yield Wait("signed in", lambda: window.context.session.name == "chen")
    window.show_page("plan")
    child(window, QComboBox, "method").setCurrentIndex(1)
    child(window, QSpinBox, "seconds").setValue(SEARCH_S)
    search, propose = child(window, QPushButton, "search"), child(window, QPushButton, "propose")
    yield Wait("the search button", search.isEnabled)
    until_s = time.monotonic() + 15.0  # the worker warms, the other pages are built
    yield Wait("a warm worker", lambda: time.monotonic() > until_s)
    pulse.begin()
    for _ in range(SEARCHES):
        yield Wait("the search button", search.isEnabled)
        search.click()
        yield Wait("the plan", propose.isEnabled, 60.0)
    pulse.end()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
