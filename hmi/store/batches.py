"""Batches that production asks for."""

from __future__ import annotations

from collections.abc import Iterable

from hmi.store.database import Store
from hmi.store.records import Batch
from hmi.store.rows import from_row, to_row


def save_batches(store: Store, batches_to_save: Iterable[Batch]) -> None:
    """Adds batches; one of the same id is replaced."""
    with store.transaction() as db:
        db.table("batches").insert_all([to_row(batch) for batch in batches_to_save], replace=True)


def batches(store: Store, from_ms: int, to_ms: int) -> list[Batch]:
    """The batches whose time from earliest to due touches `from_ms` to `to_ms`, by habit start."""
    rows = store.records(
        "SELECT * FROM batches WHERE due_ms > ? AND earliest_ms < ? ORDER BY habit_start_ms, id",
        [from_ms, to_ms],
    )
    return [from_row(Batch, row) for row in rows]


def batch(store: Store, batch_id: str) -> Batch | None:
    """The batch of an id."""
    rows = store.records("SELECT * FROM batches WHERE id = ?", [batch_id])
    return from_row(Batch, rows[0]) if rows else None
