"""How far a shown value may be believed, as a small mark that needs no colour."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from widgets.theme import LIGHT, Theme

SIZE_PX = 16


class Mark(Enum):
    """What stands beside a value; a GOOD one has no mark."""

    GOOD = ""
    UNCERTAIN = "?"
    STALE = "!"
    BAD = "×"
    WAITING = "…"


class QualityMark(QWidget):
    """A boxed sign beside a value; its sentence is the tool tip and what a screen reader says."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = Mark.WAITING
        self._theme = LIGHT
        self.setFixedSize(SIZE_PX, SIZE_PX)

    @property
    def mark(self) -> Mark:
        """What it shows."""
        return self._mark

    def show_mark(self, mark: Mark, sentence: str) -> None:
        """Shows a mark and says why."""
        self.setToolTip(sentence)
        self.setAccessibleName(sentence)
        if mark is not self._mark:
            self._mark = mark
            self.update()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Always the same, so that nothing moves when a value goes bad."""
        return QSize(SIZE_PX, SIZE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the sign; nothing for a good value."""
        if self._mark is Mark.GOOD:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(self._theme.muted if self._mark is Mark.WAITING else self._theme.uncertain)
        painter.setPen(QPen(colour, 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        font = QFont(self.font())
        font.setPixelSize(12)
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._mark.value)
