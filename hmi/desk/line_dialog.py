"""A dialog that asks for one line of text."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget


def open_line_dialog(window: QWidget, title: str, sentence: str, text: str = "") -> QInputDialog:
    """Asks for a line, which may begin with a text; `textValueSelected` says it, then the dialog is gone."""
    dialog = QInputDialog(window)
    dialog.setWindowTitle(title)
    dialog.setLabelText(sentence)
    dialog.setTextValue(text)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    for line in dialog.findChildren(QLineEdit):
        line.setAccessibleName(sentence)
    return dialog
