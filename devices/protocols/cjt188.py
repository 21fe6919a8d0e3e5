"""CJ/T 188 for water and gas meters, reading only (control code 01).

68 · type · address, 7 bytes of BCD, lowest first · control · length · identifier · serial · data · sum · 16,
without the offset of DL/T 645. Two layouts exist for byte order of the identifier; 1F 90 (901F) is used here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from devices.protocols.search import FrameShape, Verdict, search_reply
from devices.protocols.value import FrameError, MeterValue, checksum, packed_decimal
from devices.request import Fault, Scan

START, END = 0x68, 0x16
HEADER = 11  # bytes before the identifier
OVERHEAD = HEADER + 2
LONGEST_DATA = 100
WAKE_UP = b"\xfe" * 4
READ, IS_REPLY, IS_ERROR = 0x01, 0x80, 0x40
MEASURED = 0x901F
METERED_SIZE = 22
ANY = "AA" * 7
UNITS = {
    0x02: ("Wh", 1.0),
    0x05: ("kWh", 1.0),
    0x08: ("MWh", 1.0),
    0x29: ("L", 1.0),
    0x2C: ("m³", 1.0),
    0x32: ("L/h", 1.0),
    0x35: ("m³/h", 1.0),
}
TYPES = {
    0x10: ("cold water meter", "冷水水表"),
    0x11: ("hot water meter", "生活热水水表"),
    0x12: ("drinking water meter", "直饮水水表"),
    0x13: ("reclaimed water meter", "中水水表"),
    0x20: ("heat meter", "热量表（计热量）"),
    0x21: ("cooling meter", "热量表（计冷量）"),
    0x30: ("gas meter", "燃气表"),
}
HAS_VOLUME = (*range(0x10, 0x1A), *range(0x30, 0x3A))
VALVES = {0: "open", 1: "closed", 3: "faulty"}


@dataclass(frozen=True, slots=True)
class Cjt188Frame:
    """A whole, undamaged frame; `data` begins with the identifier and the serial number of the request."""

    kind: int
    address: str
    control: int
    data: bytes

    @property
    def identifier(self) -> int | None:
        """The data identifier, where the frame has one."""
        return int.from_bytes(self.data[:2], "little") if len(self.data) >= 3 else None


@dataclass(frozen=True, slots=True)
class Cjt188Request:
    """A question for the measured values to the meter of this type and address (14 digits)."""

    kind: int
    address: str
    identifier: int = MEASURED
    serial: int = 0

    @property
    def station(self) -> tuple[int, str]:
        """Type and address."""
        return self.kind, self.address

    @property
    def reply_length(self) -> int:
        """Bytes of the answering frame without wake-up bytes; 0 where not known."""
        return OVERHEAD + METERED_SIZE if self.identifier == MEASURED and self.kind in HAS_VOLUME else 0

    @property
    def reply_key(self) -> tuple[str | int, ...]:
        """Type, address, identifier and serial number: all that the reply repeats."""
        return ("CJ/T 188", self.kind, self.address, self.identifier, self.serial)

    def numbered(self, number: int) -> Cjt188Request:
        """The same request with another serial number, which its reply repeats."""
        return replace(self, serial=number & 0xFF)

    def frame(self) -> bytes:
        """The bytes that go over the line, wake-up bytes included."""
        data = self.identifier.to_bytes(2, "little") + bytes((self.serial,))
        return WAKE_UP + raw_frame(Cjt188Frame(self.kind, self.address, READ, data))

    def scan(self, received: bytes, sent: bytes, *, final: bool) -> Scan:
        """Looks for the reply; its payload is type, control code and data."""
        return search_reply(received, sent.lstrip(b"\xfe"), SHAPE, self._judge, final=final)

    def _judge(self, raw: bytes) -> Verdict:
        frame = _parts(raw)
        mine = frame.kind == self.kind and (self.address == ANY or frame.address == self.address)
        if not mine or not frame.control & IS_REPLY:
            return Verdict()
        payload = bytes((frame.kind, frame.control)) + frame.data
        if frame.control == READ | IS_REPLY | IS_ERROR:
            return Verdict(payload, refused=True)
        fits = frame.control == READ | IS_REPLY and frame.identifier == self.identifier
        fits = fits and frame.data[2] == self.serial
        fits = fits and self.reply_length in (0, len(raw))
        return Verdict(payload if fits else None, fault=Fault.WRONG_REPLY)


def read_measured(kind: int, address: str, serial: int = 0) -> Cjt188Request:
    """A read of the measured values; ValueError for an address that cannot be."""
    _address_bytes(address)
    return Cjt188Request(kind, address.upper(), serial=serial)


def raw_frame(frame: Cjt188Frame) -> bytes:
    """The bytes of a frame, as a meter would send it too."""
    head = bytes((START, frame.kind, *_address_bytes(frame.address), frame.control, len(frame.data)))
    return head + frame.data + bytes((checksum(head + frame.data), END))


def parse_frame(data: bytes) -> Cjt188Frame:
    """The frame that these bytes are, wake-up bytes allowed; FrameError with the reason otherwise."""
    raw = data.lstrip(b"\xfe")
    if len(raw) < OVERHEAD:
        raise FrameError(
            "A CJ/T 188 frame has {least} bytes at least, this has {size}.", least=OVERHEAD, size=len(raw)
        )
    if raw[0] != START or raw[-1] != END:
        raise FrameError(
            "It must begin with 68 and end with 16, not {first:02X} and {last:02X}.",
            first=raw[0],
            last=raw[-1],
        )
    if len(raw) != OVERHEAD + raw[10]:
        raise FrameError(
            "The length says {told} bytes of data, but there are {size}.",
            told=raw[10],
            size=len(raw) - OVERHEAD,
        )
    expected = checksum(raw[:-2])
    if expected != raw[-2]:
        raise FrameError(
            "The checksum is {found:02X}, but that of the other bytes is {expected:02X}.",
            found=raw[-2],
            expected=expected,
        )
    return _parts(raw)


def reply_values(payload: bytes) -> tuple[MeterValue, ...]:
    """The values in an accepted payload."""
    if len(payload) < 2:
        raise FrameError("There is no type and control code in it.")
    return frame_values(Cjt188Frame(payload[0], "", payload[1], payload[2:]))


def frame_values(frame: Cjt188Frame) -> tuple[MeterValue, ...]:
    """What a frame says; FrameError when its data do not fit."""
    if frame.control & IS_ERROR:
        return (MeterValue("error: status", frame.data.hex(" ").upper(), name_zh="异常应答"),)
    if frame.control != READ | IS_REPLY:
        return ()
    if frame.kind not in HAS_VOLUME or frame.identifier != MEASURED:
        return (MeterValue("data", frame.data[3:].hex(" ").upper()),)
    if len(frame.data) != METERED_SIZE:
        raise FrameError(
            "Measured values have {least} bytes, these are {size}.", least=METERED_SIZE, size=len(frame.data)
        )
    data = frame.data[3:]
    return (
        _volume("current volume", "当前累积流量", data[:5]),
        _volume("volume at settlement", "结算日累积流量", data[5:10]),
        _time(data[10:17]),
        *_status(data[17:19]),
    )


def _volume(name: str, name_zh: str, data: bytes) -> MeterValue:
    unit, factor = UNITS.get(data[4], ("", 0.0))
    digits = packed_decimal(data[:4])
    if digits is None:
        return MeterValue(name, None, unit, "not decimal digits", name_zh)
    if not factor:
        return MeterValue(name, None, "", f"unknown unit code {data[4]:02X}", name_zh)
    return MeterValue(name, digits / 100 * factor, unit, name_zh=name_zh)


def _time(data: bytes) -> MeterValue:
    if packed_decimal(data) is None:
        return MeterValue("meter time", None, "", "not decimal digits", "实时时间")
    year, month, day, hour, minute, second = (data[6:4:-1].hex(), *(f"{part:02x}" for part in data[4::-1]))
    return MeterValue("meter time", f"{year}-{month}-{day}T{hour}:{minute}:{second}", name_zh="实时时间")


def _status(data: bytes) -> tuple[MeterValue, ...]:
    valve = VALVES.get(data[0] & 3)
    reason = "" if valve else "unknown valve state"
    return (
        MeterValue("valve", valve, reason=reason, name_zh="阀门状态"),
        MeterValue("battery", "low" if data[0] & 4 else "good", name_zh="电池电压"),
    )


def _parts(raw: bytes) -> Cjt188Frame:
    return Cjt188Frame(raw[1], raw[8:1:-1].hex().upper(), raw[9], raw[HEADER:-2])


def _least_length(rest: bytes) -> int:
    if rest[0] != START or (len(rest) > 1 and not 0x10 <= rest[1] <= 0x49):
        return 0
    if len(rest) < HEADER:
        return OVERHEAD
    return OVERHEAD + rest[10] if rest[10] <= LONGEST_DATA else 0


def _intact(raw: bytes) -> bool:
    return raw[-1] == END and raw[-2] == checksum(raw[:-2])


SHAPE = FrameShape(bytes((START,)), _least_length, _intact, idle=b"\xfe")


def _address_bytes(address: str) -> bytes:
    try:
        data = bytes.fromhex(address)
    except ValueError:
        data = b""
    if len(data) != 7:
        raise ValueError(f"{address!r} is not a CJ/T 188 address; it has 14 digits.")
    return data[::-1]
