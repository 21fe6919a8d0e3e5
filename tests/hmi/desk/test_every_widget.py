"""Walks all widgets of every page, for every role: who may not press a button reads why; all have names."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from hmi.desk.app import Desk
from hmi.desk.page_stack import PAGES
from hmi.desk.session import SignedIn
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


def interactive(root: QWidget) -> Iterator[QWidget]:
    """What a person can use in a widget, without the parts that Qt itself makes inside another."""
    for widget in root.findChildren(QWidget):
        is_inner = any(widget.objectName().startswith(name) for name in INNER)
        is_inner |= isinstance(
            widget.parent(), QComboBox | QAbstractSpinBox | QTabBar | QAbstractItemView | QLineEdit
        )
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


def walked(desk: Desk) -> list[QWidget]:
    """Everything to be used in the whole window, with every page made; what a page hides is not there."""
    for entry in PAGES:
        desk.window.page(entry.page_id)
    return [widget for widget in interactive(desk.window) if not widget.isHidden()]


def test_who_may_not_press_a_button_of_any_page_sees_and_hears_why(desk: Desk) -> None:
    widgets, session, silent = walked(desk), desk.context.session, set()
    for role in (None, *Role):
        session.lock()
        if role is not None:
            session.sign_in(SignedIn("somebody", role, new_key_pair()[0]))
        for widget in widgets:
            if not isinstance(widget, QAbstractButton) or widget.isEnabled():
                continue
            if not (widget.toolTip() and widget.accessibleDescription()):
                silent.add(f"{called(widget)} for {role or 'nobody'}")
    session.lock()
    assert not silent, "\n".join(sorted(silent))


def test_everything_that_can_be_used_has_a_name_and_is_reached_with_the_tab_key(desk: Desk) -> None:
    widgets = walked(desk)
    nameless = [called(widget) for widget in widgets if not spoken(widget).strip()]
    assert not nameless, "\n".join(nameless)
    unreachable = [
        called(widget)
        for widget in widgets
        if widget.isEnabled() and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert not unreachable, "\n".join(unreachable)
    desk.window.go_to()
    dialog = desk.window.findChild(QDialog)
    assert dialog is not None
    assert not [called(widget) for widget in interactive(dialog) if not spoken(widget).strip()]
    dialog.close()


def test_what_a_role_may_not_do_is_grey_in_the_menu_and_says_why(desk: Desk) -> None:
    session = desk.context.session
    session.sign_in(SignedIn("somebody", Role.OPERATOR, new_key_pair()[0]))
    add = next(action for action in desk.window.menu.actions() if action.text().startswith("Add a user"))
    assert not add.isEnabled()
    assert add.toolTip() == "As operator you may not do this; it is for: administrator."
    session.lock()
