"""The owner of a line: it reads on whatever happens, and says what happened."""

from __future__ import annotations

import fcntl
import os
import queue
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from devices.clock import Clock
from devices.poller import (
    LineChanged,
    LineConfig,
    LineCounters,
    LineEvent,
    LinePoller,
    MeterOnLine,
    MeterRead,
)
from devices.profile import DeviceTiming, load_profile
from devices.reading import Quality, Reason
from devices.trace import frames_in, read_trace

Event = TypeVar("Event")
QUICK = DeviceTiming(turnaround_ms=5, turnaround_max_ms=150, min_gap_ms=0, device_switch_ms=5)
SDM630 = msgspec.structs.replace(load_profile("eastron_sdm630"), timing=QUICK)
VALUES = {0x00: 231.0, 0x06: 80.0, 0x34: 48_000.0, 0x3E: 0.9, 0x46: 50.0, 0x48: 1234.5}
MODEL = (3, 0xFC02)
PATIENCE_S = 20.0


class Plugged:
    """A poller under test and the queue of its events."""

    def __init__(self, config: LineConfig, meters: list[MeterOnLine], clock: Clock) -> None:
        self.events: queue.Queue[LineEvent] = queue.Queue()
        self.poller = LinePoller(config, meters, None, clock, self.events)
        self.poller.start()

    def next(self, kind: type[Event], suits: Callable[[Event], bool] = bool) -> Event:
        """The next event of a kind that suits; the others before it are dropped."""
        while True:
            event = self.events.get(timeout=PATIENCE_S)
            if isinstance(event, kind) and suits(event):
                return event


@pytest.fixture
def plug() -> Iterator[Callable[..., Plugged]]:
    plugged: list[Plugged] = []

    def make(port: str, units: tuple[int, ...] = (25,), clock: Clock | None = None) -> Plugged:
        meters = [MeterOnLine(f"mill_{unit}", unit, SDM630, poll_s=0.1) for unit in units]
        config = LineConfig("line_1", port, baud=115_200)
        plugged.append(Plugged(config, meters, clock or Clock()))
        return plugged[-1]

    yield make
    for one in plugged:
        one.poller.stop()


def meter(request: bytes) -> list[tuple[float, bytes]]:
    """Answers as an SDM630 with fixed values, whatever its unit."""
    from pymodbus.framer import FramerRTU

    unit, fc, address, count = struct.unpack(">BBHH", request[:6])
    data = b"".join(struct.pack(">f", VALUES.get(address + at, 0.0)) for at in range(0, count, 2))
    if (fc, address) == MODEL:
        data = b"\x00\x70"
    body = bytes((unit, fc, 2 * count)) + data
    return [(0.0, body + FramerRTU.compute_CRC(body).to_bytes(2, "big"))]


def good(event: MeterRead) -> bool:
    return all(reading.quality is Quality.GOOD for reading in event.readings)


def bad(event: MeterRead) -> bool:
    return all(reading.quality is Quality.BAD for reading in event.readings)


def test_a_meter_is_read_over_its_line(peer, plug) -> None:
    peer.answer = meter
    line = plug(peer.port)
    assert line.next(LineChanged) == LineChanged("line_1", True, "")
    event = line.next(MeterRead)
    values = {reading.point: reading.value for reading in event.readings}
    assert values == pytest.approx(
        {
            "mill_25.voltage_v": 231.0,
            "mill_25.current_a": 80.0,
            "mill_25.power_kw": 48.0,
            "mill_25.power_factor": 0.9,
            "mill_25.frequency_hz": 50.0,
            "mill_25.energy_kwh": 1234.5,
        }
    )
    times = {reading.point: reading.t_ms for reading in event.readings}
    assert times["mill_25.power_kw"] == times["mill_25.energy_kwh"]


def test_readings_carry_plant_time(peer, plug) -> None:
    peer.answer = meter
    clock = Clock(origin_wall_ms=Clock().wall_ms(), origin_plant_ms=1_000_000, speed=50.0)
    before_ms = clock.now_ms()
    event = plug(peer.port, clock=clock).next(MeterRead)
    assert before_ms <= event.t_ms <= clock.now_ms()


@pytest.mark.expects_log
def test_one_dead_meter_does_not_stop_the_others(peer, plug) -> None:
    def answer(request: bytes) -> list[tuple[float, bytes]]:
        return [] if request[0] == 24 else meter(request)

    peer.answer = answer
    line = plug(peer.port, units=(23, 24, 25))
    dead = line.next(MeterRead, lambda event: event.meter == "mill_24")
    assert {reading.reason for reading in dead.readings} == {Reason.TIMEOUT} and bad(dead)
    counts = {"mill_23": 0, "mill_25": 0}
    while min(counts.values()) < 8:
        event = line.next(MeterRead, good)
        counts[event.meter] += 1
    asked_dead = sum(request[0] == 24 for request in list(peer.requests))
    asked_others = sum(request[0] != 24 for request in list(peer.requests))
    assert asked_dead <= 0.3 * asked_others
    peer.answer = meter
    assert line.next(MeterRead, lambda event: event.meter == "mill_24" and good(event))


