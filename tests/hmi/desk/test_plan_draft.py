from __future__ import annotations

import msgspec
import pytest
from PySide6.QtWidgets import QComboBox, QTabWidget
from pytestqt.qtbot import QtBot

from hmi.desk.app import Desk
from hmi.desk.pages.plan_versus import figure_rows
from hmi.desk.plan_draft import Draft, new_draft, problem_price
from hmi.store.database import Store
from hmi.store.plans import insert_plan
from hmi.store.records import PlanRow, PlanState
from solver.check import Limit, check_plan
from solver.explain import explained
from solver.limits import Carbon, Limits
from solver.plan import Plan
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem, canonical_problem_bytes
from solver.tariff import PriceSeries
from widgets.rows_table import RowsTable

PROBLEM = PlanProblem(
    start="2016-03-14T00:00",
    timezone="UTC",
    horizon_min=1440,
    tariff=PriceSeries([1.0, 0.5], 720),
    machines=[
        Machine(
            "m",
            [
                BatchSpec("a", 60, power_kw=60.0, now_min=0, due_min=700, pauses=PauseRule(1, 30)),
                BatchSpec("b", 60, power_kw=60.0, now_min=200, gap_before_min=30),
            ],
        ),
        Machine("n", [BatchSpec("c", 60, power_kw=30.0, now_min=0)]),
    ],
    limits=Limits(demand_price_per_kw=1.0, carbon=Carbon([0.5, 0.1], 720, 0.1)),
)
STARTS = {"m": {"a": 100, "b": 720}, "n": {"c": 0}}
PAUSES = {"m": {"a": [(130, 160)]}}


def draft() -> Draft:
    """What a search found: both batches of a machine moved, the one of the other not."""
    price = problem_price(PROBLEM)
    before = {"m": {"a": 0, "b": 200}, "n": {"c": 0}}
    verdict = check_plan(PROBLEM, price, STARTS, PAUSES)
    plan = Plan(
        cost=verdict.cost,
        cost_before=check_plan(PROBLEM, price, before, {}).cost,
        saving_rate=0.1,
        bound=verdict.cost - 1.0,
        gap=1.0 / verdict.cost,
        makespan_min=verdict.makespan_min,
        peak_kw=verdict.peak_kw,
        starts_min=STARTS,
        pauses_min=PAUSES,
        method="swarm",
        seed=1,
        iterations=1,
        seconds=1.0,
        feasible=True,
        violations=[],
        starts_before_min=before,
    )
    return new_draft(PROBLEM, explained(PROBLEM, price, plan))


@pytest.mark.parametrize(
    ("machine", "batch", "start_min"), [("m", "a", 300), ("m", "a", 660), ("m", "b", 210), ("n", "c", 100)]
)
def test_a_draft_costs_while_it_is_dragged_what_the_checker_says_when_it_is_dropped(
    machine: str, batch: str, start_min: int
) -> None:
    dragged, dropped = (
        draft().dragged(machine, batch, start_min),
        draft().moved(machine, batch, start_min),
    )
    assert dragged.plan.cost == pytest.approx(dropped.plan.cost)
    assert dragged.plan.peak_kw == pytest.approx(dropped.plan.peak_kw)
    assert dragged.plan.carbon_kg == pytest.approx(dropped.plan.carbon_kg)
    assert dragged.plan.starts_min == dropped.plan.starts_min
    assert dragged.plan.pauses_min == dropped.plan.pauses_min
    assert {found.limit for found in dragged.breaches} == {found.limit for found in dropped.breaches}
    assert dropped.plan.method == "swarm+hand"


def test_pauses_come_along_with_their_batch() -> None:
    assert draft().moved("m", "a", 120).plan.pauses_min == {"m": {"a": [(150, 180)]}}


def test_a_draft_that_breaks_a_limit_says_which() -> None:
    found = draft().moved("m", "a", 640)
    assert [breach.limit for breach in found.breaches] == [Limit.DUE, Limit.GAP, Limit.OVERLAP]
    assert not found.plan.feasible
    back = found.moved("m", "a", 100)
    assert back.breaches == ()
    assert back.plan.cost == pytest.approx(draft().plan.cost)


