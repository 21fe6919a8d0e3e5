"""IEC 62056-21 mode C: sign-on, readout and reading single registers (R1).

Characters are 7E1. A session starts at 300 baud; the acknowledgement (ACK 0 Z mode) goes out at 300 and is
answered at the agreed speed. The commands here are P1 (password), R1 (read) and B0 (break): none writes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from operator import xor

from devices.protocols.search import FrameShape, Verdict, search_reply
from devices.protocols.value import FrameError, MeterValue
from devices.request import Fault, Scan

SOH, STX, ETX, EOT, ACK, NAK = 0x01, 0x02, 0x03, 0x04, 0x06, 0x15
LINE_END = b"\r\n"
START_BAUD = 300
CHANGE_MS = 400.0  # what vzlogger waits around the change of speed
BAUDS = {"0": 300, "1": 600, "2": 1200, "3": 2400, "4": 4800, "5": 9600, "6": 19200}
LONGEST = 16_384
DATA_SET = re.compile(r"([^()/!\r\n]*)\(([^()]*)\)")
NUMBER = re.compile(r"[+-]?\d+(\.\d*)?")
ERROR = re.compile(rb"\(ER[^()]*\)|\(ERR[^()]*\)", re.IGNORECASE)


class Mode(StrEnum):
    """What follows the identification."""

    READOUT = "0"
    PROGRAMMING = "1"


class Command(StrEnum):
    """All commands that are ever sent, and the meter's P0 that asks for the password."""

    ASK_PASSWORD = "P0"
    PASSWORD = "P1"
    READ = "R1"
    BREAK = "B0"


@dataclass(frozen=True, slots=True)
class _ToMeter:
    """What all questions have in common: whom they go to, and answers whose length is not known."""

    address: str

    @property
    def station(self) -> tuple[str, str]:
        """The protocol and the meter's address."""
        return ("IEC 62056-21", self.address)

    @property
    def reply_length(self) -> int:
        """Not known: texts differ in length."""
        return 0


@dataclass(frozen=True, slots=True)
class SignOn(_ToMeter):
    """`/?address!`: the meter of this address (empty: the only one) says who it is; payload: its line."""

    address: str = ""
    baud: int = START_BAUD
    reply_baud: int = START_BAUD
    change_ms: float = 0.0
    seven_bits: bool = True

    @property
    def reply_key(self) -> tuple[str, str]:
        """The kind of telegram; none says which meter sends it."""
        return ("IEC 62056-21", "identification")

    def frame(self) -> bytes:
        """The bytes that go over the line."""
        return f"/?{self.address}!\r\n".encode("ascii")

    def scan(self, received: bytes, sent: bytes, *, final: bool) -> Scan:
        """Looks for the identification."""
        return search_reply(received, sent, SHAPE, _judge_identification, final=final)


@dataclass(frozen=True, slots=True)
class Acknowledge(_ToMeter):
    """Agrees on a speed and a mode; the meter answers with its readout or with its password request."""

    speed: str
    mode: Mode
    baud: int = START_BAUD
    change_ms: float = CHANGE_MS
    seven_bits: bool = True

    @property
    def reply_baud(self) -> int:
        """The speed of the answer."""
        return BAUDS[self.speed]

    @property
    def reply_key(self) -> tuple[str, str]:
        """The kind of telegram; none says which meter sends it."""
        return ("IEC 62056-21", self.mode)

    def frame(self) -> bytes:
        """The bytes that go over the line."""
        return bytes((ACK,)) + f"0{self.speed}{self.mode.value}".encode("ascii") + LINE_END

    def scan(self, received: bytes, sent: bytes, *, final: bool) -> Scan:
        """Looks for the readout (payload: its text) or for P0 (payload: from P0 on)."""
        judge = _judge_data if self.mode is Mode.READOUT else _judge_password_request
        return search_reply(received, sent, SHAPE, judge, final=final)


@dataclass(frozen=True, slots=True)
class _InSession(_ToMeter):
    """What all commands in programming mode have in common: they go out and are answered at one speed."""

    speed: str = field(default="0", kw_only=True)
    change_ms: float = field(default=0.0, kw_only=True)
    seven_bits: bool = field(default=True, kw_only=True)

    @property
    def baud(self) -> int:
        """The speed that was agreed."""
        return BAUDS[self.speed]

    @property
    def reply_baud(self) -> int:
        """The same."""
        return self.baud


@dataclass(frozen=True, slots=True)
class EnterPassword(_InSession):
    """P1: the password for reading, which opens the registers of many meters; payload: the meter's ACK."""

    password: str

    @property
    def reply_key(self) -> tuple[str, str]:
        """The kind of telegram; none says which meter sends it."""
        return ("IEC 62056-21", Command.PASSWORD)

    def frame(self) -> bytes:
        """The bytes that go over the line."""
        return command_frame(Command.PASSWORD, f"({self.password})")

    def scan(self, received: bytes, sent: bytes, *, final: bool) -> Scan:
        """Looks for the acknowledgement; a NAK, a break or an error message refuses."""
        return search_reply(received, sent, SHAPE, _judge_acknowledgement, final=final)


