"""DL/T 645-2007, reading only: control codes 11 (read), 12 (read what follows) and 13 (read the address).

68 · address, 6 bytes of BCD, lowest first · 68 · control · length · data, each byte plus 33 hex · sum · 16.
There is no code here that could build a frame with any other control code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from devices.protocols.dlt645_items import DataItem, data_items
from devices.protocols.search import FrameShape, Verdict, search_reply
from devices.protocols.value import FrameError, MeterValue, checksum, packed_decimal
from devices.request import Fault, Scan

START, END, OFFSET = 0x68, 0x16, 0x33
HEADER = 10  # bytes before the data
OVERHEAD = HEADER + 2
WAKE_UP = b"\xfe" * 4
LONGEST_DATA = 200
WILDCARD = "AAAAAAAAAAAA"
IS_REPLY, IS_ERROR, FOLLOWED, CODE = 0x80, 0x40, 0x20, 0x1F
ERRORS = (
    ("other error", "其他错误"),
    ("no such data", "无请求数据"),
    ("wrong password or not authorised", "密码错/未授权"),
    ("the baud rate cannot be changed", "通信速率不能更改"),
    ("too many year zones", "年时区数超"),
    ("too many day periods", "日时段数超"),
    ("too many tariffs", "费率数超"),
)
CONTROLS = {
    0x08: "broadcast time",
    0x11: "read",
    0x12: "read what follows",
    0x13: "read address",
    0x14: "write",
    0x15: "write address",
    0x16: "freeze",
    0x17: "change baud rate",
    0x18: "change password",
    0x19: "clear demand",
    0x1A: "clear meter",
    0x1B: "clear events",
    0x1C: "switch",
    0x1D: "multi-function output",
}


class ReadCode(IntEnum):
    """All that is ever sent."""

    READ = 0x11
    FOLLOW = 0x12
    ADDRESS = 0x13


@dataclass(frozen=True, slots=True)
class Dlt645Frame:
    """A whole, undamaged frame; `data` without the offset."""

    address: str
    control: int
    data: bytes

    @property
    def identifier(self) -> int | None:
        """The data identifier (DI), where the frame has one."""
        names_data = self.control & CODE in (0x11, 0x12) and not self.control & IS_ERROR
        return int.from_bytes(self.data[:4], "little") if names_data and len(self.data) >= 4 else None


@dataclass(frozen=True, slots=True)
class Dlt645Request:
    """A question to the meter of this address (12 digits, highest first; AA instead of a pair: any).

    `data_size` is how many bytes of data its reply has after the identifier, 0 where that is not known.
    """

    address: str
    code: ReadCode
    identifier: int = 0
    sequence: int = 0
    data_size: int = 0

    @property
    def station(self) -> str:
        """The meter's address."""
        return self.address

    @property
    def reply_length(self) -> int:
        """Bytes of the answering frame without wake-up bytes; 0 where not known."""
        if self.code is ReadCode.ADDRESS:
            return OVERHEAD + 6
        extra = 5 if self.code is ReadCode.FOLLOW else 4
        return OVERHEAD + extra + self.data_size if self.data_size else 0

    @property
    def reply_key(self) -> tuple[str | int, ...]:
        """Address, control code, identifier and sequence: all that the reply repeats."""
        return ("DL/T 645", self.address, self.code, self.identifier, self.sequence)

    def frame(self) -> bytes:
        """The bytes that go over the line, wake-up bytes included."""
        data = b"" if self.code is ReadCode.ADDRESS else self.identifier.to_bytes(4, "little")
        if self.code is ReadCode.FOLLOW:
            data += bytes((self.sequence,))
        return WAKE_UP + build_frame(self.address, self.code, data)

    def scan(self, received: bytes, sent: bytes, *, final: bool) -> Scan:
        """Looks for the reply; its payload is the control code and the data without the offset."""
        return search_reply(received, sent.lstrip(b"\xfe"), SHAPE, self._judge, final=final)

    def _judge(self, raw: bytes) -> Verdict:
        frame = _parts(raw)
        if not frame.control & IS_REPLY or not _answers(frame.address, self.address):
            return Verdict()
        payload = bytes((frame.control,)) + frame.data
        if frame.control & CODE != self.code:
            return Verdict(fault=Fault.WRONG_REPLY)
        if frame.control & IS_ERROR:
            fits = len(frame.data) == 1 and not frame.control & FOLLOWED
            return Verdict(payload if fits else None, refused=True, fault=Fault.WRONG_REPLY)
        return Verdict(payload if self._fits(frame) else None, fault=Fault.WRONG_REPLY)

    def _fits(self, frame: Dlt645Frame) -> bool:
        if self.code is ReadCode.ADDRESS:
            return len(frame.data) == 6
        if frame.identifier != self.identifier:
            return False
        if self.code is ReadCode.FOLLOW and (len(frame.data) < 5 or frame.data[-1] != self.sequence):
            return False
        return not self.data_size or len(raw_frame(frame)) == self.reply_length


