"""The whole way through the real window: search, stop early, propose, approve, and the meters react."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from hmi.demo.companions import Companions
from hmi.demo.people_act import all_meters_read, approve, child, newest_plan, plan_has_state, sign_in
from hmi.demo.play import warm_kernels
from hmi.demo.script import Script, Wait
from hmi.demo.world import DemoWorld, prepare, start_clock, write_toml
from hmi.desk.app import Desk, make_application, read_folder
from hmi.desk.look import Look
from hmi.desk.window import DeskWindow
from hmi.store.records import PlanState, Role

SPEED = 300.0  # faster, a busy machine signs only after the first batch has begun, and the plan is stale
PATIENCE_MS = 180_000
GRINDING_KW = 10.0
THREE_DAYS_MIN = 4320


@pytest.fixture
def world(tmp_path: Path) -> Iterator[DemoWorld]:
    warm_kernels()
    made = prepare(tmp_path / "plant", SPEED, 10.0)
    look_ahead(
        made, THREE_DAYS_MIN
    )  # long enough that the published swarm is still searching when it is stopped
    made = start_clock(made)
    companions = Companions(made.data_dir, made.clock)
    companions.start()
    yield made
    companions.end()
    assert companions.complaint == ""


def look_ahead(world: DemoWorld, horizon_min: int) -> None:
    rules = msgspec.structs.replace(world.plant.rules, horizon_min=horizon_min)
    write_toml(world.data_dir / "plant.toml", msgspec.structs.replace(world.plant, rules=rules))


@pytest.fixture
def desk(world: DemoWorld, qtbot: QtBot) -> Iterator[Desk]:
    plant, clock, _ = read_folder(world.data_dir, None)
    opened = Desk(make_application(), world.data_dir, plant, clock, Look())
    opened.open()
    yield opened
    opened.close()


def test_what_an_operator_searches_and_a_supervisor_signs_is_seen_by_the_meters(
    desk: Desk, world: DemoWorld, qtbot: QtBot
) -> None:
    script = Script(from_search_to_meters(desk.window, world), world.clock)
    with qtbot.waitSignal(script.ended, timeout=PATIENCE_MS) as ended:
        script.begin()
    assert ended.args == [""], "this was not seen"
    row = newest_plan(desk.window)
    assert (row.proposed_by, row.decided_by) == ("chen", "liu")


def from_search_to_meters(window: DeskWindow, world: DemoWorld) -> Iterator[Wait]:
    yield Wait("a value from every meter", partial(all_meters_read, window, world))
    yield from sign_in(window, world.person(Role.OPERATOR))
    yield from search_and_stop_early(window)
    child(window, QPushButton, "propose").click()
    yield Wait("the proposal", partial(is_proposed, window))
    yield from sign_in(window, world.person(Role.SUPERVISOR))
    yield from approve(window, world.person(Role.SUPERVISOR))
    yield Wait("the plan active", partial(plan_has_state, window, PlanState.ACTIVE))
    yield Wait("a meter that sees a mill grind", partial(a_commanded_mill_grinds, window), 120.0)


def search_and_stop_early(window: DeskWindow) -> Iterator[Wait]:
    window.show_page("plan", "search")
    child(window, QComboBox, "method").setCurrentIndex(1)
    child(window, QSpinBox, "seconds").setValue(300)
    search, stop = child(window, QPushButton, "search"), child(window, QPushButton, "stop_search")
    yield Wait("the search button", search.isEnabled)
    search.click()
    yield Wait("the convergence", partial(shows_convergence, window))
    yield Wait("the stop button", stop.isEnabled)
    stop.click()
    yield Wait("the best so far", child(window, QPushButton, "propose").isEnabled)


def shows_convergence(window: DeskWindow) -> bool:
    return "above the bound" in child(window, QLabel, "search_state").text()


def is_proposed(window: DeskWindow) -> bool:
    shown = window.world
    return shown is not None and bool(shown.plans)


def a_commanded_mill_grinds(window: DeskWindow) -> bool:
    shown = window.world
    assert shown is not None
    started = [c.machine for c in shown.commands if c.action == "start" and c.state == "verified"]
    powers = [shown.good[f"{machine}.power_kw"].value for machine in started]
    return any(power > GRINDING_KW for power in powers)
