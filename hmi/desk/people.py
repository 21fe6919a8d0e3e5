"""Opens the dialogs for signing in and for people, and hands their outcome to the session."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from hmi.desk.add_user import AddUserDialog
from hmi.desk.context import DeskContext
from hmi.desk.sign_in import Door, FirstAdministratorDialog, SignInDialog, look_at_door


class People(QObject):
    """One dialog at a time; `dialog` is the open one, for tests and for closing."""

    def __init__(self, window: QWidget, context: DeskContext, show: Callable[[QDialog], None]) -> None:
        """`show` opens a dialog of the window."""
        super().__init__(window)
        self._window, self._show = window, show
        self._context = context
        self.dialog: QDialog | None = None

    def sign_in(self) -> None:
        """Asks who is there; at the first start asks for the administrator instead."""
        self._context.reader.submit(look_at_door, self._on_door, self._context.messages.warn)

    def sign_in_at_first_start(self) -> None:
        """Asks for the administrator if there is nobody yet; leaves everybody else in peace."""
        self._context.reader.submit(look_at_door, self._on_first_door)

    def add_user(self) -> None:
        """Lets an administrator add somebody."""
        self._open(AddUserDialog(self._window, self._context))

    def _on_door(self, door: Door) -> None:
        dialog: SignInDialog | FirstAdministratorDialog
        if door.has_users:
            dialog = SignInDialog(self._window, self._context, door.demo_users)
        else:
            dialog = FirstAdministratorDialog(self._window, self._context)
        dialog.signed_in.connect(self._context.session.sign_in)
        self._open(dialog)

    def _on_first_door(self, door: Door) -> None:
        if not door.has_users:
            self._on_door(door)

    def _open(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.close()
        dialog.finished.connect(self._on_finished)
        self.dialog = dialog
        self._show(dialog)

    def _on_finished(self) -> None:
        self.dialog = None
