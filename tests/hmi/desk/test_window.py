import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from devices.clock import Clock
from hmi.desk.about import AboutDialog
from hmi.desk.app import Desk, snapshot_pages
from hmi.desk.first_steps import FirstStepsDialog
from hmi.desk.go_to import GoToDialog, matching
from hmi.desk.look import Look, system_theme
from hmi.desk.page import Place
from hmi.desk.pages.plant import PlantPage
from hmi.desk.session import SignedIn
from hmi.desk.shelve_dialog import ShelveDialog
from hmi.desk.sign_in import look_at_door
from hmi.passwords import sign_in
from hmi.plant import load_plant
from hmi.station.payloads import HandleAlarm, SuppressAlarm, read_payload
from hmi.store.database import Store
from hmi.store.records import Heartbeat, RequestKind, Role
from hmi.store.requests import open_requests
from hmi.store.status import set_heartbeat
from resources.locate import resource
from tests.conftest import ROOT
from tests.hmi.desk.fits import cut_texts
from widgets.theme import TOUCH_PX, ThemeName

PATIENCE_MS = 30_000


def sign_in_as(desk: Desk, store: Store, role: Role) -> None:
    person = next(one for one in look_at_door(store).demo_users if one.role is role)
    result = sign_in(store, person.name, person.password, Clock().wall_ms())
    assert result.user is not None and result.key is not None
    desk.context.session.sign_in(SignedIn(result.user.name, result.user.role, result.key))


def test_the_header_says_what_matters_most(desk: Desk) -> None:
    header = desk.window.header
    assert header.load_text.startswith("load 2")
    assert sum(header.alarm_counts) >= 1


def test_function_keys_change_the_page(desk: Desk, qtbot: QtBot) -> None:
    for number, page_id in enumerate(desk.window.page_ids(), start=2):
        qtbot.keyClick(desk.window, getattr(Qt.Key, f"Key_F{number}"))
        qtbot.waitUntil(desk.window.page(page_id).isVisible, timeout=PATIENCE_MS)


@pytest.mark.makes_idle_pages
def test_pages_that_were_never_visited_are_made_when_the_desk_is_idle(desk: Desk, qtbot: QtBot) -> None:
    def made() -> bool:
        return len(desk.window.findChildren(QWidget, "page")) == len(desk.window.page_ids())

    qtbot.waitUntil(made, timeout=PATIENCE_MS)


def test_anything_is_found_by_a_few_letters(desk: Desk, qtbot: QtBot) -> None:
    desk.window.go_to()
    qtbot.waitUntil(lambda: desk.window.findChild(GoToDialog) is not None, timeout=PATIENCE_MS)
    dialog = desk.window.findChild(GoToDialog)
    assert dialog is not None
    dialog.type("mill 25 volt")
    qtbot.keyClick(dialog.findChild(QWidget, "go_to_line"), Qt.Key.Key_Return)
    assert desk.window.page("trends").isVisible()
    assert desk.window.page("trends").points == ("mill_25.voltage_v",)  # type: ignore[attr-defined]


def test_what_begins_as_typed_comes_first() -> None:
    places = [Place("Plan", "plan"), Place("Main plan", "x"), Place("Alarms", "alarms")]
    assert [place.title for place in matching(places, "plan")] == ["Plan", "Main plan"]
    assert matching(places, "plan main") == [places[1]]
    assert matching(places, "zzz") == []


def test_nobody_acknowledges_without_signing_in(desk: Desk, store: Store, qtbot: QtBot) -> None:
    assert desk.window.alarm_bar.alarm is not None
    qtbot.keyClick(desk.window, Qt.Key.Key_Space)
    qtbot.wait(100)
    assert open_requests(store) == []


