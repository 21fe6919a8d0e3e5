"""Users and their roles: each signed by an administrator, back to the first one, whose key is pinned."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devices.clock import Clock
from hmi.keys import is_signed, new_key_pair, seal_private_key
from hmi.passwords import LEAST_PASSWORD_LENGTH, hash_password, is_long_enough
from hmi.store import audit
from hmi.store.database import Store
from hmi.store.records import Role, User
from hmi.store.status import save_setting, setting
from hmi.store.users import UserExistsError, add_user, user, users

ROOT_SETTING = "root_public_key"
_DOMAIN = "valleyline grant 1"
_NAME = re.compile(r"[\w.@-]{1,40}")


class UserFault(StrEnum):
    """Why a user cannot be made, for a program."""

    USERS_EXIST = "users_exist"
    NAME_TAKEN = "name_taken"
    NAME_NOT_ALLOWED = "name_not_allowed"
    PASSWORD_TOO_SHORT = "password_too_short"
    NOT_AN_ADMINISTRATOR = "not_an_administrator"


class UserError(Exception):
    """A user cannot be made so; its text is one sentence."""

    def __init__(self, fault: UserFault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Signer:
    """A person with the opened signing key."""

    name: str
    key: Ed25519PrivateKey


def sign_grant(granter: Signer, name: str, role: Role, public_key: bytes) -> bytes:
    """The signature that gives a role to a name and the key that goes with it."""
    return granter.key.sign(_grant_bytes(granter.name, name, role, public_key))


def verify_grant(granter_public_key: bytes, granted: User) -> bool:
    """Whether a user's role and key are what this granter signed."""
    message = _grant_bytes(granted.granted_by, granted.name, granted.role, granted.public_key)
    return is_signed(granter_public_key, granted.grant_signature, message)


def verified_role(store: Store, name: str) -> Role | None:
    """The role of an active user, if the chain of grants goes back to the pinned first administrator.

    That an administrator is no longer active does not undo what they granted before.
    """
    found = user(store, name)
    return granted_role(store, name) if found is not None and found.active else None


def granted_role(store: Store, name: str) -> Role | None:
    """Like `verified_role`, also of somebody who has left: to judge what they signed while here."""
    found = user(store, name)
    return found.role if found is not None and _is_granted(store, found) else None


def create_first_administrator(
    store: Store, name: str, password: str, clock: Clock, *, host: str = ""
) -> Signer:
    """Makes the first user and pins their key, which all grants go back to; raises UserError."""
    _check(name, password)
    key, public_key = new_key_pair()
    first = Signer(name, key)
    new_user = _user(first, name, Role.ADMINISTRATOR, key, public_key, password)
    with store.transaction():
        if users(store):
            raise UserError(
                UserFault.USERS_EXIST, "There are users already; an administrator adds further ones."
            )
        save_setting(store, ROOT_SETTING, public_key.hex())
        _add(store, new_user, clock, host)
    return first


def create_user(
    store: Store, administrator: Signer, name: str, role: Role, password: str, clock: Clock, *, host: str = ""
) -> Signer:
    """Makes a user with a key and a role signed by the administrator; raises UserError."""
    _check(name, password)
    if verified_role(store, administrator.name) is not Role.ADMINISTRATOR:
        raise UserError(UserFault.NOT_AN_ADMINISTRATOR, "Only an administrator adds users.")
    key, public_key = new_key_pair()
    new_user = _user(administrator, name, role, key, public_key, password)
    with store.transaction():
        _add(store, new_user, clock, host)
    return Signer(name, key)


def _is_granted(store: Store, granted: User) -> bool:
    root = setting(store, ROOT_SETTING)
    seen: set[str] = set()
    while granted.name not in seen:
        seen.add(granted.name)
        granter = user(store, granted.granted_by)
        if granter is None or granter.role is not Role.ADMINISTRATOR:
            return False
        if not verify_grant(granter.public_key, granted):
            return False
        if granter.name == granted.name:
            return granted.public_key.hex() == root
        granted = granter
    return False


def _grant_bytes(granter: str, name: str, role: Role, public_key: bytes) -> bytes:
    grant = {
        "domain": _DOMAIN,
        "granter": granter,
        "name": name,
        "role": role.value,
        "public_key": public_key.hex(),
    }
    return msgspec.json.encode(grant, order="sorted")


def _user(
    granter: Signer, name: str, role: Role, key: Ed25519PrivateKey, public_key: bytes, password: str
) -> User:
    return User(
        name=name,
        role=role,
        password_hash=hash_password(password),
        public_key=public_key,
        sealed_private_key=seal_private_key(key, password),
        granted_by=granter.name,
        grant_signature=sign_grant(granter, name, role, public_key),
    )


def _add(store: Store, new_user: User, clock: Clock, host: str) -> None:
    try:
        add_user(store, new_user)
    except UserExistsError as error:
        raise UserError(UserFault.NAME_TAKEN, f"There is a user {new_user.name!r} already.") from error
    audit.append(
        store,
        t_ms=clock.now_ms(),
        wall_ms=clock.wall_ms(),
        actor=new_user.granted_by,
        host=host,
        action="add_user",
        target=new_user.name,
        after=f"{new_user.role.value} {new_user.public_key.hex()}",
    )


def name_or_password_fault(name: str, password: str) -> UserFault | None:
    """Why nobody can have this name and this password; None when somebody can."""
    if not _NAME.fullmatch(name):
        return UserFault.NAME_NOT_ALLOWED
    return None if is_long_enough(password) else UserFault.PASSWORD_TOO_SHORT


def _check(name: str, password: str) -> None:
    fault = name_or_password_fault(name, password)
    if fault is UserFault.NAME_NOT_ALLOWED:
        raise UserError(fault, "A name has 1 to 40 letters, digits or any of . _ - @ and no spaces.")
    if fault is not None:
        raise UserError(fault, f"A password has at least {LEAST_PASSWORD_LENGTH} characters.")
