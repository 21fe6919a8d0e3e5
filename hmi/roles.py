"""Who may do what."""

from __future__ import annotations

from enum import StrEnum

from hmi.store.records import Role


class Permission(StrEnum):
    """What a role may allow; to see is allowed to everybody."""

    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    SEARCH = "search"
    PROPOSE = "propose"
    ENTER_BATCH = "enter_batch"
    APPROVE = "approve"
    STOP_PLAN = "stop_plan"
    EDIT_PLANT = "edit_plant"
    MANAGE_USERS = "manage_users"


_OPERATOR = frozenset(
    {
        Permission.ACKNOWLEDGE,
        Permission.SHELVE,
        Permission.SEARCH,
        Permission.PROPOSE,
        Permission.ENTER_BATCH,
    }
)
_ALLOWED = {
    Role.VIEWER: frozenset[Permission](),
    Role.OPERATOR: _OPERATOR,
    Role.SUPERVISOR: _OPERATOR | {Permission.APPROVE, Permission.STOP_PLAN},
    Role.ENGINEER: frozenset({Permission.EDIT_PLANT}),
    Role.ADMINISTRATOR: frozenset({Permission.MANAGE_USERS}),
}


def may(role: Role, permission: Permission) -> bool:
    """Whether a role allows something.

    A supervisor may do all that an operator may, so that a shift with one of them is not stuck; that nobody
    decides on their own proposal is checked by name, not by role. Engineers and administrators look after the
    plant model and the people, and do not run the plant.
    """
    return permission in _ALLOWED[role]
