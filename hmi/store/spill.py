"""Readings that memory has no room for while the database cannot be written: a file beside it."""

from __future__ import annotations

import math
import os
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from devices.reading import Quality, Reading, Reason
from hmi.store.database import Store
from hmi.store.readings import insert_readings

_A_TRANSACTION = 2000


class SpillFile:
    """One line a reading, each with its checksum; only the end that a kill tore off is ever left out."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether readings wait here, perhaps since before the station's start."""
        return self.path.is_file()

    def append(self, readings: Sequence[Reading]) -> None:
        """Adds readings at the end, on the disk when this returns; raises OSError."""
        text = b"".join(map(_line, readings))
        with self.path.open("ab") as file:
            # What a full disk or a kill left of a line must not run into the next.
            file.write(b"\n" + text if file.tell() else text)
            file.flush()
            os.fsync(file.fileno())

    def take_into(self, store: Store) -> int:
        """Stores everything in order, then removes the file; says how many were new.

        A kill in between costs nothing: what is stored already is skipped the next time. Raises StoreError.
        """
        added = 0
        readings = self._readings()
        while some := list(islice(readings, _A_TRANSACTION)):
            added += insert_readings(store, some)
        store.rows("PRAGMA wal_checkpoint(FULL)")  # onto the disk, before the only other copy goes
        self.path.unlink()
        return added

    def _readings(self) -> Iterator[Reading]:
        with self.path.open("rb") as file:
            for line in file:
                reading = _reading(line)
                if reading is not None:
                    yield reading


def _line(reading: Reading) -> bytes:
    value = None if math.isnan(reading.value) else reading.value
    body = msgspec.json.encode(
        [reading.point, reading.t_ms, value, reading.quality.value, reading.reason.value]
    )
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _reading(line: bytes) -> Reading | None:
    checksum, _, body = line.rstrip(b"\n").partition(b" ")
    if checksum != b"%08x" % zlib.crc32(body):
        return None
    point, t_ms, value, quality, reason = msgspec.json.decode(body)
    return Reading(point, t_ms, math.nan if value is None else value, Quality(quality), Reason(reason))
