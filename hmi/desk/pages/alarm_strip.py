"""A strip of alarm figures beside what EEMUA 191 calls acceptable."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel

from hmi.desk import alarm_texts, texts
from hmi.desk.alarm_figures import (
    MOST_IN_A_DAY,
    MOST_IN_AN_HOUR,
    MOST_IN_TEN_MINUTES,
    MOST_STANDING,
    AlarmFigures,
)
from hmi.desk.context import DeskContext
from widgets.elided_label import ElidedLabel

COLUMNS = 5
WRAP_BELOW_PX = 940
LAST_COLUMN_PX = 150
MOST = (MOST_IN_TEN_MINUTES, MOST_IN_AN_HOUR, MOST_IN_A_DAY, MOST_STANDING)


class AlarmStrip(QFrame):
    """Alarms of the last ten minutes, hour and day, those that stand, and the most frequent."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._context = context
        self._figures: AlarmFigures | None = None
        self._standing = 0
        self._captions = [QLabel() for _ in range(COLUMNS)]
        self._values = [*(QLabel() for _ in range(COLUMNS - 1)), ElidedLabel()]
        self._remark = QLabel()
        self._lay_out()

    @property
    def is_filled(self) -> bool:
        """Whether figures have arrived."""
        return self._figures is not None

    def text(self) -> str:
        """All that it says."""
        return "\n".join(label.text() for label in (*self._values, self._remark))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wraps the captions on a narrow screen."""
        super().resizeEvent(event)
        for caption in self._captions:
            caption.setWordWrap(self.width() < WRAP_BELOW_PX)
        self._keep_height()

    def _keep_height(self) -> None:
        wrapped_px = self.heightForWidth(self.width())  # -1 while nothing wraps
        self.setMinimumHeight(max(0, wrapped_px))  # else the page would not scroll, but squeeze them

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        captions = (
            self.tr("Last 10 min (at most {n})"),
            self.tr("Last hour (at most {n})"),
            self.tr("Last day (at most {n})"),
            self.tr("Standing (at most {n})"),
        )
        for label, text, most in zip(self._captions, captions, MOST, strict=False):
            label.setText(text.format(n=most))
        self._captions[-1].setText(self.tr("Most frequent in the last day"))
        for label in (*self._captions, *self._values):
            label.setToolTip(
                self.tr("Alarms that called for somebody, against what EEMUA 191 calls acceptable.")
            )
        self._show()

    def show_standing(self, count: int) -> None:
        """Shows how many alarms stand."""
        self._standing = count
        self._show()

    def show_figures(self, figures: AlarmFigures) -> None:
        """Shows the figures of the day."""
        self._figures = figures
        self._show()

    def show_problem(self, sentence: str) -> None:
        """Says why there are no figures."""
        self._remark.setText(sentence)
        self._remark.setVisible(True)

    def _show(self) -> None:
        found = self._figures
        if found is None:
            for label in self._values:
                label.setText("–")
            self._remark.setVisible(False)
            return
        counts = (found.ten_minutes, found.hour, found.day, self._standing)
        for label, count, most in zip(self._values, counts, MOST, strict=False):
            label.setText(str(count) if count <= most else self.tr("{n} – too many").format(n=count))
        frequent = [f"{alarm_texts.called(self._context, key)} ({n})" for key, n in found.frequent[:2]]
        self._values[-1].setText(" · ".join(frequent) or self.tr("none"))
        remark = " ".join(part for part in (self._flood(found), self._chatter(found)) if part)
        self._remark.setText(remark)
        self._remark.setVisible(bool(remark))
        self._keep_height()

    def _flood(self, found: AlarmFigures) -> str:
        if found.flood_began_ms is None:
            return ""
        text = self.tr("A flood of alarms since {when}; it began with {alarm}: look there first.")
        return text.format(
            when=texts.clock_time(found.flood_began_ms, self._context.plant.zone, seconds=True),
            alarm=alarm_texts.called(self._context, found.flood_first),
        )

    def _chatter(self, found: AlarmFigures) -> str:
        if not found.chattering:
            return ""
        names = ", ".join(alarm_texts.called(self._context, key) for key in found.chattering[:3])
        return self.tr("Chattering, three times within a minute: {alarms}.").format(alarms=names)

    def _lay_out(self) -> None:
        layout = QGridLayout(self)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setHorizontalSpacing(24)
        layout.setVerticalSpacing(0)
        for column, (caption, value) in enumerate(zip(self._captions, self._values, strict=True)):
            caption.setObjectName("muted")
            value.setObjectName("strong")
            layout.addWidget(caption, 0, column)
            layout.addWidget(value, 1, column)
        layout.setColumnStretch(COLUMNS - 1, 1)
        layout.setColumnMinimumWidth(COLUMNS - 1, LAST_COLUMN_PX)
        self._remark.setObjectName("alarm_remark")
        self._remark.setWordWrap(True)
        layout.addWidget(self._remark, 2, 0, 1, COLUMNS)
