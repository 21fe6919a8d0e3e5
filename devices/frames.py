"""One raw frame by itself: what it says, or what is wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from pymodbus.framer import FramerAscii, FramerRTU

from devices.frames_meters import (
    DecodedFrame,
    FrameValue,
    decode_cjt188,
    decode_dlt645,
    decode_iec62056,
    decode_mbus,
)
from devices.modbus import raw_value
from devices.profile import ValueType

SHORTEST_RTU = 4
LONGEST_RTU = 256
# SOH or STX in hex, a command (and STX behind it), text with a parenthesis, ETX or EOT and the block check.
TELEGRAM = re.compile(r"(01|02) (?:([PRWB]\d)(?: (02))? )?(.*\(.*\).*)?(03|04) ([0-9A-Fa-f]{2})", re.DOTALL)
EXCEPTIONS = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    5: "acknowledge",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target did not respond",
}


@dataclass(frozen=True, slots=True)
class _Body:
    """What is between the address and the checksum: error, register address and values."""

    error: str | None
    di: int | None = None
    values: tuple[FrameValue, ...] = ()


def frame_bytes(text: str) -> bytes:
    """The bytes of a frame given in hex or as ASCII text; ValueError with one sentence if it is neither.

    In a telegram of IEC 62056-21 text may stand between control characters in hex: `02 1.8.0(1*kWh) 03 5B`.
    """
    stripped = text.strip()
    if stripped.startswith((":", "/")):
        return stripped.encode("ascii", errors="replace")
    telegram = TELEGRAM.fullmatch(stripped)
    if telegram is not None:
        return _typed_telegram(*telegram.groups(default=""))
    try:
        data = bytes.fromhex(stripped.replace("0x", " ").replace(",", " ").replace("-", " "))
    except ValueError as error:
        raise ValueError(
            f"{stripped[:40]!r} is not hexadecimal; write bytes as in '01 04 00 00 00 02 71 CB'."
        ) from error
    if not data:
        raise ValueError("There is no byte in it; write bytes as in '01 04 00 00 00 02 71 CB'.")
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
    decoders = _likely(data)
    tried = [decoder(data) for decoder in decoders]
    return next((frame for frame in tried if frame.valid), tried[0])


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
        sentence = f"A Modbus RTU frame has {SHORTEST_RTU} to {LONGEST_RTU} bytes, this has {len(data)}."
        return DecodedFrame("modbus-rtu", False, sentence)
    address, control = data[0], data[1]
    expected = _rtu_crc(data)
    if expected != data[-2:]:
        sentence = f"The CRC is {_hex(data[-2:])}, but that of the other bytes is {_hex(expected)}."
        return DecodedFrame("modbus-rtu", False, sentence, address, control)
    return _with_body("modbus-rtu", address, control, data[2:-2])


def _decode_ascii(data: bytes) -> DecodedFrame:
    text = data.strip().decode("ascii", errors="replace")[1:]
    try:
        body = bytes.fromhex(text)
    except ValueError:
        return DecodedFrame(
            "modbus-ascii", False, "After the colon there are not only pairs of hexadecimal digits."
        )
    if len(body) < SHORTEST_RTU - 1:
        return DecodedFrame(
            "modbus-ascii", False, f"A Modbus ASCII frame has 3 bytes at least, this has {len(body)}."
        )
    expected = FramerAscii.compute_LRC(body[:-1])
    if expected != body[-1]:
        sentence = f"The LRC is {body[-1]:02X}, but that of the other bytes is {expected:02X}."
        return DecodedFrame("modbus-ascii", False, sentence, body[0], body[1])
    return _with_body("modbus-ascii", body[0], body[1], body[2:-1])


def _with_body(protocol: str, address: int, control: int, data: bytes) -> DecodedFrame:
    body = _body(control, data)
    return DecodedFrame(protocol, body.error is None, body.error, address, control, body.di, body.values)


def _body(control: int, data: bytes) -> _Body:
    if control & 0x80:
        return _exception(data)
    if control in (3, 4):
        return _read(data)
    if control in (5, 6):
        return _written_one(data)
    if control == 16:
        return _written_many(data)
    return _Body(f"Function {control} is not one that is decoded here (3, 4, 5, 6 and 16 are).")


def _exception(data: bytes) -> _Body:
    if len(data) != 1:
        return _Body(f"An exception has one byte of code, this has {len(data)}.")
    name = EXCEPTIONS.get(data[0], "unknown code")
    return _Body(None, values=(FrameValue(f"exception: {name}", data[0]),))


def _read(data: bytes) -> _Body:
    if len(data) == 4:
        return _request(data)
    if not data or data[0] != len(data) - 1:
        told = data[0] if data else 0
        return _Body(f"The byte count says {told}, but {max(len(data) - 1, 0)} bytes follow.")
    if data[0] % 2:
        return _Body(f"The byte count {data[0]} is odd; registers have two bytes.")
    return _Body(None, values=_registers(data[1:]))


def _request(data: bytes) -> _Body:
    count = int.from_bytes(data[2:], "big")
    if not 1 <= count <= 125:
        return _Body(f"It asks for {count} registers; 1 to 125 are allowed.", int.from_bytes(data[:2], "big"))
    return _Body(None, int.from_bytes(data[:2], "big"), (FrameValue("registers asked for", count),))


def _written_one(data: bytes) -> _Body:
    if len(data) != 4:
        return _Body(f"Address and value are 4 bytes, here are {len(data)}.")
    value = FrameValue("value written", int.from_bytes(data[2:], "big"))
    return _Body(None, int.from_bytes(data[:2], "big"), (value,))


def _written_many(data: bytes) -> _Body:
    if len(data) < 4:
        return _Body(f"Address and count are 4 bytes, here are {len(data)}.")
    address, count = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if len(data) == 4:
        return _Body(None, address, (FrameValue("registers written", count),))
    if data[4] != len(data) - 5 or data[4] != 2 * count:
        return _Body(
            f"The byte count says {data[4]}, but {len(data) - 5} bytes for {count} registers follow.", address
        )
    return _Body(None, address, _registers(data[5:]))


def _registers(data: bytes) -> tuple[FrameValue, ...]:
    """The registers, and each pair as a float in both word orders: only a profile knows which is meant."""
    words = tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    values = [FrameValue(f"register +{index}", word) for index, word in enumerate(words)]
    if len(words) % 2 == 0:
        for index in range(0, len(words), 2):
            pair = words[index : index + 2]
            values.append(_float(f"f32 +{index}, high word first", raw_value(pair, ValueType.F32, "big")))
            values.append(_float(f"f32 +{index}, low word first", raw_value(pair, ValueType.F32, "little")))
    return tuple(values)


def _float(quantity: str, value: float) -> FrameValue:
    if not math.isfinite(value):
        return FrameValue(quantity, None, quality="bad")
    return FrameValue(quantity, float(f"{value:.7g}"))


def _hex(data: bytes) -> str:
    return data.hex(" ").upper()
