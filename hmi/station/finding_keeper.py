"""Judges finished batches and past forecasts, and keeps what was found where the desks read it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from devices.clock import Clock
from hmi.batch_notes import noted_batches
from hmi.forecast_score import score
from hmi.plant import Plant
from hmi.station.authority import RefusedError
from hmi.station.codes import Refusal
from hmi.station.facts import Facts
from hmi.station.outcome import Outcome
from hmi.station.payloads import CloseFinding
from hmi.station.shape_keeper import ShapeKeeper
from hmi.store.batch_notes import batch_notes
from hmi.store.database import Store
from hmi.store.findings import closings, findings, judged, save_closings, save_findings, save_judged
from hmi.store.forecast_scores import add_scores, forecast_scores
from hmi.store.records import Cycle
from hmi.store.status import cycles
from solver.durations import DAY_MS, HOUR_MS
from solver.twin.batches import BatchQuality, BatchRecord, covered_share, quality_of
from solver.twin.findings import OF_BATCHES, OF_PEERS, BatchFigures, Finding, FindingBook, FindingKind

LOOK_REAL_S = 5.0
LEARN_MS = 90 * DAY_MS
SCORE_MS = 6 * HOUR_MS


class FindingKeeper:
    """Takes every batch once; those of the last 90 days when the station begins."""

    def __init__(self, store: Store, plant: Plant, facts: Facts, clock: Clock) -> None:
        self._store = store
        self._plant = plant
        self._facts = facts
        self._clock = clock
        self._shapes = ShapeKeeper(store, plant)
        self.closings = closings(store)
        self._book = FindingBook(closed=dict(self.closings.explained()))
        for each in findings(store):
            self._book.note(each)  # it stands until somebody looks into it, whatever is still in the window
        self._said = frozenset(self._book.standing)
        self._judged_ms = judged(store)
        begins_ms = clock.now_ms() - LEARN_MS
        self._seen_ms = {machine.id: begins_ms for machine in plant.machines}  # end of the last batch taken
        self._taken: dict[tuple[str, int], int] = {}  # by machine and start, when it ended
        self._scored_ms = self._last_scored_ms()
        self._next_s = -math.inf
        self._first = True

    def step(self) -> None:
        """Looks for finished batches and for a forecast whose time is over; raises StoreError."""
        now_s = self._clock.monotonic_s()
        if now_s < self._next_s:
            return
        self._next_s = now_s + LOOK_REAL_S
        self._take_batches()
        now_ms = self._clock.now_ms()
        if now_ms - self._scored_ms >= SCORE_MS:
            self._score(self._scored_ms, now_ms)
            self._scored_ms = now_ms

    def note(self, found: Iterable[Finding]) -> None:
        """Takes what was found elsewhere, as it is by now; raises StoreError."""
        found = list(found)
        for each in found:
            self._book.renew(each)
        if found:
            self._save()

    def standing(self, machine: str, kind: FindingKind) -> Finding | None:
        """What stands of a machine."""
        return self._book.standing.get((machine, kind))

    def noted(self, machine: str) -> None:
        """An operator wrote of a batch of this machine: all of its batches are judged anew."""
        self._forget(machine)
        self._judge_anew(machine)
        self._save()

    def close(self, wanted: CloseFinding) -> Outcome:
        """Somebody has looked into a finding; raises RefusedError."""
        if not wanted.reason.strip():
            raise RefusedError(Refusal.REASON_MISSING, wanted.machine)
        known = wanted.kind in list(FindingKind)
        found = self.standing(wanted.machine, FindingKind(wanted.kind)) if known else None
        if found is None:
            raise RefusedError(Refusal.UNKNOWN_FINDING, wanted.machine)
        self._book.close(found.machine, found.kind)
        self.closings = self.closings.with_closed(found, self._clock.now_ms())
        save_closings(self._store, self.closings)
        self._save()
        return Outcome(
            f"finding of {wanted.machine}", f"{found.kind.value} {found.amount:.3g}", "", wanted.reason
        )

    def _take_batches(self) -> None:
        fresh = [each for machine in self._seen_ms for each in self._fresh(machine)]
        found: list[Finding] = []
        anew: dict[str, None] = {}
        for cycle in sorted(fresh, key=_end_of):
            again = self._was_another(cycle)
            self._taken[(cycle.machine, cycle.start_ms)] = cycle.end_ms
            self._seen_ms[cycle.machine] = max(self._seen_ms[cycle.machine], cycle.end_ms)
            if cycle.start_ms < self.closings.begins_ms(cycle.machine):
                continue
            if again:
                self._forget(cycle.machine)
            if again or cycle.machine in anew or self._has_notes(cycle.machine):
                anew[cycle.machine] = None
            else:
                found += self._book.take_batch(self._figures(cycle))
            if not self._first:
                found += self._odd(cycle, again=again)
        for machine in anew:
            self._judge_anew(machine)
        if self._first:
            self._keep_to_what_was_said()
        if found or self._first or fresh:
            self._save()
        self._first = False

    def _keep_to_what_was_said(self) -> None:
        """What an earlier station judged shows nothing new because it is counted from elsewhere now."""
        for key, found in list(self._book.standing.items()):
            said = key in self._said or found.found_ms > self._judged_ms.get(found.machine, -1)
            if found.kind in (*OF_BATCHES, *OF_PEERS) and not said:
                del self._book.standing[key]

    def _fresh(self, machine: str) -> list[Cycle]:
        """Batches that are over since the last look; only those of one machine come in their order."""
        known = cycles(self._store, machine, self._seen_ms[machine] - 1, self._clock.now_ms())
        return [each for each in known if self._taken.get((machine, each.start_ms)) != each.end_ms]

    def _was_another(self, cycle: Cycle) -> bool:
        """Whether a batch that was taken is this one by now, or a part of it was another's."""
        key = (cycle.machine, cycle.start_ms)
        return key in self._taken or (not self._first and cycle.start_ms < self._seen_ms[cycle.machine])

    def _has_notes(self, machine: str) -> bool:
        now_ms = self._clock.now_ms()
        return bool(batch_notes(self._store, machine, now_ms - LEARN_MS, now_ms))

    def _forget(self, machine: str) -> None:
        """What a machine's batches showed, before they are judged anew."""
        for kind in (*OF_BATCHES, *OF_PEERS):
            self._book.standing.pop((machine, kind), None)

    def _judge_anew(self, machine: str) -> None:
        """All batches of a machine that count, with what is written of them."""
        self._book.records.pop(machine, None)
        now_ms = self._clock.now_ms()
        from_ms = max(now_ms - LEARN_MS, self.closings.begins_ms(machine))
        for record in noted_batches(self._store, machine, from_ms, now_ms + 1).batches:
            self._book.take_batch(_noted_figures(machine, record))

    def _odd(self, cycle: Cycle, *, again: bool) -> list[Finding]:
        found = self._shapes.take(cycle, again=again) if self._readable(cycle.machine) else None
        return [found] if found is not None and self._book.note(found) else []

    def _readable(self, machine: str) -> bool:
        """Whether a machine's meter says anything: while it is bad nothing is found."""
        return self._facts.meter_is_fresh(machine, self._clock.now_ms())

    def _figures(self, cycle: Cycle) -> BatchFigures:
        """A batch that ended just now is not believed while its meter is bad."""
        readable = self._first or self._facts.power_kw(cycle.machine) is not None
        quality = quality_of(covered_share(cycle.start_ms, cycle.end_ms, cycle.unseen_min))
        return BatchFigures(
            cycle.machine,
            cycle.start_ms,
            cycle.end_ms,
            cycle.energy_kwh,
            trusted=cycle.complete and readable and quality is not BatchQuality.BAD,
        )

    def _save(self) -> None:
        with self._store.transaction(durable=False):
            save_findings(self._store, list(self._book.standing.values()))
            save_judged(self._store, self._seen_ms)

    def _last_scored_ms(self) -> int:
        """Up to when an earlier station scored its forecasts, if that was lately; else now."""
        now_ms = self._clock.now_ms()
        subjects = [self._plant.shopfloor, *(machine.id for machine in self._plant.machines)]
        known = [
            each for name in subjects for each in forecast_scores(self._store, name, now_ms - 2 * SCORE_MS)
        ]
        return min(now_ms, max((each.to_ms for each in known), default=now_ms))

    def _score(self, from_ms: int, to_ms: int) -> None:
        subjects = [self._plant.shopfloor, *(machine.id for machine in self._plant.machines)]
        scores = [score(self._store, self._plant, subject, from_ms, to_ms) for subject in subjects]
        add_scores(self._store, [each for each in scores if each is not None])


def _noted_figures(machine: str, record: BatchRecord) -> BatchFigures:
    entry, specific = record.entry, record.specific_kwh_per_t
    return BatchFigures(
        machine,
        record.start_ms,
        record.end_ms,
        record.energy_kwh if specific is None else specific,
        "" if entry is None or entry.recipe is None else entry.recipe,
        trusted=record.complete and record.quality is not BatchQuality.BAD,
        per_tonne=specific is not None,
    )


def _end_of(cycle: Cycle) -> int:
    return cycle.end_ms
