from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import pytest
import serial
from pymodbus import FramerType
from pymodbus.client import ModbusTcpClient

from devices.clock import Clock
from devices.simulator.fault_plan import FaultPlan, Turnaround
from devices.simulator.faults import Fault, FaultKind
from devices.simulator.modbus_slave import with_crc
from devices.simulator.paced_line import PacedLine, limit_s, pace_of
from devices.simulator.scenario import LineScenario
from devices.simulator.wire import open_wire

BAUD = 9600
READ = with_crc(struct.pack(">BBHH", 1, 4, 0, 4))
REPLY = with_crc(bytes((1, 4, 8)) + struct.pack(">4H", 0, 1, 2, 3))
PATIENCE_S = 5.0
SILENCE_S = 0.06


class Addresses:
    """A device whose registers hold their own addresses."""

    def read_holding(self, address: int, count: int) -> Sequence[int]:
        return range(address, address + count)

    def read_input(self, address: int, count: int) -> Sequence[int]:
        return range(address, address + count)

    def write(self, address: int, words: Sequence[int]) -> None:
        pass


def made_line(**spec: object) -> PacedLine:
    line_spec = LineScenario(id="line", baud=BAUD, turnaround_ms=0.0, **spec)  # type: ignore[arg-type]
    wire = open_wire(BAUD, line_spec.tcp_port)
    return PacedLine(line_spec, {1: Addresses(), 2: Addresses()}, wire, Clock())


@pytest.fixture
def line() -> Iterator[PacedLine]:
    line = made_line()
    line.start()
    yield line
    line.stop()


@pytest.fixture
def port(line: PacedLine) -> Iterator[serial.Serial]:
    with serial.Serial(line.address, BAUD, timeout=PATIENCE_S) as port:
        yield port


def exchange(port: serial.Serial, request: bytes, expected: int) -> bytes:
    """What comes back to a request after a decent silence: waits long for bytes, briefly for silence."""
    Clock().sleep_s(0.01)
    port.write(request)
    return listen(port, expected)


def listen(port: serial.Serial, expected: int) -> bytes:
    port.timeout = PATIENCE_S
    heard = bytes(port.read(expected))
    port.timeout = SILENCE_S
    return heard + bytes(port.read(1))


def test_the_physical_limit_is_that_of_the_book() -> None:
    assert limit_s(pace_of(9600, 10), 2) == pytest.approx(0.0250, abs=5e-5)
    assert limit_s(pace_of(9600, 10), 40) == pytest.approx(0.1042, abs=5e-5)
    assert limit_s(pace_of(2400, 11), 10) == pytest.approx(0.183, abs=5e-4)
    assert limit_s(pace_of(115200, 10), 125) == pytest.approx(0.0263, abs=5e-5)
    assert limit_s(pace_of(9600, 10), 2, turnaround_s=0.04) == pytest.approx(0.0614, abs=5e-5)


def test_no_byte_comes_before_its_time(line: PacedLine, port: serial.Serial) -> None:
    clock = Clock()
    clock.sleep_s(0.02)
    started_s = clock.monotonic_s()
    port.write(READ)
    pace = line.pace
    for index, expected in enumerate(REPLY):
        assert port.read(1) == bytes((expected,))
        due_s = started_s + (len(READ) + index + 1) * pace.char_s + pace.silence_s
        assert clock.monotonic_s() >= due_s
    print(f"last byte {1000 * (clock.monotonic_s() - due_s):.2f} ms after its time")


def test_a_patient_master_is_never_blamed_and_a_hasty_one_is(line: PacedLine, port: serial.Serial) -> None:
    for _ in range(5):
        assert exchange(port, READ, len(REPLY)) == REPLY
    assert (line.counters.requests, line.counters.gap_violations) == (5, 0)
    assert exchange(port, READ + READ, 2 * len(REPLY)) == REPLY + REPLY
    assert (line.counters.requests, line.counters.gap_violations) == (7, 1)


def test_devices_that_insist_on_silence_ignore_a_request_without_it() -> None:
    line = made_line(drop_short_gaps=True)
    line.start()
    try:
        with serial.Serial(line.address, BAUD) as port:
            assert exchange(port, READ + READ, len(REPLY)) == REPLY
            assert exchange(port, READ, len(REPLY)) == REPLY
    finally:
        line.stop()
    assert (line.counters.requests, line.counters.gap_violations) == (2, 1)


def test_a_master_that_speaks_into_a_reply_loses_its_request_and_garbles_the_reply(
    line: PacedLine, port: serial.Serial
) -> None:
    words = 125  # so long that there is time to interrupt
    reply = with_crc(bytes((1, 4, 2 * words)) + struct.pack(f">{words}H", *range(words)))
    port.write(with_crc(struct.pack(">BBHH", 1, 4, 0, words)))
    start = port.read(3)
    port.write(READ)
    heard = start + listen(port, len(reply) - len(start))
    assert (len(heard), heard[:3]) == (len(reply), reply[:3])
    assert heard != reply
    assert (line.counters.collisions, line.counters.requests) == (1, 1)


def test_nobody_answers_for_another_unit_or_to_a_damaged_request(
    line: PacedLine, port: serial.Serial
) -> None:
    assert exchange(port, with_crc(b"\x07" + READ[1:-2]), 0) == b""
    assert exchange(port, READ[:-1] + b"\x00", 0) == b""
    assert exchange(port, b"\x01\x04\x00", 0) == b""
    assert exchange(port, READ, len(REPLY)) == REPLY
    assert (line.counters.unanswered, line.counters.damaged) == (1, 2)


