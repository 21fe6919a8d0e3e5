"""A plot over time: tariff bands behind, measured solid, predicted dashed with its band, planned outlined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from widgets.column_curves import ColumnCurves, DrawnCurve
from widgets.lean_axis import LeanAxis
from widgets.theme import LIGHT, Theme
from widgets.time_axis import TimeAxis

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
LEAST_TOP = 1.0  # an axis from zero goes so far at least: noise of an idle machine is no load
LEFT_AXIS_PX, LEFT_NAME_PX = 52, 30  # with short figures; of it the unit and the ticks
LETTER_PX = 7.2
PREDICTED_Z, BAND_Z, MEASURED_Z, CURSOR_Z = 1, -90, 3, 9


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A stretch of time [from, to) in UTC ms: a tariff band with its title, or a stretch of doubt."""

    from_ms: int
    to_ms: int
    name: str = ""
    title: str = ""
    short_title: str = ""  # where there is no room for the title


class SpansItem(QGraphicsObject):
    """Paints stretches of time over the full height of a view box, in its pixels, behind all curves."""

    def __init__(self, box: pg.ViewBox, z: int) -> None:
        super().__init__(box)
        self._box = box
        self._area = QRectF(box.rect())
        self._spans: list[tuple[float, float, QBrush]] = []
        self.setZValue(z)
        box.sigXRangeChanged.connect(self._on_moved)
        box.sigResized.connect(self._on_moved)

    def show_spans(self, spans: list[tuple[float, float, QBrush]]) -> None:
        """Takes (from, to) in seconds since 1970 and what to fill them with."""
        self._spans = spans
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole view box."""
        return self._area

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Fills what lies in view."""
        (from_s, to_s), _ = self._box.viewRange()
        px_per_s = self._area.width() / (to_s - from_s)
        for since, to, brush in self._spans:
            left = (max(since, from_s) - from_s) * px_per_s
            right = (min(to, to_s) - from_s) * px_per_s
            if right > left:
                painter.fillRect(QRectF(left, 0.0, right - left, self._area.height()), brush)

    def _on_moved(self, *_: object) -> None:
        self.prepareGeometryChange()
        self._area = QRectF(self._box.rect())
        self.update()


class BandAxis(pg.AxisItem):  # type: ignore[misc]
    """The top axis: the tariff band and its price over the middle of what is seen of each band."""

    def __init__(self) -> None:
        super().__init__("top")
        self.enableAutoSIPrefix(False)  # it would lay out a label that nobody sees, each time the view moves
        self._spans: Sequence[TimeSpan] = ()
        self._titles: dict[float, str] = {}
        self.setStyle(tickLength=0, showValues=True)
        self.setHeight(20)

    def show_spans(self, spans: Sequence[TimeSpan]) -> None:
        """Takes the bands."""
        self._spans = spans
        self.picture = None
        self.update()

    def tickValues(self, from_s: float, to_s: float, size_px: float) -> list[tuple[float, list[float]]]:
        """The middles of the bands that have room for their title."""
        self._titles = {}
        s_per_px = (to_s - from_s) / max(size_px, 1.0)
        for span in self._spans:
            left, right = max(span.from_ms / 1000, from_s), min(span.to_ms / 1000, to_s)
            for title in (span.title, span.short_title):
                if title and right - left >= s_per_px * (len(title) * LETTER_PX + 6):
                    self._titles[(left + right) / 2] = title
                    break
        return [(1.0, list(self._titles))]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """The titles."""
        return [self._titles.get(value, "") for value in values]


