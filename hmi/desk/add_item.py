"""Something new for the plant: a line, a meter, a machine or the PLC, as a change that waits."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from hmi.desk import plant_texts
from hmi.desk.forms import add_row
from hmi.desk.plant_draft import PlantDraft
from hmi.desk.sign_in import WIDTH_PX, buttons, problem_label
from hmi.plant_fields import LISTS, Table, value_of

FIELDS: dict[str, tuple[str, ...]] = {
    "lines": ("id", "port", "baud", "parity"),
    "meters": ("id", "line", "profile", "unit", "address", "measures"),
    "machines": ("id", "label", "rated_kw", "running_kw", "standby_kw", "batch_running_min"),
    "plc": ("id", "line", "unit", "profile", "machines"),
}
_ID = re.compile(r"[a-z][a-z0-9_]*")


class AddItemDialog(QDialog):
    """Asks for what the new one must have; the rest is typed into the table. Says which key does not fit."""

    added = Signal(object)  # the draft with it

    def __init__(self, parent: QWidget, draft: PlantDraft, section: str) -> None:
        super().__init__(parent)
        self._draft, self._section = draft, section
        self.setWindowTitle(self.tr("Add: {what}").format(what=plant_texts.section(section)))
        self.setMinimumWidth(WIDTH_PX)
        self._problem = problem_label()
        self._boxes: dict[str, QLineEdit | QComboBox] = {}
        form = QFormLayout()
        for name in FIELDS[section]:
            box = self._made(name)
            self._boxes[name] = box
            add_row(form, plant_texts.field(name), box)
        self._add = QPushButton(self.tr("Add"))
        self._add.setDefault(True)
        self._add.clicked.connect(self.add)
        rows = QVBoxLayout(self)
        rows.addLayout(form)
        rows.addWidget(self._problem)
        rows.addLayout(buttons(self, self._add))

    @property
    def problem(self) -> str:
        """Why it cannot be added so."""
        return self._problem.text()

    def fill(self, **texts: str) -> None:
        """Puts texts into the lines."""
        for name, text in texts.items():
            box = self._boxes[name]
            box.setEditText(text) if isinstance(box, QComboBox) else box.setText(text)

    def add(self) -> None:
        """Adds what is in the lines to the changes that wait, unless a key does not fit."""
        texts = {name: _text(box) for name, box in self._boxes.items()}
        item = texts["id"] if self._section in LISTS else ""
        if not _ID.fullmatch(texts["id"]):
            self._say(self.tr("Id: lower case letters, digits and _, beginning with a letter."))
            return
        if item and item in self._draft.ids(self._section):
            self._say(self.tr("Id: {id} is there already; choose another.").format(id=item))
            return
        values = {name: value_of(self._section, name, text) for name, text in texts.items()}
        table: Table = {name: value for name, value in values.items() if value is not None}
        draft = self._draft.with_item(self._section, item, table)
        fault = draft.fault()
        if fault and fault != self._draft.fault():
            self._say(plant_texts.fault(draft))
            return
        self.added.emit(draft)
        self.accept()

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)

    def _made(self, name: str) -> QLineEdit | QComboBox:
        offered = plant_texts.choices(self._draft, name)
        if not offered:
            line = QLineEdit()
            line.setText("9600" if name == "baud" else "")
            return line
        box = QComboBox()
        box.setEditable(True)
        box.addItems(offered)
        if name in ("profile", "measures"):
            box.setCurrentIndex(-1)
        return box


def _text(box: QLineEdit | QComboBox) -> str:
    return (box.currentText() if isinstance(box, QComboBox) else box.text()).strip()
