"""Versions of learned states: which one is in force, and which are forgotten."""

from __future__ import annotations

from hmi.store.database import Store
from hmi.store.state_models import (
    MOST_VERSIONS,
    StateModelVersion,
    pin_state_model,
    save_state_model,
    state_model_in_force,
    state_models,
)


def keep(store: Store, version: int, *, used: bool = True, machine: str = "mill_25") -> None:
    score = -1.0 / version
    save_state_model(
        store, StateModelVersion(machine, version, version, 0, 1, score, None, used, False, bytes([version]))
    )


def in_force(store: Store) -> int | None:
    found = state_model_in_force(store, "mill_25")
    return None if found is None else found.version


def test_the_newest_that_was_used_is_in_force(store: Store) -> None:
    assert in_force(store) is None
    keep(store, 1, used=False)
    assert in_force(store) is None
    keep(store, 2)
    keep(store, 3, used=False)
    keep(store, 9, machine="mill_26")
    assert in_force(store) == 2


def test_a_pinned_version_stays_in_force_until_it_is_let_go(store: Store) -> None:
    for version in (1, 2, 3):
        keep(store, version)
    assert pin_state_model(store, "mill_25", 1)
    keep(store, 4)
    assert in_force(store) == 1
    assert pin_state_model(store, "mill_25", 2)
    assert [version.version for version in state_models(store, "mill_25") if version.pinned] == [2]
    assert not pin_state_model(store, "mill_25", 77)
    assert in_force(store) == 2
    assert pin_state_model(store, "mill_25", None)
    assert in_force(store) == 4


def test_old_versions_are_forgotten_but_not_the_one_in_force(store: Store) -> None:
    keep(store, 1)
    keep(store, 2)
    assert pin_state_model(store, "mill_25", 1)
    for version in range(3, MOST_VERSIONS + 10):
        keep(store, version, used=False)
    kept = [version.version for version in state_models(store, "mill_25")]
    assert len(kept) == MOST_VERSIONS + 1
    assert kept[-1] == 1
