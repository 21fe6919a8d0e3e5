import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from hmi.approval import new_key_pair
from hmi.desk.session import Session, SignedIn
from hmi.roles import Permission
from hmi.store.records import Role


@pytest.fixture
def operator() -> SignedIn:
    return SignedIn("li.wei", Role.OPERATOR, new_key_pair()[0])


def test_a_locked_desk_may_see_and_do_nothing_else(qapp: object, operator: SignedIn) -> None:
    session = Session()
    assert not any(session.may(permission) for permission in Permission)
    session.sign_in(operator)
    assert session.may(Permission.ACKNOWLEDGE)
    assert not session.may(Permission.APPROVE)
    session.lock()
    assert session.person is None
    assert session.name == ""


def test_a_desk_without_a_touch_locks_itself(qtbot: QtBot, operator: SignedIn) -> None:
    session = Session(lock_after_s=0.05)
    session.sign_in(operator)
    with qtbot.waitSignal(session.changed, timeout=30_000):
        pass
    assert session.person is None
    assert session.left_by == "li.wei"  # so that the desk can say who was here


def test_who_was_here_is_forgotten_when_somebody_signs_in(operator: SignedIn) -> None:
    session = Session()
    assert session.left_by == ""
    session.sign_in(operator)
    session.lock()
    session.sign_in(SignedIn("zhang", Role.SUPERVISOR, operator.key))
    assert (session.name, session.left_by) == ("zhang", "")
    session.lock()


def test_a_touch_starts_the_time_anew(qtbot: QtBot, operator: SignedIn) -> None:
    session = Session(lock_after_s=60.0)
    session.sign_in(operator)
    qtbot.wait(60)
    before = session.idle_left_ms
    touch = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
    assert session.eventFilter(QObject(), touch) is False
    assert session.idle_left_ms > before
    session.lock()
