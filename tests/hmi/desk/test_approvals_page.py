from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget

from hmi.approval import verify_approval, verify_rejection
from hmi.desk.pages.approvals import ApprovalsPage
from hmi.desk.plan_decision import Step, decision
from hmi.desk.snapshot_model import load_world
from hmi.desk.texts import clock_time
from hmi.planning import first_start_ms
from hmi.station.payloads import DecidePlan, EndPlan, read_payload
from hmi.store.plans import plan as stored_plan
from hmi.store.records import PlanRow, PlanState, RequestKind, SignInFailures
from hmi.store.requests import request
from hmi.store.users import save_sign_in_failures, user
from solver.plan import Plan
from solver.problem import decode_problem
from tests.hmi.desk.acting_station import ActingStation
from tests.hmi.desk.fits import cut_texts
from widgets.gantt import Gantt
from widgets.rows_table import RowsTable

W = TypeVar("W", bound=QWidget)


class Approvals:
    """The page as somebody at the desk has it before them."""

    def __init__(self, station: ActingStation) -> None:
        self.station = station
        self.page = station.show(ApprovalsPage(station.context))
        self.reason = self._part(QLineEdit, "approval_reason")
        self.password = self._part(QLineEdit, "approval_password")
        self.approve = self._part(QPushButton, "approve")
        self.reject = self._part(QPushButton, "reject")
        self.list = self._part(RowsTable, "proposals")

    def sentence(self) -> str:
        return self.page.signing.sentence

    def story(self) -> str:
        return "\n".join(label.text() for label in self.page.findChildren(QLabel) if label.isVisible())

    def choose(self, plan_id: int) -> None:
        key = str(plan_id)

        def is_chosen() -> bool:
            self.list.choose(key)
            return self.list.chosen() == key

        self.station.until("the proposal in the list", is_chosen)

    def fill(self, reason: str, password: str) -> None:
        self.reason.setText(reason)
        self.password.setText(password)

    def row(self, plan_id: int) -> PlanRow:
        found = stored_plan(self.station.store, plan_id)
        assert found is not None
        return found

    def until_state(self, plan_id: int, state: PlanState) -> None:
        self.station.until(f"plan {plan_id} {state}", lambda: self.row(plan_id).state is state)

    def _part(self, kind: type[W], name: str) -> W:
        found: W | None = self.page.findChild(kind, name)
        assert found is not None, name
        return found


@pytest.fixture
def station(folder: Path, qapp: QApplication) -> Iterator[ActingStation]:
    acting = ActingStation(folder)
    acting.read_the_field()
    yield acting
    acting.close()


@pytest.fixture
def approvals(station: ActingStation) -> Approvals:
    return Approvals(station)


def test_without_a_proposal_the_page_says_what_to_do_next(approvals: Approvals) -> None:
    assert "An operator searches a plan on the Plan page" in approvals.story()
    assert not approvals.approve.isVisible()


def test_a_supervisor_signs_exactly_the_plan_that_is_shown(
    approvals: Approvals, station: ActingStation
) -> None:
    plan_id = station.propose("chen")
    station.sign_in("liu")
    approvals.choose(plan_id)
    approvals.page.resize(900, 600)  # beside a wide comparison the words of the decision keep their room
    assert [*cut_texts(approvals.page.signing)] == []
    hint = approvals.password.placeholderText
    station.until("the demonstration's password", lambda: station.password("liu") in hint())
    approvals.fill("Cheaper at night.", station.password("liu"))
    approvals.approve.click()
    assert approvals.password.text() == ""
    approvals.until_state(plan_id, PlanState.APPROVED)
    row, liu = approvals.row(plan_id), user(station.store, "liu")
    assert liu is not None and row.approval_signature is not None and row.decided_ms is not None
    signed = (
        liu.public_key,
        row.approval_signature,
        row.document,
        "liu",
        row.decision_reason,
        row.decided_ms,
    )
    assert row.decision_reason == "Cheaper at night."
    assert verify_approval(*signed)
    station.until("the outcome on the page", lambda: "liu decided: “Cheaper at night.”" in approvals.story())


def test_a_rejection_is_signed_too_and_says_why(approvals: Approvals, station: ActingStation) -> None:
    plan_id = station.propose("chen")
    station.sign_in("liu")
    approvals.choose(plan_id)
    approvals.fill("Mill 26 is to be serviced.", station.password("liu"))
    approvals.reject.click()
    approvals.until_state(plan_id, PlanState.REJECTED)
    asked = [request(station.store, number) for number in range(1, 4)]
    wanted = next(one for one in asked if one is not None and one.kind is RequestKind.REJECT_PLAN)
    payload = read_payload(wanted.payload, DecidePlan)
    row, liu = approvals.row(plan_id), user(station.store, "liu")
    assert liu is not None
    assert verify_rejection(
        liu.public_key, payload.signature, row.document, "liu", payload.reason, payload.t_ms
    )
    station.until("it in the list", lambda: "rejected" in approvals.story())
    station.until("the sentence", lambda: "there is nothing to decide" in approvals.sentence())
    second = station.propose("chen", seed=2)
    station.until("it in the list", lambda: "1 waiting" in approvals.story())
    assert approvals.list.chosen() == str(plan_id)  # what was decided stays in view
    approvals.page.hide()
    station.ask("chen", RequestKind.WITHDRAW_PLAN, EndPlan(second))
    third = station.propose("chen", seed=3)
    approvals.page.show()
    station.until("what waits is shown", lambda: approvals.list.chosen() == str(third))


