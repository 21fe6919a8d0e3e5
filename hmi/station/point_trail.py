"""The last stretch of a point's readings, for rules that look back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from devices.reading import Reading


@dataclass(slots=True)
class PointTrail:
    """Readings of the last `keep_ms`, each taken to hold until the next, but for no longer than `gap_ms`."""

    keep_ms: int
    gap_ms: int
    times_ms: deque[int] = field(default_factory=deque)
    values: deque[float] = field(default_factory=deque)
    changed_ms: int = 0  # since when its value has been the same

    def add(self, reading: Reading) -> None:
        """Takes a reading that carries a value; one that is not newer is left out."""
        if self.times_ms and reading.t_ms <= self.times_ms[-1]:
            return
        if not self.values or reading.value != self.values[-1]:
            self.changed_ms = reading.t_ms
        self.times_ms.append(reading.t_ms)
        self.values.append(reading.value)
        while len(self.times_ms) > 2 and self.times_ms[1] < reading.t_ms - self.keep_ms:
            self.times_ms.popleft()
            self.values.popleft()

    def mean(self, from_ms: int, to_ms: int, least_share: float = 0.8) -> float | None:
        """The mean over time; None where less than a share of it was measured."""
        if not self.times_ms:
            return None
        total = known_ms = 0.0
        ends = [*list(self.times_ms)[1:], to_ms]
        for t_ms, value, next_ms in zip(self.times_ms, self.values, ends, strict=True):
            begin, end = max(t_ms, from_ms), min(next_ms, t_ms + self.gap_ms, to_ms)
            if end > begin:
                total += value * (end - begin)
                known_ms += end - begin
        return total / known_ms if known_ms > 0 and known_ms >= least_share * (to_ms - from_ms) else None

    def change(self, over_ms: int) -> tuple[float, int] | None:
        """By how much it changed over the last `over_ms` at most, and in how long."""
        if len(self.times_ms) < 2:
            return None
        from_ms = self.times_ms[-1] - over_ms
        first = next(index for index, t_ms in enumerate(self.times_ms) if t_ms >= from_ms)
        took_ms = self.times_ms[-1] - self.times_ms[first]
        return (self.values[-1] - self.values[first], took_ms) if took_ms > 0 else None
