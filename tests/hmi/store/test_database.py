from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from devices.reading import Reading
from hmi.store.care import copy_database
from hmi.store.database import KNOWN_SCHEMA, Store, StoreError, StoreFault, open_store
from hmi.store.migrations import MIGRATIONS
from hmi.store.readings import count, insert_readings
from hmi.store.status import save_setting, setting

ROOT = Path(__file__).parents[3]


def _readings(first: int, number: int) -> list[Reading]:
    return [Reading(f"mill_{i % 7}.power_kw", (first + i) * 1000, float(i)) for i in range(number)]


def _is_whole(path: Path) -> bool:
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
    finally:
        connection.close()


def test_a_new_folder_is_made_and_the_schema_is_the_newest(database_path: Path) -> None:
    assert not database_path.parent.exists()
    with closing(open_store(database_path)) as store:
        assert database_path.exists()
        assert store.rows("PRAGMA user_version") == [(KNOWN_SCHEMA,)]
        assert store.rows("PRAGMA journal_mode") == [("wal",)]
        assert MIGRATIONS.pending(store.db) == []


def test_a_path_with_signs_of_an_address_is_a_path(tmp_path: Path) -> None:
    path = tmp_path / "100% #1?" / "a b.db"
    open_store(path).close()
    assert path.exists()


def test_opening_again_changes_nothing(store: Store, other: Store) -> None:
    save_setting(store, "clock", {"speed": 2.0})
    assert setting(other, "clock") == {"speed": 2.0}
    assert len(MIGRATIONS.applied(other.db)) == KNOWN_SCHEMA


def test_programs_that_start_at_once_make_one_schema_together(database_path: Path) -> None:
    script = "import sys; from pathlib import Path; from hmi.store.database import open_store\n"
    script += "open_store(Path(sys.argv[1])).close()"
    command = [sys.executable, "-c", script, str(database_path)]
    programs = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [program.communicate()[1] for program in programs]
    assert said == [""] * 4
    assert _is_whole(database_path)


def test_a_newer_schema_is_said_with_both_numbers(store: Store, database_path: Path) -> None:
    newer = KNOWN_SCHEMA + 1
    store.rows(f"PRAGMA user_version = {newer}")
    with pytest.raises(StoreError) as caught:
        open_store(database_path)
    assert caught.value.fault is StoreFault.NEWER
    assert str(caught.value) == (
        f"{database_path} was written by a newer Valleyline (schema {newer}, this one knows {KNOWN_SCHEMA}); "
        "start that version, or choose another folder with --data."
    )
    assert store.rows("PRAGMA user_version") == [(newer,)]


def test_a_text_file_is_not_a_database_and_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("what I did on Monday\n" * 100)
    with pytest.raises(StoreError, match="is not a Valleyline database; move it away") as caught:
        open_store(path)
    assert caught.value.fault is StoreFault.NOT_A_DATABASE
    assert path.read_text() == "what I did on Monday\n" * 100


def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is not a Valleyline database"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_folder_in_the_place_of_the_file_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened; check that it is a file") as caught:
        open_store(tmp_path)
    assert caught.value.fault is StoreFault.CANNOT_OPEN


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreError, match=r"The folder .*data cannot be made \(File exists\)"):
        open_store(tmp_path / "data" / "valleyline.db")


