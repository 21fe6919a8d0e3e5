from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from devices.clock import Clock
from devices.simulator.scenario import load_scenario, with_baud
from devices.simulator.server import SimulatorServer
from hmi.desk.find_meters import FindMetersDialog
from hmi.desk.pages.plant import PlantPage
from hmi.desk.plant_confirm import ConfirmDialog
from hmi.plant import load_plant
from resources.locate import resource
from tests.hmi.desk.acting_station import ActingStation


@pytest.fixture
def acting(folder: Path, qapp: QApplication) -> Iterator[ActingStation]:
    station = ActingStation(folder)
    yield station
    station.close()


@pytest.fixture
def dialog(acting: ActingStation) -> FindMetersDialog:
    page = acting.show(PlantPage(acting.context))
    acting.until("the file", page.is_settled)
    acting.sign_in("wang")
    page.find_meters()
    found = page.findChild(FindMetersDialog)
    assert found is not None
    return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SimulatorServer]:
    scenario = with_baud(load_scenario(resource("plants/company_x/scenario.toml")), 9600, turnaround_ms=2.0)
    server = SimulatorServer(scenario, Clock(Clock().wall_ms(), scenario.minute_ms(150)), tmp_path / "wires")
    server.start()
    yield server
    server.stop()


def test_meters_are_found_on_a_line_read_once_and_become_meters_of_the_plant(
    acting: ActingStation, dialog: FindMetersDialog, server: SimulatorServer, folder: Path
) -> None:
    page, finder = acting._page, dialog.finder
    assert isinstance(page, PlantPage)
    page.type(("plant", "", "supply_kw"), "420")  # goes on waiting
    dialog._draft = page.draft
    for meter in ("mill_23", "mill_24"):
        dialog._draft = dialog._draft.without_item("meters", meter)
    finder.choose_port(server.addresses["line_1"], 22, 25)
    finder.scan()
    acting.until("the end of the scan", lambda: not finder.scanner.busy)
    known = [(meter.address, meter.profile) for meter in finder.marked()]
    assert known == [(unit, "eastron_sdm630") for unit in ("23", "24", "25")]  # by their ident registers
    finder.fill(0, "", "")
    assert finder.fault() == "Choose the profile of the meter at address 23: its maker and model."
    dialog.add()
    assert dialog.problem == finder.fault()
    for row, mill in enumerate(("mill_23", "mill_24", "mill_25")):
        finder.fill(row, "eastron_sdm630", mill)
    finder.try_row(1)
    acting.until("a reading", lambda: not finder.scanner.busy)
    assert "kW" in finder._item(1, 5).text()
    dialog.add()
    assert (
        dialog.problem
        == "Meters and points · meter_1 · Measures: 'mill_25' has a meter already; each machine and the "
        "shop-floor has one."
    )
    finder.fill(2, "eastron_sdm630", "")
    dialog.add()
    page.apply()
    acting.until("the confirmation", lambda: page.findChild(ConfirmDialog) is not None)
    page.findChild(ConfirmDialog).give_reason("found on line 1")
    page.findChild(ConfirmDialog).confirm()
    acting.until("nothing waits", lambda: not page.draft.waiting)
    plant = load_plant(folder / "plant.toml")
    line = next(one for one in plant.lines if one.port == server.addresses["line_1"])
    there = {meter.id: (meter.unit, meter.measures) for meter in plant.meters if meter.line == line.id}
    assert there == {"mill_23": (23, "mill_23"), "mill_24": (24, "mill_24"), "meter_1": (25, "")}


def test_a_scan_stops_at_once_and_gives_the_port_back(
    acting: ActingStation, dialog: FindMetersDialog, server: SimulatorServer
) -> None:
    finder = dialog.finder
    finder.choose_port(server.addresses["line_1"], 100, 247)
    finder.scan()
    acting.until("a question", lambda: "Question" in finder.state_text)
    finder.scan()  # the button says Stop by now
    acting.until("the end", lambda: not finder.scanner.busy)
    assert "Nothing answered" in finder.state_text
    finder.choose_port(server.addresses["line_1"], 23, 23)
    finder.scan()
    dialog.reject()  # in the midst of it
    assert not [one for one in threading.enumerate() if one.name.startswith("line-scan")]


def test_a_port_that_the_station_reads_or_that_is_not_there_is_said_to_be_so(
    acting: ActingStation, dialog: FindMetersDialog
) -> None:
    finder = dialog.finder
    finder.choose_port("ports/line_1")
    finder.scan()
    assert not finder.scanner.busy
    assert finder.state_text.startswith("The station reads this port as line_1, so it is not scanned.")
    finder.choose_port("/dev/no_such_port", 1, 1)
    finder.scan()
    acting.until("the end", lambda: not finder.scanner.busy)
    assert finder.state_text == (
        "This line: nothing is connected at /dev/no_such_port; connect it or correct the name."
    )
    dialog.reject()
