from collections.abc import Iterator
from datetime import UTC
from itertools import pairwise

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtGui import QPainter, QPicture
from PySide6.QtWidgets import QApplication

from widgets.lean_axis import LeanAxis, Line, Text
from widgets.trend_lanes import Curve, TrendLanes

RANGES = ((0.0, 55.0), (-3.2, 8_400.0), (1e5, 9.7e5), (-0.004, 0.0031), (0.0, 1.0))
Specs = tuple[Line, list[Line], list[Text]]


def shown(axis: pg.AxisItem, size: tuple[int, int]) -> pg.PlotWidget:
    plot = pg.PlotWidget(axisItems={axis.orientation: axis})
    plot.resize(*size)
    plot.show()
    return plot


def look(plot: pg.PlotWidget, side: str, low: float, high: float) -> Specs:
    move = plot.setYRange if side == "left" else plot.setXRange
    move(low, high, padding=0)
    plot.grab()
    picture = QPicture()
    painter = QPainter(picture)
    specs: Specs = plot.getAxis(side).generateDrawSpecs(painter)
    painter.end()
    return specs


def lines(specs: Specs) -> list[tuple[int, list[float]]]:
    return [
        (pen.color().alpha(), [round(part, 3) for part in (a.x(), a.y(), b.x(), b.y())])
        for pen, a, b in [specs[0], *specs[1]]
    ]


def texts(specs: Specs) -> list[tuple[str, int, list[float]]]:
    return [(text, int(align), [round(part, 3) for part in box.getRect()]) for box, align, text in specs[2]]


@pytest.fixture(params=["left", "bottom"])
def side(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    yield request.param
    qapp.closeAllWindows()


def test_it_looks_as_pyqtgraphs_own_axis_does(side: str) -> None:
    theirs = pg.AxisItem(side)
    theirs.enableAutoSIPrefix(False)
    ours, peer = shown(LeanAxis(side), (900, 500)), shown(theirs, (900, 500))
    for low, high in RANGES:
        own, other = look(ours, side, low, high), look(peer, side, low, high)
        assert lines(own) == lines(other)
        assert texts(own) == texts(other)
    assert texts(own)


def test_no_text_lies_over_the_one_before_on_a_plot_that_is_too_small_for_all(side: str) -> None:
    plot = shown(LeanAxis(side), (110, 62))
    for low, high in RANGES:
        boxes = [box for box, _, _ in look(plot, side, low, high)[2]]
        assert not any(a.intersects(b) for a, b in pairwise(boxes))


@pytest.mark.parametrize(("low", "high"), [(182_300.0, 182_460.0), (1_234_567.2, 1_234_568.4), (7e6, 7e6)])
def test_a_counters_figures_are_all_shown_and_no_two_of_them_are_the_same(
    qapp: QApplication, low: float, high: float
) -> None:
    lanes = TrendLanes(UTC)
    lanes.resize(700, 300)
    t_ms = np.arange(2, dtype=np.int64) * 3_600_000
    lanes.show_curves([Curve("main.energy_kwh", "kWh", 0, t_ms, np.array([low, high]))])
    lanes.show()
    lanes.grab()
    painter = QPainter(picture := QPicture())
    written = [text for _, _, text in lanes.plot("kWh").getAxis("left").generateDrawSpecs(painter)[2]]
    painter.end()
    assert len(written) >= 3 and not picture.isNull()
    assert len(set(written)) == len(written)
    assert all(low * 0.9 < float(text) < high * 1.1 for text in written)
    lanes.close()
