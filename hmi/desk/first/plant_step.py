"""The guided start's first step: the example, or a plant of one's own from a template."""

from __future__ import annotations

from zoneinfo import available_timezones

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QTableWidget,
    QTableWidgetItem,
)

from hmi.desk import plant_texts
from hmi.desk.access import allow
from hmi.desk.first.step import FirstAnswers, Step
from hmi.desk.forms import add_row
from hmi.first_plant import load_template, shipped_templates
from hmi.plant_fields import value_of
from widgets.theme import TOUCH_PX

COLUMNS = ("label", "rated_kw", "running_kw", "standby_kw", "batch_running_min")


class PlantStep(Step):
    """Names the plant and its machines; the example needs nothing of that."""

    def __init__(self, answers: FirstAnswers) -> None:
        super().__init__(answers)
        self._example = QRadioButton(self.tr("The example: six ball mills, simulated; nothing is connected"))
        self._own = QRadioButton(self.tr("My own plant, beginning with a template"))
        self._template, self._zone = QComboBox(), QComboBox()
        self._name, self._label = QLineEdit(), QLineEdit()
        self._table = QTableWidget(0, len(COLUMNS))
        self._add, self._remove = QPushButton(self.tr("Add a machine")), QPushButton(self.tr("Remove it"))
        self._ids: list[str] = []
        self._arrange()
        self._connect()
        self._own.setChecked(not answers.example)
        self._example.setChecked(answers.example)
        self._on_template()
        self._show_choice()

    def choose_example(self, example: bool) -> None:
        """The example, or a plant of one's own."""
        (self._example if example else self._own).setChecked(True)

    def fill(self, name: str, label: str, zone: str, template: str) -> None:
        """Puts in what the plant is called, where it is, and what it begins with."""
        self._template.setCurrentIndex(self._template.findData(template))
        self._name.setText(name)
        self._label.setText(label)
        self._zone.setCurrentText(zone)

    def type(self, row: int, column: int, text: str) -> None:
        """Puts a text into the table of machines."""
        item = self._table.item(row, column)
        assert item is not None
        item.setText(text)

    def fault(self) -> str:
        """What is missing."""
        if self._example.isChecked():
            return ""
        if not self._name.text().strip():
            return self.tr("Give the plant a name.")
        if not self._label.text().strip():
            return self.tr("Give the shop-floor a name.")
        if self._zone.currentText() not in available_timezones():
            return self.tr("Choose the plant's time zone from the list.")
        return self._machine_fault()

    def leave(self) -> None:
        """Puts plant and machines into the draft."""
        self.answers.example = self._example.isChecked()
        if self.answers.example:
            return
        template, draft = load_template(self._template.currentData()), self.answers.draft
        for name, text in (
            ("name", self._name.text()),
            ("shopfloor", template.shopfloor),
            ("shopfloor_label", self._label.text()),
            ("timezone", self._zone.currentText()),
        ):
            draft = draft.typed(("plant", "", name), text)
        for gone in [one for one in draft.left("machines") if one not in self._ids]:
            draft = draft.without_item("machines", gone)
        extra = {key: value for key, value in template.machine.items() if key not in COLUMNS}
        for row, machine in enumerate(self._ids):
            said = {name: value_of("machines", name, self._text(row, name)) for name in COLUMNS}
            known = {key: value for key, value in said.items() if value is not None}
            draft = draft.with_item("machines", machine, {"id": machine, **known, **extra})
        self.answers.draft = draft

    def add_machine(self) -> None:
        """Adds one like the last."""
        row = self._table.rowCount()
        numbers = [int(one.rpartition("_")[2]) for one in self._ids]
        number = max(numbers, default=0) + 1
        texts = [self._text(row - 1, name) for name in COLUMNS] if row else [""] * len(COLUMNS)
        stem = texts[0].rstrip("0123456789 ")
        self._add_row(f"machine_{number}", [f"{stem} {number}".strip(), *texts[1:]])
        self._table.setCurrentCell(row, 0)

    def remove_machine(self) -> None:
        """Takes the selected machine out of the table."""
        row = self._table.currentRow()
        if 0 <= row < len(self._ids):
            del self._ids[row]
            self._table.removeRow(row)
            self._on_changed()

    def showEvent(self, event: QShowEvent) -> None:
        """The name is what is typed first."""
        super().showEvent(event)
        self._name.setFocus()

    def _machine_fault(self) -> str:
        if not self._ids:
            return self.tr("Add at least one machine.")
        for row in range(len(self._ids)):
            for name in COLUMNS[1:]:
                value = value_of("machines", name, self._text(row, name))
                if not isinstance(value, int | float) or value < 0:
                    text = self.tr("{machine}: {what} must be a number.")
                    return text.format(machine=self._text(row, "label"), what=plant_texts.field(name))
            standby, running, rated = (
                float(self._text(row, name)) for name in ("standby_kw", "running_kw", "rated_kw")
            )
            if not standby < running <= rated:
                text = self.tr("{machine}: running kW must be above standby kW and at most rated kW.")
                return text.format(machine=self._text(row, "label"))
        return ""

    def _text(self, row: int, name: str) -> str:
        item = self._table.item(row, COLUMNS.index(name))
        return item.text().strip() if item is not None else ""

    def _add_row(self, machine: str, texts: list[str]) -> None:
        row = self._table.rowCount()
        self._ids.append(machine)
        self._table.insertRow(row)
        for column, text in enumerate(texts):
            self._table.setItem(row, column, QTableWidgetItem(text))
        self._on_changed()

    def _on_template(self, _: int = 0) -> None:
        template = load_template(self._template.currentData())
        words = self._words()
        self._label.setText(words[template.shopfloor_label])
        self._ids.clear()
        self._table.setRowCount(0)
        for number, machine in enumerate(template.machines(), 1):
            label = f"{words[str(template.machine['label'])]} {number}"
            self._add_row(
                str(machine["id"]), [label, *(plant_texts.shown(machine[name]) for name in COLUMNS[1:])]
            )

    def _words(self) -> dict[str, str]:
        """What the templates call things, in the language of whoever begins with one."""
        return {
            "Mill shop-floor": self.tr("Mill shop-floor"),
            "Mill": self.tr("Mill"),
            "Melting shop": self.tr("Melting shop"),
            "Furnace": self.tr("Furnace"),
            "Hall": self.tr("Hall"),
            "Machine": self.tr("Machine"),
        }

    def _on_changed(self, _: object = None) -> None:
        self.changed.emit()

    def _show_choice(self, _: bool = False) -> None:
        own = self._own.isChecked()
        self.answers.example = not own
        why = self.tr("The example has its own.")
        about = self.tr("What your plant begins with; all of it can be changed later.")
        for part in (self._template, self._zone, self._name, self._label, self._table):
            allow(part, own, about if own else why)
        allow(self._add, own, self.tr("Adds one like the last.") if own else why)
        allow(self._remove, own, self.tr("Takes the selected machine out.") if own else why)
        self._on_changed()

    def _connect(self) -> None:
        self._own.toggled.connect(self._show_choice)
        self._template.currentIndexChanged.connect(self._on_template)
        self._name.textChanged.connect(self._on_changed)
        self._label.textChanged.connect(self._on_changed)
        self._zone.currentTextChanged.connect(self._on_changed)
        self._table.itemChanged.connect(self._on_changed)
        self._add.clicked.connect(self.add_machine)
        self._remove.clicked.connect(self.remove_machine)

    def _arrange(self) -> None:
        names = {
            "ball_mills": self.tr("Ball mills"),
            "furnaces": self.tr("Melting furnaces"),
            "one_machine": self.tr("One machine"),
        }
        for template in shipped_templates():
            self._template.addItem(names[template], template)
        self._zone.setEditable(True)
        self._zone.addItems(sorted(available_timezones()))
        self._zone.setCurrentText(bytes(QDateTime.currentDateTime().timeZone().id().data()).decode())
        self._name.setPlaceholderText(self.tr("What your plant is called"))
        self._table.setHorizontalHeaderLabels([plant_texts.field(name) for name in COLUMNS])
        self._table.setAccessibleName(self.tr("Machines"))
        self._table.verticalHeader().setVisible(False)
        self._table.verticalHeader().setDefaultSectionSize(TOUCH_PX)
        header = self._table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.say(
            self.tr(
                "Five steps make a control room. Nothing is written before the last one, and all of it "
                "can be changed later."
            )
        )
        self.rows.addWidget(self._example)
        self.rows.addWidget(self._own)
        form = QFormLayout()
        for name, part in (
            (self.tr("Template"), self._template),
            (self.tr("Name"), self._name),
            (self.tr("Shop-floor"), self._label),
            (self.tr("Time zone"), self._zone),
        ):
            add_row(form, name, part)
        self.rows.addLayout(form)
        self.rows.addWidget(self._table, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._add)
        buttons.addWidget(self._remove)
        buttons.addStretch(1)
        self.rows.addLayout(buttons)
