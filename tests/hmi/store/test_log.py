"""The log beside the database stays short, also where at every moment somebody reads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from devices.reading import Reading
from hmi.store import database
from hmi.store.database import Store, open_store
from hmi.store.readings import count, insert_readings, newest

LIMIT = 1 << 18
BATCHES, A_BATCH = 40, 2000


@pytest.fixture(autouse=True)
def short_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOG_BYTES", LIMIT)
    monkeypatch.setattr(database, "_LOG_STEP_BYTES", LIMIT)
    monkeypatch.setattr(database, "_READERS_MS", 1000)  # mostly a moment is enough


@contextmanager
def _relay(path: Path) -> Iterator[None]:
    """Two readers, of whom one lets go of its view of the database only when the other has a newer one."""
    done, newer = threading.Event(), [threading.Semaphore(1), threading.Semaphore(0)]
    opened = threading.Barrier(3)

    def read(me: int) -> None:
        with closing(open_store(path)) as store:
            opened.wait()
            newer[me].acquire()
            while not done.is_set():
                with store.snapshot():
                    newest(store)
                    newer[1 - me].release()
                    newer[me].acquire()
            newer[1 - me].release()

    readers = [threading.Thread(target=read, args=[me]) for me in range(2)]
    for reader in readers:
        reader.start()
    opened.wait()
    try:
        yield
    finally:
        done.set()
        for reader in readers:
            reader.join()


def _write(store: Store, path: Path, from_ms: int = 0) -> int:
    """Stores many batches; the longest that the log was."""
    log, longest = path.with_name(f"{path.name}-wal"), 0
    for first in range(from_ms, from_ms + BATCHES * A_BATCH, A_BATCH):
        insert_readings(store, [Reading("mill_1.power_kw", first + n, 1.0) for n in range(A_BATCH)])
        longest = max(longest, log.stat().st_size)
    return longest


def test_the_log_begins_anew_though_at_every_moment_somebody_reads(store: Store, database_path: Path) -> None:
    insert_readings(store, [Reading("mill_1.power_kw", -1, 1.0)])
    with _relay(database_path):
        longest = _write(store, database_path)
    assert longest < 4 * LIMIT  # where one wait was in vain another was not
    assert count(store) == BATCHES * A_BATCH + 1


def test_one_that_reads_for_long_makes_the_log_grow_and_no_longer_than_it_reads(
    store: Store, other: Store, database_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_READERS_MS", 10)
    with other.snapshot():
        before = count(other)
        longest = _write(store, database_path)
        assert count(other) == before == 0
    assert longest > 4 * LIMIT
    _write(store, database_path, A_BATCH * BATCHES)
    assert database_path.with_name(f"{database_path.name}-wal").stat().st_size < 2 * LIMIT
    assert count(store) == 2 * BATCHES * A_BATCH