@dataclass(frozen=True, slots=True)
class RegisterRead(_InSession):
    """R1 of one register such as `1.8.0`, in programming mode; `argument` stands in the parentheses."""

    register: str
    argument: str = ""

    @property
    def item(self) -> str:
        """The register, with its argument if it has one: `1.8.0(1)`."""
        return f"{self.register}({self.argument})" if self.argument else self.register

    @property
    def reply_key(self) -> tuple[str, str]:
        """The kind of telegram; none says which meter sends it."""
        return ("IEC 62056-21", Command.READ)

    def frame(self) -> bytes:
        """The bytes that go over the line."""
        return command_frame(Command.READ, f"{self.register}({self.argument})")

    def scan(self, received: bytes, sent: bytes, *, final: bool) -> Scan:
        """Looks for the data message; one that names another register, or tells more, is not the reply."""
        return search_reply(received, sent, SHAPE, self._judge, final=final)

    def _judge(self, raw: bytes) -> Verdict:
        verdict = _judge_data(raw)
        if verdict.payload is None or verdict.refused:
            return verdict
        text = verdict.payload.decode("latin-1")
        name, whole = text.partition("(")[0], DATA_SET.fullmatch(text) is not None
        # Many meters leave the name out: then only the order of question and answer tells.
        fits = name in ("", self.register) and (whole or self.argument not in ("", "1"))
        return verdict if fits else Verdict(fault=Fault.WRONG_REPLY)


@dataclass(frozen=True, slots=True)
class Break(_InSession):
    """B0: the session is over; nothing answers."""

    @property
    def reply_key(self) -> tuple[str, str]:
        """No telegram answers."""
        return ("IEC 62056-21", Command.BREAK)

    def frame(self) -> bytes:
        """The bytes that go over the line."""
        return command_frame(Command.BREAK)

    def scan(self, received: bytes, sent: bytes, *, final: bool) -> Scan:
        """Whatever comes is no reply."""
        return search_reply(received, sent, SHAPE, _judge_nothing, final=final)


def register_read(address: str, item: str, speed: str) -> RegisterRead:
    """The question for an item of a profile, `1.8.0` or `1.8.0(1)`."""
    register, _, argument = item.removesuffix(")").partition("(")
    return RegisterRead(address, register, argument, speed=speed)


def command_frame(command: Command, data: str = "") -> bytes:
    """A programming command; ValueError for data that cannot be sent."""
    if not data.isascii() or any(ord(sign) < 0x20 for sign in data):
        raise ValueError(f"{data!r} cannot be sent; only printable ASCII characters can.")
    body = Command(command).value.encode("ascii")
    body += (bytes((STX,)) + data.encode("ascii") if data else b"") + bytes((ETX,))
    return bytes((SOH,)) + body + bytes((block_check(body),))


def data_frame(text: str) -> bytes:
    """A data message, as a meter sends it."""
    body = text.encode("ascii") + bytes((ETX,))
    return bytes((STX,)) + body + bytes((block_check(body),))


def block_check(body: bytes) -> int:
    """BCC: exclusive or of all bytes after SOH or STX, ETX included."""
    return reduce(xor, body, 0)


def with_even_parity(data: bytes) -> bytes:
    """Characters of 7E1 as bytes of 8N1, for ports that only do that."""
    return bytes(byte | (byte.bit_count() & 1) << 7 for byte in data)


def without_parity(data: bytes) -> bytes:
    """The characters of bytes with even parity; one of wrong parity becomes FF, which is no character."""
    return bytes(byte & 0x7F if byte.bit_count() % 2 == 0 else 0xFF for byte in data)


def agreed_speed(identification: bytes) -> str:
    """The speed that an identification offers in mode C; FrameError when it is of another mode."""
    speed = identification[4:5].decode("ascii", errors="replace")
    if speed not in BAUDS:
        raise FrameError("The speed {speed!r} of the identification is none of mode C (0 to 6).", speed=speed)
    return speed


def data_values(text: str) -> tuple[MeterValue, ...]:
    """The values of a data message or a readout: `name(value*unit)`, several divided by commas."""
    values = []
    for name, content in DATA_SET.findall(text):
        for index, part in enumerate(content.split(",")):
            number, _, unit = part.partition("*")
            label = name.strip() if index == 0 else f"{name.strip()} [{index}]"
            values.append(MeterValue(label, _number(number), unit, "" if number else "empty"))
    return tuple(values)


def telegram_values(data: bytes) -> tuple[MeterValue, ...]:
    """What one whole telegram says; FrameError with the reason when it is none."""
    if not data:
        raise FrameError("There is nothing in it.")
    if any(byte > 0x7F for byte in data):
        raise FrameError("There are bytes above 7F in it; its characters have seven bits.")
    if data[0] in (SOH, STX):
        return _block_values(data)
    if data[0] == ord("/"):
        return _line_values(data)
    if data in (bytes((ACK,)), bytes((NAK,))):
        return (MeterValue("acknowledged" if data[0] == ACK else "not acknowledged", data[0]),)
    return _acknowledgement_values(data)


