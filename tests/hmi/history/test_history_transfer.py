"""`valleyline history export` and `import`: readings to a file and back, as they are."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from devices.clock import Clock
from devices.reading import Quality
from hmi.cli import main
from hmi.data_folder import database_path, save_clock
from hmi.store import audit
from hmi.store.database import open_store
from hmi.store.readings import walk
from tests.hmi.history.history_commands import (
    EXPORTED,
    HEADER,
    POWER,
    T0,
    file_with,
    run,
    stored,
)


def test_readings_are_written_as_they_are(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", "--data", data) == 0
    said = capsys.readouterr()
    assert said.out == EXPORTED
    assert said.err == "4 readings of 2 points.\n"
    assert run("export", tmp_path / "a.csv", "--data", data, "--json") == 0
    assert json.loads(capsys.readouterr().out)["readings"] == 4
    assert (tmp_path / "a.csv").read_bytes() == EXPORTED.encode()


def test_an_export_begins_at_its_start_and_ends_before_its_end(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    span = ("--from", "2016-03-13T16:00:00.001", "--to", "2016-03-14T00:02+08:00")
    assert run("export", "--point", POWER, *span, "--data", data) == 0
    assert capsys.readouterr().out.splitlines() == [HEADER, EXPORTED.splitlines()[3]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--point", "mill_1.power_kw"], "there is no point 'mill_1.power_kw'"),
        (["--from", "yesterday"], "'yesterday' is not a time"),
        (["--from", "2016-03-14", "--to", "2016-03-13"], "--from is not before --to"),
        (["--json"], "name a FILE"),
    ],
)
def test_an_export_of_nothing_that_is_there_has_status_2(
    data: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert run("export", *arguments, "--data", data) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""


def test_what_was_exported_comes_back_the_same(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", tmp_path / "a.csv", "--data", data) == 0
    other = tmp_path / "other"
    open_store(database_path(other)).close()
    capsys.readouterr()
    assert run("import", tmp_path / "a.csv", "--data", other, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["rows"], said["added"], said["known"]) == (4, 4, 0)
    assert repr(stored(other)) == repr(stored(data))


def test_what_is_stored_stays_and_an_import_may_be_repeated(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file_with(
        tmp_path / "a.csv",
        f"{POWER},2016-03-13T16:00:00.000Z,{T0},99.0,good,",
        f"{POWER},2016-03-13T16:03:00.000Z,{T0 + 180_000},99.0,good,",
    )
    before = stored(data)
    assert run("import", path, "--data", data) == 0
    assert capsys.readouterr().out == "1 of 2 readings are new; 1 were there already and stay.\n"
    after = stored(data)
    assert repr(after[:-1]) == repr(before)
    assert run("import", path, "--data", data) == 0
    assert repr(stored(data)) == repr(after)


def test_an_import_is_in_the_audit_with_the_files_hash(data: Path, tmp_path: Path) -> None:
    assert run("import", file_with(tmp_path / "a.csv"), "--data", data) == 0
    with closing(open_store(database_path(data))) as store:
        (entry,) = audit.entries(store)
    assert (entry.action, entry.target) == ("import_readings", "a.csv")
    assert entry.actor.startswith("command line (")
    assert entry.after.startswith("0 rows, SHA-256 ")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (f"{POWER},,{T0},much,good,", "line 3: value: 'much' is not a number"),
        (f"{POWER},,{T0},inf,good,", "line 3: value: 'inf' is not a number"),
        (f"{POWER},,{T0},,good,", "line 3: quality: a reading has a value or is bad"),
        (f"{POWER},,{T0},1,bad,", "line 3: quality: a reading has a value or is bad"),
        (f"{POWER},,{T0},1,fine,", "line 3: quality: 'fine' is not good, uncertain or bad"),
        (f"{POWER},,{T0},1,good,because", "line 3: reason: 'because' is none of port_missing"),
        (f"{POWER},,,1,good,", "line 3: time: there is none"),
        (
            f"{POWER},2016-03-14T00:00,,1,good,",
            "line 3: time: '2016-03-14T00:00' is not a time with its offset",
        ),
        (f"{POWER},2016-03-13T16:00:01Z,{T0},1,good,", "are not the same moment"),
        (f"{POWER},,99999999999999999999,1,good,", "lies before 1970 or after the plant's present"),
        (f"{POWER},9999-12-31T00:00Z,,1,good,", "lies before 1970 or after the plant's present"),
        (f"{POWER},,-5,1,good,", "lies before 1970 or after the plant's present"),
        (f"=cmd(),,{T0},1,good,", "line 3: point: '=cmd()' is no point"),
        (f"{POWER},,{T0}", "line 3: the row does not have the 6 cells of the header"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], row: str, sentence: str
) -> None:
    path = file_with(tmp_path / "a.csv", f"{POWER},,{T0 + 999},1.0,good,", row)
    assert run("import", path, "--data", data) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"{path}: ")
    assert sentence in said
    assert said.endswith("; nothing was imported.\n")
    assert len(stored(data)) == 4
    with closing(open_store(database_path(data))) as store:
        assert audit.entries(store) == []


def test_many_bad_rows_are_one_sentence(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file_with(tmp_path / "a.csv", *[f"{POWER},,{T0},much,good,"] * 12)
    assert run("import", path, "--data", data) == 2
    assert (
        "lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more are bad; the first: value:"
        in capsys.readouterr().err
    )


def test_a_row_after_the_plants_present_is_bad(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_store(database_path(data))) as store:
        save_clock(store, Clock(Clock().wall_ms(), T0, 1.0))
    path = file_with(tmp_path / "a.csv", f"{POWER},2016-03-15T00:00Z,,1.0,good,")
    assert run("import", path, "--data", data) == 2
    assert "2016-03-15T00:00:00.000Z lies before 1970 or after the plant's present" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "line 1: the header must be 'point,time,t_ms,value,quality,reason'"),
        (b"point,value\n", "line 1: the header must be"),
        (b"point,time,value,colour\n", "line 1: a column is unknown or there twice"),
        (b"point,time,value,value\n", "line 1: a column is unknown or there twice"),
        (b"point,time,value\n\xff\xfe", "this file cannot be read"),
    ],
)
def test_a_file_that_is_no_export_is_one_sentence(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, sentence: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert run("import", path, "--data", data) == 2
    assert sentence in capsys.readouterr().err
    assert run("import", tmp_path / "none.csv", "--data", data) == 2
    assert capsys.readouterr().err.endswith("there is no such file.\n")


def test_the_columns_that_can_be_guessed_may_be_left_out(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffTime,point,value\r\n2016-03-14T08:00+08:00,mill_25.power_kw,\r\n".encode())
    with closing(open_store(database_path(data))) as store:
        store.rows("DELETE FROM readings")
    assert run("import", path, "--data", data) == 0
    (reading,) = stored(data)
    assert (reading.t_ms, reading.quality) == (T0 + 8 * 3_600_000, Quality.BAD)


def test_an_import_that_corrects_changes_what_is_stored_and_is_in_the_audit(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "better.csv"
    file.write_text(f"{HEADER}\n{POWER},,{T0},48.5,good,\n{POWER},,{T0 + 180_000},3.0,good,\n")
    with pytest.raises(SystemExit) as end:
        main(["history", "import", str(file), "--correct", "wrong ratio", "--data", str(data), "--json"])
    assert end.value.code == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["added"], said["corrected"], said["known"]) == (1, 1, 0)
    with closing(open_store(database_path(data))) as store:
        assert next(walk(store, POWER, 0, 1 << 52)).value == 48.5
        entry = audit.entries(store)[0]
    assert (entry.action, entry.reason) == ("correct_readings", "wrong ratio")