def test_a_missing_database_is_not_made_when_only_reading_is_wanted(database_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist; start a station there first") as caught:
        open_store(database_path, create=False)
    assert caught.value.fault is StoreFault.MISSING
    assert not database_path.parent.exists()


def test_a_lock_that_stays_is_said(store: Store, other: Store) -> None:
    other.rows("PRAGMA busy_timeout = 20")
    with store.transaction():
        with pytest.raises(StoreError, match="has been locked by another program") as caught:
            save_setting(other, "clock", 1)
        assert caught.value.fault is StoreFault.LOCKED
    save_setting(other, "clock", 2)
    assert setting(store, "clock") == 2


def test_a_reader_does_not_wait_for_a_writer(store: Store, other: Store) -> None:
    save_setting(store, "clock", 1)
    with store.transaction():
        save_setting(store, "clock", 2)
        assert setting(other, "clock") == 1
    assert setting(other, "clock") == 2


def test_a_transaction_is_kept_as_a_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        save_setting(store, "a", 1)
        save_setting(store, "b", 1 // 0)
    assert setting(store, "a") is None


def test_a_failed_part_may_be_given_up_and_the_whole_kept(store: Store) -> None:
    with store.transaction():
        save_setting(store, "a", 1)
        with pytest.raises(ZeroDivisionError), store.transaction():
            save_setting(store, "b", 1)
            save_setting(store, "c", 1 // 0)
    assert (setting(store, "a"), setting(store, "b")) == (1, None)


def test_what_must_outlive_a_power_cut_cannot_hide_in_what_need_not(store: Store) -> None:
    with pytest.raises(RuntimeError, match="durable"), store.transaction(durable=False):
        save_setting(store, "a", 1)
    with store.transaction():
        assert store.rows("PRAGMA synchronous") == [(2,)]
        insert_readings(store, _readings(0, 1))
    with store.transaction(durable=False):
        assert store.rows("PRAGMA synchronous") == [(1,)]


def test_a_full_database_keeps_what_it_has_and_goes_on_when_there_is_room(
    store: Store, database_path: Path
) -> None:
    insert_readings(store, _readings(0, 1000))
    store.rows(f"PRAGMA max_page_count = {int(str(store.rows('PRAGMA page_count')[0][0])) + 1}")
    with pytest.raises(StoreError, match="is full; what was stored is safe: free some space") as caught:
        insert_readings(store, _readings(10_000, 20_000))
    assert caught.value.fault is StoreFault.FULL
    assert count(store) == 1000
    store.rows("PRAGMA max_page_count = 1000000")
    insert_readings(store, _readings(10_000, 20_000))
    assert count(store) == 21_000
    assert _is_whole(database_path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if shutil.which("mount") is None or os.name != "posix":
        pytest.skip("a disk of 1 MiB can be made only where there is a mount command")
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if made.returncode != 0:
        pytest.skip("a disk of 1 MiB can be made only by root")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_damages_nothing(small_disk: Path) -> None:
    path = small_disk / "valleyline.db"
    store = open_store(path)
    stored = 0
    with pytest.raises(StoreError, match="is full; what was stored is safe"):
        for first in range(0, 1_000_000, 500):
            insert_readings(store, _readings(first, 500))
            stored += 500
    assert count(store) == stored
    store.close()
    assert _is_whole(path)


def test_a_disk_that_is_full_already_is_said_at_opening(small_disk: Path) -> None:
    with pytest.raises(OSError, match="No space left"):
        (small_disk / "film").write_bytes(bytes(2 << 20))
    with pytest.raises(StoreError, match="is full"):
        open_store(small_disk / "valleyline.db")


READ_ONLY_SCRIPT = """
import sys
from pathlib import Path
from hmi.store.database import StoreError, open_store
try:
    open_store(Path(sys.argv[1]))
except StoreError as error:
    print(error.fault, error)
"""


def test_a_database_that_may_not_be_written_is_said_and_left_as_it_is() -> None:
    if os.name != "posix":
        pytest.skip("who may write a file is told in another way on this system")
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "valleyline.db"
        open_store(path).close()
        before = path.read_bytes()
        path.chmod(0o444)
        folder.chmod(0o555)
        said = _said_to_a_stranger(path)
        assert said == (
            f"read_only {path} cannot be written; allow writing to the file and its folder, "
            "or choose another folder with --data.\n"
        )
        assert path.read_bytes() == before
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def _said_to_a_stranger(path: Path) -> str:
    # Root may write everything, so root asks somebody else to try.
    somebody = 65534 if os.getuid() == 0 else None
    try:
        ran = subprocess.run(
            [sys.executable, "-c", READ_ONLY_SCRIPT, str(path)],
            cwd=ROOT,
            user=somebody,
            check=False,
            capture_output=True,
            text=True,
        )
    except PermissionError:
        pytest.skip("nobody but root may start Python here")
    if somebody is not None and "Permission" in ran.stderr:
        pytest.skip("nobody but root may read the program here")
    assert ran.stderr == ""
    return ran.stdout


WRITER_SCRIPT = """
import sys
from pathlib import Path
from devices.reading import Reading
from hmi.store.database import open_store
from hmi.store.readings import insert_readings
store = open_store(Path(sys.argv[1]))
for second in range(100_000):
    insert_readings(store, [Reading(f"mill_{i}.power_kw", second * 1000, 1.0) for i in range(42)])
    print(second, flush=True)
"""


def test_a_killed_writer_loses_nothing_that_was_stored(database_path: Path) -> None:
    command = [sys.executable, "-c", WRITER_SCRIPT, str(database_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            if int(line) >= 200:
                break
        writer.kill()
        rest = writer.stdout.read().splitlines()
    stored_s = max([200, *(int(line) for line in rest if line.isdigit())])
    store = open_store(database_path)
    found = count(store)
    store.close()
    assert found >= (stored_s + 1) * 42
    assert found % 42 == 0
    assert _is_whole(database_path)


def test_a_connection_belongs_to_the_thread_that_opened_it(store: Store) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool, pytest.raises(sqlite3.ProgrammingError, match="thread"):
        pool.submit(count, store).result()


def test_a_damaged_file_is_said_where_it_is_read(store: Store, database_path: Path) -> None:
    insert_readings(store, _readings(0, 20_000))
    store.close()
    pages = bytearray(database_path.read_bytes())
    middle = len(pages) * 3 // 4  # among the readings; the tables themselves lie before
    pages[middle : middle + 20_000] = b"\xa5" * 20_000
    database_path.write_bytes(pages)
    damaged = open_store(database_path)
    with pytest.raises(StoreError, match="is damaged; put a backup in its place") as caught:
        count(damaged)
    assert caught.value.fault is StoreFault.DAMAGED
    damaged.close()


def test_a_file_that_is_moved_away_takes_its_log_along_and_leaves_none_to_its_successor(
    store: Store, database_path: Path, tmp_path: Path
) -> None:
    insert_readings(store, [Reading("mill_1.power_kw", t_ms, 1.0) for t_ms in range(10)])
    copy_database(store, tmp_path / "backup.db", lambda _pages, _total: None)
    insert_readings(store, [Reading("mill_2.power_kw", t_ms, 1.0) for t_ms in range(500)])
    database_path.rename(tmp_path / "moved.db")
    for _ in range(2):
        with pytest.raises(StoreError, match="was deleted or replaced"):
            store.check_place()
    store.close()
    (tmp_path / "backup.db").rename(database_path)
    for path, readings in ((database_path, 10), (tmp_path / "moved.db", 510)):
        with closing(open_store(path, create=False)) as found:
            assert count(found) == readings
