"""One raw frame by itself: what it says, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable

from pymodbus.framer import FramerAscii, FramerRTU

from devices.frames_meters import (
    DecodedFrame,
    decode_cjt188,
    decode_dlt645,
    decode_iec62056,
    decode_mbus,
)
from devices.frames_modbus import modbus_body
from devices.protocols.value import FrameError

SHORTEST_RTU = 4
LONGEST_RTU = 256
SHORTEST_TCP = 9
LONGEST_TCP_REST = 254
# SOH or STX in hex, a command (and STX behind it), text with a parenthesis, ETX or EOT and the block check.
TELEGRAM = re.compile(r"(01|02) (?:([PRWB]\d)(?: (02))? )?(.*\(.*\).*)?(03|04) ([0-9A-Fa-f]{2})", re.DOTALL)


def frame_bytes(text: str) -> bytes:
    """The bytes of a frame given in hex or as ASCII text; FrameError with one sentence if it is neither.

    In a telegram of IEC 62056-21 text may stand between control characters in hex: `02 1.8.0(1*kWh) 03 5B`.
    The end of a line may be written as documents print it: `/?!\\r\\n`.
    """
    stripped = text.replace("\\r", "\r").replace("\\n", "\n").strip()
    if stripped.startswith((":", "/")):
        return stripped.encode("ascii", errors="replace")
    telegram = TELEGRAM.fullmatch(stripped)
    if telegram is not None:
        return _typed_telegram(*telegram.groups(default=""))
    try:
        data = bytes.fromhex(stripped.replace("0x", " ").replace(",", " ").replace("-", " "))
    except ValueError as error:
        raise FrameError(
            "{text!r} is not hexadecimal; write bytes as in '01 04 00 00 00 02 71 CB'.", text=stripped[:40]
        ) from error
    if not data:
        raise FrameError("There is no byte in it; write bytes as in '01 04 00 00 00 02 71 CB'.")
    return data


def _typed_telegram(start: str, command: str, divider: str, text: str, end: str, check: str) -> bytes:
    body = (
        command.encode() + bytes.fromhex(divider) + text.removesuffix(" ").encode("ascii", errors="replace")
    )
    return bytes.fromhex(start) + body + bytes.fromhex(end + check)


def decode_frame(data: bytes) -> DecodedFrame:
    """Decodes a frame of any protocol known, or says what is wrong with it.

    A frame that could be of several protocols is of the first in which it is right.
    """
    if data.startswith(b":"):
        return _decode_ascii(data)
    if _rtu_crc(data) == data[-2:] and len(data) >= SHORTEST_RTU:
        return _decode_rtu(data)
    if data and tcp_length(data) == len(data):
        frame = _with_body("modbus-tcp", data[6], data[7], data[8:])
        if frame.valid:
            return frame
    decoders = _likely(data)
    tried = [decoder(data) for decoder in decoders]
    return next((frame for frame in tried if frame.valid), tried[0])


def tcp_length(data: bytes) -> int:
    """The length of the Modbus TCP frame that these bytes begin with, 0 if they cannot be one.

    Number of the transaction, protocol 0, length of the rest, unit, function: there is no checksum.
    """
    if len(data) < SHORTEST_TCP or data[2:4] != b"\0\0":
        return 0
    rest = int.from_bytes(data[4:6], "big")
    return 6 + rest if 3 <= rest <= LONGEST_TCP_REST else 0


def _likely(data: bytes) -> list[Callable[[bytes], DecodedFrame]]:
    """Decoders for what the first bytes look like, the likeliest first."""
    raw = data.lstrip(b"\xfe")
    if raw[:1] == b"\x68":
        if raw[1:2] == raw[2:3] and raw[3:4] == b"\x68":
            return [decode_mbus, decode_dlt645]
        if len(raw) > 7 and raw[7] != 0x68 and 0x10 <= raw[1] <= 0x49:
            return [decode_cjt188, decode_dlt645]
        return [decode_dlt645, decode_cjt188]
    if data == b"\xe5" or (data[:1] == b"\x10" and len(data) == 5):
        return [decode_mbus]
    # SOH and STX are also the Modbus units 1 and 2, ACK is unit 6, 10 is unit 16.
    is_block = data[:1] in (b"\x01", b"\x02") and data[-2:-1] in (b"\x03", b"\x04")
    is_command = data[:1] == b"\x01" and data[1:2] in (b"P", b"R", b"W", b"B")
    is_acknowledgement = data[:1] == b"\x06" and (len(data) == 1 or data.endswith(b"\r\n"))
    if data.startswith(b"/") or data == b"\x15" or is_block or is_command or is_acknowledgement:
        return [decode_iec62056]
    return [_decode_rtu]


def _rtu_crc(data: bytes) -> bytes:
    return FramerRTU.compute_CRC(data[:-2]).to_bytes(2, "big")


def _decode_rtu(data: bytes) -> DecodedFrame:
    if not SHORTEST_RTU <= len(data) <= LONGEST_RTU:
        fault = FrameError(
            "A Modbus RTU frame has {least} to {most} bytes, this has {size}.",
            least=SHORTEST_RTU,
            most=LONGEST_RTU,
            size=len(data),
        )
        return DecodedFrame("modbus-rtu", False, fault)
    address, control = data[0], data[1]
    expected = _rtu_crc(data)
    if expected != data[-2:]:
        fault = FrameError(
            "The CRC is {found}, but that of the other bytes is {expected}.",
            found=_hex(data[-2:]),
            expected=_hex(expected),
        )
        return DecodedFrame("modbus-rtu", False, fault, address, control)
    return _with_body("modbus-rtu", address, control, data[2:-2])


def _decode_ascii(data: bytes) -> DecodedFrame:
    text = data.strip().decode("ascii", errors="replace")[1:]
    try:
        body = bytes.fromhex(text)
    except ValueError:
        fault = FrameError("After the colon there are not only pairs of hexadecimal digits.")
        return DecodedFrame("modbus-ascii", False, fault)
    if len(body) < SHORTEST_RTU - 1:
        fault = FrameError("A Modbus ASCII frame has 3 bytes at least, this has {size}.", size=len(body))
        return DecodedFrame("modbus-ascii", False, fault)
    expected = FramerAscii.compute_LRC(body[:-1])
    if expected != body[-1]:
        fault = FrameError(
            "The LRC is {found:02X}, but that of the other bytes is {expected:02X}.",
            found=body[-1],
            expected=expected,
        )
        return DecodedFrame("modbus-ascii", False, fault, body[0], body[1])
    return _with_body("modbus-ascii", body[0], body[1], body[2:-1])


def _with_body(protocol: str, address: int, control: int, data: bytes) -> DecodedFrame:
    body = modbus_body(control, data)
    return DecodedFrame(protocol, body.fault is None, body.fault, address, control, body.di, body.values)


def _hex(data: bytes) -> str:
    return data.hex(" ").upper()
