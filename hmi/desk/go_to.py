"""Ctrl+K: go to anything by typing a few letters of its name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from hmi.desk.page import Place

MOST_SHOWN = 60
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}


def matching(places: Sequence[Place], typed: str) -> list[Place]:
    """The places in whose titles every typed word occurs; those that begin so come first."""
    words = typed.casefold().split()
    found = [place for place in places if all(word in place.title.casefold() for word in words)]
    if words:
        found.sort(key=lambda place: not place.title.casefold().startswith(words[0]))
    return found[:MOST_SHOWN]


class GoToDialog(QDialog):
    """A line to type in and the list of what fits."""

    chosen = Signal(Place)

    def __init__(self, parent: QWidget, places: Sequence[Place]) -> None:
        super().__init__(parent)
        self._places = places
        self.setWindowTitle(self.tr("Go to"))
        self.resize(520, min(480, parent.height()))  # no higher than a screen at 200 % lets the window be
        self._line, self._list = QLineEdit(), QListWidget()
        self._line.setObjectName("go_to_line")
        self._line.setPlaceholderText(self.tr("A page, a machine, a point, an alarm …"))
        self._line.setAccessibleName(self.tr("What to go to"))
        self._list.setAccessibleName(self.tr("What fits"))
        rows = QVBoxLayout(self)
        rows.addWidget(self._line)
        rows.addWidget(self._list)
        self._line.textChanged.connect(self._on_typed)
        self._line.installEventFilter(self)
        self._list.itemActivated.connect(self._on_activated)
        self._list.itemClicked.connect(self._on_activated)
        self._on_typed("")

    def type(self, text: str) -> None:
        """Puts a text into the line."""
        self._line.setText(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lets the arrow keys move in the list while the line has the focus; Enter takes what is chosen."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in STEPS and self._list.count():
                row = min(max(self._list.currentRow() + STEPS[key], 0), self._list.count() - 1)
                self._list.setCurrentRow(row)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._on_activated(self._list.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _on_typed(self, text: str) -> None:
        self._list.clear()
        for place in matching(self._places, text):
            item = QListWidgetItem(place.title)
            item.setData(Qt.ItemDataRole.UserRole, place)
            self._list.addItem(item)
        if self._list.count():
            self._list.setCurrentRow(0)
        else:
            self._list.addItem(QListWidgetItem(self.tr("Nothing fits; type less.")))

    def _on_activated(self, item: QListWidgetItem | None) -> None:
        place = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if isinstance(place, Place):
            self.accept()
            self.chosen.emit(place)
