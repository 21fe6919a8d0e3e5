"""Whether a value can follow the last one: what jumps further than it can is uncertain until seen twice."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from devices.reading import Quality, Reading, Reason

FORGOTTEN_AFTER_POLLS = 10.0  # without a value; then anything may have happened


@dataclass(frozen=True, slots=True)
class Bounds:
    """What holds for one point, in its unit: the furthest step between polls, and the most there can be."""

    max_step: float | None = None
    most: float | None = None


class Plausibility:
    """The last values of one meter's points; readings go through in order of time."""

    def __init__(self, bounds: dict[str, Bounds], poll_s: float) -> None:
        self._bounds = bounds
        self._forgotten_ms = FORGOTTEN_AFTER_POLLS * poll_s * 1000
        self._last: dict[str, Reading] = {}
        self._doubtful: dict[str, float] = {}

    def judged(self, reading: Reading) -> Reading:
        """The reading, or the same as UNCERTAIN with the reason."""
        bounds = self._bounds.get(reading.point)
        if bounds is None or reading.quality is not Quality.GOOD:
            return reading
        if bounds.most is not None and abs(reading.value) > bounds.most:
            return replace(reading, quality=Quality.UNCERTAIN, reason=Reason.BEYOND_RATING)
        if bounds.max_step is not None and self._jumps(reading, bounds.max_step):
            return replace(reading, quality=Quality.UNCERTAIN, reason=Reason.JUMP)
        return reading

    def _jumps(self, reading: Reading, max_step: float) -> bool:
        last = self._last.get(reading.point)
        doubtful = self._doubtful.pop(reading.point, None)
        near = last is None or abs(reading.value - last.value) <= max_step
        again = doubtful is not None and abs(reading.value - doubtful) <= max_step
        if near or again or (last is not None and reading.t_ms - last.t_ms > self._forgotten_ms):
            self._last[reading.point] = reading
            return False
        self._doubtful[reading.point] = reading.value
        return True


FROZEN_POLLS = 10
FROZEN_MS = 10 * 60_000
FROZEN_LEAST_VALUES = 4


class Freshness:
    """Whether a meter's measured values still move: a gateway may go on handing out what it once read."""

    def __init__(self) -> None:
        self._values: tuple[float, ...] = ()
        self._since_ms = 0
        self._polls = 0

    def is_frozen(self, t_ms: int, values: tuple[float, ...]) -> bool:
        """Takes the values of a poll; they count as frozen when several stay the same to the last bit."""
        if values != self._values or len(values) < FROZEN_LEAST_VALUES:
            self._values, self._since_ms, self._polls = values, t_ms, 1
            return False
        self._polls += 1
        return self._polls > FROZEN_POLLS and t_ms - self._since_ms >= FROZEN_MS
