"""About Valleyline: its version, and what works on this machine and what does not, to be copied."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from hmi.commands.doctor import Finding, examine
from hmi.desk.context import DeskContext
from hmi.desk.doctor_texts import doctor_sentence
from hmi.program import VERSION
from hmi.store.database import Store


class AboutDialog(QDialog):
    """Looks at the machine in the reader's thread, as `valleyline doctor` does."""

    def __init__(self, parent: QWidget, context: DeskContext) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Valleyline"))
        self.resize(760, 420)
        self._title = QLabel(self.tr("Valleyline {version}").format(version=VERSION))
        self._title.setObjectName("heading")
        self._text = QPlainTextEdit(self.tr("Looking at this machine …"))
        self._text.setReadOnly(True)
        self._text.setAccessibleName(self.tr("What works on this machine"))
        self._copy, close = QPushButton(self.tr("Copy all")), QPushButton(self.tr("Close"))
        self._copy.setEnabled(False)
        self._copy.clicked.connect(self.copy_all)
        close.clicked.connect(self.accept)
        rows = QVBoxLayout(self)
        rows.addWidget(self._title)
        rows.addWidget(self._text, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._copy)
        row.addWidget(close)
        rows.addLayout(row)
        data_dir = context.data_dir

        def look(_store: Store) -> list[Finding]:
            return examine(data_dir)

        context.reader.submit(look, self._on_findings, self._text.setPlainText)

    @property
    def text(self) -> str:
        """What is shown and copied."""
        return f"{self._title.text()}\n{self._text.toPlainText()}"

    def copy_all(self) -> None:
        """Puts all of it on the clipboard, for whoever helps."""
        QGuiApplication.clipboard().setText(self.text)

    def _on_findings(self, findings: list[Finding]) -> None:
        self._copy.setEnabled(True)
        lines = [f"{'✓' if one.works else '✗'} {doctor_sentence(one)}" for one in findings]
        self._text.setPlainText("\n".join(lines))
