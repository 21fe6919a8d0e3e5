"""What a station learns while the disk is full is stored once there is room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hmi.station import waiting
from hmi.store.database import StoreError, open_store
from hmi.store.readings import series
from hmi.store.records import MachineState
from hmi.store.spill import SpillFile
from hmi.store.status import cycles, state_spans

if TYPE_CHECKING:
    from conftest import Bench

FOREVER_MS = 1 << 50


@contextmanager
def no_room(bench: Bench) -> Iterator[None]:
    """The database's log cannot grow: a transaction fails as on a full disk, when it is to be kept."""
    resource = pytest.importorskip("resource", reason="only here can a file be kept from growing")
    path = bench.world.store.path
    least = path.with_name(f"{path.name}-wal").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (least, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def let_pass(bench: Bench, minutes: int) -> int:
    """A poll each minute; returns how many turns the database refused."""
    refused = 0
    for _ in range(minutes):
        try:
            bench.turn(1)
        except StoreError:
            refused += 1
            bench.watch.note_trouble()
    return refused


def run_a_batch(bench: Bench, *, full_from: int) -> int:
    """Forty minutes of running, then the mill is emptied; the disk is full from a minute on."""
    charged = bench.plc["mill_1"]
    bench.plc["mill_1"] = replace(charged, running=True)
    assert let_pass(bench, full_from) == 0
    with no_room(bench):
        refused = let_pass(bench, 40 - full_from)
        bench.plc["mill_1"] = replace(charged, running=False, charged=False)
        refused += let_pass(bench, 40)
    bench.turn(1)
    return refused


@pytest.mark.parametrize("full_from", [5, 20, 38])
def test_a_batch_that_ends_while_the_disk_is_full_is_kept_with_all_its_states(
    bench: Bench, full_from: int
) -> None:
    began_ms = bench.clock.now_ms()
    assert run_a_batch(bench, full_from=full_from) > 20
    store = bench.world.store
    (cycle,) = cycles(store, "mill_1", 0, FOREVER_MS)
    assert cycle.complete
    assert cycle.running_min == pytest.approx(40, abs=2)
    spans = [
        span for span in state_spans(store, "mill_1", began_ms, FOREVER_MS) if span.end_ms != span.start_ms
    ]
    assert [span.state for span in spans][-2:] == [MachineState.RUNNING, MachineState.STANDBY]
    assert all(before.end_ms == after.start_ms for before, after in pairwise(spans))
    t_ms = series(store, "mill_1.power_kw", began_ms, FOREVER_MS).t_ms
    assert (t_ms[1:] - t_ms[:-1]).max() == 60_000


@pytest.mark.expects_log
def test_what_memory_has_no_room_for_waits_in_a_file_and_nothing_is_lost_or_twice(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(waiting, "MOST_WAITING", 40)
    monkeypatch.setattr(waiting, "A_SPILL", 10)
    began_ms = bench.clock.now_ms()
    bench.turn(1)
    with no_room(bench):
        assert let_pass(bench, 60) > 30
    path = bench.world.store.path.with_name(f"{bench.world.store.path.name}-waiting")
    assert path.exists()
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [
        f"The database still cannot be written; the oldest readings wait in {path} and are stored from there "
        "once it can."
    ]
    bench.turn(1)
    assert not path.exists()
    t_ms = series(bench.world.store, "mill_1.power_kw", began_ms, FOREVER_MS).t_ms
    assert t_ms.tolist() == [began_ms + minute * 60_000 for minute in range(63)]


@pytest.mark.expects_log
def test_readings_that_neither_memory_nor_the_disk_has_room_for_are_said_to_be_lost(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(waiting, "MOST_WAITING", 40)
    monkeypatch.setattr(waiting, "A_SPILL", 10)
    path = bench.world.store.path.with_name(f"{bench.world.store.path.name}-waiting")
    path.mkdir()  # a file that cannot be written
    with no_room(bench):
        let_pass(bench, 60)
    assert [record.getMessage()[:26] for record in caplog.records] == ["Readings are being lost: t"]
    path.rmdir()


def test_a_database_that_may_not_be_written_for_a_while_costs_no_reading(bench: Bench) -> None:
    began_ms, store = bench.clock.now_ms(), bench.world.store
    store.rows("PRAGMA query_only = ON")  # SQLite's own answer is that of a file that may not be written
    with pytest.raises(StoreError, match="cannot be written; allow writing to the file and its folder"):
        bench.turn(1)
    assert let_pass(bench, 9) == 9
    store.rows("PRAGMA query_only = OFF")
    assert let_pass(bench, 1) == 0
    t_ms = series(store, "mill_1.power_kw", began_ms + 1, FOREVER_MS).t_ms
    assert t_ms.tolist() == [began_ms + minute * 60_000 for minute in range(1, 12)]


@pytest.mark.expects_log
def test_a_database_that_is_deleted_or_replaced_is_said_and_what_is_read_is_stored_in_its_successor(
    bench: Bench, tmp_path: Path
) -> None:
    path = bench.world.store.path
    bench.turn(1)
    began_ms = bench.clock.now_ms()
    path.rename(tmp_path / "taken_away")
    with pytest.raises(StoreError, match="was deleted or replaced while it was in use; end this program"):
        bench.turn(1)
    open_store(path).close()
    assert let_pass(bench, 5) == 5
    bench.watch.put_away()  # as the station does at its end
    with closing(open_store(path)) as successor:
        assert SpillFile(path.with_name(f"{path.name}-waiting")).take_into(successor) > 0
        t_ms = series(successor, "mill_1.power_kw", began_ms, FOREVER_MS).t_ms
        assert t_ms.tolist() == [began_ms + minute * 60_000 for minute in range(1, 7)]


def test_a_database_that_was_away_for_a_moment_goes_on(bench: Bench, tmp_path: Path) -> None:
    path = bench.world.store.path
    began_ms = bench.clock.now_ms()
    path.rename(tmp_path / "taken_away")
    assert let_pass(bench, 3) == 3
    (tmp_path / "taken_away").rename(path)
    assert let_pass(bench, 1) == 0
    assert len(series(bench.world.store, "mill_1.power_kw", began_ms + 1, FOREVER_MS).t_ms) == 4
