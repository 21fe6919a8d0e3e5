"""A database that cannot be used, a disk that is full: said once, nothing damaged, no reading lost."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hmi.data_folder import database_path
from hmi.history_check import examine
from hmi.store.care import copy_database
from hmi.store.database import open_store
from hmi.store.readings import count, newest, series
from tests.hmi.refusals import NOTHING_ELSE, assert_nothing_begun, refusal

if TYPE_CHECKING:
    from tests.hmi.conftest import Disk, Programs, Works


def newer(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def text(file: Path) -> None:
    file.write_text("what I did on Monday\n" * 100)


def of_another_program(file: Path) -> None:
    file.unlink()
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        (newer, "was written by a newer Valleyline (schema 99"),
        (text, "is not a Valleyline database"),
        (of_another_program, "is not a Valleyline database"),
        (cut_short, "is damaged; put a backup in its place"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_and_left_as_it_is(
    prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoiled: object, said: str
) -> None:
    folder = tmp_path / "plant"
    shutil.copytree(prepared, folder)
    assert callable(spoiled)
    spoiled(database_path(folder))
    before = database_path(folder).read_bytes()
    for command in (
        ["station"],
        ["desk"],
        ["snapshot", "--out", tmp_path / "pictures"],
        ["history", "stats"],
    ):
        sentence = refusal(capsys, *command, "--data", folder)
        assert sentence.startswith(str(database_path(folder)))
        assert said in sentence
    assert database_path(folder).read_bytes() == before
    assert {path.name for path in folder.iterdir()} == NOTHING_ELSE | {"valleyline.db", "station.lock"}


def test_a_snapshot_makes_no_database_where_none_is(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = refusal(capsys, "snapshot", "--data", folder, "--out", tmp_path / "pictures")
    assert sentence.startswith(f"{database_path(folder)} does not exist; start a station there first")
    assert_nothing_begun(folder)


def test_a_folder_that_may_not_be_written_is_said(
    prepared: Path, small_disk: Disk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small_disk.folder / "plant"
    shutil.copytree(prepared, folder)
    small_disk.refuse_writing()
    assert "the data folder cannot be written" in refusal(capsys, "station", "--data", folder)
    for command in (["desk"], ["snapshot", "--out", tmp_path / "pictures"]):
        assert "a folder that may be written" in refusal(capsys, *command, "--data", folder)
    assert "Read-only file system" in refusal(capsys, "snapshot", "--data", prepared, "--out", folder / "out")


def test_a_disk_that_is_full_already_is_said_and_nothing_is_damaged(
    prepared: Path, small_disk: Disk, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small_disk.folder / "plant"
    shutil.copytree(prepared, folder)
    before = database_path(folder).read_bytes()
    film = small_disk.fill()
    for command in (["station"], ["desk"], ["history", "stats"]):
        sentence = refusal(capsys, *command, "--data", folder)
        assert "is full; what was stored is safe: free some space" in sentence
    film.unlink()
    assert database_path(folder).read_bytes() == before


def test_a_disk_that_becomes_full_is_said_and_no_reading_is_lost_when_there_is_room_again(
    works_on_a_small_disk: Works, small_disk: Disk, programs: Programs
) -> None:
    works = works_on_a_small_disk
    station = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23", "mill_29")
    film = small_disk.fill()
    works.wait("the sentence", lambda: "is full; what was stored is safe" in station.complaints)
    full_ms = works.world.clock.now_ms()
    stored = count(works.store)
    works.wait("ten polls later", lambda: works.world.clock.now_ms() > full_ms + 600_000)
    assert station.runs
    assert count(works.store) == stored
    film.unlink()
    works.wait_for_reading("mill_23", "mill_29")
    works.wait("the good news", lambda: "the database can be used again" in station.complaints)
    now_ms = works.world.clock.now_ms()
    meanwhile = series(works.store, "mill_23.power_kw", full_ms - 300_000, now_ms).t_ms
    assert (meanwhile[1:] - meanwhile[:-1]).max() < 3.5 * 60_000
    assert works.store.rows("PRAGMA integrity_check") == [("ok",)]
    assert station.complaints.count("is full") == 1
    assert station.end(15) == 0


@pytest.mark.nightly
@pytest.mark.parametrize("replaced", [False, True])
def test_a_database_that_is_taken_from_a_running_station_is_said_and_no_reading_is_lost(
    works: Works, programs: Programs, tmp_path: Path, replaced: bool
) -> None:
    station = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23", "mill_29")
    away, path = tmp_path / "away", database_path(works.folder)
    away.mkdir()
    copy_database(works.store, tmp_path / "copy.db", lambda _pages, _total: None)
    files = [path.with_name(f"{path.name}{end}") for end in ("", "-wal", "-shm")]
    for file in files:
        file.rename(away / file.name)
    if replaced:
        (tmp_path / "copy.db").rename(path)
    works.wait("the sentence", lambda: "was deleted or replaced while it was in use" in station.complaints)
    taken_ms = works.world.clock.now_ms()
    works.wait("ten polls later", lambda: works.world.clock.now_ms() > taken_ms + 600_000)
    assert station.runs
    assert station.complaints.count("was deleted or replaced") == 1
    assert station.end(signal.SIGTERM) == 0
    path.unlink(missing_ok=True)
    for file in files:
        (away / file.name).rename(file)
    second, now_ms = programs.start("station", "--data", works.folder), works.world.clock.now_ms()
    works.wait("new readings", lambda: newest_ms(path, "mill_23.power_kw") > now_ms)
    with closing(open_store(path)) as store:
        t_ms = series(store, "mill_23.power_kw", taken_ms - 300_000, taken_ms + 600_000).t_ms
        assert (t_ms[1:] - t_ms[:-1]).max() < 3.5 * 60_000
        assert [finding.sentence for finding in examine(store) if not finding.whole] == []
    assert second.end(signal.SIGTERM) == 0


def newest_ms(path: Path, point: str) -> int:
    """By a connection of its own, for an older one is still with the file that was taken away."""
    with closing(open_store(path)) as store:
        return newest(store)[point].t_ms
