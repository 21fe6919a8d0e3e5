"""Who is signed in at this desk, with the opened signing key; locks itself after a time without a touch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot

from hmi.roles import Permission, may
from hmi.store.records import Role

LOCK_AFTER_S = 600.0
_TOUCHES = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person at the desk; `key` signs what they propose or decide."""

    name: str
    role: Role
    key: Ed25519PrivateKey


class Session(QObject):
    """The person signed in, or nobody; viewing goes on while nobody is."""

    changed = Signal()

    def __init__(self, lock_after_s: float = LOCK_AFTER_S, *, replay: bool = False) -> None:
        super().__init__()
        self.replay = replay  # nobody signs in to a recording
        self.export_folder: Path | None = None  # where the last export was saved at this desk
        self._person: SignedIn | None = None
        self._left_by = ""
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setTimerType(Qt.TimerType.PreciseTimer)
        self._idle.setInterval(round(lock_after_s * 1000))
        self._idle.timeout.connect(self.lock)

    @property
    def person(self) -> SignedIn | None:
        """Who is signed in; None while the desk is locked."""
        return self._person

    @property
    def name(self) -> str:
        """The name of who is signed in; "" while the desk is locked."""
        return self._person.name if self._person is not None else ""

    @property
    def left_by(self) -> str:
        """Who was signed in before the desk was locked; "" while somebody is, or nobody has been."""
        return self._left_by

    @property
    def idle_left_ms(self) -> int:
        """How long until the desk locks itself if nobody touches it; -1 while it is locked."""
        return self._idle.remainingTime()

    def may(self, permission: Permission) -> bool:
        """Whether the person at the desk may do this; nobody may only see."""
        role = self._person.role if self._person is not None else Role.VIEWER
        return may(role, permission)

    def sign_in(self, person: SignedIn) -> None:
        """Takes over from whoever was signed in."""
        self._person, self._left_by = person, ""
        self._idle.start()
        self.changed.emit()

    @Slot()
    def lock(self) -> None:
        """Signs out and lets the key go."""
        self._idle.stop()
        if self._person is not None:
            self._left_by, self._person = self._person.name, None
            self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Starts the idle time anew at every touch; the application is watched through this."""
        if self._person is not None and event.type() in _TOUCHES:
            self._idle.start()
        return False
