"""Walks all widgets of every page, for every role: who may not press a button reads why; nothing is nameless."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from hmi.desk.app import Desk
from hmi.desk.session import SignedIn
from hmi.desk.window import PAGES
from hmi.keys import new_key_pair
from hmi.store.records import Role

INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
    QTextEdit,
)
INNER = ("qt_spinbox_lineedit", "qt_tabwidget_tabbar", "qt_calendar", "ScrollLeftButton", "ScrollRightButton")
PAGE_IDS = [entry.page_id for entry in PAGES]


def interactive(root: QWidget) -> Iterator[QWidget]:
    """What a person can use in a widget, without the parts that Qt itself makes inside another."""
    for widget in root.findChildren(QWidget):
        is_inner = any(widget.objectName().startswith(name) for name in INNER)
        is_inner |= isinstance(widget.parent(), QComboBox | QAbstractSpinBox | QTabBar | QAbstractItemView)
        is_popup = widget.window() is not root.window()
        if isinstance(widget, INTERACTIVE) and not is_inner and not is_popup:
            yield widget


def called(widget: QWidget) -> str:
    """How a complaint names a widget."""
    text = widget.text() if isinstance(widget, QAbstractButton | QLineEdit) else ""
    return f"{type(widget).__name__} {widget.objectName()!r} {text!r}"


def spoken(widget: QWidget) -> str:
    """What a screen reader calls it."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


@pytest.mark.parametrize("page_id", PAGE_IDS)
def test_who_may_not_press_a_button_sees_and_hears_why(desk: Desk, page_id: str) -> None:
    desk.window.show_page(page_id)
    session = desk.context.session
    silent = set()
    for role in (None, *Role):
        session.lock()
        if role is not None:
            session.sign_in(SignedIn("somebody", role, new_key_pair()[0]))
        QApplication.processEvents()
        for widget in interactive(desk.window):
            if not isinstance(widget, QAbstractButton) or widget.isEnabled():
                continue
            if not (widget.toolTip() and widget.accessibleDescription()):
                silent.add(f"{called(widget)} for {role or 'nobody'}")
    assert not silent, "\n".join(sorted(silent))


@pytest.mark.parametrize("page_id", PAGE_IDS)
def test_everything_that_can_be_used_has_a_name_for_a_screen_reader(desk: Desk, page_id: str) -> None:
    desk.window.show_page(page_id)
    nameless = [called(widget) for widget in interactive(desk.window) if not spoken(widget).strip()]
    assert not nameless, "\n".join(nameless)


@pytest.mark.parametrize("page_id", PAGE_IDS)
def test_everything_that_can_be_used_is_reached_with_the_tab_key(desk: Desk, page_id: str) -> None:
    desk.window.show_page(page_id)
    unreachable = [
        called(widget)
        for widget in interactive(desk.window)
        if widget.isVisible() and widget.isEnabled() and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert not unreachable, "\n".join(unreachable)


def test_every_dialog_of_the_window_has_names_too(desk: Desk) -> None:
    desk.window.go_to()
    dialog = desk.window.findChild(QDialog)
    assert dialog is not None
    assert not [called(widget) for widget in interactive(dialog) if not spoken(widget).strip()]
    dialog.close()
