"""The state of an alarm as a form around its priority's shape, told apart without colour (ISA-18.2)."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen

from widgets.alarm_badge import paint_number, shape_path
from widgets.theme import PRIORITY_SHAPES, Theme

PEN_PX = 2
RING_PX = 4.0  # from the shape to its ring
BAR_PX = 4.0
SIGN_PX, SIGN_LEFT_PX = 12.0, 9.0


class StateForm(Enum):
    """Filled calls for somebody; with a ring its condition has gone; with a bar it waits for a reset."""

    CALLING = "filled"
    RETURNED = "filled, with a ring"
    LATCHED = "filled, with a bar"
    SEEN = "outlined"
    LATCHED_SEEN = "outlined, with a bar"
    QUIET = "grey"
    SHELVED = "grey, with a clock"
    SUPPRESSED = "grey, with a struck circle"
    OUT_OF_SERVICE = "grey, with a cross"


FILLED = (StateForm.CALLING, StateForm.RETURNED, StateForm.LATCHED)
BARRED = (StateForm.LATCHED, StateForm.LATCHED_SEEN)
GREY = (StateForm.QUIET, StateForm.SHELVED, StateForm.SUPPRESSED, StateForm.OUT_OF_SERVICE)


def paint_state(painter: QPainter, box: QRectF, priority: int, form: StateForm, theme: Theme) -> None:
    """Paints shape and number into a box, the ring and the bar around it, and the sign to its right."""
    colour = QColor(theme.muted if form in GREY else theme.priority(priority))
    ground, filled = QColor(theme.raised), form in FILLED
    shape = PRIORITY_SHAPES[min(max(priority, 1), 4)]
    path = shape_path(shape, box)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, PEN_PX))
    if form is StateForm.RETURNED:
        painter.setBrush(ground)  # the gap is seen on a chosen row, too
        painter.drawPath(_ring(path))
    painter.setBrush(colour if filled else ground)
    painter.drawPath(path)
    if form in BARRED:
        _paint_bar(painter, box, colour, ground)
    paint_number(painter, box, shape, priority, QColor(theme.on_priority if filled else theme.text))
    _paint_sign(painter, box, form, colour, ground)
    painter.restore()


def _ring(path: QPainterPath) -> QPainterPath:
    stroker = QPainterPathStroker()
    stroker.setWidth(2 * RING_PX)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return stroker.createStroke(path).united(path).simplified()


def _paint_bar(painter: QPainter, box: QRectF, colour: QColor, ground: QColor) -> None:
    bar = QRectF(box.left() - 1, box.bottom() + RING_PX, box.width() + 2, BAR_PX)
    painter.fillRect(bar.adjusted(-1, -1, 1, 1), ground)
    painter.fillRect(bar, colour)


def _paint_sign(painter: QPainter, box: QRectF, form: StateForm, colour: QColor, ground: QColor) -> None:
    """A clock, a struck circle or a cross."""
    if form not in GREY or form is StateForm.QUIET:
        return
    half = SIGN_PX / 2
    middle = QPointF(box.right() + SIGN_LEFT_PX + half, box.center().y())
    round_box = QRectF(middle.x() - half, middle.y() - half, SIGN_PX, SIGN_PX)
    falling = QLineF(middle - QPointF(half, half) * 0.7, middle + QPointF(half, half) * 0.7)
    painter.setBrush(ground)
    painter.setPen(QPen(ground if form is StateForm.OUT_OF_SERVICE else colour, PEN_PX))
    painter.drawEllipse(round_box)
    painter.setPen(QPen(colour, PEN_PX))
    if form is StateForm.SHELVED:
        painter.drawPolyline([middle - QPointF(0, half - 2), middle, middle + QPointF(half - 2.5, 0)])
    else:
        painter.drawLine(falling)
    if form is StateForm.OUT_OF_SERVICE:
        painter.drawLine(QLineF(falling.x1(), falling.y2(), falling.x2(), falling.y1()))
