"""Reads the curves of what the Trends page has in view, one request at a time, and has them drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from hmi.desk.context import DeskContext
from hmi.desk.trend_cursors import SETTLE_MS
from hmi.desk.trend_data import Window, curves_of, load_window
from hmi.store.database import Store
from widgets.trend_lanes import Curve, TrendLanes

LOADED_BESIDE = 0.25  # of the span, on either side, so that a short drag finds something
LEAST_WIDTH_PX = 200


class TrendReading(QObject):
    """`due` asks for `read` once dragging and choosing have settled; `drawn` says: the curves are there."""

    due = Signal()
    drawn = Signal()

    def __init__(self, parent: QObject, context: DeskContext, lanes: TrendLanes) -> None:
        super().__init__(parent)
        self._context, self._lanes = context, lanes
        self._points: tuple[str, ...] = ()
        self._stairs: tuple[str, ...] = ()
        self._ticket: int | None = None
        self._undrawn: list[Curve] = []
        self._settled = False
        self.means_until_ms: Mapping[str, int] = {}
        self._wait, self._next_lane = QTimer(self), QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SETTLE_MS)
        self._wait.timeout.connect(self.due)
        self._next_lane.setSingleShot(True)
        self._next_lane.timeout.connect(self._draw)

    def read_soon(self) -> None:
        """Says that it is due, a moment after this was asked for last."""
        self._wait.start()

    def read(self, points: Sequence[str], stairs: Sequence[str], from_ms: int, to_ms: int) -> bool:
        """Reads and draws; False while something else is being read: then it will be due again."""
        self._wait.stop()
        self._points, self._stairs = tuple(points), tuple(stairs)
        if self._ticket is not None:
            self._wait.start()
            return False
        wanted, plant = self._points, self._context.plant
        most = round(2 * max(self._lanes.width(), LEAST_WIDTH_PX) * (1 + 2 * LOADED_BESIDE))

        def load(store: Store) -> Window:
            return load_window(store, plant, wanted, from_ms, to_ms, most)

        self._ticket = self._context.reader.submit(load, self._on_window, self._on_no_window)
        return True

    def is_settled(self) -> bool:
        """Whether the curves have arrived."""
        waiting = self._ticket is not None or self._wait.isActive() or self._next_lane.isActive()
        return self._settled and not waiting

    def _on_window(self, window: Window) -> None:
        self._ticket, self._settled = None, True
        self._undrawn = curves_of(window, self._points, self._stairs)
        self.means_until_ms = window.means_until_ms
        self._draw()

    def _draw(self) -> None:
        """Draws as soon as there is a lane for each unit; one is made in a turn, for each takes its time."""
        lacking = self._lanes.lacking(self._undrawn)
        if lacking:
            self._lanes.prepare(lacking[0])
            self._next_lane.start()
            return
        self._lanes.show_curves(self._undrawn)
        self.drawn.emit()

    def _on_no_window(self, sentence: str) -> None:
        self._ticket = None
