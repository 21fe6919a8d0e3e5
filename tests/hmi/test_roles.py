from __future__ import annotations

import pytest

from hmi.roles import Permission, may
from hmi.store.records import Role

OPERATOR = {"acknowledge", "shelve", "search", "propose", "enter_batch"}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.VIEWER, set()),
        (Role.OPERATOR, OPERATOR),
        (Role.SUPERVISOR, OPERATOR | {"approve", "stop_plan"}),
        (Role.ENGINEER, {"edit_plant"}),
        (Role.ADMINISTRATOR, {"manage_users"}),
    ],
)
def test_each_role_may_do_what_the_table_says_and_nothing_else(role: Role, allowed: set[str]) -> None:
    assert {permission.value for permission in Permission if may(role, permission)} == allowed
