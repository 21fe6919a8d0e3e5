"""Simulated meters of each protocol, from bytes to bytes: silent to what is damaged or for another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from pymodbus.framer import FramerAscii

from devices.framing import Framing
from devices.modbus import ascii_frame
from devices.protocols import cjt188, iec62056, mbus
from devices.protocols.value import FrameError
from devices.simulator.modbus_slave import RegisterDevice, answer, crc_holds, request_length, with_crc

Values = Callable[[], Mapping[str, float]]  # what the meter shows now, by the profile's items
DIGITS = 99_999_999  # the largest number of eight decimal digits


class ByteMeter(Protocol):
    """A device behind its address on a line."""

    def answer(self, request: bytes) -> bytes:
        """The reply to a request; empty when that is damaged, for another, or not to be answered."""


class ModbusMeter:
    """Registers behind a unit address, in any of Modbus's framings."""

    def __init__(self, device: RegisterDevice, unit: int, framing: Framing = Framing.RTU) -> None:
        self._device = device
        self._unit = unit
        self._framing = framing

    def answer(self, request: bytes) -> bytes:
        """The reply in the framing of the request."""
        rtu = unwrapped(request, self._framing)
        if not rtu or rtu[0] != self._unit or not crc_holds(rtu) or request_length(rtu) != len(rtu):
            return b""
        return wrapped(answer(rtu, self._device), self._framing, request)


def unwrapped(frame: bytes, framing: Framing) -> bytes:
    """A frame as RTU has it; empty when it is damaged or not whole."""
    if framing is Framing.RTU:
        return frame
    if framing is Framing.TCP:
        whole = len(frame) > 7 and int.from_bytes(frame[4:6], "big") == len(frame) - 6
        return with_crc(frame[6:]) if whole else b""
    if not frame.startswith(b":") or not frame.endswith(b"\r\n"):
        return b""
    body = ascii_frame(frame[1:-2])
    return with_crc(body) if body else b""


def wrapped(rtu: bytes, framing: Framing, request: bytes) -> bytes:
    """A frame that RTU would send in another framing; TCP repeats the request's transaction number."""
    body = rtu[:-2]
    if framing is Framing.TCP:
        return request[:4] + len(body).to_bytes(2, "big") + body
    if framing is Framing.ASCII:
        checked = body + bytes((FramerAscii.compute_LRC(body),))
        return b":" + checked.hex().upper().encode("ascii") + b"\r\n"
    return rtu


class Cjt188Meter:
    """A water or gas meter: `current volume` and `volume at settlement` in m³."""

    def __init__(self, values: Values, kind: int, address: str) -> None:
        self._values = values
        self._kind = kind
        self._address = address

    def answer(self, request: bytes) -> bytes:
        """The measured values."""
        try:
            asked = cjt188.parse_frame(request)
        except FrameError:
            return b""
        mine = asked.kind == self._kind and asked.address in (self._address, cjt188.ANY)
        if not mine or asked.control != cjt188.READ or len(asked.data) != 3:
            return b""
        if asked.identifier != cjt188.MEASURED:
            return self._reply(cjt188.IS_ERROR, asked.data[2:] + b"\x01\x00")
        shown = self._values()
        volumes = [_cubic_metres(shown.get(name, 0.0)) for name in ("current volume", "volume at settlement")]
        time = bytes.fromhex("00 00 00 01 01 26 20")
        return self._reply(0, asked.data + b"".join(volumes) + time + b"\x00\x00")

    def _reply(self, flags: int, data: bytes) -> bytes:
        control = cjt188.READ | cjt188.IS_REPLY | flags
        return cjt188.WAKE_UP + cjt188.raw_frame(cjt188.Cjt188Frame(self._kind, self._address, control, data))


def _cubic_metres(value: float) -> bytes:
    return _bcd(round(value * 100), 4) + b"\x2c"


def _bcd(digits: int, size: int) -> bytes:
    return bytes.fromhex(f"{digits % 10 ** (2 * size):0{2 * size}d}")[::-1]


