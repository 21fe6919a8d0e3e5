from __future__ import annotations

import pytest

from hmi.store.database import Store
from hmi.store.plans import (
    PlanStateError,
    add_commands,
    commands,
    insert_plan,
    plan,
    plans,
    set_plan_state,
    update_command,
)
from hmi.store.records import Command, CommandAction, CommandState, PlanRow, PlanState

PROPOSED = PlanRow(
    id=0,
    state=PlanState.PROPOSED,
    document=b'{"plan": 1}',
    problem_json=b"{}",
    plan_json=b"{}",
    tariff_hash="t",
    data_hash="d",
    start_ms=0,
    end_ms=86_400_000,
    proposed_by="operator",
    proposed_ms=5,
    proposal_signature=b"\x00\xff",
    note="before the night",
)


def _command(machine: str, due_ms: int) -> Command:
    return Command(0, 0, machine, "b1", CommandAction.START, due_ms, 0)


def _life(store: Store, *states: PlanState) -> int:
    plan_id = insert_plan(store, PROPOSED)
    for state in states:
        set_plan_state(store, plan_id, state)
    return plan_id


def test_a_plan_comes_back_byte_by_byte(store: Store, other: Store) -> None:
    plan_id = insert_plan(store, PROPOSED)
    found = plan(other, plan_id)
    assert found is not None
    assert found.document == PROPOSED.document
    assert found.proposal_signature == b"\x00\xff"
    assert found.approval_signature is None
    assert plan(other, 99) is None


def test_plans_are_found_by_state_newest_first(store: Store) -> None:
    first, second = insert_plan(store, PROPOSED), insert_plan(store, PROPOSED)
    set_plan_state(store, first, PlanState.APPROVED)
    assert [row.id for row in plans(store)] == [second, first]
    assert [row.id for row in plans(store, {PlanState.APPROVED, PlanState.ACTIVE})] == [first]
    assert [row.id for row in plans(store, limit=1)] == [second]
    assert plans(store, set()) == []


def test_what_belongs_to_a_step_is_noted_with_it(store: Store) -> None:
    plan_id = insert_plan(store, PROPOSED)
    set_plan_state(
        store, plan_id, PlanState.APPROVED, decided_by="supervisor", decided_ms=9, approval_signature=b"s"
    )
    set_plan_state(store, plan_id, PlanState.ACTIVE, activated_ms=10)
    found = plan(store, plan_id)
    assert found is not None
    assert (found.state, found.decided_by, found.decided_ms) == (PlanState.ACTIVE, "supervisor", 9)
    assert (found.approval_signature, found.activated_ms) == (b"s", 10)


@pytest.mark.parametrize(
    ("life", "step"),
    [
        ([], PlanState.ACTIVE),
        ([PlanState.REJECTED], PlanState.APPROVED),
        ([PlanState.APPROVED], PlanState.REJECTED),
        ([PlanState.APPROVED, PlanState.ACTIVE], PlanState.WITHDRAWN),
        ([PlanState.APPROVED, PlanState.ACTIVE, PlanState.STOPPED], PlanState.ACTIVE),
        ([PlanState.APPROVED, PlanState.ACTIVE, PlanState.FINISHED], PlanState.ACTIVE),
    ],
)
def test_a_plan_does_not_leap_or_come_back_to_life(
    store: Store, life: list[PlanState], step: PlanState
) -> None:
    plan_id = _life(store, *life)
    with pytest.raises(PlanStateError, match=f"cannot become {step}"):
        set_plan_state(store, plan_id, step)


def test_a_plan_begins_as_proposed_and_lives_to_be_verified(store: Store) -> None:
    plan_id = _life(store, PlanState.APPROVED, PlanState.ACTIVE, PlanState.FINISHED, PlanState.VERIFIED)
    verified = set_plan_state(store, plan_id, PlanState.VERIFIED, verification_json=b"{}")
    assert verified.verification_json == b"{}"
    with pytest.raises(PlanStateError, match="begins as proposed"):
        insert_plan(store, verified)


def test_a_plan_that_is_not_there_cannot_change(store: Store) -> None:
    with pytest.raises(KeyError):
        set_plan_state(store, 7, PlanState.APPROVED)


def test_commands_get_rising_sequences_over_all_plans(store: Store) -> None:
    first, second = insert_plan(store, PROPOSED), insert_plan(store, PROPOSED)
    added = add_commands(store, first, [_command("mill_25", 20), _command("mill_26", 10)])
    later = add_commands(store, second, [_command("mill_25", 30)])
    assert [command.sequence for command in added + later] == [1, 2, 3]
    assert [command.plan_id for command in added + later] == [first, first, second]
    assert commands(store, first) == [added[1], added[0]]


def test_sequences_go_on_above_what_the_plc_has_seen(store: Store) -> None:
    plan_id = insert_plan(store, PROPOSED)
    assert add_commands(store, plan_id, [_command("mill_25", 20)], above=500)[0].sequence == 501
    assert add_commands(store, plan_id, [_command("mill_25", 20)], above=500)[0].sequence == 502


def test_a_command_changes_step_by_step_and_is_found_by_its_state(store: Store, other: Store) -> None:
    added = add_commands(
        store, insert_plan(store, PROPOSED), [_command("mill_25", 20), _command("mill_26", 10)]
    )
    update_command(store, added[0].id, state=CommandState.WRITING, written_ms=21)
    update_command(store, added[0].id, state=CommandState.VERIFIED, read_back_ms=22, frames="01 10 > 01 10")
    (found,) = commands(other, states=[CommandState.VERIFIED])
    assert (found.written_ms, found.read_back_ms, found.frames) == (21, 22, "01 10 > 01 10")
    assert len(commands(other)) == 2
    with pytest.raises(KeyError):
        update_command(store, 99, state=CommandState.WRITING)
