"""Golden frames of Modbus RTU, and what counts as a reply."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU

from devices.modbus import (
    Framing,
    Request,
    decode_reply,
    raw_value,
    read_request,
    request_frame,
    scan_rtu,
    scan_tcp,
    whole_frame,
    write_request,
)
from devices.profile import ValueType
from devices.request import Fault

VOLTS = read_request(1, 4, 0, 2)
VOLTS_SENT = bytes.fromhex("01 04 00 00 00 02 71 CB")
VOLTS_REPLY = bytes.fromhex("01 04 04 43 66 33 34 1B 38")

REAL_READINGS = [
    ("01 04 00 00 00 02 71 CB", "01 04 04 43 66 33 34 1B 38", 1, 4, 0, 230.2),
    ("01 04 00 00 00 02 71 CB", "01 04 04 43 67 AF 55 E2 10", 1, 4, 0, 231.685),
    ("01 04 00 08 00 02 F0 09", "01 04 04 40 88 FA 31 ED 1A", 1, 4, 8, 4.2805),
    ("01 04 00 0C 00 02 B1 C8", "01 04 04 43 C9 AA 46 C1 6C", 1, 4, 12, 403.33),
    ("01 03 4A 38 00 02 53 DE", "01 03 04 00 00 00 00 FA 33", 1, 3, 0x4A38, 0.0),
]


@pytest.mark.parametrize(("sent", "reply", "unit", "fc", "address", "value"), REAL_READINGS)
def test_captured_replies_decode_to_what_the_meter_showed(
    sent: str, reply: str, unit: int, fc: int, address: int, value: float
) -> None:
    request = read_request(unit, fc, address, 2)
    assert request_frame(request) == bytes.fromhex(sent)
    scan = scan_rtu(bytes.fromhex(reply), request, bytes.fromhex(sent))
    assert scan.payload is not None
    registers, exception = decode_reply(scan.payload)
    assert exception == 0
    assert raw_value(registers, ValueType.F32, "big") == pytest.approx(value, rel=2e-5)


def test_twelve_registers_of_a_real_meter_keep_their_order() -> None:
    request = read_request(4, 3, 0x6275, 12)
    sent = bytes.fromhex("04 03 62 75 00 0C 4B F8")
    assert request_frame(request) == sent
    reply = "04 03 18 01 E8 08 EC 08 E8 0F 7D 00 29 00 29 00 10 00 2F 03 B6 FF 90 04 22 00 14 F0 98"
    scan = scan_rtu(bytes.fromhex(reply), request, sent)
    assert scan.payload is not None
    assert decode_reply(scan.payload)[0][:4] == (0x01E8, 0x08EC, 0x08E8, 0x0F7D)


def test_three_registers_of_the_specification_decode() -> None:
    request = read_request(0x11, 3, 0x6B, 3)
    sent = bytes.fromhex("11 03 00 6B 00 03 76 87")
    assert request_frame(request) == sent
    scan = scan_rtu(bytes.fromhex("11 03 06 AE 41 56 52 43 40 49 AD"), request, sent)
    assert scan.payload is not None
    assert decode_reply(scan.payload)[0] == (0xAE41, 0x5652, 0x4340)


def test_a_write_of_two_registers_matches_the_specification() -> None:
    request = write_request(1, 1, (10, 258))
    sent = request_frame(request)
    assert sent == bytes.fromhex("01 10 00 01 00 02 04 00 0A 01 02 92 30")
    scan = scan_rtu(bytes.fromhex("01 10 00 01 00 02 10 08"), request, sent)
    assert scan.payload is not None and decode_reply(scan.payload) == ((), 0)


def test_an_exception_is_an_answer_at_once() -> None:
    request = read_request(1, 3, 0, 2)
    scan = scan_rtu(bytes.fromhex("01 83 02 C0 F1"), request, request_frame(request))
    assert scan.payload is not None and decode_reply(scan.payload) == ((), 2)


@pytest.mark.parametrize("printed", ["01 03 00 00 00 14 C4 0B", "01 10 00 14 00 02 04 42 70 00 00 67 D5"])
def test_frames_that_a_maker_printed_with_a_wrong_checksum_are_no_frames(printed: str) -> None:
    assert whole_frame(bytes.fromhex(printed)) == b""


def scan_all(received: bytes, request: Request = VOLTS, sent: bytes = VOLTS_SENT) -> Fault:
    """The fault that is left at the end; no prefix of the bytes may be accepted either."""
    for length in range(len(received) + 1):
        assert scan_rtu(received[:length], request, sent).payload is None
    scan = scan_rtu(received, request, sent, final=True)
    assert scan.payload is None
    return scan.fault


def test_a_damaged_reply_is_a_bad_checksum_whichever_byte_is_hit() -> None:
    for at in range(3, len(VOLTS_REPLY)):
        damaged = bytearray(VOLTS_REPLY)
        damaged[at] ^= 0x10
        assert scan_all(bytes(damaged)) is Fault.BAD_CHECKSUM


def test_a_truncated_reply_is_never_believed() -> None:
    for length in range(1, len(VOLTS_REPLY)):
        assert scan_all(VOLTS_REPLY[:length]) is Fault.NOISE


def test_a_reply_of_another_unit_is_passed_over(crc) -> None:
    other = crc(bytes((2,)) + VOLTS_REPLY[1:-2])
    assert scan_all(other) is Fault.OTHER_UNIT
    scan = scan_rtu(other + VOLTS_REPLY, VOLTS, VOLTS_SENT)
    assert scan.payload == VOLTS_REPLY[1:-2] and scan.strays == (other,)


def test_a_reply_one_register_too_long_is_not_cut_to_size(crc) -> None:
    assert scan_all(crc(bytes.fromhex("01 04 06 43 66 33 34 00 00"))) is Fault.WRONG_REPLY


def test_a_reply_whose_byte_count_lies_is_not_believed(crc) -> None:
    assert scan_all(crc(bytes.fromhex("01 04 04 43 66 33 34 00 00"))) is Fault.BAD_CHECKSUM


def test_another_function_is_not_an_answer(crc) -> None:
    assert scan_all(crc(bytes.fromhex("01 03 04 43 66 33 34"))) is Fault.WRONG_REPLY


@pytest.mark.parametrize("address", [0x0200, 0x0300, 0x0306, 0x0400, 0x0402])
def test_the_echo_of_a_request_is_no_reply(address: int) -> None:
    request = read_request(1, 4, address, 2)
    sent = request_frame(request)
    assert scan_all(sent, request, sent) is Fault.SILENCE
    assert scan_rtu(sent + VOLTS_REPLY, request, sent).payload == VOLTS_REPLY[1:-2]


def test_the_echo_of_a_write_does_not_confirm_it() -> None:
    request = write_request(100, 16, (0, 7, 2))
    sent = request_frame(request)
    assert scan_all(sent, request, sent) is Fault.SILENCE


def test_noise_before_a_reply_is_skipped() -> None:
    for noise in (b"\x00", b"\x01", b"\x01\x04", b"\xff\x01\x04", b"\x55" * 20):
        assert scan_rtu(noise + VOLTS_REPLY, VOLTS, VOLTS_SENT).payload == VOLTS_REPLY[1:-2], noise


def test_noise_that_looks_like_a_header_hides_the_reply_only_until_the_line_is_silent() -> None:
    noise = bytes.fromhex("01 04 04")
    assert scan_rtu(noise + VOLTS_REPLY, VOLTS, VOLTS_SENT, final=True).payload == VOLTS_REPLY[1:-2]


def test_modbus_tcp_tells_late_replies_by_their_number() -> None:
    sent = request_frame(VOLTS, Framing.TCP, 7)
    assert sent == bytes.fromhex("00 07 00 00 00 06 01 04 00 00 00 02")
    late = bytes.fromhex("00 06 00 00 00 07 01 04 04 00 00 00 00")
    ours = bytes.fromhex("00 07 00 00 00 07 01 04 04 43 66 33 34")
    for length in range(len(late + ours)):
        assert scan_tcp((late + ours)[:length], VOLTS, 7).payload is None
    scan = scan_tcp(late + ours, VOLTS, 7)
    assert scan.payload == VOLTS_REPLY[1:-2] and scan.strays == (late,)


@pytest.mark.parametrize("lost", range(1, 5))
def test_a_modbus_tcp_reply_cut_short_is_not_filled_up_with_the_next_frame(lost: int) -> None:
    ours = bytes.fromhex("00 07 00 00 00 07 01 04 04 43 66 33 34")
    late = bytes.fromhex("00 06 00 00 00 07 01 04 04 00 00 00 00")
    assert scan_tcp(ours[:-lost] + late, VOLTS, 7).payload is None
    assert scan_tcp(ours + late, VOLTS, 7).payload == VOLTS_REPLY[1:-2]


@pytest.mark.parametrize(
    "reply",
    [
        "00 07 00 00 00 07 02 04 04 43 66 33 34",  # another unit
        "00 07 00 00 00 07 01 03 04 43 66 33 34",  # another function
        "00 07 00 00 00 09 01 04 06 43 66 33 34 00 00",  # one register too long
        "00 07 00 01 00 07 01 04 04 43 66 33 34",  # not Modbus
    ],
)
def test_modbus_tcp_replies_that_do_not_fit_are_refused(reply: str) -> None:
    assert scan_tcp(bytes.fromhex(reply), VOLTS, 7).payload is None


@pytest.mark.parametrize(
    ("words", "kind", "order", "value"),
    [
        ((0x8000, 0x0000), ValueType.S32, "big", -(2**31)),
        ((0x0000, 0x8000), ValueType.S32, "little", -(2**31)),
        ((0x0001, 0x86A0), ValueType.U32, "big", 100_000),
        ((0, 0, 1, 0), ValueType.U64, "big", 65_536),
        ((0xFFFE,), ValueType.S16, "big", -2),
        ((0x4050, 0, 0, 0), ValueType.F64, "big", 64.0),
    ],
)
def test_numbers_lie_in_registers_as_the_profile_says(words, kind, order, value) -> None:
    assert raw_value(words, kind, order) == value


REGISTERS = st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=40)


@settings(derandomize=True, max_examples=120, deadline=None)
@given(registers=REGISTERS, at=st.integers(0, 200), bits=st.integers(1, 255), before=st.binary(max_size=6))
def test_no_burst_of_damage_changes_a_value(registers, at: int, bits: int, before: bytes) -> None:
    request = read_request(25, 4, 0, len(registers))
    sent = request_frame(request)
    reply = bytearray(rtu(struct.pack(f">BBB{len(registers)}H", 25, 4, 2 * len(registers), *registers)))
    assert scan_rtu(before + bytes(reply), request, sent, final=True).payload == bytes(reply[1:-2])
    reply[at % len(reply)] ^= bits
    scan = scan_rtu(before + bytes(reply), request, sent, final=True)
    assert scan.payload is None


@settings(derandomize=True, max_examples=120, deadline=None)
@given(registers=REGISTERS, at=st.integers(0, 200), gone=st.integers(1, 4), after=st.binary(max_size=8))
def test_no_lost_bytes_change_a_value(registers, at: int, gone: int, after: bytes) -> None:
    request = read_request(25, 4, 0, len(registers))
    reply = rtu(struct.pack(f">BBB{len(registers)}H", 25, 4, 2 * len(registers), *registers))
    at %= len(reply)
    received = reply[:at] + reply[at + gone :] + after
    scan = scan_rtu(received, request, request_frame(request), final=True)
    assert scan.payload is None or decode_reply(scan.payload)[0] == tuple(registers)


def rtu(body: bytes) -> bytes:
    return body + FramerRTU.compute_CRC(body).to_bytes(2, "big")
