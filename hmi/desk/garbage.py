"""Cyclic garbage is collected in the window's thread only; another would destroy Qt objects from outside."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

from hmi.desk.turns import Turns

EVERY_MS = 500
OLDER_EVERY = (10, 120)  # turns between collections of the second and of the third generation


class WindowThreadGarbage(QObject):
    """Takes over from Python's own collector between `start` and `stop`; a collection has its own turn."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self._turns = turns
        self._turn = 0
        self._took_over = False
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._on_due)

    def start(self) -> None:
        """From now on this thread collects, unless that is seen to; what is there is not searched again."""
        self._took_over = gc.isenabled()
        if self._took_over:
            gc.collect()
            gc.disable()
            gc.freeze()
            self._timer.start()

    def stop(self) -> None:
        """Python collects by itself again."""
        self._timer.stop()
        if self._took_over:
            gc.enable()
            self._took_over = False

    def _on_due(self) -> None:
        self._turns.add(self._collect)

    def _collect(self) -> None:
        if not self._took_over:
            return
        self._turn += 1
        oldest = sum(self._turn % every == 0 for every in OLDER_EVERY)
        gc.collect(oldest)
