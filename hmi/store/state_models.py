"""Versions of what was learned of each machine's states, and which one is in force."""

from __future__ import annotations

from dataclasses import dataclass

from hmi.store.database import Store
from hmi.store.rows import from_row, to_row

MOST_VERSIONS = 20  # kept of a machine, beside the one in force and the pinned one


@dataclass(frozen=True, slots=True)
class StateModelVersion:
    """A fit of a machine's states: the data that taught it, and its score on the days held back from it.

    Scores are in nats a reading, higher is better; `score_in_force` is that of the model before it, None for
    the first. `used`: it predicted no worse and took over. `pinned`: an engineer wants this one.
    """

    machine: str
    version: int
    fitted_ms: int
    from_ms: int
    to_ms: int
    score: float
    score_in_force: float | None
    used: bool
    pinned: bool
    model: bytes


def save_state_model(store: Store, version: StateModelVersion) -> None:
    """Adds a version, and forgets those that are old and not in force."""
    with store.transaction() as db:
        db.table("state_models").insert(to_row(version))
        in_force = state_model_in_force(store, version.machine)
        db.execute(
            "DELETE FROM state_models WHERE machine = ? AND version <= ? AND version <> ? AND NOT pinned",
            [
                version.machine,
                version.version - MOST_VERSIONS,
                -1 if in_force is None else in_force.version,
            ],
        )


def state_models(store: Store, machine: str) -> list[StateModelVersion]:
    """The versions of a machine, newest first."""
    rows = store.records("SELECT * FROM state_models WHERE machine = ? ORDER BY version DESC", [machine])
    return [from_row(StateModelVersion, row) for row in rows]


def state_model_in_force(store: Store, machine: str) -> StateModelVersion | None:
    """The pinned version, else the newest that was used; None where none was learned."""
    rows = store.records(
        "SELECT * FROM state_models WHERE machine = ? AND (pinned OR used) "
        "ORDER BY pinned DESC, version DESC LIMIT 1",
        [machine],
    )
    return from_row(StateModelVersion, rows[0]) if rows else None


def state_model_to_beat(store: Store, machine: str) -> StateModelVersion | None:
    """What a new fit must predict no worse than: the newest that was used, whatever is pinned beside it."""
    rows = store.records(
        "SELECT * FROM state_models WHERE machine = ? AND (used OR pinned) "
        "ORDER BY used DESC, version DESC LIMIT 1",
        [machine],
    )
    return from_row(StateModelVersion, rows[0]) if rows else None


def pin_state_model(store: Store, machine: str, version: int | None) -> bool:
    """Pins a version, or none; False where there is no such version, and nothing is changed."""
    with store.transaction() as db:
        if version is not None:
            found = db.execute(
                "SELECT 1 FROM state_models WHERE machine = ? AND version = ?", [machine, version]
            ).fetchone()
            if found is None:
                return False
        db.execute(
            "UPDATE state_models SET pinned = (version = coalesce(?, -1)) WHERE machine = ?",
            [version, machine],
        )
    return True
