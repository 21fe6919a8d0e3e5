"""A plant that changes while desks are open: a real station begins anew with it, and the desks show it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from hmi.desk.add_item import AddItemDialog
from hmi.desk.app import Desk, read_folder
from hmi.desk.look import Look
from hmi.desk.pages.plant import PlantPage
from hmi.desk.plant_confirm import ConfirmDialog
from hmi.desk.session import SignedIn
from hmi.passwords import sign_in
from hmi.store.database import Store
from hmi.store.status import setting
from widgets.theme import ThemeName

if TYPE_CHECKING:
    from tests.hmi.conftest import Programs

PATIENCE_MS = 60_000
NEW = (
    ("lines", {"id": "line_3", "port": "/dev/ttyUSB7"}),
    (
        "machines",
        {"id": "mill_30", "label": "Mill 30", "rated_kw": "90", "running_kw": "40", "standby_kw": "0.2"}
        | {"batch_running_min": "600"},
    ),
    (
        "meters",
        {"id": "mill_30", "line": "line_3", "profile": "eastron_sdm630", "unit": "30", "measures": "mill_30"},
    ),
)


@pytest.fixture
def desks(folder: Path, programs: Programs, qtbot: QtBot, qapp: QApplication) -> Iterator[list[Desk]]:
    """Two desks beside a station that is a program of its own."""
    station = programs.start("station", "--data", folder)
    plant, clock, _ = read_folder(folder)
    opened = [Desk(qapp, folder, plant, clock, Look(ThemeName.DARK)) for _ in range(2)]
    for desk in opened:
        desk.open()
    for desk in opened:
        qtbot.waitUntil(lambda desk=desk: station_runs(desk), timeout=PATIENCE_MS)
    yield opened
    for desk in opened:
        desk.close()
    assert station.end(signal.SIGTERM) == 0


def station_runs(desk: Desk) -> bool:
    return desk.window.world is not None and desk.window.world.station_runs


def engineer(store: Store) -> SignedIn:
    people = setting(store, "demo_users")
    assert isinstance(people, list)
    password = next(str(person["password"]) for person in people if person["name"] == "wang")
    found = sign_in(store, "wang", password, 0)
    assert found.user is not None and found.key is not None
    return SignedIn(found.user.name, found.user.role, found.key)


def change_the_plant(page: PlantPage, qtbot: QtBot) -> None:
    """A line, a machine and its meter, as an engineer adds and applies them."""
    for section, texts in NEW:
        page.show_target(section)
        page.add()
        dialog = page.findChildren(AddItemDialog)[-1]
        dialog.fill(**texts)
        dialog.add()
        assert dialog.problem == ""
    page.apply()
    qtbot.waitUntil(lambda: page.findChild(ConfirmDialog) is not None, timeout=PATIENCE_MS)
    confirm = page.findChild(ConfirmDialog)
    confirm.give_reason("a seventh mill")
    confirm.confirm()


def test_after_a_change_of_the_plant_each_desk_offers_it_and_shows_it_in_the_place_of_the_old(
    desks: list[Desk], store: Store, qtbot: QtBot
) -> None:
    first, second = desks
    first.context.session.sign_in(engineer(store))
    first.window.show_page("plant")
    page = first.window.page("plant")
    assert isinstance(page, PlantPage)
    qtbot.waitUntil(page.is_settled, timeout=PATIENCE_MS)
    second.window.show_page("diagnosis")
    first.window.setGeometry(40, 30, 1400, 800)
    first.context.window.show(1_000, 61_000)
    assert [desk.window.plant_banner.text for desk in desks] == ["", ""]
    change_the_plant(page, qtbot)
    for desk in desks:
        qtbot.waitUntil(lambda desk=desk: bool(desk.window.plant_banner.text), timeout=PATIENCE_MS)
        assert not any(machine.id == "mill_30" for machine in desk.context.plant.machines)
        old = desk.window
        desk.window.plant_banner.findChild(QPushButton).click()
        qtbot.waitUntil(lambda desk=desk, old=old: desk.window is not old, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda old=old: not isValid(old), timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda desk=desk: station_runs(desk), timeout=PATIENCE_MS)
        assert desk.context.plant.machine("mill_30").label == "Mill 30"
        assert desk.theme.name is ThemeName.DARK and desk.window.theme is desk.theme
    assert any("mill_30" in place.title for place in first.window.page("plant").places())
    assert (first.window.shown_id, second.window.shown_id) == ("plant", "diagnosis")
    assert (first.context.session.name, second.context.session.name) == ("wang", "")
    assert first.context.window.span_ms == 60_000 and not first.context.window.live
    assert (first.window.width(), first.window.height()) == (1400, 800)
    for desk in desks:  # each has looked again, and finds the plant in force
        qtbot.waitUntil(desk.context.reader.is_idle, timeout=PATIENCE_MS)
        assert desk.window.plant_banner.text == ""
    first.window.page("plant").apply()  # of the new window; the session still tells its pages
    first.context.session.lock()
    assert first.context.session.name == ""
