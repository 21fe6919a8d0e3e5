"""Batches as rows of blocks over the tariff's bands, as they lie or as a plan puts them; draggable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from solver.durations import MINUTE_MS
from widgets.theme import LIGHT, Theme

LABEL_PX = 92.0
AXIS_PX = 26.0
ROW_PX = 30.0
LEAST_ROW_PX = 14.0
BLOCK_SHARE = 0.66
MEASURED_SHARE = 0.22  # of a row: what ran is a solid bar inside what was planned
HOUR_STEPS_MIN = (60, 120, 180, 240, 360, 720, 1440)
LEAST_LABEL_PX = 58.0


@dataclass(frozen=True, slots=True)
class BandSpan:
    """A tariff band over [from_min, to_min) of the chart, with its price."""

    from_min: int
    to_min: int
    name: str
    title: str
    price_text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A batch: where it runs, (from, to) in minutes; `solid` if measured, outlined if planned."""

    id: str
    spans: tuple[tuple[int, int], ...]
    tooltip: str = ""
    solid: bool = False
    movable: bool = False
    flagged: bool = False  # breaks a limit

    @property
    def from_min(self) -> int:
        """Where it begins."""
        return self.spans[0][0]

    @property
    def to_min(self) -> int:
        """Where it ends."""
        return self.spans[-1][1]


@dataclass(frozen=True, slots=True)
class Row:
    """A machine's blocks."""

    id: str
    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """What a Gantt chart shows: minutes from `start_ms` on, in the plant's zone."""

    start_ms: int
    horizon_min: int
    zone: tzinfo
    bands: tuple[BandSpan, ...]
    rows: tuple[Row, ...]


@dataclass(slots=True)
class _Drag:
    """A block in somebody's hand."""

    row: str
    block: str
    grabbed_min: float
    moved_min: int = 0


