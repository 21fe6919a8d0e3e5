"""M-Bus (EN 13757-2 and -3), reading only: SND_NKE and REQ_UD2, and the variable data of RSP_UD."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from devices.protocols.mbus_records import data_records
from devices.protocols.search import FrameShape, Verdict, search_reply
from devices.protocols.value import FrameError, MeterValue, checksum, packed_decimal
from devices.request import Fault, Scan

SHORT, LONG, END, ACK = 0x10, 0x68, 0x16, 0xE5
RSP_UD = 0x08
DIRECTION_AND_KIND = 0x4F  # access demand and data flow control (bits 4 and 5) say nothing of the data
VARIABLE_DATA = 0x72
HEADER = 12  # bytes of the fixed header before the records
MOST_ADDRESS = 250
ERRORS = {
    0: "not specified",
    1: "unknown CI field",
    2: "buffer too long",
    3: "too many records",
    4: "premature end of record",
    5: "more than 10 DIFE",
    6: "more than 10 VIFE",
    8: "application too busy",
    9: "too many readouts",
}
MEDIA = {
    0x02: "electricity",
    0x03: "gas",
    0x04: "heat (outlet)",
    0x06: "warm water",
    0x07: "water",
    0x0A: "cooling (outlet)",
    0x0B: "cooling (inlet)",
    0x0C: "heat (inlet)",
    0x0D: "heat and cooling",
    0x16: "cold water",
}


class Ask(IntEnum):
    """All control fields that are ever sent."""

    RESET = 0x40  # SND_NKE: the link only, no data
    READ = 0x5B  # REQ_UD2
    READ_NEXT = 0x7B  # REQ_UD2 with the frame count bit toggled: the telegram that follows


@dataclass(frozen=True, slots=True)
class MBusFrame:
    """A frame; control, address and CI are None where it has none."""

    control: int | None = None
    address: int | None = None
    ci: int | None = None
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class MBusRequest:
    """A question to the meter of this primary address."""

    address: int
    ask: Ask

    @property
    def station(self) -> tuple[str, int]:
        """The protocol and the primary address."""
        return ("M-Bus", self.address)

    @property
    def reply_length(self) -> int:
        """1 for the acknowledgement of a reset; data differ in length."""
        return 1 if self.ask is Ask.RESET else 0

    @property
    def reply_key(self) -> tuple[str | int, ...]:
        """The address; an acknowledgement has none."""
        return ("M-Bus",) if self.ask is Ask.RESET else ("M-Bus", self.address)

    def frame(self) -> bytes:
        """The bytes that go over the line."""
        body = bytes((self.ask, self.address))
        return bytes((SHORT, *body, checksum(body), END))

    def scan(self, received: bytes, sent: bytes, *, final: bool) -> Scan:
        """Looks for the reply; its payload is from CI on, or E5 for a reset, which must stand alone.

        One byte without checksum proves nothing between others: it may be part of a late telegram.
        """
        if self.ask is Ask.RESET and received.removeprefix(sent) not in (b"", bytes((ACK,))):
            return search_reply(received, sent, SHAPE, _judge_nothing, final=final)
        return search_reply(received, sent, SHAPE, self._judge, final=final)

    def _judge(self, raw: bytes) -> Verdict:
        if raw[0] == ACK:
            fits = self.ask is Ask.RESET
            return Verdict(raw if fits else None, fault=Fault.WRONG_REPLY)
        frame = _parts(raw)
        if frame.address != self.address or frame.control is None or frame.ci is None:
            return Verdict()
        if frame.control & DIRECTION_AND_KIND != RSP_UD or self.ask is Ask.RESET:
            return Verdict(fault=Fault.WRONG_REPLY)
        return Verdict(bytes((frame.ci,)) + frame.data, refused=frame.ci == 0x70)


def _judge_nothing(raw: bytes) -> Verdict:
    return Verdict(fault=Fault.NOISE if raw[0] == ACK else Fault.OTHER_UNIT)


def reset_request(address: int) -> MBusRequest:
    """SND_NKE: resets the link of a meter, which acknowledges; ValueError for an address that cannot be."""
    return MBusRequest(read_request(address).address, Ask.RESET)


def read_request(address: int, *, next_telegram: bool = False) -> MBusRequest:
    """A read of a meter's data; ValueError for an address that cannot be."""
    if not 0 <= address <= MOST_ADDRESS:
        raise ValueError(f"{address} is not a primary M-Bus address; they are 0 to {MOST_ADDRESS}.")
    return MBusRequest(address, Ask.READ_NEXT if next_telegram else Ask.READ)


