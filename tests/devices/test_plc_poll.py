"""Writing to the PLC: once, never blindly again, and believed only when read back."""

from __future__ import annotations

import queue
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec
import pytest
from pymodbus.framer import FramerRTU

from devices.clock import Clock
from devices.plc import PlcAction, load_plc_profile
from devices.poller import (
    LineConfig,
    LineEvent,
    LinePoller,
    PlcOnLine,
    PlcRead,
    WriteCommand,
    WriteDone,
    WriteOutcome,
)
from devices.profile import DeviceTiming

PROFILE = msgspec.structs.replace(
    load_plc_profile("mill_plc"),
    timing=DeviceTiming(turnaround_ms=5, turnaround_max_ms=150, min_gap_ms=0, device_switch_ms=0),
)
PLC = PlcOnLine("plc", 100, PROFILE, ("mill_25", "mill_26"), poll_s=0.5)
PATIENCE_S = 20.0
START = WriteCommand(7, "mill_26", 0x0001_0005, PlcAction.START)


@dataclass
class Plc:
    """The registers of two mills behind a peer, with the ways in which a write can go wrong."""

    holding: list[int] = field(default_factory=lambda: [0] * 32)
    input: list[int] = field(default_factory=lambda: [0] * 32)
    writes: int = 0
    executed: int = 0
    result: int = 0
    lose_requests: int = 0
    lose_replies: int = 0
    executes: bool = True
    dead: bool = False
    dead_after_write: bool = False
    stored_action: int | None = None

    def __call__(self, request: bytes) -> list[tuple[float, bytes]]:
        if self.dead:
            return []
        unit, fc, address, count = struct.unpack(">BBHH", request[:6])
        if fc == 16:
            return self._written(request[:6], address, struct.unpack(">3H", request[7:13]))
        registers = (self.holding if fc == 3 else self.input)[address : address + count]
        return reply(bytes((unit, fc, 2 * count)) + struct.pack(f">{count}H", *registers))

    def _written(self, start: bytes, address: int, words: tuple[int, ...]) -> list[tuple[float, bytes]]:
        self.writes += 1
        self.dead = self.dead_after_write
        if self.lose_requests:
            self.lose_requests -= 1
            return []
        self.holding[address : address + 3] = words
        if self.stored_action is not None:
            self.holding[address + 2] = self.stored_action
        if self.executes and [words[0], words[1]] != self.input[address + 2 : address + 4]:
            self.executed += 1
            self.input[address + 2 : address + 5] = [words[0], words[1], self.result]
        if self.lose_replies or self.dead:
            self.lose_replies -= 1
            return []
        return reply(start)


def reply(body: bytes) -> list[tuple[float, bytes]]:
    return [(0.0, body + FramerRTU.compute_CRC(body).to_bytes(2, "big"))]


Write = Callable[[WriteCommand], WriteDone]


@pytest.fixture
def plc(peer) -> Plc:
    peer.answer = Plc()
    return peer.answer


@pytest.fixture
def events() -> queue.Queue[LineEvent]:
    return queue.Queue()


@pytest.fixture
def poller(peer, plc, events) -> Iterator[LinePoller]:
    poller = LinePoller(LineConfig("line_2", peer.port, baud=115_200), [], PLC, Clock(), events)
    poller.start()
    next_of(events, PlcRead)
    yield poller
    poller.stop()


@pytest.fixture
def write(poller, events) -> Write:
    def submit(command: WriteCommand) -> WriteDone:
        poller.submit(command)
        return next_of(events, WriteDone)

    return submit


def next_of(events, kind):
    while True:
        event = events.get(timeout=PATIENCE_S)
        if isinstance(event, kind):
            return event


def test_the_status_of_all_machines_is_read(poller, plc, events) -> None:
    plc.input[16:21] = [0b10011, 4, 0, 9, 0]
    read = next_of(events, PlcRead)
    while not read.machines["mill_26"].running:
        read = next_of(events, PlcRead)
    status = read.machines["mill_26"]
    assert status.charged and status.remote and not status.local and not status.interlock
    assert (status.starts_count, status.last_sequence) == (4, 9)
    assert not read.machines["mill_25"].running


def test_a_command_is_written_once_and_read_back(write, plc) -> None:
    done = write(START)
    assert (done.command_id, done.outcome, done.detail) == (7, WriteOutcome.VERIFIED, "")
    assert (plc.writes, plc.executed) == (1, 1)
    assert plc.holding[16:19] == [1, 5, 2] and plc.holding[:3] == [0, 0, 0]
    assert done.read_back_ms is not None and done.read_back_ms >= done.t_ms
    pairs = [line.split(" > ") for line in done.frames.splitlines()]
    assert any(sent.startswith("64 10 00 10 00 03 06 00 01 00 05 00 02") for sent, _ in pairs)
    assert all(received != "no reply" for _, received in pairs)


