"""Counts over time as thin bars, with the line that they should stay under."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.theme import LIGHT, Theme

HEIGHT_PX = 136
LEAST_TOP = 5.0
MARGIN_PX = 4
BELOW_PX = 22


class CountBars(QWidget):
    """Bars of counts, the oldest to the left; those above the limit carry the alarm colour."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: tuple[int, ...] = ()
        self._limit = 0
        self._moments: tuple[str, ...] = ()
        self._theme = LIGHT
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: Sequence[int], limit: int, text: str, moments: Sequence[str] = ()) -> None:
        """Shows counts beside a limit; `text` says the same in words.

        `moments` are written below, from the beginning of the first count to the end of the last.
        """
        self._counts, self._limit, self._moments = tuple(counts), limit, tuple(moments)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """As high as it is."""
        return QSize(400, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints ground, limit and bars."""
        painter = QPainter(self)
        below = BELOW_PX if self._moments else MARGIN_PX
        area = QRectF(self.rect()).adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -below)
        painter.fillRect(self.rect(), QColor(self._theme.raised))
        self._paint_moments(painter, area)
        top = max([LEAST_TOP, 1.2 * self._limit, *map(float, self._counts)])
        step = area.width() / max(1, len(self._counts))
        for index, count in enumerate(self._counts):
            self._paint_bar(painter, area, area.left() + index * step, step, count, count / top)
        limit_y = area.bottom() - area.height() * self._limit / top
        painter.setPen(QPen(QColor(self._theme.border), 1, Qt.PenStyle.DashLine))
        painter.drawLine(int(area.left()), int(limit_y), int(area.right()), int(limit_y))
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(int(area.left()) + 2, int(limit_y) - 3, str(self._limit))

    def _paint_moments(self, painter: QPainter, area: QRectF) -> None:
        for index, moment in enumerate(self._moments):
            share = index / max(1, len(self._moments) - 1)
            x = area.left() + share * area.width()
            painter.setPen(QColor(self._theme.border))
            painter.drawLine(round(x), round(area.bottom()), round(x), round(area.bottom()) + 3)
            width = painter.fontMetrics().horizontalAdvance(moment) + 2
            left = min(max(x - width / 2, area.left()), area.right() - width)
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(
                QRectF(left, area.bottom() + 3, width, BELOW_PX - 4), Qt.AlignmentFlag.AlignTop, moment
            )

    def _paint_bar(
        self, painter: QPainter, area: QRectF, left: float, step: float, count: int, share: float
    ) -> None:
        if not count:
            return
        too_many = count > self._limit
        colour = QColor(self._theme.priority(2) if too_many else self._theme.running)
        height = max(2.0, area.height() * share)
        painter.fillRect(QRectF(left, area.bottom() - height, max(1.0, step - 1), height), colour)
