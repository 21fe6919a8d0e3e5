"""What rows that nobody signed bring about, and that every machine is handed back in the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from devices.line_events import WriteOutcome
from devices.plc import PlcAction
from hmi.approval import (
    PlanDocument,
    Signer,
    canonical_bytes,
    new_key_pair,
    sign_grant,
    sign_proposal,
)
from hmi.station.payloads import EndPlan
from hmi.store.alarms import alarm
from hmi.store.plans import add_commands, insert_plan
from hmi.store.plans import plan as stored_plan
from hmi.store.records import (
    Command,
    CommandAction,
    CommandState,
    PlanRow,
    PlanState,
    RequestKind,
    Role,
)
from hmi.store.users import add_user, user
from solver.plan import Plan
from solver.problem import decode_problem

if TYPE_CHECKING:
    from conftest import Bench


def advisory(bench: Bench) -> int:
    """A plan that both have signed as advice to people, not as something to be written."""
    honest = bench.world.proposal()
    document = msgspec.structs.replace(
        msgspec.json.decode(honest.document, type=PlanDocument), automatic=False
    )
    payload = bench.world.signed(
        decode_problem(honest.problem_json), msgspec.json.decode(honest.plan_json, type=Plan), document
    )
    answered = bench.ask("chen", RequestKind.PROPOSE_PLAN, payload)
    return int(str(answered.detail["plan_id"]))


def forged_commands(bench: Bench, plan_id: int) -> None:
    actions = (CommandAction.TAKE, CommandAction.START)
    due_ms = bench.clock.now_ms()
    forged = [Command(0, plan_id, "mill_1", "", action, due_ms, 0) for action in actions]
    batch = next(iter(document_of(bench, plan_id).starts_min["mill_1"]))
    forged[1] = replace(forged[1], batch=batch)
    add_commands(bench.world.store, plan_id, forged)


def document_of(bench: Bench, plan_id: int) -> PlanDocument:
    row = stored_plan(bench.world.store, plan_id)
    assert row is not None
    return msgspec.json.decode(row.document, type=PlanDocument)


def test_the_bench_carries_an_honest_plan_out(bench: Bench) -> None:
    plan_id = bench.approved(pauses={"mill_1": [(12, 22)]})
    found = bench.go(35)
    assert found.count(PlcAction.TAKE) == 2
    assert found.count(PlcAction.START) == 2
    assert found.count(PlcAction.PAUSE) == 1
    assert bench.world.state(plan_id) is PlanState.ACTIVE


# Rows that nobody signed


def test_commands_that_wait_in_the_database_before_the_approval_are_not_written(bench: Bench) -> None:
    plan_id = bench.propose()
    forged_commands(bench, plan_id)
    assert bench.approve(plan_id).answer == "data_mismatch"
    assert bench.go(3) == []
    assert bench.world.state(plan_id) is PlanState.PROPOSED


@pytest.mark.expects_log
@pytest.mark.parametrize("before_the_approval", [True, False])
def test_a_plan_that_only_advises_never_writes(bench: Bench, before_the_approval: bool) -> None:
    plan_id = advisory(bench)
    if before_the_approval:
        forged_commands(bench, plan_id)
    bench.approve(plan_id)
    if not before_the_approval:
        forged_commands(bench, plan_id)
    assert bench.go(3) == []
    bench.start()
    assert bench.go(3) == []


def test_a_proposal_that_nobody_signed_cannot_be_approved(bench: Bench) -> None:
    plan_id = bench.propose()
    bench.change("plans", plan_id, proposal_signature=bytes(64))
    assert bench.approve(plan_id).answer == "bad_signature"
    assert bench.go(30) == []


def test_a_proposer_whom_no_administrator_made_does_not_count(bench: Bench) -> None:
    """A supervisor alone who can write the database: a second person of their own making."""
    liu = bench.world.people["liu"]
    key, public_key = new_key_pair()
    known = user(bench.world.store, "chen")
    assert known is not None
    ghost = Signer("ghost", key)
    signature = sign_grant(liu, "ghost", Role.OPERATOR, public_key)
    add_user(
        bench.world.store,
        replace(known, name="ghost", public_key=public_key, granted_by="liu", grant_signature=signature),
    )
    honest = bench.world.proposal()
    document = msgspec.structs.replace(
        msgspec.json.decode(honest.document, type=PlanDocument), proposer="ghost"
    )
    data = canonical_bytes(document)
    row = PlanRow(
        id=0,
        state=PlanState.PROPOSED,
        document=data,
        problem_json=honest.problem_json,
        plan_json=honest.plan_json,
        tariff_hash=document.tariff_hash,
        data_hash=document.data_hash,
        start_ms=document.start_ms,
        end_ms=document.end_ms,
        proposed_by="ghost",
        proposed_ms=1,
        proposal_signature=sign_proposal(ghost.key, data, "ghost", "", 1),
    )
    plan_id = insert_plan(bench.world.store, row)
    assert bench.approve(plan_id).answer == "bad_signature"
    assert bench.go(30) == []


def test_starts_that_were_moved_after_the_proposal_are_not_carried_out(bench: Bench) -> None:
    plan_id = bench.propose()
    row = stored_plan(bench.world.store, plan_id)
    assert row is not None
    plan = msgspec.json.decode(row.plan_json, type=Plan)
    moved = {
        machine: {batch: minute + 60 for batch, minute in starts.items()}
        for machine, starts in plan.starts_min.items()
    }
    bench.change(
        "plans", plan_id, plan_json=msgspec.json.encode(msgspec.structs.replace(plan, starts_min=moved))
    )
    assert bench.approve(plan_id).answer == "data_mismatch"
    assert bench.go(90) == []


def test_a_held_command_stays_the_one_that_was_signed(bench: Bench) -> None:
    plan_id = bench.approved()
    bench.go(2)
    bench.plc["mill_1"] = replace(bench.plc["mill_1"], local=True)
    start = bench.command(plan_id, CommandAction.START)
    bench.change("commands", start.id, machine="mill_2", action="release", due_ms=0)
    bench.go(30)
    bench.plc["mill_1"] = replace(bench.plc["mill_1"], local=False)
    bench.turn(1)
    written = [(command.machine, command.action) for command in bench.carry_out()]
    assert written == [("mill_1", PlcAction.START)]


@pytest.mark.expects_log
def test_a_plan_whose_pause_was_taken_out_of_the_database_is_not_carried_on(bench: Bench) -> None:
    plan_id = bench.approved(pauses={"mill_1": [(12, 22)]})
    pause = bench.command(plan_id, CommandAction.PAUSE)
    with bench.world.store.transaction() as db:
        db.table("commands").delete(pause.id)
    bench.start()
    bench.go(1)
    assert bench.world.state(plan_id) is PlanState.STOPPED


@pytest.mark.expects_log
def test_a_start_that_was_put_in_twice_is_not_carried_out(bench: Bench) -> None:
    plan_id = bench.approved()
    add_commands(bench.world.store, plan_id, [bench.command(plan_id, CommandAction.START)])
    bench.start()
    bench.go(1)
    assert bench.world.state(plan_id) is PlanState.STOPPED


# Machines are handed back


@pytest.mark.expects_log
def test_a_plan_that_is_no_longer_trusted_hands_its_machines_back(bench: Bench) -> None:
    plan_id = bench.approved()
    bench.go(2)
    bench.change("users", "liu", active=0)
    bench.start()
    assert bench.go(30) == [PlcAction.RELEASE, PlcAction.RELEASE]
    assert bench.world.state(plan_id) is PlanState.STOPPED


def test_a_release_that_waits_for_the_plc_is_not_forgotten_when_the_station_starts_again(
    bench: Bench,
) -> None:
    plan_id = bench.approved()
    bench.go(60)
    bench.plc = {mill: replace(status, local=True) for mill, status in bench.plc.items()}
    for _ in range(400):
        bench.turn(1)
    assert bench.world.state(plan_id) is PlanState.VERIFIED
    bench.start()
    bench.plc = {mill: replace(status, local=False) for mill, status in bench.plc.items()}
    assert bench.go(3) == [PlcAction.RELEASE, PlcAction.RELEASE]


def test_a_release_is_tried_until_it_is_done_and_says_so(bench: Bench) -> None:
    plan_id = bench.approved()
    bench.go(2)
    assert bench.ask("liu", RequestKind.STOP_PLAN, EndPlan(plan_id=plan_id)).accepted
    tried = 0
    for _ in range(30):
        bench.turn(1)
        for command in list(bench.written):
            bench.written.remove(command)
            bench.tell(command, WriteOutcome.REFUSED, "exception_6")
            tried += 1
    assert 5 < tried <= 2 * 32
    stands = alarm(bench.world.store, "command_failed:mill_1")
    assert stands is not None
    assert stands.active
    assert bench.go(6) == [PlcAction.RELEASE, PlcAction.RELEASE]
    assert not any(status.remote for status in bench.plc.values())
    over = alarm(bench.world.store, "command_failed:mill_1")
    assert over is not None
    assert not over.active


# The people at the machine win


def test_what_somebody_started_during_a_planned_pause_is_not_paused_by_the_plan(bench: Bench) -> None:
    plan_id = bench.approved(pauses={"mill_1": [(5, 16), (20, 31)]})
    while bench.plc["mill_1"].starts_count == 0:
        bench.go(1)
    bench.go(8)
    assert bench.command(plan_id, CommandAction.PAUSE).state is CommandState.PENDING
    assert not bench.plc["mill_1"].running
    bench.plc["mill_1"] = replace(bench.plc["mill_1"], running=True)  # by hand, at the machine
    found = bench.go(20)
    assert PlcAction.PAUSE not in found
    held = bench.command(plan_id, CommandAction.PAUSE)
    assert (held.state, held.reason) == (CommandState.HELD, "manual_start")
