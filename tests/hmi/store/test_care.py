"""Looking after a database: what it holds, what is wrong with it, a copy of it in use."""

from __future__ import annotations

import math
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from devices.clock import Clock
from devices.reading import Quality, Reading, Reason
from hmi.store import audit, care
from hmi.store.alarms import save_alarm
from hmi.store.database import KNOWN_SCHEMA, Store, StoreError, StoreFault, open_store
from hmi.store.readings import count, insert_readings, walk
from hmi.store.records import Alarm, AlarmState

ROOT = Path(__file__).parents[3]
POWER, COUNTER = "mill_25.power_kw", "mill_25.energy_kwh"
PATIENCE_S = 30.0

# Writes two points in one transaction, again and again, until its input ends.
WRITER = """
import sys, threading
from pathlib import Path
from devices.reading import Reading
from hmi.store.database import open_store
from hmi.store.readings import insert_readings

stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), stop.set())).start()
store, t_ms = open_store(Path(sys.argv[1])), 10_000_000_000
while not stop.is_set():
    insert_readings(store, [Reading(f"live.{name}", t_ms, 1.0) for name in ("power_kw", "energy_kwh")])
    t_ms += 1000
store.close()
"""


def _ignore(_pages: int, _total: int) -> None:
    """For who does not watch a copy."""


def _break(store: Store, *statements: str) -> None:
    """What somebody with the file and a database tool could do."""
    store.rows("PRAGMA foreign_keys = OFF")
    for sql in statements:
        store.rows(sql)


def _live(store: Store, point: str) -> int:
    return sum(1 for _ in walk(store, f"live.{point}", 0, 1 << 53))


def test_statistics_count_readings_and_gaps_of_each_point(store: Store) -> None:
    insert_readings(store, [Reading(POWER, t, 47.0) for t in (1000, 2000, 3000)])
    insert_readings(store, [Reading(POWER, 4000, math.nan, Quality.BAD, Reason.TIMEOUT)])
    insert_readings(store, [Reading(COUNTER, 2000, 1.0)])
    found = care.point_statistics(store)
    assert found == [
        care.PointStatistics(COUNTER, 1, 0, 2000, 2000),
        care.PointStatistics(POWER, 4, 1, 1000, 4000),
    ]
    assert [row.bad_share for row in found] == [0.0, 0.25]


def test_a_point_without_readings_has_no_first_and_no_share(store: Store) -> None:
    _break(store, "INSERT INTO points (name) VALUES ('mill_26.power_kw')")
    (found,) = care.point_statistics(store)
    assert found == care.PointStatistics("mill_26.power_kw", 0, 0, None, None)
    assert found.bad_share == 0.0


def test_the_tally_counts_what_is_beside_the_readings(store: Store) -> None:
    alarm = Alarm("line_down:line_1", "line_down", "line_1", 1, AlarmState.UNACKNOWLEDGED, 1, 1, active=True)
    save_alarm(store, alarm)
    audit.append(store, t_ms=1, wall_ms=1, actor="chen", host="desk", action="sign_in", target="")
    assert care.tally(store) == care.Tally(
        KNOWN_SCHEMA, {}, alarms_active=1, alarm_changes=1, audit_entries=1
    )


def test_the_size_includes_what_is_still_in_the_log(store: Store, database_path: Path) -> None:
    insert_readings(store, [Reading(POWER, t, 1.0) for t in range(5000)])
    assert care.file_bytes(store) > database_path.stat().st_size


def test_a_new_database_is_whole(store: Store) -> None:
    assert care.damage(store) == []
    assert care.loose_references(store) == {}
    assert care.unknown_points(store) == []
    assert care.unreadable_readings(store) == 0


def test_readings_of_a_point_without_a_name_are_found(store: Store) -> None:
    insert_readings(store, [Reading(POWER, t, 1.0) for t in range(3)])
    _break(
        store,
        "INSERT INTO readings VALUES (7, 1, 1.0, 0, 0), (7, 2, 1.0, 0, 0), (9, 1, 1.0, 0, 0)",
    )
    assert care.unknown_points(store) == [7, 9]
    assert care.loose_references(store) == {}  # nor is it counted a second time


@pytest.mark.parametrize("row", ["1.0, 3, 0", "1.0, 0, 99", "1.0, 2, 0", "NULL, 0, 0", "NULL, 1, 0"])
def test_readings_that_this_program_never_writes_are_found(store: Store, row: str) -> None:
    insert_readings(store, [Reading(POWER, 1, 1.0), Reading(POWER, 2, math.nan, Quality.BAD)])
    assert care.unreadable_readings(store) == 0
    _break(store, f"INSERT INTO readings VALUES (1, 3, {row})")
    assert care.unreadable_readings(store) == 1


