from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from hmi.store.audit import append, entries, verify_chain
from hmi.store.database import Store, open_store
from hmi.store.records import AuditEntry


def _append(store: Store, action: str, actor: str = "operator") -> AuditEntry:
    return append(
        store,
        t_ms=1000,
        wall_ms=2000,
        actor=actor,
        host="desk-1",
        action=action,
        target="plan 1",
        before="proposed",
        after="approved",
        reason="夜班的计划",
    )


def _tamper(store: Store, sql: str) -> None:
    """What somebody with the file and a database tool could do."""
    store.rows("DROP TRIGGER IF EXISTS audit_no_update")
    store.rows("DROP TRIGGER IF EXISTS audit_no_delete")
    store.rows(sql)


def test_each_entry_seals_the_one_before(store: Store, other: Store) -> None:
    first, second = _append(store, "propose"), _append(other, "approve")
    assert second.previous_hash == first.hash
    assert entries(store) == [second, first]
    assert verify_chain(store) is None


def test_an_empty_audit_is_whole(store: Store) -> None:
    assert verify_chain(store) is None
    assert entries(store) == []


@pytest.mark.parametrize("sql", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit WHERE id = 1"])
def test_an_entry_cannot_be_changed_or_taken_away(store: Store, sql: str) -> None:
    _append(store, "propose")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.rows(sql)
    assert verify_chain(store) is None


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE audit SET reason = 'another' WHERE id = 3", 3),
        ("UPDATE audit SET hash = previous_hash WHERE id = 2", 2),
        ("DELETE FROM audit WHERE id = 2", 2),
        ("DELETE FROM audit WHERE id >= 4", 4),
        ("DELETE FROM audit", 1),
    ],
)
def test_who_changes_the_file_all_the_same_is_found_out(store: Store, sql: str, broken: int) -> None:
    for number in range(5):
        _append(store, f"action {number}")
    _tamper(store, sql)
    assert verify_chain(store) == broken


def test_an_entry_belongs_to_what_it_tells(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        _append(store, "approve")
        _ = 1 // 0
    assert entries(store) == []
    _append(store, "reject")
    assert verify_chain(store) is None


def test_entries_are_found_by_actor_and_paged(store: Store) -> None:
    written = [_append(store, f"action {number}", "op" if number % 2 else "sup") for number in range(6)]
    assert entries(store, actor="op") == [written[5], written[3], written[1]]
    assert entries(store, limit=2) == [written[5], written[4]]
    assert entries(store, below_id=written[4].id, limit=2) == [written[3], written[2]]
    assert entries(store, from_ms=1001) == []
    assert len(entries(store, to_ms=1001)) == 6


def test_the_chain_goes_on_after_the_file_was_closed(database_path: Path) -> None:
    for _ in range(3):
        store = open_store(database_path)
        _append(store, "start")
        assert verify_chain(store) is None
        store.close()
