"""How long the window's thread is held: the processor time that it takes in one turn of its event loop.

Wall time would fail on a busy machine. Processor time hardly depends on others, and what still does (shared
caches, a slower clock) is measured beside it: a fixed piece of work is timed at the start and whenever a turn
is over the limit, and the limit grows by as much as that work has become slower. That a thread waits, which
takes no processor time, is what WindowThreadWatch in tests/conftest.py finds.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QAbstractEventDispatcher, QObject

LIMIT_MS = 50.0
ALLOWED = 2.0  # times the limit, in every test: at load 4 to 11 the longest turns were seen at 40 to 60 ms
MOST_SLOWER = 3.0


class HeldWatch(QObject):
    """Notes the turns of the event loop that took more than the limit."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[float] = []
        self._usual_ms = min(yardstick_ms() for _ in range(20))
        self._began_s: float | None = None

    def begin(self) -> None:
        """Watches from now on."""
        dispatcher = QAbstractEventDispatcher.instance()
        glib = "Glib" in dispatcher.metaObject().className()  # handles events between these two signals
        before, after = (
            (dispatcher.aboutToBlock, dispatcher.awake)
            if glib
            else (dispatcher.awake, dispatcher.aboutToBlock)
        )
        before.connect(self._on_turn)
        after.connect(self._on_turned)

    def start_anew(self) -> None:
        """Forgets what was found."""
        self.found.clear()
        self._began_s = None

    def _on_turn(self) -> None:
        self._began_s = time.thread_time()

    def _on_turned(self) -> None:
        if self._began_s is None:
            return
        held_ms = (time.thread_time() - self._began_s) * 1000
        self._began_s = None
        if held_ms > LIMIT_MS:
            slower = min(MOST_SLOWER, max(1.0, yardstick_ms() / self._usual_ms))
            if held_ms > LIMIT_MS * slower:
                self.found.append(round(held_ms / slower, 1))


def yardstick_ms() -> float:
    """The processor time of a fixed piece of work like the desk's: small objects, dictionaries, sorting."""
    began_s = time.thread_time()
    for _ in range(10):
        rows = {str(number): (number % 7, -number) for number in range(400)}
        sorted(rows, key=rows.__getitem__)
    return (time.thread_time() - began_s) * 1000
