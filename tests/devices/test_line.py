"""The discipline of a line on a real pseudo-terminal: each fault, and no wrong value believed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.clock import Clock
from devices.meter_poll import confirmed
from devices.modbus import read_request
from devices.reading import Reason

VOLTS = read_request(1, 4, 0, 2)
OTHER_PLACE = read_request(1, 4, 0x0C, 2)
LONGER = read_request(1, 4, 0, 4)
REPLY = bytes.fromhex("01 04 04 43 66 33 34 1B 38")
WATTS = bytes.fromhex("01 04 04 43 C9 AA 46 C1 6C")
REGISTERS = (0x4366, 0x3334)


def always(*parts: tuple[float, bytes]) -> Callable[[bytes], list[tuple[float, bytes]]]:
    def answer(request: bytes) -> list[tuple[float, bytes]]:
        return list(parts)

    return answer


def test_a_good_reply_is_read(peer, line, timing) -> None:
    peer.answer = always((0.0, REPLY))
    exchange = line.exchange(VOLTS, timing)
    assert (exchange.reason, exchange.registers, exchange.believable) == (Reason.NONE, REGISTERS, True)
    assert exchange.frames == "01 04 00 00 00 02 71 CB > 01 04 04 43 66 33 34 1B 38"


@pytest.mark.parametrize(
    "parts",
    [
        [(0.0, b"\x00" + REPLY)],
        [(0.0, b"\x55"), (0.2, REPLY)],
        [(0.0, b"\x01"), (0.2, REPLY)],
        [(0.0, REPLY + b"\xff\x00")],
        [(0.0, REPLY[:4]), (0.05, REPLY[4:])],
        [(0.0, bytes.fromhex("01 04 00 00 00 02 71 CB")), (0.05, REPLY)],
        [(0.25, REPLY)],
        [(0.001 * bool(at), REPLY[at : at + 1]) for at in range(len(REPLY))],
    ],
    ids=["noise", "early noise", "noise like us", "noise after", "pause", "echo", "slow", "byte by byte"],
)
def test_the_line_gets_back_in_step_and_reads_the_value(peer, line, timing, parts) -> None:
    peer.answer = always(*parts)
    for _ in range(2):
        exchange = line.exchange(VOLTS, timing)
        assert (exchange.reason, exchange.registers) == (Reason.NONE, REGISTERS)


def test_another_unit_that_talks_first_does_not_hide_ours(peer, line, timing, crc) -> None:
    peer.answer = always((0.0, crc(bytes.fromhex("02 04 04 00 00 00 00"))), (0.05, REPLY))
    exchange = line.exchange(VOLTS, timing)
    assert exchange.registers == REGISTERS
    assert line.late_frames == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("02 04 04 43 66 33 34", Reason.TIMEOUT),  # another unit only
        ("01 03 04 43 66 33 34", Reason.BAD_REPLY),  # wrong function
        ("01 04 06 43 66 33 34 00 00", Reason.BAD_REPLY),  # one register too long
        ("01 04 02 43 66", Reason.BAD_REPLY),  # one too short
        ("01 84 02", Reason.EXCEPTION),
    ],
)
def test_what_is_not_the_answer_yields_no_value(peer, line, timing, crc, body, reason) -> None:
    peer.answer = always((0.0, crc(bytes.fromhex(body))))
    exchange = line.exchange(VOLTS, timing)
    assert (exchange.reason, exchange.registers) == (reason, ())


def test_a_bad_checksum_is_told_apart_from_silence(peer, line, timing) -> None:
    peer.answer = always((0.0, REPLY[:-1] + b"\x39"))
    assert line.exchange(VOLTS, timing).reason is Reason.BAD_CHECKSUM
    peer.answer = always()
    assert line.exchange(VOLTS, timing).reason is Reason.TIMEOUT
    peer.answer = always((0.0, REPLY[:6]))
    assert line.exchange(VOLTS, timing).reason is Reason.BAD_REPLY


def test_an_echo_at_an_address_that_looks_like_a_byte_count_is_no_value(peer, line, timing) -> None:
    request = read_request(1, 4, 0x0306, 2)
    peer.answer = echo
    exchange = line.exchange(request, timing)
    assert (exchange.reason, exchange.registers) == (Reason.TIMEOUT, ())


def echo(request: bytes) -> list[tuple[float, bytes]]:
    return [(0.0, request)]


def test_a_late_reply_is_not_taken_for_the_next_request(peer, line, timing) -> None:
    answers = [[(0.4, REPLY)], [(0.0, WATTS)]]
    peer.answer = lambda request: answers.pop(0)
    assert line.exchange(VOLTS, timing).reason is Reason.TIMEOUT
    Clock().sleep_s(0.2)
    exchange = line.exchange(OTHER_PLACE, timing)
    # Modbus RTU cannot tell the two apart by themselves, so the second is right or not believed.
    assert exchange.registers == (0x43C9, 0xAA46) or not exchange.believable


def test_a_late_reply_that_meets_the_next_request_gives_way_to_the_one_behind_it(peer, line, timing) -> None:
    answers = [[(0.45, REPLY)], [(0.2, WATTS)]]
    peer.answer = lambda request: answers.pop(0)
    assert line.exchange(VOLTS, timing).reason is Reason.TIMEOUT
    exchange = line.exchange(OTHER_PLACE, timing)
    assert (exchange.registers, exchange.believable) == ((0x43C9, 0xAA46), True)


def test_a_late_reply_instead_of_the_right_one_is_not_believed(peer, line, timing) -> None:
    answers = [[(0.45, REPLY)], [], [(0.0, WATTS)]]
    peer.answer = lambda request: answers.pop(0)
    assert line.exchange(VOLTS, timing).reason is Reason.TIMEOUT
    for _ in range(2):  # the second, too, may have been preceded by a reply that is still on its way
        exchange = line.exchange(OTHER_PLACE, timing)
        assert exchange.reason is Reason.NONE and not exchange.believable


def test_two_late_replies_that_say_the_same_do_not_prove_each_other(peer, line, timing) -> None:
    answers = [[], [], [(0.0, REPLY)], [(0.0, REPLY)]]
    peer.answer = lambda request: answers.pop(0)
    for _ in range(2):
        line.exchange(VOLTS, timing)
    exchange, believable = confirmed(OTHER_PLACE, lambda request: line.exchange(request, timing))
    assert exchange.reason is Reason.NONE and not believable


def test_a_reply_of_a_fresh_length_clears_the_suspicion(peer, line, timing, crc) -> None:
    answers = [
        [(0.45, REPLY)],
        [(0.2, crc(bytes.fromhex("01 04 08 43 66 33 34 00 00 00 00")))],
        [(0.0, REPLY)],
    ]
    peer.answer = lambda request: answers.pop(0)
    line.exchange(VOLTS, timing)
    assert not line.would_be_believed(VOLTS)
    exchange = line.exchange(LONGER, timing)
    assert exchange.registers == (*REGISTERS, 0, 0) and exchange.believable
    assert line.late_frames == 1
    assert line.would_be_believed(VOLTS)
    assert line.exchange(VOLTS, timing).believable


def test_a_late_reply_of_one_unit_does_not_disturb_another(peer, line, timing, crc) -> None:
    answers = [[(0.4, REPLY)], [(0.2, crc(bytes.fromhex("02 04 04 00 01 00 02")))]]
    peer.answer = lambda request: answers.pop(0)
    line.exchange(VOLTS, timing)
    exchange = line.exchange(read_request(2, 4, 0, 2), timing)
    assert (exchange.registers, exchange.believable) == ((1, 2), True)
    assert line.late_frames == 1


def test_what_came_unasked_is_dropped_before_the_next_request(peer, line, timing) -> None:
    peer.send(WATTS)
    peer.answer = always((0.0, REPLY))
    assert line.exchange(VOLTS, timing).registers == REGISTERS
    assert line.late_frames == 1


def test_the_line_is_silent_before_each_request(peer, line, timing) -> None:
    peer.answer = always((0.0, REPLY))
    for _ in range(5):
        line.exchange(VOLTS, timing)
    gaps = [later - earlier for earlier, later in zip(peer.came_s, peer.came_s[1:], strict=False)]
    assert min(gaps) > 3.5 * 10 / 9600


def test_the_trace_keeps_what_passed(peer, line, timing) -> None:
    peer.answer = always((0.0, REPLY))
    line.exchange(VOLTS, timing)
    assert [(frame.sent, frame.data.hex()) for frame in line.trace] == [
        (True, "01040000000271cb"),
        (False, REPLY.hex()),
    ]
