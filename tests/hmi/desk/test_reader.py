import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hmi.desk.reader import Reader
from hmi.desk.turns import turns_of
from hmi.store.database import Store, StoreError, open_store
from hmi.store.status import save_setting, setting


@pytest.fixture
def reader(tmp_path: Path, qapp: QApplication) -> Iterator[Reader]:
    made = Reader(tmp_path / "valleyline.db", turns_of(qapp))
    yield made
    made.close()


def test_a_job_runs_in_a_thread_of_its_own_and_its_answer_comes_in_the_windows(
    reader: Reader, qtbot: QtBot
) -> None:
    seen: list[str] = []

    def job(_: Store) -> str:
        return threading.current_thread().name

    def then(name: str) -> None:
        seen.extend([name, threading.current_thread().name])

    reader.submit(job, then)
    assert seen == []
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen[0].startswith("desk-reader")
    assert seen[1] == "MainThread"
    assert reader.is_idle()


def test_answers_come_in_the_order_of_the_jobs(reader: Reader, qtbot: QtBot) -> None:
    seen: list[int] = []
    for number in range(20):
        reader.submit(lambda _store, number=number: number, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 20)
    assert seen == list(range(20))


def test_a_forgotten_job_answers_nobody(reader: Reader, qtbot: QtBot) -> None:
    seen: list[str] = []
    ticket = reader.submit(lambda _: "old", seen.append)
    reader.forget(ticket)
    reader.submit(lambda _: "new", seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == ["new"]


def test_what_was_asked_for_before_closing_is_still_written(tmp_path: Path, qapp: QApplication) -> None:
    path = tmp_path / "valleyline.db"
    reader = Reader(path, turns_of(qapp))
    for number in range(10):
        reader.submit(lambda store, number=number: save_setting(store, "last", number), print)
    reader.close()
    store = open_store(path)
    assert setting(store, "last") == 9
    store.close()


def test_a_database_that_cannot_be_used_is_said_in_one_sentence_and_tried_again(
    tmp_path: Path, qapp: QApplication, qtbot: QtBot
) -> None:
    path = tmp_path / "valleyline.db"
    path.write_bytes(b"this is no database at all" * 100)
    reader = Reader(path, turns_of(qapp))
    troubles: list[str] = []
    failures: list[str] = []
    reader.trouble_changed.connect(troubles.append)
    reader.submit(lambda _: 1, print, failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert troubles == failures
    assert "not a Valleyline database" in failures[0]
    path.unlink()
    values: list[int] = []
    reader.submit(lambda _: 2, values.append)
    qtbot.waitUntil(lambda: bool(values))
    assert troubles[-1] == ""
    reader.close()


def test_a_file_that_is_put_in_the_place_of_another_is_read_and_one_that_has_gone_is_said(
    tmp_path: Path, reader: Reader, qtbot: QtBot
) -> None:
    path, seen, troubles = tmp_path / "valleyline.db", list[object](), list[str]()
    reader.trouble_changed.connect(troubles.append)
    reader.submit(lambda store: save_setting(store, "which", "first"), seen.append)
    qtbot.waitUntil(lambda: len(seen) == 1)
    station = open_store(path)
    path.rename(tmp_path / "moved.db")
    with pytest.raises(StoreError):
        station.check_place()
    station.close()
    reader.submit(lambda store: setting(store, "which"), seen.append)
    qtbot.waitUntil(lambda: bool(troubles))
    assert "does not exist" in troubles[0] and not path.exists()
    other = open_store(path)
    save_setting(other, "which", "second")
    reader.submit(lambda store: save_setting(store, "by", "the desk"), seen.append)
    reader.submit(lambda store: setting(store, "which"), seen.append)
    qtbot.waitUntil(lambda: len(seen) == 3)
    assert seen[-1] == "second" and setting(other, "by") == "the desk"
    other.close()
    moved = open_store(tmp_path / "moved.db")
    assert (setting(moved, "which"), setting(moved, "by")) == ("first", None)
    moved.close()


@pytest.mark.expects_log
def test_a_mistake_in_a_job_is_logged_and_whoever_waits_hears_of_it(reader: Reader, qtbot: QtBot) -> None:
    failures: list[str] = []
    reader.submit(lambda _: 1 / 0, print, failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert "log" in failures[0]
    assert reader.is_idle()


def test_closing_twice_is_harmless_and_later_jobs_are_dropped(tmp_path: Path, qapp: QApplication) -> None:
    reader = Reader(tmp_path / "valleyline.db", turns_of(qapp))
    reader.close()
    reader.close()
    reader.submit(lambda _: 1, print)
    assert reader.is_idle()
