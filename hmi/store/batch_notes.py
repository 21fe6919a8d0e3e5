"""What operators wrote of batches that ran."""

from __future__ import annotations

from hmi.store.database import Store
from hmi.store.records import BatchNote
from hmi.store.rows import from_row, to_row


def save_batch_note(store: Store, note: BatchNote) -> None:
    """Keeps a note; one of the same id is replaced."""
    with store.transaction() as db:
        db.table("batch_notes").insert(to_row(note), replace=True)


def remove_batch_note(store: Store, note_id: str) -> None:
    """Forgets a note."""
    with store.transaction() as db:
        db.table("batch_notes").delete(note_id)


def batch_note(store: Store, note_id: str) -> BatchNote | None:
    """The note of an id."""
    rows = store.records("SELECT * FROM batch_notes WHERE id = ?", [note_id])
    return from_row(BatchNote, rows[0]) if rows else None


def batch_notes(store: Store, machine: str, from_ms: int, to_ms: int) -> list[BatchNote]:
    """The notes of a machine whose batch began in [from_ms, to_ms), oldest first."""
    rows = store.records(
        "SELECT * FROM batch_notes WHERE machine = ? AND start_ms >= ? AND start_ms < ? "
        "ORDER BY start_ms, id",
        [machine, from_ms, to_ms],
    )
    return [from_row(BatchNote, row) for row in rows]
