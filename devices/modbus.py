"""Modbus requests and replies: pymodbus builds and decodes PDUs, what counts as a reply is decided here."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import Literal

from pymodbus.framer import FramerAscii, FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    WriteMultipleRegistersRequest,
)

from devices.framing import Framing
from devices.profile_schema import ValueType
from devices.registers import number
from devices.request import Fault, Scan

ENCODER_RTU = FramerRTU(DecodePDU(False))
ENCODER_ASCII = FramerAscii(DecodePDU(False))
ENCODER_TCP = FramerSocket(DecodePDU(False))
REPLIES = DecodePDU(False)
EXCEPTION_LENGTH = 5
HEADER = 3  # bytes from which on a reply is taken to have begun; fewer may be noise
MBAP_LENGTH = 7
ASCII_EXCEPTION_LENGTH = 11
LONGEST_ASCII = 513  # bytes, from ':' to CR LF


@dataclass(frozen=True, slots=True)
class Request:
    """A read of `count` registers (fc 3, 4), or a write of `registers` (fc 16).

    `transaction` is the number that a Modbus TCP reply repeats.
    """

    unit: int
    fc: int
    address: int
    count: int
    registers: tuple[int, ...] = ()
    framing: Framing = Framing.RTU
    transaction: int = 0

    @property
    def station(self) -> int:
        """The unit address."""
        return self.unit

    @property
    def pdu_length(self) -> int:
        """Bytes of the answering PDU, function included."""
        return 5 if self.registers else 2 + 2 * self.count

    @property
    def reply_length(self) -> int:
        """Bytes of the frame that answers it, checksum included."""
        if self.framing is Framing.ASCII:
            return 2 * self.pdu_length + 7
        return self.pdu_length + (3 if self.framing is Framing.RTU else MBAP_LENGTH)

    @property
    def reply_key(self) -> tuple[str | int, ...]:
        """Unit and length; what was written where; the transaction's number where it has one.

        Not the function: that a device repeats it wrongly is one of the faults.
        """
        written = (self.address, self.count) if self.registers else ()
        number = (self.transaction,) if self.framing is Framing.TCP else ()
        return ("Modbus", self.unit, self.pdu_length, *written, *number)

    def framed(self, framing: Framing, transaction: int) -> Request:
        """The same request as it goes over a line of this framing."""
        return replace(self, framing=framing, transaction=transaction if framing is Framing.TCP else 0)

    def frame(self) -> bytes:
        """The bytes that go over the line."""
        return request_frame(self, self.framing, self.transaction)

    def scan(self, received: bytes, sent: bytes, *, final: bool) -> Scan:
        """Looks for the reply in the bytes since the request was sent."""
        if self.framing is Framing.TCP:
            return scan_tcp(received, self, self.transaction)
        if self.framing is Framing.ASCII:
            return scan_ascii(received, self, sent, final=final)
        return scan_rtu(received, self, sent, final=final)

    @property
    def reply_start(self) -> bytes:
        """How the answering RTU frame begins: unit, function, and byte count or what was written."""
        if self.registers:
            return struct.pack(">BBHH", self.unit, self.fc, self.address, self.count)
        return bytes((self.unit, self.fc, 2 * self.count))


def read_request(unit: int, fc: int, address: int, count: int) -> Request:
    """A read; ValueError when pymodbus would not send it."""
    request = Request(unit, fc, address, count)
    _pdu(request).encode()
    return request


def write_request(unit: int, address: int, registers: tuple[int, ...]) -> Request:
    """A write of several registers by one FC16; callers check the allow-list first."""
    request = Request(unit, 16, address, len(registers), registers)
    _pdu(request).encode()
    return request


def request_frame(request: Request, framing: Framing = Framing.RTU, transaction: int = 0) -> bytes:
    """The bytes that go over the line."""
    encoder = {Framing.RTU: ENCODER_RTU, Framing.ASCII: ENCODER_ASCII, Framing.TCP: ENCODER_TCP}[framing]
    return encoder.buildFrame(_pdu(request, transaction))


def _pdu(request: Request, transaction: int = 0) -> ModbusPDU:
    if request.registers:
        return WriteMultipleRegistersRequest(
            dev_id=request.unit,
            transaction_id=transaction,
            address=request.address,
            registers=list(request.registers),
        )
    kind = {3: ReadHoldingRegistersRequest, 4: ReadInputRegistersRequest}[request.fc]
    return kind(dev_id=request.unit, transaction_id=transaction, address=request.address, count=request.count)


def scan_rtu(received: bytes, request: Request, sent: bytes, *, final: bool = False) -> Scan:
    """Looks for the reply to a request in the bytes since it was sent.

    In this order: exact echoes are dropped; unit, function, length and CRC must fit; whole frames of others
    are passed over; anything else is noise through which the search goes on byte by byte. `final` says that
    no more bytes will come, so that an unfinished reply is given up and searched for another one behind it.
    """
    scan = Scan()
    start, refusal = request.reply_start, bytes((request.unit, request.fc | 0x80))
    at = 0
    while at < len(received):
        rest = received[at:]
        if rest.startswith(sent):
            at += len(sent)
            continue
        if not final and sent.startswith(rest):
            return replace(scan, begun=scan.begun or len(rest) >= HEADER)
        length = 0  # of the frame that begins here, if that may be this request's reply
        if start.startswith(rest[: len(start)]):
            length = request.reply_length
        elif refusal.startswith(rest[:2]):
            length = EXCEPTION_LENGTH
        if length and len(rest) >= length and crc_fits(rest[:length]):
            return accepted(scan, rest[1 : length - 2])
        if length and len(rest) < length and not final:
            begun = scan.begun or len(rest) >= HEADER
            return replace(scan, begun=begun, missing=length - len(rest) if begun else 0)
        if length:
            scan = replace(scan, begun=True).worse(Fault.BAD_CHECKSUM if len(rest) >= length else Fault.NOISE)
        stray = whole_frame(rest)
        if stray:
            fault = Fault.WRONG_REPLY if stray[0] == request.unit else Fault.OTHER_UNIT
            scan = replace(scan, strays=(*scan.strays, stray)).worse(fault)
        else:
            scan = scan.worse(Fault.NOISE)
        at += len(stray) or 1
    return scan


def accepted(scan: Scan, pdu: bytes) -> Scan:
    """The end of a search: this PDU is the reply."""
    return replace(scan, payload=pdu, refused=bool(pdu[0] & 0x80), begun=True)


def whole_frame(rest: bytes) -> bytes:
    """The whole, undamaged RTU frame that `rest` begins with, of whatever unit; empty if there is none."""
    if len(rest) < EXCEPTION_LENGTH or rest[0] > 247:
        return b""
    for length in _frame_lengths(rest):
        if len(rest) >= length and crc_fits(rest[:length]):
            return rest[:length]
    return b""


def _frame_lengths(rest: bytes) -> tuple[int, ...]:
    fc = rest[1]
    if fc & 0x80:
        return (EXCEPTION_LENGTH,)
    if 1 <= fc <= 4:
        return (5 + rest[2], 8)  # a reply, or another master's request
    if fc in (5, 6):
        return (8,)
    if fc in (15, 16):
        return (8, 9 + rest[6]) if len(rest) > 6 else (8,)
    return ()


def crc_fits(frame: bytes) -> bool:
    """Whether the last two bytes are the CRC of the others."""
    return len(frame) > 3 and FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big"))


def scan_ascii(received: bytes, request: Request, sent: bytes, *, final: bool = False) -> Scan:
    """Looks for the reply among the lines from ':' to CR LF; the rules are those of `scan_rtu`."""
    scan = Scan()
    at = 0
    while at < len(received):
        rest = received[at:]
        if rest.startswith(sent):
            at += len(sent)
            continue
        if not rest.startswith(b":"):
            scan = scan.worse(Fault.NOISE)
            at += 1
            continue
        line, end, _ = rest[1:].partition(b"\r\n")
        if b":" in line:  # a frame that broke off, and another one behind it
            scan = scan.worse(Fault.NOISE)
            at += 1 + line.index(b":")
        elif not end:
            if final or len(rest) > LONGEST_ASCII:
                scan = replace(scan, begun=True).worse(Fault.NOISE)
                at += 1
            else:
                length = ASCII_EXCEPTION_LENGTH if rest[3:4] in b"89ABCDEF" else request.reply_length
                return replace(scan, begun=True, missing=max(length - len(rest), 1))
        else:
            frame = ascii_frame(line)
            if frame and frame[0] == request.unit and _fits_pdu(frame[1:], request):
                return accepted(scan, frame[1:])
            scan = _passed_over(scan, rest[: len(line) + 3], frame, request)
            at += len(line) + 3
    return scan


def _passed_over(scan: Scan, raw: bytes, frame: bytes, request: Request) -> Scan:
    if not frame:
        return replace(scan, begun=True).worse(Fault.BAD_CHECKSUM)
    fault = Fault.WRONG_REPLY if frame[0] == request.unit else Fault.OTHER_UNIT
    return replace(scan, strays=(*scan.strays, raw)).worse(fault)


def ascii_frame(line: bytes) -> bytes:
    """Unit and PDU of what stands between ':' and CR LF; empty if not hexadecimal or the LRC is wrong."""
    if len(line) < 6 or len(line) % 2 or not all(digit in b"0123456789ABCDEFabcdef" for digit in line):
        return b""
    frame = bytes.fromhex(line.decode("ascii"))
    return frame[:-1] if FramerAscii.compute_LRC(frame[:-1]) == frame[-1] else b""


def scan_tcp(received: bytes, request: Request, transaction: int) -> Scan:
    """Looks for the reply in a Modbus TCP stream; the transaction number tells late replies from ours."""
    scan = Scan()
    at = 0
    while at < len(received):
        rest = received[at:]
        if len(rest) < MBAP_LENGTH:
            return replace(scan, begun=True, missing=MBAP_LENGTH + 1 - len(rest))
        number, protocol, length, unit = struct.unpack(">HHHB", rest[:MBAP_LENGTH])
        if protocol != 0 or not 2 <= length <= 254:
            return scan.worse(Fault.NOISE)
        frame = rest[: MBAP_LENGTH - 1 + length]
        if len(frame) < MBAP_LENGTH - 1 + length:
            return replace(scan, begun=True, missing=MBAP_LENGTH - 1 + length - len(frame))
        pdu = frame[MBAP_LENGTH:]
        if number != transaction:
            scan = replace(scan, strays=(*scan.strays, frame)).worse(Fault.OTHER_UNIT)
        elif unit == request.unit and _fits_pdu(pdu, request):
            behind = rest[len(frame) :]
            return accepted(scan, pdu) if _in_step(behind) else scan.worse(Fault.NOISE)
        else:
            return scan.worse(Fault.WRONG_REPLY)
        at += len(frame)
    return scan


def _in_step(behind: bytes) -> bool:
    """Whether what stands behind a frame can begin another one, or is nothing.

    A frame that was cut short eats the beginning of the next one, whose rest then stands here.
    """
    if not behind:
        return True
    if len(behind) < MBAP_LENGTH:
        return False
    protocol, length = int.from_bytes(behind[2:4]), int.from_bytes(behind[4:6])
    return protocol == 0 and 2 <= length <= 254 and len(behind) >= MBAP_LENGTH - 1 + length


def _fits_pdu(pdu: bytes, request: Request) -> bool:
    if pdu[:1] == bytes((request.fc | 0x80,)):
        return len(pdu) == EXCEPTION_LENGTH - 3
    return pdu.startswith(request.reply_start[1:]) and len(pdu) == request.pdu_length


def decode_reply(pdu: bytes) -> tuple[tuple[int, ...], int]:
    """Registers and exception code (0 if none) of an accepted reply; a write's reply has no registers."""
    reply = REPLIES.decode(pdu)
    if reply is None:
        raise ValueError(f"not a Modbus reply: {pdu.hex(' ')}")
    if reply.isError():
        return (), reply.exception_code
    return tuple(reply.registers) if reply.function_code in (3, 4) else (), 0


def raw_value(
    registers: tuple[int, ...], kind: ValueType, word_order: Literal["big", "little"]
) -> int | float:
    """The number that registers hold, before scaling."""
    return number(registers, kind, word_order)
