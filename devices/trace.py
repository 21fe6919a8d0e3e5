"""Raw bytes of a line with their times: written to a file as they pass, read back, played back, taken apart.

A file has a line for each piece as it came or went: seconds since the recording began, `>` for what we sent
or `<` for what came (listening alone, all came), and the bytes in hex. Lines that begin with # are remarks.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TextIO

from devices.clock import Clock
from devices.datafile import DataFileError
from devices.frames import decode_frame, tcp_length
from devices.frames_meters import DecodedFrame
from devices.framing import Framing
from devices.modbus import whole_frame
from devices.protocols import cjt188, dlt645, iec62056, mbus
from devices.transport import Transport

REPLAY = "replay:"
SENT, CAME = ">", "<"
WITHIN_A_FRAME_S = 0.25  # slow lines are read in steps, and a busy machine is late
SHAPES = (dlt645.SHAPE, cjt188.SHAPE, mbus.SHAPE, iec62056.SHAPE)


@dataclass(frozen=True, slots=True)
class TracePiece:
    """Bytes as they went or came, and when, in seconds since the recording began."""

    at_s: float
    sent: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class PassingFrame:
    """A frame that passed, or bytes that are none (`decoded` None); `t_ms` is plant time of its end.

    `sent` is None where both ways were only heard.
    """

    t_ms: float
    data: bytes
    decoded: DecodedFrame | None
    sent: bool | None = None


class RecordingTransport:
    """A transport all of whose bytes are written to a file as well, with times from `began_s` or from now."""

    def __init__(
        self, transport: Transport, file: TextIO, port: str, clock: Clock, began_s: float | None = None
    ) -> None:
        self.framing = transport.framing
        self._transport = transport
        self._file = file
        self._clock = clock
        self._began_s = clock.monotonic_s() if began_s is None else began_s
        file.write(f"# {port}, recorded by valleyline; seconds, {SENT} sent or {CAME} came, bytes\n")

    def write(self, data: bytes) -> None:
        """Hands all bytes over."""
        self._transport.write(data)
        self._note(SENT, data)

    def read(self, timeout_s: float) -> bytes:
        """What has arrived."""
        data = self._transport.read(timeout_s)
        if data:
            self._note(CAME, data)
        return data

    def set_speed(self, baud: int, parity: str, stop_bits: int) -> None:
        """From now on so."""
        self._transport.set_speed(baud, parity, stop_bits)

    def close(self) -> None:
        """Gives the port back; the file stays its owner's."""
        self._transport.close()

    def _note(self, way: str, data: bytes) -> None:
        at_s = self._clock.monotonic_s() - self._began_s
        self._file.write(f"{at_s:.6f} {way} {data.hex(' ').upper()}\n")
        self._file.flush()


class ReplayTransport:
    """Answers as a recorded line did, as soon as it did; what was not asked then is not answered."""

    def __init__(self, pieces: list[TracePiece], framing: Framing, clock: Clock) -> None:
        self.framing = framing
        self._pieces = pieces
        self._clock = clock
        self._next = 0
        self._coming: deque[tuple[float, bytes]] = deque()

    def write(self, data: bytes) -> None:
        """Looks for the next time at which this was sent, from the beginning again after the last."""
        self._coming.clear()
        order = [*range(self._next, len(self._pieces)), *range(self._next)]
        at = next((place for place in order if self._pieces[place].data == data), None)
        if at is None:
            return
        asked, now_s = self._pieces[at], self._clock.monotonic_s()
        replies = list(takewhile(_came, self._pieces[at + 1 :]))
        if not asked.sent:
            replies = replies[:1]  # of what was only heard, the next is the reply
        self._coming.extend((now_s + piece.at_s - asked.at_s, piece.data) for piece in replies)
        self._next = at + 1 + len(replies)

    def read(self, timeout_s: float) -> bytes:
        """What came then by now, waiting for it at most so long."""
        end_s = self._clock.monotonic_s() + timeout_s
        due_s = self._coming[0][0] if self._coming else end_s + 1.0
        self._clock.sleep_s(min(due_s, end_s) - self._clock.monotonic_s())
        return self._coming.popleft()[1] if due_s <= end_s else b""

    def set_speed(self, baud: int, parity: str, stop_bits: int) -> None:
        """Nothing: what was recorded has its own times."""

    def close(self) -> None:
        """Nothing is open."""


def _came(piece: TracePiece) -> bool:
    return not piece.sent


def read_trace(path: Path) -> list[TracePiece]:
    """A recorded line; raises DataFileError with file and line where it is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path}: cannot be read as a recorded line; name another file.") from error
    pieces = []
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            pieces.append(_piece(line, f"{path}: line {number}"))
    return pieces


def _piece(line: str, where: str) -> TracePiece:
    at, _, rest = line.partition(" ")
    way, _, data = rest.partition(" ")
    try:
        piece = TracePiece(float(at), way == SENT, bytes.fromhex(data))
    except ValueError:
        piece = TracePiece(math.nan, False, b"")
    if way not in (SENT, CAME) or not piece.data or not math.isfinite(piece.at_s):
        raise DataFileError(f"{where}: expected seconds, > or <, and bytes in hex, such as '0.25 < 01 04'.")
    return piece


def frames_in(pieces: list[TracePiece]) -> Iterator[PassingFrame]:
    """The frames of a recording; so many pieces of one way are a stretch as a frame needs."""
    stretch = b""
    listening = not any(piece.sent for piece in pieces)
    for place, piece in enumerate(pieces):
        stretch += piece.data
        found = list(split(stretch))
        whole = all(decoded is not None for _, decoded in found)
        if not whole and place + 1 < len(pieces) and _goes_on(piece, pieces[place + 1]):
            continue
        for frame in found:
            yield PassingFrame(piece.at_s * 1000, *frame, None if listening else piece.sent)
        stretch = b""


def _goes_on(piece: TracePiece, following: TracePiece) -> bool:
    return following.sent == piece.sent and following.at_s - piece.at_s < WITHIN_A_FRAME_S


def split(data: bytes) -> Iterator[tuple[bytes, DecodedFrame | None]]:
    """The frames of all protocols in a stretch of bytes, with what they say, and the noise between them."""
    at = noise = 0
    while at < len(data):
        length = _frame_length(data[at:])
        if not length:
            at += 1
            continue
        if noise < at:
            yield data[noise:at], None
        frame = data[at : at + length]
        yield frame, decode_frame(frame)
        at += length
        noise = at
    if noise < at:
        yield data[noise:at], None


def _frame_length(rest: bytes) -> int:
    """The length of the whole, undamaged frame that `rest` begins with; 0 if there is none."""
    if frame := whole_frame(rest):
        return len(frame)
    if rest[:1] == b":" and b"\r\n" in rest:
        return rest.index(b"\r\n") + 2 if decode_frame(rest[: rest.index(b"\r\n") + 2]).valid else 0
    start = len(rest) - len(rest.lstrip(b"\xfe"))  # bytes that wake a meter belong to its frame
    for shape in SHAPES:
        at = start if shape.idle else 0
        length = shape.least_length(rest[at:]) if rest[at:] else 0
        frame = rest[at : at + length]
        if length and len(frame) == length and shape.intact(frame) and decode_frame(frame).valid:
            return at + length
    length = tcp_length(rest)
    return length if length and decode_frame(rest[:length]).protocol == "modbus-tcp" else 0