def _block_values(data: bytes) -> tuple[MeterValue, ...]:
    if len(data) < 4 or data[-2] not in (ETX, EOT):
        raise FrameError("The byte before the last must be ETX (03).")
    expected = block_check(data[1:-1])
    if expected != data[-1]:
        raise FrameError(
            "The block check is {found:02X}, but that of the bytes is {expected:02X}.",
            found=data[-1],
            expected=expected,
        )
    text = data[1:-2].decode("ascii")
    if data[0] == STX:
        values = data_values(text)
        if not values:
            raise FrameError("There is no data set such as 1.8.0(000123.4*kWh) in it.")
        return values
    command, _, content = text.partition("\x02")
    return (MeterValue(f"command {command[:2]}", content or command[2:]),)


def _line_values(data: bytes) -> tuple[MeterValue, ...]:
    text = data.decode("ascii").rstrip("\r\n")
    if text.startswith("/?"):
        if not text.endswith("!"):
            raise FrameError("A sign-on ends with ! and CR LF.")
        return (MeterValue("sign-on to address", text[2:-1]),)
    if len(text) < 5 or not text[1:4].isalpha():
        raise FrameError("An identification is / , three letters of the maker, the speed, and the type.")
    speed = BAUDS.get(text[4])
    return (
        MeterValue("maker", text[1:4]),
        MeterValue("speed", speed, "Bd", "" if speed else f"{text[4]!r} is none of mode C"),
        MeterValue("type", text[5:]),
    )


def _acknowledgement_values(data: bytes) -> tuple[MeterValue, ...]:
    if len(data) != 6 or data[0] != ACK or data[4:] != LINE_END:
        raise FrameError("It begins neither with /, ACK, SOH nor STX as a telegram does.")
    speed, mode = chr(data[2]), chr(data[3])
    if speed not in BAUDS or mode not in ("0", "1"):
        raise FrameError(
            "The speed {speed!r} or the mode {mode!r} is not one of mode C.", speed=speed, mode=mode
        )
    name = "readout" if mode == Mode.READOUT else "programming"
    return (MeterValue("speed", BAUDS[speed], "Bd"), MeterValue("mode", name))


def _number(text: str) -> float | str | None:
    if NUMBER.fullmatch(text) and text.isascii():
        return float(text)
    return text or None


def _judge_identification(raw: bytes) -> Verdict:
    is_one = raw[:1] == b"/" and raw[1:2] != b"?" and len(raw) >= 7
    return Verdict(raw[:-2] if is_one else None)


def _judge_password_request(raw: bytes) -> Verdict:
    if raw[:3] == bytes((SOH,)) + b"P0":
        return Verdict(raw[1:-2])
    return Verdict(fault=Fault.WRONG_REPLY)


def _judge_acknowledgement(raw: bytes) -> Verdict:
    if raw == bytes((ACK,)):
        return Verdict(raw)
    if raw[0] == NAK or raw[:3] == bytes((SOH,)) + b"B0":
        return Verdict(raw, refused=True)
    if raw[0] == STX and ERROR.fullmatch(raw[1:-2]):
        return Verdict(raw[1:-2], refused=True)
    return Verdict(fault=Fault.WRONG_REPLY)


def _judge_nothing(_raw: bytes) -> Verdict:
    return Verdict(fault=Fault.WRONG_REPLY)


def _judge_data(raw: bytes) -> Verdict:
    if raw[0] == NAK:
        return Verdict(raw, refused=True)
    if raw[0] != STX:
        return Verdict(fault=Fault.WRONG_REPLY)
    text = raw[1:-2]
    return Verdict(text, refused=bool(ERROR.fullmatch(text)))


def _least_length(rest: bytes) -> int:
    if rest[0] == NAK:
        return 1
    if rest[0] == ACK:  # alone, or the beginning of what a master agrees to
        return 6 if rest[4:6] == LINE_END else 1
    if rest[0] == ord("/"):
        end = rest.find(LINE_END)
        if 0 < rest.find(b"/", 1) < (end if end >= 0 else len(rest)):
            return 0  # one that broke off: the next one has begun
        return end + 2 if end >= 0 else (len(rest) + 1 if len(rest) < 80 else 0)
    if rest[0] in (SOH, STX):
        end = rest.find(bytes((ETX,)), 1)
        return end + 2 if end >= 0 else (len(rest) + 1 if len(rest) < LONGEST else 0)
    return 0


def _intact(raw: bytes) -> bool:
    return raw[0] not in (SOH, STX) or raw[-1] == block_check(raw[1:-1])


SHAPE = FrameShape(bytes((SOH, STX, ACK, NAK)) + b"/", _least_length, _intact)
