"""What a button says when it cannot be pressed: visibly, in its tool tip, and to a screen reader."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from hmi.desk import texts
from hmi.desk.session import Session
from hmi.roles import Permission, may
from hmi.store.records import Role


def allow(widget: QWidget, allowed: bool, why: str) -> None:
    """Enables a widget or not; `why` says what it does, or why it cannot be used now."""
    widget.setEnabled(allowed)
    widget.setToolTip(why)
    widget.setAccessibleDescription(why)


def recording() -> str:
    """Why nobody may do anything in a replay."""
    return QCoreApplication.translate("texts", "This is a replay: nothing can be done in a recording.")


def who_may(session: Session, permission: Permission) -> str:
    """Why the person at the desk may not do something, and who may."""
    roles = " / ".join(texts.role(role) for role in Role if may(role, permission))
    person = session.person
    if session.replay:
        return recording()
    if person is None:
        text = QCoreApplication.translate("texts", "Nobody is signed in; this is for: {roles}.")
        return text.format(roles=roles)
    text = QCoreApplication.translate("texts", "As {role} you may not do this; it is for: {roles}.")
    return text.format(role=texts.role(person.role), roles=roles)
