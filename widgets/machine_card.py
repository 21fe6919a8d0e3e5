"""A machine at a glance: what it does, its value in context, its last day, what comes next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from widgets.alarm_badge import AlarmBadge
from widgets.quality_mark import Mark, QualityMark
from widgets.sparkline import Sparkline
from widgets.theme import Theme
from widgets.value_bar import BarFacts, ValueBar

OPENING_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card shows; texts are ready to read. `priority` is that of its worst alarm, 0 for none."""

    title: str
    state: str
    value: str
    mark: Mark
    mark_text: str
    bar: BarFacts
    bar_text: str
    lines: tuple[str, str]
    notice: str = ""
    priority: int = 0
    alarms_text: str = ""


class MachineCard(QFrame):
    """Opens by click or Enter."""

    opened = Signal(str)

    def __init__(self, machine: str) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.machine = machine
        self._title, self._state = _label("strong"), _label("muted")
        self._value, self._mark = _label("figure"), QualityMark()
        self._mark_text, self._badge = _label("muted"), AlarmBadge(1, show_count=False)
        self._bar, self._spark = ValueBar(), Sparkline()
        self._lines = (_label(), _label("muted"))
        self._notice = _label("strong")
        self._arrange()

    @property
    def value_text(self) -> str:
        """The number that it shows, with its unit."""
        return self._value.text()

    @property
    def mark(self) -> Mark:
        """The quality mark that it shows."""
        return self._mark.mark

    def show_facts(self, facts: CardFacts) -> None:
        """Shows the machine as it is now."""
        self._title.setText(facts.title)
        self._state.setText(facts.state)
        self._value.setText(facts.value)
        self._mark.show_mark(facts.mark, facts.mark_text)
        self._mark_text.setText(facts.mark_text if facts.mark is not Mark.GOOD else "")
        self._mark_text.setToolTip(facts.mark_text)
        self._bar.show_facts(facts.bar, facts.bar_text)
        for label, text in zip(self._lines, facts.lines, strict=True):
            label.setText(text)
        self._notice.setText(facts.notice)
        self._badge.setVisible(facts.priority > 0)
        self._badge.show_priority(facts.priority)
        self._badge.show_count(1 if facts.priority else 0, facts.alarms_text)
        words = (facts.title, facts.state, facts.value, facts.mark_text, *facts.lines, facts.notice)
        self.setAccessibleName(", ".join(word for word in words if word))

    def show_series(
        self,
        t_ms: NDArray[np.int64],
        value: NDArray[np.float64],
        from_ms: int,
        to_ms: int,
        full_scale: float,
        text: str,
    ) -> None:
        """Shows the last day: values float64[n] at times int64[n]; `text` says what it is."""
        self._spark.show_series(t_ms, value, from_ms, to_ms, full_scale)
        self._spark.setToolTip(text)
        self._spark.setAccessibleName(text)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        for part in (self._mark, self._bar, self._spark, self._badge):
            part.show_theme(theme)
        focus = f"border: 2px solid {theme.accent};"
        self.setStyleSheet(
            f"QFrame#panel {{ background: {theme.panel}; border: 2px solid {theme.panel}; }}"
            f"QFrame#panel:focus {{ {focus} }} QFrame#panel:hover {{ border-color: {theme.border}; }}"
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Opens the machine."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.machine)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Opens the machine by Enter; the space bar belongs to the newest alarm."""
        if event.key() in OPENING_KEYS:
            self.opened.emit(self.machine)
        else:
            super().keyPressEvent(event)

    def _arrange(self) -> None:
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 8, 10, 8)
        rows.setSpacing(4)
        self._state.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        rows.addLayout(_row(self._title, self._badge, None, self._state))
        rows.addLayout(_row(self._value, self._mark, None, self._mark_text))
        rows.addWidget(self._bar)
        rows.addWidget(self._spark)
        for label in (*self._lines, self._notice):
            label.setMinimumWidth(1)  # a long text is cut by the card, never widens it
            rows.addWidget(label)


def _label(name: str = "") -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _row(*parts: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return row
