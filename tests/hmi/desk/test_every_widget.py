"""Walks all widgets of every page, for every role: who may not press a button reads why; all have names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from PySide6.QtCore import QMetaMethod, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QTabBar,
    QTableView,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from hmi.desk.app import Desk
from hmi.desk.page_stack import PAGES
from hmi.desk.pages.alarm_detail import AlarmDetail
from hmi.desk.session import SignedIn
from hmi.keys import new_key_pair
from hmi.store.records import Role
from tests.hmi.desk.dialogs import dialogs
from widgets.machine_card import MachineCard
from widgets.rows_table import RowsTable
from widgets.theme import TOUCH_PX

LEAST_SCREEN_PX = 434  # the height that 1760×868 leaves at 200 %
INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
    QTextEdit,
)
FOCUS_IS_SEEN = (*INTERACTIVE, AlarmDetail, MachineCard)
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


def target(widget: QWidget) -> QSize:
    """What a finger has to meet: the whole control, its smallest tab, or a row that does something."""
    if isinstance(widget, QTabBar):
        shown = [index for index in range(widget.count()) if widget.isTabVisible(index)]
        return min((widget.tabRect(index).size() for index in shown), key=QSize.width)
    if isinstance(widget, RowsTable):
        chosen = widget.isSignalConnected(QMetaMethod.fromSignal(widget.row_chosen))
        clicked = widget.isSignalConnected(QMetaMethod.fromSignal(widget.clicked))
        high = widget.verticalHeader().defaultSectionSize() if chosen or clicked else TOUCH_PX
        return QSize(widget.width(), high)
    if isinstance(widget, QTableView):
        return QSize(widget.width(), widget.verticalHeader().defaultSectionSize())
    return widget.size()


def complaints(where: str, widgets: Iterable[QWidget]) -> Iterator[str]:
    """What keeps somebody from using them: no name to read aloud, no way by keys, no room for a finger."""
    for widget in widgets:
        if not spoken(widget).strip():
            yield f"{where}: {called(widget)} has no name"
        if widget.isEnabled() and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield f"{where}: {called(widget)} is not reached with the Tab key"
        size = target(widget)
        if widget.isVisible() and min(size.width(), size.height()) < TOUCH_PX:
            yield f"{where}: {called(widget)} has {size.toTuple()}"


def test_everything_that_can_be_used_has_a_name_is_reached_by_keys_and_met_by_a_finger(desk: Desk) -> None:
    window, wrong = desk.window, []
    window.resize(1366, 768)
    walked(desk)
    for page_id in window.page_ids():
        window.show_page(page_id)
        wrong += complaints(page_id, (one for one in interactive(window) if not one.isHidden()))
    for name, dialog in dialogs(desk):
        wrong += complaints(name, interactive(dialog))
        if name in ("sign_in", "help") and dialog.height() > LEAST_SCREEN_PX:
            wrong.append(f"{name}: {dialog.height()} px are higher than a screen at 200 %")
    assert not wrong, "\n".join(sorted(set(wrong)))


def test_a_control_without_a_name_and_rows_that_are_too_low_are_complained_of(qtbot: QtBot) -> None:
    button, table = QPushButton(), RowsTable()
    for widget in (button, table):
        qtbot.addWidget(widget)
        widget.resize(200, 200)
        widget.show()
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    table.set_headers(["What"])
    assert list(complaints("here", [table])) == []
    table.row_chosen.connect(button.setText)
    assert list(complaints("here", [table])) == ["here: RowsTable '' '' has (200, 30)"]
    assert len(list(complaints("here", [button]))) == 2


def test_tab_leads_through_every_page_once_and_back_and_stops_only_where_the_focus_is_seen(
    desk: Desk, qtbot: QtBot
) -> None:
    window, trapped, unseen = desk.window, [], set()
    for page_id in window.page_ids():
        window.show_page(page_id)
        window.header.operator.setFocus()
        seen: list[QWidget] = []
        while (now := window.focusWidget()) not in seen and now is not None:
            seen.append(now)
            qtbot.keyClick(now, Qt.Key.Key_Tab)
        if now is not seen[0]:
            trapped.append(f"{page_id}: {called(now) if now is not None else 'nowhere'}")
        unseen |= {f"{page_id}: {called(one)}" for one in seen if not isinstance(one, FOCUS_IS_SEEN)}
    assert not trapped, "\n".join(trapped)
    assert not unseen, "\n".join(sorted(unseen))


@pytest.mark.nightly
def test_the_focus_is_seen_on_every_kind_of_control(desk: Desk, qtbot: QtBot) -> None:
    window, kinds, unseen = desk.window, set(), []
    for page_id in window.page_ids():
        window.show_page(page_id)
        for widget in interactive(window):
            kind = (type(widget), widget.objectName() == "nav")
            if not widget.isVisible() or not widget.isEnabled() or kind in kinds:
                continue
            kinds.add(kind)
            window.setFocus()
            without = widget.grab().toImage()
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            qtbot.waitUntil(widget.hasFocus)
            if widget.grab().toImage() == without:
                unseen.append(f"{page_id}: {called(widget)}")
    assert len(kinds) > 8
    assert not unseen, "\n".join(unseen)


def test_what_a_role_may_not_do_is_grey_in_the_menu_and_says_why(desk: Desk) -> None:
    session = desk.context.session
    session.sign_in(SignedIn("somebody", Role.OPERATOR, new_key_pair()[0]))
    add = next(action for action in desk.window.menu.actions() if action.text().startswith("Add a user"))
    assert not add.isEnabled()
    assert add.toolTip() == "As operator you may not do this; it is for: administrator."
    session.lock()