def test_nobody_decides_on_their_own_plan(approvals: Approvals, station: ActingStation) -> None:
    plan_id = station.propose("liu")
    station.sign_in("liu")
    approvals.choose(plan_id)
    assert not approvals.approve.isEnabled() and not approvals.reject.isEnabled()
    assert approvals.sentence() == "You proposed this plan yourself; another supervisor decides on it."
    assert not approvals.password.isEnabled()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Sign in as a supervisor to decide on this plan."),
        ("guest", "As viewer you may not decide on plans; a supervisor does."),
    ],
)
def test_who_may_not_decide_reads_why(
    approvals: Approvals, station: ActingStation, name: str, sentence: str
) -> None:
    plan_id = station.propose("chen")
    if name:
        station.sign_in(name)
    approvals.choose(plan_id)
    assert not approvals.approve.isEnabled()
    assert approvals.sentence() == sentence


def test_a_wrong_password_signs_nothing_and_the_reason_need_not_be_typed_again(
    approvals: Approvals, station: ActingStation
) -> None:
    plan_id = station.propose("chen")
    station.sign_in("liu")
    approvals.choose(plan_id)
    approvals.fill("Cheaper at night.", "not the password")
    approvals.approve.click()
    station.until("an answer", lambda: approvals.sentence() == "Name or password is wrong.")
    station.until("the end of the wait", approvals.approve.isEnabled)
    assert approvals.reason.text() == "Cheaper at night."
    assert approvals.row(plan_id).state is PlanState.PROPOSED


def test_after_failures_even_the_right_password_waits_as_at_the_sign_in(
    approvals: Approvals, station: ActingStation
) -> None:
    plan_id = station.propose("chen")
    station.sign_in("liu")
    approvals.choose(plan_id)
    save_sign_in_failures(station.store, SignInFailures("liu", 7, station.clock.wall_ms() + 29_000))
    approvals.fill("Cheaper at night.", station.password("liu"))
    approvals.approve.click()
    station.until("an answer", lambda: "is wrong; try again in" in approvals.sentence())
    assert not approvals.approve.isEnabled() and not approvals.reject.isEnabled()
    assert approvals.row(plan_id).state is PlanState.PROPOSED


def test_neither_reason_nor_password_may_be_left_out(approvals: Approvals, station: ActingStation) -> None:
    plan_id = station.propose("chen")
    station.sign_in("liu")
    approvals.choose(plan_id)
    approvals.fill("  ", station.password("liu"))
    approvals.approve.click()
    assert approvals.sentence() == "A reason is needed; say in a few words why."
    approvals.fill("Cheaper at night.", "")
    approvals.approve.click()
    assert approvals.sentence() == "The password is needed: it signs the decision."


def test_what_the_world_has_left_behind_is_stale_and_says_why(
    approvals: Approvals, station: ActingStation
) -> None:
    plan_id = station.propose("chen")
    station.read_the_field(local="mill_26")
    station.sign_in("liu")
    approvals.choose(plan_id)
    approvals.fill("Cheaper at night.", station.password("liu"))
    approvals.approve.click()
    approvals.until_state(plan_id, PlanState.STALE)
    station.until("why", lambda: "stale: the machine is in local control" in approvals.story())
    # It was for this plan, and no other may be signed with it.
    station.until("an empty line for reasons", lambda: approvals.reason.text() == "")


def test_the_plan_is_compared_with_what_would_run_without_it_until_it_is_too_late(
    approvals: Approvals, station: ActingStation
) -> None:
    plan_id = station.propose("chen")
    approvals.choose(plan_id)
    before = approvals.page.findChild(Gantt, "approval_before")
    after = approvals.page.findChild(Gantt, "approval_after")
    starts = approvals.page.findChild(RowsTable, "approval_starts")
    assert before is not None and after is not None and starts is not None
    story = approvals.story()
    assert "proposed by chen" in story and "“A calm night.”" in story
    assert "CNY" in story and "kW" in story
    model = starts.model()
    assert model.rowCount() == 6
    assert all("→" in str(model.index(row, 2).data()) for row in range(6))
    station.sign_in("liu")
    approvals.fill("Cheaper at night.", station.password("liu"))
    assert approvals.approve.isEnabled()
    stored = approvals.row(plan_id)
    first_ms = first_start_ms(
        decode_problem(stored.problem_json), msgspec.json.decode(stored.plan_json, type=Plan)
    )
    world = load_world(station.store, station.clock, station.plant.shopfloor)
    approvals.page.show_world(replace(world, t_ms=first_ms))
    first = clock_time(first_ms, station.plant.zone)
    assert approvals.sentence().startswith("Too late to approve: Mill 2")
    assert approvals.sentence().endswith(f"should have begun at {first}; search again.")
    assert approvals.story().count(approvals.sentence()) == 2  # beside the plan, and under the buttons
    assert approvals.approve.toolTip() == approvals.sentence()
    assert not approvals.approve.isEnabled() and approvals.reject.isEnabled()
    assert approvals.list.model().index(0, 1).data() == "too late"
    assert "1 waiting for a decision, 1 of them too late to approve" in approvals.story()


def test_a_second_plan_waits_while_one_is_in_force(approvals: Approvals, station: ActingStation) -> None:
    first = station.propose("chen")
    second = station.propose("chen", seed=2)
    liu = station.person("liu")
    signed = decision(Step.APPROVE, approvals.row(first), "liu", liu.key, "agreed", station.clock.now_ms())
    assert station.ask("liu", RequestKind.APPROVE_PLAN, signed).accepted
    station.sign_in("liu")
    approvals.choose(second)
    station.until(
        "the hindrance", lambda: approvals.sentence() == f"Plan {first} is in force; stop it first."
    )
    assert not approvals.approve.isEnabled()
    assert approvals.reject.isEnabled()
    assert station.ask("chen", RequestKind.WITHDRAW_PLAN, EndPlan(second)).accepted
    station.until("it withdrawn", lambda: "withdrawn" in approvals.story())
