"""The desk's code never lets the window's thread wait; how long it is held is measured by `bench desk`."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import WindowThreadWatch


def test_code_of_the_desk_that_waits_is_found(window_thread_watch: WindowThreadWatch) -> None:
    bad = f"{window_thread_watch.DESK[0]}/pages/bad.py"
    exec(compile("import sqlite3\nsqlite3.connect(':memory:').close()", bad, "exec"), {})
    assert window_thread_watch.found == [f"sqlite3.connect in {bad}, line 2"]
    window_thread_watch.found.clear()
    sqlite3.connect(":memory:").close()  # a test may
    assert not window_thread_watch.found
