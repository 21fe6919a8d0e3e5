"""A virtual half-duplex RS-485 line: bytes take as long as on a wire of its baud rate; devices answer on it.

Byte k of a reply can be read at start + (k + 1) · tc, by absolute deadlines; a request, which comes at once
through a pseudo-terminal or a socket, still occupies the line for its own length.
"""

from __future__ import annotations

import select
import socket
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from devices.clock import Clock
from devices.protocols.iec62056 import with_even_parity, without_parity
from devices.simulator.byte_meters import Iec62056Meter
from devices.simulator.fault_plan import FaultPlan
from devices.simulator.faults import Burst, Fault, bursts
from devices.simulator.modbus_slave import RegisterDevice, answer, crc_holds, request_length
from devices.simulator.scenario import LineScenario
from devices.simulator.spoiled import SpeakingMeter, Speech, other_bursts
from devices.simulator.wire import Wire

FAST_BAUD = 19_200
FAST_SILENCE_S = 0.00175
GROUP_BAUD = 38_400
GROUP_S = 0.001
FOREVER_S = 1e9
SPEED_CHANGE_S = 0.25  # what a meter of mode C waits before it answers (200 to 1500 ms)


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a character takes, what silence ends a frame, how many characters are handed over at once."""

    char_s: float
    silence_s: float
    group: int


def pace_of(baud: int, char_bits: int) -> Pace:
    """tc = bits/baud; t3.5 is 3.5 tc up to 19200 baud and 1.75 ms above; groups from 38400 baud on."""
    char_s = char_bits / baud
    silence_s = 3.5 * char_s if baud <= FAST_BAUD else FAST_SILENCE_S
    return Pace(char_s, silence_s, max(1, round(GROUP_S / char_s)) if baud >= GROUP_BAUD else 1)


def limit_s(pace: Pace, registers: int, turnaround_s: float = 0.0) -> float:
    """The shortest time from one read of so many registers to the next: T(N)."""
    return (8 + 5 + 2 * registers) * pace.char_s + pace.silence_s + max(turnaround_s, pace.silence_s)


@dataclass(frozen=True, slots=True)
class PacedLineCounters:
    """What happened on the line; `gap_violations` are requests that began before t3.5 of silence."""

    requests: int = 0
    replies: int = 0
    exceptions: int = 0
    unanswered: int = 0
    damaged: int = 0
    gap_violations: int = 0
    collisions: int = 0
    wrong_baud: int = 0
    busy_s: float = 0.0


@dataclass(slots=True)
class _Sending:
    start_s: float
    data: bytes
    sent: int = 0


class PacedLine(threading.Thread):
    """The devices of one line behind one wire; stopped by `stop`, which also closes the wire.

    `others` speak other protocols than Modbus RTU. With one that changes the line's speed (IEC 62056-21) the
    line has the speed that its master has set, and no baud rate is wrong.
    """

    def __init__(
        self,
        spec: LineScenario,
        devices: dict[int, RegisterDevice],
        wire: Wire,
        clock: Clock,
        others: Sequence[SpeakingMeter] = (),
    ) -> None:
        super().__init__(name=f"simulated {spec.id}")
        self.pace = pace_of(spec.baud, spec.char_bits)
        self._spec = spec
        self._devices = devices
        self._others = tuple(others)
        self._speed_changes = any(other.speech is Speech.IEC62056 for other in others)
        self._wire = wire
        self._clock = clock
        self.plan = FaultPlan(spec.id)
        self._counters = PacedLineCounters()
        self._outbox: deque[_Sending] = deque()
        self._inbox = bytearray()
        self._frame_start_s = 0.0
        self._free_s = -FOREVER_S
        self._stopping = threading.Event()
        self._bell, self._bell_push = socket.socketpair()

    @property
    def address(self) -> str:
        """What a master opens."""
        return self._wire.address

    @property
    def counters(self) -> PacedLineCounters:
        """What happened until now."""
        return self._counters

    def set_fault(self, unit: int, fault: Fault | None) -> None:
        """Spoils the replies of a unit from now on; None mends it. Unit -1 - n is the nth of the others."""
        self.plan.set_faults(unit, [] if fault is None else [fault])

    def stop(self) -> None:
        """Ends the thread and takes the line away from the master."""
        self._stopping.set()
        self._bell_push.send(b"!")
        if self.is_alive():
            self.join()
        for end in (self._bell, self._bell_push):
            end.close()
        self._wire.close()

    def run(self) -> None:
        """Waits for the master's bytes and for the next deadline, whichever comes first."""
        while not self._stopping.is_set():
            line = self._wire.fileno()
            readable, _, _ = select.select([line, self._bell.fileno()], [], [], self._wait_s())
            if line in readable:
                self._receive(self._wire.read(), self._clock.monotonic_s())
            self._drop_ended_frame(self._clock.monotonic_s())
            self._send_due(self._clock.monotonic_s())

    def _wait_s(self) -> float | None:
        deadlines = []
        if self._outbox:
            deadlines.append(self._group_end_s(self._outbox[0])[1])
        if self._inbox:
            deadlines.append(self._silent_from_s())
        return max(0.0, min(deadlines) - self._clock.monotonic_s()) if deadlines else None

    def _receive(self, data: bytes, now_s: float) -> None:
        if not data:
            return
        if self._outbox and self._outbox[0].start_s <= now_s:
            self._collide()
            return
        baud, silence_s = self._wire.peer_baud(), self.pace.silence_s
        if self._speed_changes and baud is not None and not self._inbox:
            self.pace = pace_of(baud, 10)
        elif not self._speed_changes and baud not in (None, self._spec.baud):
            self._count(wrong_baud=1)
            return
        if not self._inbox:
            self._frame_start_s = now_s
            if self._too_soon(now_s, silence_s):  # by the speed until now: that is what the others hear
                return
        self._inbox += data
        self._take_frames()

    def _too_soon(self, start_s: float, silence_s: float) -> bool:
        """Counts a request that begins before the silence has lasted; whether it is to be ignored for it."""
        if start_s >= self._free_s + silence_s:
            return False
        self._count(gap_violations=1)
        return self._spec.drop_short_gaps

    def _take_frames(self) -> None:
        if self._others and self._answer_other(bytes(self._inbox), self._frame_start_s):
            self._inbox.clear()
            return
        length = request_length(bytes(self._inbox[:7]))
        while length is not None and len(self._inbox) >= length:
            frame = bytes(self._inbox[:length])
            del self._inbox[:length]
            self._frame_start_s = self._answer(frame, self._frame_start_s)
            if self._inbox and self._too_soon(self._frame_start_s, self.pace.silence_s):
                self._inbox.clear()
            length = request_length(bytes(self._inbox[:7]))

    def _answer(self, request: bytes, start_s: float) -> float:
        """Takes one frame, puts the reply, if any, on the line; returns when the frame has ended."""
        pace = self.pace
        end_s = start_s + len(request) * pace.char_s
        self._free_s = end_s
        self._count(requests=1, busy_s=len(request) * pace.char_s)
        device = self._devices.get(request[0])
        if not crc_holds(request):
            self._count(damaged=1)
        elif device is None:
            self._count(unanswered=1)
        else:
            reply = answer(request, device)
            self._put(request, reply, end_s + self._turnaround_s(request[0]))
        return end_s

    def _answer_other(self, request: bytes, start_s: float) -> bool:
        """Whether what has come is a whole request to one of the others, which then answers."""
        for index, other in enumerate(self._others):
            seven = other.speech is Speech.IEC62056
            reply = other.meter.answer(without_parity(request) if seven else request)
            if not reply:
                continue
            end_s = start_s + len(request) * self.pace.char_s
            self._free_s = end_s
            self._count(requests=1, busy_s=len(request) * self.pace.char_s)
            turnaround_s = self._turnaround_s(-1 - index)
            parts = other_bursts(other.speech, self.plan.fault(-1 - index), request, reply)
            if seven:
                parts = [Burst(part.after_s, with_even_parity(part.data)) for part in parts]
                turnaround_s = max(turnaround_s, SPEED_CHANGE_S)
                if isinstance(other.meter, Iec62056Meter) and reply[:1] != b"/":
                    self.pace = pace_of(other.meter.reply_baud, 10)
            self._send(parts, end_s + turnaround_s)
            return True
        return False

    def _turnaround_s(self, unit: int) -> float:
        usual_s = self._spec.turnaround_ms / 1000.0
        return max(self.plan.turnaround_s(unit, usual_s), self.pace.silence_s)

    def _put(self, request: bytes, reply: bytes, start_s: float) -> None:
        parts = bursts(self.plan.fault(request[0], request), request, reply)
        self._send(parts, start_s)
        if parts and reply[1] & 0x80:
            self._count(exceptions=1)

    def _send(self, parts: Sequence[Burst], start_s: float) -> None:
        if not parts:
            self._count(unanswered=1)
            return
        for part in parts:
            if self._outbox:
                last = self._outbox[-1]
                start_s = max(start_s, last.start_s + len(last.data) * self.pace.char_s)
            start_s += part.after_s
            self._outbox.append(_Sending(start_s, part.data))
            start_s += len(part.data) * self.pace.char_s
            self._count(busy_s=len(part.data) * self.pace.char_s)
        self._count(replies=1)

    def _send_due(self, now_s: float) -> None:
        while self._outbox:
            sending = self._outbox[0]
            end, due_s = self._group_end_s(sending)
            if due_s > now_s:
                return
            while end < len(sending.data) and self._deadline_s(sending, end + 1) <= now_s:
                end += 1
            self._wire.write(sending.data[sending.sent : end])
            sending.sent = end
            if end == len(sending.data):
                self._outbox.popleft()
                self._free_s = max(self._free_s, self._deadline_s(sending, end))

    def _group_end_s(self, sending: _Sending) -> tuple[int, float]:
        """How many bytes are out after the next group, and when its last one has passed."""
        end = min(len(sending.data), sending.sent + self.pace.group)
        return end, self._deadline_s(sending, end)

    def _deadline_s(self, sending: _Sending, count: int) -> float:
        return sending.start_s + count * self.pace.char_s

    def _collide(self) -> None:
        """The master speaks into a reply: its request is lost, and what is left of the reply is garbled."""
        self._count(collisions=1, gap_violations=1)
        sending = self._outbox[0]
        rest = bytes(byte ^ 0xFF for byte in sending.data[sending.sent :])
        sending.data = sending.data[: sending.sent] + rest

    def _silent_from_s(self) -> float:
        return self._frame_start_s + len(self._inbox) * self.pace.char_s + self.pace.silence_s

    def _drop_ended_frame(self, now_s: float) -> None:
        """Silence ends a frame: what is no request by its length is one of another function, or noise."""
        if self._inbox and now_s >= self._silent_from_s():
            frame = bytes(self._inbox)
            self._inbox.clear()
            self._answer(frame, self._frame_start_s)

    def _count(self, busy_s: float = 0.0, **more: int) -> None:
        counters = self._counters
        changed = {name: getattr(counters, name) + amount for name, amount in more.items()}
        self._counters = replace(counters, busy_s=counters.busy_s + busy_s, **changed)
