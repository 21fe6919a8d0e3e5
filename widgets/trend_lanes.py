"""Curves over one time, a lane for each unit; lanes move together and share two cursors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QSplitter

from widgets.theme import LIGHT, Theme
from widgets.time_cursors import TimeCursors
from widgets.time_plot import TimePlot, TimeSpan


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What one point drew: t_ms int64[n], value float64[n] (NaN is a gap), and where it is in doubt."""

    point: str
    unit: str
    series: int  # chooses the colour
    t_ms: NDArray[np.int64]
    value: NDArray[np.float64]
    doubts: tuple[TimeSpan, ...] = ()


class TrendLanes(QSplitter):
    """Shows curves; tells when a person moves the time, the cursors, or drops points."""

    range_moved = Signal(object, object)  # from_ms, to_ms: ints too large for Qt's int
    cursors_moved = Signal(object, object)
    points_dropped = Signal(tuple)

    def __init__(self, zone: tzinfo) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._zone = zone
        self._theme = LIGHT
        self._lanes: dict[str, tuple[TimePlot, TimeCursors]] = {}
        self._drawn: dict[str, set[str]] = {}
        self._range_ms = (0, 3_600_000)
        self._bands: Sequence[TimeSpan] = ()
        self._cursors: tuple[int, int] | None = None
        self._moving = False
        self.setChildrenCollapsible(False)
        self.setAcceptDrops(True)

    @property
    def units(self) -> list[str]:
        """The lanes from top to bottom."""
        return list(self._lanes)

    def plot(self, unit: str) -> TimePlot:
        """The lane of a unit."""
        return self._lanes[unit][0]

    def show_curves(self, curves: Sequence[Curve]) -> None:
        """Draws these curves and no others."""
        units = list(dict.fromkeys(curve.unit for curve in curves))
        if units != self.units:
            self._set_lanes(units)
        for unit, (plot, _) in self._lanes.items():
            mine = [curve for curve in curves if curve.unit == unit]
            for gone in self._drawn[unit] - {curve.point for curve in mine}:
                plot.drop_measured(gone)
            for curve in mine:
                plot.show_measured(curve.point, curve.t_ms, curve.value, curve.series)
            self._drawn[unit] = {curve.point for curve in mine}
            plot.show_doubts([doubt for curve in mine for doubt in curve.doubts])

    def show_range(self, from_ms: int, to_ms: int) -> None:
        """Moves all lanes; tells nobody."""
        self._moving = True
        self._range_ms = (from_ms, to_ms)
        for plot, _ in self._lanes.values():
            plot.show_range(from_ms, to_ms)
        self._moving = False

    def show_bands(self, bands: Sequence[TimeSpan]) -> None:
        """Tints all lanes by tariff band."""
        self._bands = bands
        for plot, _ in self._lanes.values():
            plot.show_bands(bands)

    def show_cursors(self, cursors: tuple[int, int] | None) -> None:
        """Places the two cursors (UTC ms) in all lanes, or takes them away."""
        self._cursors = cursors
        for _, pair in self._lanes.values():
            if cursors is None:
                pair.hide()
            else:
                pair.place(*cursors)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._theme = theme
        for plot, pair in self._lanes.values():
            plot.show_theme(theme)
            pair.show_theme(theme)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Points may be dropped here."""
        if event.mimeData().hasText():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Points may be dropped anywhere here."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tells which points were dropped."""
        self.points_dropped.emit(tuple(event.mimeData().text().split("\n")))
        event.acceptProposedAction()

    def _set_lanes(self, units: Sequence[str]) -> None:
        for unit in [unit for unit in self._lanes if unit not in units]:
            plot, _ = self._lanes.pop(unit)
            self._drawn.pop(unit)
            plot.hide()
            plot.deleteLater()
        for place, unit in enumerate(units):
            if unit not in self._lanes:
                self._lanes[unit] = self._lane(unit)
                self._drawn[unit] = set()
            self.insertWidget(place, self._lanes[unit][0])
            self._lanes[unit][0].show_band_titles(place == 0)
        self._lanes = {unit: self._lanes[unit] for unit in units}
        self.show_theme(self._theme)
        self.show_range(*self._range_ms)
        self.show_bands(self._bands)
        self.show_cursors(self._cursors)

    def _lane(self, unit: str) -> tuple[TimePlot, TimeCursors]:
        plot = TimePlot(self._zone, unit)
        plot.setAcceptDrops(False)
        plot.getViewBox().setAutoVisible(y=True)
        pair = TimeCursors(plot)
        plot.range_changed.connect(self._on_range_changed)
        pair.moved.connect(self._on_cursors_moved)
        return plot, pair

    def _on_range_changed(self, from_ms: int, to_ms: int) -> None:
        if not self._moving:
            self.show_range(from_ms, to_ms)
            self.range_moved.emit(from_ms, to_ms)

    def _on_cursors_moved(self, a_ms: int, b_ms: int) -> None:
        self.show_cursors((a_ms, b_ms))
        self.cursors_moved.emit(a_ms, b_ms)
