"""Whether what a window shows has its room: no text cut off, no control outside of it or on another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTabBar,
    QToolButton,
    QWidget,
)

from widgets.elided_label import ElidedLabel

LEAST_PADDING_PX = 4
SHARED_PX = 1  # a tab bar's two scroll buttons share their frames' line
CONTROLS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)


def out_of_place(window: QWidget) -> Iterator[str]:
    """The visible controls that lie outside of the window, or on one beside them."""
    controls = [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, CONTROLS)
        and widget.isVisible()
        and widget.window() is window
        and not _scrolled_out(widget)
    ]
    for control in controls:
        if not window.rect().contains(QRect(control.mapTo(window, QPoint(0, 0)), control.size())):
            yield f"{_called(control)} lies outside of the window"
    for one, other in itertools.combinations(controls, 2):
        common = one.geometry().intersected(other.geometry())
        if one.parentWidget() is other.parentWidget() and min(common.width(), common.height()) > SHARED_PX:
            yield f"{_called(one)} lies on {_called(other)}"


def _called(control: QWidget) -> str:
    text = control.text() if isinstance(control, QAbstractButton) else control.accessibleName()
    return text or control.objectName() or type(control).__name__


def cut_texts(window: QWidget) -> Iterator[str]:
    """The visible texts that have less room than they need."""
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and not _scrolled_out(widget):
            yield from _cut(widget)


def _cut(widget: QWidget) -> Iterator[str]:
    match widget:
        case ElidedLabel():
            return  # shortens itself, with the whole as its tool tip
        case QLabel() if widget.text() and not widget.wordWrap():
            if widget.width() < widget.minimumSizeHint().width():
                yield widget.text()
        case QLabel() if widget.text():
            if widget.height() < widget.heightForWidth(widget.width()):
                yield widget.text()
        case QAbstractButton() if widget.text():
            needed = widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))
            if isinstance(widget, QPushButton | QToolButton):
                needed += 2 * LEAST_PADDING_PX  # else its frame stands on the letters
            if widget.width() < needed or widget.height() < widget.fontMetrics().height():
                yield widget.text()
        case QComboBox() if widget.currentText():
            if widget.width() - 26 < widget.fontMetrics().horizontalAdvance(widget.currentText()):
                yield widget.currentText()
        case QTabBar():
            for place in range(widget.count()):
                needed = widget.fontMetrics().horizontalAdvance(widget.tabText(place))
                if widget.isTabVisible(place) and widget.tabRect(place).width() < needed:
                    yield widget.tabText(place)
        case QHeaderView() if widget.orientation() is Qt.Orientation.Horizontal and widget.model():
            for place in range(widget.count()):
                text = str(widget.model().headerData(place, Qt.Orientation.Horizontal) or "")
                if widget.sectionSize(place) < widget.fontMetrics().horizontalAdvance(text):
                    yield text


def _scrolled_out(widget: QWidget) -> bool:
    """Whether it lies outside of what the scrolling areas around it show now."""
    parent = widget.parentWidget()
    while parent is not None:
        place = QRect(widget.mapTo(parent, QPoint(0, 0)), widget.size())
        if isinstance(parent, QScrollArea) and not parent.rect().contains(place):
            return True
        parent = parent.parentWidget() if not parent.isWindow() else None
    return False
