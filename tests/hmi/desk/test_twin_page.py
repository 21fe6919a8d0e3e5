"""The Twin page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QTabWidget
from pytestqt.qtbot import QtBot

from hmi.desk.app import Desk
from hmi.desk.pages.twin import TwinPage
from hmi.desk.reason_dialog import ReasonDialog
from hmi.store.database import Store
from hmi.store.findings import save_findings
from hmi.store.forecast_scores import add_scores
from hmi.store.records import Forecast, ForecastScore
from hmi.store.state_models import StateModelVersion, save_state_model, state_model_in_force
from hmi.store.status import save_forecast
from solver.durations import HOUR_MS
from solver.twin.findings import Finding, FindingKind
from solver.twin.grid import gridded
from solver.twin.states_learn import learned_model
from solver.twin.states_packed import packed
from tests.hmi.desk.acting_station import ActingStation
from tests.solver.twin.machine_families import machine
from widgets.rows_table import RowsTable

PATIENCE_MS = 30_000
FINDINGS, BATCHES, HOURS, WHAT_IF, LEARNED = range(1, 6)


@pytest.fixture
def page(desk: Desk, store: Store, qtbot: QtBot) -> TwinPage:
    now_ms, shopfloor = desk.context.clock.now_ms(), desk.context.plant.shopfloor
    values = (14.9, 15.8, 16.4, 16.6)
    finding = Finding(
        "mill_26",
        FindingKind.ABOVE_PEERS,
        now_ms,
        now_ms - HOUR_MS,
        0.5,
        620.0,
        (),
        tuple(40 * v for v in values),
    )
    save_findings(store, [finding])
    with store.transaction() as db:
        db["forecast_scores"].delete_where()  # those of the station that filled the folder
    for subject, error in ((shopfloor, 20.0), ("mill_28", 2.0)):
        scores = [ForecastScore(subject, now_ms - HOUR_MS, now_ms, error, 10 * error, 0.75, 1.0)]
        add_scores(store, scores)
    for made_ms in (now_ms - 26 * HOUR_MS, now_ms):
        curve = [200.0] * 192
        low, high = [180.0] * 192, [220.0] * 192
        save_forecast(store, Forecast(shopfloor, made_ms, made_ms, 900_000, curve, low, high))
    desk.window.show_page("twin")
    shown = desk.window.page("twin")
    assert isinstance(shown, TwinPage)
    qtbot.waitUntil(shown.is_settled, timeout=PATIENCE_MS)
    return shown


def rows(page: TwinPage, name: str) -> list[tuple[str, ...]]:
    model = page.findChild(RowsTable, name).model()
    return [
        tuple(model.index(row, column).data() for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def test_each_model_says_how_well_it_foretold(page: TwinPage) -> None:
    told = {row[0]: row[4:] for row in rows(page, "twin_models")}
    assert told["Slurry shop-floor"] == ("20.0 kW", "10 %", "75 %")
    assert told["Mill 28"] == ("2.0 kW", "10 %", "75 %")
    assert told["Mill 23"] == ("–", "–", "–")


def test_the_error_of_every_day_is_seen_over_months(page: TwinPage, qtbot: QtBot, store: Store) -> None:
    now_ms, shopfloor = page.context.clock.now_ms(), page.context.plant.shopfloor
    windows = [now_ms - 6 * HOUR_MS * back for back in range(3, 4 * 90)]
    add_scores(
        store, [ForecastScore(shopfloor, t, t + 6 * HOUR_MS, t / now_ms, 9.0, 0.8, 1.0) for t in windows]
    )
    page.findChild(QComboBox, "twin_picture").setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.facts is not None and len(page.facts.days) > 80, timeout=PATIENCE_MS)
    assert page.facts is not None
    errors = [each.error_kw for each in page.facts.days[:-1]]
    assert errors == sorted(errors) and page.facts.days[0].covered == pytest.approx(0.8)
    assert any("how far off" in label.text() for label in page.findChildren(QLabel))


def shown_tab(page: TwinPage, qtbot: QtBot, index: int) -> None:
    page.show_tab(index)
    qtbot.waitUntil(page.is_settled, timeout=PATIENCE_MS)


def test_a_finding_stands_with_its_evidence(page: TwinPage, qtbot: QtBot) -> None:
    shown_tab(page, qtbot, FINDINGS)
    (found,) = rows(page, "twin_findings")
    assert found[0] == "Mill 26"
    assert found[1] == "it takes more than its peers"
    assert found[2] == "+50.0 %"
    assert found[4] == "596, 632, 656, 664 kWh a batch; usual is 620"
    assert page.findChild(QTabWidget, "twin_tabs").tabText(FINDINGS) == "Findings (1)"
    page.findChild(RowsTable, "twin_findings").choose("mill_26 above_peers")
    assert "664 kWh a batch" in page.findChild(QLabel, "findings_title").text()


def test_choosing_a_machine_shows_what_was_said_of_it(page: TwinPage, qtbot: QtBot) -> None:
    page.show_target("mill_28")
    qtbot.waitUntil(page.is_settled, timeout=PATIENCE_MS)
    assert page.facts is not None
    assert page.facts.subject == "mill_28"
    assert page.facts.measured is not None and len(page.facts.measured.t_ms) > 100


def test_hours_and_starts_are_summed_by_day_shift_and_tariff_period(page: TwinPage, qtbot: QtBot) -> None:
    page.show_target("mill_23")
    shown_tab(page, qtbot, HOURS)
    by, whole = page.findChild(QComboBox, "hours_by"), {}
    for index in range(3):
        by.setCurrentIndex(index)
        found = rows(page, "twin_hours")
        whole[index] = [sum(float(row[column]) for row in found) for column in (1, 6, 7)]
    assert [row[0] for row in rows(page, "twin_hours")][:1] == ["valley"]
    assert whole[0][0] > 10 and whole[0][1] >= 1  # it ran, and was started
    for other in (1, 2):
        assert whole[other] == pytest.approx(whole[0], abs=0.3)


def test_a_mill_as_good_as_another_is_compared_beside_reality(page: TwinPage, qtbot: QtBot) -> None:
    page.show_target("mill_25")
    shown_tab(page, qtbot, WHAT_IF)
    kind, other = page.findChild(QComboBox, "what_if_kind"), page.findChild(QComboBox, "what_if_other")
    kind.setCurrentIndex(1)
    other.setCurrentIndex(other.findText("Mill 28"))
    page.findChild(QPushButton, "what_if_run").click()
    qtbot.waitUntil(lambda: len(rows(page, "twin_what_if")) >= 4, timeout=PATIENCE_MS)
    energy, cost, peak, *_ = rows(page, "twin_what_if")
    for real, copy in ((row[1], row[2]) for row in (energy, cost, peak)):
        assert 0.7 < float(copy.replace(",", "")) / float(real.replace(",", "")) < 1
    assert page.findChild(QLabel, "what_if_sentence").text().startswith("Mill 25 is as good as Mill 28;")


def test_what_is_no_time_is_said_and_a_start_is_compared(page: TwinPage, qtbot: QtBot) -> None:
    shown_tab(page, qtbot, WHAT_IF)
    run, when = page.findChild(QPushButton, "what_if_run"), page.findChild(QLineEdit, "what_if_time")
    when.setText("late")
    run.click()
    assert page.findChild(QLabel, "what_if_sentence").text() == "The time must be like 22:00, not “late”."
    when.setText("22:00")
    run.click()
    qtbot.waitUntil(lambda: len(rows(page, "twin_what_if")) >= 4, timeout=PATIENCE_MS)
    assert rows(page, "twin_what_if")[1][3].startswith("−")  # cheaper in the valley


@pytest.fixture
def station(folder: Path, qapp: QApplication) -> Iterator[ActingStation]:
    acting = ActingStation(folder)
    acting.read_the_field()
    yield acting
    acting.close()


def shown(station: ActingStation, tab: int) -> TwinPage:
    page = station.show(TwinPage(station.context))
    page.show_target("mill_25")
    page.show_tab(tab)
    station.until("the tab", page.is_settled)
    return page


def test_an_operator_writes_of_a_batch_and_sees_its_energy_by_tonne(station: ActingStation) -> None:
    page = shown(station, BATCHES)
    table = page.findChild(RowsTable, "twin_batches")
    assert not page.findChild(QPushButton, "note_batch").isEnabled()  # nobody is signed in
    station.sign_in("chen")
    table.choose(table.model().key(0))
    kwh = float(rows(page, "twin_batches")[0][4])
    page.findChild(QLineEdit, "note_tonnes").setText("forty")
    page.findChild(QPushButton, "note_batch").click()
    assert "must be a number, not “forty”" in page.findChild(QLabel, "note_problem").text()
    page.findChild(QLineEdit, "note_tonnes").setText("40")
    page.findChild(QLineEdit, "note_recipe").setText("fine")
    page.findChild(QPushButton, "note_batch").click()
    station.until("the note", lambda: rows(page, "twin_batches")[0][9] == "fine")
    assert float(rows(page, "twin_batches")[0][12]) == pytest.approx(kwh / 40, abs=0.02)
    take_back = page.findChild(QPushButton, "take_back_note")
    table.choose(table.model().key(1))
    assert not take_back.isEnabled()  # nothing is written of that batch
    table.choose(table.model().key(0))
    take_back.click()
    dialog = page.findChild(ReasonDialog)
    dialog.fill("it was mill 24's")
    dialog.go_on()
    station.until("what was written to be gone", lambda: rows(page, "twin_batches")[0][9] == "–")


def test_an_engineer_holds_a_machine_to_a_version_with_a_reason(station: ActingStation) -> None:
    grown = machine("mill with pauses", 3)
    model = learned_model(gridded(grown.times_ms, grown.power_kw))
    assert model is not None
    for version in (1, 2):
        times = station.clock.now_ms(), 0, 1
        kept = StateModelVersion("mill_25", version, *times, -1.0, None, True, False, packed(model))
        save_state_model(station.store, kept)
    page = shown(station, LEARNED)
    pin = page.findChild(QPushButton, "pin_model")
    page.findChild(RowsTable, "twin_versions").choose("1")
    station.sign_in("chen")
    assert not pin.isEnabled() and "engineer" in pin.toolTip()
    station.sign_in("wang")
    pin.click()
    dialog = page.findChild(ReasonDialog)
    dialog.fill("the new one takes the crane for a batch")
    dialog.go_on()
    station.until("the pin", lambda: rows(page, "twin_versions")[1][7] == "pinned, in force")
    found = state_model_in_force(station.store, "mill_25")
    assert found is not None and found.version == 1
