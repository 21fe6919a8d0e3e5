"""Two desks on one data folder at the same time, with the station's own keepers between them."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hmi.data_folder import database_path
from hmi.desk.app import Desk, read_folder
from hmi.desk.look import Look
from hmi.station.lock import running_station
from hmi.store.alarms import alarm, save_alarm
from hmi.store.database import Store
from hmi.store.records import AlarmState
from tests.hmi.desk.acting_station import ActingStation

if TYPE_CHECKING:
    from tests.hmi.conftest import Programs

LINE = "line_down:line_1"


@pytest.fixture
def station(folder: Path, qapp: QApplication) -> Iterator[ActingStation]:
    acting = ActingStation(folder)
    acting.raise_alarms(acting.new_alarm("line_down", "line_1", 1))
    yield acting
    acting.close()


@pytest.fixture
def desks(folder: Path, station: ActingStation, qtbot: QtBot, qapp: QApplication) -> Iterator[list[Desk]]:
    plant, clock, _ = read_folder(folder)
    opened = [Desk(qapp, folder, plant, clock, Look()) for _ in range(2)]
    for desk in opened:
        qtbot.addWidget(desk.window)
        with qtbot.waitSignal(desk.window.world_shown, timeout=20_000):
            desk.open()
    yield opened
    for desk in opened:
        desk.close()


def shown_state(desk: Desk) -> AlarmState | None:
    world = desk.window.world
    found = () if world is None else world.alarms
    return next((one.state for one in found if one.key == LINE), None)


def test_what_one_desk_acknowledges_the_other_shows_and_its_second_try_is_refused(
    desks: list[Desk], station: ActingStation
) -> None:
    first, second = desks
    for desk, name in zip(desks, ("chen", "liu"), strict=True):
        desk.context.session.sign_in(station.person(name))
        station.until("the alarm on both", lambda desk=desk: shown_state(desk) is AlarmState.UNACKNOWLEDGED)
    said: dict[str, list[str]] = {"chen": [], "liu": []}
    for desk, heard in zip(desks, said.values(), strict=True):
        desk.context.messages.shown.connect(lambda message, heard=heard: heard.append(message.text))
    first.window.acknowledge(LINE)
    second.window.acknowledge(LINE)  # before it has seen what the other did; whichever comes first is taken

    def refused() -> list[str]:
        return [name for name, heard in said.items() if "The alarm was acknowledged already." in heard]

    station.until("the refusal", lambda: bool(refused()))
    station.until("it on both", lambda: {shown_state(desk) for desk in desks} == {AlarmState.ACKNOWLEDGED})
    stored = alarm(station.store, LINE)
    assert stored is not None and refused() == [name for name in said if name != stored.actor]
    assert first.context.session.name == "chen" and second.context.session.name == "liu"
    first.context.session.lock()
    assert second.context.session.name == "liu"
    second.context.session.lock()


def test_two_desks_that_are_processes_of_their_own_both_serve_and_end_without_a_complaint(
    folder: Path, store: Store, programs: Programs
) -> None:
    first = programs.start("desk", "--data", folder)
    programs.wait("the station that it starts", lambda: running_station(folder) is not None)
    started = [first, programs.start("desk", "--data", folder)]

    def both_read() -> bool:
        """Both have the database open and it can be written meanwhile."""
        for program in started:
            assert program.runs, program.complaints
        return all(_has_open(program.process.pid, database_path(folder)) for program in started)

    programs.wait("both desks read", both_read)
    found = alarm(store, "meter_silent:mill_29")
    assert found is not None
    save_alarm(store, replace(found, state=AlarmState.ACKNOWLEDGED, actor="chen"))  # nobody holds the file
    for program in started:
        assert program.end(signal.SIGTERM) in (0, 128 + signal.SIGTERM)  # the latter amid its start
        assert program.complaints.strip() == ""  # an end amid the start ends the line on a terminal too
    station = running_station(folder)  # which goes on when the desk that started it has ended
    assert station is not None
    os.kill(station, signal.SIGTERM)
    programs.wait("the station's end", lambda: running_station(folder) is None)
    with closing(sqlite3.connect(database_path(folder))) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _has_open(pid: int, path: Path) -> bool:
    """Whether a process has a file open; only Linux says so."""
    folder = Path(f"/proc/{pid}/fd")
    if not folder.exists():
        pytest.skip("only here can it be seen which files a process has open")
    for link in folder.iterdir():
        try:
            if link.resolve() == path.resolve():
                return True
        except OSError:
            continue
    return False
