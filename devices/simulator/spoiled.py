"""Replies as a device on a bad line would send them, in every protocol."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from devices.framing import Framing
from devices.protocols import cjt188, dlt645, iec62056, mbus
from devices.protocols.value import FrameError
from devices.simulator.byte_meters import ByteMeter, unwrapped, wrapped
from devices.simulator.faults import Burst, Fault, FaultKind, bursts, spoiled_rtu

DigitFrame = TypeVar("DigitFrame", dlt645.Dlt645Frame, cjt188.Cjt188Frame)
FRAMINGS = {"modbus_rtu": Framing.RTU, "modbus_ascii": Framing.ASCII, "modbus_tcp": Framing.TCP}


class Speech(StrEnum):
    """What a simulated meter speaks."""

    MODBUS_RTU = "modbus_rtu"
    MODBUS_ASCII = "modbus_ascii"
    MODBUS_TCP = "modbus_tcp"
    DLT645 = "dlt645"
    CJT188 = "cjt188"
    MBUS = "mbus"
    IEC62056 = "iec62056"


@dataclass(frozen=True, slots=True)
class SpeakingMeter:
    """A meter, and the protocol whose faults it can have."""

    speech: Speech
    meter: ByteMeter


def other_bursts(speech: Speech, fault: Fault | None, request: bytes, reply: bytes) -> list[Burst]:
    """A reply of any protocol as it goes out under a fault; empty when nothing does."""
    if fault is None or fault.kind in (FaultKind.SILENT, FaultKind.LATE, FaultKind.PAUSED):
        return bursts(fault, request, reply)
    return [Burst(0.0, spoiled(speech, fault.kind, request, reply))]


def spoiled(speech: Speech, kind: FaultKind, request: bytes, reply: bytes) -> bytes:
    """A reply under a fault that changes its bytes; unchanged where the protocol has no such fault."""
    match kind:
        case FaultKind.NOISE_BEFORE:
            return b"\x5a" + reply
        case FaultKind.NOISE_AFTER:
            return reply + b"\x5a"
        case FaultKind.TRUNCATED:
            return reply[:-3]
        case FaultKind.ECHO:
            return request
        case FaultKind.OTHER_FIRST:
            other = spoiled(speech, FaultKind.OTHER_UNIT, request, reply)
            return reply if other == reply else other + reply
    if speech in FRAMINGS:
        return _modbus(FRAMINGS[speech], kind, request, reply)
    if kind is FaultKind.BAD_CRC:
        at = -1 if speech is Speech.IEC62056 else -2
        return (
            reply[:at] + bytes((reply[at] ^ 0x01,)) + reply[len(reply) + at + 1 :] if len(reply) > 1 else b""
        )
    try:
        return SPOILERS[speech](kind, reply)
    except FrameError:
        return reply  # an acknowledgement of one byte


def _modbus(framing: Framing, kind: FaultKind, request: bytes, reply: bytes) -> bytes:
    if kind is not FaultKind.BAD_CRC:
        asked = unwrapped(request, framing)
        return wrapped(spoiled_rtu(kind, asked, unwrapped(reply, framing)), framing, request)
    if framing is Framing.ASCII:
        return reply[:-3] + (b"1" if reply[-3:-2] == b"0" else b"0") + b"\r\n"
    return spoiled_rtu(kind, request, reply) if framing is Framing.RTU else reply[:-1]


def _dlt645(kind: FaultKind, reply: bytes) -> bytes:
    frame = _digit_frame(kind, dlt645.parse_frame(reply))
    if kind is FaultKind.BUSY:
        frame = replace(frame, control=frame.control | dlt645.IS_ERROR, data=b"\x01")
    return dlt645.WAKE_UP + dlt645.raw_frame(frame)


def _cjt188(kind: FaultKind, reply: bytes) -> bytes:
    frame = _digit_frame(kind, cjt188.parse_frame(reply))
    if kind is FaultKind.BUSY:
        frame = replace(frame, control=frame.control | cjt188.IS_ERROR, data=frame.data[2:3] + b"\x01\x00")
    return cjt188.WAKE_UP + cjt188.raw_frame(frame)


def _digit_frame(kind: FaultKind, frame: DigitFrame) -> DigitFrame:
    """A DL/T 645 or CJ/T 188 frame with the faults that are the same in both; others leave it as it is."""
    match kind:
        case FaultKind.OTHER_UNIT:
            return replace(frame, address=_next_digits(frame.address))
        case FaultKind.WRONG_FUNCTION:
            return replace(frame, data=bytes((frame.data[0] ^ 0x01,)) + frame.data[1:])
        case FaultKind.LONG:
            return replace(frame, data=frame.data + b"\x00")
    return frame


def _next_digits(address: str) -> str:
    return f"{(int(address) + 1) % 10 ** len(address):0{len(address)}d}"


def _mbus(kind: FaultKind, reply: bytes) -> bytes:
    frame = mbus.parse_frame(reply)
    if frame.control is None or frame.address is None or frame.ci is None:
        return reply
    match kind:
        case FaultKind.OTHER_UNIT:
            frame = replace(frame, address=(frame.address + 1) % mbus.MOST_ADDRESS)
        case FaultKind.WRONG_FUNCTION:
            frame = replace(frame, control=0x73)
        case FaultKind.LONG:
            frame = replace(frame, data=frame.data + b"\x2f")
        case FaultKind.BUSY:
            frame = replace(frame, ci=0x70, data=b"\x08")
    return mbus.long_frame(frame.control or 0, frame.address or 0, frame.ci or 0, frame.data)


def _iec62056(kind: FaultKind, reply: bytes) -> bytes:
    if reply[0] != iec62056.STX:
        return reply if kind is not FaultKind.WRONG_FUNCTION else iec62056.data_frame("0.0.0(1)")
    match kind:
        case FaultKind.WRONG_FUNCTION:
            return iec62056.command_frame(iec62056.Command.PASSWORD, "(00000000)")
        case FaultKind.BUSY:
            return iec62056.data_frame("(ERROR)")
        case FaultKind.LONG:
            return iec62056.data_frame(reply[1:-2].decode("ascii") + "99.9.9(1)\r\n")
    return reply  # nothing in a readout says which meter it is of


SPOILERS = {
    Speech.DLT645: _dlt645,
    Speech.CJT188: _cjt188,
    Speech.MBUS: _mbus,
    Speech.IEC62056: _iec62056,
}