def read_data(address: str, identifier: int, data_size: int = 0) -> Dlt645Request:
    """A read of one identifier; ValueError for an address or identifier that cannot be."""
    _address_bytes(address)
    if not 0 <= identifier <= 0xFFFFFFFF:
        raise ValueError(f"{identifier:X} is not a data identifier; it has 8 hexadecimal digits.")
    return Dlt645Request(address.upper(), ReadCode.READ, identifier, data_size=data_size)


def read_following(address: str, identifier: int, sequence: int) -> Dlt645Request:
    """A read of the frame that follows one whose control code said so; sequences count from 1."""
    if not 1 <= sequence <= 255:
        raise ValueError(f"{sequence} is not a sequence number; they are 1 to 255.")
    _address_bytes(address)
    return Dlt645Request(address.upper(), ReadCode.FOLLOW, identifier, sequence)


def read_address() -> Dlt645Request:
    """Asks the only meter on a line for its address."""
    return Dlt645Request(WILDCARD, ReadCode.ADDRESS)


def has_more(payload: bytes) -> bool:
    """Whether a reply's payload says that another frame follows it."""
    return bool(payload and payload[0] & FOLLOWED)


def reply_values(payload: bytes) -> tuple[MeterValue, ...]:
    """The values in an accepted payload; an error reply gives the reason instead of a value."""
    if not payload:
        raise FrameError("There is no control code in it.")
    return frame_values(Dlt645Frame("", payload[0], payload[1:]))


def joined_payload(first: bytes, *following: bytes) -> bytes:
    """One payload of a first reply and those that followed it, their identifiers and sequences taken out."""
    return bytes((first[0] & ~FOLLOWED,)) + first[1:] + b"".join(part[5:-1] for part in following)


def build_frame(address: str, control: ReadCode, data: bytes) -> bytes:
    """A request's frame without wake-up bytes."""
    return raw_frame(Dlt645Frame(address, ReadCode(control), data))


def raw_frame(frame: Dlt645Frame) -> bytes:
    """The bytes of a frame, as a meter would send it too."""
    shifted = bytes((byte + OFFSET) & 0xFF for byte in frame.data)
    head = bytes((START, *_address_bytes(frame.address), START, frame.control, len(frame.data)))
    return head + shifted + bytes((checksum(head + shifted), END))


def parse_frame(data: bytes) -> Dlt645Frame:
    """The frame that these bytes are, wake-up bytes allowed; FrameError with the reason otherwise."""
    raw = data.lstrip(b"\xfe")
    if len(raw) < OVERHEAD:
        raise FrameError(
            "A DL/T 645 frame has {least} bytes at least, this has {size}.", least=OVERHEAD, size=len(raw)
        )
    if raw[0] != START or raw[7] != START:
        raise FrameError(
            "Bytes 1 and 8 must be 68, these are {first:02X} and {last:02X}.", first=raw[0], last=raw[7]
        )
    if len(raw) != OVERHEAD + raw[9]:
        raise FrameError(
            "The length says {told} bytes of data, but there are {size}.",
            told=raw[9],
            size=len(raw) - OVERHEAD,
        )
    if raw[-1] != END:
        raise FrameError("The last byte must be 16, it is {last:02X}.", last=raw[-1])
    expected = checksum(raw[:-2])
    if expected != raw[-2]:
        raise FrameError(
            "The checksum is {found:02X}, but that of the other bytes is {expected:02X}.",
            found=raw[-2],
            expected=expected,
        )
    if raw[8] & CODE in (0x01, 0x02) and not raw[8] & 0x10:
        raise FrameError("This is a frame of DL/T 645-1997; only the standard of 2007 is read here.")
    return _parts(raw)


