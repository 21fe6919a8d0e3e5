"""The discipline of a line: when a request may go out, how long is waited, which reply is believed.

Every library measured accepts late replies, and most of them echoes or wrong lengths: this part is ours.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from devices.budget import character_s, silent_gap_s
from devices.clock import Clock
from devices.framing import Framing
from devices.line_events import LineConfig, TracedFrame
from devices.line_memory import Debts, Patience
from devices.modbus import Request, decode_reply
from devices.profile import DeviceTiming
from devices.protocols.iec62056 import with_even_parity, without_parity
from devices.reading import Reason
from devices.request import Fault, LineRequest, NumberedRequest, Scan, SpeedChangingRequest
from devices.transport import STEP_S, PortError, PortTrouble, Transport

INTER_CHARACTER_S = 0.1  # adapters hold bytes back for tens of ms; frames end by their length, not by gaps
DRAIN_SILENCE_S = 0.02
LONGEST_DRAIN_S = 1.0
LONGEST_REPLY = 300  # bytes of a reply whose length is not known beforehand, before it is seen to go on
SPEED_MARGIN_S = 0.02  # adapters report bytes as sent that are still in them
TELLING = 3  # bytes of a reply that tell how long it is, or that it is an error
WAKING_S = 0.0005  # a sleep may end this much late
KEPT_FRAMES = 400
REASONS = {
    Fault.SILENCE: Reason.TIMEOUT,
    Fault.OTHER_UNIT: Reason.TIMEOUT,
    Fault.NOISE: Reason.BAD_REPLY,
    Fault.WRONG_REPLY: Reason.BAD_REPLY,
    Fault.BAD_CHECKSUM: Reason.BAD_CHECKSUM,
}


class LineStoppedError(Exception):
    """The line was told to stop while it waited."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it.

    `payload` is the accepted reply as its protocol says, `registers` what it holds if it is Modbus. `t_ms` is
    the plant time in the middle between request sent and response complete; `latency_s` and `busy_s` are real
    seconds, without and with the silences before it. `believable` is False when the reply could be a late one
    to an earlier request; `repeat_proves` then says whether the same answer to the same request settles it.
    """

    t_ms: int
    reason: Reason
    registers: tuple[int, ...]
    exception_code: int
    believable: bool
    latency_s: float
    busy_s: float
    sent: bytes
    received: bytes
    payload: bytes = b""
    repeat_proves: bool = True

    @property
    def answered(self) -> bool:
        """Whether the device itself said something undamaged: a value or an exception."""
        return self.reason in (Reason.NONE, Reason.EXCEPTION)

    @property
    def frames(self) -> str:
        """Request and reply in hex, as `request > reply`."""
        return f"{self.sent.hex(' ').upper()} > {self.received.hex(' ').upper() or 'no reply'}"


@dataclass(slots=True)
class _Collected:
    """What came since a request: the last scan, all bytes, the whole replies and the first byte's time."""

    scan: Scan
    received: bytes = b""
    replies: int = 0
    first_s: float | None = None


