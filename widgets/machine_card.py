"""A machine at a glance: what it does, its value in context, its last day, what comes next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from widgets.alarm_badge import AlarmBadge
from widgets.elided_label import ElidedLabel
from widgets.quality_mark import Mark, QualityMark
from widgets.sparkline import Sparkline
from widgets.theme import LIGHT, Theme
from widgets.value_bar import BarFacts, ValueBar

HEIGHT_PX = 194
NOT_OF_NOW = (Mark.STALE, Mark.BAD, Mark.WAITING)
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
    batch: str = ""
    notice: str = ""
    priority: int = 0
    alarms_text: str = ""
    trend: str = ""  # how far the value has moved lately, with an arrow; "" while it has not
    trend_text: str = ""
    mark_short: str = ""  # of `mark_text`, what has room on a card


class MachineCard(QFrame):
    """Opens by click or Enter."""

    opened = Signal(str)

    def __init__(self, machine: str) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT_PX)
        self.machine, self._theme = machine, LIGHT
        self._title, self._state = QLabel(), ElidedLabel("muted")
        self._value, self._mark = QLabel(), QualityMark()
        self._trend = QLabel()
        self._badge = AlarmBadge(1, show_count=False)
        self._bar, self._spark = ValueBar(), Sparkline()
        self._lines = (ElidedLabel(), ElidedLabel("muted"))
        self._notice = ElidedLabel("strong")
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
        self._show_doubt(facts.mark)
        self._mark.show_mark(facts.mark, facts.mark_text)
        self._trend.setText(facts.trend)
        self._trend.setToolTip(facts.trend_text)
        self._bar.show_facts(facts.bar, facts.bar_text)
        for label, text in zip(self._lines, facts.lines, strict=True):
            label.setText(text)
        self._lines[0].setAccessibleName(facts.batch)
        quality = facts.mark_short or facts.mark_text
        self._notice.setText(" · ".join(text for text in (facts.notice, quality) if text))
        self._badge.setVisible(facts.priority > 0)
        self._badge.show_priority(facts.priority)
        self._badge.show_count(1 if facts.priority else 0, facts.alarms_text)
        value = (facts.value, facts.trend_text, facts.mark_text)
        words = (facts.title, facts.state, *value, *facts.lines, facts.notice)
        self.setAccessibleName(", ".join(word for word in words if word))

    def _show_doubt(self, mark: Mark) -> None:
        """A number that is not of now is fainter than one that is, seen from where no mark can be read."""
        look = f"color: {self._theme.muted}; font-weight: 400;" if mark in NOT_OF_NOW else ""
        if look != self._value.styleSheet():  # Qt polishes anew even where it is the same
            self._value.setStyleSheet(look)

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
        self._theme = theme
        self._show_doubt(self._mark.mark)
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
        self._title.setObjectName("strong")
        self._value.setObjectName("figure")
        heading = _row(self._title, self._badge, self._state)
        heading.addStrut(self._badge.sizeHint().height())
        rows.addLayout(heading)
        self._trend.setObjectName("muted")
        value = _row(self._value, self._mark, self._trend)
        value.addStretch(1)
        rows.addLayout(value)
        rows.addWidget(self._bar)
        rows.addWidget(self._spark)
        for label in (*self._lines, self._notice):
            rows.addWidget(label)


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for part in parts:
        row.addWidget(part)
    return row
