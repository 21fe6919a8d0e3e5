"""One part of the plant file as a table; what waits is tinted, what is to go is struck out."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from hmi.desk import plant_texts
from hmi.desk.plant_draft import Place, PlantDraft
from hmi.plant_edits import ItemEdit
from hmi.plant_fields import FIXED, LISTS, fields_of
from widgets.theme import LIGHT, TOUCH_PX, Theme

PLACE_ROLE = Qt.ItemDataRole.UserRole
PENDING_TINT = "valley"


class PlantTable(QTableWidget):
    """Shows a draft's section; a cell's PLACE_ROLE is its place in the file."""

    def __init__(self) -> None:
        super().__init__()
        self._draft, self._theme, self._may_edit = PlantDraft({}), LIGHT, False
        self.setObjectName("plant_table")
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(TOUCH_PX)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)  # Tab leads out of the table
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.setItemDelegate(_Delegate(self))

    @property
    def draft(self) -> PlantDraft:
        """What is shown."""
        return self._draft

    def selected_id(self) -> str:
        """The id of the line, meter or machine in the current row; "" elsewhere."""
        item = self.item(self.currentRow(), 0)
        place = item.data(PLACE_ROLE) if item is not None else None
        return str(place[1]) if place is not None else ""

    def show_section(self, draft: PlantDraft, section: str, theme: Theme, may_edit: bool) -> None:
        """Fills the table anew; nothing is told as a change."""
        self._draft, self._theme, self._may_edit = draft, theme, may_edit
        fields, row, header = fields_of(section), self.currentRow(), self.horizontalHeader()
        self.blockSignals(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # else each item measures its column anew
        if section in LISTS:
            self._fill(
                [(section, item, field) for item in draft.ids(section) for field in fields], len(fields)
            )
            self.setHorizontalHeaderLabels([plant_texts.field(one) for one in fields])
        else:
            self._fill([(section, "", field) for field in fields], 1, names=fields)
            self.setHorizontalHeaderLabels([self.tr("What"), self.tr("Value")])
        if 0 <= row < self.rowCount():
            self.setCurrentCell(row, max(0, self.currentColumn()))
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.blockSignals(False)

    def _fill(self, places: list[Place], across: int, names: list[str] | None = None) -> None:
        beside = 0 if names is None else 1
        self.setRowCount(len(places) // across)
        self.setColumnCount(across + beside)
        for number, name in enumerate(names or []):
            item = QTableWidgetItem(plant_texts.field(name))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.setItem(number, 0, item)
        for number, place in enumerate(places):
            self.setItem(number // across, number % across + beside, self._item(place))

    def _item(self, place: Place) -> QTableWidgetItem:
        whole = self._draft.item_edit(*place[:2])
        item = QTableWidgetItem(plant_texts.shown(self._draft.shown(place)))
        item.setData(PLACE_ROLE, place)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        going = whole is not None and whole.after is None
        if self._may_edit and place[2] not in FIXED and not going:
            flags |= Qt.ItemFlag.ItemIsEditable
        item.setFlags(flags)
        if whole is not None:
            self._mark_whole(item, whole)
        elif self._draft.edit_of(place) is not None:
            self._mark_edit(item, place)
        elif self._draft.in_file(place) is None:
            item.setForeground(QColor(self._theme.muted))
            item.setToolTip(self.tr("The file says nothing; this is taken."))
        return item

    def _mark_whole(self, item: QTableWidgetItem, whole: ItemEdit) -> None:
        self._tint(item, outside=whole in self._draft.conflicts())
        font = item.font()
        font.setStrikeOut(whole.after is None)
        item.setFont(font)
        item.setToolTip(
            self.tr("waits to be taken out") if whole.after is None else self.tr("waits to be added")
        )

    def _mark_edit(self, item: QTableWidgetItem, place: Place) -> None:
        edit = self._draft.edit_of(place)
        assert edit is not None
        self._tint(item, outside=edit in self._draft.conflicts())
        now = plant_texts.told(self._draft.in_file(place))
        text = self.tr("waits: {old} → {new}; the file says {now}")
        old, new = plant_texts.told(edit.before), plant_texts.told(edit.after)
        item.setToolTip(text.format(old=old, new=new, now=now))

    def _tint(self, item: QTableWidgetItem, *, outside: bool) -> None:
        theme = self._theme
        item.setBackground(QColor(theme.priority(3) if outside else theme.band(PENDING_TINT)))
        item.setForeground(QColor(theme.on_priority if outside else theme.accent))
        bold = item.font()
        bold.setBold(True)
        item.setFont(bold)


class _Delegate(QStyledItemDelegate):
    """Offers a list where a key has one."""

    def __init__(self, table: PlantTable) -> None:
        super().__init__(table)
        self._table = table

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """A list to choose from, else a line."""
        place = index.data(PLACE_ROLE)
        offered = plant_texts.choices(self._table.draft, place[2]) if place is not None else []
        if not offered:
            return super().createEditor(parent, option, index)
        box = QComboBox(parent)
        box.setEditable(True)
        box.addItems(offered)
        return box
