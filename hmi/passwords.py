"""Passwords and signing in: a wrong password and an unknown name get the same answer after the same work."""

from __future__ import annotations

from dataclasses import dataclass, replace

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hmi.keys import (
    ARGON2_MEMORY_KIB,
    ARGON2_PARALLELISM,
    ARGON2_TIME_COST,
    SealError,
    open_private_key,
    password_bytes,
)
from hmi.store import audit
from hmi.store.database import Store
from hmi.store.records import User
from hmi.store.users import (
    clear_sign_in_failures,
    forget_sign_in_failures_before,
    save_sign_in_failures,
    sign_in_failures,
    user,
)
from solver.durations import DAY_MS

LEAST_PASSWORD_LENGTH = 8
FIRST_DELAY_MS = 500
LONGEST_DELAY_MS = 30_000
_FORGOTTEN_AFTER_MS = DAY_MS


@dataclass(frozen=True, slots=True)
class SignInResult:
    """Either a user with the opened signing key, or a refusal and from when on (wall time) to try again."""

    user: User | None = None
    key: Ed25519PrivateKey | None = None
    not_before_wall_ms: int = 0

    @property
    def accepted(self) -> bool:
        """Whether the name and the password were right."""
        return self.user is not None


def hash_password(password: str) -> str:
    """The Argon2id hash of a password, in the usual text form with its parameters."""
    return _hasher().hash(password_bytes(password))


def is_long_enough(password: str) -> bool:
    """Whether a new password has the least length."""
    return len(password) >= LEAST_PASSWORD_LENGTH


def sign_in(
    store: Store, name: str, password: str, wall_ms: int, *, t_ms: int | None = None, host: str = ""
) -> SignInResult:
    """Checks a name and a password at a wall time; the audit notes it, at `t_ms` (plant time) if given.

    Each failure doubles the time before the next attempt under this name is looked at, from 0.5 s to 30 s,
    whether anybody has the name or not. An attempt before that time is refused without a look.
    """
    noted_ms = wall_ms if t_ms is None else t_ms
    refusal = _take_turn(store, name, wall_ms)
    if refusal is not None:
        return refusal
    found = user(store, name)
    key = _checked(found, password)
    _note(store, noted_ms, wall_ms, found, host, accepted=key is not None)
    if found is None or key is None:
        return SignInResult(not_before_wall_ms=sign_in_failures(store, name).not_before_wall_ms)
    clear_sign_in_failures(store, name)
    return SignInResult(found, key)


def delay_ms(failures: int) -> int:
    """How long the next attempt must wait after so many failures in a row."""
    return min(FIRST_DELAY_MS << min(failures - 1, 16), LONGEST_DELAY_MS) if failures else 0


def _take_turn(store: Store, name: str, wall_ms: int) -> SignInResult | None:
    # Counted as a failure before the check, so that attempts at the same moment cannot share one turn.
    with store.transaction():
        forget_sign_in_failures_before(store, wall_ms - _FORGOTTEN_AFTER_MS)
        known = sign_in_failures(store, name)
        wait_ms = known.not_before_wall_ms - wall_ms
        if 0 < wait_ms <= LONGEST_DELAY_MS:  # a longer one means that the wall clock was set back
            return SignInResult(not_before_wall_ms=known.not_before_wall_ms)
        failures = known.count + 1
        not_before_ms = wall_ms + delay_ms(failures)
        save_sign_in_failures(store, replace(known, count=failures, not_before_wall_ms=not_before_ms))
    return None


def _checked(found: User | None, password: str) -> Ed25519PrivateKey | None:
    if found is None or not found.active:
        hash_password(password)  # as much work as a wrong password takes
        return None
    try:
        _hasher().verify(found.password_hash, password_bytes(password))
        return open_private_key(found.sealed_private_key, password)
    except (VerificationError, InvalidHashError, SealError):
        return None


def _note(store: Store, t_ms: int, wall_ms: int, found: User | None, host: str, *, accepted: bool) -> None:
    # An unknown name is not written down: it may be a password in the wrong field.
    name = "" if found is None else found.name
    audit.append(
        store,
        t_ms=t_ms,
        wall_ms=wall_ms,
        actor=name,
        host=host,
        action="sign_in",
        target=name,
        result="ok" if accepted else "refused",
    )


def _hasher() -> PasswordHasher:
    return PasswordHasher(ARGON2_TIME_COST, ARGON2_MEMORY_KIB, ARGON2_PARALLELISM)
