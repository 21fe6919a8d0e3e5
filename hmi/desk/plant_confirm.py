"""One confirmation for all changes of the plant that wait: old → new, and why."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from hmi.desk import plant_texts
from hmi.desk.sign_in import buttons, problem_label
from hmi.plant_edits import ItemEdit, PlantEdit
from widgets.rows_table import RowsTable


class ConfirmDialog(QDialog):
    """Emits the reason when somebody confirms."""

    confirmed = Signal(str)

    def __init__(
        self, parent: QWidget, edits: Sequence[PlantEdit | ItemEdit], warnings: Sequence[str] = ()
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Change the plant"))
        self.resize(720, 420)
        text = QLabel(
            self.tr(
                "These changes are made together, or none of them. The station stops reading for a moment "
                "and goes on with the new plant; a plan that no longer fits it becomes stale."
            )
        )
        text.setWordWrap(True)
        table = RowsTable("plant_changes")
        table.set_headers([self.tr("What"), self.tr("Old"), self.tr("New")], stretch=0)
        table.set_rows(
            [
                (
                    plant_texts.edit_name(edit),
                    plant_texts.told(edit.before),
                    plant_texts.told(edit.after),
                )
                for edit in edits
            ]
        )
        self._reason = QLineEdit()
        self._reason.setPlaceholderText(self.tr("Why, for the audit"))
        self._reason.setAccessibleName(self.tr("Why, for the audit"))
        confirm = QPushButton(self.tr("Apply all"))
        confirm.setDefault(True)
        confirm.clicked.connect(self.confirm)
        rows = QVBoxLayout(self)
        rows.addWidget(text)
        rows.addWidget(table, 1)
        for warning in warnings:
            label = QLabel(f"◆ {warning}")
            label.setObjectName("strong")
            label.setWordWrap(True)
            rows.addWidget(label)
        rows.addWidget(self._reason)
        self._lacking = problem_label()
        self._lacking.setText(self.tr("A reason is needed; say in a few words why."))
        self._lacking.setVisible(False)
        rows.addWidget(self._lacking)
        rows.addLayout(buttons(self, confirm))
        self._reason.setFocus()

    def give_reason(self, reason: str) -> None:
        """Puts a reason into the line."""
        self._reason.setText(reason)

    def confirm(self) -> None:
        """Confirms what is shown; a key pressed in haste does not, for it gives no reason."""
        reason = self._reason.text().strip()
        self._lacking.setVisible(not reason)
        if not reason:
            self._reason.setFocus()
            return
        self.confirmed.emit(reason)
        self.accept()
