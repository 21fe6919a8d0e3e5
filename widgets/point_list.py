"""A list of points to choose from: type to filter, tick to choose, or drag onto a plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QSizePolicy, QVBoxLayout, QWidget

SWATCH_PX = 14
WIDTH_PX, LEAST_PX = 310, 250
POINT_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class ListedPoint:
    """A point and what people call it."""

    point: str
    title: str


class _Draggable(QListWidget):
    """Hands out the point of the dragged row as text."""

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        """The points, one a line."""
        data = QMimeData()
        data.setText("\n".join(str(item.data(POINT_ROLE)) for item in items))
        return data


class PointList(QWidget):
    """Emits the chosen points, in the order in which they were chosen."""

    chosen_changed = Signal(tuple)

    def __init__(self) -> None:
        super().__init__()
        self._filter, self._list = QLineEdit(), _Draggable()
        self._filter.setClearButtonEnabled(True)
        self._list.setDragEnabled(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._chosen: tuple[str, ...] = ()
        self._colours: Mapping[str, str] = {}
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._filter)
        rows.addWidget(self._list, 1)
        self.setMaximumWidth(WIDTH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._filter.textChanged.connect(self._on_typed)
        self._list.itemChanged.connect(self._on_item_changed)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The chosen points."""
        return self._chosen

    @property
    def shown(self) -> list[str]:
        """The points that the filter leaves."""
        items = (self._list.item(row) for row in range(self._list.count()))
        return [str(item.data(POINT_ROLE)) for item in items if not item.isHidden()]

    def sizeHint(self) -> QSize:
        """As wide as most titles are."""
        return QSize(WIDTH_PX, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Gives way where the rest of a page needs the room; long titles end in dots then."""
        return QSize(LEAST_PX, super().minimumSizeHint().height())

    def show_texts(self, placeholder: str, name: str) -> None:
        """What stands in the empty filter, and what the list is called."""
        self._filter.setPlaceholderText(placeholder)
        self._filter.setAccessibleName(placeholder)
        self._list.setAccessibleName(name)

    def show_points(self, points: Sequence[ListedPoint]) -> None:
        """Lists the points that there are."""
        self._list.blockSignals(True)
        self._list.clear()
        for one in points:
            item = QListWidgetItem(one.title)
            item.setData(POINT_ROLE, one.point)
            item.setToolTip(f"{one.title}\n{one.point}")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsDragEnabled)
            self._list.addItem(item)
        self._mark()
        self._list.blockSignals(False)
        self._on_typed(self._filter.text())

    def choose(self, points: Sequence[str], colours: Mapping[str, str]) -> None:
        """Ticks these points, each with the colour of its curve; emits nothing."""
        self._chosen, self._colours = tuple(points), colours
        self._list.blockSignals(True)
        self._mark()
        self._list.blockSignals(False)

    def type(self, text: str) -> None:
        """Puts a text into the filter."""
        self._filter.setText(text)

    def _mark(self) -> None:
        for row in range(self._list.count()):
            item = self._list.item(row)
            point = str(item.data(POINT_ROLE))
            ticked = point in self._chosen
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
            item.setIcon(swatch(self._colours[point]) if point in self._colours else QIcon())

    def _on_typed(self, text: str) -> None:
        words = text.casefold().split()
        for row in range(self._list.count()):
            item = self._list.item(row)
            searched = f"{item.text()} {item.data(POINT_ROLE)}".casefold()
            item.setHidden(not all(word in searched for word in words))

    def _on_item_changed(self, item: QListWidgetItem) -> None:
        point = str(item.data(POINT_ROLE))
        ticked = item.checkState() is Qt.CheckState.Checked
        if ticked == (point in self._chosen):
            return
        without = tuple(one for one in self._chosen if one != point)
        self._chosen = (*without, point) if ticked else without
        self.chosen_changed.emit(self._chosen)


def swatch(colour: str) -> QIcon:
    """A square of a curve's colour."""
    pixmap = QPixmap(SWATCH_PX, SWATCH_PX)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
