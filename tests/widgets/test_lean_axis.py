from collections.abc import Iterator
from itertools import pairwise

import pyqtgraph as pg
import pytest
from PySide6.QtGui import QPainter, QPicture
from PySide6.QtWidgets import QApplication

from widgets.lean_axis import LeanAxis, Line, Text

RANGES = ((0.0, 55.0), (-3.2, 8_400.0), (12_345.6, 12_345.9), (1e5, 9.7e5), (-0.004, 0.0031), (0.0, 1.0))
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
