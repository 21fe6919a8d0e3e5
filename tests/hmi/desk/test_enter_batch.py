from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from hmi.desk.enter_batch import EnterBatchDialog
from hmi.desk.pages.plan import PlanPage
from hmi.desk.snapshot_model import load_world
from hmi.desk.texts import day_and_time
from hmi.store.batches import batch, batches
from hmi.store.records import MachineState, MachineStatus
from hmi.store.status import save_machine_statuses
from solver.durations import DAY_MS, HOUR_MS, MINUTE_MS
from tests.hmi.desk.acting_station import ActingStation


class Entering:
    """The Plan page, and the dialog that its button opens."""

    def __init__(self, station: ActingStation) -> None:
        self.station = station
        self.page = station.show(PlanPage(station.context))
        self.page.show_target("search")
        found = self.page.findChild(QPushButton, "enter_batch")
        assert found is not None
        self.button = found

    def open(self) -> EnterBatchDialog:
        self.button.click()
        dialog = self.page.findChild(EnterBatchDialog)
        assert dialog is not None
        return dialog

    def moment(self, hours: float) -> str:
        clock, zone = self.station.clock, self.station.plant.zone
        return day_and_time(round(clock.now_ms() + hours * HOUR_MS), zone)


@pytest.fixture
def entering(folder: Path, qapp: QApplication) -> Iterator[Entering]:
    station = ActingStation(folder)
    yield Entering(station)
    station.close()


def test_an_operator_enters_a_batch_that_a_plan_can_place(entering: Entering) -> None:
    station = entering.station
    assert not entering.button.isEnabled() and "operator" in entering.button.toolTip()
    station.sign_in("chen")
    state = entering.page.findChild(QLabel, "search_state")
    assert "Press Search" in state.text()  # the example has batches
    seen = load_world(station.store, station.clock, station.plant.shopfloor)
    entering.page.show_world(replace(seen, batches=()))
    assert "Enter what production asks for" in state.text()
    dialog = entering.open()
    dialog.fill("mill_24", id="rush_order", due=entering.moment(30), running="600")
    dialog.enter()
    station.until("the batch", lambda: batch(station.store, "rush_order") is not None)
    kept = batch(station.store, "rush_order")
    assert kept is not None and (kept.machine, kept.running_min) == ("mill_24", 600)
    assert kept.entered_by == "chen"
    assert kept.earliest_ms == kept.habit_start_ms >= station.clock.now_ms() - HOUR_MS
    station.until("the dialog closed", lambda: entering.page.findChild(EnterBatchDialog) is None)
    again = entering.open()
    assert (again.step, again.changes) == ("Enter", "")
    again.fill("mill_24", id="rush_order")
    station.until("that it changes one", lambda: again.step == "Change")
    assert again.changes.startswith("Changes batch rush_order that is there: Mill 24, ")
    again.fill("mill_24", id="rush_order_2")
    station.until("that it is a new one", lambda: again.step == "Enter")
    again.reject()


def test_a_batch_for_a_machine_that_runs_is_suggested_from_when_that_is_free(entering: Entering) -> None:
    station, now_ms = entering.station, entering.station.clock.now_ms()
    free_ms = now_ms + 5 * HOUR_MS
    begun = MachineStatus(
        "mill_24", now_ms, MachineState.RUNNING, 0, cycle_start_ms=now_ms - HOUR_MS, end_high_ms=free_ms
    )
    save_machine_statuses(station.store, [begun])
    station.sign_in("chen")
    station.turn()
    dialog = entering.open()
    dialog.fill("mill_24")
    dialog.enter()
    station.until("the dialog closed", lambda: entering.page.findChild(EnterBatchDialog) is None)
    kept = next(one for one in batches(station.store, now_ms, now_ms + DAY_MS) if one.entered_by == "chen")
    assert 0 <= kept.earliest_ms - free_ms < 10 * MINUTE_MS


def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(entering: Entering) -> None:
    station = entering.station
    station.sign_in("chen")
    dialog = entering.open()
    dialog.fill("mill_24", id="rush_order", due="tomorrow")
    dialog.enter()
    assert dialog.problem == "“Done by” must be like 2016-03-14 22:05, not “tomorrow”."
    dialog.fill("mill_24", id="rush_order", due=entering.moment(1), running="ten hours")
    dialog.enter()
    assert "whole number of minutes" in dialog.problem
    dialog.fill("mill_24", id="rush_order", due=entering.moment(1), running="600")
    dialog.enter()
    station.until("the refusal", lambda: "The batch's times do not fit" in dialog.problem)
    assert dialog.isVisible() and batch(station.store, "rush_order") is None
    dialog.reject()
