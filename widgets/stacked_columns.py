"""Stacked columns: one a day or a machine, its parts from the bottom up, the scale at the left."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLocale, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from widgets.theme import LIGHT, Theme

LEFT_PX, BELOW_PX, ABOVE_PX = 58, 24, 30
MOST_COLUMN_PX = 64
LEAST_LABEL_PX = 46
SWATCH_PX = 12
CLOSE = 0.9  # how near columns of a pair come to each other: 1 is touching
LEAST_PARTED_PX = 4  # a part less high keeps its whole height: a line would hide it
HATCHED = "no-data"  # what is missing is hatched, as on the curves


@dataclass(frozen=True, slots=True)
class Column:
    """A column's label, its parts in the order of the legend, and what it says in words."""

    label: str
    parts: tuple[float, ...]
    words: str
    doubtful: bool = False  # rests on gaps: its label is marked
    pairs_with_next: bool = False  # stands close to the next column, which bears the label of both


class StackedColumns(QWidget):
    """Draws columns; a column's words are its tool tip, all of them together the accessible description."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._names: tuple[str, ...] = ()
        self._tones: tuple[str, ...] = ()
        self._columns: tuple[Column, ...] = ()
        self._unit = self._empty = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_columns(
        self,
        names: Sequence[str],
        tones: Sequence[str],
        columns: Sequence[Column],
        unit: str,
        empty: str = "",
    ) -> None:
        """Shows columns; `names` and `tones` (of `Theme.tone`) are those of their parts.

        Where there are none, `empty` says why instead of a scale that nothing is measured by.
        """
        self._names, self._tones, self._columns = tuple(names), tuple(tones), tuple(columns)
        self._unit, self._empty = unit, empty
        self.setAccessibleDescription("\n".join(column.words for column in columns) or empty)
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a handful of columns."""
        return QSize(480, 220)

    def minimumSizeHint(self) -> QSize:
        """The least that still shows heights."""
        return QSize(240, 130)

    def event(self, event: QEvent) -> bool:
        """Says a column in words where the pointer rests."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            place = self._place(event.pos().x())
            words = self._columns[place].words if 0 <= place < len(self._columns) else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints legend, scale and columns."""
        painter = QPainter(self)
        if not self._columns:
            self._paint_empty(painter)
            return
        self._paint_legend(painter)
        top = nice_top(max((sum(column.parts) for column in self._columns), default=0.0))
        self._paint_scale(painter, top)
        for place, column in enumerate(self._columns):
            self._paint_column(painter, place, column, top)
        self._paint_labels(painter)

    def _paint_empty(self, painter: QPainter) -> None:
        ground = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        painter.fillRect(ground, QColor(self._theme.raised))
        painter.setPen(QColor(self._theme.text))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(ground.adjusted(24, 8, -24, -8), flags, self._empty)

    def _ground(self) -> QRectF:
        return QRectF(LEFT_PX, ABOVE_PX, self.width() - LEFT_PX - 8, self.height() - ABOVE_PX - BELOW_PX)

    def _step_px(self) -> float:
        return self._ground().width() / max(1, len(self._columns))

    def _place(self, x: float) -> int:
        return math.floor((x - LEFT_PX) / self._step_px())

    def _paint_legend(self, painter: QPainter) -> None:
        x = float(LEFT_PX)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(
            QRectF(0, 4, LEFT_PX - 8, 20),
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
            self._unit,
        )
        for name, tone in zip(self._names, self._tones, strict=True):
            box = QRectF(x, 8, SWATCH_PX, SWATCH_PX)
            self._fill(painter, box, tone)
            painter.setPen(QColor(self._theme.border))
            painter.drawRect(box)
            painter.setPen(QColor(self._theme.text))
            width = painter.fontMetrics().horizontalAdvance(name) + 2
            painter.drawText(QRectF(box.right() + 6, 4, width, 20), Qt.AlignmentFlag.AlignVCenter, name)
            x = box.right() + 6 + width + 18

    def _paint_scale(self, painter: QPainter, top: float) -> None:
        ground = self._ground()
        painter.fillRect(ground, QColor(self._theme.raised))
        for quarter in range(5):
            y = ground.bottom() - quarter / 4 * ground.height()
            painter.setPen(QColor(self._theme.idle))
            painter.drawLine(round(ground.left()), round(y), round(ground.right()), round(y))
            painter.setPen(QColor(self._theme.muted))
            box = QRectF(0, y - 9, LEFT_PX - 8, 18)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _grouped(top * quarter / 4)
            )

    def _paint_column(self, painter: QPainter, place: int, column: Column, top: float) -> None:
        ground, step = self._ground(), self._step_px()
        width = min(MOST_COLUMN_PX, max(2.0, step * 0.72))
        left, bottom = ground.left() + (place + 0.5) * step - width / 2, ground.bottom()
        left += (step - width) / 2 * self._leaning(place) * CLOSE
        for part, tone in zip(column.parts, self._tones, strict=True):
            height = part / top * ground.height()
            box = QRectF(left, bottom - height, width, height)
            self._fill(painter, box, tone)
            if bottom < ground.bottom() and height >= LEAST_PARTED_PX:
                line = QRectF(left, round(bottom) - 1, width, 1)
                painter.fillRect(line, QColor(self._theme.between))
            bottom -= height
        if width > 6 and bottom < ground.bottom():
            painter.setPen(QColor(self._theme.border))
            painter.drawRect(QRectF(left, bottom, width, ground.bottom() - bottom))

    def _leaning(self, place: int) -> int:
        """Whether a column leans to the right (1), to the left (-1) or nowhere, towards its pair."""
        if self._columns[place].pairs_with_next:
            return 1
        return -1 if place and self._columns[place - 1].pairs_with_next else 0

    def _fill(self, painter: QPainter, box: QRectF, tone: str) -> None:
        painter.fillRect(box, QColor(self._theme.tone(tone)))
        if tone == HATCHED:
            painter.fillRect(box, QBrush(QColor(self._theme.muted), Qt.BrushStyle.BDiagPattern))

    def _paint_labels(self, painter: QPainter) -> None:
        ground, step = self._ground(), self._step_px()
        every = max(1, math.ceil(LEAST_LABEL_PX / step))
        for place, column in enumerate(self._columns):
            leaning = self._leaning(place)
            if place % every or (leaning == 1 and every == 1):
                continue
            first, span = (place - 1, 2) if leaning == -1 and every == 1 else (place, every)
            box = QRectF(ground.left() + first * step, ground.bottom() + 3, step * span, BELOW_PX - 4)
            label = f"{column.label} *" if column.doubtful else column.label
            text = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, round(box.width()))
            painter.setPen(QColor(self._theme.text))
            side = Qt.AlignmentFlag.AlignHCenter if every == 1 else Qt.AlignmentFlag.AlignLeft
            painter.drawText(box, side | Qt.AlignmentFlag.AlignTop, text)


def _grouped(value: float) -> str:
    """A scale's number as the person's language writes it, without digits that say nothing."""
    digits = 0 if value == int(value) else 1 if round(value * 10, 6) == int(value * 10) else 2
    return QLocale().toString(value, "f", digits)


def nice_top(most: float) -> float:
    """The end of a scale that holds a value and is easy to read in quarters; 1 for nothing."""
    if not most > 0:
        return 1.0
    step = 10.0 ** math.floor(math.log10(most))
    return next(
        factor * step for factor in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10, 12) if factor * step >= most
    )
