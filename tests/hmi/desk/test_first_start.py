"""The guided start on an empty data folder, with real lines and a real station."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from devices.clock import Clock
from devices.simulator.scenario import load_scenario, with_baud
from devices.simulator.server import SimulatorServer
from hmi.data_folder import database_path
from hmi.demo.example import is_example
from hmi.desk.first.first_start import FirstStart
from hmi.desk.first.people_step import ROLES
from hmi.desk.first.run import FirstDesk
from hmi.desk.look import Look
from hmi.grants import verified_role
from hmi.plant_files import load_whole_plant
from hmi.store.database import open_store
from hmi.store.records import Role
from resources.locate import resource
from tests.hmi.desk.acting_station import let_work
from tests.hmi.desk.fits import cut_texts
from tests.hmi.desk.test_every_widget import called, interactive, spoken
from widgets.theme import TOUCH_PX, ThemeName

NAMES = dict(zip(ROLES, ("admin", "wang", "chen", "liu"), strict=True))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SimulatorServer]:
    scenario = with_baud(load_scenario(resource("plants/company_x/scenario.toml")), 9600, turnaround_ms=2.0)
    server = SimulatorServer(scenario, Clock(Clock().wall_ms(), scenario.minute_ms(600)), tmp_path / "wires")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def first(tmp_path: Path, qapp: QApplication) -> Iterator[FirstDesk]:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    desk = FirstDesk(qapp, data_dir, Look(ThemeName.LIGHT, "en"))
    desk.open()
    yield desk
    outcome = desk.close()
    if outcome.companions is not None:
        outcome.companions.end()
    if outcome.station is not None:
        outcome.station.end()
    QLocale.setDefault(QLocale("en"))


def settle(window: FirstStart) -> None:
    """Lets texts that have just changed be given their room, however busy the machine is."""
    for _ in range(100):
        let_work(20)
        if not list(cut_texts(window)):
            return


def name_everybody(window: FirstStart) -> None:
    for role, name in NAMES.items():
        window.people.fill(role, name, f"{name}-kiln-12")


def test_five_steps_lead_from_an_empty_folder_to_a_station_that_reads(
    first: FirstDesk, server: SimulatorServer, tmp_path: Path, qtbot: QtBot
) -> None:
    window, data_dir, finder = first.window, tmp_path / "data", first.window.meters.finder
    window.plant.fill("North works", "Mill hall", "Asia/Shanghai", "ball_mills")
    window.plant.type(0, 2, "55")
    window.go_on()
    finder.choose_port(server.addresses["line_1"], 23, 25)
    assert window.focusWidget() is finder.port_box
    qtbot.keyClick(finder.port_box, Qt.Key.Key_Return)  # asks on that port, and does not leave the step
    assert finder.scanner.busy and not window.problem
    qtbot.waitUntil(lambda: not finder.scanner.busy, timeout=20_000)
    for row in range(3):
        finder.fill(row, "eastron_sdm630", f"machine_{row + 1}")
    window.go_on()
    assert "valley" in next(one.text() for one in window.tariff.findChildren(QLabel) if "00:00" in one.text())
    window.tariff.choose("guangdong-2021", "400")
    window.go_on()
    assert window.focusWidget() is window.people.lines[Role.ADMINISTRATOR][0]
    assert window.people.visibleRegion().boundingRect().top() == 0  # from its first sentence on
    name_everybody(window)
    window.go_on()
    assert not (data_dir / "plant.toml").exists()  # nothing is written before the last step
    assert not window._next.isEnabled()
    window.begin.start()
    qtbot.waitUntil(lambda: "kW" in window.begin.values_text, timeout=40_000)
    assert window.begin.state_text.startswith("✓ The station runs and reads.")
    window.go_on()
    let_work(50)  # the loop that ends must not close the window, which would mean no
    assert first.wanted
    plant = load_whole_plant(data_dir)
    assert (plant.name, plant.machines[0].running_kw, plant.supply_kw) == ("North works", 55.0, 400.0)
    assert [(one.unit, one.measures) for one in plant.meters] == [
        (23, "machine_1"),
        (24, "machine_2"),
        (25, "machine_3"),
    ]
    store = open_store(database_path(data_dir))
    try:
        assert {role: verified_role(store, name) for role, name in NAMES.items()} == {
            one: one for one in ROLES
        }
    finally:
        store.close()


@pytest.mark.nightly
def test_the_example_needs_no_hardware_and_is_read_within_seconds(
    first: FirstDesk, tmp_path: Path, qtbot: QtBot
) -> None:
    window = first.window
    window.plant.choose_example(True)
    window.go_on()
    assert window.step is window.people  # its meters and its tariff come with it
    name_everybody(window)
    window.go_on()
    window.begin.start()
    qtbot.waitUntil(lambda: "kW" in window.begin.values_text, timeout=60_000)
    assert is_example(tmp_path / "data")
    assert "Mill 23 · power" in window.begin.values_text


def test_each_step_says_what_is_missing_before_the_next(first: FirstDesk) -> None:
    window, said = first.window, []

    def refused() -> None:
        window.go_on()
        said.append(window.problem)

    refused()
    window.plant.fill("North works", "Hall", "Mars/Olympus", "one_machine")
    refused()
    window.plant.fill("North works", "Hall", "Europe/Berlin", "one_machine")
    window.plant.type(0, 1, "many")
    refused()
    window.plant.type(0, 1, "50")
    refused()
    window.plant.type(0, 1, "100")
    window.go_on()
    refused()
    window.meters.finder.choose_port("/dev/ttyUSB7")
    window.meters.finder.add_by_hand()
    refused()
    window.meters.finder.fill(0, "eastron_sdm630", "machine_1")
    window.go_on()
    window.tariff.choose("guangdong-2021", "much")
    refused()
    window.tariff.choose("guangdong-2021", "")
    window.go_on()
    refused()
    window.people.fill(Role.ADMINISTRATOR, "admin", "12345678", "12345679")
    refused()
    window.people.fill(Role.ADMINISTRATOR, "admin", "12345678")
    window.people.fill(Role.OPERATOR, "admin", "12345678")
    refused()
    assert said == [
        "Give the plant a name.",
        "Choose the plant's time zone from the list.",
        "Machine 1: Rated, kW must be a number.",
        "Machine 1: running kW must be above standby kW and at most rated kW.",
        "Mark at least one meter; add it by hand where none answers yet.",
        "Choose the profile of the meter at address 1: its maker and model.",
        "The supply must be a number of kW, or left empty.",
        "administrator: A name has 1 to 40 letters, digits or any of . _ - @ and no spaces.",
        "administrator: the two passwords differ; type them again.",
        "operator: This name is taken; choose another.",
    ]
    window.go_back()
    assert window.step is window.tariff


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_step_has_its_room_its_names_and_its_touch_targets(first: FirstDesk, language: str) -> None:
    if language != "en":
        first.choose_language(language)
    window = first.window
    window.resize(1180, 720)
    window.meters.finder.add_by_hand()
    for place, step in enumerate(window.steps):
        window._show(place)
        settle(window)
        assert list(cut_texts(window)) == [], type(step).__name__
        shown = [widget for widget in interactive(step) if widget.isVisible()]
        assert [called(widget) for widget in shown if not spoken(widget).strip()] == []
        small = [
            called(widget) for widget in shown if widget.height() < TOUCH_PX and widget.width() < TOUCH_PX
        ]
        assert small == []
    window.help()
    box = window.findChild(QMessageBox)
    assert box is not None and len(box.text()) > 100
    box.close()
