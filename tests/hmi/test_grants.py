from __future__ import annotations

from dataclasses import replace

import pytest

from devices.clock import Clock
from hmi.grants import (
    ROOT_SETTING,
    Signer,
    UserError,
    UserFault,
    create_first_administrator,
    create_user,
    sign_grant,
    verified_role,
    verify_grant,
)
from hmi.keys import new_key_pair
from hmi.store.audit import entries
from hmi.store.database import Store
from hmi.store.records import Role, User
from hmi.store.status import setting
from hmi.store.users import add_user, user, users

CLOCK = Clock()
PASSWORD = "long enough"


@pytest.fixture
def administrator(people_store: Store) -> Signer:
    return create_first_administrator(people_store, "admin", PASSWORD, CLOCK)


def _found(store: Store, name: str) -> User:
    found = user(store, name)
    assert found is not None
    return found


def test_the_first_administrator_is_pinned_and_vouches_for_themselves(
    people_store: Store, administrator: Signer
) -> None:
    assert setting(people_store, ROOT_SETTING) == _found(people_store, "admin").public_key.hex()
    assert verified_role(people_store, "admin") is Role.ADMINISTRATOR


def test_there_is_only_one_first_administrator(people_store: Store, administrator: Signer) -> None:
    with pytest.raises(UserError, match="There are users already") as caught:
        create_first_administrator(people_store, "second", PASSWORD, CLOCK)
    assert caught.value.fault is UserFault.USERS_EXIST
    assert [found.name for found in users(people_store)] == ["admin"]


def test_a_role_goes_back_to_the_first_administrator_over_others(
    people_store: Store, administrator: Signer
) -> None:
    second = create_user(people_store, administrator, "second", Role.ADMINISTRATOR, PASSWORD, CLOCK)
    create_user(people_store, second, "zhang", Role.SUPERVISOR, PASSWORD, CLOCK)
    assert verified_role(people_store, "zhang") is Role.SUPERVISOR
    assert verified_role(people_store, "nobody") is None


def test_only_an_administrator_adds_users(people_store: Store, administrator: Signer) -> None:
    supervisor = create_user(people_store, administrator, "zhang", Role.SUPERVISOR, PASSWORD, CLOCK)
    with pytest.raises(UserError) as caught:
        create_user(people_store, supervisor, "friend", Role.SUPERVISOR, PASSWORD, CLOCK)
    assert caught.value.fault is UserFault.NOT_AN_ADMINISTRATOR


def test_a_name_is_taken_once(people_store: Store, administrator: Signer) -> None:
    create_user(people_store, administrator, "zhang", Role.OPERATOR, PASSWORD, CLOCK)
    with pytest.raises(UserError, match="There is a user 'zhang' already") as caught:
        create_user(people_store, administrator, "zhang", Role.SUPERVISOR, PASSWORD, CLOCK)
    assert caught.value.fault is UserFault.NAME_TAKEN
    assert verified_role(people_store, "zhang") is Role.OPERATOR


@pytest.mark.parametrize("name", ["", "two words", "x" * 41, "line\nbreak", "semi;colon"])
def test_a_name_is_short_and_plain(people_store: Store, name: str) -> None:
    with pytest.raises(UserError) as caught:
        create_first_administrator(people_store, name, PASSWORD, CLOCK)
    assert caught.value.fault is UserFault.NAME_NOT_ALLOWED


def test_a_name_may_be_chinese(people_store: Store) -> None:
    create_first_administrator(people_store, "王伟", PASSWORD, CLOCK)
    assert verified_role(people_store, "王伟") is Role.ADMINISTRATOR


def test_a_short_password_is_refused_in_a_sentence(people_store: Store) -> None:
    with pytest.raises(UserError, match="at least 8 characters") as caught:
        create_first_administrator(people_store, "admin", "1234567", CLOCK)
    assert caught.value.fault is UserFault.PASSWORD_TOO_SHORT
    assert users(people_store) == []


def test_each_new_user_is_in_the_audit(people_store: Store, administrator: Signer) -> None:
    create_user(people_store, administrator, "zhang", Role.SUPERVISOR, PASSWORD, CLOCK, host="desk-1")
    newest = entries(people_store)[0]
    assert (newest.actor, newest.action, newest.target, newest.host) == (
        "admin",
        "add_user",
        "zhang",
        "desk-1",
    )
    assert newest.after.startswith("supervisor ")
    assert len(entries(people_store)) == 2


def _smuggled(store: Store, changed: User) -> None:
    """What somebody with the file and a database tool could do."""
    store.rows("DELETE FROM users WHERE name = ?", [changed.name])
    add_user(store, changed)


def test_a_role_that_was_changed_in_the_file_is_none(people_store: Store, administrator: Signer) -> None:
    create_user(people_store, administrator, "zhang", Role.OPERATOR, PASSWORD, CLOCK)
    _smuggled(people_store, replace(_found(people_store, "zhang"), role=Role.SUPERVISOR))
    assert verified_role(people_store, "zhang") is None


def test_a_key_that_was_put_into_the_file_has_no_role(people_store: Store, administrator: Signer) -> None:
    create_user(people_store, administrator, "zhang", Role.SUPERVISOR, PASSWORD, CLOCK)
    _smuggled(people_store, replace(_found(people_store, "zhang"), public_key=new_key_pair()[1]))
    assert verified_role(people_store, "zhang") is None


def test_who_grants_themselves_a_role_has_none(people_store: Store, administrator: Signer) -> None:
    key, public_key = new_key_pair()
    intruder = Signer("intruder", key)
    grant = sign_grant(intruder, "intruder", Role.ADMINISTRATOR, public_key)
    granted = User("intruder", Role.ADMINISTRATOR, "", public_key, b"", "intruder", grant)
    assert verify_grant(public_key, granted)
    add_user(people_store, granted)
    assert verified_role(people_store, "intruder") is None


def test_two_who_vouch_for_each_other_have_no_role(people_store: Store, administrator: Signer) -> None:
    pairs = {name: new_key_pair() for name in ("left", "right")}
    for name, granter in (("left", "right"), ("right", "left")):
        grant = sign_grant(Signer(granter, pairs[granter][0]), name, Role.ADMINISTRATOR, pairs[name][1])
        add_user(people_store, User(name, Role.ADMINISTRATOR, "", pairs[name][1], b"", granter, grant))
    assert verified_role(people_store, "left") is None


def test_who_is_not_active_has_no_role_but_what_they_granted_stays(
    people_store: Store, administrator: Signer
) -> None:
    second = create_user(people_store, administrator, "second", Role.ADMINISTRATOR, PASSWORD, CLOCK)
    create_user(people_store, second, "zhang", Role.SUPERVISOR, PASSWORD, CLOCK)
    _smuggled(people_store, replace(_found(people_store, "second"), active=False))
    assert verified_role(people_store, "second") is None
    assert verified_role(people_store, "zhang") is Role.SUPERVISOR