def test_the_batch_in_hand_is_told_before_what_others_break() -> None:
    late = draft().moved("m", "a", 690)
    both = late.dragged("n", "c", 1410)
    assert [breach.machine for breach in late.breaches] == ["m"] * len(late.breaches)
    assert both.breaches[0].machine == "n" and len(both.breaches) > 1


def test_a_drag_leaves_the_draft_as_it_was() -> None:
    before = draft()
    before.dragged("n", "c", 800)
    assert before.dragged("n", "c", 0).plan.cost == pytest.approx(before.plan.cost)
    assert before.plan == draft().plan


def test_a_batch_moved_by_hand_is_explained_like_any_other() -> None:
    found = draft().moved("n", "c", 900)
    moves = {(move.machine, move.batch): move for move in found.plan.moves}
    move = moves["n", "c"]
    assert (move.from_min, move.to_min, move.reason) == (0, 900, "leaves_band")
    assert move.saving == pytest.approx(draft().plan.cost - found.plan.cost)
    assert moves["m", "a"].to_min == 100


def test_several_batches_can_be_moved_one_after_the_other() -> None:
    found = draft().moved("n", "c", 900).moved("m", "b", 800).dragged("m", "a", 200)
    starts = {"m": {"a": 200, "b": 800}, "n": {"c": 900}}
    verdict = check_plan(PROBLEM, problem_price(PROBLEM), starts, {"m": {"a": [(230, 260)]}})
    assert found.plan.starts_min == starts
    assert found.plan.cost == pytest.approx(verdict.cost)


def stored(store: Store, plan: Plan, note: str) -> int:
    problem, body = canonical_problem_bytes(PROBLEM), msgspec.json.encode(plan)
    begun_ms = 1_457_913_600_000
    times = (begun_ms, begun_ms + 86_400_000)
    return insert_plan(
        store, PlanRow(0, PlanState.PROPOSED, b"", problem, body, "", "", *times, "chen", begun_ms, b"", note)
    )


def cells(table: RowsTable) -> list[list[str]]:
    model = table.model()
    columns = range(model.columnCount())
    return [[model.index(row, column).data() for column in columns] for row in range(model.rowCount())]


def test_two_plans_are_compared_in_their_figures_and_in_the_batches_that_lie_elsewhere(
    desk: Desk, store: Store, qtbot: QtBot
) -> None:
    found, by_hand = draft().plan, draft().moved("n", "c", 700).plan
    stored(store, by_hand, "by hand")
    stored(store, found, "as found")
    page = desk.window.page("plan")
    desk.window.show_page("plan")
    other = page.findChild(QComboBox, "plan_other")
    qtbot.waitUntil(lambda: other.count() == 1, timeout=30_000)
    page.findChild(QTabWidget, "plan_below").setCurrentIndex(2)
    figures = {row[0]: row[1:] for row in cells(page.findChild(RowsTable, "versus_figures"))}
    difference = by_hand.cost - found.cost
    assert difference != 0
    assert float(figures["Cost, CNY"][2]) == pytest.approx(difference, abs=0.01)
    assert figures["Peak, kW"][0] == f"{found.peak_kw:.2f}"
    batches = cells(page.findChild(RowsTable, "versus_batches"))
    assert [row[:2] for row in batches] == [["n", "c"]]


def test_carbon_is_compared_only_where_a_plan_knows_it() -> None:
    plan = msgspec.structs.replace(draft().plan, carbon_kg=0.0, carbon_kg_before=0.0)
    greener = msgspec.structs.replace(plan, carbon_kg=30.0, carbon_kg_before=40.0)
    assert ("Carbon, kg", "–", "–", "–") in figure_rows(plan, plan, "CNY")
    assert ("Carbon, kg", "–", "30.00", "–") in figure_rows(plan, greener, "CNY")