def test_an_unknown_function_is_an_exception(port: serial.Serial) -> None:
    assert exchange(port, with_crc(b"\x01\x2b\x0e\x01\x00"), 5) == with_crc(b"\x01\xab\x01")
    assert exchange(port, with_crc(b"\x01\x06\x00\x01\x00\x03"), 5) == with_crc(b"\x01\x86\x01")
    assert exchange(port, with_crc(b"\x01\x04\x00\x00\x00\x7e"), 5) == with_crc(b"\x01\x84\x03")


def test_the_wrong_baud_rate_gets_no_answer(line: PacedLine) -> None:
    with serial.Serial(line.address, 19200) as port:
        assert exchange(port, READ, 0) == b""
        port.baudrate = BAUD
        assert exchange(port, READ, len(REPLY)) == REPLY
    assert line.counters.wrong_baud >= 1


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (FaultKind.SILENT, b""),
        (FaultKind.BAD_CRC, REPLY[:-2] + bytes((REPLY[-2] ^ 1, REPLY[-1]))),
        (FaultKind.TRUNCATED, REPLY[:-3]),
        (FaultKind.NOISE_BEFORE, b"\x5a" + REPLY),
        (FaultKind.NOISE_AFTER, REPLY + b"\x5a"),
        (FaultKind.OTHER_UNIT, with_crc(b"\x02" + REPLY[1:-2])),
        (FaultKind.OTHER_FIRST, with_crc(b"\x02" + REPLY[1:-2]) + REPLY),
        (FaultKind.WRONG_FUNCTION, with_crc(b"\x01\x03" + REPLY[2:-2])),
        (FaultKind.ECHO, READ),
        (FaultKind.LONG, with_crc(b"\x01\x04\x0a" + REPLY[3:-2] + b"\x00\x00")),
        (FaultKind.BUSY, with_crc(b"\x01\x84\x06")),
        (FaultKind.PAUSED, REPLY),
    ],
)
def test_a_fault_spoils_one_unit_until_it_is_mended(
    kind: FaultKind, expected: bytes, line: PacedLine, port: serial.Serial
) -> None:
    line.set_fault(1, Fault(kind, delay_s=0.02))
    assert exchange(port, READ, len(expected)) == expected
    other = exchange(port, with_crc(b"\x02" + READ[1:-2]), len(REPLY))
    assert other == with_crc(b"\x02" + REPLY[1:-2])
    line.set_fault(1, None)
    assert exchange(port, READ, len(REPLY)) == REPLY


def test_a_fault_strikes_only_replies_with_its_registers(line: PacedLine, port: serial.Serial) -> None:
    line.set_fault(1, Fault(FaultKind.ZEROS, registers=(3, 9)))
    assert exchange(port, READ, len(REPLY)) == with_crc(REPLY[:3] + bytes(len(REPLY) - 5))
    line.set_fault(1, Fault(FaultKind.ZEROS, registers=(4, 9)))
    assert exchange(port, READ, len(REPLY)) == REPLY


def test_a_fault_strikes_the_share_of_replies_that_it_is_given() -> None:
    plan = FaultPlan("line")
    plan.set_faults(1, [Fault(FaultKind.SILENT, chance=0.2), Fault(FaultKind.BUSY, chance=0.5)])
    told = [plan.fault(1, READ) for _ in range(2_000)]
    share = {kind: sum(f is not None and f.kind is kind for f in told) / 2_000 for kind in FaultKind}
    assert share[FaultKind.SILENT] == pytest.approx(0.2, abs=0.04)
    assert share[FaultKind.BUSY] == pytest.approx(0.4, abs=0.04)  # of those that the first has spared
    assert plan.fault(2, READ) is None


def test_a_unit_may_take_its_own_time_to_answer(line: PacedLine, port: serial.Serial) -> None:
    plan = FaultPlan("line")
    plan.set_turnaround(1, Turnaround(0.02, 0.5))
    times_s = [plan.turnaround_s(1, 0.002) for _ in range(200)]
    assert 0.02 <= min(times_s) < 0.05 and 0.45 < max(times_s) <= 0.5
    assert plan.turnaround_s(2, 0.002) == 0.002
    line.plan.set_turnaround(1, Turnaround(0.2, 0.2))
    began_s = Clock().monotonic_s()
    assert exchange(port, READ, len(REPLY)) == REPLY
    assert Clock().monotonic_s() - began_s >= 0.2


def test_a_late_reply_comes_after_its_master_gave_up(line: PacedLine, port: serial.Serial) -> None:
    line.set_fault(1, Fault(FaultKind.LATE, delay_s=1.0))
    assert exchange(port, READ, 0) == b""
    assert listen(port, len(REPLY)) == REPLY


def test_the_same_line_is_served_as_rtu_over_tcp_to_one_master_after_another() -> None:
    line = made_line(tcp_port=0)
    line.start()
    host, _, number = line.address.removeprefix("rtu+tcp://").rpartition(":")
    try:
        for _ in range(2):
            client = ModbusTcpClient(host, port=int(number), framer=FramerType.RTU, timeout=1, retries=0)
            assert client.connect()
            reply = client.read_input_registers(7, count=3, device_id=2)
            client.close()
            assert reply.registers == [7, 8, 9]
    finally:
        line.stop()
