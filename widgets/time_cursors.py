"""Two upright lines that can be dragged over a time plot."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt, Signal

from widgets.theme import LIGHT, Theme
from widgets.time_plot import CURSOR_Z, TimePlot

NAMES = ("A", "B")


class TimeCursors(QObject):
    """A pair of cursors on one plot; several plots are kept together by whoever owns them."""

    moved = Signal(object, object)  # both in UTC ms: ints too large for Qt's int

    def __init__(self, plot: TimePlot) -> None:
        super().__init__(plot)
        self._plot, self._theme = plot, LIGHT
        self._lines: list[pg.InfiniteLine] = []  # only while they are seen: each move of the view costs them

    def place(self, a_ms: int, b_ms: int) -> None:
        """Shows the cursors at two times."""
        if not self._lines:
            self._lines = [self._line(name) for name in NAMES]
            self.show_theme(self._theme)
        for line, t_ms in zip(self._lines, (a_ms, b_ms), strict=True):
            line.setValue(t_ms / 1000.0)

    def hide(self) -> None:
        """Takes the cursors away."""
        for line in self._lines:
            self._plot.removeItem(line)
        self._lines = []

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        for line in self._lines:
            line.setPen(pg.mkPen(theme.cursor, width=1, style=Qt.PenStyle.DashDotLine))
            line.setHoverPen(pg.mkPen(theme.cursor, width=3))
            line.label.setColor(theme.cursor)

    def _line(self, name: str) -> pg.InfiniteLine:
        options = {"position": 0.92, "movable": False}
        line = pg.InfiniteLine(angle=90, movable=True, label=name, labelOpts=options)
        line.setZValue(CURSOR_Z)
        self._plot.addItem(line, ignoreBounds=True)
        line.sigDragged.connect(self._on_dragged)
        return line

    def _on_dragged(self, _: object) -> None:
        a_ms, b_ms = (round(line.value() * 1000) for line in self._lines)
        self.moved.emit(a_ms, b_ms)
