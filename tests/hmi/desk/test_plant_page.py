from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from hmi.desk.add_item import AddItemDialog
from hmi.desk.pages.plant import PlantPage
from hmi.desk.plant_confirm import ConfirmDialog
from hmi.plant import load_plant
from hmi.store.audit import entries
from hmi.store.records import RequestKind
from hmi.store.requests import open_requests
from tests.hmi.desk.acting_station import ActingStation, let_work
from widgets.rows_table import RowsTable

SUPPLY = ("plant", "", "supply_kw")
POLL = ("meters", "mill_24", "poll_s")


@pytest.fixture
def acting(folder: Path, qapp: QApplication) -> Iterator[ActingStation]:
    station = ActingStation(folder)
    yield station
    station.close()


@pytest.fixture
def page(acting: ActingStation) -> PlantPage:
    shown = acting.show(PlantPage(acting.context))
    acting.until("the file", shown.is_settled)
    return shown


def confirm(page: PlantPage, reason: str = "for the test") -> list[tuple[str, ...]]:
    page.apply()
    while page.findChild(ConfirmDialog) is None:
        let_work(20)  # until the reader knows what the lines would need
    dialog = page.findChild(ConfirmDialog)
    model = dialog.findChild(RowsTable, "plant_changes").model()
    rows = [tuple(model.index(row, column).data() for column in range(3)) for row in range(model.rowCount())]
    dialog.give_reason(reason)
    dialog.confirm()
    return rows


def test_only_an_engineer_changes_the_plant_and_others_are_told(
    page: PlantPage, acting: ActingStation
) -> None:
    for name in ("", "guest", "chen", "liu", "admin"):
        acting.sign_in(name) if name else acting.context.session.lock()
        page.type(SUPPLY, "420")
        assert page.draft.edits == ()
        assert "Only an engineer" in page._who.text()
        assert not page._apply.isEnabled()
    acting.sign_in("wang")
    page.type(SUPPLY, "420")
    assert [edit.key for edit in page.draft.edits] == ["plant supply_kw"]


def test_changes_wait_until_one_confirmation_and_are_then_written_together_and_audited(
    page: PlantPage, acting: ActingStation, folder: Path
) -> None:
    acting.sign_in("wang")
    page.type(SUPPLY, "420")
    page.type(POLL, "30")
    assert load_plant(folder / "plant.toml").supply_kw == 400.0
    assert open_requests(acting.store) == []
    confirm(page, " ")
    hasty = page.findChild(ConfirmDialog)
    assert any(label.isVisible() and "reason" in label.text() for label in hasty.findChildren(QLabel))
    hasty.reject()
    acting.until("its end", lambda: page.findChild(ConfirmDialog) is None)
    rows = confirm(page, "new transformer")
    assert [row[1:] for row in rows] == [("400", "420"), ("–", "30")]
    acting.until("nothing waits", lambda: not page.draft.edits)
    plant = load_plant(folder / "plant.toml")
    assert (plant.supply_kw, plant.meters[1].poll_s) == (420.0, 30.0)
    entry = next(one for one in entries(acting.store) if one.action == RequestKind.EDIT_PLANT)
    assert (entry.actor, entry.target, entry.reason) == ("wang", "plant.toml", "new transformer")
    assert "plant supply_kw = 400.0" in entry.before and "plant supply_kw = 420.0" in entry.after


def test_a_plant_that_does_not_fit_is_refused_and_the_edits_go_on_waiting(
    page: PlantPage, acting: ActingStation, folder: Path
) -> None:
    told: list[str] = []
    acting.context.messages.shown.connect(lambda message: told.append(message.text))
    acting.sign_in("wang")
    page.type(("plant", "", "shifts"), "many")
    assert page.state_text.endswith("Plant · Shifts begin at: 'many' is not allowed; expected HH:MM.")
    page.discard()
    page.type(("machines", "mill_23", "running_kw"), "500")
    button = next(one for one in page.findChildren(QPushButton) if one.text() == "Apply …")
    said = "Equipment · mill_23 · Running, kW: 500 is not allowed; expected more than “Standby, kW”, "
    assert not button.isEnabled() and said in button.toolTip()
    confirm(page)  # as a desk would that does not look first: the station does
    acting.until("the refusal", lambda: bool(told))
    assert "plant.toml: machines[0].running_kw: 500 is not allowed" in told[0]
    assert load_plant(folder / "plant.toml").machines[0].running_kw == 50.0
    assert len(page.draft.edits) == 1


def test_an_outside_change_is_flagged_and_never_overwritten(
    page: PlantPage, acting: ActingStation, folder: Path
) -> None:
    acting.sign_in("wang")
    page.type(SUPPLY, "420")
    file = folder / "plant.toml"
    file.write_text(file.read_text().replace("supply_kw = 400.0", "supply_kw = 450.0"))
    page._look()
    acting.until("the flag", lambda: "Changed outside" in page.state_text)
    assert not page._apply.isEnabled()
    page.type(SUPPLY, "420")  # typed again, over what the file says now
    assert page._apply.isEnabled()
    confirm(page)
    acting.until("nothing waits", lambda: not page.draft.edits)
    assert load_plant(file).supply_kw == 420.0


def test_what_is_typed_back_to_the_file_s_value_is_no_change(page: PlantPage, acting: ActingStation) -> None:
    acting.sign_in("wang")
    page.type(SUPPLY, "420")
    page.type(SUPPLY, "400")
    page.type(POLL, "60")  # what is taken where the file says nothing
    assert page.draft.edits == ()
    page.type(("meters", "mill_24", "id"), "other")
    assert page.draft.edits == ()


