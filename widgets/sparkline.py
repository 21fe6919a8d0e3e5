"""A day of a value in the space of a word; gaps stay gaps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.theme import LIGHT, Theme

HEIGHT_PX = 34


class Sparkline(QWidget):
    """A line without axes from `from_ms` to `to_ms`, on a scale from 0 to at least `full_scale`."""

    def __init__(self) -> None:
        super().__init__()
        self._t_ms: NDArray[np.int64] = np.empty(0, np.int64)
        self._value: NDArray[np.float64] = np.empty(0)
        self._from_ms = 0
        self._to_ms = 1
        self._full_scale = 1.0
        self._theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_series(
        self,
        t_ms: NDArray[np.int64],
        value: NDArray[np.float64],
        from_ms: int,
        to_ms: int,
        full_scale: float,
    ) -> None:
        """Shows values float64[n] (NaN is a gap) at times int64[n]."""
        self._t_ms, self._value = t_ms, value
        self._from_ms, self._to_ms = from_ms, max(to_ms, from_ms + 1)
        highest = float(np.nanmax(value)) if np.isfinite(value).any() else 0.0
        self._full_scale = max(full_scale, highest, 1e-9)
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as it may be."""
        return QSize(120, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the pieces between the gaps, and the ground line."""
        painter = QPainter(self)
        bottom = self.height() - 1
        painter.setPen(QPen(QColor(self._theme.idle), 1))
        painter.drawLine(0, bottom, self.width(), bottom)
        painter.setPen(QPen(QColor(self._theme.running), 1))
        for piece in self.pieces():
            painter.drawPolyline(piece)

    def pieces(self) -> list[QPolygonF]:
        """The unbroken stretches in pixels."""
        x = (self._t_ms - self._from_ms) / (self._to_ms - self._from_ms) * self.width()
        y = (1 - self._value / self._full_scale) * (self.height() - 2)
        finite = np.isfinite(y)
        starts = np.flatnonzero(finite & ~np.roll(finite, 1) | (finite & (np.arange(len(y)) == 0)))
        ends = np.flatnonzero(finite & (~np.roll(finite, -1) | (np.arange(len(y)) == len(y) - 1)))
        return [
            QPolygonF([QPointF(x[i], y[i]) for i in range(start, end + 1)])
            for start, end in zip(starts, ends, strict=True)
        ]
