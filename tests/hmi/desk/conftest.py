from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hmi.data_folder import database_path
from hmi.desk.app import Desk, read_folder
from hmi.desk.look import Look
from hmi.desk.page_stack import PageStack
from hmi.store.database import Store, open_store
from tests.hmi.desk.held_watch import held_watch, held_watch_of_all, pytest_runtest_protocol

__all__ = ["held_watch", "held_watch_of_all", "pytest_runtest_protocol"]


def plant_data() -> ModuleType:
    """The helper beside this file; the tests are no package."""
    name = "desk_plant_data"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("plant_data.py"))
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(autouse=True)
def pages_when_opened(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk that is idle makes the pages nobody opens: half of a test's time, so only where it matters."""
    if request.node.get_closest_marker("makes_idle_pages") is None:
        monkeypatch.setattr(PageStack, "build_rest_when_idle", leave_unmade)


def leave_unmade(_stack: PageStack) -> None:
    """Makes no page."""


@pytest.fixture(scope="session")
def filled_plant(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A data folder with a day and a half of a plant, filled once for all processes; only to be copied."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with (shared / "desk_plant.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        data_dir = shared / "desk_plant"
        if (data_dir / "filled").exists():
            return plant_data().filled_before(data_dir)
        shutil.rmtree(data_dir, ignore_errors=True)
        filled = plant_data().fill(data_dir, step_min=2)
        (data_dir / "filled").write_text(str(filled.now_ms))
        return filled


@pytest.fixture
def folder(filled_plant: Any, tmp_path: Path) -> Path:
    """A data folder of one's own, at 14:03 plant time."""
    data_dir = tmp_path / "data"
    shutil.copytree(filled_plant.data_dir, data_dir)
    plant_data().let_time_go_on(plant_data().DeskPlant(data_dir, filled_plant.plant, filled_plant.now_ms))
    return data_dir


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    """The folder's database, for looking into it beside the desk."""
    opened = open_store(database_path(folder))
    yield opened
    opened.close()


@pytest.fixture
def desk(folder: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    """A desk on the folder, open, with its first World."""
    plant, clock, _ = read_folder(folder)
    opened = Desk(qapp, folder, plant, clock, Look())
    qtbot.addWidget(opened.window)
    with qtbot.waitSignal(opened.window.world_shown, timeout=30_000):
        opened.open()
    yield opened
    opened.close()
