"""Plant time that goes on when somebody sets the machine's clock."""

from __future__ import annotations

import threading

from devices.clock import Clock

BACK_MS = 60_000  # the clock may be put right by so much; beyond it times would be there twice
AHEAD_MS = 86_400_000  # a machine may have stood still, as a paused guest does, for so long


class SteadyClock(Clock):
    """Follows a clock until it leaps back, or far ahead; from then on plant time counts real seconds.

    It follows again once the clock is where it should be. `wall_ms` stays the machine's own.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock.origin_wall_ms, clock.origin_plant_ms, clock.speed)
        object.__setattr__(self, "_followed", _Followed(clock))  # a clock is frozen, its course is not

    def now_ms(self) -> int:
        """Plant time, UTC milliseconds since 1970, without the leaps."""
        return self.plant_ms(self._course().steady_ms())

    def wall_ms(self) -> int:
        """The machine's own time, UTC milliseconds since 1970."""
        return self._course().clock.wall_ms()

    def monotonic_s(self) -> float:
        """As the clock that is followed has it."""
        return self._course().clock.monotonic_s()

    @property
    def leap_ms(self) -> int:
        """How far ahead of its place the machine's clock is (negative: behind); 0 while it is followed."""
        course = self._course()
        course.steady_ms()
        return course.leap_ms

    def _course(self) -> _Followed:
        course: _Followed = self.__dict__["_followed"]
        return course


class _Followed:
    """A clock, and where it should be by the seconds that passed; for all threads."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.leap_ms = 0
        self._lock = threading.Lock()
        self._wall_ms, self._at_s = clock.wall_ms(), clock.running_s()

    def steady_ms(self) -> int:
        """The wall time that it should say."""
        with self._lock:
            wall_ms, at_s = self.clock.wall_ms(), self.clock.running_s()
            expected_ms = self._wall_ms + round((at_s - self._at_s) * 1000)
            ahead_ms = wall_ms - expected_ms
            if -BACK_MS <= ahead_ms <= (BACK_MS if self.leap_ms else AHEAD_MS):
                self._wall_ms, self._at_s, self.leap_ms = wall_ms, at_s, 0
                return wall_ms
            self.leap_ms = ahead_ms
            return expected_ms
