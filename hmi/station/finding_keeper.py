"""Judges finished batches and past forecasts, and keeps what was found where the desks read it."""

from __future__ import annotations

import math

from devices.clock import Clock
from hmi.forecast_score import score
from hmi.plant import Plant
from hmi.station.facts import Facts
from hmi.store.database import Store
from hmi.store.findings import add_scores, save_findings
from hmi.store.records import Cycle
from hmi.store.status import cycles
from solver.twin.findings import BatchFigures, FindingBook

LOOK_REAL_S = 5.0
LEARN_MS = 90 * 86_400_000
SCORE_MS = 6 * 3_600_000


class FindingKeeper:
    """Takes every batch once; those of the last 90 days when the station begins."""

    def __init__(self, store: Store, plant: Plant, facts: Facts, clock: Clock) -> None:
        self._store = store
        self._plant = plant
        self._facts = facts
        self._clock = clock
        self._book = FindingBook()
        self._seen_ms = clock.now_ms() - LEARN_MS  # the end of the last batch that was taken
        self._taken: set[tuple[str, int]] = set()
        self._scored_ms = clock.now_ms()
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

    def _take_batches(self) -> None:
        now_ms = self._clock.now_ms()
        fresh = [each for each in cycles(self._store, None, self._seen_ms - 1, now_ms) if self._is_new(each)]
        found = [finding for cycle in fresh for finding in self._book.take_batch(self._figures(cycle))]
        self._taken.update((cycle.machine, cycle.start_ms) for cycle in fresh)
        self._seen_ms = max([self._seen_ms, *(cycle.end_ms for cycle in fresh)])
        if found or self._first:
            save_findings(self._store, list(self._book.standing.values()))
        self._first = False

    def _is_new(self, cycle: Cycle) -> bool:
        return (cycle.machine, cycle.start_ms) not in self._taken

    def _figures(self, cycle: Cycle) -> BatchFigures:
        """A batch that ended just now is not believed while its meter is bad."""
        readable = self._first or self._facts.power_kw(cycle.machine) is not None
        return BatchFigures(
            cycle.machine,
            cycle.start_ms,
            cycle.end_ms,
            cycle.energy_kwh,
            trusted=cycle.complete and readable,
        )

    def _score(self, from_ms: int, to_ms: int) -> None:
        subjects = [self._plant.shopfloor, *(machine.id for machine in self._plant.machines)]
        scores = [score(self._store, self._plant, subject, from_ms, to_ms) for subject in subjects]
        add_scores(self._store, [each for each in scores if each is not None])
