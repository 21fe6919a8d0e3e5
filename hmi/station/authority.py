"""Whether somebody may ask for what they ask for: a verified role, or a refusal with its code."""

from __future__ import annotations

from hmi.approval import verified_role
from hmi.roles import Permission, may
from hmi.station.codes import Refusal, Stale
from hmi.store.database import Store
from hmi.store.records import RequestKind, User
from hmi.store.users import user

PERMISSIONS = {
    RequestKind.PROPOSE_PLAN: Permission.PROPOSE,
    RequestKind.APPROVE_PLAN: Permission.APPROVE,
    RequestKind.REJECT_PLAN: Permission.APPROVE,
    RequestKind.WITHDRAW_PLAN: Permission.PROPOSE,
    RequestKind.STOP_PLAN: Permission.STOP_PLAN,
    RequestKind.ACKNOWLEDGE: Permission.ACKNOWLEDGE,
    RequestKind.RESET: Permission.ACKNOWLEDGE,
    RequestKind.SHELVE: Permission.SHELVE,
    RequestKind.UNSHELVE: Permission.SHELVE,
    RequestKind.OUT_OF_SERVICE: Permission.SHELVE,
    RequestKind.BACK_IN_SERVICE: Permission.SHELVE,
    RequestKind.ENTER_BATCH: Permission.ENTER_BATCH,
    RequestKind.NOTE_BATCH: Permission.ENTER_BATCH,
    RequestKind.TAKE_BACK_NOTE: Permission.ENTER_BATCH,
    RequestKind.CLOSE_FINDING: Permission.ACKNOWLEDGE,
    RequestKind.PIN_MODEL: Permission.EDIT_PLANT,
    RequestKind.EDIT_PLANT: Permission.EDIT_PLANT,
}


class RefusedError(Exception):
    """A request that is refused; `detail` fills the words for its code."""

    def __init__(self, code: Refusal | Stale, target: str = "", **detail: object) -> None:
        super().__init__(code.value)
        self.code = code
        self.target = target
        self.detail = detail


class StaleError(RefusedError):
    """A plan that does not fit the world any more; it ends here."""

    def __init__(self, code: Stale, plan_id: int, **detail: object) -> None:
        super().__init__(code, f"plan {plan_id}", **detail)
        self.plan_id = plan_id


def authorised(store: Store, actor: str, kind: RequestKind) -> User:
    """The user who asks, if an unbroken chain of grants gives them a role that may; raises RefusedError."""
    found = user(store, actor)
    if found is None or not found.active:
        raise RefusedError(Refusal.UNKNOWN_USER, actor)
    role = verified_role(store, actor)
    if role is None:
        raise RefusedError(Refusal.UNTRUSTED_ROLE, actor)
    if not may(role, PERMISSIONS[kind]):
        raise RefusedError(Refusal.NOT_ALLOWED, actor, role=role.value)
    return found
