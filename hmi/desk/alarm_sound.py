"""Sounds while an alarm waits for an acknowledgement: the most important one's sound, again and again."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from hmi.desk.snapshot_model import World
from hmi.desk.sound_player import SoundPlayer
from hmi.store.records import Alarm
from solver.durations import MINUTE_MS

REPEAT_MS = {1: 2_500, 2: 6_000, 3: 15_000, 4: 60_000}  # by priority
CRITICAL = 1


class SoundState(Enum):
    """What is to be heard at this desk."""

    QUIET = "quiet"  # nothing waits
    SOUNDING = "sounding"
    MUTED = "muted"
    NO_SOUND = "no sound"  # this machine cannot play anything


class AlarmSound(QObject):
    """Decides what sounds and when; `changed` tells those who show it.

    Muting ends at its time, or when a new alarm of priority 1 comes: what may hurt somebody is never silent.
    """

    changed = Signal()

    def __init__(self, player: SoundPlayer) -> None:
        super().__init__()
        self._player = player
        self._waiting: tuple[Alarm, ...] = ()
        self._calling: dict[str, int] = {}  # by key, how often it was raised
        self._priority = 0  # of the most important that waits; 0 for none
        self._muted_until_wall_ms = 0
        self._wall_ms = 0
        self._repeat = QTimer(self)
        self._repeat.setSingleShot(True)
        self._repeat.timeout.connect(self._sound)
        player.failed.connect(self._on_failed)

    @property
    def state(self) -> SoundState:
        """What is to be heard now."""
        if not self._player.can_play:
            return SoundState.NO_SOUND
        if self._muted_until_wall_ms > self._wall_ms:
            return SoundState.MUTED
        return SoundState.SOUNDING if self._priority else SoundState.QUIET

    @property
    def muted_left_ms(self) -> int:
        """How long it stays muted."""
        return max(0, self._muted_until_wall_ms - self._wall_ms)

    def show_world(self, world: World) -> None:
        """Takes the alarms as they are now."""
        self._wall_ms = world.wall_ms
        waiting = world.standing.calling
        new: list[Alarm] = []
        if waiting is not self._waiting:
            new = [alarm for alarm in waiting if self._calling.get(alarm.key, 0) < alarm.count]
            self._calling = {alarm.key: alarm.count for alarm in waiting}
            self._waiting = waiting
        before, self._priority = self._priority, waiting[0].priority if waiting else 0
        if any(alarm.priority == CRITICAL for alarm in new):
            self._muted_until_wall_ms = 0
        if not self._priority:
            self._repeat.stop()
        elif self._calls_at_once(new, before) or not self._repeat.isActive():
            self._sound()
        self.changed.emit()

    def mute(self, minutes: int) -> None:
        """Is quiet for so long."""
        self._muted_until_wall_ms = self._wall_ms + minutes * MINUTE_MS
        self.changed.emit()

    def unmute(self) -> None:
        """Is heard again."""
        self._muted_until_wall_ms = 0
        if self._priority:
            self._sound()
        self.changed.emit()

    def try_out(self) -> None:
        """Sounds once, so that it is known that it can be heard."""
        self._player.play(CRITICAL)

    def close_down(self) -> None:
        """Is quiet for good."""
        self._repeat.stop()
        self._player.close_down()

    def _calls_at_once(self, new: list[Alarm], before: int) -> bool:
        """A new alarm does not wait for the end of a pause between less important sounds."""
        return bool(new) and (before == 0 or min(alarm.priority for alarm in new) <= before)

    @Slot()
    def _sound(self) -> None:
        if not self._priority or not self._player.can_play:
            return
        if self._muted_until_wall_ms <= self._wall_ms:
            self._player.play(self._priority)
        self._repeat.start(REPEAT_MS[min(max(self._priority, 1), 4)])

    @Slot()
    def _on_failed(self) -> None:
        self._repeat.stop()
        self.changed.emit()
