"""`valleyline history restore`: a backup in the place of the store, and what was there kept."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from devices.clock import Clock
from devices.reading import Reading
from hmi.cli import main
from hmi.data_folder import database_path
from hmi.station.lock import StationLock
from hmi.store import audit
from hmi.store.database import open_store
from hmi.store.readings import count, insert_readings
from resources.locate import resource
from tests.hmi.history.history_commands import (
    POWER,
    T0,
)


def _backup_then_another_reading(data: Path, tmp_path: Path) -> Path:
    backup = tmp_path / "backup.db"
    with pytest.raises(SystemExit):
        main(["history", "backup", str(backup), "--data", str(data)])
    with closing(open_store(database_path(data))) as store:
        insert_readings(store, [Reading(POWER, T0 + 240_000, 9.0)])
    return backup


def test_a_backup_is_restored_and_what_was_there_is_kept(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = _backup_then_another_reading(data, tmp_path)
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        main(["history", "restore", str(backup), "--data", str(data), "--json"])
    assert end.value.code == 0
    kept = Path(json.loads(capsys.readouterr().out)["kept"])
    for path, readings in ((database_path(data), 4), (kept, 5), (backup, 4)):
        with closing(open_store(path, create=False)) as store:
            assert count(store) == readings


def test_a_log_that_a_deleted_store_left_behind_is_not_taken_for_the_backups(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, log = database_path(data), b""
    backup = _backup_then_another_reading(data, tmp_path)
    with closing(open_store(path)) as store:
        insert_readings(store, [Reading(POWER, T0 + 300_000, 9.0)])
        log = path.with_name("valleyline.db-wal").read_bytes()  # as a killed station leaves it
    path.unlink()
    path.with_name("valleyline.db-wal").write_bytes(log)
    with pytest.raises(SystemExit) as end:
        main(["history", "restore", str(backup), "--data", str(data)])
    assert end.value.code == 0
    with closing(open_store(path, create=False)) as store:
        assert count(store) == 4
    kept = [file for file in data.iterdir() if "before-restore" in file.name]
    assert [file.read_bytes() == log for file in kept] == [True]


def test_nothing_is_restored_while_a_station_runs(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup = _backup_then_another_reading(data, tmp_path)
    lock = StationLock(data, Clock())
    lock.take()
    try:
        with pytest.raises(SystemExit) as end:
            main(["history", "restore", str(backup), "--data", str(data)])
    finally:
        lock.release()
    assert end.value.code == 2
    assert "a station already runs on this data folder" in capsys.readouterr().err
    with closing(open_store(database_path(data))) as store:
        assert count(store) == 5


@pytest.mark.parametrize("damage", ["UPDATE audit SET actor = 'eve'", "no database at all"])
def test_a_backup_that_is_not_whole_is_not_restored(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    with closing(open_store(database_path(data))) as store:
        audit.append(store, t_ms=T0, wall_ms=T0, actor="ada", host="h", action="a", target="t")
    backup = _backup_then_another_reading(data, tmp_path)
    if damage.startswith("UPDATE"):
        with closing(open_store(backup)) as store:
            store.rows("DROP TRIGGER audit_no_update")
            store.rows(damage)
    else:
        backup.write_bytes(b"no database" * 1000)
    with pytest.raises(SystemExit) as end:
        main(["history", "restore", str(backup), "--data", str(data)])
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert "was not restored" in said or "is not a Valleyline database" in said
    with closing(open_store(database_path(data), create=False)) as store:
        assert count(store) == 5
    assert [path.name for path in data.glob("*restore*")] + [path.name for path in data.glob("*.part*")] == []


def test_a_second_station_leaves_a_folder_alone_whose_store_was_taken_from_the_first(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "plant.toml").write_bytes(resource("plants/company_x/plant.toml").read_bytes())
    lock = StationLock(data, Clock())
    lock.take()
    database_path(data).unlink()
    try:
        with pytest.raises(SystemExit) as end:
            main(["station", "--data", str(data)])
    finally:
        lock.release()
    assert end.value.code == 2
    assert "a station already runs on this data folder" in capsys.readouterr().err
    assert not database_path(data).exists()
