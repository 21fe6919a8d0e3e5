"""The desk's sound in one button: whether alarms are heard, and muting for a time."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QMenu, QToolButton

from hmi.desk import texts
from hmi.desk.access import allow, who_may
from hmi.desk.alarm_sound import AlarmSound, SoundState
from hmi.desk.session import Session
from hmi.roles import Permission
from solver.durations import MINUTE_MS

MINUTES = (5, 15, 30, 60)


class SoundButton(QToolButton):
    """Says in words what is to be heard; its menu mutes, ends muting, and tries the sound."""

    def __init__(self, session: Session, sound: AlarmSound) -> None:
        super().__init__()
        self.setObjectName("sound")
        self._session = session
        self._sound = sound
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self._mutes = [menu.addAction("") for _ in MINUTES]
        for action, minutes in zip(self._mutes, MINUTES, strict=True):
            action.triggered.connect(partial(self._on_mute, minutes))
        self._unmute = menu.addAction("")
        self._unmute.triggered.connect(sound.unmute)
        menu.addSeparator()
        self._try = menu.addAction("")
        self._try.triggered.connect(sound.try_out)
        self.setMenu(menu)
        sound.changed.connect(self.show_state)
        session.changed.connect(self.show_state)
        self.retranslate()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        for action, minutes in zip(self._mutes, MINUTES, strict=True):
            action.setText(self.tr("Mute for {time}").format(time=texts.hours_minutes(minutes)))
        self._unmute.setText(self.tr("Sound again"))
        self._try.setText(self.tr("Try the sound"))
        self.show_state()

    @Slot()
    def show_state(self) -> None:
        """Shows what is to be heard, and whether the person may mute."""
        state = self._sound.state
        self.setText(self._words(state))
        self._mark(state in (SoundState.MUTED, SoundState.NO_SOUND))
        may = self._session.may(Permission.ACKNOWLEDGE)
        why_not = "" if may else who_may(self._session, Permission.ACKNOWLEDGE)
        allow(self, may and state is not SoundState.NO_SOUND, why_not or self._meaning(state))
        for action in self._mutes:
            action.setEnabled(state is not SoundState.MUTED)
        self._unmute.setEnabled(state is SoundState.MUTED)

    def _mark(self, is_silent: bool) -> None:
        """A desk that cannot be heard looks different from far away."""
        if is_silent != self.property("silent"):
            self.setProperty("silent", is_silent)
            self.style().unpolish(self)
            self.style().polish(self)

    def _words(self, state: SoundState) -> str:
        match state:
            case SoundState.NO_SOUND:
                return self.tr("✕ No sound here")
            case SoundState.MUTED:
                minutes = -(-self._sound.muted_left_ms // MINUTE_MS)
                return self.tr("✕ Muted, {time} left").format(time=texts.hours_minutes(minutes))
            case _:
                return self.tr("Sound on")

    def _meaning(self, state: SoundState) -> str:
        if state is SoundState.NO_SOUND:
            return self.tr(
                "This machine has no sound device, or no program that plays: alarms are only seen here. "
                "Connect a loudspeaker and start the desk again."
            )
        return self.tr(
            "Alarms sound by their priority until they are acknowledged; a new one of priority 1 ends muting."
        )

    def _on_mute(self, minutes: int, _checked: bool = False) -> None:
        self._sound.mute(minutes)
