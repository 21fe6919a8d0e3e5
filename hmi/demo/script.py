"""People who act by script on a real window: each step waits for what it needs to see, then goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from devices.clock import Clock

LOOK_EVERY_MS = 50


class NotSeenError(Exception):
    """Something that the demonstration needs did not come about; the text says what."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Goes on when `seen` is true; gives up after so many real seconds, saying what was not seen."""

    what: str
    seen: Callable[[], bool]
    patience_s: float = 60.0


class Script(QObject):
    """Plays a sequence of acts and waits in the window's own event loop."""

    ended = Signal(str)  # "" or what was not seen

    def __init__(self, acts: Iterator[Wait], clock: Clock) -> None:
        super().__init__()
        self._acts = acts
        self._clock = clock
        self._wait: Wait | None = None
        self._since_s = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._on_tick)

    def begin(self) -> None:
        """Starts with the first act."""
        self._timer.start()

    def stop(self) -> None:
        """Waits for nothing any more."""
        self._timer.stop()

    @Slot()
    def _on_tick(self) -> None:
        if self._wait is not None and not self._wait.seen():
            if self._clock.monotonic_s() - self._since_s > self._wait.patience_s:
                self._timer.stop()
                self.ended.emit(self._wait.what)
            return
        self._timer.stop()  # an act may run an event loop of its own, e.g. to take pictures
        try:
            self._wait = next(self._acts, None)
        except NotSeenError as error:
            self.ended.emit(str(error))
            return
        self._since_s = self._clock.monotonic_s()
        if self._wait is None:
            self.ended.emit("")
        else:
            self._timer.start()
