from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from devices.clock import Clock
from hmi.desk.messages import Message, Messages
from hmi.desk.reader import Reader
from hmi.desk.station_link import StationLink
from hmi.desk.turns import turns_of
from hmi.store.database import Store, open_store
from hmi.store.records import Request, RequestKind
from hmi.store.requests import answer, open_requests


class Asked:
    """A link, and the database as the station sees it."""

    def __init__(self, path: Path, application: QApplication) -> None:
        self.store: Store = open_store(path)
        self.reader, self.messages = Reader(path, turns_of(application)), Messages()
        self.link = StationLink(self.reader, self.messages, Clock(), {"mill_23": "Mill 23"})
        self.said: list[Message] = []
        self.messages.shown.connect(self.said.append)

    def close(self) -> None:
        self.link.close_down()
        self.reader.close()
        self.store.close()


@pytest.fixture
def asked(tmp_path: Path, qapp: QApplication) -> Iterator[Asked]:
    made = Asked(tmp_path / "valleyline.db", qapp)
    yield made
    made.close()


def ask_and_wait(asked: Asked, qtbot: QtBot, answers: list[Request]) -> Request:
    asked.link.ask("li.wei", RequestKind.ACKNOWLEDGE, {"key": "line_down:line_1"}, answers.append)
    qtbot.waitUntil(lambda: bool(open_requests(asked.store)))
    return open_requests(asked.store)[0]


def test_what_is_asked_is_a_row_with_who_and_what(asked: Asked, qtbot: QtBot) -> None:
    row = ask_and_wait(asked, qtbot, [])
    assert (row.actor, row.kind, row.payload) == (
        "li.wei",
        RequestKind.ACKNOWLEDGE,
        {"key": "line_down:line_1"},
    )
    assert row.host


def test_who_presses_twice_asks_once_until_it_is_answered(asked: Asked, qtbot: QtBot) -> None:
    wish = ("li.wei", RequestKind.ACKNOWLEDGE, {"key": "line_down:line_1"})
    asked.link.ask(*wish)
    asked.link.ask(*wish)
    asked.link.ask("chen", *wish[1:])
    qtbot.waitUntil(lambda: len(open_requests(asked.store)) == 2)
    first = open_requests(asked.store)[0]
    with qtbot.waitSignal(asked.link.answered):
        answer(asked.store, first.id, True, "", 5)
    asked.link.ask(*wish)
    qtbot.waitUntil(lambda: len(open_requests(asked.store)) == 2)
    assert asked.said == []


def test_an_accepted_request_is_reported_and_nothing_is_said(asked: Asked, qtbot: QtBot) -> None:
    answers: list[Request] = []
    row = ask_and_wait(asked, qtbot, answers)
    answer(asked.store, row.id, True, "", 5)
    qtbot.waitUntil(lambda: bool(answers), timeout=30_000)
    assert answers[0].accepted
    assert asked.said == []


def test_a_refusal_calls_a_machine_as_people_do(asked: Asked, qtbot: QtBot) -> None:
    answers: list[Request] = []
    row = ask_and_wait(asked, qtbot, answers)
    answer(asked.store, row.id, False, "batch_started", 5, {"machine": "mill_23"})
    qtbot.waitUntil(lambda: bool(answers), timeout=30_000)
    assert asked.said[-1].text == "A batch of Mill 23 has begun already; search again."


def test_a_refusal_is_put_into_words(asked: Asked, qtbot: QtBot) -> None:
    answers: list[Request] = []
    row = ask_and_wait(asked, qtbot, answers)
    answer(asked.store, row.id, False, "nothing_to_acknowledge", 5)
    qtbot.waitUntil(lambda: bool(answers), timeout=30_000)
    assert asked.said[0].text == "The alarm was acknowledged already."
