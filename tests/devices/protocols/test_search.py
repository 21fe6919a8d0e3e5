"""Which bytes count as the reply to a request, in the protocols beside Modbus RTU and TCP."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.framing import Framing
from devices.modbus import Request
from devices.protocols import cjt188, dlt645, iec62056, mbus
from devices.request import Fault, LineRequest

VOLUMES = bytes.fromhex("1F9000 78563412 2C 00000000 2C 30150820032620 0000".replace(" ", ""))


@dataclass(frozen=True)
class Case:
    """A request, its reply, the payload in it, and the reply of another device."""

    request: LineRequest
    reply: bytes
    payload: bytes
    foreign: bytes


METER = dlt645.Dlt645Frame("000000000161", 0x91, bytes.fromhex("00000100 26000000"))
WATER = cjt188.Cjt188Frame(0x10, "78330011223344", 0x81, VOLUMES)
CASES = {
    "dlt645": Case(
        dlt645.read_data(METER.address, 0x00010000, 4),
        dlt645.raw_frame(METER),
        b"\x91" + METER.data,
        dlt645.raw_frame(dlt645.Dlt645Frame("000000000162", 0x91, METER.data)),
    ),
    "cjt188": Case(
        cjt188.read_measured(0x10, WATER.address),
        cjt188.raw_frame(WATER),
        b"\x10\x81" + VOLUMES,
        cjt188.raw_frame(cjt188.Cjt188Frame(0x10, "78330011223345", 0x81, VOLUMES)),
    ),
    "m-bus": Case(
        mbus.read_request(1),
        mbus.long_frame(8, 1, 0x72, b"\x01" * 12),
        b"\x72" + b"\x01" * 12,
        mbus.long_frame(8, 2, 0x72, b"\x01" * 12),
    ),
    "iec62056-21": Case(
        iec62056.RegisterRead("", "1.8.0"),
        iec62056.data_frame("1.8.0(000123.4*kWh)"),
        b"1.8.0(000123.4*kWh)",
        iec62056.data_frame("2.8.0(000123.4*kWh)"),
    ),
    "modbus-ascii": Case(
        Request(17, 3, 0x6B, 1, framing=Framing.ASCII),
        b":1103020000EA\r\n",
        b"\x03\x02\x00\x00",
        b":1203020000E9\r\n",
    ),
}
every = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@every
def test_a_reply_is_accepted_once_it_is_whole(case: Case) -> None:
    sent = case.request.frame()
    for length in range(len(case.reply)):
        scan = case.request.scan(case.reply[:length], sent, final=False)
        assert scan.payload is None and scan.missing <= len(case.reply) - length
    assert case.request.scan(case.reply, sent, final=False).payload == case.payload
    assert case.request.reply_length in (0, len(case.reply))


@every
def test_an_echo_of_the_request_and_noise_are_passed_over(case: Case) -> None:
    sent = case.request.frame()
    assert case.request.scan(sent + case.reply, sent, final=True).payload == case.payload
    assert case.request.scan(b"\x00\xff" + case.reply, sent, final=True).payload == case.payload
    assert case.request.scan(sent, sent, final=True).payload is None


@every
def test_the_reply_of_another_is_a_stray_and_ours_behind_it_is_found(case: Case) -> None:
    sent = case.request.frame()
    alone = case.request.scan(case.foreign, sent, final=True)
    assert alone.payload is None and alone.strays == (case.foreign,)
    scan = case.request.scan(case.foreign + case.reply, sent, final=False)
    assert (scan.payload, scan.strays) == (case.payload, (case.foreign,))


@every
def test_a_reply_with_one_bit_wrong_is_never_believed(case: Case) -> None:
    sent = case.request.frame()
    for at in range(len(case.reply)):
        for bit in range(8):
            damaged = bytearray(case.reply)
            damaged[at] ^= 1 << bit
            scan = case.request.scan(bytes(damaged), sent, final=True)
            # Hexadecimal digits may change their case: the same message.
            same = case.reply.startswith(b":") and bytes(damaged).upper() == case.reply.upper()
            assert scan.payload in ((case.payload,) if same else (None,)), bytes(damaged)


@every
@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=12).filter(lambda noise: iec62056.NAK not in noise))  # NAK is a refusal
def test_a_reply_behind_any_noise_is_found_at_the_end(case: Case, noise: bytes) -> None:
    scan = case.request.scan(noise + case.reply, case.request.frame(), final=True)
    assert scan.payload == case.payload


def test_a_wildcard_is_answered_with_the_meters_own_address() -> None:
    request = dlt645.read_data("AAAAAAAAAAAA", 0x00010000, 4)
    reply = dlt645.raw_frame(METER)
    assert request.scan(reply, request.frame(), final=False).payload == b"\x91" + METER.data


def test_a_late_reply_of_another_identifier_is_not_believed() -> None:
    request = dlt645.read_data(METER.address, 0x00020000, 4)
    scan = request.scan(dlt645.raw_frame(METER), request.frame(), final=True)
    assert (scan.payload, scan.fault) == (None, Fault.WRONG_REPLY)


def test_a_dlt645_refusal_is_an_answer_that_names_the_reason() -> None:
    request = dlt645.read_data("123456789012", 0x00010000, 4)
    scan = request.scan(bytes.fromhex("68129078563412 68D101358D16"), request.frame(), final=False)
    assert scan.payload is not None and scan.refused
    assert [value.name for value in dlt645.reply_values(scan.payload)] == ["error: no such data"]


def test_data_in_several_frames_are_joined() -> None:
    first = dlt645.Dlt645Frame(METER.address, 0xB1, bytes.fromhex("00FF0100 26000000 01000000"))
    second = dlt645.Dlt645Frame(METER.address, 0x92, bytes.fromhex("00FF0100 02000000 01"))
    one = dlt645.read_data(METER.address, 0x0001FF00)
    two = dlt645.read_following(METER.address, 0x0001FF00, 1)
    head = one.scan(dlt645.raw_frame(first), one.frame(), final=False).payload
    tail = two.scan(dlt645.raw_frame(second), two.frame(), final=False).payload
    assert head is not None and tail is not None
    assert dlt645.has_more(head) and not dlt645.has_more(tail)
    values = dlt645.reply_values(dlt645.joined_payload(head, tail))
    assert [value.value for value in values] == [0.26, 0.01, 0.02]
    assert [value.name_zh for value in values] == [
        "（当前）正向有功总电能",
        "（当前）正向有功费率1（尖）电能",
        "（当前）正向有功费率2（峰）电能",
    ]


@pytest.mark.parametrize("code", [*range(0x11), *range(0x14, 0x100)])
def test_no_other_control_code_than_the_three_of_reading_can_be_sent(code: int) -> None:
    with pytest.raises(ValueError, match="ReadCode"):
        dlt645.build_frame(METER.address, code, b"")


@pytest.mark.parametrize("command", ["W1", "W2", "W5", "E2"])
def test_no_programming_command_that_writes_can_be_sent(command: str) -> None:
    with pytest.raises(ValueError, match="Command"):
        iec62056.command_frame(command)


def test_water_is_decoded_with_its_unit() -> None:
    values = cjt188.reply_values(b"\x10\x81" + VOLUMES)
    assert [(value.value, value.unit) for value in values[:2]] == [(123456.78, "m³"), (0.0, "m³")]
    assert [value.value for value in values[2:]] == ["2026-03-20T08:15:30", "open", "good"]


def test_seven_bit_characters_survive_a_port_of_eight_bits() -> None:
    text = bytes(range(0x80))
    assert iec62056.without_parity(iec62056.with_even_parity(text)) == text
    assert iec62056.without_parity(b"\x01") == b"\xff"
