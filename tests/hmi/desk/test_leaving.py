"""Closing the desk amid something long: nothing is left of it. How long it took is printed, not judged."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess

from hmi.desk.app import Desk
from hmi.desk.search_process import SearchProcess
from hmi.store.database import Store
from hmi.store.status import save_setting, setting
from tests.bench.leaving_probe import OCCUPATIONS, leave


@pytest.mark.parametrize("occupation", OCCUPATIONS)
def test_a_desk_that_is_closed_amid_something_long_leaves_nothing_behind(
    occupation: str, desk: Desk, store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "leaving.csv"
    OCCUPATIONS[occupation](desk, path)
    desk.context.reader.submit(lambda store: save_setting(store, "last", occupation), print)
    workers = desk.window.findChildren(SearchProcess)
    print(f"leaving in {occupation}: {leave(desk):.2f} s")
    assert not [one.name for one in threading.enumerate() if one.name.startswith(("desk-", "line-scan"))]
    assert all(one._process.state() is QProcess.ProcessState.NotRunning for one in workers)
    assert desk.context.sound._player._process is None
    assert not path.exists()  # no half a file
    assert setting(store, "last") == occupation  # what was asked for is written all the same
