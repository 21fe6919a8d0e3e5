"""A text that shortens itself with dots instead of widening what it stands in."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout
from PySide6.QtWidgets import QLabel, QSizePolicy


class ElidedLabel(QLabel):
    """Plain text on one line, or on a few where it is too long; the whole is the tool tip while it is cut."""

    def __init__(self, name: str = "", most_lines: int = 1) -> None:
        super().__init__()
        self.setObjectName(name)
        self._most_lines = most_lines
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """As wide as the text, as high as a line."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        """It may shrink to almost nothing."""
        return QSize(12, self.sizeHint().height())

    def shown_lines(self) -> list[str]:
        """The lines as they fit; the last ends with dots where the text goes on."""
        lines: list[str] = []
        rest = self.text()
        while len(lines) < self._most_lines - 1 and self.fontMetrics().horizontalAdvance(rest) > self.width():
            length = self._fits_of(rest)
            lines.append(rest[:length].rstrip())
            rest = rest[length:]
        return [*lines, self.fontMetrics().elidedText(rest, Qt.TextElideMode.ElideRight, self.width())]

    def _fits_of(self, text: str) -> int:
        """How many letters of a text one line takes, to the end of a word."""
        layout = QTextLayout(text, self.font())
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(self.width())
        layout.endLayout()
        return line.textLength()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints as much as fits."""
        painter = QPainter(self)
        shown = self.shown_lines()
        is_whole = "".join(shown).replace(" ", "") == self.text().replace(" ", "")
        self.setToolTip("" if is_whole else self.text())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), self.alignment(), "\n".join(shown))
