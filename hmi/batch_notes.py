"""Batches as the station saw them, beside what their operators wrote of them; used by desk and station."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hmi.store.batch_notes import batch_notes
from hmi.store.database import Store
from hmi.store.records import BatchNote, Cycle
from hmi.store.status import cycles
from solver.cycles import CycleEnd
from solver.twin.batches import BatchEntry, BatchRecord, covered_share, quality_of
from solver.twin.reconcile import Reconciled, reconciled


def noted_batches(store: Store, machine: str, from_ms: int, to_ms: int) -> Reconciled:
    """The batches of a machine that began in a stretch of time, with their notes."""
    seen = [cycle for cycle in cycles(store, machine, from_ms, to_ms) if cycle.start_ms >= from_ms]
    return with_notes(seen, batch_notes(store, machine, from_ms, to_ms))


def with_notes(seen: Sequence[Cycle], notes: Sequence[BatchNote]) -> Reconciled:
    """Gives each note its batch; what lies within one note is one batch."""
    return reconciled([_record(cycle) for cycle in seen], [entry_of(note) for note in notes])


def entry_of(note: BatchNote) -> BatchEntry:
    """A note as the twin reads it."""
    return BatchEntry(note.id, note.start_ms, note.end_ms, note.recipe, note.tonnes, note.water_pct)


def _record(cycle: Cycle) -> BatchRecord:
    """A stored batch; only one that was seen as a whole is believed."""
    hours = cycle.running_min / 60.0
    mean_kw = cycle.energy_kwh / hours if hours > 0 else 0.0
    covered = covered_share(cycle.start_ms, cycle.end_ms, cycle.unseen_min)
    return BatchRecord(
        start_ms=cycle.start_ms,
        end_ms=cycle.end_ms,
        running_min=cycle.running_min,
        paused_min=cycle.paused_min,
        unseen_min=cycle.unseen_min,
        energy_kwh=cycle.energy_kwh,
        energy_by_band_kwh=tuple(cycle.energy_by_band.items()),
        peak_kw=math.nan if cycle.peak_kw is None else cycle.peak_kw,
        mean_kw=mean_kw if cycle.mean_kw is None else cycle.mean_kw,
        covered=covered,
        quality=quality_of(covered),
        complete=cycle.complete,
        ended_by=CycleEnd(cycle.ended_by or CycleEnd.ENERGY),
    )