def long_frame(control: int, address: int, ci: int, data: bytes) -> bytes:
    """A frame with data, as a meter sends it."""
    body = bytes((control, address, ci)) + data
    return bytes((LONG, len(body), len(body), LONG)) + body + bytes((checksum(body), END))


def parse_frame(data: bytes) -> MBusFrame:
    """The frame that these bytes are; FrameError with the reason otherwise."""
    if data == bytes((ACK,)):
        return MBusFrame()
    if not data or data[0] not in (SHORT, LONG):
        raise FrameError("An M-Bus frame is E5 alone or begins with 10 or 68.")
    length = _least_length(data)
    if length == 0 or (data[0] == LONG and len(data) < 4):
        raise FrameError("The length must be there twice, at least 3, and be followed by 68.")
    if len(data) != length:
        raise FrameError("The frame should have {told} bytes, this has {size}.", told=length, size=len(data))
    if data[-1] != END:
        raise FrameError("The last byte must be 16, it is {last:02X}.", last=data[-1])
    expected = checksum(data[1 if data[0] == SHORT else 4 : -2])
    if expected != data[-2]:
        raise FrameError(
            "The checksum is {found:02X}, but that of the other bytes is {expected:02X}.",
            found=data[-2],
            expected=expected,
        )
    return _parts(data)


def frame_values(frame: MBusFrame) -> tuple[MeterValue, ...]:
    """What a frame says; FrameError when its data break off."""
    if frame.ci is None:
        return () if frame.control is not None else (MeterValue("acknowledged", ACK),)
    if frame.control is not None and frame.control & DIRECTION_AND_KIND != RSP_UD:
        return (MeterValue("data", frame.data.hex(" ").upper()),)
    return reply_values(bytes((frame.ci,)) + frame.data)


def reply_values(payload: bytes) -> tuple[MeterValue, ...]:
    """The values in an accepted payload: header, then records."""
    if not payload:
        raise FrameError("There is no CI field in it.")
    if payload[0] == ACK:
        return (MeterValue("acknowledged", ACK),)
    if payload[0] == 0x70:
        code = payload[1] if len(payload) > 1 else 0
        return (MeterValue(f"error: {ERRORS.get(code, 'unknown')}", code),)
    if payload[0] != VARIABLE_DATA:
        raise FrameError("CI {ci:02X} is not decoded; 72 (variable data) is.", ci=payload[0])
    if len(payload) < 1 + HEADER:
        raise FrameError("The header has {told} bytes, this has {size}.", told=HEADER, size=len(payload) - 1)
    if int.from_bytes(payload[11:13], "little"):
        raise FrameError("The data are encrypted; only plain ones are decoded.")
    return (*_header_values(payload[1:13]), *data_records(payload[13:]))


def _header_values(header: bytes) -> tuple[MeterValue, ...]:
    number = packed_decimal(header[:4])
    maker = int.from_bytes(header[4:6], "little")
    letters = "".join(chr((maker >> shift & 0x1F) + 64) for shift in (10, 5, 0))
    return (
        MeterValue(
            "identification",
            None if number is None else f"{number:08d}",
            reason="" if number is not None else "not decimal digits",
        ),
        MeterValue("maker", letters),
        MeterValue("medium", MEDIA.get(header[7], f"code {header[7]:02X}")),
        MeterValue("status", header[9]),
    )


def _parts(raw: bytes) -> MBusFrame:
    if raw[0] == ACK:
        return MBusFrame()
    if raw[0] == SHORT:
        return MBusFrame(raw[1], raw[2])
    return MBusFrame(raw[4], raw[5], raw[6], raw[7:-2])


def _least_length(rest: bytes) -> int:
    if rest[0] == ACK:
        return 1
    if rest[0] == SHORT:
        return 5
    if rest[0] != LONG:
        return 0
    if len(rest) < 4:
        return 9 if len(rest) < 3 or rest[1] == rest[2] else 0
    return 6 + rest[1] if rest[1] == rest[2] and rest[1] >= 3 and rest[3] == LONG else 0


def _intact(raw: bytes) -> bool:
    if raw[0] == ACK:
        return True
    return raw[-1] == END and raw[-2] == checksum(raw[1 if raw[0] == SHORT else 4 : -2])


SHAPE = FrameShape(bytes((ACK, SHORT, LONG)), _least_length, _intact)
