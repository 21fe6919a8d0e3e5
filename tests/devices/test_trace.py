"""Bytes of a line taken apart: frames of every protocol one after the other, and noise between them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devices.clock import Clock
from devices.frames import frame_bytes
from devices.framing import Framing
from devices.trace import ReplayTransport, TracePiece, frames_in, split

FRAMES = {
    "01 04 00 00 00 02 71 CB": "modbus-rtu",
    "01 04 04 43 66 33 34 1B 38": "modbus-rtu",
    "FE FE FE FE 68 61 01 00 00 00 00 68 11 04 33 33 34 33 14 16": "dlt645",
    "68 61 01 00 00 00 00 68 91 08 33 33 34 33 59 33 33 33 8A 16": "dlt645",
    "FE FE FE FE 68 10 44 33 22 11 00 33 78 01 03 1F 90 00 80 16": "cjt188",
    "10 5B 01 5C 16": "m-bus",
    "02 1.8.0(1) 03 0A": "iec62056-21",
    ":1103006B00037E": "modbus-ascii",
    "00 07 00 00 00 06 11 03 00 6B 00 03": "modbus-tcp",
}


def test_frames_of_every_protocol_are_told_apart_in_one_stretch() -> None:
    raw = [frame_bytes(text) + (b"\r\n" if text[0] == ":" else b"") for text in FRAMES]
    found = list(split(b"\x00\xff".join(raw)))
    frames = [(data, decoded.protocol) for data, decoded in found if decoded is not None]
    assert frames == list(zip(raw, FRAMES.values(), strict=True))
    assert {data for data, decoded in found if decoded is None} == {b"\x00\xff"}


@given(st.binary(max_size=120))
def test_no_byte_of_a_stretch_is_lost(data: bytes) -> None:
    assert b"".join(frame for frame, _ in split(data)) == data


def test_a_reply_in_pieces_is_one_frame_at_the_time_of_its_end() -> None:
    request, reply = frame_bytes("01 04 00 00 00 02 71 CB"), frame_bytes("01 04 04 43 66 33 34 1B 38")
    pieces = [TracePiece(0.0, True, request), TracePiece(0.02, False, reply[:3])]
    pieces += [TracePiece(0.03, False, reply[3:])]
    assert [(frame.t_ms, frame.data) for frame in frames_in(pieces)] == [(0.0, request), (30.0, reply)]


def test_a_reply_that_was_read_in_steps_is_one_frame() -> None:
    request, reply = bytes.fromhex("01040000000271CB"), bytes.fromhex("010404436633341B38")
    pieces = [
        TracePiece(0.0, True, request),
        TracePiece(0.1, False, reply[:4]),
        TracePiece(0.17, False, reply[4:]),
        TracePiece(0.2, False, reply),
    ]
    found = [(frame.t_ms, frame.data) for frame in frames_in(pieces)]
    assert found == [(0.0, request), (170.0, reply), (200.0, reply)]


def test_a_recording_answers_what_was_asked_then_and_as_late_as_then() -> None:
    ask, other, reply = b"\x01\x02", b"\x01\x03", b"\x09\x08"
    pieces = [TracePiece(1.0, True, ask), TracePiece(1.05, False, reply), TracePiece(2.0, True, other)]
    line, clock = ReplayTransport(pieces, Framing.RTU, Clock()), Clock()
    for _ in range(2):
        began_s = clock.monotonic_s()
        line.write(ask)
        assert line.read(0.01) == b"" and line.read(1.0) == reply
        assert clock.monotonic_s() - began_s >= 0.05
        line.write(other)
        assert line.read(0.01) == b""