class TimePlot(pg.PlotWidget):  # type: ignore[misc]
    """x is UTC ms towards the outside; inside it is seconds, as pyqtgraph wants it."""

    range_changed = Signal(object, object)  # from_ms, to_ms: ints too large for Qt's int

    def __init__(self, zone: tzinfo, unit: str, *, from_zero: bool = False) -> None:
        self._band_axis = BandAxis()
        axes = {"left": LeanAxis("left"), "bottom": TimeAxis(zone), "top": self._band_axis}
        super().__init__(axisItems=axes, enableMenu=False)
        self._theme = LIGHT
        self._bands: Sequence[TimeSpan] = ()
        self._doubts: Sequence[TimeSpan] = ()
        self._ground = SpansItem(self.getViewBox(), BAND_Z)
        self._hatching = SpansItem(self.getViewBox(), BAND_Z + 1)
        self._low, self._high = pg.PlotCurveItem(connect="finite"), pg.PlotCurveItem(connect="finite")
        self._between = pg.FillBetweenItem(self._low, self._high)
        self._between.setZValue(PREDICTED_Z - 1)
        self._predicted = pg.PlotCurveItem(connect="finite")
        self._planned = pg.PlotCurveItem(connect="finite")
        self._floor = pg.PlotCurveItem(pen=_unseen()) if from_zero else None
        self._now: pg.InfiniteLine | None = None  # once it is to be seen: each move of the view costs it
        self._measured = ColumnCurves()
        self._measured.setZValue(MEASURED_Z)
        self._said: dict[str, tuple[pg.PlotDataItem, int]] = {}
        self._series_colours: dict[str, int] = {}
        self._build(unit)

    def show_unit(self, unit: str) -> None:
        """Changes what stands beside the left axis."""
        self.getAxis("left").setLabel(unit)

    def show_bands(self, bands: Sequence[TimeSpan]) -> None:
        """Tints the background by tariff band, with each band's title at the top."""
        self._bands = bands
        self._band_axis.show_spans(bands)
        self._tint()

    def show_band_titles(self, shown: bool) -> None:
        """Leaves the titles of the bands to a plot above, or not."""
        self.showAxis("top", shown)

    def show_doubts(self, doubts: Sequence[TimeSpan]) -> None:
        """Hatches the stretches whose values are uncertain or missing."""
        self._doubts = doubts
        self._tint()

    def show_measured(
        self, name: str, t_ms: IntArray, value: FloatArray, series: int = -1, *, stairs: bool = False
    ) -> None:
        """Draws a measured curve, NaN as gap; `series` chooses its colour, -1 the text's.

        As stairs a value holds until the next; else the line goes straight from one to the next.
        """
        self._series_colours[name] = series
        curve = DrawnCurve(t_ms / 1000.0, value, stairs)
        self._measured.show_curve(name, curve, self.series_colour(series))

    def show_said(self, said: Mapping[str, tuple[IntArray, FloatArray, int]]) -> None:
        """Draws what was said of several curves, dashed in their colours: times, values, series by name."""
        for name in [name for name in self._said if name not in said]:
            self.removeItem(self._said.pop(name)[0])
        for name, (t_ms, value, series) in said.items():
            if name not in self._said:
                item = pg.PlotCurveItem(connect="finite")
                item.setZValue(PREDICTED_Z)
                self.addItem(item)
                self._said[name] = (item, series)
            item = self._said[name][0]
            self._said[name] = (item, series)
            item.setData(t_ms / 1000.0, value)
            item.setPen(self._dashes(series))

    def drop_measured(self, name: str) -> None:
        """Takes a curve away."""
        self._measured.drop_curve(name)

    def show_predicted(self, t_ms: IntArray, value: FloatArray, low: FloatArray, high: FloatArray) -> None:
        """Draws what is expected, dashed, with its band from `low` to `high`; all arrays [n]."""
        t_s = t_ms / 1000.0
        self._low.setData(t_s, low)
        self._high.setData(t_s, high)
        self._predicted.setData(t_s, value)

    def show_planned(self, edges_ms: IntArray, value: FloatArray) -> None:
        """Outlines what is planned as steps: edges int64[n+1], values float64[n] between them."""
        steps = "center" if len(edges_ms) > 1 else None
        self._planned.setData(edges_ms / 1000.0, value, stepMode=steps)

    def show_now(self, t_ms: int | None) -> None:
        """Marks the present moment."""
        if self._now is None:
            if t_ms is None:
                return
            self._now = pg.InfiniteLine(angle=90, movable=False, pen=self._now_pen())
            self.addItem(self._now, ignoreBounds=True)
        self._now.setVisible(t_ms is not None)
        if t_ms is not None:
            self._now.setValue(t_ms / 1000.0)

    def show_range(self, from_ms: int, to_ms: int) -> None:
        """Moves the view."""
        if self.range_ms() == (from_ms, to_ms):  # who follows a move of this plot says it back
            return
        if self._floor is not None:  # nothing to see, but the axis takes it in
            self._floor.setData([from_ms / 1000.0, to_ms / 1000.0], [0.0, LEAST_TOP])
        self.setXRange(from_ms / 1000.0, to_ms / 1000.0, padding=0)
        self.getViewBox().prepareForPaint()  # else the first painting does, and all is painted once more

    def range_ms(self) -> tuple[int, int]:
        """What is in view."""
        (from_s, to_s), _ = self.getViewBox().viewRange()
        return round(from_s * 1000), round(to_s * 1000)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        self.setBackground(theme.panel)
        for name in ("left", "bottom", "top"):
            axis = self.getAxis(name)
            axis.setPen(pg.mkPen(theme.border))
            axis.setTextPen(pg.mkPen(theme.muted))
        colours = {name: self.series_colour(series) for name, series in self._series_colours.items()}
        self._measured.show_colours(colours)
        for item, series in self._said.values():
            item.setPen(self._dashes(series))
        self._predicted.setPen(pg.mkPen(theme.predicted, width=1, style=Qt.PenStyle.DashLine))
        self._planned.setPen(pg.mkPen(theme.planned, width=1))
        self._between.setBrush(pg.mkBrush(QColor(theme.predicted_band)))
        if self._now is not None:
            self._now.setPen(self._now_pen())
        self._tint()

    def series_colour(self, series: int) -> str:
        """The colour of a curve."""
        return self._theme.text if series < 0 else self._theme.series[series % len(self._theme.series)]

    def _now_pen(self) -> QPen:
        pen: QPen = pg.mkPen(self._theme.text, width=1, style=Qt.PenStyle.DotLine)
        return pen

    def _dashes(self, series: int) -> QPen:
        return QPen(QColor(self.series_colour(series)), 0, Qt.PenStyle.DashLine)  # 0: one pixel at any scale

    def make_room(self, letters: int) -> None:
        """Room on the left for figures of so many letters; none that lacks it is shown."""
        self.getAxis("left").setWidth(max(LEFT_AXIS_PX, LEFT_NAME_PX + round(letters * LETTER_PX)))

    def _build(self, unit: str) -> None:
        box = self.getViewBox()
        box.setMouseEnabled(x=True, y=False)
        box.enableAutoRange(y=True)
        box.setLimits(minXRange=10.0)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no key does anything here, and no focus would be seen
        self.showAxis("top")
        self.getAxis("left").setWidth(LEFT_AXIS_PX)
        self.show_unit(unit)
        parts = (
            self._between,
            self._low,
            self._high,
            self._predicted,
            self._planned,
            self._measured,
        )
        for item in parts:
            self.addItem(item, ignoreBounds=item is self._between)
        if self._floor is not None:
            self.addItem(self._floor)
        self._low.setPen(_unseen())
        self._high.setPen(_unseen())
        box.sigXRangeChanged.connect(self._on_range_changed)
        self.show_theme(self._theme)

    def _tint(self) -> None:
        theme = self._theme
        ground = [(s.from_ms / 1000, s.to_ms / 1000, QBrush(QColor(theme.band(s.name)))) for s in self._bands]
        self._ground.show_spans(ground)
        hatching = QBrush(QColor(theme.muted), Qt.BrushStyle.BDiagPattern)
        self._hatching.show_spans([(s.from_ms / 1000, s.to_ms / 1000, hatching) for s in self._doubts])

    def _on_range_changed(self, *_: object) -> None:
        self.range_changed.emit(*self.range_ms())


def _unseen() -> QPen:
    """A pen for curves that the axis must take in; without any pen it would not."""
    return QPen(QColor(0, 0, 0, 0), 0)
