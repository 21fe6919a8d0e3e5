"""People who may sign in, and how often a sign-in failed."""

from __future__ import annotations

from hmi.store.database import Store
from hmi.store.records import SignInFailures, User
from hmi.store.rows import from_row, to_row


class UserExistsError(Exception):
    """There is a user of this name already."""


def add_user(store: Store, new_user: User) -> None:
    """Adds a user; raises UserExistsError when the name is taken."""
    with store.transaction() as db:
        if user(store, new_user.name) is not None:
            raise UserExistsError(new_user.name)
        db.table("users").insert(to_row(new_user))


def user(store: Store, name: str) -> User | None:
    """The user of a name."""
    rows = store.records("SELECT * FROM users WHERE name = ?", [name])
    return from_row(User, rows[0]) if rows else None


def users(store: Store) -> list[User]:
    """All users, by name."""
    return [from_row(User, row) for row in store.records("SELECT * FROM users ORDER BY name")]


def sign_in_failures(store: Store, name: str) -> SignInFailures:
    """How often signing in under a name failed since the last success, and when one may try again."""
    rows = store.records("SELECT * FROM sign_in_failures WHERE name = ?", [name])
    return from_row(SignInFailures, rows[0]) if rows else SignInFailures(name)


def save_sign_in_failures(store: Store, failures: SignInFailures) -> None:
    """Replaces the count of a name."""
    with store.transaction() as db:
        db.table("sign_in_failures").insert(to_row(failures), replace=True)


def clear_sign_in_failures(store: Store, name: str) -> None:
    """Forgets the failures of a name."""
    with store.transaction() as db:
        db.conn.execute("DELETE FROM sign_in_failures WHERE name = ?", [name])


def forget_sign_in_failures_before(store: Store, wall_ms: int) -> None:
    """Forgets failures whose waiting time was over before a wall time."""
    with store.transaction() as db:
        db.conn.execute("DELETE FROM sign_in_failures WHERE not_before_wall_ms < ?", [wall_ms])
