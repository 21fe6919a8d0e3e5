"""`valleyline history backup`: a whole copy, and nothing replaced unasked."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from hmi.data_folder import database_path
from hmi.store.database import open_store
from tests.hmi.history.history_commands import (
    findings_of,
    run,
    stored,
)


def test_a_backup_is_the_store_again(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    restored = tmp_path / "restored"
    restored.mkdir()
    assert run("backup", database_path(restored), "--data", data, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["whole"] is True
    assert said["bytes"] == database_path(restored).stat().st_size
    assert [path.name for path in restored.iterdir()] == ["valleyline.db"]
    assert repr(stored(restored)) == repr(stored(data))
    assert findings_of(restored, capsys, status=0) == {}


def test_a_backup_replaces_a_file_only_when_told_to(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "b.db"
    target.write_text("my diary")
    assert run("backup", target, "--data", data) == 2
    assert "is there already; choose another name, or give --force" in capsys.readouterr().err
    assert target.read_text() == "my diary"
    assert run("backup", target, "--data", data, "--force") == 0
    assert target.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize("command", ["backup", "export"])
def test_the_store_itself_is_never_replaced(
    data: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert run(command, data / ".." / "data" / "valleyline.db", "--force", "--data", data) == 2
    assert "is the store itself" in capsys.readouterr().err
    assert len(stored(data)) == 4


def test_a_database_in_use_is_never_replaced(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_store(tmp_path / "other.db")):
        assert run("backup", tmp_path / "other.db", "--force", "--data", data) == 2
    assert "is in use" in capsys.readouterr().err


def test_a_target_in_no_folder_or_that_is_a_folder_is_one_sentence(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("backup", tmp_path / "none" / "b.db", "--data", data) == 2
    assert "there is no folder" in capsys.readouterr().err
    assert run("backup", tmp_path, "--force", "--data", data) == 2
    assert "is not a file; name a file" in capsys.readouterr().err
    assert run("export", tmp_path, "--force", "--data", data) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]
