"""The one clock that is handed to everything; nothing else asks for the time."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """Plant time as a straight line through wall time.

    Plant time runs `speed` times as fast as wall time and meets it at the two origins (UTC, ms since 1970).
    With the defaults plant time is wall time. Processes that share the three numbers share the clock.
    """

    origin_wall_ms: int = 0
    origin_plant_ms: int = 0
    speed: float = 1.0

    def now_ms(self) -> int:
        """Plant time, UTC milliseconds since 1970."""
        return self.plant_ms(self.wall_ms())

    def plant_ms(self, wall_ms: int) -> int:
        """The plant time at a wall time."""
        return self.origin_plant_ms + round((wall_ms - self.origin_wall_ms) * self.speed)

    def wall_ms(self) -> int:
        """Wall time, UTC milliseconds since 1970; may jump when the machine's clock is set."""
        return time.time_ns() // 1_000_000  # noqa: TID251

    def monotonic_s(self) -> float:
        """Real seconds since some start, never going back: for time-outs, pacing and durations."""
        return time.monotonic()  # noqa: TID251

    def running_s(self) -> float:
        """Real seconds since some start, those in which the machine slept among them where that is known."""
        kind = getattr(time, "CLOCK_BOOTTIME", None)  # Linux has it
        return self.monotonic_s() if kind is None else time.clock_gettime(kind)

    @property
    def leap_ms(self) -> int:
        """How far the wall's time has leapt from its place; nobody watches that here."""
        return 0

    def sleep_s(self, real_s: float) -> None:
        """Waits so many real seconds."""
        if real_s > 0:
            time.sleep(real_s)  # noqa: TID251

    def real_s(self, plant_ms: float) -> float:
        """How many real seconds a stretch of plant time takes."""
        return plant_ms / 1000.0 / self.speed