@pytest.mark.expects_log
def test_after_a_silence_another_unit_is_asked_first(peer, plug) -> None:
    def answer(request: bytes) -> list[tuple[float, bytes]]:
        return [] if request[0] == 24 else meter(request)

    peer.answer = answer
    line = plug(peer.port, units=(24, 25))
    line.next(MeterRead, lambda event: event.meter == "mill_24")
    units = [request[0] for request in list(peer.requests)]
    assert units[:2] == [24, 25]
    again = [request for request in peer.requests if request[0] == 24]
    assert again[0][2:6] != again[1][2:6]  # and itself by a request whose reply has another length


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda request, reply: reply[:-1] + bytes((reply[-1] ^ 1,)), Reason.BAD_CHECKSUM),
        (lambda request, reply: request, Reason.TIMEOUT),
        (lambda request, reply: b"", Reason.TIMEOUT),
        (lambda request, reply: b"\x55\xaa\x55", Reason.BAD_REPLY),
    ],
    ids=["bad checksum", "echo", "silence", "noise"],
)
@pytest.mark.expects_log
def test_a_spoiled_reply_yields_a_reason_and_no_value(peer, plug, spoil, reason) -> None:
    peer.answer = lambda request: [(0.0, spoil(request, meter(request)[0][1]))]
    event = plug(peer.port).next(MeterRead)
    assert bad(event)
    assert {reading.reason for reading in event.readings} == {reason}


def test_an_exception_spoils_its_block_only(peer, plug, crc) -> None:
    def answer(request: bytes) -> list[tuple[float, bytes]]:
        return [(0.0, crc(bytes((request[0], 0x84, 2))))] if request[3] == 0 else meter(request)

    peer.answer = answer
    event = plug(peer.port).next(MeterRead)
    reasons = {reading.point.split(".")[1]: reading.reason for reading in event.readings}
    assert reasons["voltage_v"] is Reason.EXCEPTION and reasons["power_kw"] is Reason.NONE


def test_exceptions_are_counted_by_their_code(peer, plug, crc) -> None:
    def answer(request: bytes) -> list[tuple[float, bytes]]:
        refusal = crc(bytes((request[0], request[1] | 0x80, 6 if request[3] else 4)))
        return meter(request) if request[1] == 3 else [(0.0, refusal)]

    peer.answer = answer
    (own,) = plug(peer.port).next(LineCounters, lambda event: bool(event.meters)).meters
    assert sum(count for _, count in own.exception_codes) == own.exceptions
    assert {code for code, _ in own.exception_codes} == {4, 6}


def test_a_meter_that_refuses_gaps_is_asked_without_them(peer, plug, crc) -> None:
    def answer(request: bytes) -> list[tuple[float, bytes]]:
        return meter(request) if request[5] <= 4 else [(0.0, crc(bytes((request[0], 0x84, 2))))]

    peer.answer = answer
    event = plug(peer.port).next(MeterRead)
    assert good(event) and len(event.readings) == len(VALUES)


def test_all_that_passes_can_be_recorded_and_read_again(peer, tmp_path) -> None:
    peer.answer = meter
    events: queue.Queue[LineEvent] = queue.Queue()
    config, meters = (
        LineConfig("line_1", peer.port, baud=115_200),
        [MeterOnLine("m", 25, SDM630, poll_s=60.0)],
    )
    with (tmp_path / "line_1.trace").open("w") as file:
        poller = LinePoller(config, meters, None, Clock(), events, record=file)
        poller.start()
        while not isinstance(events.get(timeout=PATIENCE_S), MeterRead):
            pass
        poller.stop()
    frames = list(frames_in(read_trace(tmp_path / "line_1.trace")))
    assert len(frames) >= 2 and len(frames) % 2 == 0
    assert all(frame.decoded is not None and frame.decoded.valid for frame in frames)


def test_the_line_counts_what_passes(peer, plug) -> None:
    peer.answer = meter
    counters = plug(peer.port).next(LineCounters, lambda event: bool(event.frames))
    sent, came = counters.frames[0], counters.frames[1]
    assert sent.sent and not came.sent and sent.data[0] == came.data[0]
    figures, (own,) = counters.figures, counters.meters
    assert counters.connected and figures.ok > 0 and figures.timeouts == 0
    assert 0 < figures.load <= 1 and figures.latency_p95_ms >= figures.latency_p50_ms > 0
    assert own.meter == "mill_25" and own.ok == figures.ok and own.last_ok_ms is not None


