"""Shelving an alarm: for how long, and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from hmi.desk import texts
from hmi.desk.forms import add_row
from hmi.desk.sign_in import WIDTH_PX, buttons, problem_label

MINUTES = (15, 60, 240, 480, 1440)


class ShelveDialog(QDialog):
    """Asks for an end and a reason; the alarm comes back unacknowledged at its end."""

    chosen = Signal(str, int, str)  # the alarm's key, minutes, the reason

    def __init__(self, parent: QWidget, key: str, sentence: str) -> None:
        super().__init__(parent)
        self._key = key
        self.setWindowTitle(self.tr("Shelve an alarm"))
        self.setMinimumWidth(WIDTH_PX)
        self._minutes, self._reason, self._problem = QComboBox(), QLineEdit(), problem_label()
        for minutes in MINUTES:
            self._minutes.addItem(texts.hours_minutes(minutes), minutes)
        self._shelve = QPushButton(self.tr("Shelve"))
        self._shelve.setDefault(True)
        self._shelve.clicked.connect(self._on_shelve)
        form = QFormLayout()
        add_row(form, self.tr("For"), self._minutes)
        add_row(form, self.tr("Because"), self._reason)
        self._problem.setText(sentence)
        rows = QVBoxLayout(self)
        rows.addWidget(self._problem)
        rows.addLayout(form)
        rows.addLayout(buttons(self, self._shelve))

    def fill(self, minutes: int, reason: str) -> None:
        """Chooses an end and puts in a reason."""
        self._minutes.setCurrentIndex(MINUTES.index(minutes))
        self._reason.setText(reason)

    def shelve(self) -> None:
        """Takes what is in the lines."""
        self._shelve.click()

    def _on_shelve(self) -> None:
        reason = self._reason.text().strip()
        if not reason:
            self._problem.setText(self.tr("A reason is needed; say in a few words why."))
            self._reason.setFocus()
            return
        self.accept()
        self.chosen.emit(self._key, int(self._minutes.currentData()), reason)
