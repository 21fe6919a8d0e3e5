"""How long, live or not, back and forth: the one time window, as a row of tools on a page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from hmi.desk import texts
from hmi.desk.time_window import TimeWindow
from solver.durations import DAY_MS, HOUR_MS

SPANS_MS = (
    HOUR_MS,
    4 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    7 * DAY_MS,
    30 * DAY_MS,
    365 * DAY_MS,
)


class TimeBar(QWidget):
    """Changes the time window; what a step is, the page decides."""

    step_wanted = Signal(int)  # -1 back, 1 forth

    def __init__(self, window: TimeWindow, spans_ms: Sequence[int] = SPANS_MS) -> None:
        super().__init__()
        self._window, self._spans_ms = window, tuple(spans_ms)
        self._live, self._back, self._forth = QPushButton(), QPushButton("◀"), QPushButton("▶")
        self._spans, self._label = QComboBox(), QLabel()
        self._arrange()
        window.changed.connect(self.show_window)
        self.retranslate()

    def show_window(self) -> None:
        """Shows the window as it is now."""
        span_ms = self._window.span_ms
        self._live.setChecked(self._window.live)
        self._spans.blockSignals(True)
        self._spans.setCurrentIndex(self._spans_ms.index(span_ms) if span_ms in self._spans_ms else -1)
        self._spans.blockSignals(False)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        say_live(self._live, recorded=self._window.recorded)
        self._back.setAccessibleName(self.tr("Back"))
        self._forth.setAccessibleName(self.tr("Forth"))
        self._label.setText(self.tr("Show"))
        self._spans.blockSignals(True)
        self._spans.clear()
        self._spans.addItems([span_text(span_ms) for span_ms in self._spans_ms])
        self._spans.setPlaceholderText(self.tr("own span"))
        self._spans.setAccessibleName(self.tr("How long"))
        self._spans.blockSignals(False)
        self.show_window()

    def _on_live(self, live: bool) -> None:
        self._window.follow(live)

    def _on_span(self, index: int) -> None:
        self._window.show_span(self._spans_ms[index])

    def _on_step(self, direction: int, _checked: bool = False) -> None:
        self.step_wanted.emit(direction)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._live.setCheckable(True)
        self._spans.setMinimumWidth(96)
        for part in (self._live, self._back, self._forth, self._label, self._spans):
            row.addWidget(part)
        self._live.clicked.connect(self._on_live)
        self._back.clicked.connect(partial(self._on_step, -1))
        self._forth.clicked.connect(partial(self._on_step, 1))
        self._spans.activated.connect(self._on_span)


def say_live(button: QPushButton, *, recorded: bool) -> None:
    """What following the present is called; nothing in a recording calls itself live."""
    translate = QCoreApplication.translate
    if recorded:
        button.setText(translate("TimeBar", "With the tape"))
        button.setToolTip(translate("TimeBar", "Follow the recording as it plays."))
    else:
        button.setText(translate("TimeBar", "Live"))
        button.setToolTip(translate("TimeBar", "Follow the present."))


def span_text(span_ms: int) -> str:
    """A span in words."""
    hours = span_ms // HOUR_MS
    return texts.days(hours // 24) if hours >= 24 else texts.hours(hours)
