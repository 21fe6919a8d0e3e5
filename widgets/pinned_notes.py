"""Notes pinned to moments of a time plot: an upright line each, with its first words."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QObject, Qt

from widgets.theme import LIGHT, Theme
from widgets.time_plot import CURSOR_Z, TimePlot

SHOWN_LETTERS = 28
MOST_DRAWN = 40  # more in one view cannot be read


class PinnedNotes(QObject):
    """The notes on one plot."""

    def __init__(self, plot: TimePlot) -> None:
        super().__init__(plot)
        self._plot, self._theme = plot, LIGHT
        self._lines: list[pg.InfiniteLine] = []
        self._notes: list[tuple[int, str]] = []

    def show_notes(self, notes: Sequence[tuple[int, str]]) -> None:
        """Draws notes, (UTC ms, text), in the place of those before; the newest where there are too many."""
        wanted = list(notes)[-MOST_DRAWN:]
        if wanted == self._notes:
            return
        self._notes = wanted
        for line in self._lines:
            self._plot.removeItem(line)
        self._lines = [self._line(t_ms, text, place) for place, (t_ms, text) in enumerate(wanted)]
        self.show_theme(self._theme)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        for line in self._lines:
            line.setPen(pg.mkPen(theme.muted, width=1, style=Qt.PenStyle.DotLine))
            line.label.setColor(theme.text)
            line.label.fill = pg.mkBrush(theme.raised)

    def _line(self, t_ms: int, text: str, place: int) -> pg.InfiniteLine:
        words = text if len(text) <= SHOWN_LETTERS else f"{text[: SHOWN_LETTERS - 1]}…"
        height = 0.84 - 0.14 * (place % 4)  # neighbours do not cover each other
        options = {"position": height, "movable": False}
        line = pg.InfiniteLine(t_ms / 1000.0, angle=90, movable=False, label=words, labelOpts=options)
        line.setZValue(CURSOR_Z - 1)
        line.label.setToolTip(text)
        self._plot.addItem(line, ignoreBounds=True)
        return line