def test_the_space_bar_acknowledges_the_newest_alarm(desk: Desk, store: Store, qtbot: QtBot) -> None:
    sign_in_as(desk, store, Role.OPERATOR)
    alarm = desk.window.alarm_bar.alarm
    assert alarm is not None
    qtbot.keyClick(desk.window.page("overview"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(open_requests(store)), timeout=PATIENCE_MS)
    asked = open_requests(store)[0]
    assert asked.kind is RequestKind.ACKNOWLEDGE
    assert read_payload(asked.payload, HandleAlarm).key == alarm.key


def test_shelving_needs_a_reason_and_has_an_end(desk: Desk, store: Store, qtbot: QtBot) -> None:
    sign_in_as(desk, store, Role.OPERATOR)
    alarm = desk.window.alarm_bar.alarm
    assert alarm is not None
    desk.window.alarm_bar.shelve_wanted.emit(alarm.key)
    dialog = desk.window.findChild(ShelveDialog)
    assert dialog is not None
    dialog.shelve()
    assert dialog.isVisible()
    dialog.fill(60, "the meter is being changed")
    before_ms = desk.context.clock.now_ms()
    dialog.shelve()
    qtbot.waitUntil(lambda: bool(open_requests(store)), timeout=PATIENCE_MS)
    payload = read_payload(open_requests(store)[0].payload, SuppressAlarm)
    assert payload.until_ms is not None
    assert 3_600_000 <= payload.until_ms - before_ms < 3_700_000


def test_a_silent_station_is_said_with_the_next_step(desk: Desk, store: Store, qtbot: QtBot) -> None:
    assert desk.window.banner.text == ""
    wall_ms = Clock().wall_ms()
    set_heartbeat(store, Heartbeat(desk.context.clock.now_ms(), wall_ms - 120_000))
    qtbot.waitUntil(lambda: "silent for 2 min" in desk.window.banner.text, timeout=PATIENCE_MS)
    assert desk.window.header.lines_text == "lines: not known"  # what was connected then says nothing of now


def test_a_desk_without_any_reading_says_so_and_does_not_show_zeros(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    plant = load_plant(resource("plants/company_x/plant.toml"))
    desk = Desk(qapp, tmp_path, plant, Clock(), Look())
    qtbot.addWidget(desk.window)
    with qtbot.waitSignal(desk.window.world_shown, timeout=PATIENCE_MS):
        desk.open()
    assert "No station has run" in desk.window.banner.text
    assert desk.window.header.load_text == "load – kW"
    assert {card.value_text for card in desk.window.page("overview").cards.values()} == {"– kW"}  # type: ignore[attr-defined]
    desk.close()


def test_a_damaged_database_is_said_in_one_sentence_and_values_grow_old(
    desk: Desk, qtbot: QtBot, folder: Path
) -> None:
    desk.window._on_no_world("The disk that holds valleyline.db is full.")
    assert desk.window.banner.text == "The disk that holds valleyline.db is full."


def test_the_look_changes_at_once_and_is_kept(desk: Desk, store: Store, qtbot: QtBot) -> None:
    from hmi.desk.app import read_folder

    desk.window.menu.theme_chosen.emit("dark")
    assert desk.window.theme.name is ThemeName.DARK
    qtbot.waitUntil(desk.context.reader.is_idle, timeout=PATIENCE_MS)
    assert read_folder(desk.context.data_dir)[2].theme is ThemeName.DARK


def test_help_says_of_each_page_what_it_is_for_and_names_the_keys(desk: Desk) -> None:
    said = set()
    for language in ("en", "zh_CN"):
        desk.show_look(Look(language=language))
        for page_id in desk.window.page_ids():
            desk.window.show_page(page_id)
            desk.window.help()
            box = QApplication.activeModalWidget()
            assert isinstance(box, QMessageBox)
            assert "Ctrl+K" in box.text()
            said.add(box.text().partition("\n\n")[0])
            box.done(0)
    assert len(said) == 2 * len(desk.window.page_ids())
    assert min(map(len, said)) > 60
    desk.show_look(Look())


def test_first_steps_say_what_is_there_and_lead_to_what_is_not(desk: Desk, qtbot: QtBot) -> None:
    desk.window.first_steps()
    dialog = desk.window.findChild(FirstStepsDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: bool(dialog.steps), timeout=PATIENCE_MS)
    told = {one.step: (one.done, one.sentence) for one in dialog.steps}
    assert told["plant"] == (True, "Company X: 6 machines in Slurry shop-floor.")
    assert told["meters"] == (False, "6 of 7 meters gave a good value.")  # mill 29's has been silent
    assert told["tariff"][1].startswith("guangdong-large-industry-2016; now ")
    assert told["people"] == (True, "Operator, supervisor and engineer can sign in.")
    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    assert not buttons["Add a user …"].isEnabled()
    assert buttons["Add a user …"].toolTip() == "Nobody is signed in; this is for: administrator."
    qtbot.waitUntil(lambda: not list(cut_texts(dialog)), timeout=PATIENCE_MS)
    buttons["Find and change …"].click()
    page = desk.window.page("plant")
    assert isinstance(page, PlantPage)
    qtbot.waitUntil(page.isVisible, timeout=PATIENCE_MS)


def test_the_about_box_says_what_works_here_and_all_of_it_is_copied(desk: Desk, qtbot: QtBot) -> None:
    desk.window.about()
    box = desk.window.findChild(AboutDialog)
    assert box is not None
    qtbot.waitUntil(lambda: "SQLite" in box.text, timeout=PATIENCE_MS)
    box.copy_all()
    copied = QApplication.clipboard().text()
    assert copied == box.text and "Python" in copied
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert copied.startswith(f"Valleyline {version}\n")
    box.accept()


def test_the_theme_follows_the_system_until_one_is_chosen(desk: Desk) -> None:
    desk.window.menu.theme_chosen.emit("system")
    assert desk.look.theme is None
    assert desk.window.theme.name is system_theme()
    desk.window.menu.theme_chosen.emit("dark")
    assert desk.window.theme.name is ThemeName.DARK


@pytest.mark.nightly  # by day the command is tested at one size
@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)])
def test_every_page_is_pictured_at_the_size_that_was_asked_for(
    desk: Desk, tmp_path: Path, size: tuple[int, int]
) -> None:
    from PySide6.QtGui import QImage

    files = snapshot_pages(desk.window, tmp_path / "pictures", size)
    assert [file.stem for file in files] == desk.window.page_ids()
    for file in files:
        image = QImage(str(file))
        assert (image.width(), image.height()) == size


