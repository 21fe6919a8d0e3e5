"""Many curves at once: each fills, column by column of the screen, all that it reaches in that column.

What that costs depends on the picture's size and the number of curves; a long, restless curve costs no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

FloatArray = NDArray[np.float64]
Rows = NDArray[np.int32]
Colours = NDArray[np.uint32]
Ends = NDArray[np.int16]
LEVEL_SHARE = 0.05  # above and below a level value the axis shows so much of it
LINE_PX = 0.7072  # what the axis leaves free above and below: half a pixel's diagonal, both sides
FARTHEST_PX = 30_000.0  # rows beyond it need not be told apart
STRIP_ROWS = 64  # Qt leaves more to helper threads and waits for them: a busy machine lets it wait long
TOGETHER = 16  # curves that are laid over each other at a time: each is compared with each


@dataclass(frozen=True, slots=True, eq=False)
class DrawnCurve:
    """t_s float64[n] ascending, value float64[n] (NaN is a gap); as stairs a value holds until the next."""

    t_s: FloatArray
    value: FloatArray
    stairs: bool = False

    def at(self, t_s: FloatArray) -> FloatArray:
        """The curve's height at times float64[m]; NaN in gaps, before its first and after its last value."""
        if len(self.t_s) < 2:
            return np.full(len(t_s), np.nan)
        if not self.stairs:
            return np.interp(t_s, self.t_s, self.value, left=np.nan, right=np.nan)
        place = np.searchsorted(self.t_s, t_s, "right") - 1
        inside = (place >= 0) & (t_s <= self.t_s[-1])
        return np.where(inside, self.value[place], np.nan)

    def reach(self, edges_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The lowest and the highest that it reaches between each two edges float64[m+1]; NaN for nothing.

        All edges are equally far apart: to count in which column a value lies takes a third of finding it.
        """
        at_edge, columns = self.at(edges_s), len(edges_s) - 1
        low = np.fmin(at_edge[:-1], at_edge[1:])
        high = np.fmax(at_edge[:-1], at_edge[1:])
        first, last = np.searchsorted(self.t_s, (edges_s[0], edges_s[-1]))
        of_width = (self.t_s[first:last] - edges_s[0]) / (edges_s[-1] - edges_s[0])
        column = np.minimum((of_width * columns).astype(np.intp), columns - 1)
        np.fmin.at(low, column, self.value[first:last])
        np.fmax.at(high, column, self.value[first:last])
        return low, high

    def bounds(self, from_s: float, to_s: float) -> tuple[float, float]:
        """The lowest and the highest value of a stretch of time; NaN for none."""
        first, last = np.searchsorted(self.t_s, (from_s, to_s), "left")
        value = self.value[first:last]
        if not len(value):
            return np.nan, np.nan
        return float(np.fmin.reduce(value)), float(np.fmax.reduce(value))


class ColumnCurves(pg.GraphicsObject):  # type: ignore[misc]
    """The measured curves of a plot, one pixel of the screen thick; those given later lie above."""

    def __init__(self) -> None:
        super().__init__()
        self._curves: dict[str, DrawnCurve] = {}
        self._colours: dict[str, str] = {}
        self._area = QRectF()
        self._pixels: Colours = np.empty((0, 0), np.uint32)  # what the images show; they own nothing
        self._images: list[tuple[int, QImage]] = []  # strips with their first row
        self._drawn_as: object = None  # what the images were drawn for; None when they are old

    def show_curve(self, name: str, curve: DrawnCurve, colour: str) -> None:
        """Draws a curve, in the place of the one of that name."""
        self._curves[name], self._colours[name] = curve, colour
        self._changed()

    def show_colours(self, colours: dict[str, str]) -> None:
        """Draws the curves in other colours."""
        self._colours = colours
        self._changed()

    def drop_curve(self, name: str) -> None:
        """Takes a curve away."""
        if self._curves.pop(name, None) is not None:
            self._changed()

    def boundingRect(self) -> QRectF:
        """All that is in view."""
        return self._area

    def viewRangeChanged(self) -> None:
        """The plot shows another part."""
        box = self.getViewBox()
        self.prepareGeometryChange()
        self._area = QRectF() if box is None else QRectF(box.viewRect())

    def pixelPadding(self) -> float:
        """How much a line is thicker than its values."""
        return LINE_PX

    def dataBounds(  # pyqtgraph's names
        self,
        axis: int,
        frac: float = 1.0,
        orthoRange: tuple[float, float] | None = None,  # noqa: N803
    ) -> tuple[float | None, float | None]:
        """The least and the greatest time (axis 0) or value, of the times in `orthoRange`."""
        curves = [curve for curve in self._curves.values() if len(curve.t_s)]
        if axis == 0:
            ends = [(float(curve.t_s[0]), float(curve.t_s[-1])) for curve in curves]
        else:
            since, to = (-np.inf, np.inf) if orthoRange is None else orthoRange
            ends = [bounds for curve in curves if np.isfinite((bounds := curve.bounds(since, to))[0])]
        if not ends:
            return None, None
        low, high = min(low for low, _ in ends), max(high for _, high in ends)
        return (low, high) if axis == 0 or low < high else _around(low)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draws anew if something changed since, else once more what was drawn."""
        scale = painter.device().devicePixelRatio()
        to_pixels = painter.worldTransform() * QTransform.fromScale(scale, scale)
        area = to_pixels.mapRect(self.boundingRect()).toAlignedRect()
        if self._drawn_as != (to_pixels, area.getRect()):
            self._drawn_as = to_pixels, area.getRect()
            self._draw(to_pixels * QTransform.fromTranslate(-area.left(), -area.top()), area.size())
        painter.save()
        painter.setWorldTransform(QTransform())
        for row, image in self._images:
            image.setDevicePixelRatio(scale)
            painter.drawImage(QPointF(area.left(), area.top() + row) / scale, image)
        painter.restore()

    def _draw(self, to_pixels: QTransform, size: QSize) -> None:
        self._images = []
        if size.isEmpty() or not self._curves:
            return
        edges_px = np.arange(size.width() + 1, dtype=np.float64) - 0.5
        edges_s = (edges_px - to_pixels.dx()) / to_pixels.m11()
        reached = np.array([curve.reach(edges_s) for curve in self._curves.values()])
        firsts, counts = _rows(reached[:, 0], reached[:, 1], to_pixels)
        colours = np.array([QColor(self._colours[name]).rgba() for name in self._curves], np.uint32)
        self._pixels = filled_columns(firsts, counts, size.height(), colours)
        for row in range(0, size.height(), STRIP_ROWS):
            self._images.append((row, _image(self._pixels[row : row + STRIP_ROWS])))

    def _changed(self) -> None:
        self._drawn_as = None
        self.informViewBoundsChanged()
        self.update()


def _around(value: float) -> tuple[float, float]:
    """The bounds of a value that never changes: from nothing upwards for nothing, else a little about it."""
    around = LEVEL_SHARE * abs(value)
    return (value - around, value + around) if around else (0.0, 1.0)


def _image(pixels: Colours) -> QImage:
    """An image that shows pixels uint32[height, width] as long as they are there, none copied.

    Each has its whole colour, for Qt paints such an image several times faster than one with a table.
    """
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)


