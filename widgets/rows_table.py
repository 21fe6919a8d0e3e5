"""A calm table of texts: rows in, one selected row out; numbers stand to the right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from widgets.theme import TOUCH_PX

Index = QModelIndex | QPersistentModelIndex
Row = tuple[str, ...]
ROW_PX = 30
HAS_TEXT = QStyleOptionViewItem.ViewItemFeature.HasDisplay
MEASURED_ROWS = 60  # at least, and all that are seen: to measure a thousand holds the window
LINE_END = "\u2028"  # within a cell, as Qt draws it
TEXT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
NUMBER = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RowsModel(QAbstractTableModel):
    """Rows of texts under headers; `keys` name the rows so that a selection survives a refresh."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._headers: tuple[str, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._keys: tuple[str, ...] = ()
        self._numbers: frozenset[int] = frozenset()

    def set_headers(self, headers: Sequence[str], numbers: Collection[int]) -> None:
        """The columns' titles, and which columns hold numbers."""
        self.beginResetModel()
        self._headers, self._numbers = tuple(headers), frozenset(numbers)
        self.endResetModel()

    def set_rows(self, rows: Sequence[Row], keys: Sequence[str]) -> None:
        """Shows these rows; the view hears from the first to the last that differs, or of all."""
        rows, keys = tuple(rows), tuple(keys)
        if keys != self._keys or len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows, self._keys = rows, keys
            self.endResetModel()
            return
        changed = [index for index, row in enumerate(rows) if row != self._rows[index]]
        self._rows = rows
        if changed:  # all at once, for a view measures its columns anew each time
            last = self.index(changed[-1], max(0, len(self._headers) - 1))
            self.dataChanged.emit(self.index(changed[0], 0), last)

    def key(self, row: int) -> str:
        """The key of a row; "" outside."""
        return self._keys[row] if 0 <= row < len(self._keys) else ""

    def row_of(self, key: str) -> int:
        """The row with this key; -1 when there is none."""
        return self._keys.index(key) if key in self._keys else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many columns."""
        return 0 if parent.isValid() else len(self._headers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's text, its alignment, and the whole text as its tool tip."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(index)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index)
        return None

    def text(self, index: Index) -> str:
        """A cell's text; "" where its row is shorter."""
        row, column = self._rows[index.row()], index.column()
        return row[column] if column < len(row) else ""

    def alignment(self, index: Index) -> Qt.AlignmentFlag:
        """To the right for numbers."""
        return NUMBER if index.column() in self._numbers else TEXT

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A column's title."""
        if orientation == Qt.Orientation.Horizontal and section < len(self._headers):
            if role == Qt.ItemDataRole.DisplayRole:
                return self._headers[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return NUMBER if section in self._numbers else TEXT
        return None


class CellDelegate(QStyledItemDelegate):
    """Takes all that a cell says at once.

    Qt asks a model eight times for each cell that it measures or paints, and seven times there is nothing to
    say: filling 170 rows of 8 columns took 85 ms that way.
    """

    def __init__(self, model: RowsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Text and alignment; cells have no colour, font or picture of their own."""
        option.index = index  # type: ignore[assignment]  # Qt hands over a QModelIndex
        option.text = self._model.text(index).replace("\n", LINE_END)
        option.displayAlignment = self._model.alignment(index)
        option.features |= HAS_TEXT


class RowsTable(QTableView):
    """The view of a RowsModel; tells the key of the row that a person chooses."""

    row_chosen = Signal(str)

    def __init__(self, name: str = "", *, touch: bool = False) -> None:
        """`touch`: choosing a row does something, so that rows are as high as a finger wants."""
        super().__init__()
        self.setObjectName(name)
        self._model = RowsModel(self)
        self._wide = -1  # the column that takes the room that is left; -1 before there is one
        self.setModel(self._model)
        self.setItemDelegate(CellDelegate(self._model, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)  # arrows move in a table; Tab must lead out of it again
        self.setAlternatingRowColors(True)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(TOUCH_PX if touch else ROW_PX)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setResizeContentsPrecision(MEASURED_ROWS)
        self.selectionModel().currentRowChanged.connect(self._on_row_changed)

    def set_headers(self, headers: Sequence[str], numbers: Collection[int] = (), stretch: int = -1) -> None:
        """The columns' titles, which hold numbers, and which takes the room that is left (-1: the last)."""
        self._model.set_headers(headers, numbers)
        self.setAccessibleName(", ".join(filter(None, headers)))  # unless its page knows a better one
        header = self.horizontalHeader()
        self._wide = wide = stretch % len(headers)
        for column in range(len(headers)):
            mode = (
                QHeaderView.ResizeMode.Stretch if column == wide else QHeaderView.ResizeMode.ResizeToContents
            )
            header.setSectionResizeMode(column, mode)

    def updateGeometries(self) -> None:
        """Where no room is left the wide column keeps its title's, and the table scrolls: Qt would cut it."""
        super().updateGeometries()
        if self._wide < 0:
            return
        header = self.horizontalHeader()
        least = header.sectionSizeHint(self._wide)
        left = self.viewport().width() - header.length() + header.sectionSize(self._wide)
        mode = QHeaderView.ResizeMode.Stretch if left >= least else QHeaderView.ResizeMode.Interactive
        if header.sectionResizeMode(self._wide) is not mode:
            header.setSectionResizeMode(self._wide, mode)
        if left < least and header.sectionSize(self._wide) != least:
            header.resizeSection(self._wide, least)

    def set_rows(self, rows: Sequence[Row], keys: Sequence[str] | None = None) -> None:
        """Shows these rows and keeps the chosen one chosen."""
        chosen = self.chosen()
        self._model.set_rows(rows, keys if keys is not None else [str(index) for index in range(len(rows))])
        if chosen != self.chosen() and self._model.row_of(chosen) >= 0:
            self.choose(chosen)

    def sizeHintForColumn(self, column: int) -> int:
        """As Qt measures a column, but a text that stands in many rows is measured once."""
        most, count = self.horizontalHeader().resizeContentsPrecision(), self._model.rowCount()
        first = max(0, min(self.rowAt(0), count - most))
        indexes = [self._model.index(row, column) for row in range(first, min(first + most, count))]
        option, delegate = QStyleOptionViewItem(), self.itemDelegate()
        self.initViewItemOption(option)
        each_once = {self._model.text(index): index for index in indexes}.values()
        return max((delegate.sizeHint(option, index).width() for index in each_once), default=0)

    def chosen(self) -> str:
        """The key of the chosen row; "" when none is."""
        return self._model.key(self.currentIndex().row())

    def choose(self, key: str) -> None:
        """Chooses the row with this key, if it is there."""
        row = self._model.row_of(key)
        if row >= 0:
            self.selectRow(row)
            self.setCurrentIndex(self._model.index(row, 0))

    @Slot(QModelIndex, QModelIndex)
    def _on_row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.row_chosen.emit(self._model.key(current.row()))
