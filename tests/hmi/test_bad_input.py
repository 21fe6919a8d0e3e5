"""What a new user may get wrong: one sentence that names the place, status 2, and nothing half-started."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import serial

from hmi.cli import run
from hmi.data_folder import database_path
from hmi.demo.folder import claim
from hmi.demo.world import prepare
from hmi.history_check import examine
from hmi.station.lock import LockError
from hmi.store.alarms import alarm_events
from hmi.store.care import copy_database
from hmi.store.database import open_store
from hmi.store.readings import count, newest, series
from hmi.store.status import line_statuses

if TYPE_CHECKING:
    from tests.hmi.conftest import Disk, Programs, Works

NOTHING_ELSE = {"plant.toml", "scenario.toml", "demo.mark", "profiles"}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole data folder, to be copied and spoiled."""
    folder = tmp_path_factory.mktemp("bad_input") / "plant"
    prepare(folder, 300.0, 10.0)
    return folder


@pytest.fixture
def folder(prepared: Path, tmp_path: Path) -> Path:
    """A data folder without a database, its profiles beside its plant file."""
    copy = tmp_path / "plant"
    shutil.copytree(prepared, copy, ignore=shutil.ignore_patterns("valleyline.db*"))
    spoil(copy / "plant.toml", str(prepared / "profiles"), "profiles", -1)
    return copy