def frame_values(frame: Dlt645Frame) -> tuple[MeterValue, ...]:
    """What a frame says; FrameError when its data do not fit its control code or identifier."""
    if frame.control & IS_ERROR:
        return (_error(frame.data),)
    if not frame.control & IS_REPLY:
        return ()
    code = frame.control & CODE
    if code == ReadCode.ADDRESS and len(frame.data) == 6:
        return (MeterValue("meter address", frame.data[::-1].hex().upper(), name_zh="通信地址"),)
    identifier = frame.identifier
    if identifier is None:
        if code in (ReadCode.READ, ReadCode.FOLLOW, ReadCode.ADDRESS):
            raise FrameError("{size} bytes of data are too few for its control code.", size=len(frame.data))
        return ()
    data = frame.data[4:-1] if code == ReadCode.FOLLOW else frame.data[4:]
    items = data_items(identifier, len(data))
    if not items or code == ReadCode.FOLLOW:
        return (MeterValue(f"data of {identifier:08X}", data.hex(" ").upper()),)
    if sum(item.size for item in items) != len(data):
        raise FrameError(
            "{size} bytes of data do not fit the identifier {identifier:08X}.",
            size=len(data),
            identifier=identifier,
        )
    values, at = [], 0
    for item in items:
        values.append(item_value(item, data[at : at + item.size]))
        at += item.size
    return tuple(values)


def item_value(item: DataItem, data: bytes) -> MeterValue:
    """One value: all FF is an absent phase, the top bit a sign, everything else must be digits."""
    if data.count(0xFF) == len(data):
        return MeterValue(item.name, None, item.unit, "absent (filled with FF)", item.name_zh)
    negative = item.signed and bool(data[-1] & 0x80)
    digits = packed_decimal(data[:-1] + bytes((data[-1] & 0x7F,)) if negative else data)
    if digits is None:
        return MeterValue(item.name, None, item.unit, "not decimal digits", item.name_zh)
    if item.is_text:
        return MeterValue(item.name, data[::-1].hex(), name_zh=item.name_zh)
    value = digits / 10**item.decimals
    return MeterValue(item.name, -value if negative else value, item.unit, name_zh=item.name_zh)


def _error(data: bytes) -> MeterValue:
    if len(data) != 1:
        raise FrameError("An error reply has one byte of data, this has {size}.", size=len(data))
    names = [name for bit, (name, _) in enumerate(ERRORS) if data[0] >> bit & 1]
    names_zh = [name for bit, (_, name) in enumerate(ERRORS) if data[0] >> bit & 1]
    return MeterValue(
        f"error: {', '.join(names) or 'unknown'}", data[0], name_zh="、".join(names_zh) or "错误"
    )


def _parts(raw: bytes) -> Dlt645Frame:
    data = bytes((byte - OFFSET) & 0xFF for byte in raw[HEADER:-2])
    return Dlt645Frame(raw[6:0:-1].hex().upper(), raw[8], data)


def _least_length(rest: bytes) -> int:
    if rest[0] != START or (len(rest) > 7 and rest[7] != START):
        return 0
    if len(rest) < HEADER:
        return OVERHEAD
    return OVERHEAD + rest[9] if rest[9] <= LONGEST_DATA else 0


def _intact(raw: bytes) -> bool:
    return raw[-1] == END and raw[-2] == checksum(raw[:-2])


SHAPE = FrameShape(bytes((START,)), _least_length, _intact, idle=b"\xfe")


def _answers(address: str, asked: str) -> bool:
    pairs = zip(address[::2] + address[1::2], asked[::2] + asked[1::2], strict=True)
    return all(wanted in ("A", digit) for digit, wanted in pairs)


def _address_bytes(address: str) -> bytes:
    try:
        data = bytes.fromhex(address)
    except ValueError:
        data = b""
    if len(data) != 6 or not all(pair == 0xAA or packed_decimal(bytes((pair,))) is not None for pair in data):
        raise ValueError(f"{address!r} is not a DL/T 645 address; it has 12 digits, or AA for any pair.")
    return data[::-1]
