from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from hmi.desk.pages.plant import PlantPage
from hmi.desk.plant_confirm import ConfirmDialog
from hmi.plant import load_plant
from hmi.store.audit import entries
from hmi.store.records import RequestKind
from hmi.store.requests import open_requests
from tests.hmi.desk.acting_station import ActingStation
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


def confirm(page: PlantPage, reason: str = "") -> list[tuple[str, ...]]:
    page.apply()
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
    page.type(("machines", "mill_23", "running_kw"), "500")
    confirm(page)
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
