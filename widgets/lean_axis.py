"""An axis that lays out its ticks with few calls, for a plot that moves lays them out anew in each frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

LARGE = 10_000.0  # from here on pyqtgraph shortens a figure to six digits
LEAST_TICKS, FLAT_SHARE = 10, 0.01  # ticks are no closer than a tenth of what is seen
TEXT_ROOM = 0.8  # of the height of a text's box; its letters are lower
ALIGN = {
    "left": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip,
    "bottom": Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextDontClip,
}
Line = tuple[QPen, QPointF, QPointF]
Text = tuple[QRectF, Qt.AlignmentFlag, str]


@dataclass(frozen=True, slots=True)
class Level:
    """Ticks of one length: where they are in pixels along the axis, and what stands at each."""

    at_px: list[float]
    texts: list[str]


class LeanAxis(pg.AxisItem):  # type: ignore[misc]
    """The left or the bottom axis, without a grid; it looks as pyqtgraph's own, but for large figures."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.enableAutoSIPrefix(False)  # it would lay out a label that nobody sees, each time the view moves
        self._upright = side == "left"

    def generateDrawSpecs(self, painter: QPainter) -> tuple[Line, list[Line], list[Text]] | None:
        """The axis's line, the lines of its ticks, and its texts; pyqtgraph's name."""
        area = self.mapRectFromParent(self.geometry())
        length_px = area.height() if self._upright else area.width()
        if length_px <= 0:
            return None
        levels = self._levels(area, length_px)
        lines = [line for place, level in enumerate(levels) for line in self._lines(level, place, area)]
        return self._own_line(area), lines, self._texts(levels, area, length_px, painter)

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Every figure written out: a counter's 1234567 and 1234568 must not both be 1.23457e+06."""
        if max((abs(value * scale) for value in values), default=0.0) < LARGE:
            texts: list[str] = super().tickStrings(values, scale, spacing)
            return texts
        decimals = decimals_of(spacing * scale)
        return [f"{value * scale:.{decimals}f}" for value in values]

    def _levels(self, area: QRectF, length_px: float) -> list[Level]:
        """The ticks in view, those with long lines first."""
        low, high = self.range
        px = (-length_px if self._upright else length_px) / ((high - low) or 1.0)
        zero_px = area.bottom() if self._upright else area.left()
        levels = []
        for step, values in self.tickValues(low, high, length_px):
            seen = [float(value) for value in values if low <= value <= high]
            at_px = [zero_px + (value - low) * px for value in seen]
            levels.append(Level(at_px, self.tickStrings(seen, self.scale, step)))
        return levels

    def _own_line(self, area: QRectF) -> Line:
        if self._upright:
            return (
                self.pen(),
                QPointF(area.right() - 1, area.top() - 1),
                QPointF(area.right() - 1, area.bottom() + 1),
            )
        return (
            self.pen(),
            QPointF(area.left() - 1, area.top() + 1),
            QPointF(area.right() + 1, area.top() + 1),
        )

    def _lines(self, level: Level, place: int, area: QRectF) -> list[Line]:
        colour = QColor(self.tickPen().color())
        colour.setAlpha(int(255 / (place + 1)))
        pen = QPen(self.tickPen())
        pen.setColor(colour)
        long_px = self.style["tickLength"] / (place * 0.5 + 1.0)
        if self._upright:
            x = area.right()
            return [(pen, QPointF(x, y), QPointF(x - long_px, y)) for y in level.at_px]
        y = area.top()
        return [(pen, QPointF(x, y), QPointF(x, y + long_px)) for x in level.at_px]

    def _texts(self, levels: list[Level], area: QRectF, length_px: float, painter: QPainter) -> list[Text]:
        """The texts of as many levels as have room; none that would be cut off or lie over the one before."""
        found: list[Text] = []
        filled_px = across_px = 0.0
        room = self.boundingRect()
        for place, level in enumerate(levels[: self.style["maxTextLevel"] + 1]):
            sizes = [_size(text, painter) for text in level.texts]
            filled_px += sum(size.height() if self._upright else size.width() for size in sizes)
            if place and self._crowded(len(found), filled_px / length_px):
                break
            across = [size.width() if self._upright else size.height() for size in sizes]
            across_px = max([across_px, *across])
            for at_px, size, text in zip(level.at_px, sizes, level.texts, strict=True):
                box = self._box(at_px, size, area)
                if room & box == box and not (found and found[-1][0].intersects(box)):
                    found.append((box, ALIGN[self.orientation], text))
        self._updateMaxTextSize(across_px)
        return found

    def _crowded(self, texts: int, filled: float) -> bool:
        return any(texts >= many and filled >= most for many, most in self.style["textFillLimits"])

    def _box(self, at_px: float, size: QSizeF, area: QRectF) -> QRectF:
        off_px = max(0, self.style["tickLength"]) + self.style["tickTextOffset"][0 if self._upright else 1]
        if self._upright:
            corner = QPointF(area.right() - off_px - size.width(), at_px - size.height() / 2)
        else:
            corner = QPointF(at_px - size.width() / 2, area.top() + off_px)
        return QRectF(corner, size)


def decimals_of(step: float) -> int:
    """How many decimals tell ticks apart that are a step from each other."""
    return max(0, math.ceil(-math.log10(step))) if step > 0 else 0


def letters_of(low: float, high: float) -> int:
    """How many letters the longest figure of an axis from `low` to `high` may have."""
    step = (high - low) / LEAST_TICKS or abs(high) * FLAT_SHARE
    return max(len(f"{value:.{decimals_of(step)}f}") for value in (low, high))


def _size(text: str, painter: QPainter) -> QSizeF:
    box = painter.boundingRect(QRectF(0, 0, 100, 100), Qt.AlignmentFlag.AlignCenter, text)
    return QSizeF(box.width(), box.height() * TEXT_ROOM)
