"""`valleyline line` and `valleyline frame` as a person types them, on a simulated line."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import serial
from click.testing import CliRunner, Result

from devices.clock import Clock
from devices.datafile import DataFileError
from devices.simulator.profile_meter import KWH_PER_M3
from devices.simulator.scenario import DeviceKind, DeviceScenario, load_scenario, with_baud
from devices.simulator.server import SimulatorServer
from hmi.commands.frame import frame_command
from hmi.commands.line import line_command
from hmi.station.lock import StationLock

SCENARIO = Path(__file__).parents[2] / "resources" / "plants" / "company_x" / "scenario.toml"
BAUD = "19200"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SimulatorServer]:
    scenario = with_baud(load_scenario(SCENARIO), int(BAUD), turnaround_ms=2.0)
    server = SimulatorServer(scenario, Clock(Clock().wall_ms(), scenario.minute_ms(150)), tmp_path / "ports")
    server.start()
    yield server
    server.stop()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(line_command, list(arguments))


def read(port: str, *arguments: str) -> Result:
    return run("read", port, "--profile", "eastron_sdm630", "--baud", BAUD, *arguments)


def test_one_reading_as_json(server: SimulatorServer) -> None:
    result = read(server.addresses["line_1"], "--unit", "24", "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    readings = {item["quantity"]: item for item in answer["readings"]}
    assert set(readings) == {
        "power_kw", "energy_kwh", "voltage_v", "current_a", "power_factor", "frequency_hz",
    }  # fmt: skip
    truth = server.plant.flow("mill_24")
    assert readings["energy_kwh"]["value"] == pytest.approx(truth.energy_kwh, abs=1.0)
    assert {item["quality"] for item in readings.values()} == {"good"}


def test_a_line_that_cannot_keep_its_period_is_said_before_anything_is_read(tmp_path: Path) -> None:
    text = (SCENARIO.parent / "plant.toml").read_text(encoding="utf-8")
    text = text.replace('id = "main"\n', 'id = "main"\npoll_s = 0.5\n')
    (tmp_path / "plant.toml").write_text(text, encoding="utf-8")
    told = run("check", "--data", str(tmp_path))
    assert told.exit_code == 0 and "line_1 needs 0.94 s, its period is 0.5 s (48% busy)." in told.stdout
    slow = text.replace("baud = 9600", "baud = 1200", 1)
    (tmp_path / "plant.toml").write_text(slow, encoding="utf-8")
    told = run("check", "--data", str(tmp_path))
    one, other = told.stdout.splitlines()
    assert told.exit_code == 1 and "s, its period is 0.5 s: it will be read as fast as it can" in one
    assert other.startswith("line_2 needs 0.93 s, its period is 60 s (2% busy).")
    answer = json.loads(run("check", "--data", str(tmp_path), "--json").stdout)
    assert [line["fits"] for line in answer["lines"]] == [False, True]


def test_a_meter_that_is_not_there_is_status_1_and_no_zero(server: SimulatorServer) -> None:
    result = read(server.addresses["line_1"], "--unit", "77", "--json")
    assert result.exit_code == 1
    readings = json.loads(result.stdout)["readings"]
    assert {item["value"] for item in readings} == {None}
    assert {item["reason"] for item in readings} == {"timeout"}


def test_a_port_that_is_not_there_is_one_sentence_and_status_2(tmp_path: Path) -> None:
    result = read(str(tmp_path / "none"), "--unit", "1")
    assert "there is no such port" in str(result.output)
    assert result.exit_code != 0 and result.stdout == ""


def test_a_scan_finds_what_answers_and_claims_no_more(server: SimulatorServer) -> None:
    arguments = ["--from", "22", "--to", "26", "--wait-ms", "60", "--protocol", "modbus", "--parity", "N"]
    result = run("scan", server.addresses["line_1"], *arguments, "--baud", "9600", "--baud", BAUD, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert [(item["unit"], item["baud"]) for item in told["found"]] == [(n, int(BAUD)) for n in (23, 24, 25)]
    assert (told["asked"], told["of"]) == (10, 10)
    assert server.counters("line_1").wrong_baud > 0
    assert {(item["confidence"], *item["profiles"]) for item in told["found"]} == {("high", "eastron_sdm630")}
    plc = ["--from", "100", "--to", "100", *arguments[4:], "--baud", BAUD]
    words = run("scan", server.addresses["line_2"], *plc).stdout
    assert "Address 100 gave input registers" in words and "cannot be told" in words


def test_a_network_line_that_the_station_reads_is_scanned_only_with_consent(tmp_path: Path) -> None:
    port = "tcp://127.0.0.1:1"  # nobody listens there
    plant = SCENARIO.with_name("plant.toml").read_text().replace("ports/line_1", port)
    (tmp_path / "plant.toml").write_text(plant)
    lock = StationLock(tmp_path, Clock())
    lock.take()
    try:
        refused = run("scan", port, "--data", str(tmp_path))
        assert (
            refused.exit_code == 1
            and "end the station first, or scan with --beside-station" in refused.output
        )
        agreed = run("scan", port, "--data", str(tmp_path), "--beside-station")
        assert f"{port} does not answer" in agreed.output
    finally:
        lock.release()
    assert f"{port} does not answer" in run("scan", port, "--data", str(tmp_path)).output


def test_a_scan_of_addresses_that_no_protocol_has_is_refused() -> None:
    result = run("scan", "/dev/none", "--from", "248", "--protocol", "modbus")
    assert result.exit_code == 2 and "Modbus has the addresses 1 to 247 only" in result.output


def test_a_meter_read_by_another_profile_is_said_to_be_another_model(server: SimulatorServer) -> None:
    result = run("read", server.addresses["line_1"], "--profile", "eastron_sdm72_v2", "--unit", "23", *FAST)
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["misfit"] == {"register": "FC03 0xfc02", "expected": "0x87 / 0x89", "says": "0x70"}
    assert {item["quality"] for item in told["readings"]} == {"uncertain"}
    assert None not in {item["value"] for item in told["readings"]}


FAST = ("--baud", BAUD, "--json")
QUICK = ("--wait-ms", "40", "--protocol", "modbus", "--baud", BAUD, "--parity", "N")


def test_what_was_recorded_is_read_again_and_taken_apart(server: SimulatorServer, tmp_path: Path) -> None:
    file = tmp_path / "line_1.trace"
    first = read(server.addresses["line_1"], "--unit", "24", "--json", "--record", str(file))
    again = read(f"replay:{file}", "--unit", "24", "--json")
    values = [[item["value"] for item in json.loads(one.stdout)["readings"]] for one in (first, again)]
    assert first.exit_code == again.exit_code == 0 and values[0] == values[1]
    assert read(f"replay:{file}", "--unit", "25").exit_code == 1  # nobody asked that one
    shown = run("trace", f"replay:{file}").stdout.splitlines()
    assert (
        len(shown)
        == len([line for line in file.read_text().splitlines() if " > " in line and line[0] != "#"]) * 2
    )
    assert "(modbus-rtu 24: registers asked for" in shown[0] and "register +0" in shown[1]
    assert " ms  > 18 0" in shown[0] and " ms  < 18 0" in shown[1]


def test_a_damaged_frame_of_a_recording_is_told_what_is_wrong_with_it(tmp_path: Path) -> None:
    file = tmp_path / "line_1.trace"
    file.write_text("0.1 > 01 04 00 00 00 02 71 CB\n0.2 < 01 04 04 43 66 33 34 1B 39\n")
    _, damaged = run("trace", f"replay:{file}").stdout.splitlines()
    assert "(no whole frame: The CRC is 1B 39, but that of the other bytes is 1B 38.)" in damaged


def test_the_frames_of_a_port_that_a_station_has_are_to_be_found_in_its_recording(
    server: SimulatorServer,
) -> None:
    port = server.addresses["line_1"]
    with serial.Serial(port, exclusive=True):
        result = run("trace", port)
    assert result.exit_code != 0 and "start that with --record FOLDER" in result.output


def test_a_file_that_is_no_recording_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "line_1.trace"
    file.write_text("# remark\n0.1 > 01 04\n0.2 ? 05\n")
    with pytest.raises(DataFileError, match="line 3: expected seconds"):
        CliRunner().invoke(line_command, ["trace", f"replay:{file}"], catch_exceptions=False)


def test_a_scan_of_an_empty_stretch_is_status_1(server: SimulatorServer) -> None:
    result = run("scan", server.addresses["line_1"], "--from", "50", "--to", "51", *QUICK)
    assert result.exit_code == 1 and "Nothing answered" in result.stdout


def test_ports_are_listed_as_json() -> None:
    assert isinstance(json.loads(run("list", "--json").stdout)["ports"], list)


def test_a_trace_ends_in_a_sentence_when_the_port_goes(server: SimulatorServer) -> None:
    port = server.addresses["line_1"]
    timer = threading.Timer(0.3, server.unplug, ("line_1",))
    timer.start()
    result = run("trace", port, "--baud", BAUD)
    timer.join()
    assert "has gone" in result.output


@pytest.mark.parametrize(
    ("frame", "status", "valid"),
    [("01 04 04 43 66 33 34 1B 38", 0, True), ("01 04 04 43 66 33 34 1B 39", 1, False)],
)
def test_a_frame_is_answered_with_exactly_the_promised_keys(frame: str, status: int, valid: bool) -> None:
    result = CliRunner().invoke(frame_command, [frame, "--json"])
    assert result.exit_code == status
    answer = json.loads(result.stdout)
    assert list(answer) == ["protocol", "valid", "error", "address", "control", "di", "values"]
    assert answer["valid"] is valid
    for value in answer["values"]:
        assert list(value) == ["quantity", "value", "unit", "quality"]


def test_a_frame_that_is_no_hex_is_one_sentence() -> None:
    result = CliRunner().invoke(frame_command, ["hello"])
    assert result.exit_code != 0 and "is not hexadecimal" in result.output


@pytest.mark.parametrize(
    ("profile", "unit", "quantity"),
    [
        ("dlt645_2007", "000000000161", "energy_kwh"),
        ("cjt188_gas", "33001122334478", "volume_m3"),
        ("mbus_energy", "5", "energy_kwh"),
        ("iec62056_readout", "1234", "energy_kwh"),
        ("abb_b23", "9", "energy_kwh"),
    ],
)
def test_a_meter_of_any_protocol_is_read_once(tmp_path: Path, profile: str, unit: str, quantity: str) -> None:
    scenario = with_baud(load_scenario(SCENARIO), 9600, turnaround_ms=2.0)
    number = int(unit) if len(unit) == 1 else 200
    meter = DeviceScenario("line_1", number, DeviceKind.METER, profile, unit, measures="mill_24")
    scenario = msgspec.structs.replace(scenario, devices=[*scenario.devices, meter])
    server = SimulatorServer(scenario, Clock(Clock().wall_ms(), scenario.minute_ms(150)), tmp_path / "ports")
    server.start()
    try:
        port = server.addresses["line_1"]
        result = run("read", port, "--profile", profile, "--unit", unit, "--baud", "9600", "--json")
        truth = server.plant.flow("mill_24").energy_kwh
    finally:
        server.stop()
    assert result.exit_code == 0, result.output
    readings = {item["quantity"]: item["value"] for item in json.loads(result.stdout)["readings"]}
    wanted = truth / KWH_PER_M3 if quantity == "volume_m3" else truth
    assert readings[quantity] == pytest.approx(wanted, abs=1.0)


@pytest.mark.parametrize(
    ("profile", "unit", "sentence"),
    [
        ("dlt645_2007", "7", "'7' is not a DL/T 645 address; it has 12 digits"),
        ("eastron_sdm630", "300", "a Modbus meter's address is a whole number from 1 to 247"),
        ("mbus_heat", "meter", "an M-Bus meter's primary address is a whole number from 0 to 250"),
    ],
)
def test_an_address_that_the_protocol_does_not_have_is_refused(
    profile: str, unit: str, sentence: str
) -> None:
    result = run("read", "/dev/none", "--profile", profile, "--unit", unit)
    assert result.exit_code == 2 and sentence in result.output
