"""The desk's code never lets the window's thread wait; and never holds it long."""

from __future__ import annotations

import os
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests.hmi.desk.held_watch import LIMIT_MS, MOST_SLOWER, HeldWatch

if TYPE_CHECKING:
    from tests.conftest import WindowThreadWatch


def test_code_of_the_desk_that_waits_is_found(window_thread_watch: WindowThreadWatch) -> None:
    bad = f"{window_thread_watch.DESK[0]}/pages/bad.py"
    exec(compile("import sqlite3\nsqlite3.connect(':memory:').close()", bad, "exec"), {})
    assert window_thread_watch.found == [f"sqlite3.connect in {bad}, line 2"]
    window_thread_watch.found.clear()
    sqlite3.connect(":memory:").close()  # a test may
    assert not window_thread_watch.found


def test_a_turn_that_holds_the_window_is_found(held_watch: HeldWatch, qtbot: QtBot) -> None:
    def hold() -> None:
        until_s = time.thread_time() + 2 * MOST_SLOWER * LIMIT_MS / 1000
        while time.thread_time() < until_s:
            pass

    QTimer.singleShot(0, hold)
    qtbot.wait(20)
    qtbot.wait(20)
    assert held_watch.found
    held_watch.start_anew()


twice = pytest.mark.skipif(
    bool(os.environ.get("VALLEYLINE_HELD")), reason="VALLEYLINE_HELD=1: once is enough"
)


@pytest.fixture(scope="module")
def times_done() -> list[str]:
    """How often a test of this module was done."""
    return []


@twice
def test_a_turn_that_was_long_is_looked_at_again(held_watch: HeldWatch, times_done: list[str]) -> None:
    times_done.append("done")
    if len(times_done) == 1:  # as when the machine was halted amid a turn
        held_watch.found.append(LIMIT_MS + 1)


@twice
def test_a_turn_that_is_looked_at_again_has_the_whole_test_done_again(times_done: list[str]) -> None:
    assert times_done == ["done", "done"]
