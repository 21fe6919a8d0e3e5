import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot


def test_this_qt_does_not_lose_references_to_none(qtbot: QtBot) -> None:
    # PySide6 6.12.0 under Python 3.11 drops one at every call that returns nothing, and finally aborts.
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(1000):
        label.setText("x")
    assert sys.getrefcount(None) > before - 500
