"""Asks for a reason before something is done."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from hmi.desk.forms import add_row
from hmi.desk.sign_in import WIDTH_PX, buttons, problem_label


class ReasonDialog(QDialog):
    """Says what is about to be done and does not go on without a reason."""

    given = Signal(str, str)  # what it is about, the reason

    def __init__(self, parent: QWidget, key: str, title: str, sentence: str, step: str) -> None:
        super().__init__(parent)
        self._key = key
        self.setWindowTitle(title)
        self.setMinimumWidth(WIDTH_PX)
        self._reason, self._problem = QLineEdit(), problem_label()
        self._problem.setText(sentence)
        self._step = QPushButton(step)
        self._step.setDefault(True)
        self._step.clicked.connect(self._on_step)
        form = QFormLayout()
        add_row(form, self.tr("Because"), self._reason)
        rows = QVBoxLayout(self)
        rows.addWidget(self._problem)
        rows.addLayout(form)
        rows.addLayout(buttons(self, self._step))

    def fill(self, reason: str) -> None:
        """Puts in a reason."""
        self._reason.setText(reason)

    def go_on(self) -> None:
        """Takes what is in the line."""
        self._step.click()

    def _on_step(self) -> None:
        reason = self._reason.text().strip()
        if not reason:
            self._problem.setText(self.tr("A reason is needed; say in a few words why."))
            self._reason.setFocus()
            return
        self.accept()
        self.given.emit(self._key, reason)
