"""The guided start's fourth step: who may sign in; no password comes with the program."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit

from hmi.desk import texts
from hmi.desk.first.step import FirstAnswers, NewPerson, Step
from hmi.desk.sign_in import password_line
from hmi.grants import UserFault, name_or_password_fault
from hmi.store.records import Role

ROLES = (Role.ADMINISTRATOR, Role.ENGINEER, Role.OPERATOR, Role.SUPERVISOR)


class PeopleStep(Step):
    """The administrator must be; the others can be added later by them."""

    def __init__(self, answers: FirstAnswers) -> None:
        super().__init__(answers)
        self.lines: dict[Role, tuple[QLineEdit, QLineEdit, QLineEdit]] = {}
        self._arrange()
        self.first_line = self.lines[Role.ADMINISTRATOR][0]

    def fill(self, role: Role, name: str, password: str, again: str | None = None) -> None:
        """Puts somebody in."""
        texts_of = (name, password, password if again is None else again)
        for line, text in zip(self.lines[role], texts_of, strict=True):
            line.setText(text)

    def fault(self) -> str:
        """What is missing."""
        if self.answers.people_exist:
            return ""
        names: list[str] = []
        for role in ROLES:
            name, password, again = (line.text() for line in self.lines[role])
            if not name.strip() and role is not Role.ADMINISTRATOR:
                continue
            who = texts.role(role)
            fault = name_or_password_fault(name.strip(), password)
            if name.strip() in names:
                fault = UserFault.NAME_TAKEN
            if fault is not None:
                return f"{who}: {texts.user_fault(fault)}"
            if password != again:
                return self.tr("{who}: the two passwords differ; type them again.").format(who=who)
            names.append(name.strip())
        return ""

    def leave(self) -> None:
        """Keeps the people until the start."""
        self.answers.people = [
            NewPerson(self.lines[role][0].text().strip(), role, self.lines[role][1].text())
            for role in ROLES
            if self.lines[role][0].text().strip()
        ]

    def _on_changed(self, _: str) -> None:
        self.changed.emit()

    def _arrange(self) -> None:
        self.say(
            self.tr(
                "The administrator adds further people later. A plan needs two: an operator who proposes it "
                "and a supervisor who signs it. The engineer changes the plant. A password has at least 8 "
                "characters and cannot be recovered."
            )
        )
        if self.answers.people_exist:
            self.say(self.tr("This data folder has its people already; they stay as they are."))
        grid = QGridLayout()
        heads = (self.tr("Role"), self.tr("Name"), self.tr("Password"), self.tr("Once more"))
        for column, head in enumerate(heads):
            grid.addWidget(QLabel(head), 0, column)
        for row, role in enumerate(ROLES, start=1):
            needed = self.tr("needed") if role is Role.ADMINISTRATOR else self.tr("can wait")
            grid.addWidget(QLabel(f"{texts.role(role)} ({needed})"), row, 0)
            self.lines[role] = (QLineEdit(), password_line(), password_line())
            for column, line in enumerate(self.lines[role], start=1):
                line.setAccessibleName(f"{texts.role(role)}: {heads[column]}")
                line.setEnabled(not self.answers.people_exist)
                line.textChanged.connect(self._on_changed)
                grid.addWidget(line, row, column)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.setColumnStretch(3, 1)
        self.rows.addLayout(grid)
        self.rows.addStretch(1)
