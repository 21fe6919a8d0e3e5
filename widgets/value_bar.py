"""A value against its normal range and its limit."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.theme import LIGHT, Theme

HEIGHT_PX = 12


@dataclass(frozen=True, slots=True)
class BarFacts:
    """A value and what it is held against, all in the same unit; a NaN value leaves the bar empty."""

    value: float
    full_scale: float
    normal_low: float
    normal_high: float
    limit: float | None = None

    @property
    def abnormal(self) -> bool:
        """Whether the value is outside of its normal range."""
        return math.isfinite(self.value) and not self.normal_low <= self.value <= self.normal_high


class ValueBar(QWidget):
    """A horizontal bar; the normal range is the outlined box, the limit a line."""

    def __init__(self) -> None:
        super().__init__()
        self._facts: BarFacts | None = None
        self._theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_facts(self, facts: BarFacts, text: str) -> None:
        """Shows a value; `text` says the same in words."""
        self.setAccessibleName(text)
        self.setToolTip(text)
        if facts != self._facts:
            self._facts = facts
            self.update()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as it may be."""
        return QSize(120, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints ground, normal range, value and limit."""
        painter = QPainter(self)
        ground = QRectF(self.rect()).adjusted(0.5, 1.5, -0.5, -1.5)
        painter.fillRect(ground, QColor(self._theme.raised))
        facts = self._facts
        if facts is None or facts.full_scale <= 0:
            return
        if math.isfinite(facts.value):
            colour = self._theme.uncertain if facts.abnormal else self._theme.running
            painter.fillRect(self._stretch(ground.adjusted(0, 2, 0, -2), 0.0, facts.value), QColor(colour))
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self._stretch(ground, facts.normal_low, facts.normal_high))
        if facts.limit is not None and facts.limit <= facts.full_scale:
            x = self._stretch(ground, 0.0, facts.limit).right()
            painter.setPen(QPen(QColor(self._theme.text), 2))
            painter.drawLine(round(x), 0, round(x), self.height())

    def _stretch(self, ground: QRectF, low: float, high: float) -> QRectF:
        assert self._facts is not None
        full = self._facts.full_scale
        left = ground.left() + ground.width() * min(max(low / full, 0.0), 1.0)
        right = ground.left() + ground.width() * min(max(high / full, 0.0), 1.0)
        return QRectF(left, ground.top(), max(1.0, right - left), ground.height())
