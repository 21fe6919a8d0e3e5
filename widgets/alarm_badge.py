"""How many alarms of a priority stand: shape, colour and number together."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from widgets.theme import LIGHT, PRIORITY_SHAPES, Shape, Theme

SIZE_PX = 24
GAP_PX = 5


def shape_path(shape: Shape, box: QRectF) -> QPainterPath:
    """The outline of a priority's shape in a box."""
    path = QPainterPath()
    if shape is Shape.CIRCLE:
        path.addEllipse(box)
    elif shape is Shape.SQUARE:
        path.addRect(box.adjusted(1, 1, -1, -1))
    else:
        path.addPolygon(_corners(shape, box))
        path.closeSubpath()
    return path


def paint_number(painter: QPainter, box: QRectF, shape: Shape, priority: int, colour: QColor) -> None:
    """Paints a priority's number into the shape that lies in a box."""
    number = QFont(painter.font())
    number.setPixelSize(11)
    number.setBold(True)
    painter.setFont(number)
    painter.setPen(colour)
    lowered = box.adjusted(0, 6, 0, 2) if shape is Shape.TRIANGLE else box
    painter.drawText(lowered, Qt.AlignmentFlag.AlignCenter, str(priority))


def _corners(shape: Shape, box: QRectF) -> QPolygonF:
    middle = box.center()
    top = QPointF(middle.x(), box.top())
    if shape is Shape.TRIANGLE:
        return QPolygonF([top, box.bottomRight(), box.bottomLeft()])
    return QPolygonF(
        [
            top,
            QPointF(box.right(), middle.y()),
            QPointF(middle.x(), box.bottom()),
            QPointF(box.left(), middle.y()),
        ]
    )


class AlarmBadge(QWidget):
    """A priority's shape, its number inside, and the count beside it; hollow and grey at 0."""

    def __init__(self, priority: int, *, show_count: bool = True) -> None:
        super().__init__()
        self._priority = priority
        self._show_count = show_count
        self._count = 0
        self._theme = LIGHT

    @property
    def count(self) -> int:
        """How many alarms it shows."""
        return self._count

    def show_count(self, count: int, text: str) -> None:
        """Shows a count; `text` says the same in words."""
        self.setAccessibleName(text)
        self.setToolTip(text)
        if count != self._count:
            self._count = count
            self.updateGeometry()
            self.update()

    def show_priority(self, priority: int) -> None:
        """Changes the priority."""
        self._priority = priority
        self.update()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the shape and the count."""
        width = SIZE_PX
        if self._show_count:
            width += GAP_PX + self.fontMetrics().horizontalAdvance(str(self._count)) + 2
        return QSize(width, SIZE_PX)

    def minimumSizeHint(self) -> QSize:
        """As much as it needs."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints shape, number and count."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - SIZE_PX) / 2
        box = QRectF(1, top + 1, SIZE_PX - 2, SIZE_PX - 2)
        shape = PRIORITY_SHAPES[min(max(self._priority, 1), 4)]
        active = self._count > 0
        colour = QColor(self._theme.priority(self._priority) if active else self._theme.border)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(colour if active else Qt.BrushStyle.NoBrush)
        painter.drawPath(shape_path(shape, box))
        text_colour = QColor(self._theme.on_priority if active else self._theme.muted)
        paint_number(painter, box, shape, self._priority, text_colour)
        if self._show_count:
            self._paint_count(painter, active)

    def _paint_count(self, painter: QPainter, active: bool) -> None:
        painter.setFont(self.font())
        painter.setPen(QColor(self._theme.text if active else self._theme.muted))
        beside = QRectF(self.rect()).adjusted(SIZE_PX + GAP_PX, 0, 0, 0)
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(self._count))
