"""How soon a desk is gone when it is closed amid something long.

Run by bench_desk.py as a process of its own: `leaving_probe.py DATA`, on a copy that may be written.
"""

from __future__ import annotations

import json
import os
import pty
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QPushButton

from hmi.demo.people_act import child
from hmi.desk.app import Desk, make_application, read_folder
from hmi.desk.find_meters import FindMetersDialog
from hmi.desk.look import Look
from hmi.desk.pages.plant import PlantPage
from hmi.desk.search_process import SearchProcess
from hmi.desk.session import SignedIn
from hmi.desk.trend_data import Window
from hmi.desk.trend_export import write_csv
from hmi.keys import new_key_pair
from hmi.store.database import Store
from hmi.store.records import Role
from hmi.store.thinning import Series
from tests.bench.alarm_burst_probe import wait

ROWS = 500_000
NUMBERS = 2_000_000_000
LONG_QUERY = f"""
WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {NUMBERS})
SELECT max(i) FROM number
"""
SHORTLY_MS = 300
PATIENCE_S = 60.0


def ask_long(desk: Desk, _: Path) -> None:
    """A query that would take minutes."""

    def work(store: Store) -> None:
        store.rows(LONG_QUERY)

    desk.context.reader.submit(work, _unheard)
    wait(SHORTLY_MS)


def export(desk: Desk, path: Path) -> None:
    """A file of very many rows, written as the Trends page does."""
    t_ms = np.arange(ROWS, dtype=np.int64) * 1000
    read = {"mill_23.power_kw": Series(t_ms, t_ms / 7.0, np.zeros(ROWS, np.int8))}
    window = Window(0, ROWS * 1000, read, {})
    zone = desk.context.plant.zone

    def work(store: Store) -> None:
        write_csv(path, window, zone, store.check)

    desk.context.reader.submit(work, _unheard)
    until(path.exists)
    wait(SHORTLY_MS)


def search(desk: Desk, _: Path) -> None:
    """The solver's process at work."""
    desk.context.session.sign_in(SignedIn("chen", Role.OPERATOR, new_key_pair()[0]))
    desk.window.show_page("plan")
    button = child(desk.window, QPushButton, "search")
    until(button.isEnabled)
    button.click()
    (worker,) = desk.window.findChildren(SearchProcess)
    until(partial(worker_runs, worker))
    wait(SHORTLY_MS)


def sound(desk: Desk, _: Path) -> None:
    """A sound that does not end."""
    player = desk.context.sound._player
    player._programs = [("sleep", "600")]
    player.play(1)
    wait(SHORTLY_MS)


def scan(desk: Desk, _: Path) -> None:
    """A line on which nothing answers."""
    desk.context.session.sign_in(SignedIn("wang", Role.ENGINEER, new_key_pair()[0]))
    desk.window.show_page("plant")
    page = desk.window.page("plant")
    assert isinstance(page, PlantPage)
    until(page.is_settled)
    page.find_meters()
    finder = page.findChild(FindMetersDialog).finder
    near, far = pty.openpty()
    finder.choose_port(os.ttyname(far))
    finder.scan()
    os.set_blocking(near, False)
    until(partial(is_asked, near))


OCCUPATIONS = {"query": ask_long, "export": export, "search": search, "sound": sound, "scan": scan}


def worker_runs(worker: SearchProcess) -> bool:
    return worker._process.state() is QProcess.ProcessState.Running


def is_asked(near: int) -> bool:
    """Whether a question has come to a line that cannot block."""
    try:
        return bool(os.read(near, 1))
    except BlockingIOError:
        return False


def until(seen: Callable[[], bool]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not seen():
        assert time.monotonic() < until_s
        wait(20)


def _unheard(_: object) -> None:
    pass


def leave(desk: Desk) -> float:
    """Closes a desk and says how many seconds that took."""
    began_s = time.perf_counter()
    desk.close()
    return time.perf_counter() - began_s


def main(data_dir: Path) -> None:
    application = make_application()
    times_s = {}
    for name, occupy in OCCUPATIONS.items():
        plant, clock, _ = read_folder(data_dir, None)
        desk = Desk(application, data_dir, plant, clock, Look())
        desk.open()
        wait(8_000)  # all pages are built
        occupy(desk, data_dir / "leaving.csv")
        times_s[f"leaving_in_{name}_s"] = leave(desk)
    print(json.dumps(times_s))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
