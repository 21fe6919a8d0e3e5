"""What a counter's readings add up to: roll-over, reset, another meter and glitches told apart.

Nothing is ever counted that physics does not allow in the time: what does not fit waits until further
readings either go on from it (then it is a reset, a jump or another meter) or from before it (a glitch).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from devices.reading import Reason

HOUR_MS = 3_600_000.0
CONFIRMED_BY = 3  # readings in a row that go on from one another
ZERO_SHARE = 0.01  # of the last value: "near zero" where nothing is known of what flows


class CounterChange(StrEnum):
    """What became of a counter between two readings."""

    FIRST = "first"
    COUNTED = "counted"
    ROLLED_OVER = "rolled_over"
    WAITING = "waiting"  # it does not fit; the next readings tell
    GLITCH = "glitch"  # it fits again: what did not fit was wrong
    RESET = "reset"  # began again near zero
    MOVED = "moved"  # went on from a lower value that is not near zero: set, or another meter
    JUMPED = "jumped"  # went on from a value further on than power allows
    REPLACED = "replaced"  # another serial number


STARTED_ANEW = (
    CounterChange.RESET,
    CounterChange.MOVED,
    CounterChange.JUMPED,
    CounterChange.REPLACED,
)


@dataclass(frozen=True, slots=True)
class CounterLimits:
    """What bounds a counter, in its own unit: the most in an hour, the least step, where it starts again."""

    most_per_h: float = math.inf
    resolution: float = 0.0
    rolls_over_at: float | None = None


@dataclass(frozen=True, slots=True)
class CounterStep:
    """A reading's outcome: `added` is what was certainly counted since the last one that was believed."""

    change: CounterChange
    added: float
    before: float
    after: float

    @property
    def reason(self) -> Reason:
        """Why the reading is not to be believed yet, or NONE."""
        if self.change is not CounterChange.WAITING:
            return Reason.NONE
        return Reason.COUNTER_BACK if self.after < self.before else Reason.COUNTER_JUMP


@dataclass(frozen=True, slots=True)
class _Seen:
    """A reading that others are measured against."""

    t_ms: int
    value: float
    serial: str = ""


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Readings that go on from one another, but not from the last believed one."""

    first: _Seen
    last: _Seen
    count: int


class Counter:
    """One counter of one meter over time."""

    def __init__(self, limits: CounterLimits) -> None:
        self._limits = limits
        self._base: _Seen | None = None
        self._doubt: _Doubt | None = None

    def begin(self, t_ms: int, value: float, serial: str = "") -> None:
        """Takes a reading from before, as it is in the store."""
        self._base, self._doubt = _Seen(t_ms, value, serial), None

    def take(self, t_ms: int, value: float, serial: str = "") -> CounterStep:
        """A reading with a value, in order of time; `serial` is the meter's number, "" if unknown."""
        now, base = _Seen(t_ms, value, serial), self._base
        if base is None:
            self._base = now
            return CounterStep(CounterChange.FIRST, 0.0, value, value)
        if serial and base.serial and serial != base.serial:
            return self._anew(CounterChange.REPLACED, 0.0, base, now)
        added = self._added(base, now)
        if added is None:
            return self._doubtful(base, now)
        glitch, self._doubt = self._doubt is not None, None
        self._base = replace(now, value=max(value, base.value), serial=serial or base.serial)
        change = CounterChange.GLITCH if glitch else CounterChange.COUNTED
        if value < base.value - self._slack(base):
            change, self._base = CounterChange.ROLLED_OVER, replace(self._base, value=value)
        return CounterStep(change, added, base.value, value)

    def _doubtful(self, base: _Seen, now: _Seen) -> CounterStep:
        doubt = self._doubt
        if doubt is not None and self._forward(doubt.last, now) is not None:
            doubt = _Doubt(doubt.first, now, doubt.count + 1)
        else:
            doubt = _Doubt(now, now, 1)
        self._doubt = doubt
        if doubt.count < CONFIRMED_BY:
            return CounterStep(CounterChange.WAITING, 0.0, base.value, now.value)
        since = max(now.value - doubt.first.value, 0.0)
        if doubt.first.value > base.value:
            return self._anew(CounterChange.JUMPED, since, base, now)
        if doubt.first.value <= self._near_zero(base, doubt.first):
            return self._anew(CounterChange.RESET, max(now.value, 0.0), base, now)
        return self._anew(CounterChange.MOVED, since, base, now)

    def _anew(self, change: CounterChange, added: float, base: _Seen, now: _Seen) -> CounterStep:
        self._base, self._doubt = replace(now, serial=now.serial or base.serial), None
        return CounterStep(change, added, base.value, now.value)

    def _added(self, base: _Seen, now: _Seen) -> float | None:
        """What was counted from one reading to the next if they belong together, else None."""
        forward = self._forward(base, now)
        if forward is not None:
            return forward
        end = self._limits.rolls_over_at
        if end is None or base.value > end or now.value >= end / 2 or base.value <= end / 2:
            return None
        rolled = now.value + end - base.value
        return rolled if rolled <= self._room(base, now) else None

    def _forward(self, base: _Seen, now: _Seen) -> float | None:
        step = now.value - base.value
        if -self._slack(base) <= step <= self._room(base, now):
            return max(step, 0.0)
        return None

    def _room(self, base: _Seen, now: _Seen) -> float:
        """The most that can have been counted in between."""
        hours = max(now.t_ms - base.t_ms, 0) / HOUR_MS
        flowed = self._limits.most_per_h * hours if hours else 0.0
        return flowed + self._slack(base)

    def _slack(self, base: _Seen) -> float:
        """What the last digit may do, and the arithmetic."""
        return 2.0 * self._limits.resolution + 1e-12 * abs(base.value)

    def _near_zero(self, base: _Seen, first: _Seen) -> float:
        if math.isinf(self._limits.most_per_h):
            return ZERO_SHARE * base.value
        return self._room(base, first)