def test_a_page_that_was_overwritten_is_found(database_path: Path) -> None:
    with closing(open_store(database_path)) as store:
        insert_readings(store, [Reading(POWER, t, 1.0) for t in range(20_000)])
        ((page_bytes,),) = store.rows("PRAGMA page_size")
        ((page,),) = store.rows("SELECT rootpage FROM sqlite_master WHERE name = 'readings'")
    with database_path.open("r+b") as file:
        file.seek((int(str(page)) - 1) * int(str(page_bytes)) + 12)
        file.write(b"\xff" * 64)
    with closing(open_store(database_path)) as store:
        assert care.damage(store)


def test_a_walk_turns_its_pages_without_losing_or_repeating_a_reading(store: Store) -> None:
    given = [Reading(POWER, t, float(t)) for t in range(10)]
    insert_readings(store, [*given, Reading(COUNTER, 3, 1.0)])
    for page in (1, 3, 5, 10, 11):
        assert list(walk(store, POWER, 0, 100, page=page)) == given
    assert list(walk(store, POWER, 2, 5, page=2)) == given[2:5]
    assert list(walk(store, "mill_1.power_kw", 0, 100)) == []


def test_a_copy_is_the_database_and_one_file(store: Store, tmp_path: Path) -> None:
    insert_readings(store, [Reading(POWER, t, 1.0) for t in range(5000)])
    target, told = tmp_path / "copy.db", list[tuple[int, int]]()
    care.copy_database(store, target, lambda pages, total: told.append((pages, total)), pages_a_step=10)
    assert told[-1][0] == told[-1][1] > 10
    assert sorted(told) == told
    with closing(open_store(target, create=False)) as copy:
        assert list(walk(copy, POWER, 0, 5000)) == list(walk(store, POWER, 0, 5000))
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.db"]


def test_a_copy_is_one_moment_of_a_database_that_another_process_writes(
    store: Store, database_path: Path, tmp_path: Path
) -> None:
    insert_readings(store, [Reading(POWER, t, 1.0) for t in range(50_000)])
    clock, target, steps = Clock(), tmp_path / "copy.db", list[int]()

    def until_written_after(before: int) -> None:
        until_s = clock.monotonic_s() + PATIENCE_S
        while _live(watcher, "power_kw") <= before:
            assert clock.monotonic_s() < until_s, "the other process does not write"
            clock.sleep_s(0.01)

    def on_progress(pages: int, _total: int) -> None:
        steps.append(pages)
        if len(steps) < 4:
            until_written_after(_live(watcher, "power_kw"))

    command = [sys.executable, "-c", WRITER, str(database_path)]
    with (
        closing(open_store(database_path)) as watcher,
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as writer,
    ):
        until_written_after(0)
        at_least = _live(watcher, "power_kw")
        care.copy_database(store, target, on_progress, pages_a_step=50)
        at_most = _live(watcher, "power_kw")
        writer.communicate()
    assert writer.returncode == 0
    assert steps == sorted(set(steps)), "the copy began again"
    with closing(open_store(target, create=False)) as copy:
        copied = _live(copy, "power_kw")
        assert at_least <= copied < at_most
        assert _live(copy, "energy_kwh") == copied
        assert care.damage(copy) == []
    assert count(store) > 50_000 + 2 * copied


def test_a_copy_that_is_stopped_lets_go_of_the_database(store: Store, other: Store, tmp_path: Path) -> None:
    insert_readings(store, [Reading(POWER, t, 1.0) for t in range(5000)])

    def stop(_pages: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        care.copy_database(store, tmp_path / "copy.db", stop, pages_a_step=10)
    insert_readings(store, [Reading(POWER, 9000, 1.0)])
    assert count(other) == 5001


def test_a_copy_of_a_damaged_database_is_said(database_path: Path, tmp_path: Path) -> None:
    with closing(open_store(database_path)) as store:
        insert_readings(store, [Reading(POWER, t, 1.0) for t in range(100)])
    connection = sqlite3.connect(database_path)
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "INSERT INTO sqlite_master VALUES ('table', 'ghost', 'ghost', 2, 'CREATE TABLE ghost (a)')"
    )
    connection.commit()
    connection.close()
    with closing(open_store(database_path)) as store, pytest.raises(StoreError) as caught:
        care.copy_database(store, tmp_path / "copy.db", _ignore)
    assert caught.value.fault is StoreFault.DAMAGED
    assert "was not kept" in str(caught.value)


def test_a_copy_into_a_folder_that_is_not_there_is_said(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened") as caught:
        care.copy_database(store, tmp_path / "nowhere" / "copy.db", _ignore)
    assert caught.value.fault is StoreFault.CANNOT_OPEN
