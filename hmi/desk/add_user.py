"""An administrator adds a person with a role."""

from __future__ import annotations

import socket

from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from hmi.approval import Signer, UserError, create_user
from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.forms import add_row
from hmi.desk.sign_in import WIDTH_PX, buttons, password_line, problem_label
from hmi.store.database import Store
from hmi.store.records import Role


class AddUserDialog(QDialog):
    """Asks for name, role and a first password; the administrator's key signs the role."""

    def __init__(self, parent: QWidget, context: DeskContext) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle(self.tr("Add a user"))
        self.setMinimumWidth(WIDTH_PX)
        self._name, self._role = QLineEdit(), QComboBox()
        self._password, self._again, self._problem = password_line(), password_line(), problem_label()
        for role in Role:
            self._role.addItem(texts.role(role), role)
        self._add = QPushButton(self.tr("Add"))
        self._add.setDefault(True)
        self._add.clicked.connect(self._on_add)
        form = QFormLayout()
        add_row(form, self.tr("Name"), self._name)
        add_row(form, self.tr("Role"), self._role)
        add_row(form, self.tr("Password"), self._password)
        add_row(form, self.tr("Once more"), self._again)
        rows = QVBoxLayout(self)
        rows.addLayout(form)
        rows.addWidget(self._problem)
        rows.addLayout(buttons(self, self._add))

    @property
    def problem(self) -> str:
        """Why the last attempt did not succeed."""
        return self._problem.text()

    def fill(self, name: str, role: Role, password: str) -> None:
        """Puts texts into the lines."""
        self._name.setText(name)
        self._role.setCurrentIndex(list(Role).index(role))
        self._password.setText(password)
        self._again.setText(password)

    def add(self) -> None:
        """Tries what is in the lines."""
        self._add.click()

    def _on_add(self) -> None:
        person = self._context.session.person
        if person is None:
            self._problem.setText(self.tr("The desk was locked meanwhile; sign in again."))
            return
        if self._password.text() != self._again.text():
            self._problem.setText(self.tr("The two passwords differ; type them again."))
            return
        name, role, password = (
            self._name.text().strip(),
            Role(self._role.currentData()),
            self._password.text(),
        )
        clock, signer = self._context.clock, Signer(person.name, person.key)
        self._add.setEnabled(False)

        def work(store: Store) -> Signer | UserError:
            try:
                return create_user(store, signer, name, role, password, clock, host=socket.gethostname())
            except UserError as error:
                return error

        self._context.reader.submit(work, self._on_added, self._on_failed)

    def _on_added(self, made: Signer | UserError) -> None:
        if isinstance(made, UserError):
            self._on_failed(texts.user_fault(made.fault))
            return
        self._context.messages.inform(self.tr("{name} may sign in now.").format(name=made.name))
        self.accept()

    def _on_failed(self, sentence: str) -> None:
        self._add.setEnabled(True)
        self._problem.setText(sentence)
