"""Which line is what: solid was measured, dashed is expected, outlined is planned."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.theme import LIGHT, Theme

SAMPLE_PX = 26
GAP_PX = 8
BETWEEN_PX = 22
HEIGHT_PX = 20


class LineKind(Enum):
    """How sure a line is."""

    MEASURED = "measured"
    PREDICTED = "predicted"
    PLANNED = "planned"


class Legend(QWidget):
    """One row of samples with their names."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: Sequence[tuple[LineKind, str]] = ()
        self._theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_entries(self, entries: Sequence[tuple[LineKind, str]]) -> None:
        """Takes kinds and names."""
        self._entries = entries
        self.setAccessibleName(", ".join(name for _, name in entries))
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """One row of text."""
        return QSize(200, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the samples and the names."""
        painter = QPainter(self)
        x = 4.0
        for kind, name in self._entries:
            self._sample(painter, kind, QRectF(x, 3, SAMPLE_PX, self.height() - 6))
            painter.setPen(QColor(self._theme.muted))
            width = painter.fontMetrics().horizontalAdvance(name)
            text = QRectF(x + SAMPLE_PX + GAP_PX, 0, width + 2, self.height())
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, name)
            x = text.right() + BETWEEN_PX

    def _sample(self, painter: QPainter, kind: LineKind, box: QRectF) -> None:
        theme, middle = self._theme, round(box.center().y())
        if kind is LineKind.PLANNED:
            painter.setPen(QPen(QColor(theme.planned), 1))
            painter.drawRect(box.adjusted(0.5, 1.5, -0.5, -1.5))
            return
        if kind is LineKind.PREDICTED:
            painter.fillRect(box, QColor(theme.predicted_band))
            painter.setPen(QPen(QColor(theme.predicted), 1, Qt.PenStyle.DashLine))
        else:
            painter.setPen(QPen(QColor(theme.text), 1))
        painter.drawLine(round(box.left()), middle, round(box.right()), middle)
