"""What has happened and is not stored yet: in memory, and beyond its bound in a file beside the database."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from devices.line_events import LineEvent, MeterRead, PlcRead
from devices.reading import Reading
from hmi.store.database import Store
from hmi.store.spill import SpillFile

log = logging.getLogger(__name__)

MOST_WAITING = 50_000  # events in memory
A_SPILL = 5_000  # events that go to the file at a time, so that it is not opened for each


class Waiting:
    """Events in the order in which they came; beyond the bound they go to the file and come back first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._spill = SpillFile(store.path.with_name(f"{store.path.name}-waiting"))
        self._events: list[LineEvent] = []
        self._told_of_file = False
        self._told_of_loss = False
        self._file_is_lost = False

    def __len__(self) -> int:
        return len(self._events)

    def add(self, events: Sequence[LineEvent]) -> None:
        """Takes what came; what memory has no room for goes to the file."""
        self._events.extend(events)
        while len(self._events) > MOST_WAITING:
            self._spill_oldest()

    def oldest(self, most: int) -> list[LineEvent]:
        """The first of them; they stay until `drop`."""
        return self._events[:most]

    def drop(self, number: int) -> None:
        """Forgets the first of them, for they are stored."""
        del self._events[:number]
        self._told_of_file = self._told_of_loss = False

    def take_back(self) -> None:
        """Stores what the file holds, before anything younger; raises StoreError."""
        if self._file_is_lost or not self._spill.exists():
            return
        try:
            added = self._spill.take_into(self._store)
        except OSError as error:
            self._file_is_lost = True
            log.error(
                "%s cannot be read or removed (%s); look at the disk.", self._spill.path, error.strerror
            )
            return
        log.info("%d readings that had waited in %s are stored", added, self._spill.path)

    def put_away(self) -> None:
        """At the station's end: what could not be stored waits in the file for the next start."""
        before = len(self._events) + 1
        while 0 < len(self._events) < before:
            before = len(self._events)
            self._spill_oldest()

    def _spill_oldest(self) -> None:
        some = self._events[: min(A_SPILL, len(self._events))]
        readings = [reading for event in some if isinstance(event, MeterRead) for reading in event.readings]
        try:
            self._spill.append(readings)
            self._say_spilled()
        except OSError as error:
            self._say_lost(readings, error)
        # What became of a command must still be told; of the PLC only the newest matters.
        kept = [event for event in some if not isinstance(event, MeterRead | PlcRead)]
        self._events[: len(some)] = kept
        if len(kept) == len(some):
            del self._events[: len(self._events) - MOST_WAITING]

    def _say_spilled(self) -> None:
        if not self._told_of_file:
            log.warning(
                "The database still cannot be written; the oldest readings wait in %s and are stored "
                "from there once it can.",
                self._spill.path,
            )
        self._told_of_file = True

    def _say_lost(self, readings: Sequence[Reading], error: OSError) -> None:
        if not self._told_of_loss:
            log.error(
                "Readings are being lost: the database cannot be written, memory is full, and %s cannot be "
                "written either (%s); free some space.",
                self._spill.path,
                error.strerror,
            )
        self._told_of_loss = True
