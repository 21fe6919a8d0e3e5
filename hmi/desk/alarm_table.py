"""The list of alarms: priority as shape, colour and number; no row moves while somebody points at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QEnterEvent, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from hmi.desk.alarm_order import Column, in_order, kept_in_place
from hmi.station.alarm_machine import CALLING
from hmi.store.records import Alarm, AlarmState
from widgets.alarm_state import StateForm, paint_state
from widgets.theme import LIGHT, TOUCH_PX, Theme

Index = QModelIndex | QPersistentModelIndex
Describe = Callable[[Alarm], tuple[str, ...]]  # the texts of a row, one a column
SHAPE_PX = 22
PRIORITY_PX = 84
FORMS = {
    AlarmState.NORMAL: StateForm.QUIET,
    AlarmState.UNACKNOWLEDGED: StateForm.CALLING,
    AlarmState.RETURNED: StateForm.RETURNED,
    AlarmState.LATCHED: StateForm.LATCHED,
    AlarmState.ACKNOWLEDGED: StateForm.SEEN,
    AlarmState.LATCHED_ACKNOWLEDGED: StateForm.LATCHED_SEEN,
    AlarmState.SHELVED: StateForm.SHELVED,
    AlarmState.SUPPRESSED: StateForm.SUPPRESSED,
    AlarmState.OUT_OF_SERVICE: StateForm.OUT_OF_SERVICE,
}
VISIBLE_ROWS = 16  # as many as decide how wide a column is; to measure each takes time in a burst

TEXT_ROLES = frozenset(
    (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
)
ANSWERED_ROLES = TEXT_ROLES | {Qt.ItemDataRole.FontRole, Qt.ItemDataRole.TextAlignmentRole}


class AlarmModel(QAbstractTableModel):
    """Alarms as rows; a change of order keeps every selected alarm selected."""

    def __init__(self, parent: QWidget, describe: Describe) -> None:
        super().__init__(parent)
        self._describe = describe
        self._headers: tuple[str, ...] = ("",) * len(Column)
        self._alarms: list[Alarm] = []
        self._rows: dict[str, int] = {}
        self._texts: dict[str, tuple[Alarm, tuple[str, ...]]] = {}  # of the rows that were looked at
        self._stamp: object = None

    @property
    def alarms(self) -> list[Alarm]:
        """The alarms in the order in which they stand."""
        return self._alarms

    def set_headers(self, headers: Sequence[str]) -> None:
        """The columns' titles."""
        self._headers = tuple(headers)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    def set_alarms(self, alarms: Sequence[Alarm], stamp: object) -> None:
        """Shows these alarms; only what differs is told to the view while keys and order stay.

        A row is put into words when it is looked at; another `stamp` says that all words are out of date.
        """
        is_dated, self._stamp = stamp != self._stamp, stamp
        if is_dated:
            self._texts.clear()
        if [alarm.key for alarm in alarms] != [alarm.key for alarm in self._alarms]:
            self._replace(list(alarms))
            return
        changed = [row for row, alarm in enumerate(alarms) if is_dated or alarm != self._alarms[row]]
        self._alarms = list(alarms)
        if changed:  # one message for all, for each makes the view measure its columns anew
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], len(Column) - 1))

    def alarm(self, row: int) -> Alarm | None:
        """The alarm of a row."""
        return self._alarms[row] if 0 <= row < len(self._alarms) else None

    def row_of(self, key: str) -> int:
        """The row with this key; -1 when there is none."""
        return self._rows.get(key, -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many rows."""
        return 0 if parent.isValid() else len(self._alarms)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many columns."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's text, whole in its tool tip; the state is bold while the alarm calls for somebody."""
        if role not in ANSWERED_ROLES:
            return None
        alarm = self._alarms[index.row()]
        if role in TEXT_ROLES:
            return self._words(alarm)[index.column()]
        if role == Qt.ItemDataRole.FontRole and index.column() == Column.STATE and alarm.state in CALLING:
            bold = QFont()
            bold.setBold(True)
            return bold
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == Column.COUNT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A column's title."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == Column.COUNT else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _words(self, alarm: Alarm) -> tuple[str, ...]:
        known = self._texts.get(alarm.key)
        if known is None or known[0] != alarm:
            known = self._texts[alarm.key] = (alarm, self._describe(alarm))
        return known[1]

    def _replace(self, alarms: list[Alarm]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self._alarms[index.row()].key for index in before]
        self._alarms = alarms
        self._rows = {alarm.key: row for row, alarm in enumerate(alarms)}
        rows = [self.row_of(key) for key in keys]
        after = [
            self.index(row, index.column()) if row >= 0 else QModelIndex()
            for row, index in zip(rows, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()


class PriorityDelegate(QStyledItemDelegate):
    """Paints a priority in the form of the alarm's state."""

    def __init__(self, parent: QWidget, model: AlarmModel) -> None:
        super().__init__(parent)
        self._model = model
        self.theme = LIGHT

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints the row's ground, the shape, the number and what says the state."""
        super().paint(painter, option, index)
        alarm = self._model.alarm(index.row())
        if alarm is None:
            return
        area: Any = option.rect
        box = QRectF(area.left() + 10, area.center().y() - SHAPE_PX / 2, SHAPE_PX, SHAPE_PX)
        paint_state(painter, box, alarm.priority, FORMS[alarm.state], self.theme)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for the shape."""
        return QSize(PRIORITY_PX, TOUCH_PX)

    def displayText(self, value: Any, locale: Any) -> str:
        """Nothing: the number stands in the shape."""
        return ""


class AlarmTable(QTableView):
    """The view; Space acknowledges the chosen alarm, a click on a title sorts by it."""

    alarm_chosen = Signal(str)
    acknowledge_wanted = Signal()
    order_held = Signal(int)  # how many rows would move or wait at the end

    def __init__(self, describe: Describe) -> None:
        super().__init__()
        self.setObjectName("alarms")
        self._model = AlarmModel(self, describe)
        self._delegate = PriorityDelegate(self, self._model)
        self._wanted: list[Alarm] = []
        self._known: list[Alarm] = []
        self._stamp: object = None
        self._column = Column.PRIORITY
        self._is_pointed_at = False
        self.setModel(self._model)
        self.setItemDelegateForColumn(Column.PRIORITY, self._delegate)
        self._set_up()
        self.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self.horizontalHeader().sectionClicked.connect(self.sort_by)

    @property
    def alarms(self) -> list[Alarm]:
        """The alarms in the order in which they stand."""
        return self._model.alarms

    def set_headers(self, headers: Sequence[str]) -> None:
        """The columns' titles."""
        self._model.set_headers(headers)
        self.setAccessibleName(", ".join(headers))

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._delegate.theme = theme
        self.viewport().update()

    def show_alarms(self, wanted: Sequence[Alarm], known_now: Sequence[Alarm], stamp: object) -> None:
        """Shows the wanted alarms of all known, in order; while pointed at, each row stays where it is.

        The words of every row are made anew when `stamp` is another.
        """
        self._wanted, self._known, self._stamp = list(wanted), list(known_now), stamp
        self._show()

    def point_at(self, is_pointed_at: bool) -> None:
        """Holds the rows in their places, or lets them go."""
        if is_pointed_at != self._is_pointed_at:
            self._is_pointed_at = is_pointed_at
            self._show()

    def put_in_order(self) -> None:
        """Takes over filter and order at once, also under the pointer."""
        self._put(in_order(self._wanted, self._column))
        self.order_held.emit(0)

    def chosen(self) -> Alarm | None:
        """The chosen alarm."""
        return self._model.alarm(self.currentIndex().row()) if self.currentIndex().isValid() else None

    def choose(self, key: str) -> None:
        """Chooses the alarm of a key, if it is listed."""
        row = self._model.row_of(key)
        if row >= 0:
            self.setCurrentIndex(self._model.index(row, 0))

    @Slot(int)
    def sort_by(self, column: int) -> None:
        """Orders the rows by a column."""
        self._column = Column(column)
        self.horizontalHeader().setSortIndicator(column, Qt.SortOrder.AscendingOrder)
        self.put_in_order()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space acknowledges; everything else is the table's."""
        if event.key() == Qt.Key.Key_Space:
            self.acknowledge_wanted.emit()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """From here on no row moves."""
        super().enterEvent(event)
        self.point_at(True)

    def leaveEvent(self, event: QEvent) -> None:
        """The rows may move again."""
        super().leaveEvent(event)
        self.point_at(False)

    def _show(self) -> None:
        if not self._is_pointed_at:
            self.put_in_order()
            return
        wanted = in_order(self._wanted, self._column)
        kept = kept_in_place(self._model.alarms, wanted, self._known)
        self._put(kept)
        moved = sum(a.key != b.key for a, b in zip(kept, wanted, strict=False))
        self.order_held.emit(moved + abs(len(kept) - len(wanted)))

    def _put(self, alarms: list[Alarm]) -> None:
        self._model.set_alarms(alarms, self._stamp)

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)  # Tab leads out of the table
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setAlternatingRowColors(True)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(TOUCH_PX)
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(Column.PRIORITY, Qt.SortOrder.AscendingOrder)
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(VISIBLE_ROWS)
        for column in Column:
            wide = column is Column.SENTENCE
            mode = QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(column, mode)

    @Slot(QModelIndex, QModelIndex)
    def _on_row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        alarm = self._model.alarm(current.row()) if current.isValid() else None
        self.alarm_chosen.emit(alarm.key if alarm is not None else "")
