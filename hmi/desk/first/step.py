"""One step of the guided start, and what all of them fill."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from devices.clock import Clock
from hmi.desk.plant_draft import PlantDraft
from hmi.store.records import Role


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who shall be able to sign in."""

    name: str
    role: Role
    password: str


@dataclass(slots=True)
class FirstAnswers:
    """What was said so far; an `example` needs no meters and no tariff of one's own."""

    data_dir: Path
    clock: Clock
    people_exist: bool = False  # as when only the plant file was lost
    example: bool = False
    draft: PlantDraft = field(default_factory=lambda: PlantDraft({}))
    people: list[NewPerson] = field(default_factory=list)


class Step(QWidget):
    """`fault` says what is missing before the next step; `enter` comes each time when it is shown."""

    changed = Signal()

    def __init__(self, answers: FirstAnswers) -> None:
        super().__init__()
        self.answers = answers
        self.first_line: QWidget | None = None  # what is typed into first: it has the focus as the step comes
        self.rows = QVBoxLayout(self)
        self.rows.setSpacing(8)

    def comes_with_example(self) -> bool:
        """Whether the example answers it."""
        return False

    def enter(self) -> None:
        """Shows what was answered before."""

    def fault(self) -> str:
        """What is missing or does not fit, in one sentence; "" when nothing."""
        return ""

    def leave(self) -> None:
        """Puts what was said into the answers."""

    def close_down(self) -> None:
        """Ends what it started."""

    def say(self, text: str) -> QLabel:
        """Adds a sentence."""
        label = QLabel(text)
        label.setWordWrap(True)
        self.rows.addWidget(label)
        return label
