"""The menu under the person's name: signing in and out, people, looks, help."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from hmi.desk.access import who_may
from hmi.desk.session import Session
from hmi.roles import Permission
from widgets.theme import ThemeName

SYSTEM = "system"  # the choice that follows the system's theme
LANGUAGES = {"en": "English", "zh_CN": "简体中文"}


class DeskMenu(QMenu):
    """Says what was chosen; what is not allowed now is grey."""

    sign_in_chosen = Signal()
    add_user_chosen = Signal()
    theme_chosen = Signal(str)
    language_chosen = Signal(str)
    go_to_chosen = Signal()
    replay_chosen = Signal()
    first_steps_chosen = Signal()
    help_chosen = Signal()
    about_chosen = Signal()

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent)
        self._session = session
        self.setToolTipsVisible(True)
        self._sign_in = self._action(self.sign_in_chosen)
        self._lock = QAction(self)
        self._lock.triggered.connect(session.lock)
        self.addAction(self._lock)
        self._add_user = self._action(self.add_user_chosen)
        self.addSeparator()
        self._themes = self._choices([SYSTEM, *ThemeName], self._on_theme)
        self.addSeparator()
        self._languages = self._choices(list(LANGUAGES), self._on_language)
        self.addSeparator()
        self._go_to = self._action(self.go_to_chosen)
        self._replay = self._action(self.replay_chosen)
        self._first_steps = self._action(self.first_steps_chosen)
        self._help = self._action(self.help_chosen)
        self._about = self._action(self.about_chosen)
        session.changed.connect(self.allow)
        self.retranslate()

    def show_choices(self, theme: str, language: str) -> None:
        """Marks the theme and the language that are in use."""
        for choices, chosen in ((self._themes, theme), (self._languages, language)):
            if chosen in choices:
                choices[chosen].setChecked(True)

    def allow(self) -> None:
        """Greys what the person may not do now."""
        live, signed_in = not self._session.replay, self._session.person is not None
        may_add = self._session.may(Permission.MANAGE_USERS)
        why_not = who_may(self._session, Permission.MANAGE_USERS)  # in a replay, that nothing can be done
        for action in (self._sign_in, self._replay):
            _allow(action, live, why_not)
        _allow(self._lock, signed_in, self.tr("Nobody is signed in, so it is locked already."))
        _allow(self._add_user, may_add, why_not)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._sign_in.setText(self.tr("Sign in …"))
        self._lock.setText(self.tr("Lock the desk\tCtrl+L"))
        self._add_user.setText(self.tr("Add a user …"))
        self._themes[SYSTEM].setText(self.tr("Theme as the system has it"))
        self._themes[ThemeName.LIGHT].setText(self.tr("Light theme"))
        self._themes[ThemeName.DARK].setText(self.tr("Dark theme"))
        for code, name in LANGUAGES.items():
            self._languages[code].setText(name)
        self._go_to.setText(self.tr("Go to …\tCtrl+K"))
        self._replay.setText(self.tr("Replay what is in view …"))
        self._first_steps.setText(self.tr("First steps …"))
        self._help.setText(self.tr("Help\tF1"))
        self._about.setText(self.tr("About …"))
        self.allow()

    def _on_theme(self, name: str, _checked: bool = False) -> None:
        self.theme_chosen.emit(name)

    def _on_language(self, code: str, _checked: bool = False) -> None:
        self.language_chosen.emit(code)

    def _action(self, signal: object) -> QAction:
        action = QAction(self)
        action.triggered.connect(signal)
        self.addAction(action)
        return action

    def _choices(self, codes: list[str], chosen: Callable[[str], None]) -> dict[str, QAction]:
        group = QActionGroup(self)
        made = {}
        for code in codes:
            action = QAction(self)
            action.setCheckable(True)
            action.triggered.connect(partial(chosen, code))
            group.addAction(action)
            self.addAction(action)
            made[str(code)] = action
        return made


def _allow(action: QAction, allowed: bool, why_not: str) -> None:
    action.setEnabled(allowed)
    action.setToolTip("" if allowed else why_not)
    action.setStatusTip("" if allowed else why_not)
