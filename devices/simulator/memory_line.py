"""A line in memory with a clock of its own: real bytes through a real Line, as fast as the machine can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.clock import Clock
from devices.framing import Framing
from devices.protocols.iec62056 import with_even_parity, without_parity
from devices.simulator.faults import Fault, FaultKind
from devices.simulator.spoiled import SpeakingMeter, Speech, spoiled

LATEST_START_S = 8.0  # nothing begins later than this after its request
ROUNDING_S = 1e-9  # arithmetic of seconds is not exact


@dataclass(frozen=True)
class MemoryClock(Clock):
    """Time that passes only when somebody waits; plant time is this time."""

    passed_s: list[float] = field(default_factory=list)

    def wall_ms(self) -> int:
        """The same time as milliseconds."""
        return round(self.monotonic_s() * 1000)

    def monotonic_s(self) -> float:
        """What has passed."""
        return self.passed_s[0] if self.passed_s else 0.0

    def sleep_s(self, real_s: float) -> None:
        """Lets time pass."""
        self.passed_s[:] = [self.monotonic_s() + max(real_s, 0.0)]


@dataclass(slots=True)
class MemoryLine:
    """A Transport whose far end are simulated meters; `fault` is what the next reply suffers.

    Half duplex: what is written into a reply is lost, and garbles the rest of the reply. A meter answers in
    order, so that after a late reply everything else of its own is later still.
    """

    meters: Mapping[str, SpeakingMeter]
    clock: MemoryClock
    framing: Framing = Framing.RTU
    char_s: float = 10 / 9600
    turnaround_s: float = 0.01
    fault: Fault | None = None
    collisions: int = 0
    _coming: list[tuple[float, int]] = field(default_factory=list)  # (when it can be read, byte), sorted
    _busy_until_s: dict[str, float] = field(default_factory=dict)

    def write(self, data: bytes) -> None:
        """Puts a request on the line; the meter it is for answers when it has passed."""
        now_s = self.clock.monotonic_s()
        end_s = now_s + len(data) * self.char_s
        talking = [index for index, (at_s, _) in enumerate(self._coming) if now_s < at_s <= end_s]
        if talking:
            self.collisions += 1
            for index in talking:
                at_s, byte = self._coming[index]
                self._coming[index] = (at_s, byte ^ 0xFF)
            return
        for name, speaking in self.meters.items():
            asked = without_parity(data) if speaking.speech is Speech.IEC62056 else data
            reply = speaking.meter.answer(asked)
            if reply:
                self._put(name, speaking.speech, asked, reply, end_s + self.turnaround_s)

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting for the first byte at most so long."""
        now_s = self.clock.monotonic_s()
        if not self._coming or self._coming[0][0] > now_s + max(timeout_s, 0.0):
            self.clock.sleep_s(timeout_s)
            return b""
        self.clock.sleep_s(self._coming[0][0] - now_s)
        now_s = self.clock.monotonic_s() + ROUNDING_S
        count = next((i for i, (at_s, _) in enumerate(self._coming) if at_s > now_s), len(self._coming))
        data = bytes(byte for _, byte in self._coming[:count])
        del self._coming[:count]
        return data

    def set_speed(self, baud: int, parity: str, stop_bits: int) -> None:
        """Both ends change together: what a wrong speed makes of a frame is noise, which is a fault here."""
        self.char_s = (9 + (parity != "N") + stop_bits) / baud

    def _garble(self, start_s: float, end_s: float, last: int) -> None:
        """Two that talk at once understand each other's bytes no more than anybody else does."""
        if self.framing is Framing.TCP:
            return
        before = len(self._coming) - last
        hit = [index for index in range(before) if start_s < self._coming[index][0] <= end_s]
        if hit:
            self.collisions += 1
            for index in (*hit, *range(before, len(self._coming))):
                at_s, byte = self._coming[index]
                self._coming[index] = (at_s, byte ^ 0xFF)

    def is_late(self, name: str) -> bool:
        """Whether a meter has not yet said all that it was asked for."""
        return self._busy_until_s.get(name, 0.0) > self.clock.monotonic_s()

    def hang_up(self) -> None:
        """What is on its way is lost, as when a connection is made anew."""
        self._coming.clear()
        self._busy_until_s.clear()

    def close(self) -> None:
        """Nothing is held."""

    def _put(self, name: str, speech: Speech, request: bytes, reply: bytes, start_s: float) -> None:
        kind = self.fault.kind if self.fault else None
        delay_s = self.fault.delay_s if self.fault else 0.0
        start_s = max(start_s, self._busy_until_s.get(name, 0.0))
        if kind is FaultKind.SILENT:
            return
        if kind is FaultKind.LATE:
            start_s += delay_s
        elif kind is not None and kind is not FaultKind.PAUSED:
            reply = spoiled(speech, kind, request, reply)
        if start_s > self.clock.monotonic_s() + LATEST_START_S:
            return  # nobody queues questions for ever
        reply = with_even_parity(reply) if speech is Speech.IEC62056 else reply
        at_s, half = start_s, len(reply) // 2
        char_s = 0.0 if self.framing is Framing.TCP else self.char_s  # a segment comes whole
        for index, byte in enumerate(reply):
            at_s += char_s + (delay_s if kind is FaultKind.PAUSED and index == half else 0.0)
            self._coming.append((at_s, byte))
        self._busy_until_s[name] = at_s
        self._garble(start_s, at_s, len(reply))
        self._coming.sort(key=_when)


def _when(item: tuple[float, int]) -> float:
    return item[0]