def filled_columns(firsts: Rows, counts: Rows, height: int, colours: Colours) -> Colours:
    """Pixels uint32[height, width] with the colour of the last curve that fills them; else 0.

    Of each curve and column the first row and how many there are, both int32[n, width]; colours uint32[n],
    none of them 0.
    """
    since = np.clip(firsts, 0, height).astype(np.int16)
    until = np.clip(firsts + counts, 0, height).astype(np.int16)
    pixels = _filled(since[:TOGETHER], until[:TOGETHER], colours[:TOGETHER], height)
    for first in range(TOGETHER, len(since), TOGETHER):
        some = slice(first, first + TOGETHER)
        above = _filled(since[some], until[some], colours[some], height)
        np.copyto(pixels, above, where=above != 0)
    return pixels


def _filled(since: Ends, until: Ends, colours: Colours, height: int) -> Colours:
    """As `filled_columns`, of curves that reach from row `since` to before `until`.

    In each column only the rows in which another curve comes to lie above are written; then each row of the
    picture goes on with what stood above it. That costs far less than to fill every curve's every pixel.
    """
    edges = np.sort(np.concatenate((since, until)), axis=0)
    above, within = np.zeros(edges.shape, np.uint8), np.empty(edges.shape, np.bool_)
    for index, (begins, ends) in enumerate(zip(since, until, strict=True)):
        np.logical_and(edges >= begins, edges < ends, out=within)
        np.maximum(above, within.view(np.uint8) * np.uint8(index + 1), out=above)
    colour = np.concatenate((np.zeros(1, np.uint32), colours))[above]
    change = colour.copy()
    change[1:] ^= colour[:-1]
    at = np.flatnonzero(change)  # of edges in one row of a column at most the first changes anything
    width = since.shape[1]
    pixels = np.zeros((height + 1, width), np.uint32)
    pixels.ravel()[edges.ravel()[at].astype(np.int64) * width + at % width] = change.ravel()[at]
    for row, row_above in zip(pixels[1:], pixels[:-1], strict=True):
        np.bitwise_xor(row, row_above, out=row)
    return pixels[:height]


def _rows(low: FloatArray, high: FloatArray, to_pixels: QTransform) -> tuple[Rows, Rows]:
    """The first row of each column and how many are filled.

    Half a pixel is taken off both ends, for a row has a thickness of its own: a slanted line stays thin.
    """
    a, b = (to_pixels.m22() * value + to_pixels.dy() for value in (high, low))
    middle, half = (a + b) / 2, np.maximum(np.abs(b - a) / 2 - 0.5, 0.0)
    seen = np.isfinite(middle)
    ends = [
        np.where(seen, np.clip(end, -FARTHEST_PX, FARTHEST_PX), 0.0) for end in (middle - half, middle + half)
    ]
    first, last = (np.rint(end).astype(np.int32) for end in ends)
    return first, np.where(seen, last - first + 1, 0).astype(np.int32)
