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

from widgets.lean_axis import letters_of
from widgets.pinned_notes import PinnedNotes
from widgets.theme import LIGHT, Theme
from widgets.time_cursors import TimeCursors
from widgets.time_plot import TimePlot, TimeSpan

_NOTHING = (np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0))


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """What one point drew: t_ms int64[n], value float64[n] (NaN is a gap), and where it is in doubt."""

    point: str
    unit: str
    series: int  # chooses the colour
    t_ms: NDArray[np.int64]
    value: NDArray[np.float64]
    doubts: tuple[TimeSpan, ...] = ()
    stairs: bool = False  # a value holds until the next, instead of a straight line to it


@dataclass(frozen=True, slots=True, eq=False)
class SaidCurve:
    """What was said of a point: t_ms int64[n]; middle, low, high float64[n], NaN where nothing was."""

    point: str
    unit: str
    series: int
    t_ms: NDArray[np.int64]
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


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
        self._prepared: dict[str, tuple[TimePlot, TimeCursors]] = {}  # made, not yet shown
        self._drawn: dict[str, set[str]] = {}
        self._range_ms = (0, 3_600_000)
        self._bands: Sequence[TimeSpan] = ()
        self._cursors: tuple[int, int] | None = None
        self._notes: Sequence[tuple[int, str]] = ()
        self._pins: dict[str, PinnedNotes] = {}
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

    def lacking(self, curves: Sequence[Curve]) -> list[str]:
        """The units of these curves that have no lane yet."""
        made = self._lanes.keys() | self._prepared.keys()
        return [unit for unit in dict.fromkeys(curve.unit for curve in curves) if unit not in made]

    def prepare(self, unit: str) -> None:
        """Makes a lane that is to be shown soon; to make several at once would hold the window."""
        self._prepared[unit] = self._lane(unit)

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
                plot.show_measured(curve.point, curve.t_ms, curve.value, curve.series, stairs=curve.stairs)
            self._drawn[unit] = {curve.point for curve in mine}
            plot.show_doubts([doubt for curve in mine for doubt in curve.doubts])
        letters = max((_letters(curve) for curve in curves), default=0)
        for plot, _ in self._lanes.values():
            plot.make_room(letters)  # all alike, so that one moment stands above the other

    def show_said(self, said: Sequence[SaidCurve]) -> None:
        """Draws what was said, dashed; each lane's first with its band, for several would hide each other."""
        for unit, (plot, _) in self._lanes.items():
            mine = [one for one in said if one.unit == unit]
            plot.show_said({one.point: (one.t_ms, one.value, one.series) for one in mine})
            if mine:
                plot.show_predicted(mine[0].t_ms, mine[0].value * np.nan, mine[0].low, mine[0].high)
            else:
                plot.show_predicted(*_NOTHING)

    def show_planned(self, unit: str, edges_ms: NDArray[np.int64], value: NDArray[np.float64]) -> None:
        """Outlines what is planned in a lane as steps; no values take it away."""
        if unit in self._lanes:
            self._lanes[unit][0].show_planned(edges_ms, value)

    def show_notes(self, notes: Sequence[tuple[int, str]]) -> None:
        """Pins notes (UTC ms, text) in the topmost lane."""
        self._notes = notes
        for place, unit in enumerate(self._lanes):
            self._pins[unit].show_notes(notes if place == 0 else ())

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
        for pins in self._pins.values():
            pins.show_theme(theme)

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
            self._pins.pop(unit)
            plot.hide()
            plot.deleteLater()
        for place, unit in enumerate(units):
            if unit not in self._lanes:
                if unit not in self._prepared:
                    self.prepare(unit)
                self._lanes[unit] = self._prepared.pop(unit)
                self._drawn[unit] = set()
                self._pins[unit] = PinnedNotes(self._lanes[unit][0])
            self.insertWidget(place, self._lanes[unit][0])
            self._lanes[unit][0].show_band_titles(place == 0)
        self._lanes = {unit: self._lanes[unit] for unit in units}
        self.show_theme(self._theme)
        self.show_range(*self._range_ms)
        self.show_bands(self._bands)
        self.show_cursors(self._cursors)
        self.show_notes(self._notes)

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


def _letters(curve: Curve) -> int:
    value = curve.value[np.isfinite(curve.value)]
    return letters_of(float(value.min()), float(value.max())) if len(value) else 0