def test_a_line_a_machine_and_its_meter_come_together_and_are_audited(
    page: PlantPage, acting: ActingStation, folder: Path
) -> None:
    acting.sign_in("wang")
    for section, texts in (
        ("lines", {"id": "line_3", "port": "/dev/ttyUSB7"}),
        (
            "machines",
            {"id": "mill_30", "label": "Mill 30", "rated_kw": "90", "running_kw": "40", "standby_kw": "0.2"}
            | {"batch_running_min": "600"},
        ),
        (
            "meters",
            {"id": "mill_30", "line": "line_3", "profile": "eastron_sdm630", "unit": "30"}
            | {"measures": "mill_30"},
        ),
    ):
        page.show_target(section)
        page.add()
        dialog = page.findChildren(AddItemDialog)[-1]
        dialog.fill(**texts)
        dialog.add()
        assert dialog.problem == ""
    page.type(("meters", "mill_30", "poll_s"), "20")  # into what is only to come
    rows = confirm(page, "a seventh mill")
    assert len(rows) == 3 and rows[0][0] == "Lines · line_3" and "ttyUSB7" in rows[0][2]
    acting.until("nothing waits", lambda: not page.draft.waiting)
    plant = load_plant(folder / "plant.toml")
    assert (plant.machine("mill_30").running_kw, plant.meter_of("mill_30").poll_s) == (40.0, 20.0)
    entry = next(one for one in entries(acting.store) if one.action == RequestKind.EDIT_PLANT)
    assert "lines line_3 = –" in entry.before and "port = /dev/ttyUSB7" in entry.after


def test_what_does_not_fit_is_not_added_and_the_field_is_named(
    page: PlantPage, acting: ActingStation
) -> None:
    acting.sign_in("wang")
    page.show_target("meters")
    page.add()
    dialog = page.findChild(AddItemDialog)
    said = []
    for texts in (
        {"id": "Mill 30"},
        {"id": "mill_24"},
        {"id": "mill_30", "line": "line_1", "profile": "eastron_sdm630", "unit": "24"},
        {"id": "mill_30", "line": "line_9", "profile": "eastron_sdm630", "unit": "30"},
    ):
        dialog.fill(**texts)
        dialog.add()
        said.append(dialog.problem)
    assert said[0].startswith("Id: lower case letters") and said[1].startswith("Id: mill_24 is there already")
    assert said[2].startswith(
        "Meters and points · mill_30 · Address: address 24 on line 'line_1' is there twice"
    )
    assert said[3].startswith("Meters and points · mill_30 · Line: 'line_9' is not a line")
    assert page.draft.waiting == ()
    dialog.reject()


def test_a_meter_is_taken_out_by_a_change_that_waits_and_can_be_kept(
    page: PlantPage, acting: ActingStation, folder: Path
) -> None:
    page.show_target("meters:mill_29")
    page.remove()
    assert page.draft.waiting == ()  # nobody is signed in
    acting.sign_in("wang")
    page.remove()
    page.remove()  # kept after all
    assert page.draft.waiting == ()
    page.remove()
    page.show_target("lines:line_1")
    page.remove()
    assert "Meters and points · mill_23 · Line: 'line_1' is not a line" in page.state_text
    page.remove()
    confirm(page)
    acting.until("nothing waits", lambda: not page.draft.waiting)
    assert load_plant(folder / "plant.toml").meter_of("mill_29") is None


def test_the_limits_of_plans_are_changed_and_what_does_not_fit_is_said_before(
    page: PlantPage, acting: ActingStation, folder: Path
) -> None:
    acting.sign_in("wang")
    page.show_target("limits")
    page.type(("limits", "", "demand_price_per_kw"), "32")
    page.type(("limits", "", "starts.most"), "2")
    page.type(("limits", "", "crew.shifts"), "08:00 4")
    assert (
        "Limits · Crew: people from a time on, as 00:00 2, 08:00 4: a day begins at 00:00" in page.state_text
    )
    page.type(("limits", "", "crew.shifts"), "00:00 2, 08:00 4")
    assert "3 changes wait; nothing is written" in page.state_text
    rows = confirm(page, "the supplier's new contract")
    assert ("Limits · Crew: people from a time on, as 00:00 2, 08:00 4", "–", "00:00 2, 08:00 4") in rows
    acting.until("nothing waits", lambda: not page.draft.waiting)
    limits = load_plant(folder / "plant.toml").limits
    assert (limits.demand_price_per_kw, limits.starts.most, limits.starts.within_min) == (32.0, 2, 1)
    assert [(shift.at, shift.people) for shift in limits.crew.shifts] == [("00:00", 2), ("08:00", 4)]
    entry = next(one for one in entries(acting.store) if one.action == RequestKind.EDIT_PLANT)
    assert "limits crew.shifts = –" in entry.before and "at = 08:00, people = 4" in entry.after


def test_a_line_that_would_not_keep_its_period_is_said_before_the_change_is_made(
    page: PlantPage, acting: ActingStation
) -> None:
    acting.sign_in("wang")
    for warned, poll_s in ((False, "30"), (True, "0.1")):
        page.type(POLL, poll_s)
        page.apply()
        acting.until("the confirmation", lambda: page.findChild(ConfirmDialog) is not None)
        dialog = page.findChild(ConfirmDialog)
        said = [label.text() for label in dialog.findChildren(QLabel) if "◆" in label.text()]
        assert ["line_1 needs" in one and "its period is 0.1 s" in one for one in said] == [True] * warned
        dialog.reject()
        acting.until("its end", lambda: page.findChild(ConfirmDialog) is None)