class Gantt(QWidget):
    """Paints a chart; tells while a block is dragged, and when it is let go, where it would start."""

    block_dragged = Signal(str, str, int)  # row, block, start in minutes
    block_dropped = Signal(str, str, int)

    def __init__(self, title: str = "") -> None:
        super().__init__()
        self._title = title
        self._empty = ""
        self._chart: Chart | None = None
        self._theme = LIGHT
        self._now_ms: int | None = None
        self._drag: _Drag | None = None
        self._still: QPixmap | None = None  # all but the present, which moves each second
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_title(self, title: str) -> None:
        """What stands above the row labels, and what a screen reader says."""
        self._title = title
        self.setAccessibleName(title)
        self._paint_anew()

    def set_empty(self, sentence: str) -> None:
        """What it says while it has nothing to show."""
        self._empty = sentence
        self._paint_anew()

    def set_theme(self, theme: Theme) -> None:
        """Takes over a theme's colours."""
        self._theme = theme
        self._paint_anew()

    def set_chart(self, chart: Chart | None) -> None:
        """Shows a chart, or nothing."""
        self._chart = chart
        self.updateGeometry()
        self._paint_anew()

    def set_now(self, now_ms: int | None) -> None:
        """Draws the line of the present."""
        if now_ms != self._now_ms:
            self._now_ms = now_ms
            self.update()

    def sizeHint(self) -> QSize:
        """Room for its rows and the time axis."""
        rows = len(self._chart.rows) if self._chart else 6
        return QSize(600, round(AXIS_PX + rows * ROW_PX))

    def minimumSizeHint(self) -> QSize:
        """As little as can still be read."""
        rows = len(self._chart.rows) if self._chart else 6
        return QSize(320, round(AXIS_PX + rows * LEAST_ROW_PX))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """All lies elsewhere."""
        super().resizeEvent(event)
        self._paint_anew()

    def changeEvent(self, event: QEvent) -> None:
        """The font, or what else a text looks like, may be another."""
        super().changeEvent(event)
        self._paint_anew()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints bands, axis, rows and blocks, once until they change, and the present above them."""
        scale = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatio() != scale:
            self._still = QPixmap(self.size() * scale)
            self._still.setDevicePixelRatio(scale)
            with QPainter(self._still) as painter:
                painter.setFont(self.font())
                self._paint_still(painter)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._still)
            if self._chart is not None:
                self._paint_now(painter, self._chart)

    def _paint_anew(self) -> None:
        self._still = None
        self.update()

    def _paint_still(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.panel))
        if self._chart is not None:
            self._paint_chart(painter, self._chart)
        else:
            painter.setPen(QColor(self._theme.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._empty)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes a movable block into the hand."""
        found = self._block_at(event.position())
        if found is not None and found[1].movable and event.button() == Qt.MouseButton.LeftButton:
            row, block = found
            self._drag = _Drag(row.id, block.id, self._minute_at(event.position().x()))
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Moves the block in the hand, or says what lies under the pointer."""
        if self._drag is None:
            self._hover(event)
            return
        moved = round(self._minute_at(event.position().x()) - self._drag.grabbed_min)
        if moved != self._drag.moved_min:
            self._drag.moved_min = moved
            self.block_dragged.emit(self._drag.row, self._drag.block, self._dragged_start())
            self._paint_anew()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Lets the block go where it is."""
        if self._drag is None:
            return
        drag, start = self._drag, self._dragged_start()
        self._drag = None
        self.unsetCursor()
        if drag.moved_min:
            self.block_dropped.emit(drag.row, drag.block, start)
        self._paint_anew()

    def _dragged_start(self) -> int:
        assert self._drag is not None and self._chart is not None
        row = next(row for row in self._chart.rows if row.id == self._drag.row)
        block = next(block for block in row.blocks if block.id == self._drag.block)
        length = block.to_min - block.from_min
        return max(0, min(block.from_min + self._drag.moved_min, self._chart.horizon_min - length))

    def _hover(self, event: QMouseEvent) -> None:
        found = self._block_at(event.position())
        if found is None:
            self.unsetCursor()
            QToolTip.hideText()
            return
        if found[1].movable:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        if found[1].tooltip:
            QToolTip.showText(event.globalPosition().toPoint(), found[1].tooltip, self)

    def _block_at(self, place: QPointF) -> tuple[Row, Block] | None:
        if self._chart is None:
            return None
        for index, row in enumerate(self._chart.rows):
            for block in row.blocks:
                if self._block_rect(index, block.from_min, block.to_min).contains(place):
                    return row, block
        return None

    def _row_height(self) -> float:
        assert self._chart is not None
        return (self.height() - AXIS_PX) / max(1, len(self._chart.rows))

    def _x(self, minute: float) -> float:
        assert self._chart is not None
        return LABEL_PX + (self.width() - LABEL_PX) * minute / self._chart.horizon_min

    def _minute_at(self, x: float) -> float:
        assert self._chart is not None
        return (x - LABEL_PX) / (self.width() - LABEL_PX) * self._chart.horizon_min

    def _block_rect(self, index: int, from_min: float, to_min: float) -> QRectF:
        height = self._row_height()
        top = AXIS_PX + index * height + height * (1 - BLOCK_SHARE) / 2
        return QRectF(self._x(from_min), top, self._x(to_min) - self._x(from_min), height * BLOCK_SHARE)

    def _paint_chart(self, painter: QPainter, chart: Chart) -> None:
        self._paint_bands(painter, chart)
        self._paint_axis(painter, chart)
        for index, row in enumerate(chart.rows):
            self._paint_row(painter, chart, index, row)

    def _paint_bands(self, painter: QPainter, chart: Chart) -> None:
        painter.setPen(QColor(self._theme.muted))
        metrics = QFontMetricsF(painter.font())
        for band in chart.bands:
            area = QRectF(
                self._x(band.from_min), 0, self._x(band.to_min) - self._x(band.from_min), self.height()
            )
            painter.fillRect(area, QColor(self._theme.band(band.name)))
            for text in (f"{band.title} {band.price_text}", band.price_text):
                if metrics.horizontalAdvance(text) + 6 < area.width():
                    painter.drawText(
                        QRectF(area.left(), 0, area.width(), AXIS_PX / 2), Qt.AlignmentFlag.AlignCenter, text
                    )
                    break

    def _paint_axis(self, painter: QPainter, chart: Chart) -> None:
        painter.setPen(QColor(self._theme.text))
        painter.drawText(QRectF(6, 0, LABEL_PX - 10, AXIS_PX), Qt.AlignmentFlag.AlignVCenter, self._title)
        step = next(
            (s for s in HOUR_STEPS_MIN if self._x(s) - self._x(0) > LEAST_LABEL_PX), HOUR_STEPS_MIN[-1]
        )
        for minute, label in _ticks(chart, step):
            x = self._x(minute)
            painter.setPen(QColor(self._theme.idle))  # solid: dots cost ten times as much
            painter.drawLine(QPointF(x, AXIS_PX), QPointF(x, self.height()))
            painter.setPen(QColor(self._theme.text))
            painter.drawText(
                QRectF(x - 40, AXIS_PX / 2, 80, AXIS_PX / 2), Qt.AlignmentFlag.AlignCenter, label
            )

    def _paint_row(self, painter: QPainter, chart: Chart, index: int, row: Row) -> None:
        height = self._row_height()
        top = AXIS_PX + index * height
        painter.setPen(QColor(self._theme.border))
        painter.drawLine(QPointF(0, top), QPointF(self.width(), top))
        painter.setPen(QColor(self._theme.text))
        painter.drawText(QRectF(6, top, LABEL_PX - 10, height), Qt.AlignmentFlag.AlignVCenter, row.label)
        for block in row.blocks:
            self._paint_block(painter, index, row, block)

    def _paint_block(self, painter: QPainter, index: int, row: Row, block: Block) -> None:
        if block.solid:
            self._paint_solid(painter, index, block)
            return
        moved = 0
        if self._drag is not None and (self._drag.row, self._drag.block) == (row.id, block.id):
            moved = self._dragged_start() - block.from_min
        line = QColor(self._theme.priority(2) if block.flagged else self._theme.planned)
        whole = self._block_rect(index, block.from_min + moved, block.to_min + moved)
        middle = whole.center().y()
        painter.setPen(QPen(line, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(whole.left(), middle), QPointF(whole.right(), middle))
        painter.setPen(QPen(line, 2))
        painter.setBrush(QColor(self._theme.raised))
        for from_min, to_min in block.spans:
            painter.drawRect(self._block_rect(index, from_min + moved, to_min + moved).adjusted(1, 0, -1, 0))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_solid(self, painter: QPainter, index: int, block: Block) -> None:
        inset = self._row_height() * (BLOCK_SHARE - MEASURED_SHARE) / 2
        for from_min, to_min in block.spans:
            bar = self._block_rect(index, from_min, to_min).adjusted(0, inset, 0, -inset)
            painter.fillRect(bar, QColor(self._theme.running))

    def _paint_now(self, painter: QPainter, chart: Chart) -> None:
        if self._now_ms is None:
            return
        minute = (self._now_ms - chart.start_ms) / MINUTE_MS
        if 0 <= minute <= chart.horizon_min:
            painter.setPen(QPen(QColor(self._theme.cursor), 2))
            painter.drawLine(QPointF(self._x(minute), AXIS_PX), QPointF(self._x(minute), self.height()))


def _ticks(chart: Chart, step_min: int) -> Sequence[tuple[float, str]]:
    """Local full hours in steps of `step_min`, as (minute of the chart, label)."""
    ticks: list[tuple[float, str]] = []
    for hour in range(chart.horizon_min // 60 + 1):
        first = datetime.fromtimestamp(chart.start_ms / 1000, chart.zone).replace(
            minute=0, second=0, microsecond=0
        )
        at_ms = round(first.timestamp() * 1000) + (hour + 1) * 60 * MINUTE_MS
        local = datetime.fromtimestamp(at_ms / 1000, chart.zone)
        minute = (at_ms - chart.start_ms) / MINUTE_MS
        if (local.hour * 60) % step_min == 0 and minute <= chart.horizon_min - step_min / 3:
            ticks.append((minute, f"{local:%H:%M}"))
    return ticks
