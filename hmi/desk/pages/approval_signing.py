"""The signature under a decision: a reason, the password again, approve or reject."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from hmi.desk.access import allow
from hmi.desk.context import DeskContext
from hmi.desk.plan_decision import Step, decision, why_not
from hmi.desk.sign_in import Door, look_at_door, password_line
from hmi.passwords import sign_in
from hmi.roles import Permission
from hmi.station.payloads import DecidePlan, payload_of
from hmi.store.database import Store
from hmi.store.records import PlanRow, PlanState, Request

COUNT_EVERY_MS = 250
LEAST_WIDTH_PX = 224  # both buttons with their whole words
THREE_LINES_PX = 54


@dataclass(frozen=True, slots=True)
class _Opened:
    """What came of the password: a signed decision, or from when on (wall time) to try again."""

    step: Step
    signed: DecidePlan | None
    not_before_wall_ms: int = 0


class SigningPanel(QFrame):
    """Says why a decision cannot be made, or takes it; the password does not outlive the click."""

    decided = Signal(Step, int)  # the step that the station has accepted, and the plan

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._context = context
        self._row: PlanRow | None = None
        self._in_force: PlanRow | None = None
        self._late = ""
        self._is_busy = False
        self._said = ""
        self._step, self._plan_id = Step.REJECT, 0
        self._not_before_wall_ms = 0
        self._reason, self._password = QLineEdit(), password_line()
        self._make_parts()
        self._lay_out()
        context.session.changed.connect(self._on_session_changed)

    @property
    def sentence(self) -> str:
        """Why something cannot be done, or what is going on."""
        return self._sentence.text()

    @property
    def is_busy(self) -> bool:
        """Whether a decision is on its way."""
        return self._is_busy

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._heading.setText(self.tr("Decide"))
        self._reason_caption.setText(self.tr("Reason"))
        self._reason.setPlaceholderText(self.tr("in a few words, for the record"))
        self._reason.setAccessibleName(self.tr("Reason of the decision"))
        self._password_caption.setText(self.tr("Your password again: it signs the decision"))
        self._password.setAccessibleName(self.tr("Password, as the signature"))
        self._approve.setText(self.tr("Approve"))
        self._reject.setText(self.tr("Reject"))
        self._show_rights()

    def show_plan(self, row: PlanRow | None, in_force: PlanRow | None, late: str = "") -> None:
        """Takes over the plan to be decided on, the one in force, and why it is too late to approve.

        A reason is for one plan: it goes when another is shown, or when there is no more to decide.
        """
        other = row is None or self._row is None or row.id != self._row.id
        self._row, self._in_force, self._late = row, in_force, late
        if other:
            self._said = ""
        if row is None or other or row.state is not PlanState.PROPOSED:
            self._password.clear()
            self._reason.clear()
        self._show_rights()

    def _make_parts(self) -> None:
        self._heading, self._sentence = QLabel(), QLabel()
        self._heading.setObjectName("strong")
        self._sentence.setObjectName("approval_sentence")
        self._sentence.setWordWrap(True)
        self._sentence.setMinimumHeight(THREE_LINES_PX)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._reason_caption, self._password_caption = QLabel(), QLabel()
        self._reason.setObjectName("approval_reason")
        self._password.setObjectName("approval_password")
        self._approve, self._reject = QPushButton(), QPushButton()
        self._approve.setObjectName("approve")
        self._reject.setObjectName("reject")
        self._approve.clicked.connect(self._on_approve)
        self._reject.clicked.connect(self._on_reject)
        self._wait = QTimer(self)
        self._wait.setInterval(COUNT_EVERY_MS)
        self._wait.timeout.connect(self._on_count)

    def _lay_out(self) -> None:
        for caption in (self._reason_caption, self._password_caption):
            caption.setObjectName("muted")
            caption.setWordWrap(True)
        buttons = QHBoxLayout()
        buttons.addWidget(self._approve, 1)
        buttons.addWidget(self._reject, 1)
        self.setMinimumWidth(LEAST_WIDTH_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        for part in (
            self._heading,
            self._reason_caption,
            self._reason,
            self._password_caption,
            self._password,
        ):
            layout.addWidget(part)
        layout.addLayout(buttons)
        layout.addWidget(self._sentence)

    def _hindrance(self, step: Step) -> str:
        if self._row is None:
            return self.tr("Choose a plan to decide on it.")
        why = why_not(self._context, self._row, step, self._in_force)
        return why or (self._late if step is Step.APPROVE else "")

    def _show_rights(self) -> None:
        approve, reject = self._hindrance(Step.APPROVE), self._hindrance(Step.REJECT)
        ready = not self._is_busy and not self._wait.isActive()
        wait = "" if ready else self.tr("One moment: the password is being checked, or was wrong just now.")
        allow(self._approve, ready and not approve, approve or wait)
        allow(self._reject, ready and not reject, reject or wait)
        for line in (self._reason, self._password):
            line.setEnabled(not (approve and reject) and not self._is_busy)
        self._sentence.setText(self._said or approve or reject)

    @Slot()
    def _on_session_changed(self) -> None:
        self._password.clear()
        self._password.setPlaceholderText("")
        self._said = ""
        self._wait.stop()
        self._show_rights()
        if self._context.session.may(Permission.APPROVE):
            self._context.reader.submit(look_at_door, self._on_door)

    def _on_door(self, door: Door) -> None:
        """A demonstration's people need not remember what only the sign-in has shown."""
        name = self._context.session.name
        known = [person.password for person in door.demo_users if person.name == name]
        self._password.setPlaceholderText(
            self.tr("in this demonstration: {password}").format(password=known[0]) if known else ""
        )

    @Slot()
    def _on_approve(self) -> None:
        self._decide(Step.APPROVE)

    @Slot()
    def _on_reject(self) -> None:
        self._decide(Step.REJECT)

    def _decide(self, step: Step) -> None:
        row, name = self._row, self._context.session.name
        reason, password = self._reason.text().strip(), self._password.text()
        if row is None or self._hindrance(step):
            return
        if not reason or not password:
            missing = self._password if reason else self._reason
            missing.setFocus()
            self._say(
                self.tr("The password is needed: it signs the decision.")
                if reason
                else self.tr("A reason is needed; say in a few words why.")
            )
            return
        clock = self._context.clock

        def open_and_sign(store: Store) -> _Opened:
            opened = sign_in(
                store, name, password, clock.wall_ms(), t_ms=clock.now_ms(), host=socket.gethostname()
            )
            if opened.key is None:
                return _Opened(step, None, opened.not_before_wall_ms)
            return _Opened(step, decision(step, row, name, opened.key, reason, clock.now_ms()))

        self._is_busy = True
        self._password.clear()
        self._say(self.tr("Checking …"))
        self._context.reader.submit(open_and_sign, self._on_opened, self._on_failed)

    def _on_opened(self, opened: _Opened) -> None:
        if opened.signed is None:
            self._is_busy = False
            self._not_before_wall_ms = opened.not_before_wall_ms
            self._wait.start()
            self._on_count()
            self._password.setFocus()
            return
        self._say(self.tr("Signed; the station checks it …"))
        self._step, self._plan_id = opened.step, opened.signed.plan_id
        self._context.ask(opened.step.value, payload_of(opened.signed), self._on_answered)

    def _on_answered(self, answer: Request) -> None:
        self._is_busy = False
        self._say("")
        if answer.accepted:
            self._reason.clear()
            self.decided.emit(self._step, self._plan_id)

    def _on_failed(self, sentence: str) -> None:
        self._is_busy = False
        self._say(sentence)

    @Slot()
    def _on_count(self) -> None:
        left_ms = self._not_before_wall_ms - self._context.clock.wall_ms()
        if left_ms <= 0:
            self._wait.stop()
        self._say(wrong_password(left_ms))

    def _say(self, sentence: str) -> None:
        self._said = sentence
        self._show_rights()


def wrong_password(left_ms: int) -> str:
    """The very sentence of the sign-in, with the seconds that are left to wait."""
    if left_ms <= 0:
        return QCoreApplication.translate("SignInDialog", "Name or password is wrong.")
    text = QCoreApplication.translate("SignInDialog", "Name or password is wrong; try again in {seconds} s.")
    return text.format(seconds=-(-left_ms // 1000))
