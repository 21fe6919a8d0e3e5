"""What an operator writes of a batch that ran, checked before it is kept."""

from __future__ import annotations

import math

import msgspec

from hmi.plant import Plant
from hmi.station.authority import RefusedError
from hmi.station.codes import Refusal
from hmi.station.outcome import Outcome
from hmi.station.payloads import NoteBatch, TakeBackNote
from hmi.store.batch_notes import batch_note, remove_batch_note, save_batch_note
from hmi.store.database import Store
from hmi.store.records import BatchNote
from solver.durations import DAY_MS


def note_batch(store: Store, plant: Plant, payload: NoteBatch, actor: str, now_ms: int) -> Outcome:
    """Stores a note, or another version of it; raises RefusedError."""
    if all(machine.id != payload.machine for machine in plant.machines):
        raise RefusedError(Refusal.UNKNOWN_MACHINE, payload.id, machine=payload.machine)
    noted = BatchNote(
        id=payload.id.strip(),
        machine=payload.machine,
        start_ms=payload.start_ms,
        end_ms=payload.end_ms,
        recipe=(payload.recipe or "").strip() or None,
        tonnes=payload.tonnes,
        water_pct=payload.water_pct,
        entered_by=actor,
        entered_ms=now_ms,
    )
    if not _is_possible(noted, now_ms):
        raise RefusedError(Refusal.BAD_NOTE, noted.id)
    known = batch_note(store, noted.id)
    if known is not None and not _is_correction(known, noted):
        raise RefusedError(Refusal.NOTE_TAKEN, noted.id, note=noted.id, machine=known.machine)
    save_batch_note(store, noted)
    return Outcome(f"batch {noted.id}", "" if known is None else _text(known), _text(noted))


def take_back_note(store: Store, payload: TakeBackNote) -> tuple[str, Outcome]:
    """Forgets a note; returns the machine that it was about. Raises RefusedError."""
    known = batch_note(store, payload.id)
    if known is None:
        raise RefusedError(Refusal.UNKNOWN_NOTE, payload.id, note=payload.id)
    if not payload.reason.strip():
        raise RefusedError(Refusal.REASON_MISSING, payload.id)
    remove_batch_note(store, known.id)
    return known.machine, Outcome(f"batch {known.id}", _text(known), "", payload.reason)


def _is_correction(known: BatchNote, noted: BatchNote) -> bool:
    """Whether a note of the same name is about the same batch: names are used again after a while."""
    return known.machine == noted.machine and abs(known.start_ms - noted.start_ms) <= DAY_MS


def _is_possible(noted: BatchNote, now_ms: int) -> bool:
    ends = noted.end_ms is None or noted.start_ms < noted.end_ms
    heavy = noted.tonnes is None or (math.isfinite(noted.tonnes) and noted.tonnes > 0)
    wet = noted.water_pct is None or 0 <= noted.water_pct <= 100
    return bool(noted.id) and noted.start_ms <= now_ms and ends and heavy and wet


def _text(noted: BatchNote) -> str:
    return msgspec.json.encode(noted).decode()
