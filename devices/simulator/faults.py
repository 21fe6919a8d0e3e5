"""What may go wrong with a reply on its way, as a device on a bad line would do it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from devices.simulator.modbus_slave import READ_HOLDING, READ_INPUT, with_crc


class FaultKind(StrEnum):
    """The ways in which a reply can be spoiled."""

    SILENT = "silent"
    BAD_CRC = "bad_crc"
    LATE = "late"  # `delay_s` after its time
    PAUSED = "paused"  # silent for `delay_s` in the middle of the reply
    TRUNCATED = "truncated"
    NOISE_BEFORE = "noise_before"
    NOISE_AFTER = "noise_after"
    OTHER_UNIT = "other_unit"  # another's frame comes instead of the reply
    OTHER_FIRST = "other_first"  # another's frame comes, then the reply
    WRONG_FUNCTION = "wrong_function"
    ECHO = "echo"  # the request comes back instead of a reply
    LONG = "long"  # one register more than was asked for, with a good checksum
    BUSY = "busy"  # exception 6
    ZEROS = "zeros"  # as of registers that a device does not have: undamaged, and no fault of the line


@dataclass(frozen=True, slots=True)
class Fault:
    """What a unit does to its replies until it is mended.

    With `registers` (first and last) only to those that contain one of them, and with a `chance` below 1 only
    to this share of them.
    """

    kind: FaultKind
    delay_s: float = 0.0
    chance: float = 1.0
    registers: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Burst:
    """Bytes that go out `after_s` after the reply's proper time, or after the burst before them."""

    after_s: float
    data: bytes


NOISE = b"\x5a"
BUSY = 6
READS = (READ_HOLDING, READ_INPUT)


def bursts(fault: Fault | None, request: bytes, reply: bytes) -> list[Burst]:
    """A reply as it goes out under a fault; empty when nothing does."""
    if fault is None:
        return [Burst(0.0, reply)]
    match fault.kind:
        case FaultKind.SILENT:
            return []
        case FaultKind.LATE:
            return [Burst(fault.delay_s, reply)]
        case FaultKind.PAUSED:
            half = len(reply) // 2
            return [Burst(0.0, reply[:half]), Burst(fault.delay_s, reply[half:])]
        case kind:
            return [Burst(0.0, spoiled_rtu(kind, request, reply))]


def spoiled_rtu(kind: FaultKind, request: bytes, reply: bytes) -> bytes:
    """A Modbus RTU reply under a fault that changes its bytes."""
    body = reply[:-2]
    match kind:
        case FaultKind.BAD_CRC:
            return body + bytes((reply[-2] ^ 0x01, reply[-1]))
        case FaultKind.TRUNCATED:
            return reply[:-3]
        case FaultKind.NOISE_BEFORE:
            return NOISE + reply
        case FaultKind.NOISE_AFTER:
            return reply + NOISE
        case FaultKind.OTHER_UNIT:
            return with_crc(bytes((body[0] % 247 + 1,)) + body[1:])
        case FaultKind.OTHER_FIRST:
            return spoiled_rtu(FaultKind.OTHER_UNIT, request, reply) + reply
        case FaultKind.WRONG_FUNCTION:
            return with_crc(bytes((body[0], body[1] ^ 0x07)) + body[2:])
        case FaultKind.ECHO:
            return request
        case FaultKind.LONG:
            return with_crc(body[:2] + bytes((body[2] + 2 & 0xFF,)) + body[3:] + b"\x00\x00")
        case FaultKind.BUSY:
            return with_crc(bytes((body[0], body[1] | 0x80, BUSY)))
        case FaultKind.ZEROS if body[1] in READS:
            return with_crc(body[:3] + bytes(len(body) - 3))
        case _:
            return reply
