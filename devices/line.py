"""The discipline of a line: when a request may go out, how long is waited, which reply is believed.

Every library measured accepts late replies, and most of them echoes or wrong lengths: this part is ours.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from devices.budget import character_s, silent_gap_s
from devices.clock import Clock
from devices.line_events import LineConfig
from devices.modbus import (
    Framing,
    Request,
    decode_reply,
    request_frame,
    scan_rtu,
    scan_tcp,
    whole_frame,
)
from devices.profile import DeviceTiming
from devices.reading import Reason
from devices.request import Fault, Scan
from devices.transport import STEP_S, PortError, PortTrouble, Transport

INTER_CHARACTER_S = 0.1  # adapters hold bytes back for tens of ms; frames end by their length, not by gaps
DRAIN_SILENCE_S = 0.02
LONGEST_DRAIN_S = 1.0
LATEST_S = 10.0  # a reply later than this is not reckoned with; RTU has no transaction numbers
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
class TracedFrame:
    """Raw bytes as they passed; `sent` is False for received ones, `t_ms` is plant time."""

    t_ms: int
    sent: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it.

    `t_ms` is the plant time in the middle between request sent and response complete; `latency_s` and
    `busy_s` are real seconds, without and with the silences before it. `believable` is False when the reply
    could be a late one to an earlier request.
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

    @property
    def answered(self) -> bool:
        """Whether the device itself said something undamaged: a value or an exception."""
        return self.reason in (Reason.NONE, Reason.EXCEPTION)

    @property
    def frames(self) -> str:
        """Request and reply in hex, as `request > reply`."""
        return f"{self.sent.hex(' ').upper()} > {self.received.hex(' ').upper() or 'no reply'}"


class Line:
    """An open line, used by one thread only."""

    def __init__(
        self,
        config: LineConfig,
        transport: Transport,
        clock: Clock,
        should_stop: Callable[[], bool],
    ) -> None:
        self._port = config.port
        self._transport = transport
        self._clock = clock
        self._should_stop = should_stop
        paced = transport.framing is Framing.RTU
        self.character_s = character_s(config.baud, config.parity, config.stop_bits) if paced else 0.0
        self._gap_s = silent_gap_s(config.baud, config.parity, config.stop_bits) if paced else 0.0
        self._free_at_s = clock.monotonic_s()
        self._last_unit = 0
        self._transaction = 0
        # Replies that a unit may still send late: until when (monotonic s), by unit and length.
        self._owed: dict[int, dict[int, float]] = {}
        self.late_frames = 0
        self.trace: deque[TracedFrame] = deque(maxlen=KEPT_FRAMES)

    def close(self) -> None:
        """Gives the port back."""
        self._transport.close()

    def would_be_believed(self, request: Request) -> bool:
        """Whether a reply to this request could not be mistaken for a late one to an earlier request."""
        until_s = self._owed.get(request.unit, {}).get(request.reply_length)
        return until_s is None or self._clock.monotonic_s() > until_s

    def exchange(self, request: Request, timing: DeviceTiming) -> Exchange:
        """Sends a request and waits for its reply; raises PortError when the port has gone."""
        began_s = self._clock.monotonic_s()
        self._await_silence(self._gap_before(request.unit, timing))
        self._transaction = self._transaction % 0xFFFF + 1
        sent = request_frame(request, self._transport.framing, self._transaction)
        believable = self.would_be_believed(request)
        sent_s, sent_ms = self._clock.monotonic_s(), self._clock.now_ms()
        self._transport.write(sent)
        self._note(True, sent)
        self._last_unit = request.unit
        self._free_at_s = sent_s + len(sent) * self.character_s
        scan, received = self._collect(request, sent, self._free_at_s + timing.turnaround_max_ms / 1000)
        done_s, done_ms = self._clock.monotonic_s(), self._clock.now_ms()
        self._settle(request, scan)
        registers, code = decode_reply(scan.payload) if scan.payload is not None else ((), 0)
        return Exchange(
            t_ms=(sent_ms + done_ms) // 2,
            reason=_reason(scan, code),
            registers=registers,
            exception_code=code,
            believable=believable,
            latency_s=done_s - sent_s,
            busy_s=self._clock.monotonic_s() - began_s,
            sent=sent,
            received=received,
        )

    def listen(self, timeout_s: float) -> bytes:
        """Bytes that pass without our asking, waiting at most so long for the first."""
        return self._transport.read(timeout_s)

    def _gap_before(self, unit: int, timing: DeviceTiming) -> float:
        if self._transport.framing is Framing.TCP:
            return 0.0
        gap_s = max(self._gap_s, timing.min_gap_ms / 1000)
        return gap_s if unit == self._last_unit else max(gap_s, timing.device_switch_ms / 1000)

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

    def _unasked(self, timeout_s: float) -> bytes:
        data = self._transport.read(timeout_s)
        if data:
            self._free_at_s = self._clock.monotonic_s()
        return data

    def _collect(self, request: Request, sent: bytes, first_byte_by_s: float) -> tuple[Scan, bytes]:
        """Reads until the reply is there or cannot come any more; returns the last scan and all bytes."""
        received = bytearray()
        scan = Scan()
        at_most_s = first_byte_by_s + 2 * request.reply_length * self.character_s + INTER_CHARACTER_S
        while True:
            deadline_s = first_byte_by_s
            if scan.begun:
                deadline_s = min(at_most_s, self._free_at_s + INTER_CHARACTER_S)
            left_s = deadline_s - self._clock.monotonic_s()
            if left_s <= 0:
                break
            self._heed_stop()
            self._await_missing(scan.missing)
            data = self._transport.read(min(left_s, STEP_S))
            if data:
                received += data
                self._free_at_s = self._clock.monotonic_s()
                scan = self._scan(bytes(received), request, sent, final=False)
                if scan.payload is not None:
                    break
        if scan.payload is None:
            scan = self._scan(bytes(received), request, sent, final=True)
        if received:
            self._note(False, bytes(received))
        return scan, bytes(received)

    def _await_missing(self, missing: int) -> None:
        # The rest of a frame takes known time: one waking instead of one per byte.
        if missing > 2:
            self._clock.sleep_s(min((missing - 2) * self.character_s, STEP_S))

    def _scan(self, received: bytes, request: Request, sent: bytes, *, final: bool) -> Scan:
        if self._transport.framing is Framing.TCP:
            return scan_tcp(received, request, self._transaction)
        return scan_rtu(received, request, sent, final=final)

    def _settle(self, request: Request, scan: Scan) -> None:
        """Books what a unit may still send late, and clears the line after a failure."""
        self.late_frames += len(scan.strays)
        if scan.payload is None:
            tcp = self._transport.framing is Framing.TCP
            if tcp and scan.fault is Fault.NOISE:
                raise PortError(PortTrouble.UNUSABLE, f"{self._port}: what answers there is not Modbus TCP.")
            if scan.fault is not Fault.BAD_CHECKSUM and not tcp:
                until_s = self._clock.monotonic_s() + LATEST_S
                self._owed.setdefault(request.unit, {})[request.reply_length] = until_s
            self._drain()
            return
        if scan.refused:
            return  # an exception has one length for all, and proves nothing
        owed = self._owed.get(request.unit, {})
        if request.reply_length in owed:
            del owed[request.reply_length]  # this may have been the late one
        else:
            owed.clear()  # devices answer in order: what was owed will not come any more

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
        at = 0
        while at < len(data):
            frame = whole_frame(data[at:])
            self.late_frames += bool(frame)
            at += len(frame) or 1

    def _note(self, sent: bool, data: bytes) -> None:
        self.trace.append(TracedFrame(self._clock.now_ms(), sent, data))

    def _heed_stop(self) -> None:
        if self._should_stop():
            raise LineStoppedError


def _reason(scan: Scan, exception_code: int) -> Reason:
    if scan.payload is None:
        return REASONS[scan.fault]
    return Reason.EXCEPTION if exception_code else Reason.NONE
