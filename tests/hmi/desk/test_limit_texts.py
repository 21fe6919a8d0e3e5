from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from hmi.desk.app import Desk
from hmi.desk.context import DeskContext
from hmi.desk.limit_texts import alternative, binding_row, held_back, limit_name
from hmi.desk.pages.plan_crew import crew_row
from hmi.desk.pages.plan_figures import PlanFigures
from hmi.desk.pages.plan_tables import move_rows
from solver.check import Limit
from solver.check_machine import PlacedBatch
from solver.limits import Crew, CrewShift
from solver.plan import Binding, Move, Plan
from solver.problem import BatchSpec, Machine

START_MS = 1_458_000_000_000  # 2016-03-15 08:00 in Shanghai
ALWAYS_KEPT = {Limit.NO_START, Limit.STRANGER, Limit.PAUSE_TOO_SHORT, Limit.TOO_MANY_PAUSES}
ALWAYS_KEPT |= {Limit.PAUSE_AT_THE_EDGE}
MOVE = Move(
    "mill_23",
    "b",
    from_min=60,
    to_min=240,
    saving=12.5,
    reason="keeps_limit",
    params={"limit": "supply"},
    limit="due",
    limit_params={"at_min": 1020.0, "saves": 3.456},
    alternative_min=300,
    alternative_cost=1234.5,
)


@pytest.fixture
def context(desk: Desk) -> DeskContext:
    return desk.context


def plan(**more: float) -> Plan:
    return Plan(
        cost=90.0,
        cost_before=100.0,
        saving_rate=0.1,
        bound=89.0,
        gap=1 / 90,
        makespan_min=300,
        peak_kw=60.0,
        starts_min={"mill_23": {"b": 240}},
        pauses_min={},
        method="swarm",
        seed=1,
        iterations=1,
        seconds=1.0,
        feasible=True,
        violations=[],
        moves=[MOVE],
        **more,
    )


@pytest.mark.parametrize("limit", sorted(set(Limit) - ALWAYS_KEPT))
def test_every_limit_that_may_hold_a_batch_back_has_a_name(limit: Limit) -> None:
    assert limit_name(limit.value) != limit.value.replace("_", " ") or limit is Limit.MAINTENANCE


def test_a_code_of_a_later_version_is_shown_as_it_is() -> None:
    assert limit_name("phase_of_the_moon") == "phase of the moon"


def test_another_start_says_when_what_it_changes_and_what_forbids_it(context: DeskContext) -> None:
    assert alternative(context, MOVE, START_MS) == "13:00  +1,234.50"
    assert held_back(context, MOVE, START_MS) == "03-16 01:00  -3.46  its due time"


def test_a_move_s_row_says_reason_alternative_and_limit(context: DeskContext) -> None:
    [row] = move_rows(context, START_MS, plan())
    assert row[-4:] == (
        "12.50",
        "would break a limit where it was: the supply",
        "13:00  +1,234.50",
        "03-16 01:00  -3.46  its due time",
    )


def test_a_move_without_any_other_place_says_so(context: DeskContext) -> None:
    move = Move("mill_23", "b", 60, 240, 12.5, "makes_room", {})
    assert (alternative(context, move, START_MS), held_back(context, move, START_MS)) == ("–", "–")


def test_a_limit_that_binds_says_whom_it_holds_back_and_what_is_left(context: DeskContext) -> None:
    supply = Binding(limit="supply", key="limits.supply_kw", from_min=60, to_min=61, room=12.0)
    row = binding_row(context, supply, START_MS)
    assert row == ("The supply", "–", "–", "–", "2016-03-15 09:00", "12 kW")
    due = Binding(limit="due", key="due_min", batches=3, worth=1500.0, machine="mill_23", batch="b")
    row = binding_row(context, due, START_MS)
    assert row == ("Its due time", "3", "1,500.00", f"{context.label('mill_23')}, b", "–", "–")


def test_carbon_and_night_work_are_shown_where_a_plan_has_them(qtbot: QtBot) -> None:
    figures = PlanFigures("CNY")
    qtbot.addWidget(figures)
    figures.retranslate()
    figures.show()
    figures.show_plan(plan())
    assert not {"Carbon before → after", "Night work before → after"} & shown(figures)
    figures.show_plan(plan(carbon_kg=6.0, carbon_kg_before=1030.0))
    assert {"Carbon before → after", "1,030 → 6 kg"} <= shown(figures)
    assert "Night work before → after" not in shown(figures)
    figures.show_plan(plan(night_hours=0.0, night_hours_before=2.5))
    assert {"Night work before → after", "2.5 → 0.0 h"} <= shown(figures)
    figures.clear()
    assert not {"Carbon before → after", "Night work before → after"} & shown(figures)


def shown(figures: PlanFigures) -> set[str]:
    return {label.text() for label in figures.findChildren(QLabel) if label.isVisible()}


def test_the_crew_has_a_row_that_says_when_more_are_needed_than_are_there(context: DeskContext) -> None:
    crew = Crew([CrewShift("00:00", 1), CrewShift("09:00", 3)], charge_min=30, charge_people=2)
    batch = BatchSpec(id="b", duration_min=60, power_kw=50.0)
    machine = Machine(id="mill_23", off_kw=0.0, batches=[batch])
    placed = [PlacedBatch(machine, batch, start, [(start, start + 60)], ()) for start in (30, 120)]
    row = crew_row(context, crew, placed, START_MS, 240)  # from 08:00 on
    assert [(block.spans[0], block.flagged) for block in row.blocks] == [((0, 30), True), ((90, 120), False)]
    assert row.blocks[0].tooltip == "08:00 – 08:30: 2 people work, 1 is there"
