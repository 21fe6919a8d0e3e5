"""Whether a database is what it should be: its file, its readings, its audit and the signatures in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from hmi.approval import (
    DocumentError,
    data_hash,
    read_document,
    verify_approval,
    verify_proposal,
)
from hmi.grants import granted_role
from hmi.plant_past import version_fault
from hmi.roles import Permission, may
from hmi.store import audit, care
from hmi.store.database import SqlError, Store, StoreError, StoreFault
from hmi.store.plans import plan
from hmi.store.plant_versions import plant_versions
from hmi.store.records import PlanRow, PlanState
from hmi.store.users import user
from solver.problem import ProblemError, decode_problem

_ONCE_APPROVED = (
    PlanState.APPROVED,
    PlanState.ACTIVE,
    PlanState.FINISHED,
    PlanState.VERIFIED,
    PlanState.STOPPED,
)
_DAMAGE = (StoreFault.DAMAGED, StoreFault.NOT_A_DATABASE)
_MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: is it whole, and in a sentence what that means."""

    subject: str
    whole: bool
    sentence: str


def examine(store: Store) -> list[Finding]:
    """Looks at everything; raises StoreError only when the database cannot be reached."""
    looks: dict[str, Callable[[Store], Finding]] = {
        "file": _file,
        "references": _references,
        "points": _points,
        "readings": _readings,
        "blocks": _blocks,
        "plants": _plants,
        "audit": _audit,
        "signatures": _signatures,
    }
    return [_guarded(subject, look, store) for subject, look in looks.items()]


def is_damage(error: StoreError) -> bool:
    """Whether an error is about the file itself, and so an answer rather than an obstacle."""
    return error.fault in _DAMAGE


def _guarded(subject: str, look: Callable[[Store], Finding], store: Store) -> Finding:
    try:
        return look(store)
    except StoreError as error:
        if not is_damage(error):
            raise
        return Finding(subject, False, f"The {subject} cannot be checked: {error}")
    except (LookupError, TypeError, ValueError, SqlError) as error:  # what no program of ours has written
        return Finding(
            subject,
            False,
            f"The {subject} cannot be checked, for something in the file is not what it was "
            f"({type(error).__name__}: {error}); put a backup in its place.",
        )


def _file(store: Store) -> Finding:
    faults = care.damage(store)
    if not faults:
        return Finding("file", True, f"The file {store.path} is whole.")
    more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
    return Finding(
        "file", False, f"The file {store.path} is damaged ({faults[0]}{more}); put a backup in its place."
    )


def _references(store: Store) -> Finding:
    loose = care.loose_references(store)
    if not loose:
        return Finding("references", True, "Every row finds the rows that it refers to.")
    named = _listed([f"{n} of {table} to {parent}" for (table, parent), n in loose.items()])
    return Finding("references", False, f"Rows refer to others that are not there: {named}.")


def _points(store: Store) -> Finding:
    unknown = care.unknown_points(store)
    if not unknown:
        return Finding("points", True, "Every reading belongs to a known point.")
    named = _listed([str(point_id) for point_id in unknown])
    return Finding("points", False, f"There are readings of points that have no name: number {named}.")


def _readings(store: Store) -> Finding:
    unreadable = care.unreadable_readings(store)
    if not unreadable:
        unsealed = care.unsealed_readings(store)
        limit = (
            f" The {unsealed} whose days are not sealed yet carry no checksum: "
            "were a value changed from outside, it would not show."
        )
        sentence = "Every reading is good, uncertain, or a gap without a value."
        return Finding("readings", True, sentence + limit * (unsealed > 0))
    return Finding(
        "readings",
        False,
        f"{unreadable} readings have a quality, reason or value that this program never writes.",
    )


def _blocks(store: Store) -> Finding:
    number, wrong = care.damaged_blocks(store)
    if not wrong:
        return Finding("blocks", True, f"Every day that was sealed is as it was, in {number} blocks.")
    return Finding(
        "blocks",
        False,
        f"{len(wrong)} of {number} sealed days are damaged ({_listed(wrong)}); put a backup in their place.",
    )


def _plants(store: Store) -> Finding:
    versions = plant_versions(store)
    wrong = [f"version {each.id} ({fault})" for each in versions if (fault := version_fault(each))]
    if not wrong:
        return Finding(
            "plants", True, f"Each plant that was in force can be read, in {len(versions)} versions."
        )
    return Finding(
        "plants", False, f"What the plant was cannot be told: {_listed(wrong)}; put a backup in its place."
    )


def _audit(store: Store) -> Finding:
    broken_id = audit.verify_chain(store)
    if broken_id is None:
        return Finding("audit", True, "Every audit entry is in its chain.")
    return Finding(
        "audit",
        False,
        f"The audit's chain breaks at entry {broken_id}: it is missing or was changed from outside; "
        "keep a copy of the database and compare it with a backup.",
    )


def _signatures(store: Store) -> Finding:
    ids = care.plan_ids(store)
    wrong = [f"plan {plan_id} ({fault})" for plan_id in ids if (fault := _plan_fault(store, plan_id))]
    if not wrong:
        return Finding("signatures", True, f"Every signature holds, under {len(ids)} plans.")
    return Finding(
        "signatures",
        False,
        f"What was signed and what is stored differ: {_listed(wrong)}; "
        "keep a copy of the database and compare it with a backup.",
    )


def _plan_fault(store: Store, plan_id: int) -> str:
    """What is wrong with a plan's signatures in a few words; "" when nothing is."""
    try:
        row = plan(store, plan_id)
        if row is None:
            return ""
        document = read_document(row.document)
        if document.data_hash != data_hash(decode_problem(row.problem_json)):
            return "its problem is not the one that was signed"
    except (DocumentError, ProblemError, msgspec.ValidationError):
        return "it cannot be read"
    if not _is_proposed(store, row):
        return "the proposal's signature does not hold"
    approved = row.state in _ONCE_APPROVED or row.approval_signature is not None
    return "the approval's signature does not hold" if approved and not _is_approved(store, row) else ""


def _is_proposed(store: Store, row: PlanRow) -> bool:
    signer = user(store, row.proposed_by)
    return (
        signer is not None
        and granted_role(store, signer.name) is not None
        and verify_proposal(
            signer.public_key,
            row.proposal_signature,
            row.document,
            signer.name,
            row.note,
            row.proposed_ms,
        )
    )


def _is_approved(store: Store, row: PlanRow) -> bool:
    signer, role = user(store, row.decided_by), granted_role(store, row.decided_by)
    if signer is None or role is None or row.approval_signature is None or row.decided_ms is None:
        return False
    return (
        signer.name != row.proposed_by
        and may(role, Permission.APPROVE)
        and verify_approval(
            signer.public_key,
            row.approval_signature,
            row.document,
            signer.name,
            row.decision_reason,
            row.decided_ms,
        )
    )


def _listed(parts: Sequence[str]) -> str:
    more = len(parts) - _MOST_NAMED
    return ", ".join(parts[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
