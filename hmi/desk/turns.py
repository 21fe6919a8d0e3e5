"""What is to be done in the window's thread, one thing a turn of the event loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QObject, Qt, QTimer

PICTURE_MS = 6  # Qt paints 5 ms after the first change, and that is to have a turn of its own


class Turns(QObject):
    """Does things in the order they came, with room between two for the picture of the first.

    An application has one, however many windows it shows: `turns_of`.
    """

    def __init__(self, application: QCoreApplication) -> None:
        super().__init__(application)
        self._things: deque[Callable[[], None]] = deque()
        self._alone = False  # whether the next turn has nothing but the thing to do
        self._since = QElapsedTimer()  # since the last thing was done
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_due)

    def add(self, thing: Callable[[], None]) -> None:
        """Does it soon; what is no longer to be done when its turn comes must know that itself."""
        self._things.append(thing)
        if len(self._things) == 1:
            self._start()

    def _start(self) -> None:
        since_ms = self._since.elapsed() if self._since.isValid() else PICTURE_MS
        self._timer.start(max(0, PICTURE_MS - since_ms))

    def _on_due(self) -> None:
        """Lets pass the turn in which it comes: what else is due, a picture above all, has that one."""
        self._alone = not self._alone
        if self._alone:
            self._timer.start(0)
        else:
            self._do_one()

    def _do_one(self) -> None:
        thing = self._things.popleft()
        try:
            thing()
        finally:
            self._since.start()
            if self._things:
                self._start()


def turns_of(application: QCoreApplication) -> Turns:
    """The application's Turns, made when first asked for."""
    found = application.findChild(Turns)
    return found if isinstance(found, Turns) else Turns(application)
