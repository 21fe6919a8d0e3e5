"""A search's best cost over time, falling towards its proven bound."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.lean_axis import LeanAxis
from widgets.theme import LIGHT, Theme


class ConvergencePlot(QWidget):
    """Draws (seconds, cost) as a staircase, with the cost before and the bound as dashed levels."""

    def __init__(self) -> None:
        super().__init__()
        self._seconds: list[float] = []
        self._costs: list[float] = []
        axes = {side: LeanAxis(side) for side in ("left", "bottom")}
        self._plot = pg.PlotWidget(axisItems=axes, enableMenu=False)
        self._plot.setMouseEnabled(False, False)
        self._plot.hideButtons()
        self._curve = self._plot.plot([], [], stepMode="right")
        self._bound = pg.InfiniteLine(
            angle=0, label="", labelOpts={"position": 0.9, "anchors": [(0.5, 1), (0.5, 1)]}
        )
        self._plot.addItem(self._bound)
        self._bound.hide()
        self._show_axes(False)  # before a search they would measure nothing
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self.set_theme(LIGHT)

    def set_labels(self, seconds: str, cost: str, bound: str) -> None:
        """What stands at the axes and at the bound, in the present language."""
        for side, words in (("bottom", seconds), ("left", cost)):
            self._plot.getAxis(side).setLabel(words)
        self._bound.label.setFormat(bound)

    def set_theme(self, theme: Theme) -> None:
        """Takes over a theme's colours."""
        self._plot.setBackground(theme.raised)
        self._curve.setPen(pg.mkPen(theme.text, width=1))
        self._bound.setPen(pg.mkPen(theme.planned, width=1, style=Qt.PenStyle.DashLine))
        self._bound.label.setColor(theme.planned)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(theme.border)
            axis.setTextPen(theme.text)

    def begin(self, bound: float) -> None:
        """Forgets the last search."""
        self._seconds, self._costs = [], []
        self._curve.setData([], [])
        self._bound.setPos(bound)
        self._bound.show()
        self._show_axes(True)

    def add(self, seconds: float, cost: float) -> None:
        """Draws the best so far."""
        self._seconds.append(seconds)
        self._costs.append(cost)
        self._curve.setData(self._seconds, self._costs)

    def _show_axes(self, shown: bool) -> None:
        for side in ("left", "bottom"):
            self._plot.showAxis(side, shown)
