"""Signing in, and at the very first start making the administrator; no password comes with the program."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from functools import partial

import msgspec
from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hmi.approval import Signer, UserError, create_first_administrator
from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.forms import add_row
from hmi.desk.session import SignedIn
from hmi.passwords import SignInResult, sign_in
from hmi.store.database import Store
from hmi.store.records import Role
from hmi.store.status import setting
from hmi.store.users import users

DEMO_USERS_SETTING = "demo_users"
WIDTH_PX = 460


@dataclass(frozen=True, slots=True)
class DemoUser:
    """Somebody whom the demonstration made; only a demonstration's database holds a readable password."""

    name: str
    role: Role
    password: str


@dataclass(frozen=True, slots=True)
class Door:
    """What the sign-in must know first: whether there is anybody, and the demonstration's people."""

    has_users: bool
    demo_users: tuple[DemoUser, ...] = ()


def look_at_door(store: Store) -> Door:
    """Reads who could sign in."""
    found = setting(store, DEMO_USERS_SETTING)
    demo = () if found is None else msgspec.convert(found, tuple[DemoUser, ...])
    return Door(bool(users(store)), demo)


class SignInDialog(QDialog):
    """Asks for name and password; a wrong one and an unknown one get the same answer."""

    signed_in = Signal(SignedIn)

    def __init__(self, parent: QWidget, context: DeskContext, demo_users: tuple[DemoUser, ...]) -> None:
        super().__init__(parent)
        self._context = context
        self._not_before_wall_ms = 0
        self.setWindowTitle(self.tr("Sign in"))
        self.setMinimumWidth(WIDTH_PX)
        self._name, self._password, self._problem = QLineEdit(), password_line(), problem_label()
        self._enter = QPushButton(self.tr("Sign in"))
        self._enter.setDefault(True)
        self._enter.clicked.connect(self._on_enter)
        self._people = QWidget()  # a demonstration's
        self._wait = QTimer(self)
        self._wait.setInterval(250)
        self._wait.timeout.connect(self._count_down)
        self._arrange(demo_users)
        self._name.setText(context.session.left_by)  # most likely back again
        self._name.selectAll()

    @property
    def problem(self) -> str:
        """Why the last attempt did not succeed."""
        return self._problem.text()

    @property
    def may_try(self) -> bool:
        """Whether another attempt is looked at already."""
        return self._enter.isEnabled()

    def fill(self, name: str, password: str) -> None:
        """Puts a name and a password into the lines."""
        self._name.setText(name)
        self._password.setText(password)

    def enter(self) -> None:
        """Tries what is in the lines."""
        self._enter.click()

    def _on_enter(self) -> None:
        name, password, clock = self._name.text().strip(), self._password.text(), self._context.clock
        self._let_try(False)
        self._problem.setText(self.tr("Checking …"))

        def check(store: Store) -> SignInResult:
            host = socket.gethostname()
            return sign_in(store, name, password, clock.wall_ms(), t_ms=clock.now_ms(), host=host)

        self._context.reader.submit(check, self._on_checked, self._on_failed)

    def _on_checked(self, result: SignInResult) -> None:
        if result.user is not None and result.key is not None:
            self.signed_in.emit(SignedIn(result.user.name, result.user.role, result.key))
            self.accept()
            return
        self._password.clear()
        self._password.setFocus()
        self._not_before_wall_ms = result.not_before_wall_ms
        self._count_down()
        self._wait.start()

    def _on_failed(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._let_try(True)

    def _let_try(self, may: bool) -> None:
        """While one is looked at nobody else can be chosen: on a busy machine that click would be lost."""
        self._enter.setEnabled(may)
        self._people.setEnabled(may)

    def _count_down(self) -> None:
        left_ms = self._not_before_wall_ms - self._context.clock.wall_ms()
        self._let_try(left_ms <= 0)
        if left_ms <= 0:
            self._wait.stop()
            self._problem.setText(self.tr("Name or password is wrong."))
        else:
            text = self.tr("Name or password is wrong; try again in {seconds} s.")
            self._problem.setText(text.format(seconds=-(-left_ms // 1000)))

    def _arrange(self, demo_users: tuple[DemoUser, ...]) -> None:
        rows = QVBoxLayout(self)
        form = QFormLayout()
        add_row(form, self.tr("Name"), self._name)
        add_row(form, self.tr("Password"), self._password)
        rows.addLayout(form)
        rows.addWidget(self._problem)
        rows.addLayout(buttons(self, self._enter))
        if demo_users:
            rows.addWidget(_heading(self.tr("This is a demonstration; sign in as one of its people:")))
        grid = QGridLayout(
            self._people
        )  # two in a row: one below the other they are higher than a screen at 200 %
        grid.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._people)
        for place, person in enumerate(demo_users):
            text = self.tr("{name} · {role} · {password}").format(
                name=person.name, role=texts.role(person.role), password=person.password
            )
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._on_demo_user, person))
            grid.addWidget(button, place // 2, place % 2)

    def _on_demo_user(self, person: DemoUser, _checked: bool = False) -> None:
        self.fill(person.name, person.password)
        self.enter()


class FirstAdministratorDialog(QDialog):
    """Asks for the first administrator; whoever comes later is added by them."""

    signed_in = Signal(SignedIn)

    def __init__(self, parent: QWidget, context: DeskContext) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle(self.tr("First start"))
        self.setMinimumWidth(WIDTH_PX)
        self._name, self._password, self._again = QLineEdit(), password_line(), password_line()
        self._problem = problem_label()
        self._make = QPushButton(self.tr("Make the administrator"))
        self._make.setDefault(True)
        self._make.clicked.connect(self._on_make)
        self._arrange()

    @property
    def problem(self) -> str:
        """Why the last attempt did not succeed."""
        return self._problem.text()

    def fill(self, name: str, password: str, again: str) -> None:
        """Puts texts into the lines."""
        self._name.setText(name)
        self._password.setText(password)
        self._again.setText(again)

    def make(self) -> None:
        """Tries what is in the lines."""
        self._make.click()

    def _on_make(self) -> None:
        name, password, clock = self._name.text().strip(), self._password.text(), self._context.clock
        if password != self._again.text():
            self._problem.setText(self.tr("The two passwords differ; type them again."))
            return
        self._make.setEnabled(False)

        def work(store: Store) -> Signer | UserError:
            try:
                return create_first_administrator(store, name, password, clock, host=socket.gethostname())
            except UserError as error:
                return error

        self._context.reader.submit(work, self._on_made, self._on_failed)

    def _on_made(self, made: Signer | UserError) -> None:
        if isinstance(made, UserError):
            self._on_failed(texts.user_fault(made.fault))
            return
        self.signed_in.emit(SignedIn(made.name, Role.ADMINISTRATOR, made.key))
        self.accept()

    def _on_failed(self, sentence: str) -> None:
        self._make.setEnabled(True)
        self._problem.setText(sentence)

    def _arrange(self) -> None:
        rows = QVBoxLayout(self)
        text = self.tr(
            "Nobody may sign in here yet. Choose the name and the password of the administrator, "
            "who then adds operators and supervisors. The password cannot be recovered."
        )
        rows.addWidget(_heading(text))
        form = QFormLayout()
        add_row(form, self.tr("Name"), self._name)
        add_row(form, self.tr("Password"), self._password)
        add_row(form, self.tr("Once more"), self._again)
        rows.addLayout(form)
        rows.addWidget(self._problem)
        rows.addLayout(buttons(self, self._make))


def password_line() -> QLineEdit:
    """A line whose letters are not shown."""
    line = QLineEdit()
    line.setEchoMode(QLineEdit.EchoMode.Password)
    return line


def problem_label() -> QLabel:
    """Where a dialog says what does not work; it keeps its place while empty."""
    label = QLabel()
    label.setObjectName("strong")
    label.setWordWrap(True)
    label.setMinimumHeight(36)
    return label


def buttons(dialog: QDialog, accept: QPushButton) -> QHBoxLayout:
    """A dialog's last row: cancel, and what it is for."""
    cancel = QPushButton(QCoreApplication.translate("texts", "Cancel"))
    cancel.setAutoDefault(False)
    cancel.clicked.connect(dialog.reject)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(cancel)
    row.addWidget(accept)
    return row


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    return label
