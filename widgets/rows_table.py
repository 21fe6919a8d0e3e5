"""A calm table of texts: rows in, one selected row out; numbers stand to the right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from widgets.theme import TOUCH_PX

Index = QModelIndex | QPersistentModelIndex
Row = tuple[str, ...]
ROW_PX = 30


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
        """Shows these rows; only what differs is told to the view while their number and keys stay."""
        rows, keys = tuple(rows), tuple(keys)
        if keys != self._keys or len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows, self._keys = rows, keys
            self.endResetModel()
            return
        changed = [index for index, row in enumerate(rows) if row != self._rows[index]]
        self._rows = rows
        for index in changed:
            self.dataChanged.emit(self.index(index, 0), self.index(index, max(0, len(self._headers) - 1)))

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
            row = self._rows[index.row()]
            return row[index.column()] if index.column() < len(row) else ""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight if index.column() in self._numbers else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A column's title."""
        if orientation == Qt.Orientation.Horizontal and section < len(self._headers):
            if role == Qt.ItemDataRole.DisplayRole:
                return self._headers[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if section in self._numbers else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None


class RowsTable(QTableView):
    """The view of a RowsModel; tells the key of the row that a person chooses."""

    row_chosen = Signal(str)

    def __init__(self, name: str = "", *, touch: bool = False) -> None:
        """`touch`: choosing a row does something, so that rows are as high as a finger wants."""
        super().__init__()
        self.setObjectName(name)
        self._model = RowsModel(self)
        self.setModel(self._model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(TOUCH_PX if touch else ROW_PX)
        self.horizontalHeader().setHighlightSections(False)
        self.selectionModel().currentRowChanged.connect(self._on_row_changed)

    def set_headers(self, headers: Sequence[str], numbers: Collection[int] = (), stretch: int = -1) -> None:
        """The columns' titles, which hold numbers, and which takes the room that is left (-1: the last)."""
        self._model.set_headers(headers, numbers)
        self.setAccessibleName(", ".join(filter(None, headers)))  # unless its page knows a better one
        header = self.horizontalHeader()
        wide = stretch % len(headers)
        for column in range(len(headers)):
            mode = (
                QHeaderView.ResizeMode.Stretch if column == wide else QHeaderView.ResizeMode.ResizeToContents
            )
            header.setSectionResizeMode(column, mode)

    def set_rows(self, rows: Sequence[Row], keys: Sequence[str] | None = None) -> None:
        """Shows these rows and keeps the chosen one chosen."""
        chosen = self.chosen()
        self._model.set_rows(rows, keys if keys is not None else [str(index) for index in range(len(rows))])
        if chosen != self.chosen() and self._model.row_of(chosen) >= 0:
            self.choose(chosen)

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
