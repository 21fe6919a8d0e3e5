"""Ports that are missing, in use or vanish, and folders that are removed: said, and taken up again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import serial

from hmi.demo.folder import claim
from hmi.station.lock import LockError
from hmi.store.alarms import alarm_events
from hmi.store.status import line_statuses
from tests.hmi.refusals import refusal

if TYPE_CHECKING:
    from tests.hmi.conftest import Programs, Works


def test_a_port_that_is_missing_at_the_start_is_said_and_taken_up_when_it_comes(
    works: Works, programs: Programs
) -> None:
    works.server.unplug("line_1")
    station = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_26", "mill_28", "mill_29")
    works.wait("the alarm", lambda: works.has_alarm("line_down:line_1"))
    assert line_statuses(works.store)["line_1"].reason == "port_missing"
    assert f"{works.folder}/ports/line_1: there is no such port; plug the adapter in" in station.complaints
    works.wait_for_reading("mill_26", "mill_28", "mill_29")
    works.server.plug("line_1")
    works.wait_for_reading("mill_23", "mill_24", "mill_25", "main")
    works.wait("no alarm", lambda: not works.has_alarm("line_down:line_1"))
    assert not any("line_2" in event.key for event in alarm_events(works.store))


def test_a_port_that_somebody_else_has_is_said_and_taken_over_when_it_is_free(
    works: Works, programs: Programs
) -> None:
    with serial.Serial(works.server.addresses["line_2"], exclusive=True):
        station = programs.start("station", "--data", works.folder)
        works.wait_for_reading("mill_23", "main")
        works.wait("the alarm", lambda: works.has_alarm("line_down:line_2"))
        assert line_statuses(works.store)["line_2"].reason == "port_busy"
        assert "ports/line_2 is in use by another program" in station.complaints
        works.wait_for_reading("mill_23", "main")
    works.wait_for_reading("mill_26", "mill_29")
    works.wait("no alarm", lambda: not works.has_alarm("line_down:line_2"))


def test_a_vanished_port_is_told_once_and_its_return_needs_no_hand(works: Works, programs: Programs) -> None:
    station = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23", "mill_26")
    works.server.unplug("line_2")
    works.wait("the alarm", lambda: works.has_alarm("line_down:line_2"))
    works.wait_for_reading("mill_23")
    (works.folder / "ports" / "line_1").unlink()  # only the name goes: what is open stays open
    works.wait_for_reading("mill_23")
    works.server.plug("line_2")
    works.wait_for_reading("mill_26")
    assert station.complaints.count("has gone; connect it again") == 1
    assert station.complaints.count("there is no such port") <= 1


def test_a_station_whose_folder_is_removed_says_so_and_ends(works: Works, programs: Programs) -> None:
    station = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23")
    works.server.stop()
    shutil.rmtree(works.folder)
    assert station.process.wait(60) == 2
    assert "this data folder was removed or replaced while a station ran on it" in station.complaints
    assert "Traceback" not in station.complaints


def test_a_demonstration_takes_no_folder_from_anybody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-my-aunt.txt").write_text("Dear aunt")
    arguments = ["demo", "--headless", "--data", tmp_path / "letters"]
    assert "this folder is not empty and no demonstration" in refusal(capsys, *arguments)
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["to-my-aunt.txt"]
    with (
        claim(tmp_path / "demo"),
        pytest.raises(LockError, match=f"process {os.getpid()}"),
        claim(tmp_path / "demo"),
    ):
        pass
