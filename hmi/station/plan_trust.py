"""Whether a plan in force was really proposed and approved, by two people whose roles allow it."""

from __future__ import annotations

from hmi.approval import data_hash, verified_role, verify_approval, verify_proposal
from hmi.roles import Permission, may
from hmi.station.plan_run import MINUTE_MS, PlanRun
from hmi.store.database import Store
from hmi.store.records import CommandAction, PlanRow
from hmi.store.users import user


def is_approved(store: Store, row: PlanRow) -> bool:
    """Whether both signatures hold over exactly what is stored, and each signer may sign so."""
    proposer, supervisor = user(store, row.proposed_by), user(store, row.decided_by)
    if proposer is None or supervisor is None or proposer.name == supervisor.name:
        return False
    if row.approval_signature is None or row.decided_ms is None:
        return False
    role = verified_role(store, supervisor.name)
    proposed = (proposer.public_key, row.proposal_signature, row.document, proposer.name)
    approved = (supervisor.public_key, row.approval_signature, row.document, supervisor.name)
    return (
        role is not None
        and may(role, Permission.APPROVE)
        and verify_proposal(*proposed, row.note, row.proposed_ms)
        and verify_approval(*approved, row.decision_reason, row.decided_ms)
    )


def carries_out_what_was_signed(run: PlanRun) -> bool:
    """Whether problem and commands are those of the signed document."""
    document = run.document
    if data_hash(run.problem) != document.data_hash:
        return False
    signed: set[tuple[str, str, CommandAction, int]] = set()
    for machine, starts in document.starts_min.items():
        for batch in starts:
            spans = run.spans_min(machine, run.batch(machine, batch))
            signed |= {(machine, batch, CommandAction.START, from_min) for from_min, _ in spans}
            signed |= {(machine, batch, CommandAction.PAUSE, to_min) for _, to_min in spans[:-1]}
    return all(
        command.machine in document.starts_min
        and (
            command.action in (CommandAction.TAKE, CommandAction.RELEASE)
            or (
                command.machine,
                command.batch,
                command.action,
                (command.due_ms - document.start_ms) // MINUTE_MS,
            )
            in signed
        )
        for command in run.commands.values()
    )