def spoil(file: Path, old: str, new: str, times: int = 1) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, times), encoding="utf-8")


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> str:
    """The one sentence with which a command is refused."""
    capsys.readouterr()
    assert run([str(argument) for argument in arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    return said.err.strip()


def assert_nothing_begun(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} <= NOTHING_ELSE | {"tariff.toml"}


PLANT_MISTAKES = [
    ('currency = "CNY"', 'curency = "CNY"', "curency: there is no such key; 'currency' may be meant"),
    (
        "unit = 23",
        'unit = "23"',
        "meters[0].unit: '23' is not allowed; expected a whole number from 1 to 247",
    ),
    ("unit = 23", "unit = 300", "meters[0].unit: 300 is not allowed; expected a whole number from 1 to 247"),
    ('currency = "CNY"', "", "currency: this key is missing"),
    ('name = "Company X"', "name = Company X", "Invalid value (at line 1, column 8)"),
    ("Asia/Shanghai", "Asia/Shanghay", "timezone: 'Asia/Shanghay' is not a time zone"),
    ("guangdong-large-industry-2016", "guangdong-1916", "tariff: tariff 'guangdong-1916': there is none"),
    ("guangdong-large-industry-2016", "mine.toml", "tariff: "),
    ('currency = "CNY"', 'currency = "EUR"', "currency: 'EUR' is not the tariff's"),
    ("unit = 24", "unit = 23", "meters[1].unit: address 23 on line 'line_1' is there twice"),
    ('measures = "mill_24"', 'measures = "mill_23"', "meters[1].measures: 'mill_23' has a meter already"),
    (
        'line = "line_1"',
        'line = "line_9"',
        "meters[0].line: 'line_9' is not a line; there are line_1, line_2",
    ),
    ('port = "ports/line_1"', 'port = "ports/line_2"', "lines[1].port: 'ports/line_2' is another line's"),
    ('port = "ports/line_1"', 'port = ""', "lines[0].port: the name is empty"),
    (
        'port = "ports/line_1"',
        'port = "tcp://host"',
        "lines[0].port: tcp://host: write it as tcp://host:port",
    ),
    ('port = "ports/line_1"', 'port = "http://h:80"', "lines[0].port: http://h:80: write it as tcp://host"),
    ('parity = "N"', 'parity = "odd"', "lines[0].parity: 'odd' is not allowed; expected 'E', 'N' or 'O'"),
    ("poll_s = ", "poll_s = inf #", "meters[0].poll_s: inf is not allowed; expected a finite number"),
    ("eastron_sdm630.toml", "eastron_sdm999.toml", "meters[0].profile: "),
    ('id = "plc"', 'id = "main"', "plc.id: 'main' is there twice"),
    (
        "running_kw = 50.0",
        "running_kw = 500.0",
        "machines[0].running_kw: 500 is not allowed; expected more than",
    ),
]


@pytest.mark.parametrize(("old", "new", "said"), PLANT_MISTAKES)
def test_a_mistake_in_the_plant_file_is_named_and_nothing_is_begun(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    spoil(folder / "plant.toml", old, new)
    for command in (["station"], ["desk"], ["snapshot", "--out", folder / "pictures"]):
        sentence = refusal(capsys, *command, "--data", folder)
        assert sentence.startswith(f"{folder / 'plant.toml'}: ")
        assert said in sentence
    assert_nothing_begun(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("eastron_sdm630.toml", "fc = 4", "fc = 6", "quantities[0].fc: 6 is not allowed; expected 3 or 4"),
        (
            "eastron_sdm630.toml",
            '"power_kw"',
            '"power"',
            ".name: 'power' is not allowed; expected 'power_kw', ",
        ),
        ("eastron_sdm630.toml", "max = ", "max = -1e9 #", "quantities[0].min: "),
        (
            "eastron_sdm630.toml",
            "maker = ",
            "made_by = ",
            "made_by: there is no such key; allowed are maker, ",
        ),
        ("mill_plc.toml", "fc = 16", "fc = 6", "command.fc: 6 is not allowed; expected 16"),
        ("mill_plc.toml", "[command]", "[command", "(at line "),
    ],
)
def test_a_mistake_in_a_profile_names_the_profile(
    folder: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, said: str
) -> None:
    spoil(folder / "profiles" / file, old, new)
    sentence = refusal(capsys, "station", "--data", folder)
    assert sentence.startswith(f"{folder / 'profiles' / file}: ")
    assert said in sentence
    assert_nothing_begun(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("base_per_kwh = 0.6729", "base_per_kwh = nan", "base_per_kwh: nan is not allowed"),
        (
            '"08:00"',
            '"8 h"',
            "schedules[0].edges[1].at: '8 h' is not allowed; expected a time on the hour or",
        ),
        ('"08:00"', '"09:30"', "schedules[0].edges: the times must rise"),
        ('band = "valley"', 'band = "vally"', "schedules[0].edges[0].band: 'vally' has no ratio; there are "),
        ("peak = 1.65", 'peak = "dear"', "ratios.peak: 'dear' is not allowed; expected a number"),
    ],
)
def test_a_mistake_in_a_tariff_names_the_tariff(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    name = "guangdong-large-industry-2016"
    shipped = Path(__file__).parents[2] / "resources" / "tariffs" / f"{name}.toml"
    shutil.copyfile(shipped, folder / "tariff.toml")
    spoil(folder / "tariff.toml", old, new)
    spoil(folder / "plant.toml", name, "tariff.toml")
    sentence = refusal(capsys, "station", "--data", folder)
    assert sentence.startswith(f"{folder / 'tariff.toml'}: ")
    assert said in sentence
    assert_nothing_begun(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('line = "line_1"', 'line = "line_9"', "devices[0].line: 'line_9' is not a line"),
        (
            'kind = "meter"',
            'kind = "metre"',
            "devices[0].kind: 'metre' is not allowed; expected 'meter' or 'plc'",
        ),
        (
            "day_0 = 2016-03-14",
            "day_0 = 9999-12-31",
            "day_0: 9999-12-31 is not allowed; expected a year from",
        ),
        ("day_0 = 2016-03-14", "day_0 = 2016-03-14", "day_0: the 3 days from 2016-03-14 are long over"),
        ("seed = ", "sed = ", "sed: there is no such key; 'seed' may be meant"),
        ('id = "line_1"', 'id = "../line_1"', "lines[0].id: '../line_1' is not allowed"),
    ],
)
def test_a_mistake_in_a_scenario_names_the_scenario_and_no_line_appears(
    folder: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    scenario = folder / "scenario.toml"
    spoil(scenario, old, new)
    sentence = refusal(capsys, "simulate", "--data", folder, "--scenario", scenario)
    assert sentence.startswith(f"{scenario}: ")
    assert said in sentence
    assert not (folder / "ports").exists() or not list((folder / "ports").iterdir())


def test_files_that_a_plant_file_names_lie_beside_it_wherever_one_stands(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "profiles/eastron_sdm630.toml" in (folder / "plant.toml").read_text(encoding="utf-8")
    (folder / "valleyline.db").write_text("not reached before the plant was read")
    assert "is not a Valleyline database" in refusal(capsys, "station", "--data", folder)


def test_a_file_that_is_missing_is_said_with_the_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["station"], ["snapshot", "--out", tmp_path / "pictures"]):
        sentence = refusal(capsys, *command, "--data", tmp_path / "new")
        assert sentence.startswith(f"{tmp_path / 'new' / 'plant.toml'}: there is no plant file; ")
    for command in (["desk"], []):  # without a name for the file, these begin with the guided start
        sentence = refusal(capsys, *command, "--data", tmp_path / "new", "--plant", tmp_path / "other.toml")
        assert sentence.startswith(f"{tmp_path / 'other.toml'}: there is no plant file; ")
    assert list(tmp_path.iterdir()) == []


# Databases


def newer(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()


def text(file: Path) -> None:
    file.write_text("what I did on Monday\n" * 100)


def of_another_program(file: Path) -> None:
    file.unlink()
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        (newer, "was written by a newer Valleyline (schema 99"),
        (text, "is not a Valleyline database"),
        (of_another_program, "is not a Valleyline database"),
        (cut_short, "is damaged; put a backup in its place"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_and_left_as_it_is(
    prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoiled: object, said: str
) -> None:
    folder = tmp_path / "plant"
    shutil.copytree(prepared, folder)
    assert callable(spoiled)
    spoiled(database_path(folder))
    before = database_path(folder).read_bytes()
    for command in (
        ["station"],
        ["desk"],
        ["snapshot", "--out", tmp_path / "pictures"],
        ["history", "stats"],
    ):
        sentence = refusal(capsys, *command, "--data", folder)
        assert sentence.startswith(str(database_path(folder)))
        assert said in sentence
    assert database_path(folder).read_bytes() == before
    assert {path.name for path in folder.iterdir()} == NOTHING_ELSE | {"valleyline.db", "station.lock"}


def test_a_snapshot_makes_no_database_where_none_is(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sentence = refusal(capsys, "snapshot", "--data", folder, "--out", tmp_path / "pictures")
    assert sentence.startswith(f"{database_path(folder)} does not exist; start a station there first")
    assert_nothing_begun(folder)


def test_a_folder_that_may_not_be_written_is_said(
    prepared: Path, small_disk: Disk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small_disk.folder / "plant"
    shutil.copytree(prepared, folder)
    small_disk.refuse_writing()
    assert "the data folder cannot be written" in refusal(capsys, "station", "--data", folder)
    for command in (["desk"], ["snapshot", "--out", tmp_path / "pictures"]):
        assert "a folder that may be written" in refusal(capsys, *command, "--data", folder)
    assert "Read-only file system" in refusal(capsys, "snapshot", "--data", prepared, "--out", folder / "out")


def test_a_disk_that_is_full_already_is_said_and_nothing_is_damaged(
    prepared: Path, small_disk: Disk, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = small_disk.folder / "plant"
    shutil.copytree(prepared, folder)
    before = database_path(folder).read_bytes()
    film = small_disk.fill()
    for command in (["station"], ["desk"], ["history", "stats"]):
        sentence = refusal(capsys, *command, "--data", folder)
        assert "is full; what was stored is safe: free some space" in sentence
    film.unlink()
    assert database_path(folder).read_bytes() == before


def test_a_disk_that_becomes_full_is_said_and_no_reading_is_lost_when_there_is_room_again(
    works_on_a_small_disk: Works, small_disk: Disk, programs: Programs
) -> None:
    works = works_on_a_small_disk
    station = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23", "mill_29")
    film = small_disk.fill()
    works.wait("the sentence", lambda: "is full; what was stored is safe" in station.complaints)
    full_ms = works.world.clock.now_ms()
    stored = count(works.store)
    works.wait("ten polls later", lambda: works.world.clock.now_ms() > full_ms + 600_000)
    assert station.runs
    assert count(works.store) == stored
    film.unlink()
    works.wait_for_reading("mill_23", "mill_29")
    works.wait("the good news", lambda: "the database can be used again" in station.complaints)
    now_ms = works.world.clock.now_ms()
    meanwhile = series(works.store, "mill_23.power_kw", full_ms - 300_000, now_ms).t_ms
    assert (meanwhile[1:] - meanwhile[:-1]).max() < 3.5 * 60_000
    assert works.store.rows("PRAGMA integrity_check") == [("ok",)]
    assert station.complaints.count("is full") == 1
    assert station.end(15) == 0


@pytest.mark.nightly
@pytest.mark.parametrize("replaced", [False, True])
def test_a_database_that_is_taken_from_a_running_station_is_said_and_no_reading_is_lost(
    works: Works, programs: Programs, tmp_path: Path, replaced: bool
) -> None:
    station = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23", "mill_29")
    away, path = tmp_path / "away", database_path(works.folder)
    away.mkdir()
    copy_database(works.store, tmp_path / "copy.db", lambda _pages, _total: None)
    files = [path.with_name(f"{path.name}{end}") for end in ("", "-wal", "-shm")]
    for file in files:
        file.rename(away / file.name)
    if replaced:
        (tmp_path / "copy.db").rename(path)
    works.wait("the sentence", lambda: "was deleted or replaced while it was in use" in station.complaints)
    taken_ms = works.world.clock.now_ms()
    works.wait("ten polls later", lambda: works.world.clock.now_ms() > taken_ms + 600_000)
    assert station.runs
    assert station.complaints.count("was deleted or replaced") == 1
    assert station.end(signal.SIGTERM) == 0
    path.unlink(missing_ok=True)
    for file in files:
        (away / file.name).rename(file)
    second, now_ms = programs.start("station", "--data", works.folder), works.world.clock.now_ms()
    works.wait("new readings", lambda: newest_ms(path, "mill_23.power_kw") > now_ms)
    with closing(open_store(path)) as store:
        t_ms = series(store, "mill_23.power_kw", taken_ms - 300_000, taken_ms + 600_000).t_ms
        assert (t_ms[1:] - t_ms[:-1]).max() < 3.5 * 60_000
        assert [finding.sentence for finding in examine(store) if not finding.whole] == []
    assert second.end(signal.SIGTERM) == 0


def newest_ms(path: Path, point: str) -> int:
    """By a connection of its own, for an older one is still with the file that was taken away."""
    with closing(open_store(path)) as store:
        return newest(store)[point].t_ms


# Ports


def test_a_port_that_is_missing_at_the_start_is_said_and_taken_up_when_it_comes(
    works: Works, programs: Programs
) -> None:
    works.server.unplug("line_1")
    station = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_26", "mill_28", "mill_29")
    works.wait("the alarm", lambda: works.has_alarm("line_down:line_1"))
    assert line_statuses(works.store)["line_1"].reason == "port_missing"
    assert f"{works.folder}/ports/line_1: there is no such port; plug the adapter in" in station.complaints
    works.wait_for_reading("mill_26", "mill_28", "mill_29")
    works.server.plug("line_1")
    works.wait_for_reading("mill_23", "mill_24", "mill_25", "main")
    works.wait("no alarm", lambda: not works.has_alarm("line_down:line_1"))
    assert not any("line_2" in event.key for event in alarm_events(works.store))


def test_a_port_that_somebody_else_has_is_said_and_taken_over_when_it_is_free(
    works: Works, programs: Programs
) -> None:
    with serial.Serial(works.server.addresses["line_2"], exclusive=True):
        station = programs.start("station", "--data", works.folder)
        works.wait_for_reading("mill_23", "main")
        works.wait("the alarm", lambda: works.has_alarm("line_down:line_2"))
        assert line_statuses(works.store)["line_2"].reason == "port_busy"
        assert "ports/line_2 is in use by another program" in station.complaints
        works.wait_for_reading("mill_23", "main")
    works.wait_for_reading("mill_26", "mill_29")
    works.wait("no alarm", lambda: not works.has_alarm("line_down:line_2"))


def test_a_vanished_port_is_told_once_and_its_return_needs_no_hand(works: Works, programs: Programs) -> None:
    station = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23", "mill_26")
    works.server.unplug("line_2")
    works.wait("the alarm", lambda: works.has_alarm("line_down:line_2"))
    works.wait_for_reading("mill_23")
    (works.folder / "ports" / "line_1").unlink()  # only the name goes: what is open stays open
    works.wait_for_reading("mill_23")
    works.server.plug("line_2")
    works.wait_for_reading("mill_26")
    assert station.complaints.count("has gone; connect it again") == 1
    assert station.complaints.count("there is no such port") <= 1


# Folders


def test_a_station_whose_folder_is_removed_says_so_and_ends(works: Works, programs: Programs) -> None:
    station = programs.start("station", "--data", works.folder)
    works.wait_for_reading("mill_23")
    works.server.stop()
    shutil.rmtree(works.folder)
    assert station.process.wait(60) == 2
    assert "this data folder was removed or replaced while a station ran on it" in station.complaints
    assert "Traceback" not in station.complaints


def test_a_demonstration_takes_no_folder_from_anybody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-my-aunt.txt").write_text("Dear aunt")
    arguments = ["demo", "--headless", "--data", tmp_path / "letters"]
    assert "this folder is not empty and no demonstration" in refusal(capsys, *arguments)
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["to-my-aunt.txt"]
    with (
        claim(tmp_path / "demo"),
        pytest.raises(LockError, match=f"process {os.getpid()}"),
        claim(tmp_path / "demo"),
    ):
        pass


# Problems


def problem_text(batch: str = "", **rest: str) -> str:
    """A problem file's text with a batch's keys, and the problem's, written as they are."""
    keys = {
        "start": '"2016-03-14T00:00"',
        "timezone": '"Asia/Shanghai"',
        "horizon_min": "120",
        "tariff": '{"price_per_kwh": [0.5], "interval_min": 120}',
        "machines": '[{"id": "mill_25", "batches": [{"id": "b1", "duration_min": 30' + batch + "}]}]",
        **rest,
    }
    return "{" + ", ".join(f'"{key}": {value}' for key, value in keys.items()) + "}"


BATCH = "(machine 'mill_25', batch 'b1')"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            problem_text(', "power_kw": NaN'),
            f"machines[0].batches[0].power_kw {BATCH}: nan is not a finite number",
        ),
        (
            problem_text(', "power_kw": 1e300'),
            f"machines[0].batches[0].power_kw {BATCH}: 1e+300 is too large",
        ),
        (
            problem_text(', "power_kw": 1e999'),
            f"machines[0].batches[0].power_kw {BATCH}: inf is not a finite number",
        ),
        (problem_text(', "power_kw": -1'), f"{BATCH}: -1 is not allowed; expected `float` >= 0.0"),
        (
            problem_text(', "power": 1'),
            f"machines[0].batches[0] {BATCH}: object contains unknown field `power`",
        ),
        (
            problem_text(', "power_kw": 1, "earliest_min": 50, "due_min": 40'),
            f"due_min {BATCH}: 40 is not after earliest_min, 50",
        ),
        (
            problem_text(', "power_kw": 1', horizon_min="0"),
            "horizon_min: 0 is not allowed; expected `int` >= 1",
        ),
        (problem_text(', "power_kw": 1', horizon_min="5256000"), "expected `int` <= 600000"),
        (problem_text(', "power_kw": 1', machines="[]"), "machines: expected `array` of length >= 1"),
        (
            problem_text(', "power_kw": 1', limits='{"colour": 1}'),
            "limits: object contains unknown field `colour`",
        ),
        (problem_text(', "power_kw": 1', tariff='{"price_per_kwh": [NaN]}'), "price_per_kwh[0]: nan is not"),
        ("[1, 2]", "The problem must be one JSON object"),
        ("{", "The problem is not JSON"),
    ],
)
def test_a_mistake_in_a_problem_names_the_file_the_machine_the_batch_and_the_key(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "problem.json"
    file.write_text(text)
    sentence = refusal(capsys, "plan", file, "--json")
    assert sentence.startswith(f"{file}: ")
    assert said in sentence


# Commands


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("nonsense", "valleyline: no such command 'nonsense'"),
        ("--nonsense", "valleyline: no such option '--nonsense'"),
        ("--log loud station", "invalid value for '--log': 'loud' is not one of 'debug'"),
        ("--data somewhere station", "write --data and --plant after 'station'"),
        ("plan", "valleyline plan: missing argument 'PROBLEM.json'"),
        ("plan none.json --json", "none.json: there is no such file"),
        ("plan none.json --seconds nan", "nan is not a finite number"),
        ("plan none.json --method magic", "'magic' is not one of"),
        ("states none.csv --json", "none.csv: there is no such file"),
        ("forecast none.csv --horizon soon", "'soon' is not a length of time"),
        ("case nobody --json", "use company-x"),
        ("frame hello --json", "'hello' is not hexadecimal"),
        ("line read /dev/none --profile eastron_sdm630 --unit 1 --json", "/dev/none: there is no such port"),
        (
            "line read /dev/none --profile nobody --unit 1",
            "'nobody' is not a profile; `valleyline profile list` names those",
        ),
        ("line read tcp://host --profile eastron_sdm630 --unit 1", "write it as tcp://host:port"),
        ("line scan /dev/none --from 9 --to 3", "--from 9 is above --to 3"),
        ("line trace /dev/null", "/dev/null cannot be used as a serial port"),
        ("snapshot --out here --size huge", "write width and height such as 1920x1080"),
        ("demo --speed nan", "nan is not a finite number"),
        ("demo --for ever", "write it as 90s, 10m or 1h"),
        ("bench nobody", "there are "),
    ],
)
def test_a_wrong_request_is_one_sentence_and_status_2(
    arguments: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    sentence = refusal(capsys, *arguments.split())
    assert said in sentence
    assert sentence.endswith(".")
    assert list(tmp_path.iterdir()) == []
