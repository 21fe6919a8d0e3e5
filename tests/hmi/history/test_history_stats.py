"""`valleyline history stats` on real databases, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hmi.data_folder import database_path
from hmi.store.database import KNOWN_SCHEMA
from tests.hmi.history.history_commands import (
    POWER,
    T0,
    run,
)


def test_stats_are_one_json_object(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("stats", "--data", data, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["points"][1] == {
        "point": POWER,
        "readings": 3,
        "first_ms": T0,
        "last_ms": T0 + 120_000,
        "bad_share": pytest.approx(1 / 3, abs=1e-6),
    }
    assert said["bytes"] >= database_path(data).stat().st_size
    del said["points"], said["bytes"], said["database"]
    counted = {"alarms_active": 0, "alarm_changes": 0, "audit_entries": 0}
    assert said == {"schema": KNOWN_SCHEMA, "readings": 4, "plans": {}, **counted}


def test_stats_are_a_table_for_a_person(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("stats", "--data", data) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "4 readings of 2 points" in lines[0]
    assert lines[1] == "Plans: none."
    assert lines[-1].split() == [
        POWER,
        "3",
        "2016-03-13T16:00:00.000Z",
        "2016-03-13T16:02:00.000Z",
        "33.33%",
    ]


@pytest.mark.parametrize(
    "command", [["stats"], ["check"], ["backup", "b.db"], ["export"], ["import", "a.csv"]]
)
def test_a_folder_without_a_database_is_one_sentence_and_none_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert run(*command, "--data", tmp_path / "none") == 2
    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert "does not exist; start a station there first" in said.err
    assert list(tmp_path.iterdir()) == []
