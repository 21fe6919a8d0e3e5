from __future__ import annotations

import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
import serial
from pymodbus.client import ModbusSerialClient

from devices.simulator.faults import FaultKind
from devices.simulator.mill import MillState
from devices.simulator.modbus_slave import with_crc
from devices.simulator.scenario import FaultScenario, Scenario, with_baud
from devices.simulator.server import SimulatorServer, serve_until

if TYPE_CHECKING:
    from conftest import HandClock

BAUD = 19200  # above 38000 pymodbus' client leaves no silence between frames (pymodbus #2882)
NOON = 720
PLC = 100


@pytest.fixture
def server(scenario: Scenario, clock: HandClock, tmp_path: Path) -> Iterator[SimulatorServer]:
    clock.set_minute(NOON)
    server = SimulatorServer(with_baud(scenario, BAUD), clock, tmp_path / "ports")
    server.start()
    yield server
    server.stop()


def peer(server: SimulatorServer, line: str) -> ModbusSerialClient:
    """pymodbus' own client, which knows nothing of ours."""
    client = ModbusSerialClient(server.addresses[line], baudrate=BAUD, timeout=5, retries=0)
    assert client.connect()
    return client


def read_float(client: ModbusSerialClient, unit: int, address: int) -> float:
    registers = client.read_input_registers(address, count=2, device_id=unit).registers
    return float(struct.unpack(">f", struct.pack(">2H", *registers))[0])


def test_every_meter_of_both_lines_tells_its_truth_to_an_independent_master(
    server: SimulatorServer, scenario: Scenario
) -> None:
    for line in ("line_1", "line_2"):
        client = peer(server, line)
        for device in scenario.devices:
            if device.line == line and device.measures:
                truth = server.plant.flow(device.measures)
                assert read_float(client, device.unit, 0x34) == pytest.approx(1000 * truth.power_kw, rel=1e-6)
                assert read_float(client, device.unit, 0x48) == pytest.approx(truth.energy_kwh, rel=1e-6)
        client.close()
        assert server.counters(line).gap_violations == 0


def test_a_mill_is_taken_paused_and_started_over_the_line(server: SimulatorServer, clock: HandClock) -> None:
    client = peer(server, "line_2")
    assert client.read_input_registers(32, count=5, device_id=PLC).registers == [0b00011, 1, 0, 0, 0]
    for sequence, action, state in (
        (1, 1, MillState.RUNNING),
        (2, 3, MillState.PAUSED),
        (0x0001_0003, 2, MillState.RUNNING),
        (0x0001_0003, 2, MillState.RUNNING),
    ):
        words = [sequence >> 16, sequence & 0xFFFF, action]
        assert not client.write_registers(32, words, device_id=PLC).isError()
        assert client.read_holding_registers(32, count=3, device_id=PLC).registers == words
        assert server.plant.mill("mill_25").state is state
    assert client.read_input_registers(32, count=5, device_id=PLC).registers == [0b10011, 2, 1, 3, 0]
    assert client.write_registers(32, [0, 1], device_id=PLC).exception_code == 2
    client.close()


def test_a_silenced_meter_leaves_the_others_alone(server: SimulatorServer) -> None:
    server.silence("line_1", 24, True)
    client = peer(server, "line_1")
    assert client.read_input_registers(0x34, count=2, device_id=23).registers
    with serial.Serial(server.addresses["line_1"], BAUD, timeout=0.1) as port:
        port.write(with_crc(bytes.fromhex("180400340002")))
        assert port.read(1) == b""
    assert server.counters("line_1").unanswered == 1
    server.silence("line_1", 24, False)
    assert client.read_input_registers(0x34, count=2, device_id=24).registers
    client.close()


def test_an_unplugged_line_vanishes_and_comes_back_under_the_same_name(
    server: SimulatorServer, tmp_path: Path
) -> None:
    link = tmp_path / "ports" / "line_1"
    port = serial.Serial(str(link), BAUD, timeout=0.1)
    server.unplug("line_1")
    assert not link.is_symlink()
    with pytest.raises((serial.SerialException, OSError)):
        port.write(b"\x01")
        port.read(1)
        port.read(1)
    port.close()
    server.plug("line_1")
    client = peer(server, "line_1")
    assert read_float(client, 1, 0x46) == pytest.approx(50, abs=0.1)
    client.close()


def test_a_stale_link_of_a_killed_simulator_is_replaced(
    scenario: Scenario, clock: HandClock, tmp_path: Path
) -> None:
    (tmp_path / "line_1").symlink_to("/dev/pts/no-such")
    server = SimulatorServer(scenario, clock, tmp_path)
    server.start()
    assert (tmp_path / "line_1").resolve().exists()
    server.stop()
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_taken_leaves_nothing_half_started(
    scenario: Scenario, clock: HandClock, tmp_path: Path
) -> None:
    first, second = (msgspec.structs.replace(line, tcp_port=0) for line in scenario.lines)
    holder = SimulatorServer(msgspec.structs.replace(scenario, lines=[first, second]), clock, tmp_path)
    holder.start()
    taken = int(holder.addresses["line_2"].rpartition(":")[2])
    second = msgspec.structs.replace(second, tcp_port=taken)
    late = SimulatorServer(msgspec.structs.replace(scenario, lines=[first, second]), clock, tmp_path)
    with pytest.raises(OSError, match="in use"):
        late.start()
    assert late.addresses == {}
    holder.stop()


def test_serving_ends_when_told_and_takes_its_links_along(
    scenario: Scenario, clock: HandClock, tmp_path: Path
) -> None:
    stop = threading.Event()
    served = threading.Thread(target=serve_until, args=(stop, scenario, clock, tmp_path / "ports"))
    served.start()
    give_up_s = clock.monotonic_s() + 10
    while not (tmp_path / "ports" / "line_2").exists() and clock.monotonic_s() < give_up_s:
        clock.sleep_s(0.01)
    assert (tmp_path / "ports" / "line_2").exists()
    stop.set()
    served.join()
    assert list((tmp_path / "ports").iterdir()) == []


def test_a_scenario_says_which_replies_are_spoiled_and_how_slowly_a_meter_answers(
    scenario: Scenario, clock: HandClock, tmp_path: Path
) -> None:
    faults = [FaultScenario("line_1", 24, FaultKind.BUSY, registers=(0x34, 0x35))]
    devices = [
        msgspec.structs.replace(device, turnaround_ms=(300, 300)) if device.unit == 25 else device
        for device in scenario.devices
    ]
    scenario = msgspec.structs.replace(with_baud(scenario, BAUD), faults=faults, devices=devices)
    server = SimulatorServer(scenario, clock, tmp_path / "ports")
    server.start()
    try:
        client = peer(server, "line_1")
        assert client.read_input_registers(0x34, count=2, device_id=24).exception_code == 6
        assert read_float(client, 24, 0x48) > 0
        began_s = clock.monotonic_s()
        assert read_float(client, 25, 0x48) > 0
        assert clock.monotonic_s() - began_s >= 0.3
        client.close()
    finally:
        server.stop()
