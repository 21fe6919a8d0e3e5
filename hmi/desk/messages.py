"""One place to tell the person at the desk a sentence, from anywhere in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Signal


class MessageKind(Enum):
    """How a message is shown: INFO goes by itself, WARNING stays until it is closed."""

    INFO = "info"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence, already in the person's language."""

    kind: MessageKind
    text: str


class Messages(QObject):
    """The message bus; the window shows what comes along it."""

    shown = Signal(Message)

    def inform(self, text: str) -> None:
        """Says that something has been done."""
        self.shown.emit(Message(MessageKind.INFO, text))

    def warn(self, text: str) -> None:
        """Says what did not work and what to do."""
        self.shown.emit(Message(MessageKind.WARNING, text))