def test_what_was_read_back_shows_in_the_status(write, plc, events) -> None:
    write(START)
    assert next_of(events, PlcRead).machines["mill_26"].last_action == PlcAction.START


@pytest.mark.parametrize(
    ("result", "code"),
    [(1, "local_control"), (2, "interlock"), (3, "not_charged"), (4, "not_remote"), (9, "refused")],
)
def test_a_refusal_of_the_plc_is_told_with_its_reason(write, plc, result: int, code: str) -> None:
    plc.result = result
    done = write(START)
    assert (done.outcome, done.detail, plc.writes) == (WriteOutcome.REFUSED, code, 1)


def test_a_lost_reply_is_not_a_lost_write(write, plc) -> None:
    plc.lose_replies = 1
    done = write(START)
    assert done.outcome is WriteOutcome.VERIFIED
    assert (plc.writes, plc.executed) == (1, 1)
    assert "no reply" in done.frames


def test_a_write_that_did_not_arrive_is_written_again_only_after_reading_back(write, plc, peer) -> None:
    plc.lose_requests = 1
    done = write(START)
    assert done.outcome is WriteOutcome.VERIFIED
    assert (plc.writes, plc.executed) == (2, 1)
    functions = [request[1] for request in peer.requests]
    first = functions.index(16)
    second = functions.index(16, first + 1)
    assert 3 in functions[first:second] and 4 in functions[first:second]


def test_a_write_that_never_arrives_is_given_up(write, plc) -> None:
    plc.lose_requests = 10
    done = write(START)
    assert (done.outcome, done.detail) == (WriteOutcome.FAILED, "not_written")
    assert (plc.writes, plc.executed) == (2, 0)


def test_after_a_write_that_nobody_can_read_back_the_outcome_is_unknown(write, plc) -> None:
    plc.dead_after_write = True
    done = write(START)
    assert (done.outcome, done.detail) == (WriteOutcome.UNKNOWN, "no_read_back")
    assert plc.writes == 1


@pytest.mark.expects_log
def test_nothing_is_written_to_a_plc_that_does_not_answer(write, plc) -> None:
    plc.dead = True
    done = write(START)
    assert (done.outcome, done.detail, plc.writes) == (WriteOutcome.FAILED, "no_answer", 0)


def test_a_command_that_was_executed_before_a_restart_is_not_written_again(write, plc) -> None:
    assert write(START).outcome is WriteOutcome.VERIFIED
    assert write(START).outcome is WriteOutcome.VERIFIED
    assert (plc.writes, plc.executed) == (1, 1)


def test_an_older_command_than_the_last_is_refused(write, plc) -> None:
    write(START)
    done = write(WriteCommand(8, "mill_26", START.sequence - 1, PlcAction.PAUSE))
    assert (done.outcome, done.detail, plc.writes) == (WriteOutcome.REFUSED, "newer_sequence", 1)


def test_a_read_back_that_differs_is_a_failure(write, plc) -> None:
    plc.stored_action = 3
    done = write(START)
    assert (done.outcome, done.detail, plc.writes) == (WriteOutcome.FAILED, "read_back_differs", 1)


def test_a_command_that_is_stored_but_not_executed_is_a_failure(write, plc) -> None:
    plc.executes = False
    done = write(START)
    assert (done.outcome, done.detail, plc.writes) == (WriteOutcome.FAILED, "not_executed", 1)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (WriteCommand(1, "mill_99", 3, PlcAction.START), "unknown_machine"),
        (WriteCommand(1, "mill_25", 0, PlcAction.START), "bad_sequence"),
    ],
)
def test_what_may_not_be_written_is_refused_before_a_byte_leaves(write, plc, command, code) -> None:
    done = write(command)
    assert (done.outcome, done.detail, plc.writes) == (WriteOutcome.REFUSED, code, 0)


@pytest.mark.expects_log
def test_a_command_for_a_line_without_its_port_is_answered(tmp_path, events) -> None:
    poller = LinePoller(LineConfig("line_2", str(tmp_path / "none")), [], PLC, Clock(), events)
    poller.start()
    poller.submit(START)
    done = next_of(events, WriteDone)
    poller.stop()
    assert (done.outcome, done.detail) == (WriteOutcome.FAILED, "port_missing")


def test_a_command_for_a_line_without_a_plc_is_refused(peer, events) -> None:
    poller = LinePoller(LineConfig("line_1", peer.port), [], None, Clock(), events)
    poller.start()
    poller.submit(START)
    done = next_of(events, WriteDone)
    poller.stop()
    assert (done.outcome, done.detail) == (WriteOutcome.REFUSED, "no_plc")
