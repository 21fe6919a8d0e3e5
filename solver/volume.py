"""The volume method (Barahona and Anbil 2000): climbs a concave function that is made of planes.

Steps go along an average of all slopes so far, from the best place known. The newer a slope the more it
weighs, but ever less: where climbing stalls, the weight is halved. With a constant weight the climb ends far
below the top where many prices matter a little (59 527 instead of 59 709 on A_6x20 with covers).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solver.layout import Floats

PATIENCE, CUT, GROW, FIRST_STEP = 20, 0.7, 1.05, 0.2
LONGEST_STEP = 2.0
LEAST_WEIGHT, LEAST_SHARE = 2e-4, 0.1  # of the newest slope; the second of the most it may weigh at present
WEIGHED_EVERY, STALLED = 100, 0.02  # steps; the gain in them as a share of what is missing
ROUNDING = 1e-9


class Volume:
    """One climb; `top` is the best value so far, `at` where it is, `mean` the averaged slope."""

    def __init__(self, at: Floats, project: Callable[[Floats], Floats], weight: float) -> None:
        """Begins at a place; `project` goes to the nearest allowed one; `weight` is a new slope's."""
        self.at, self.top = at, -np.inf
        self.mean = np.zeros(0)
        self._project = project
        self._most_weight = weight
        self._step, self._length, self._waited = FIRST_STEP, 0.0, 0
        self._steps, self._marked = 0, -np.inf

    @property
    def settled(self) -> bool:
        """Whether steps have become too small to matter."""
        return self._step < 1e-4

    def take(self, place: Floats, value: float, slope: Floats) -> bool:
        """Notes what was found at a place; says whether it is the best so far."""
        self._average(slope)
        self._steps += 1
        better = value > self.top + ROUNDING * abs(value)
        if better:
            self.top, self.at, self._waited = value, place, 0
            ahead = float(slope @ self.mean) > 0
            self._step = min(LONGEST_STEP, self._step * (GROW * GROW if ahead else GROW))
        else:
            self._waited += 1
            if self._waited > PATIENCE:
                self._step, self._waited = self._step * CUT, 0
        return better

    def lower(self, value: float) -> None:
        """Takes it that the function has become another, whose value at the best place is this."""
        self.top = self._marked = value

    def next(self, target: float, size: float) -> Floats:
        """Where to look next on the way to a value of `target`; `size` is the rise of a step of one."""
        missing = max(target - self.top, 1e-6 * abs(self.top))
        if self._steps % WEIGHED_EVERY == 0:
            if self.top - self._marked < STALLED * missing:
                self._most_weight = max(LEAST_WEIGHT, 0.5 * self._most_weight)
            self._marked = self.top
        self._length = self._step * missing / max(size, 1e-12)
        return self._project(self.at + self._length * self.mean)

    def rise(self) -> float:
        """What a step of one gains by the averaged slope, as far as the last step could go that way."""
        if self._length == 0.0:
            return float(self.mean @ self.mean)
        moved = self._project(self.at + self._length * self.mean) - self.at
        return float(moved @ self.mean) / self._length

    def _average(self, slope: Floats) -> None:
        if not len(self.mean):
            self.mean = slope.copy()
            return
        turn = slope - self.mean
        square = float(turn @ turn)
        best = -float(self.mean @ turn) / square if square > 0 else 0.0  # makes the average shortest
        weight = min(max(best, LEAST_SHARE * self._most_weight), self._most_weight)
        self.mean = self.mean + weight * turn


def onto_simplex(point: Floats, total: float) -> Floats:
    """The nearest point with parts ≥ 0 that sum to `total` (Held, Wolfe and Crowder 1974); float64[n]."""
    point = point - point.max()  # changes nothing but rounding, where the point is far away
    falling = np.sort(point)[::-1]
    level = (np.cumsum(falling) - total) / np.arange(1, len(point) + 1)
    last = int(np.flatnonzero(falling >= level)[-1])
    return np.asarray(np.maximum(point - level[last], 0.0), dtype=np.float64)
