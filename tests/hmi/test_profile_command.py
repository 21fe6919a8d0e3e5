"""`valleyline profile`: the list, one profile, a check, the schema, and registers side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.clock import Clock
from devices.profile import profile_names, profile_path
from devices.simulator.scenario import load_scenario, with_baud
from devices.simulator.server import SimulatorServer
from hmi.cli import run
from resources.locate import resource

SCENARIO = resource("plants/company_x/scenario.toml")
SDM630 = profile_path("eastron_sdm630").read_text()


def ran(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = run(["profile", *map(str, arguments)])
    out, err = capsys.readouterr()
    return status, out, err


def said_json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Any:
    status, out, err = ran(capsys, *arguments, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def test_the_list_has_every_profile_with_its_confidence(tmp_path: Path, capsys) -> None:
    listed = said_json(capsys, "list", "--data", tmp_path)["profiles"]
    assert [item["name"] for item in listed] == profile_names()
    assert {item["confidence"] for item in listed} == {"high", "medium", "low"}
    assert ran(capsys, "list", "--data", tmp_path)[1].count("\n") == len(listed)


def test_a_profile_of_ones_own_is_listed_and_shown_in_place_of_the_shipped(tmp_path: Path, capsys) -> None:
    (tmp_path / "profiles").mkdir()
    own = SDM630.replace('"SDM630"', '"SDM630 in the cellar"\ndeprecated = "use the other one"', 1)
    (tmp_path / "profiles" / "eastron_sdm630.toml").write_text(own)
    text = ran(capsys, "list", "--data", tmp_path)[1]
    assert "SDM630 in the cellar (high, your own, deprecated: use the other one)" in text
    assert "SDM630 in the cellar" in ran(capsys, "show", "eastron_sdm630", "--data", tmp_path)[1]


def test_a_profile_is_shown_with_source_places_and_doubts(tmp_path: Path, capsys) -> None:
    text = ran(capsys, "show", "siemens_pac2200", "--data", tmp_path)[1]
    assert "source: Tinkerforge" in text and "confidence high" in text
    assert "FC03 0x0041 f32, W" in text and "(low)  mbmd's place for it" in text
    shown = said_json(capsys, "show", "acrel_dtsd1352", "--data", tmp_path)["profile"]
    assert shown["ct"]["address"] == 0x8E


def test_a_check_knows_the_profile_of_a_plc(tmp_path: Path, capsys) -> None:
    file = tmp_path / "mine.toml"
    shipped = profile_path("mill_plc").read_text()
    file.write_text(shipped)
    assert ran(capsys, "check", file)[:2] == (0, f"{file}: Valleyline Mill PLC, a PLC: it can be used.\n")
    file.write_text(shipped.replace("count = 3", "count = 4"))
    status, _, err = ran(capsys, "check", file)
    assert status == 1 and f"{file}: command.count: 4 is not allowed" in err


def test_a_check_names_file_and_key_and_goes_on_to_the_next(tmp_path: Path, capsys) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(SDM630)
    bad.write_text(SDM630.replace('unit = "W"', 'unit = "A"', 1))
    status, out, err = ran(capsys, "check", bad, good)
    assert status == 1 and out == f"{good}: Eastron SDM630, 6 quantities in 2 requests: it can be used.\n"
    assert err.startswith(f"{bad}: quantities[2].unit: 'A' does not fit power_kw") and err.count("\n") == 1
    assert ran(capsys, "check", good)[0] == 0
    assert ran(capsys, "check", tmp_path / "none.toml")[0] == 2


def test_the_schema_is_one_json_object(capsys) -> None:
    found = json.loads(ran(capsys, "schema")[1])
    assert "QuantitySpec" in found["$defs"]


def test_registers_typed_in_are_read_in_every_way(tmp_path: Path, capsys) -> None:
    found = said_json(capsys, "preview", "4366 3334", "--quantity", "voltage_v", "--data", tmp_path)
    usual = [look for look in found["looks"] if look["mark"] == "usual"]
    assert [(look["type"], look["word_order"]) for look in usual] == [("f32", "big")]
    text = ran(capsys, "preview", "E240 0001", "--shows", "12.34", "--data", tmp_path)[1]
    assert "as shown: address 0, s32, word_order little, byte_order big, scale 1e-4: 123456" in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("preview", 'registers such as "4366 3334"'),
        ("preview 436", "is not registers in hex"),
        ("preview 4366 --port /dev/none", 'registers such as "4366 3334"'),
        ("preview --port /dev/none --unit 1", "Give --address, or --profile"),
        ("preview --port /dev/none --profile eastron_sdm630", "Give --unit"),
        ("preview --port /dev/none --unit 1 --profile eastron_sdm630", "/dev/none"),
        ("preview --port /dev/none --unit 1 --address x", "'x' is no register"),
        ("preview --port /dev/none --address 0x34", "Give --unit"),
        ("preview --port /dev/none --unit 1 --address 0", "/dev/none"),
        ("preview --port /dev/none --unit 1 --profile eastron_sdm72 --quantity voltage_v", "it has power_kw"),
        ("show nobody", "'nobody' is not a profile"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_status_2(arguments: str, said: str, tmp_path, capsys) -> None:
    data = [] if arguments == "list" else ["--data", tmp_path]
    status, out, err = ran(capsys, *arguments.split(), *data)
    assert status == 2 and out == "" and err.count("\n") == 1
    assert said.lower() in err.lower()


@pytest.fixture
def port(tmp_path: Path) -> Iterator[str]:
    """A line with simulated meters of the kind SDM630."""
    scenario = with_baud(load_scenario(SCENARIO), 19200, turnaround_ms=2.0)
    server = SimulatorServer(scenario, Clock(Clock().wall_ms(), scenario.minute_ms(600)), tmp_path / "ports")
    server.start()
    yield server.addresses["line_1"]
    server.stop()


def test_registers_read_from_a_meter_now_are_previewed_at_their_addresses(port, tmp_path, capsys) -> None:
    arguments = ["--port", port, "--unit", "24", "--baud", "19200", "--data", tmp_path]
    place = ["--fc", "4", "--address", "0x46", "--count", "2"]
    found = said_json(capsys, "preview", *arguments, *place, "--quantity", "frequency_hz")
    by_profile = ["--profile", "eastron_sdm630", "--quantity", "frequency_hz"]
    again = said_json(capsys, "preview", *arguments, *by_profile)
    refused = ran(capsys, "preview", *arguments, "--fc", "4", "--address", "0x9000")
    usual = [look for look in found["looks"] if look["mark"] == "usual"]
    assert [(look["address"], look["type"], look["word_order"]) for look in usual] == [(0x46, "f32", "big")]
    assert usual[0]["value"] == pytest.approx(50.0, abs=0.2) and again["looks"][0]["address"] == 0x46
    assert refused[0] == 2 and "refused this with exception 2" in refused[2]


def test_everything_that_a_profile_knows_is_read_once(port: str, tmp_path: Path, capsys) -> None:
    arguments = ["--port", port, "--unit", "24", "--baud", "19200", "--data", tmp_path]
    found = said_json(capsys, "preview", *arguments, "--profile", "eastron_sdm630")["quantities"]
    assert len(found) == 18 and all(item["reason"] == "" for item in found)
    values = {item["quantity"]: item["value"] for item in found}
    assert values["voltage_l2_v"] == pytest.approx(230.0, abs=10.0)


def test_a_profile_whose_words_are_turned_round_is_told_how_it_would_fit(port, tmp_path, capsys) -> None:
    turned = tmp_path / "turned.toml"
    turned.write_text(SDM630.replace('type = "f32"', 'type = "f32"\nword_order = "little"'))
    arguments = ["--port", port, "--unit", "24", "--baud", "19200", "--data", tmp_path]
    status, out, _ = ran(capsys, "preview", *arguments, "--profile", turned)
    assert status == 1 and "no value (out_of_range)" in out
    assert "as f32, word_order big, byte_order big it would be 49." in out or "would be 50" in out
