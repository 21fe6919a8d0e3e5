"""Plans and their commands; every change is on the disk before it is acted on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypedDict, Unpack

from hmi.store.database import Store
from hmi.store.records import Command, CommandState, PlanRow, PlanState
from hmi.store.rows import from_row, to_row

_NEXT = {
    PlanState.PROPOSED: {PlanState.APPROVED, PlanState.REJECTED, PlanState.WITHDRAWN, PlanState.STALE},
    PlanState.APPROVED: {PlanState.ACTIVE, PlanState.STOPPED, PlanState.WITHDRAWN, PlanState.STALE},
    PlanState.ACTIVE: {PlanState.FINISHED, PlanState.STOPPED},
    PlanState.FINISHED: {PlanState.VERIFIED},
}


class PlanStateError(Exception):
    """A step that a plan's life does not have; a mistake of the caller."""


class PlanChanges(TypedDict, total=False):
    """What may be noted beside a new state."""

    decided_by: str
    decided_ms: int
    decision_reason: str
    approval_signature: bytes
    activated_ms: int
    finished_ms: int
    state_reason: str
    verification_json: bytes


class CommandChanges(TypedDict, total=False):
    """What may change of a command."""

    state: CommandState
    reason: str
    due_ms: int
    written_ms: int
    read_back_ms: int
    frames: str


def insert_plan(store: Store, proposed: PlanRow) -> int:
    """Stores a proposed plan and gives it an id; the row's own id is not used."""
    if proposed.state is not PlanState.PROPOSED:
        raise PlanStateError(f"a plan begins as proposed, not as {proposed.state}")
    row = to_row(proposed)
    del row["id"]
    with store.transaction() as db:
        return int(str(db.table("plans").insert(row).last_pk))


def plan(store: Store, plan_id: int) -> PlanRow | None:
    """The plan of an id."""
    rows = store.records("SELECT * FROM plans WHERE id = ?", [plan_id])
    return from_row(PlanRow, rows[0]) if rows else None


def plans(store: Store, states: Collection[PlanState] | None = None, limit: int = 100) -> list[PlanRow]:
    """The last plans, newest first, of some states or of all."""
    wanted = [state.value for state in (PlanState if states is None else states)]
    rows = store.records(
        f"SELECT * FROM plans WHERE state IN ({_marks(wanted)}) ORDER BY id DESC LIMIT ?", [*wanted, limit]
    )
    return [from_row(PlanRow, row) for row in rows]


def set_plan_state(store: Store, plan_id: int, state: PlanState, **changes: Unpack[PlanChanges]) -> PlanRow:
    """Moves a plan on in its life (or notes more about the state it is in) and returns it as it is now.

    Raises PlanStateError for a step that is none; KeyError when there is no such plan.
    """
    with store.transaction() as db:
        before = plan(store, plan_id)
        if before is None:
            raise KeyError(plan_id)
        if state is not before.state and state not in _NEXT.get(before.state, ()):
            raise PlanStateError(f"plan {plan_id} is {before.state} and cannot become {state}")
        after = replace(before, state=state, **changes)
        db.table("plans").update(plan_id, to_row(after))
    return after


def add_commands(
    store: Store, plan_id: int, commands_to_add: Sequence[Command], *, above: int = 0
) -> list[Command]:
    """Stores commands of a plan and returns them with their ids and with sequences that rise.

    Sequences go on from the highest one stored, or from `above` (what a PLC has seen) if that is higher.
    """
    with store.transaction() as db:
        (highest,) = store.rows("SELECT coalesce(max(sequence), 0) FROM commands")[0]
        sequence = max(int(str(highest)), above)
        stored = []
        for offset, command in enumerate(commands_to_add, start=1):
            numbered = replace(command, plan_id=plan_id, sequence=sequence + offset)
            row = to_row(numbered)
            del row["id"]
            stored.append(replace(numbered, id=int(str(db.table("commands").insert(row).last_pk))))
    return stored


def commands(
    store: Store, plan_id: int | None = None, states: Collection[CommandState] | None = None
) -> list[Command]:
    """The commands of a plan or of all, of some states or of all, in the order in which they are due."""
    wanted = [state.value for state in (CommandState if states is None else states)]
    rows = store.records(
        f"SELECT * FROM commands WHERE plan_id = coalesce(?, plan_id) AND state IN ({_marks(wanted)}) "
        "ORDER BY due_ms, id",
        [plan_id, *wanted],
    )
    return [from_row(Command, row) for row in rows]


def update_command(store: Store, command_id: int, **changes: Unpack[CommandChanges]) -> Command:
    """Changes a command and returns it as it is now; KeyError when there is none."""
    with store.transaction() as db:
        rows = store.records("SELECT * FROM commands WHERE id = ?", [command_id])
        if not rows:
            raise KeyError(command_id)
        after = replace(from_row(Command, rows[0]), **changes)
        db.table("commands").update(command_id, to_row(after))
    return after


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
