"""The two cursors of the Trends page and the figures between them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from hmi.desk.context import DeskContext
from hmi.desk.trend_data import Between, load_between
from hmi.store.database import Store

SETTLE_MS = 120


class CursorFigures(QObject):
    """Where the cursors are (UTC ms; None for none) and, once read, what lies between them by point."""

    changed = Signal()

    def __init__(self, parent: QObject, context: DeskContext) -> None:
        super().__init__(parent)
        self._context = context
        self.cursors: tuple[int, int] | None = None
        self.between: dict[str, Between] = {}
        self._points: tuple[str, ...] = ()
        self._ticket: int | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self._load)

    def place(self, cursors: tuple[int, int] | None, points: Sequence[str]) -> None:
        """Puts them elsewhere, or takes them away; figures follow when they rest."""
        self.cursors, self._points = cursors, tuple(points)
        if cursors is None:
            self.between = {}
        else:
            self._timer.start()

    def is_settled(self) -> bool:
        """Whether the figures have arrived."""
        return self._ticket is None

    def _load(self) -> None:
        if self.cursors is None:
            return
        plant, tariff = self._context.plant, self._context.tariff
        points, (a_ms, b_ms) = self._points, self.cursors

        def load(store: Store) -> dict[str, Between]:
            return load_between(store, plant, tariff, points, a_ms, b_ms)

        if self._ticket is not None:
            self._context.reader.forget(self._ticket)
        self._ticket = self._context.reader.submit(load, self._on_between, self._on_no_between)

    def _on_between(self, between: dict[str, Between]) -> None:
        self._ticket = None
        self.between = between
        self.changed.emit()

    def _on_no_between(self, sentence: str) -> None:
        self._ticket = None
