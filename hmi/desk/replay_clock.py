"""The clock of a replay: plant time that is played, stopped, wound and hastened by hand."""

from __future__ import annotations

from dataclasses import dataclass

from devices.clock import Clock


@dataclass(frozen=True, slots=True)
class _Run:
    """From which moment plant time runs, since when (monotonic seconds), how fast; 0 while it stands."""

    from_ms: int
    since_s: float
    speed: float


class ReplayClock(Clock):
    """Plant time within a recorded stretch; stands at its end. The reader's thread may ask too."""

    __slots__ = ("_run", "from_ms", "to_ms")
    _run: _Run
    from_ms: int
    to_ms: int

    def __init__(self, from_ms: int, to_ms: int, speed: float = 1.0) -> None:
        super().__init__(speed=speed)
        self._put("from_ms", from_ms)
        self._put("to_ms", to_ms)
        self._go(from_ms, speed)

    @property
    def playing(self) -> bool:
        """Whether time goes on."""
        return self._run.speed > 0 and self.now_ms() < self.to_ms

    def now_ms(self) -> int:
        """Plant time, never past the stretch's end."""
        run = self._run  # taken once: another thread may wind
        return min(self.to_ms, run.from_ms + round((self.monotonic_s() - run.since_s) * run.speed * 1000))

    def play(self) -> None:
        """Lets time go on, from the beginning where it stood at the end."""
        now_ms = self.now_ms()
        self._go(self.from_ms if now_ms >= self.to_ms else now_ms, self.speed)

    def pause(self) -> None:
        """Lets time stand."""
        self._go(self.now_ms(), 0.0)

    def seek(self, t_ms: int) -> None:
        """Goes to a moment within the stretch, and plays on there if it played."""
        self._go(min(max(t_ms, self.from_ms), self.to_ms), self._run.speed)

    def hasten(self, speed: float) -> None:
        """Takes another speed from now on."""
        now_ms, standing = self.now_ms(), self._run.speed == 0
        self._put("speed", speed)
        self._go(now_ms, 0.0 if standing else speed)

    def _go(self, from_ms: int, speed: float) -> None:
        self._put("_run", _Run(from_ms, self.monotonic_s(), speed))

    def _put(self, name: str, value: object) -> None:
        """A clock is frozen for all who are handed it; only whoever winds this one changes it."""
        object.__setattr__(self, name, value)
