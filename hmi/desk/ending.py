"""Ends a Qt application on Ctrl+C: an exception raised amid Qt's own code would be lost, or crash it."""

from __future__ import annotations

import signal
import socket
from contextlib import ExitStack
from types import TracebackType

from PySide6.QtCore import QObject, QSocketNotifier, Slot
from PySide6.QtWidgets import QApplication

from hmi.interrupts import EndRequested, when_asked_to_end

MOST_BYTES = 64


class EndOnRequest(QObject):
    """Inside it a request to end only ends the event loops; `check` raises it where that does no harm."""

    def __init__(self, application: QApplication) -> None:
        super().__init__()
        self._application = application
        self._number = 0
        self._undo = ExitStack()

    @property
    def asked(self) -> bool:
        """Whether somebody wants the program to end."""
        return self._number != 0

    def check(self) -> None:
        """Raises EndRequested if somebody wants the program to end; never to be called in a slot."""
        if self.asked:
            raise EndRequested(self._number)

    def __enter__(self) -> EndOnRequest:
        # Python sees a signal only between two of its own steps: the byte wakes a loop that waits in Qt.
        self._near, far = socket.socketpair()
        for end in (self._near, far):
            end.setblocking(False)
            self._undo.callback(end.close)
        notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        notifier.activated.connect(self._on_woken)
        self._undo.callback(notifier.setEnabled, False)
        before = signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
        self._undo.callback(signal.set_wakeup_fd, before)
        self._undo.enter_context(when_asked_to_end(self._note))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undo.close()

    def _note(self, number: int) -> None:
        self._number = number

    @Slot()
    def _on_woken(self) -> None:
        self._near.recv(MOST_BYTES)
        if self.asked:
            self._application.quit()
