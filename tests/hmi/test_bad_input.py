"""What a new user may get wrong: one sentence that names the place, status 2, and nothing half-started."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.hmi.refusals import assert_nothing_begun, refusal, spoil

if TYPE_CHECKING:
    pass


PLANT_MISTAKES = [
    ('currency = "CNY"', 'curency = "CNY"', "curency: there is no such key; 'currency' may be meant"),
    (
        "unit = 23",
        'unit = "23"',
        "meters[0].unit: '23' is not allowed; expected a whole number from 0 to 250",
    ),
    ("unit = 23", "unit = 300", "meters[0].unit: 300 is not allowed; expected a whole number from 0 to 250"),
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
