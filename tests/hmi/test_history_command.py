"""`valleyline history` on real databases, from the command line."""

from __future__ import annotations

import json
import math
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.clock import Clock
from devices.reading import Quality, Reading, Reason
from hmi.approval import PlanDocument, Signer, canonical_bytes, data_hash, sign_approval, sign_proposal
from hmi.cli import main
from hmi.data_folder import database_path, save_clock
from hmi.grants import create_first_administrator, create_user
from hmi.station.lock import StationLock
from hmi.store import audit
from hmi.store.database import Store, open_store
from hmi.store.migrations import KNOWN_SCHEMA
from hmi.store.plans import insert_plan, set_plan_state
from hmi.store.readings import count, insert_readings, walk
from hmi.store.records import AuditEntry, PlanRow, PlanState, Role
from hmi.store.sealing import seal_some
from hmi.store.totals import Span
from resources.locate import resource
from solver.problem import canonical_problem_bytes, decode_problem

POWER, COUNTER = "mill_25.power_kw", "mill_25.energy_kwh"
T0 = 1_457_884_800_000  # 2016-03-13T16:00Z
READINGS = [
    Reading(POWER, T0, 47.1),
    Reading(POWER, T0 + 60_500, math.nan, Quality.BAD, Reason.TIMEOUT),
    Reading(POWER, T0 + 120_000, 0.1 + 0.2),
    Reading(COUNTER, T0, 12.0, Quality.UNCERTAIN, Reason.UNCONFIRMED),
]
EXPORTED = """\
point,time,t_ms,value,quality,reason
mill_25.energy_kwh,2016-03-13T16:00:00.000Z,1457884800000,12.0,uncertain,unconfirmed
mill_25.power_kw,2016-03-13T16:00:00.000Z,1457884800000,47.1,good,
mill_25.power_kw,2016-03-13T16:01:00.500Z,1457884860500,,bad,timeout
mill_25.power_kw,2016-03-13T16:02:00.000Z,1457884920000,0.30000000000000004,good,
"""
HEADER = EXPORTED.splitlines()[0]
PASSWORD = "a long password"
PROBLEM = decode_problem(
    {
        "start": "2016-03-14T00:00",
        "timezone": "Asia/Shanghai",
        "horizon_min": 1440,
        "tariff": {"price_per_kwh": [1.0] * 24, "interval_min": 60},
        "machines": [{"id": "mill_25", "batches": [{"id": "b1", "duration_min": 60, "power_kw": 48.0}]}],
    }
)
DOCUMENT = canonical_bytes(
    PlanDocument(
        plant="Company X",
        start_ms=T0,
        end_ms=T0 + 86_400_000,
        starts_min={"mill_25": {"b1": 0}},
        pauses_min={},
        baseline_starts_min={"mill_25": {"b1": 30}},
        cost=48.0,
        cost_before=48.0,
        bound=48.0,
        currency="CNY",
        tariff_hash="t" * 64,
        data_hash=data_hash(PROBLEM),
        proposer="chen",
        created_ms=T0,
        automatic=False,
    )
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with four readings."""
    folder = tmp_path / "data"
    with closing(open_store(database_path(folder))) as store:
        insert_readings(store, READINGS)
    return folder


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People, an approved and a proposed plan; made once, because passwords are slow on purpose."""
    path = tmp_path_factory.mktemp("signed") / "valleyline.db"
    with closing(open_store(path)) as store:
        admin = create_first_administrator(store, "admin", PASSWORD, Clock())
        chen = create_user(store, admin, "chen", Role.OPERATOR, PASSWORD, Clock())
        liu = create_user(store, admin, "liu", Role.SUPERVISOR, PASSWORD, Clock())
        _approve(store, _propose(store, chen), liu)
        _propose(store, chen)
    return path


def _propose(store: Store, chen: Signer) -> int:
    row = PlanRow(
        id=0,
        state=PlanState.PROPOSED,
        document=DOCUMENT,
        problem_json=canonical_problem_bytes(PROBLEM),
        plan_json=b"{}",
        tariff_hash="t" * 64,
        data_hash=data_hash(PROBLEM),
        start_ms=T0,
        end_ms=T0 + 86_400_000,
        proposed_by="chen",
        proposed_ms=T0,
        proposal_signature=sign_proposal(chen.key, DOCUMENT, "chen", "less peak", T0),
        note="less peak",
    )
    return insert_plan(store, row)


def _approve(store: Store, plan_id: int, liu: Signer) -> None:
    set_plan_state(
        store,
        plan_id,
        PlanState.APPROVED,
        decided_by="liu",
        decided_ms=T0 + 1,
        decision_reason="agreed",
        approval_signature=sign_approval(liu.key, DOCUMENT, "liu", "agreed", T0 + 1),
    )


def run(*arguments: str | Path) -> int:
    """The exit status of the whole program."""
    with pytest.raises(SystemExit) as caught:
        main(["history", *map(str, arguments)])
    return int(str(caught.value.code))


def stored(data: Path) -> list[Reading]:
    with closing(open_store(database_path(data), create=False)) as store:
        return [reading for point in (COUNTER, POWER) for reading in walk(store, point, 0, 1 << 53)]


def break_database(data: Path, *statements: str) -> None:
    """What somebody with the file and a database tool could do."""
    with closing(open_store(database_path(data))) as store:
        store.rows("PRAGMA foreign_keys = OFF")
        for sql in statements:
            store.rows(sql)


def file_with(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


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


def test_a_whole_database_is_said_to_be_whole(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--data", data) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert all(line.startswith("ok ") and line.endswith(".") for line in lines)


def findings_of(data: Path, capsys: pytest.CaptureFixture[str], status: int = 1) -> dict[str, str]:
    """What `check` says is not whole: sentence by subject."""
    assert run("check", "--data", data, "--json") == status
    said = json.loads(capsys.readouterr().out)
    assert said["whole"] is (status == 0)
    return {each["subject"]: each["sentence"] for each in said["findings"] if not each["whole"]}


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


def folder_of(signed: Path, tmp_path: Path) -> Path:
    with closing(open_store(signed)) as store:
        store.rows("VACUUM INTO ?", [str(database_path(tmp_path))])
    return tmp_path


def test_signatures_that_hold_are_counted(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check", "--data", folder_of(signed, tmp_path)) == 0
    assert "Every signature holds, under 2 plans." in capsys.readouterr().out


def test_who_has_left_has_still_signed(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(signed, tmp_path)
    break_database(folder, "UPDATE users SET active = 0")
    assert findings_of(folder, capsys, status=0) == {}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("document = replace(document, '48.0', '47.0')", "it cannot be read"),
        (
            "document = CAST(replace(document, '48.0', '47.0') AS BLOB)",
            "the proposal's signature does not hold",
        ),
        ("note = 'more peak'", "the proposal's signature does not hold"),
        ("proposed_by = 'nobody'", "the proposal's signature does not hold"),
        ("decided_ms = 7", "the approval's signature does not hold"),
        ("decided_by = 'chen'", "the approval's signature does not hold"),
        ("approval_signature = NULL", "the approval's signature does not hold"),
        ("problem_json = CAST(replace(problem_json, '48.0', '49.0') AS BLOB)", "its problem is not the one"),
        ("problem_json = X'00'", "it cannot be read"),
        ("state = 'wonderful'", "it cannot be read"),
    ],
)
def test_a_plan_that_is_not_what_was_signed_is_told(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, named: str
) -> None:
    folder = folder_of(signed, tmp_path)
    break_database(folder, f"UPDATE plans SET {change} WHERE id = 1")
    found = findings_of(folder, capsys)
    assert set(found) == {"signatures"}
    assert f"plan 1 ({named}" in found["signatures"]
    assert "plan 2" not in found["signatures"]


def test_a_role_that_nobody_granted_approves_nothing(
    signed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folder_of(signed, tmp_path)
    break_database(folder, "UPDATE users SET role = 'engineer' WHERE name = 'liu'")
    assert "the approval's signature" in findings_of(folder, capsys)["signatures"]


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


PLANT = Path(__file__).parents[2] / "resources" / "plants" / "company_x" / "plant.toml"


@pytest.fixture
def old_data(data: Path) -> Path:
    """A second's readings of two hours, a day before those of `data`, sealed; the plant keeps 35 days."""
    readings = [Reading(POWER, T0 - 86_400_000 + n * 1000, n % 60 / 10) for n in range(7200)]
    with closing(open_store(database_path(data))) as store:
        insert_readings(store, readings)
        zone = ZoneInfo("Asia/Shanghai")
        while seal_some(store, zone, lambda day: [Span(*day, "")], T0 + 9 * 86_400_000, most=4):
            pass
        save_clock(store, Clock(origin_plant_ms=T0 + 35 * 86_400_000, origin_wall_ms=Clock().wall_ms()))
    text = PLANT.read_text(encoding="utf-8") + "\n[retention]\nraw_days = 35\n"
    (data / "plant.toml").write_text(text, encoding="utf-8")
    return data


def test_a_dry_run_says_what_thinning_would_do_and_does_nothing(
    old_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = stored(old_data)
    assert run("thin", "--dry-run", "--data", old_data) == 0
    assert capsys.readouterr().out == (
        "The plant's rule: after 35 days means over 1 min.\n"
        "7200 readings of 1 days of points would become 120.\n"
        "0 readings of 0 days would go; their totals stay.\n"
    )
    assert repr(stored(old_data)) == repr(before)
    assert not audited(old_data)


def test_thinning_follows_the_plants_rule_is_in_the_audit_and_leaves_the_store_whole(
    old_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", tmp_path / "before.csv", "--data", old_data) == 0
    assert run("thin", "--data", old_data, "--json") == 0
    told = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert (told["before"], told["after"], told["dry_run"]) == (7200, 120, False)
    kept = [reading for reading in stored(old_data) if reading.reason is Reason.MEAN]
    assert len(kept) == 120
    assert {round(reading.value, 9) for reading in kept} == {2.95}
    assert [entry.action for entry in audited(old_data)] == ["thin_readings"]
    assert run("check", "--data", old_data) == 0
    assert run("import", tmp_path / "before.csv", "--data", old_data) == 2
    assert "lies in a day that was thinned by the plant's rule" in capsys.readouterr().err
    assert run("thin", "--data", old_data) == 0
    assert len(audited(old_data)) == 1


def test_without_a_rule_nothing_is_thinned(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("thin", "--data", data, "--plant", PLANT) == 2
    assert "retention: there is none, so all readings are kept" in capsys.readouterr().err


def audited(data: Path) -> list[AuditEntry]:
    with closing(open_store(database_path(data), create=False)) as store:
        return audit.entries(store)


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