def test_shortcuts_have_one_meaning_each(desk: Desk) -> None:
    from PySide6.QtGui import QShortcut

    keys = [shortcut.key().toString() for shortcut in desk.window.findChildren(QShortcut)]
    assert len(keys) == len(set(keys))
    assert QKeySequence("Ctrl+K").toString() in keys


def test_a_notice_and_a_banner_never_make_the_window_larger_than_the_screen(
    desk: Desk, store: Store, qtbot: QtBot
) -> None:
    desk.window.resize(1366, 768)
    for page_id in desk.window.page_ids():
        desk.window.show_page(page_id)
    desk.window.banner.show_state("The station has been silent for 2 min.", "Start the station")
    desk.context.messages.warn("Your role may not do this; ask somebody who may.")
    qtbot.wait(50)
    assert (desk.window.width(), desk.window.height()) == (1366, 768)
    assert desk.window.minimumSizeHint().width() <= 1366


def test_a_warning_gives_its_room_back_and_waits_until_somebody_has_closed_it(desk: Desk) -> None:
    notices, messages = desk.window.notices, desk.context.messages
    assert not notices.isVisible() and not notices.mark.isVisible()
    messages.warn("The file cannot be written; choose another place.")
    messages.warn("The search found nothing; give it more time.")
    assert notices.isVisible() and not notices.mark.isVisible()
    notices.fold()  # as half a minute does
    assert not notices.isVisible() and notices.mark.isVisible() and notices.mark.text() == "! 2"
    assert min(notices.mark.width(), notices.mark.height()) >= TOUCH_PX
    notices.mark.click()
    assert notices.isVisible() and notices.text.startswith("The search")
    for _ in range(2):
        notices.findChild(QPushButton).click()
    assert not notices.isVisible() and not notices.mark.isVisible()
