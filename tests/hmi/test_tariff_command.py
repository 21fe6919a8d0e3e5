"""`valleyline tariff` on shipped tariffs and files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hmi.cli import run
from hmi.tariffs import load_calendar, shipped_tariffs
from resources.locate import resource
from solver.openei import from_urdb
from tests.solver.urdb_examples import e20_secondary


def ran(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = run(["tariff", *map(str, arguments)])
    out, err = capsys.readouterr()
    return status, out, err


def said_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    status, out, err = ran(capsys, *arguments, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def test_the_list_has_each_shipped_tariff_with_source_and_validity(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listed = said_json(capsys, "list")["tariffs"]
    assert [tariff["name"] for tariff in listed] == shipped_tariffs()
    assert all(tariff["source"] and tariff["valid"] for tariff in listed)
    assert ran(capsys, "list")[1].count("\n") == 2 * len(listed)


def test_a_day_is_shown_band_by_band(capsys: pytest.CaptureFixture[str]) -> None:
    shown = said_json(capsys, "show", "guangdong-2021", "--day", "2022-07-14")
    assert [(span["from"], span["band"]) for span in shown["spans"]] == [
        ("00:00", "valley"),
        ("08:00", "flat"),
        ("10:00", "peak"),
        ("11:00", "sharp"),
        ("12:00", "flat"),
        ("14:00", "peak"),
        ("15:00", "sharp"),
        ("17:00", "peak"),
        ("19:00", "flat"),
    ]
    series = said_json(capsys, "show", "de-day-ahead-2025-10-24")
    assert (series["day"], series["spans"][-1]["to"]) == ("2025-10-24", "00:00")


def test_demand_charges_are_shown_with_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    text = ran(capsys, "show", "pge-b20-secondary-2026", "--day", "2026-07-06")[1]
    assert "summer peak: 41.35 per kW over 15 min" in text


@pytest.mark.parametrize(
    ("day", "said"), [("20-3", "20-3 is no date"), ("9999-12-31", "9999-12-31 lies too far away")]
)
def test_a_day_that_is_none_is_a_wrong_request(
    capsys: pytest.CaptureFixture[str], day: str, said: str
) -> None:
    status, _, err = ran(capsys, "show", "guangdong-2021", "--day", day)
    assert status == 2
    assert said in err


def test_a_day_outside_a_series_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = ran(capsys, "show", "de-day-ahead-2025-10-24", "--day", "2025-10-25")
    assert status == 2
    assert "has prices from 2025-10-24T00:00+02:00" in err


def test_a_check_says_the_first_hour_without_a_price(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = resource("tariffs/guangdong-large-industry-2016.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    assert ran(capsys, "check", own) == (0, f"{own}: calendar, CNY: it can be used.\n", "")
    own.write_text(text.replace("[[schedules]]", "[[schedules]]\nmonths = [1, 2]"), encoding="utf-8")
    status, out, err = ran(capsys, "check", own)
    assert (status, out) == (1, "")
    assert err.startswith(f"{own}: schedules: a weekday in March has no price from 00:00 on")
    status, _, err = ran(capsys, "check", tmp_path / "none.toml")
    assert status == 2
    assert "there is no such file" in err


def test_a_rate_becomes_a_tariff_file_that_can_be_used(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rate, out = tmp_path / "rate.json", tmp_path / "rate.toml"
    rate.write_text(json.dumps({"items": [e20_secondary()]}), encoding="utf-8")
    status, text, err = ran(capsys, "import", rate, "--out", out)
    assert (status, text) == (0, "")
    assert err == "Lost: sell: what is paid for energy fed back is not planned with.\n"
    assert load_calendar(out) == from_urdb(e20_secondary()).tariff
    assert ran(capsys, "import", rate)[1] == out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "energyratestructure: this key is missing"),
        ('{"energyratestructure": [[{"rate": 0.1}]]}', "energyweekdayschedule: this is no list"),
        ("nothing", "this is not JSON"),
    ],
)
def test_a_rate_that_is_none_names_file_and_key(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, said: str
) -> None:
    rate = tmp_path / "rate.json"
    rate.write_text(text, encoding="utf-8")
    status, _, err = ran(capsys, "import", rate)
    assert status == 2
    assert err.startswith(f"{rate}: {said}")


def test_an_export_says_what_it_loses(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, err = ran(capsys, "export", "jiangxi-2025")
    assert status == 0
    lost = [line.removeprefix("Lost: ").split(":")[0] for line in err.splitlines()]
    assert lost == ["currency", "ratios", "bands", "adders", "holidays", "schedules", "half-hours"]
    assert from_urdb(json.loads(out)).tariff.prices["period 0"] == pytest.approx(0.6729 * 0.4 + 0.0633)
    ran(capsys, "export", "jiangxi-2025", "--out", tmp_path / "rate.json")
    assert (tmp_path / "rate.json").read_text(encoding="utf-8") == out


def test_a_series_has_no_export(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = ran(capsys, "export", "de-day-ahead-2025-10-24")
    assert status == 2
    assert "OpenEI's database has no series of prices" in err


def test_a_place_that_cannot_be_written_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _, err = ran(capsys, "export", "guangdong-2021", "--out", tmp_path / "none" / "rate.json")
    assert status == 2
    assert "this cannot be used" in err.splitlines()[-1]
