"""Deciding on a proposed plan: who may, what the station would find stale by now, and the signature."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import QCoreApplication

from hmi.approval import sign_approval, sign_rejection, tariff_hash
from hmi.desk import plan_texts, refusal_texts, texts
from hmi.desk.access import recording
from hmi.desk.context import DeskContext
from hmi.desk.snapshot_model import World
from hmi.planning import first_start_ms
from hmi.roles import Permission
from hmi.station.codes import Stale
from hmi.station.payloads import DecidePlan
from hmi.store.database import Store
from hmi.store.plans import plans
from hmi.store.records import PlanRow, PlanState, RequestKind
from solver.plan import Plan
from solver.problem import PlanProblem, decode_problem

MOST_WAITING = 100
MOST_DECIDED = 12
DECIDED = tuple(state for state in PlanState if state is not PlanState.PROPOSED)


class Step(Enum):
    """What a supervisor may do with a proposal."""

    APPROVE = RequestKind.APPROVE_PLAN
    REJECT = RequestKind.REJECT_PLAN


@dataclass(frozen=True, slots=True)
class Proposal:
    """A stored plan with its problem and plan read."""

    row: PlanRow
    problem: PlanProblem
    plan: Plan


def load_proposals(store: Store) -> list[Proposal]:
    """What waits, newest first, and after it what was decided lately."""
    waiting = plans(store, [PlanState.PROPOSED], limit=MOST_WAITING)
    decided = plans(store, DECIDED, limit=MOST_DECIDED)
    return [
        Proposal(row, decode_problem(row.problem_json), msgspec.json.decode(row.plan_json, type=Plan))
        for row in (*waiting, *decided)
    ]


def decision(
    step: Step, row: PlanRow, actor: str, key: Ed25519PrivateKey, reason: str, t_ms: int
) -> DecidePlan:
    """What is put before the station: the decision signed over exactly this plan."""
    sign = sign_approval if step is Step.APPROVE else sign_rejection
    return DecidePlan(row.id, reason, sign(key, row.document, actor, reason, t_ms), t_ms)


def why_not(context: DeskContext, row: PlanRow, step: Step, in_force: PlanRow | None) -> str:
    """Why the person at the desk cannot take this step, in a sentence; "" when they can."""
    person = context.session.person
    if row.state is not PlanState.PROPOSED:
        text = QCoreApplication.translate("texts", "Plan {id} is {state}; there is nothing to decide.")
        return text.format(id=row.id, state=texts.plan_state(row.state))
    if context.session.replay:
        return recording()
    if person is None:
        return QCoreApplication.translate("texts", "Sign in as a supervisor to decide on this plan.")
    if not context.session.may(Permission.APPROVE):
        text = QCoreApplication.translate(
            "texts", "As {role} you may not decide on plans; a supervisor does."
        )
        return text.format(role=texts.role(person.role))
    if row.proposed_by == person.name:
        return QCoreApplication.translate(
            "texts", "You proposed this plan yourself; another supervisor decides on it."
        )
    if step is Step.APPROVE and in_force is not None:
        return refusal_texts.refusal("another_plan", {"plan_id": in_force.id})
    return ""


def too_late(context: DeskContext, proposal: Proposal, now_ms: int) -> str:
    """That a proposal's first batch should have begun by now, in a sentence; "" while it may be approved."""
    problem, plan = proposal.problem, proposal.plan
    first_ms = first_start_ms(problem, plan)
    if proposal.row.state is not PlanState.PROPOSED or first_ms > now_ms:
        return ""
    starts = {machine: min(batches.values()) for machine, batches in plan.starts_min.items() if batches}
    text = QCoreApplication.translate(
        "texts", "Too late to approve: {machine} should have begun at {time}; search again."
    )
    zone = context.plant.zone
    first = context.label(min(starts, key=starts.__getitem__))
    return text.format(machine=first, time=texts.time_beside(first_ms, now_ms, zone))


def foreseen_stale(context: DeskContext, proposal: Proposal, world: World) -> str:
    """Why the station would find this plan stale if it were approved now; "" when nothing is foreseen.

    That it is too late is a sentence of its own.
    """
    found = _stale_code(context, proposal, world)
    return plan_texts.code(found.value) if found is not None else ""


def _stale_code(context: DeskContext, proposal: Proposal, world: World) -> Stale | None:
    if proposal.row.state is not PlanState.PROPOSED:
        return None
    if proposal.row.tariff_hash != tariff_hash(context.tariff):
        return Stale.TARIFF_CHANGED
    statuses = [world.machines[one.id] for one in proposal.problem.machines if one.id in world.machines]
    if any(status.plc_local for status in statuses):
        return Stale.LOCAL_CONTROL
    if any(status.plc_interlock for status in statuses):
        return Stale.INTERLOCK
    return None
