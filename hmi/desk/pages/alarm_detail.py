"""What the chosen alarm means: cause, consequence, action."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from hmi.desk import alarm_texts, texts
from hmi.desk.context import DeskContext
from hmi.store.records import Alarm

WIDTH_PX = 220


class AlarmDetail(QScrollArea):
    """A panel of sentences, and a way to the page where one sees more."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._alarm: Alarm | None = None
        self._place: tuple[str, str] | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(WIDTH_PX)
        self._sentence, self._state, self._quiet = QLabel(), QLabel(), QLabel()
        self._sentence.setObjectName("strong")
        self._state.setObjectName("muted")
        self._captions = [QLabel() for _ in range(3)]
        self._answers = [QLabel() for _ in range(3)]
        self._show_button = QPushButton()
        self._show_button.setObjectName("show_subject")
        self._show_button.clicked.connect(self._on_show)
        self._lay_out()

    def text(self) -> str:
        """All that it says."""
        labels = (self._sentence, self._state, self._quiet, *self._answers)
        return "\n".join(label.text() for label in labels if label.text())

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        captions = (self.tr("Likely cause"), self.tr("If nothing is done"), self.tr("What to do"))
        for label, text in zip(self._captions, captions, strict=True):
            label.setText(text)
        self.show_alarm(self._alarm)

    def show_alarm(self, alarm: Alarm | None) -> None:
        """Shows an alarm, or how to choose one."""
        self._alarm = alarm
        found = alarm_texts.guidance(alarm, self._context.plant.alarms.rules) if alarm is not None else None
        answers = (found.cause, found.consequence, found.action) if found is not None else ("", "", "")
        for caption, label, answer in zip(self._captions, self._answers, answers, strict=True):
            caption.setVisible(bool(answer))
            label.setText(str(answer))
        self._show_place(alarm)
        if alarm is None:
            self._sentence.setText(self.tr("Choose an alarm to read what it means and what to do."))
            self._state.setText("")
            self._quiet.setVisible(False)
            return
        zone = self._context.plant.zone
        self._sentence.setText(alarm_texts.sentence(self._context, alarm))
        state = (
            self.tr("{state}, raised {when}, {n} times so far")
            if alarm.count != 1
            else self.tr("{state}, raised {when}")
        )
        self._state.setText(
            state.format(
                state=texts.alarm_state(alarm.state),
                when=texts.day_and_time(alarm.raised_ms, zone, seconds=True),
                n=alarm.count,
            )
        )
        until = texts.day_and_time(alarm.shelved_until_ms, zone) if alarm.shelved_until_ms is not None else ""
        self._quiet.setText(alarm_texts.suppression(self._context, alarm, until))
        self._quiet.setVisible(bool(self._quiet.text()))

    def _show_place(self, alarm: Alarm | None) -> None:
        """The way to the page where one sees more."""
        self._place = None if alarm is None else alarm_texts.place(self._context, alarm)
        self._show_button.setVisible(self._place is not None)
        if self._place is not None:
            text = self.tr("Show it on the page “{page}”").format(page=texts.page(self._place[0]))
            self._show_button.setText(text)
            self._show_button.setAccessibleDescription(text)

    @Slot()
    def _on_show(self) -> None:
        if self._place is not None:
            self._context.navigator.go(*self._place)

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setObjectName("panel")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(4)
        for label in (self._sentence, self._state, self._quiet):
            layout.addWidget(label)
        for caption, answer in zip(self._captions, self._answers, strict=True):
            caption.setObjectName("muted")
            layout.addSpacing(8)
            layout.addWidget(caption)
            layout.addWidget(answer)
        layout.addSpacing(12)
        layout.addWidget(self._show_button)
        layout.addStretch(1)
        for label in inside.findChildren(QLabel):
            label.setWordWrap(True)
        self.setWidget(inside)
