"""The newest alarm, at the bottom of every page, with what can be done about it at once."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from hmi.desk import texts
from hmi.desk.access import allow, who_may
from hmi.desk.alarm_sentences import alarm_sentence
from hmi.desk.context import DeskContext
from hmi.desk.header import NARROW_PX
from hmi.desk.snapshot_model import World
from hmi.desk.sound_button import SoundButton
from hmi.roles import Permission
from hmi.station.alarm_machine import CALLING, SUPPRESSED
from hmi.store.records import Alarm
from widgets.alarm_badge import AlarmBadge
from widgets.elided_label import ElidedLabel
from widgets.theme import Theme

HEIGHT_PX = 56


def foremost(world: World) -> Alarm | None:
    """The alarm to look at first: unacknowledged before acknowledged, then by priority, then the newest."""
    return world.standing.alarms[0] if world.standing.alarms else None


class AlarmBar(QFrame):
    """Says what is wrong in one line; its buttons tell the window what the person wants."""

    acknowledge_wanted = Signal(str)
    shelve_wanted = Signal(str)
    show_wanted = Signal(str)

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self.setObjectName("alarm_bar")
        self.setFixedHeight(HEIGHT_PX)
        self._context = context
        self._world: World | None = None
        self._alarm: Alarm | None = None
        self._badge, self._time, self._more = AlarmBadge(1, show_count=False), QLabel(), QLabel()
        self._text = ElidedLabel(most_lines=2)
        self._acknowledge, self._shelve, self._show = QPushButton(), QPushButton(), QPushButton()
        self.sound = SoundButton(context.session, context.sound)
        self._arrange()
        self._acknowledge.clicked.connect(self.acknowledge)
        self._shelve.clicked.connect(self._on_shelve)
        self._show.clicked.connect(self._on_show)
        context.session.changed.connect(self._allow)
        self.retranslate()

    @property
    def alarm(self) -> Alarm | None:
        """The alarm that it shows."""
        return self._alarm

    def show_world(self, world: World) -> None:
        """Shows the foremost alarm of the World, or that there is none."""
        self._world = world
        self._alarm = foremost(world)
        self._show_alarm(len(world.standing.alarms))
        self._allow()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._badge.show_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts how many more stand under the time on a narrow screen: the sentence gets the room."""
        super().resizeEvent(event)
        (self._under_time if self.width() < NARROW_PX else self._beside_text).addWidget(self._more)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._acknowledge.setText(self.tr("Acknowledge"))
        self._shelve.setText(self.tr("Shelve"))
        self._show.setText(self.tr("Show"))
        self._show.setToolTip(self.tr("Shows this alarm on the Alarms page, with what to do."))
        self._show.setAccessibleDescription(self._show.toolTip())
        self.sound.retranslate()
        if self._world is not None:
            self.show_world(self._world)
        else:
            self._show_alarm(0)

    def place_before_sound(self, part: QWidget) -> None:
        """Takes in a control that belongs to the whole desk."""
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(row.indexOf(self.sound), part)

    def acknowledge(self) -> None:
        """Acknowledges the alarm that it shows, if the person may."""
        if self._alarm is not None and self._acknowledge.isEnabled():
            self.acknowledge_wanted.emit(self._alarm.key)

    def _on_shelve(self) -> None:
        if self._alarm is not None:
            self.shelve_wanted.emit(self._alarm.key)

    def _on_show(self) -> None:
        if self._alarm is not None:
            self.show_wanted.emit(self._alarm.key)

    def _show_alarm(self, standing: int) -> None:
        alarm = self._alarm
        for part in (self._badge, self._time, self._acknowledge, self._shelve, self._show, self._more):
            part.setVisible(alarm is not None)
        if alarm is None:
            quiet = sum(one.state in SUPPRESSED for one in self._world.alarms) if self._world else 0
            text = self.tr("No alarm stands; put aside: {n}.") if quiet else self.tr("No alarm stands.")
            self._text.setText(text.format(n=quiet))
            return
        sentence = alarm_sentence(alarm.kind, self._context.label(alarm.subject), alarm.detail)
        self._badge.show_priority(alarm.priority)
        self._badge.show_count(int(alarm.state in CALLING), self.tr("priority {n}").format(n=alarm.priority))
        self._time.setText(texts.clock_time(alarm.raised_ms, self._context.plant.zone, seconds=True))
        self._text.setText(f"{sentence} ({texts.alarm_state(alarm.state)})")
        self._more.setText(self.tr("and {n} more").format(n=standing - 1) if standing > 1 else "")

    def _allow(self) -> None:
        session, alarm = self._context.session, self._alarm
        waits = alarm is not None and alarm.state in CALLING
        may = session.may(Permission.ACKNOWLEDGE)
        why = self.tr("Space acknowledges it too.") if waits else self.tr("It is acknowledged already.")
        allow(self._acknowledge, waits and may, why if may else who_may(session, Permission.ACKNOWLEDGE))
        may = session.may(Permission.SHELVE)
        why = self.tr("Puts it aside for a time, with a reason.")
        allow(self._shelve, alarm is not None and may, why if may else who_may(session, Permission.SHELVE))

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 5, 8, 5)
        row.setSpacing(10)
        self._time.setObjectName("muted")
        self._more.setObjectName("muted")
        # It takes what the buttons leave, whose texts must not be cut for it.
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._under_time, self._beside_text = QVBoxLayout(), QHBoxLayout()
        self._under_time.setSpacing(0)
        self._under_time.addWidget(self._time)
        self._beside_text.addWidget(self._more)
        row.addWidget(self._badge)
        row.addLayout(self._under_time)
        row.addWidget(self._text, 1)
        row.addLayout(self._beside_text)
        for button in (self._acknowledge, self._shelve, self._show):
            row.addWidget(button)
        row.addWidget(self.sound)
        self.sound.setVisible(not self._context.session.replay)  # a recording calls nobody
