"""A plan beside what came of it, and a new search where they part."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTabWidget

from hmi.desk.pages.plan import PlanPage
from hmi.desk.pages.plan_reality import load_reality
from hmi.store.alarms import save_alarm
from hmi.store.plans import plan as stored_plan
from hmi.store.plans import set_plan_state
from hmi.store.records import Forecast, PlanState
from hmi.store.status import save_forecast
from solver.durations import HOUR_MS
from tests.hmi.desk.acting_station import ActingStation


@pytest.fixture
def station(folder: Path, qapp: QApplication) -> Iterator[ActingStation]:
    acting = ActingStation(folder)
    acting.read_the_field()
    yield acting
    acting.close()


def in_force_since(station: ActingStation, hours: int) -> int:
    """A plan that came into force some hours ago, with what was said then."""
    plan_id, now_ms = station.propose("chen"), station.clock.now_ms()
    since_ms, shop = now_ms - hours * HOUR_MS, station.plant.shopfloor
    set_plan_state(station.store, plan_id, PlanState.APPROVED, decided_by="liu", decided_ms=since_ms)
    for made_ms, kw in ((since_ms - 1, 50.0), (since_ms + 1000, 200.0), (now_ms, 100.0)):
        curves = [kw] * 96, [kw - 20] * 96, [kw + 20] * 96
        save_forecast(station.store, Forecast(shop, made_ms, made_ms, 900_000, *curves))
    return plan_id


def test_what_the_plan_counted_on_and_what_came_are_one_picture_and_parting_offers_a_new_search(
    station: ActingStation,
) -> None:
    plan_id = in_force_since(station, hours=3)
    row = stored_plan(station.store, plan_id)
    assert row is not None
    reality = load_reality(station.store, station.context, row, station.clock.now_ms())
    assert reality.said is not None and reality.said.power_kw[0] == 200.0  # not the one before, nor today's
    assert reality.measured is not None and len(reality.measured.t_ms) > 50

    page = station.show(PlanPage(station.context))
    sentence, again = page.findChild(QLabel, "plan_reality"), page.findChild(QPushButton, "plan_again")
    station.until("the picture", lambda: sentence.text() == f"Reality and plan {plan_id} go together.")
    parted = {"plan_id": plan_id, "minutes": 60, "measured_kw": 310.0, "low_kw": 180.0, "high_kw": 220.0}
    alarm = station.new_alarm("plan_departed", station.plant.shopfloor, **parted, machines="Mill 23")
    save_alarm(station.store, alarm)
    station.until("the parting", lambda: "310 kW instead of 180 to 220" in sentence.text())
    assert "Mill 23" in sentence.text()

    assert not again.isEnabled()  # nobody is signed in
    station.sign_in("chen")
    assert again.isEnabled()
    again.click()
    tabs = page.findChild(QTabWidget, "plan_tabs")
    assert tabs.currentIndex() == 0
    state = page.findChild(QLabel, "search_state")
    station.until("what the new search says", lambda: not state.text().startswith(("No plan was", "Reading")))


def test_a_plan_that_was_just_proposed_is_shown_though_another_was_chosen(station: ActingStation) -> None:
    first = station.propose("chen")
    set_plan_state(station.store, first, PlanState.REJECTED, decided_by="liu")
    page = station.show(PlanPage(station.context))
    page.show_target(str(first))
    sentence, verified = page.findChild(QLabel, "plan_sentence"), page.findChild(QLabel, "verified_sentence")
    assert sentence.text().startswith(f"Plan {first} is rejected")
    assert verified.text() == "Not verified: only a plan that was carried out to its end is."
    second = station.propose("chen", seed=2)
    page.show_target(str(second))  # as the page does when it has proposed one, before the list knows it
    station.turn()
    assert sentence.text().startswith(f"Plan {second} is proposed")
    set_plan_state(
        station.store, second, PlanState.APPROVED, decided_by="liu", decision_reason="Cheaper at night."
    )
    set_plan_state(station.store, second, PlanState.STOPPED, state_reason="The crew is late.")
    station.turn()
    assert "(The crew is late.) liu decided: “Cheaper at night.”" in sentence.text()
