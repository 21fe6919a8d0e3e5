"""When each device on a line is asked: absolute deadlines, one retry, then ever more rarely."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

DEAD_SHARE = 0.05  # the share of a line's time that one dead device may cost
FIRST_BACK_OFF_S = 1.0


@dataclass(slots=True)
class Turn:
    """A device's place in the schedule, in real seconds of the monotonic clock; `index` tells whose it is."""

    index: int
    station: Hashable
    period_s: float
    due_s: float
    failures: int = 0
    late_s: float = 0.0  # how long after its deadline it was asked last
    sooner_s: float = 0.0  # by so much the next deadline comes sooner, once
    urgent: bool = False  # asked before all that may still wait for its period

    @property
    def dead(self) -> bool:
        """Whether the retry failed as well."""
        return self.failures >= 2

    def begin(self, now_s: float, place: float) -> None:
        """Due now; later deadlines have their `place` (0 to 1) in the period, that not all come at once."""
        self.failures, self.due_s, self.late_s = 0, now_s, 0.0
        self.sooner_s = (1 - place) * self.period_s

    def answered(self, now_s: float) -> None:
        """Sets the next deadline; periods that have passed already are left out, not made up for."""
        self.failures = 0
        self._advance(now_s)

    def failed(self, now_s: float, cost_s: float) -> None:
        """Once: it is asked again at once, others first. Then ever more rarely."""
        self.failures += 1
        if self.failures < 2:
            self.due_s = now_s
            return
        back_off_s = FIRST_BACK_OFF_S * 2 ** min(self.failures - 2, 10)
        self.due_s = now_s + max(self.period_s, min(back_off_s, cost_s / DEAD_SHARE))

    def _advance(self, now_s: float) -> None:
        self.due_s += self.period_s - self.sooner_s
        self.sooner_s = 0.0
        if self.due_s < now_s:
            self.due_s += (now_s - self.due_s) // self.period_s * self.period_s


def next_turn(turns: Sequence[Turn], now_s: float, avoid: Hashable) -> Turn | None:
    """Of the turns that are due the one that must be over first, so that what is read often goes before what
    is read rarely; if possible of another station than `avoid`. None if none is due.
    """
    due = [turn for turn in turns if turn.due_s <= now_s]
    others = [turn for turn in due if turn.station != avoid]
    return min(others or due, key=_over_by_s, default=None)


def _over_by_s(turn: Turn) -> float:
    return turn.due_s + (0.0 if turn.urgent else turn.period_s)
