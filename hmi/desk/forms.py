"""Rows of a form: a name level with its line, which is the line's name to a screen reader too."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from widgets.theme import TOUCH_PX


def add_row(form: QFormLayout, name: str, part: QWidget) -> None:
    """Adds a line under its name."""
    label = QLabel(name)
    label.setMinimumHeight(TOUCH_PX)  # as high as the line, else Qt puts the name above its middle
    label.setBuddy(part)
    part.setAccessibleName(name)
    form.addRow(label, part)