class Line:
    """An open line, used by one thread only; requests of whatever protocol take turns on it."""

    def __init__(
        self,
        config: LineConfig,
        transport: Transport,
        clock: Clock,
        should_stop: Callable[[], bool],
    ) -> None:
        self._config = config
        self._transport = transport
        self._clock = clock
        self._should_stop = should_stop
        self.framing = transport.framing
        self._baud, self._seven_bits = config.baud, False
        self._take_pace(config.parity, config.stop_bits)
        self._free_at_s = clock.monotonic_s()
        self._last_station: Hashable = None
        self._last: tuple[LineRequest, bytes] | None = None
        self._transaction = 0
        self._debts = Debts()
        self._patience = Patience()
        self.late_frames = 0
        self.trace: deque[TracedFrame] = deque(maxlen=KEPT_FRAMES)

    def close(self) -> None:
        """Gives the port back."""
        self._transport.close()

    def would_be_believed(self, request: LineRequest) -> bool:
        """Whether a reply to this request could not be mistaken for a late one to an earlier request."""
        asked = self._numbered(request, self._transaction + 1)
        return not self._debts.alike(asked, self._clock.monotonic_s())

    def exchange(self, request: LineRequest, timing: DeviceTiming) -> Exchange:
        """Sends a request and waits for its reply; raises PortError when the port has gone."""
        began_s = self._clock.monotonic_s()
        self._transaction = self._transaction % 0xFFFF + 1
        request = self._numbered(request, self._transaction)
        sent, sent_s, sent_ms = self._send(request, timing)
        pending = self._debts.alike(request, sent_s)
        asked_s = self._free_at_s
        wait_s = self._patience.wait_s(request.station, timing.turnaround_max_ms / 1000)
        found = self._collect(request, sent, asked_s + wait_s, 1 + len(pending))
        done_s, done_ms = self._clock.monotonic_s(), self._clock.now_ms()
        believable = self._settle(request, found, asked_s)
        modbus = isinstance(request, Request) and found.scan.payload is not None
        registers, code = decode_reply(found.scan.payload or b"") if modbus else ((), 0)
        return Exchange(
            t_ms=(sent_ms + done_ms) // 2,
            reason=_reason(found.scan),
            registers=registers,
            exception_code=code,
            believable=believable,
            latency_s=done_s - sent_s,
            busy_s=self._clock.monotonic_s() - began_s,
            sent=sent,
            received=found.received,
            payload=found.scan.payload or b"",
            repeat_proves=sum(other != request for other in pending) < 2,
        )

    def tell(self, request: LineRequest, timing: DeviceTiming) -> None:
        """Sends what is not answered, such as the end of a session."""
        self._send(request, timing)

    def listen(self, timeout_s: float) -> bytes:
        """Bytes that pass without our asking, waiting at most so long for the first."""
        return self._transport.read(timeout_s)

    # What goes out

    def _numbered(self, request: LineRequest, number: int) -> LineRequest:
        if isinstance(request, Request):
            return request.framed(self.framing, number)
        return request.numbered(number) if isinstance(request, NumberedRequest) else request

    def _send(self, request: LineRequest, timing: DeviceTiming) -> tuple[bytes, float, int]:
        """Waits for its turn, then sends; the frame, and when it began (monotonic s and plant ms)."""
        change = None if isinstance(request, Request) else _speed_change(request)
        sent = request.frame()
        self._last = self._last or (request, sent)
        self._await_silence(self._gap_before(request.station, timing))
        self._set_speed(change.baud if change else 0, change is not None and change.seven_bits)
        sent_s, sent_ms = self._clock.monotonic_s(), self._clock.now_ms()
        self._transport.write(with_even_parity(sent) if self._seven_bits else sent)
        self._note(True, sent)
        self._last_station, self._last = request.station, (request, sent)
        self._free_at_s = sent_s + len(sent) * self.character_s
        if change and change.reply_baud != change.baud:
            margin_s = min(SPEED_MARGIN_S, change.change_ms / 2000)
            self._clock.sleep_s(self._free_at_s + margin_s - self._clock.monotonic_s())
            self._set_speed(change.reply_baud, change.seven_bits)
        return sent, sent_s, sent_ms

    def _set_speed(self, baud: int, seven_bits: bool) -> None:
        """Sets the line's speed, 0 for its own; seven bits and even parity look like eight without."""
        baud = baud or self._config.baud
        if (baud, seven_bits) == (self._baud, self._seven_bits):
            return
        self._baud, self._seven_bits = baud, seven_bits
        parity, stop_bits = ("N", 1) if seven_bits else (self._config.parity, self._config.stop_bits)
        self._transport.set_speed(baud, parity, stop_bits)
        self._take_pace(parity, stop_bits)

    def _take_pace(self, parity: str, stop_bits: int) -> None:
        paced = self.framing is not Framing.TCP
        self.character_s = character_s(self._baud, parity, stop_bits) if paced else 0.0
        self._gap_s = silent_gap_s(self._baud, parity, stop_bits) if paced else 0.0

    def _gap_before(self, station: Hashable, timing: DeviceTiming) -> float:
        if self.framing is Framing.TCP:
            return 0.0
        gap_s = max(self._gap_s, timing.min_gap_ms / 1000)
        return gap_s if station == self._last_station else max(gap_s, timing.device_switch_ms / 1000)

    def _await_silence(self, gap_s: float) -> None:
        """Waits until the line has been silent so long, dropping what still comes in."""
        give_up_s = self._clock.monotonic_s() + LONGEST_DRAIN_S
        dropped = self._unasked(0.0)
        while (left_s := self._free_at_s + gap_s - self._clock.monotonic_s()) > 0:
            self._heed_stop()
            if self._clock.monotonic_s() > give_up_s:
                break
            dropped += self._unasked(min(left_s, STEP_S))
        self._book_unasked(dropped)

    # What comes in

    def _read(self, timeout_s: float) -> bytes:
        data = self._transport.read(timeout_s)
        return without_parity(data) if self._seven_bits else data

    def _unasked(self, timeout_s: float) -> bytes:
        data = self._read(timeout_s)
        if data:
            self._free_at_s = self._clock.monotonic_s()
        return data

    def _collect(self, request: LineRequest, sent: bytes, first_byte_by_s: float, most: int) -> _Collected:
        """Reads until the reply is there or cannot come any more; with late ones ahead of it, `most` of them.

        Of several the last is kept: devices answer in order.
        """
        found = self._collect_one(request, sent, first_byte_by_s)
        while found.scan.payload is not None and not found.scan.refused and found.replies < most:
            more = self._collect_one(request, sent, first_byte_by_s)
            if more.scan.payload is None or more.scan.refused:
                break
            self.late_frames += 1
            found.scan, found.received = more.scan, more.received
            found.replies += 1
        return found

    def _collect_one(self, request: LineRequest, sent: bytes, first_byte_by_s: float) -> _Collected:
        received = bytearray()
        found = _Collected(Scan())
        length = request.reply_length or LONGEST_REPLY
        at_most_s = first_byte_by_s + 2 * length * self.character_s + INTER_CHARACTER_S
        while (left_s := self._deadline_s(found.scan, first_byte_by_s, at_most_s)) > 0:
            self._heed_stop()
            self._await_missing(len(received), found.scan.missing)
            data = self._read(min(left_s, STEP_S))
            if data:
                received += data
                self._free_at_s = self._clock.monotonic_s()
                found.first_s = self._free_at_s if found.first_s is None else found.first_s
                found.scan = request.scan(bytes(received), sent, final=False)
                if found.scan.payload is not None:
                    break
                if not request.reply_length and found.scan.begun:
                    at_most_s = max(at_most_s, self._free_at_s + LONGEST_REPLY * self.character_s)
        if found.scan.payload is None:
            found.scan = request.scan(bytes(received), sent, final=True)
        if received:
            self._note(False, bytes(received))
        found.received, found.replies = bytes(received), int(found.scan.payload is not None)
        return found

    def _deadline_s(self, scan: Scan, first_byte_by_s: float, at_most_s: float) -> float:
        """How long is still waited."""
        deadline_s = min(at_most_s, self._free_at_s + INTER_CHARACTER_S) if scan.begun else first_byte_by_s
        return deadline_s - self._clock.monotonic_s()

    def _await_missing(self, received: int, missing: int) -> None:
        # The rest of a frame takes known time: one waking instead of one per byte.
        more = missing if missing else TELLING - received if received else 0
        wait_s = more * self.character_s - max(self.character_s / 2, WAKING_S)
        if wait_s > 0:
            self._clock.sleep_s(min(wait_s, STEP_S))

    def _settle(self, request: LineRequest, found: _Collected, asked_s: float) -> bool:
        """Books what a device may still send late, clears the line after a failure; whether to believe."""
        scan, now_s = found.scan, self._clock.monotonic_s()
        self.late_frames += len(scan.strays)
        if scan.payload is None:
            self._fail(request, scan, now_s)
            return False
        if found.first_s is not None:
            self._patience.learn(request.station, max(found.first_s - asked_s, 0.0))
        if scan.refused:  # an error reply has one length for all, and proves nothing
            if self._debts.owes(request.station, now_s):
                self._debts.add(request, now_s)
            return True
        return self._debts.answered(request, found.replies, now_s)

    def _fail(self, request: LineRequest, scan: Scan, now_s: float) -> None:
        if self.framing is Framing.TCP and (scan.fault is Fault.NOISE or scan.missing):
            # A stream that is out of step gets into step no more: only a new connection does.
            raise PortError(
                PortTrouble.UNUSABLE, f"{self._config.port}: what answers there is not Modbus TCP."
            )
        # A damaged reply was the reply, unless it may have been a late one of whomever.
        if scan.fault is not Fault.BAD_CHECKSUM or self._debts.any(now_s):
            self._debts.add(request, now_s)
        if scan.fault is not Fault.BAD_CHECKSUM:
            self._patience.forget(request.station)
        self._drain()

    def _drain(self) -> None:
        """Waits until nothing comes any more; what comes late is counted, never kept."""
        silence_s = max(self._gap_s, DRAIN_SILENCE_S)
        give_up_s = self._clock.monotonic_s() + LONGEST_DRAIN_S
        late = b""
        while self._clock.monotonic_s() < give_up_s:
            self._heed_stop()
            data = self._unasked(silence_s)
            if not data:
                break
            late += data
        self._book_unasked(late)

    def _book_unasked(self, data: bytes) -> None:
        if not data:
            return
        self._note(False, data)
        if self._last is not None:
            request, sent = self._last
            scan = request.scan(data, sent, final=True)
            self.late_frames += len(scan.strays) + (scan.payload is not None)

    def _note(self, sent: bool, data: bytes) -> None:
        self.trace.append(TracedFrame(self._clock.now_ms(), sent, data))

    def _heed_stop(self) -> None:
        if self._should_stop():
            raise LineStoppedError


def _speed_change(request: LineRequest) -> SpeedChangingRequest | None:
    return request if isinstance(request, SpeedChangingRequest) else None


def _reason(scan: Scan) -> Reason:
    if scan.payload is None:
        return REASONS[scan.fault]
    return Reason.EXCEPTION if scan.refused else Reason.NONE