class MBusMeter:
    """A meter of a primary address: `energy` in kWh, `volume` in m³, `power` in kW if shown."""

    RECORDS = (("energy", b"\x0c\x04", 1e2), ("volume", b"\x0c\x14", 1e2), ("power", b"\x0c\x2b", 1e3))

    def __init__(self, values: Values, address: int) -> None:
        self._values = values
        self._address = address
        self._access = 0

    def answer(self, request: bytes) -> bytes:
        """An acknowledgement of a reset, or the data; the access number counts the telegrams."""
        try:
            asked = mbus.parse_frame(request)
        except FrameError:
            return b""
        if asked.address != self._address or request[0] != mbus.SHORT:
            return b""
        if asked.control == mbus.Ask.RESET:
            return bytes((mbus.ACK,))
        if asked.control not in (mbus.Ask.READ, mbus.Ask.READ_NEXT):
            return b""
        self._access = self._access + 1 & 0xFF
        header = _bcd(26_000_000 + self._address, 4) + b"\x42\x04\x01\x04" + bytes((self._access, 0, 0, 0))
        shown = self._values()
        records = [
            head + _bcd(round(shown[name] * factor), 4)
            for name, head, factor in self.RECORDS
            if name in shown
        ]
        return mbus.long_frame(mbus.RSP_UD, self._address, mbus.VARIABLE_DATA, header + b"".join(records))


class Iec62056Meter:
    """A meter of mode C: each value in a data set of its own name, such as 1.8.0, read out or by registers.

    `units` are what it writes behind the numbers of a readout; `speed` is the character of the speed that it
    offers; with a `password` its registers open only to that; answers of many meters are not `named`.
    """

    def __init__(
        self,
        values: Values,
        address: str,
        units: Mapping[str, str],
        speed: str = "5",
        password: str = "",
        *,
        named: bool = True,
    ) -> None:
        self._values = values
        self._address = address
        self._units = units
        self._speed = speed
        self._password = password
        self._named = named
        self._awake = False  # between a sign-on and what is agreed to
        self._open: bool | None = None  # whether registers are open; None: no session

    @property
    def reply_baud(self) -> int:
        """The speed at which all but the identification goes out."""
        return iec62056.BAUDS[self._speed]

    def answer(self, request: bytes) -> bytes:
        """An identification to a sign-on, then what was agreed to: the readout, or a session of commands."""
        if request[:1] == bytes((iec62056.SOH,)):
            return self._command(request) if self._open is not None else b""
        if not request.endswith(iec62056.LINE_END):
            return b""  # not whole yet
        if request in (b"/?!\r\n", f"/?{self._address}!\r\n".encode("ascii")):
            self._awake, self._open = True, None
            return f"/VLY{self._speed}METER{self._address}\r\n".encode("ascii")
        agreed = self._awake and request[:4] == f"\x060{self._speed}".encode("ascii") + request[3:4]
        self._awake, self._open = False, None
        if agreed and request[3:4] == iec62056.Mode.PROGRAMMING.encode("ascii"):
            self._open = not self._password
            return iec62056.command_frame(iec62056.Command.ASK_PASSWORD, "(00000000)")
        return self._readout() if agreed else b""

    def _readout(self) -> bytes:
        shown = self._values()
        lines = [f"{name}({value:.4f}*{self._units.get(name, '')})" for name, value in shown.items()]
        return iec62056.data_frame("\r\n".join([f"0.0.0({self._address})", *lines, "!", ""]))

    def _command(self, request: bytes) -> bytes:
        body, check = request[1:-1], request[-1]
        if len(body) < 3 or body[-1] != iec62056.ETX or iec62056.block_check(body) != check:
            return b""  # damaged, or not whole yet
        command, _, data = body[:-1].decode("ascii").partition("\x02")
        if command == iec62056.Command.BREAK:
            self._open = None
            return b""
        if command == iec62056.Command.PASSWORD:
            self._open = data == f"({self._password})"
            return bytes((iec62056.ACK if self._open else iec62056.NAK,))
        items = self._values() if self._open else {}
        shown = {item.partition("(")[0]: value for item, value in items.items()}
        register = data.partition("(")[0]
        if command != iec62056.Command.READ or register not in shown:
            return iec62056.data_frame("(ER01)")
        return iec62056.data_frame(f"{register if self._named else ''}({shown[register]:.4f})")
