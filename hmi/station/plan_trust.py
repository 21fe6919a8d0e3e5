"""Whether a plan in force was really proposed and approved, by two people whose roles allow it."""

from __future__ import annotations

from hmi.approval import data_hash, read_document, verified_role, verify_approval, verify_proposal
from hmi.roles import Permission, may
from hmi.station.codes import Skip
from hmi.station.plan_commands import MOTOR
from hmi.station.plan_run import PlanRun
from hmi.store.database import Store
from hmi.store.records import Command, CommandAction, CommandState, PlanRow
from hmi.store.users import user
from solver.durations import MINUTE_MS


def is_approved(store: Store, row: PlanRow) -> bool:
    """Whether both signatures hold over exactly what is stored, and each signer may sign so."""
    proposer, supervisor = user(store, row.proposed_by), user(store, row.decided_by)
    if proposer is None or supervisor is None or proposer.name == supervisor.name:
        return False
    if row.approval_signature is None or row.decided_ms is None:
        return False
    proposed = (proposer.public_key, row.proposal_signature, row.document, proposer.name)
    approved = (supervisor.public_key, row.approval_signature, row.document, supervisor.name)
    return (
        read_document(row.document).proposer == proposer.name
        and _may(store, proposer.name, Permission.PROPOSE)
        and _may(store, supervisor.name, Permission.APPROVE)
        and verify_proposal(*proposed, row.note, row.proposed_ms)
        and verify_approval(*approved, row.decision_reason, row.decided_ms)
    )


def carries_out_what_was_signed(run: PlanRun) -> bool:
    """Whether problem and commands are those of the signed document: all of them and no others."""
    document = run.document
    if data_hash(run.problem) != document.data_hash:
        return False
    if not document.automatic:
        return not run.commands  # people carry it out
    asked = [_asked(run, command) for command in run.commands.values() if not _is_replaced(command)]
    motor = [one for one in asked if one[2] in MOTOR]
    return len(motor) == len(set(motor)) and set(asked) == _signed(run)


_Asked = tuple[str, str, CommandAction, int | None]


def _signed(run: PlanRun) -> set[_Asked]:
    """What the document asks for: machine, batch, action, and for the motor the minute."""
    signed: set[_Asked] = set()
    for machine, starts in run.document.starts_min.items():
        signed |= {(machine, "", action, None) for action in (CommandAction.TAKE, CommandAction.RELEASE)}
        for batch in starts:
            spans = run.spans_min(machine, run.batch(machine, batch))
            signed |= {(machine, batch, CommandAction.START, from_min) for from_min, _ in spans}
            signed |= {(machine, batch, CommandAction.PAUSE, to_min) for _, to_min in spans[:-1]}
    return signed


def _asked(run: PlanRun, command: Command) -> _Asked:
    minute = (command.due_ms - run.document.start_ms) // MINUTE_MS if command.action in MOTOR else None
    return command.machine, command.batch, command.action, minute


def _is_replaced(command: Command) -> bool:
    return command.state is CommandState.SKIPPED and command.reason == Skip.REFUSED


def _may(store: Store, name: str, permission: Permission) -> bool:
    role = verified_role(store, name)
    return role is not None and may(role, permission)
