"""A dialog that asks for one line of text."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QDialogButtonBox, QInputDialog, QLayout, QLineEdit, QPushButton, QWidget

from hmi.desk.sign_in import WIDTH_PX


def open_line_dialog(window: QWidget, title: str, sentence: str, text: str = "") -> QInputDialog:
    """Asks for a line, which may begin with a text; `textValueSelected` says it, then the dialog is gone."""
    dialog = QInputDialog(window)
    dialog.setWindowTitle(title)
    dialog.setLabelText(sentence)
    dialog.setTextValue(text)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()  # makes its layout
    layout = dialog.layout()
    assert layout is not None
    layout.setSizeConstraint(QLayout.SizeConstraint.SetMinimumSize)  # else Qt sets its own least and most
    dialog.resize(WIDTH_PX, dialog.sizeHint().height())  # else its title is cut off
    for line in dialog.findChildren(QLineEdit):
        line.setAccessibleName(sentence)
    for box in dialog.findChildren(QDialogButtonBox):
        ok = box.button(QDialogButtonBox.StandardButton.Ok)
        dialog.textValueChanged.connect(partial(_show_whether_given, ok))
        _show_whether_given(ok, text)
    return dialog


def _show_whether_given(ok: QPushButton, text: str) -> None:
    """An empty line would be taken for an answer and do nothing."""
    ok.setEnabled(bool(text.strip()))
