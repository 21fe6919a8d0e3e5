"""The one stretch of time that all pages look at: it follows the present, or stands still."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from devices.clock import Clock
from hmi.desk.replay_clock import ReplayClock
from hmi.store.local_days import Day, local_day
from solver.durations import DAY_MS

LEAST_MS = 10_000


class TimeWindow(QObject):
    """`span_ms` long, up to the present while `live`, else up to a moment that was chosen."""

    changed = Signal()

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._span_ms, self._to_ms = DAY_MS, 0
        self._live = True

    @property
    def live(self) -> bool:
        """Whether it follows the present."""
        return self._live

    @property
    def recorded(self) -> bool:
        """Whether its present is that of a replay."""
        return isinstance(self._clock, ReplayClock)

    @property
    def span_ms(self) -> int:
        """How long it is."""
        return self._span_ms

    @property
    def to_ms(self) -> int:
        """Where it ends; now while it is live."""
        return self._clock.now_ms() if self._live else self._to_ms

    @property
    def from_ms(self) -> int:
        """Where it begins."""
        return self.to_ms - self._span_ms

    def follow(self, live: bool = True) -> None:
        """Follows the present, or stays where it is."""
        self._to_ms = self.to_ms
        self._live = live
        self.changed.emit()

    def show(self, from_ms: int, to_ms: int) -> None:
        """Stands still over a stretch of time."""
        self._live = False
        self._span_ms, self._to_ms = max(LEAST_MS, to_ms - from_ms), to_ms
        self.changed.emit()

    def show_span(self, span_ms: int) -> None:
        """Takes another length and keeps its end."""
        self._span_ms = max(LEAST_MS, span_ms)
        self.changed.emit()

    def step(self, direction: int) -> None:
        """Goes back (-1) or forth (1) by half of what it shows, and stands still there."""
        to_ms = self.to_ms + direction * self._span_ms // 2
        self.show(to_ms - self._span_ms, to_ms)

    def step_days(self, direction: int, zone: ZoneInfo) -> None:
        """Goes back or forth by as many whole local days as it stands for; never past today."""
        days = self.days(zone)
        if direction < 0:
            to_ms = days[0].from_ms
        else:
            today = local_day(self._clock.now_ms(), zone)
            to_ms = min(days[-1].to_ms + len(days) * DAY_MS, today.to_ms)
        self.show(to_ms - self._span_ms, to_ms)

    def days(self, zone: ZoneInfo) -> list[Day]:
        """The whole local days that it stands for: the one it ends in, and as many before it as fit."""
        days = [local_day(self.to_ms - 1, zone)]
        while len(days) < round(self._span_ms / DAY_MS):
            days.insert(0, local_day(days[0].from_ms - 1, zone))
        return days
