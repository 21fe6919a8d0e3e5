"""A plan from proposal to verification, on mills that really react."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from devices.simulator.mill import MillState
from hmi.approval import PlanDocument, sign_approval
from hmi.plant_limits import PlantLimits
from hmi.station.payloads import DecidePlan, EndPlan
from hmi.station.verification import Verification
from hmi.store import audit
from hmi.store.alarms import alarm
from hmi.store.plans import commands
from hmi.store.plans import plan as stored_plan
from hmi.store.readings import newest_good
from hmi.store.records import CommandAction, CommandState, PlanState, RequestKind
from hmi.store.status import cycles, machine_statuses
from resources.locate import resource
from solver.plan import Plan
from solver.problem import decode_problem

if TYPE_CHECKING:
    from conftest import Small


OPEN = (CommandState.PENDING, CommandState.HELD, CommandState.WRITING)


def started(small: Small) -> Small:
    small.start_station()
    small.wait("all meters", lambda: len(newest_good(small.store)) == 18)
    small.wait("the PLC", lambda: known(small) == {"mill_1", "mill_2"})
    return small


def known(small: Small) -> set[str]:
    return {machine for machine, status in machine_statuses(small.store).items() if status.plc_known}


def actions(small: Small, plan_id: int, machine: str, state: CommandState) -> list[CommandAction]:
    return [
        command.action for command in commands(small.store, plan_id, [state]) if command.machine == machine
    ]


def test_an_approved_plan_is_carried_out_read_back_and_verified(small: Small) -> None:
    plan_id = started(small).propose(pauses={"mill_1": [(12, 22)]})
    assert small.approve(plan_id).accepted
    small.wait("active", lambda: small.state(plan_id) is PlanState.ACTIVE)
    small.wait("mill 1 pauses", lambda: small.server.plant.mill("mill_1").state is MillState.PAUSED)
    small.wait("verified", lambda: small.state(plan_id) is PlanState.VERIFIED)
    all_commands = commands(small.store, plan_id)
    assert {command.state for command in all_commands} == {CommandState.VERIFIED}
    assert [command.action for command in all_commands if command.machine == "mill_1"] == [
        CommandAction.TAKE,
        CommandAction.START,
        CommandAction.PAUSE,
        CommandAction.START,
        CommandAction.RELEASE,
    ]
    assert all(command.frames and command.read_back_ms for command in all_commands)
    assert len({command.sequence for command in all_commands}) == len(all_commands)
    assert [small.server.plant.mill(mill).starts_count for mill in ("mill_1", "mill_2")] == [2, 1]
    assert not small.server.plant.mill("mill_1").remote
    check_verification(small, plan_id)
    assert audit.verify_chain(small.store) is None


def test_with_a_demand_price_a_plan_from_the_metering_interval_under_way_is_taken(small: Small) -> None:
    small.plant = msgspec.structs.replace(small.plant, limits=PlantLimits(demand_price_per_kw=32.0))
    plan_id = started(small).propose()
    assert small.approve(plan_id).accepted
    row = stored_plan(small.store, plan_id)
    assert row is not None
    document = msgspec.json.decode(row.document, type=PlanDocument)
    assert document.start_ms % (15 * 60_000) == 0
    assert document.start_ms <= document.created_ms


def check_verification(small: Small, plan_id: int) -> None:
    row = stored_plan(small.store, plan_id)
    assert row is not None
    assert row.verification_json is not None
    found = msgspec.json.decode(row.verification_json, type=Verification)
    assert [batch.outcome for batch in found.batches] == ["ran", "ran"]
    assert found.energy_kwh == pytest.approx(2 * 48 * 30 / 60, rel=0.15)
    assert found.saving == pytest.approx(found.promised_saving, rel=0.25)
    assert found.low <= found.saving <= found.high
    assert found.coverage > 0.9
    assert {cycle.machine for cycle in cycles(small.store) if cycle.complete} == {"mill_1", "mill_2"}


def test_the_proposer_cannot_approve(small: Small) -> None:
    started(small)
    answered = small.ask("wang", RequestKind.PROPOSE_PLAN, small.proposal("wang"))
    plan_id = int(str(answered.detail["plan_id"]))
    assert small.approve(plan_id, "wang").answer == "own_plan"
    assert small.state(plan_id) is PlanState.PROPOSED
    assert small.approve(plan_id, "chen").answer == "not_allowed"
    assert small.approve(plan_id, "guest").answer == "not_allowed"
    assert commands(small.store, plan_id) == []


def test_a_signature_over_another_plan_approves_nothing(small: Small) -> None:
    plan_id = started(small).propose()
    t_ms = small.clock.now_ms()
    foreign = sign_approval(small.people["liu"].key, b"another plan", "liu", "agreed", t_ms)
    payload = DecidePlan(plan_id=plan_id, reason="agreed", signature=foreign, t_ms=t_ms)
    assert small.ask("liu", RequestKind.APPROVE_PLAN, payload).answer == "bad_signature"
    assert small.state(plan_id) is PlanState.PROPOSED


def test_a_plan_whose_price_is_embellished_is_not_taken(small: Small) -> None:
    started(small)
    honest = small.proposal()
    document = msgspec.json.decode(honest.document)
    document["cost_before"] *= 2
    forged = small.signed(
        decode_problem(honest.problem_json),
        msgspec.json.decode(honest.plan_json, type=Plan),
        msgspec.convert(document, PlanDocument),
    )
    answered = small.ask("chen", RequestKind.PROPOSE_PLAN, forged)
    assert (answered.answer, answered.detail) == ("data_mismatch", {"part": "cost_before"})


def test_a_changed_tariff_makes_a_plan_stale(small: Small) -> None:
    own = small.data_dir / "own.toml"
    text = resource("tariffs/guangdong-large-industry-2016.toml").read_text()
    own.write_text(text)
    small.plant = msgspec.structs.replace(small.plant, tariff=str(own))
    plan_id = started(small).propose()
    own.write_text(text.replace("0.6729", "0.7000"))
    answered = small.approve(plan_id)
    assert (answered.accepted, answered.answer) == (False, "tariff_changed")
    row = stored_plan(small.store, plan_id)
    assert row is not None
    assert (row.state, row.state_reason) == (PlanState.STALE, "tariff_changed")


def test_local_control_at_a_machine_makes_a_plan_stale(small: Small) -> None:
    plan_id = started(small).propose()
    small.server.plant.set_local("mill_2", True)
    small.wait("it is seen", lambda: machine_statuses(small.store)["mill_2"].plc_local)
    answered = small.approve(plan_id)
    assert (answered.answer, answered.detail) == ("local_control", {"machine": "mill_2"})
    assert small.state(plan_id) is PlanState.STALE


def test_a_start_is_held_while_a_person_has_the_machine_and_goes_on_afterwards(small: Small) -> None:
    plan_id = started(small).propose()
    assert small.approve(plan_id).accepted
    small.wait(
        "taken", lambda: CommandAction.TAKE in actions(small, plan_id, "mill_1", CommandState.VERIFIED)
    )
    small.server.plant.set_local("mill_1", True)
    small.wait("held", lambda: CommandAction.START in actions(small, plan_id, "mill_1", CommandState.HELD))
    held = commands(small.store, plan_id, [CommandState.HELD])
    assert [(command.machine, command.reason) for command in held] == [("mill_1", "local_control")]
    small.wait("an alarm", lambda: alarm(small.store, "command_held:mill_1") is not None)
    assert small.server.plant.mill("mill_1").starts_count == 0
    small.server.plant.set_local("mill_1", False)
    small.wait("it runs", lambda: small.server.plant.mill("mill_1").starts_count == 1)


def test_an_interlock_holds_a_start(small: Small) -> None:
    plan_id = started(small).propose()
    assert small.approve(plan_id).accepted
    small.wait(
        "taken", lambda: CommandAction.TAKE in actions(small, plan_id, "mill_1", CommandState.VERIFIED)
    )
    small.server.plant.set_interlock("mill_1", True)
    small.wait("held", lambda: CommandAction.START in actions(small, plan_id, "mill_1", CommandState.HELD))
    assert commands(small.store, plan_id, [CommandState.HELD])[0].reason == "interlock"
    small.server.plant.set_interlock("mill_1", False)
    small.wait("it runs", lambda: small.server.plant.mill("mill_1").starts_count == 1)


def test_stopping_a_plan_hands_every_machine_back_at_once(small: Small) -> None:
    plan_id = started(small).propose()
    assert small.approve(plan_id).accepted
    small.wait("mill 1 runs", lambda: small.server.plant.mill("mill_1").state is MillState.RUNNING)
    assert small.server.plant.mill("mill_1").remote
    stop = EndPlan(plan_id=plan_id, reason="somebody is at the mill")
    assert small.ask("chen", RequestKind.STOP_PLAN, stop).answer == "not_allowed"
    assert small.ask("liu", RequestKind.STOP_PLAN, stop).accepted
    assert small.state(plan_id) is PlanState.STOPPED
    row = stored_plan(small.store, plan_id)
    assert row is not None and row.state_reason == stop.reason
    small.wait("nothing is open", lambda: not commands(small.store, plan_id, OPEN))
    for mill in ("mill_1", "mill_2"):
        assert CommandAction.RELEASE in actions(small, plan_id, mill, CommandState.VERIFIED)
        assert not small.server.plant.mill(mill).remote


def test_only_the_proposer_withdraws(small: Small) -> None:
    plan_id = started(small).propose()
    end = EndPlan(plan_id=plan_id, reason="another search")
    assert small.ask("liu", RequestKind.WITHDRAW_PLAN, end).answer == "not_proposer"
    assert small.ask("chen", RequestKind.WITHDRAW_PLAN, end).accepted
    assert small.approve(plan_id).answer == "wrong_plan_state"


def test_every_answer_is_in_the_audit_with_before_and_after(small: Small) -> None:
    plan_id = started(small).propose()
    small.approve(plan_id, "guest")
    small.approve(plan_id)
    entries = [
        e for e in audit.entries(small.store) if e.host == "test" and e.target.startswith(("plan", "guest"))
    ]
    found = [(e.actor, e.action, e.before, e.after, e.result) for e in reversed(entries)]
    assert found == [
        ("chen", "propose_plan", "", "proposed", "ok"),
        ("guest", "approve_plan", "", "", "refused"),
        ("liu", "approve_plan", "proposed", "approved", "ok"),
    ]
