"""Above every page of a replay: that it is one, of what, and the tape's controls."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSlider

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.replay_clock import ReplayClock

SPEEDS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600)
STEPS = 1000  # of the slider, over the whole stretch
SHOW_EVERY_MS = 500


class ReplayBar(QFrame):
    """Plays, stops, hastens and winds a ReplayClock; `wound` when time did not go on by itself."""

    wound = Signal()

    def __init__(self, context: DeskContext, clock: ReplayClock) -> None:
        super().__init__()
        self.setObjectName("replay")
        self._zone, self._clock = context.plant.zone, clock
        self._sign, self._moment = QLabel(), QLabel()
        self._play, self._speed, self._place = QPushButton(), QComboBox(), QSlider(Qt.Orientation.Horizontal)
        self._arrange()
        self._place.setRange(0, STEPS)
        for speed in sorted({*SPEEDS, clock.speed}):
            self._speed.addItem(f"× {speed:g}", float(speed))
        self._speed.setCurrentIndex(self._speed.findData(clock.speed))
        self._timer = QTimer(self)
        self._timer.setInterval(SHOW_EVERY_MS)
        self._connect()
        self._timer.start()
        self.retranslate()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._sign.setText(self.tr("REPLAY"))
        self._sign.setToolTip(
            self.tr("This is a recording, not the plant as it is now. Nothing can be changed here.")
        )
        self._speed.setAccessibleName(self.tr("Speed"))
        self._place.setAccessibleName(self.tr("Where in the recording"))
        self.show_clock()

    def show_clock(self) -> None:
        """Shows where the tape is."""
        clock = self._clock
        words = self.tr("{now}, recorded; from {start} to {end}. Nothing here is live.")
        now, start, end = (
            texts.day_and_time(t_ms, self._zone) for t_ms in (clock.now_ms(), clock.from_ms, clock.to_ms)
        )
        self._moment.setText(words.format(now=now, start=start, end=end))
        self._play.setText(self.tr("Pause") if clock.playing else self.tr("Play"))
        if not self._place.isSliderDown():
            whole_ms = max(1, clock.to_ms - clock.from_ms)
            self._place.blockSignals(True)
            self._place.setValue(round(STEPS * (clock.now_ms() - clock.from_ms) / whole_ms))
            self._place.blockSignals(False)

    def close_down(self) -> None:
        """Stops looking."""
        self._timer.stop()

    def _on_play(self) -> None:
        before_ms = self._clock.now_ms()
        if self._clock.playing:
            self._clock.pause()
        else:
            self._clock.play()
        self.show_clock()
        if self._clock.now_ms() < before_ms:
            self.wound.emit()

    def _on_speed(self, index: int) -> None:
        self._clock.hasten(self._speed.itemData(index))
        self.show_clock()

    def _on_place(self) -> None:
        clock = self._clock
        clock.seek(clock.from_ms + (clock.to_ms - clock.from_ms) * self._place.value() // STEPS)
        self.show_clock()
        self.wound.emit()

    def _connect(self) -> None:
        self._timer.timeout.connect(self.show_clock)
        self._play.clicked.connect(self._on_play)
        self._speed.activated.connect(self._on_speed)
        self._place.setTracking(False)  # it winds when it is let go, not at every pixel
        self._place.valueChanged.connect(self._on_place)

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(10)
        self._sign.setObjectName("replay_sign")
        self._place.setMinimumWidth(160)
        for part in (self._sign, self._moment, self._place, self._speed, self._play):
            row.addWidget(part)
        row.setStretchFactor(self._place, 1)
