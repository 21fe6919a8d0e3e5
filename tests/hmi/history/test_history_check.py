"""`valleyline history check`: what is whole, and what is told of what is not."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from hmi.data_folder import database_path
from hmi.store import audit
from hmi.store.database import open_store
from tests.hmi.history.history_commands import (
    break_database,
    findings_of,
    run,
)


def test_a_whole_database_is_said_to_be_whole(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--data", data) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert all(line.startswith("ok ") and line.endswith(".") for line in lines)


def test_readings_without_a_point_and_of_no_quality_are_told(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    break_database(data, "INSERT INTO readings VALUES (77, 1, 1.0, 0, 0), (1, 1, 1.0, 9, 0)")
    found = findings_of(data, capsys)
    assert set(found) == {"points", "readings"}
    assert "number 77" in found["points"]
    assert found["readings"].startswith("1 readings have")


def test_a_changed_audit_is_told_with_its_entry(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_store(database_path(data))) as store:
        for _ in range(3):
            audit.append(store, t_ms=1, wall_ms=1, actor="chen", host="desk", action="sign_in", target="")
    break_database(data, "DROP TRIGGER audit_no_update", "UPDATE audit SET actor = 'liu' WHERE id = 2")
    found = findings_of(data, capsys)
    assert set(found) == {"audit"}
    assert "breaks at entry 2" in found["audit"]


def test_a_command_of_no_plan_is_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    break_database(data, "INSERT INTO commands (id, plan_id) VALUES (1, 5)")
    assert findings_of(data, capsys) == {
        "references": "Rows refer to others that are not there: 1 of commands to plans."
    }


def test_a_file_that_is_no_database_fails_the_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database_path(tmp_path).write_text("what I did on Monday\n" * 100)
    assert "is not a Valleyline database" in findings_of(tmp_path, capsys)["file"]


def test_a_damaged_file_fails_the_check_and_does_not_end_it(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_store(database_path(data))) as store:
        ((page,),) = store.rows("SELECT rootpage FROM sqlite_master WHERE name = 'readings'")
    with database_path(data).open("r+b") as file:
        file.seek((int(str(page)) - 1) * 4096)
        file.write(b"\xff" * 4096)
    found = findings_of(data, capsys)
    assert "is damaged" in found["file"]
    assert "audit" not in found