@pytest.mark.expects_log
def test_a_missing_port_is_named_once_and_taken_up_when_it_comes(tmp_path, make_peer, plug) -> None:
    line = plug(str(tmp_path / "line"))
    changed = line.next(LineChanged)
    assert (changed.connected, changed.code) == (False, "port_missing")
    assert str(tmp_path / "line") in changed.sentence and "\n" not in changed.sentence
    assert {reading.reason for reading in line.next(MeterRead, bad).readings} == {Reason.PORT_MISSING}
    assert line.next(LineCounters).reason == changed.sentence
    make_peer().answer = meter
    assert line.next(LineChanged).connected  # no second message in between
    assert line.next(MeterRead, good)


@pytest.mark.expects_log
def test_a_port_that_is_pulled_out_and_put_back_is_read_again(make_peer, plug) -> None:
    peer = make_peer()
    peer.answer = meter
    line = plug(peer.port)
    line.next(MeterRead, good)
    peer.close()
    lost = line.next(LineChanged, lambda event: not event.connected)
    assert lost.code == "port_lost" and peer.port in lost.sentence
    gap = line.next(MeterRead, bad)
    assert {reading.reason for reading in gap.readings} == {Reason.PORT_MISSING}
    make_peer().answer = meter
    assert line.next(LineChanged, lambda event: event.connected)
    assert line.next(MeterRead, good)


@pytest.mark.expects_log
@pytest.mark.parametrize("by_number", [True, False])
def test_a_line_follows_its_adapter_to_another_port_name(make_peer, plug, plug_in, by_number) -> None:
    peer = make_peer()
    peer.answer = meter
    device = str(Path(peer.port).resolve())
    plug_in(device, "A1")
    line = plug("usb:A1" if by_number else device)
    line.next(MeterRead, good)
    peer.close()
    line.next(LineChanged, lambda event: not event.connected)
    spare = os.openpty()  # takes the old name, so that the adapter comes back under another
    peer = make_peer()
    peer.answer = meter
    plug_in(str(Path(peer.port).resolve()), "A1")
    assert str(Path(peer.port).resolve()) != device
    assert line.next(LineChanged).connected and line.next(MeterRead, good)
    for descriptor in spare:
        os.close(descriptor)


@pytest.mark.expects_log
def test_a_busy_port_is_said_and_taken_over_when_it_is_free(peer, plug) -> None:
    peer.answer = meter
    other = os.open(peer.port, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(other, fcntl.LOCK_EX)
    line = plug(peer.port)
    changed = line.next(LineChanged)
    assert (changed.connected, changed.code) == (False, "port_busy")
    assert "in use" in changed.sentence
    os.close(other)
    assert line.next(MeterRead, good)


@pytest.mark.expects_log
@pytest.mark.parametrize(
    ("port", "code"),
    [
        ("tcp://nowhere", "port_unusable"),
        ("tcp://127.0.0.1:1", "port_missing"),
        ("rtu+tcp://127.0.0.1:1", "port_missing"),
        ("tcp://plc..local:502", "port_missing"),
    ],
)
def test_an_address_where_nothing_answers_is_a_sentence(plug, port: str, code: str) -> None:
    changed = plug(port).next(LineChanged)
    assert (changed.connected, changed.code) == (False, code)
    assert changed.sentence.startswith(port)


@pytest.mark.expects_log
def test_a_file_that_is_no_port_is_a_sentence(tmp_path, plug) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a port")
    changed = plug(str(file)).next(LineChanged)
    assert (changed.connected, changed.code) == (False, "port_unusable")
    assert str(file) in changed.sentence and file.read_text() == "not a port"


def test_a_stop_ends_the_thread_while_it_waits_for_a_silent_meter(peer, plug) -> None:
    asked = threading.Event()

    def answer(request: bytes) -> list[tuple[float, bytes]]:
        asked.set()
        return []

    peer.answer = answer
    line = plug(peer.port)
    assert asked.wait(PATIENCE_S)
    line.poller.stop()
    assert not line.poller.is_alive()
    other = os.open(peer.port, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the port was given back
    os.close(other)


def test_modbus_tcp_and_a_serial_gateway_are_read_alike(plug, crc) -> None:
    for scheme in ("tcp", "rtu+tcp"):
        with socket.create_server(("127.0.0.1", 0)) as server:
            serving = threading.Thread(target=serve, args=(server, scheme == "tcp"), name="gateway")
            serving.start()
            line = plug(f"{scheme}://127.0.0.1:{server.getsockname()[1]}")
            assert line.next(MeterRead, good)
            line.poller.stop()
            serving.join()


def serve(server: socket.socket, tcp_framing: bool) -> None:
    """Answers one connection until it ends."""
    connection, _ = server.accept()
    with connection:
        while request := connection.recv(260):
            rtu = request[6:] + b"\0\0" if tcp_framing else request
            reply = meter(rtu)[0][1]
            if tcp_framing:
                reply = request[:4] + struct.pack(">H", len(reply) - 2) + reply[:-2]
            connection.sendall(reply)
