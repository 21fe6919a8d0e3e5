"""How far a value has moved in the last minutes: what is under way, before the day's curve shows it."""

from __future__ import annotations

import math
from collections import deque

BACK_MS = 600_000
LEAST_MS = 300_000  # from less nothing is said
WORTH_SAYING = 0.05  # of the machine's usual power; less is its own unrest


class RecentTrend:
    """Holds the values of the last ten minutes as they came; a gap begins it anew."""

    def __init__(self) -> None:
        self._seen: deque[tuple[int, float]] = deque()

    def note(self, t_ms: int, value: float) -> None:
        """Takes over the value of a moment; NaN where it cannot be believed."""
        if not math.isfinite(value):
            self._seen.clear()
            return
        if self._seen and t_ms <= self._seen[-1][0]:
            return
        self._seen.append((t_ms, value))
        while self._seen[0][0] < t_ms - BACK_MS:
            self._seen.popleft()

    def change(self, usual: float) -> float:
        """By how much it has moved; 0 while that is no more than unrest around its usual value."""
        if not self._seen or self._seen[-1][0] - self._seen[0][0] < LEAST_MS:
            return 0.0
        moved = self._seen[-1][1] - self._seen[0][1]
        return moved if abs(moved) >= WORTH_SAYING * usual else 0.0
