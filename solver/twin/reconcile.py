"""Operators' entries beside what the meters saw: which entry is of which batch, and what does not agree."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from solver.durations import MINUTE_MS
from solver.twin.batches import BatchEntry, BatchRecord, covered_share, quality_of

LEAST_SHARE = 0.5  # of the shorter of entry and batch must be common
OPEN_MIN = 60  # an entry without an end is of a batch that begins this near to it, or that it lies in
APART_MIN = 30.0  # more than this between an entry's time and the meter's is said


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Batches with their entries; entries that no batch answers to; starts of batches whose times differ."""

    batches: tuple[BatchRecord, ...]
    unseen: tuple[BatchEntry, ...]
    apart_ms: tuple[int, ...]


def reconciled(batches: Sequence[BatchRecord], entries: Sequence[BatchEntry]) -> Reconciled:
    """Gives each entry its batch; several batches that lie within one entry are that one batch.

    A batch that two entries could be about is that of the one whose times are more like its own. An operator
    knows what was in the machine, the meter when it ran: the entry decides what belongs together, the meter's
    times and energies stay.
    """
    left, written = sorted(batches, key=_start_of), sorted(entries, key=_entry_start)
    owner = {batch.start_ms: _owner(batch, written) for batch in left}
    done: list[BatchRecord] = []
    unseen: list[BatchEntry] = []
    apart: list[int] = []
    for entry in written:
        own = [batch for batch in left if owner[batch.start_ms] is entry]
        if not own:
            unseen.append(entry)
            continue
        if entry.end_ms is None:  # it says of no other batch that it is a part
            own = [max(own, key=functools.partial(_likeness, entry))]
        own = [batch for batch in left if own[0].start_ms <= batch.start_ms <= own[-1].start_ms]
        left = [batch for batch in left if batch not in own]
        whole = dataclasses.replace(merged(own), entry=entry)
        done.append(whole)
        if _apart_min(whole, entry) > APART_MIN:
            apart.append(whole.start_ms)
    return Reconciled(tuple(sorted([*done, *left], key=_start_of)), tuple(unseen), tuple(apart))


def belongs(batch: BatchRecord, entry: BatchEntry) -> bool:
    """Whether a batch is the one, or a part of the one, that an entry is about."""
    if entry.end_ms is None:
        return (
            batch.start_ms <= entry.start_ms < batch.end_ms
            or abs(batch.start_ms - entry.start_ms) <= OPEN_MIN * MINUTE_MS
        )
    common_ms = min(batch.end_ms, entry.end_ms) - max(batch.start_ms, entry.start_ms)
    shorter_ms = min(batch.end_ms - batch.start_ms, entry.end_ms - entry.start_ms)
    return common_ms > 0 and common_ms >= LEAST_SHARE * shorter_ms


def _owner(batch: BatchRecord, entries: Sequence[BatchEntry]) -> BatchEntry | None:
    """The entry that a batch is a part of; of several the one whose times are most like its own."""
    near = [entry for entry in entries if belongs(batch, entry)]
    return max(near, key=lambda entry: _likeness(entry, batch), default=None)


def _likeness(entry: BatchEntry, batch: BatchRecord) -> float:
    """The common share of both, at most 1; of an entry without an end by how near both begin."""
    end_ms = entry.start_ms + batch.end_ms - batch.start_ms if entry.end_ms is None else entry.end_ms
    common_ms = min(batch.end_ms, end_ms) - max(batch.start_ms, entry.start_ms)
    return common_ms / (max(batch.end_ms, end_ms) - min(batch.start_ms, entry.start_ms))


def merged(parts: Sequence[BatchRecord]) -> BatchRecord:
    """Neighbouring batches as the one that they were; the stops between them were pauses."""
    if len(parts) == 1:
        return parts[0]
    first, last = parts[0], parts[-1]
    between = sum(after.start_ms - before.end_ms for before, after in itertools.pairwise(parts))
    running_min = sum(part.running_min for part in parts)
    unseen_min = sum(part.unseen_min for part in parts)
    covered = covered_share(first.start_ms, last.end_ms, unseen_min)
    bands: dict[str, float] = {}
    for part in parts:
        for name, kwh in part.energy_by_band_kwh:
            bands[name] = bands.get(name, 0.0) + kwh
    return dataclasses.replace(
        first,
        end_ms=last.end_ms,
        running_min=running_min,
        paused_min=sum(part.paused_min for part in parts) + between / MINUTE_MS,
        unseen_min=unseen_min,
        energy_kwh=sum(part.energy_kwh for part in parts),
        energy_by_band_kwh=tuple(bands.items()),
        peak_kw=max(part.peak_kw for part in parts),
        mean_kw=sum(part.mean_kw * part.running_min for part in parts) / max(running_min, 1e-9),
        covered=covered,
        quality=quality_of(covered),
        complete=last.complete,
        ended_by=last.ended_by,
    )


def _apart_min(batch: BatchRecord, entry: BatchEntry) -> float:
    ends_ms = 0 if entry.end_ms is None else abs(batch.end_ms - entry.end_ms)
    return max(abs(batch.start_ms - entry.start_ms), ends_ms) / MINUTE_MS


def _start_of(batch: BatchRecord) -> int:
    return batch.start_ms


def _entry_start(entry: BatchEntry) -> int:
    return entry.start_ms
