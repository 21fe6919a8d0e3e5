"""The alarms as they stand: what each means, and what may be done about it."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hmi.desk import alarm_texts, texts
from hmi.desk.access import allow, recording, who_may
from hmi.desk.alarm_groups import first_causes
from hmi.desk.alarm_order import Filter, shown_by
from hmi.desk.alarm_table import AlarmTable
from hmi.desk.context import DeskContext
from hmi.desk.pages.alarm_detail import AlarmDetail
from hmi.desk.reason_dialog import ReasonDialog
from hmi.desk.shelve_dialog import ShelveDialog
from hmi.desk.snapshot_model import World
from hmi.roles import Permission
from hmi.station.alarm_machine import CALLING, LATCHED, SUPPRESSED
from hmi.station.payloads import HandleAlarm, SuppressAlarm, payload_of
from hmi.store.records import Alarm, AlarmState, RequestKind
from solver.durations import MINUTE_MS
from widgets.folding_row import FoldingRow
from widgets.theme import Theme

DETAIL_PX, TABLE_SHARE = 300, 3
FOLD_BELOW_PX = 860
FIRST_ACTS = 3  # stay in the first row on a narrow screen
BY_ACKNOWLEDGING = ("acknowledge", "acknowledge_all", "reset")


class AlarmList(QWidget):
    """A filter, the list, the chosen alarm's meaning, and the buttons."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._world: World | None = None
        self._wanted = ""
        self._language = 0  # another number after each change
        self._flood_from_ms: int | None = None
        self._followers: Counter[str] = Counter()  # by the key of their first cause
        self._make_parts()
        self._lay_out()
        context.session.changed.connect(self._allow)
        self.retranslate()

    def _make_parts(self) -> None:
        self.table = AlarmTable(self._describe)
        self.table.alarm_chosen.connect(self._on_chosen)
        self.table.acknowledge_wanted.connect(self._on_acknowledge)
        self.table.order_held.connect(self._on_order_held)
        self.filter = QComboBox()
        self.filter.setObjectName("alarm_filter")
        self.filter.currentIndexChanged.connect(self._on_filter)
        self.group = QPushButton()
        self.group.setObjectName("group")
        self.group.setCheckable(True)
        self.group.clicked.connect(self._on_group)
        self.detail = AlarmDetail(self._context)
        self._empty, self._rights, self._held = QLabel(), QLabel(), QLabel()
        self._empty.setObjectName("alarms_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._rights.setObjectName("alarm_rights")
        self._rights.setWordWrap(True)
        self._held.setObjectName("muted")
        self._buttons = {
            name: self._button(name, pressed)
            for name, pressed in (
                ("acknowledge", self._on_acknowledge),
                ("acknowledge_all", self._on_acknowledge_all),
                ("reset", self._on_reset),
                ("shelve", self._on_shelve),
                ("unshelve", self._on_unshelve),
                ("out_of_service", self._on_out_of_service),
                ("back_in_service", self._on_back_in_service),
            )
        }

    def _button(self, name: str, pressed: object) -> QPushButton:
        button = QPushButton()
        button.setObjectName(name)
        button.clicked.connect(pressed)
        return button

    def _lay_out(self) -> None:
        top, acts = QHBoxLayout(), FoldingRow(FOLD_BELOW_PX)
        top.addWidget(self.filter)
        top.addWidget(self.group)
        top.addWidget(self._held, 1)
        for button in self._buttons.values():
            acts.first.addWidget(button)
        acts.first.addStretch(1)
        acts.may_fold(acts.first, *list(self._buttons.values())[FIRST_ACTS:])
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._stack)
        split.addWidget(self.detail)
        split.setStretchFactor(0, TABLE_SHARE)
        split.setStretchFactor(1, 1)
        split.setSizes([TABLE_SHARE * DETAIL_PX, DETAIL_PX])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 4)
        layout.addLayout(top)
        layout.addLayout(acts)
        layout.addWidget(self._rights)
        layout.addWidget(split, 1)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._language += 1
        self._show_filters()
        names = (
            self.tr("Acknowledge"),
            self.tr("Acknowledge all shown"),
            self.tr("Reset"),
            self.tr("Shelve …"),
            self.tr("Unshelve"),
            self.tr("Out of service …"),
            self.tr("Back in service"),
        )
        for button, text in zip(self._buttons.values(), names, strict=True):
            button.setText(text)
        self.group.setText(self.tr("First causes only"))
        why = self.tr(
            "Hides what follows from another alarm: what hangs on a failed line, the rest of a flood."
        )
        allow(self.group, True, why)
        self.table.set_headers(
            [
                self.tr("Priority"),
                self.tr("State"),
                self.tr("Since"),
                self.tr("Where"),
                self.tr("What"),
                self.tr("Times"),
            ]
        )
        self.detail.retranslate()
        self._show()

    def show_world(self, world: World) -> None:
        """Shows the alarms as they are now."""
        before, self._world = self._world, world
        if before is None or before.alarms is not world.alarms or _minute(before) != _minute(world):
            self._show()

    def show_flood(self, from_ms: int | None) -> None:
        """A flood began at this time; its first causes alone are shown until it ends or somebody says no."""
        if (from_ms is None) is not (self._flood_from_ms is None):
            self.group.setChecked(from_ms is not None)
        if from_ms != self._flood_from_ms:
            self._flood_from_ms = from_ms
            self._show()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self.table.show_theme(theme)

    def show_alarm(self, key: str) -> None:
        """Chooses an alarm, shown by another filter if need be."""
        self._wanted = key
        if not any(alarm.key == key for alarm in self._shown()):
            self.filter.setCurrentIndex(Filter.ALL)
        self.table.put_in_order()
        self.table.choose(key)

    def _show_filters(self) -> None:
        chosen = max(0, self.filter.currentIndex())
        self.filter.blockSignals(True)
        self.filter.clear()
        self.filter.addItems(
            [
                self.tr("Standing"),
                self.tr("To be acknowledged"),
                self.tr("Shelved"),
                self.tr("Out of service"),
                self.tr("Quiet by design"),
                self.tr("All"),
            ]
        )
        self.filter.setCurrentIndex(chosen)
        self.filter.blockSignals(False)
        self.filter.setAccessibleName(self.tr("Which alarms are listed"))

    def _shown(self) -> list[Alarm]:
        alarms = self._world.alarms if self._world is not None else ()
        shown = shown_by(Filter(self.filter.currentIndex()), alarms)
        self._followers.clear()
        if not self.group.isChecked():
            return shown
        causes = first_causes(shown, self._context.plant, self._flood_from_ms)
        self._followers.update(causes.values())
        return [alarm for alarm in shown if alarm.key not in causes]

    def _show(self) -> None:
        shown = self._shown()
        known = self._world.alarms if self._world is not None else ()
        minute = _minute(self._world) if self._world is not None else 0
        self.table.show_alarms(shown, known, (minute, self._language, tuple(self._followers.items())))
        if self.table.chosen() is None and self.table.alarms:
            self.table.choose(self._wanted)
        if self.table.chosen() is None and self.table.alarms:
            self.table.choose(self.table.alarms[0].key)
        nothing = not self.table.alarms
        self._empty.setText(self._nothing())
        self._stack.setCurrentWidget(self._empty if nothing else self.table)
        self.detail.show_alarm(self.table.chosen())
        self._allow()

    def _nothing(self) -> str:
        if self._world is None:
            return self.tr("The alarms are being read …")
        match Filter(self.filter.currentIndex()):
            case Filter.CALLING:
                return self.tr("Nothing waits for an acknowledgement.")
            case Filter.SHELVED:
                return self.tr("No alarm is shelved.")
            case Filter.OUT_OF_SERVICE:
                return self.tr("No alarm is out of service.")
            case Filter.BY_DESIGN:
                return self.tr("Nothing is kept quiet by design just now.")
            case _:
                return self.tr("No alarm stands. What was before is in the journal, on the tab beside this.")

    def _describe(self, alarm: Alarm) -> tuple[str, ...]:
        label = self._context.label(alarm.subject)
        sentence = alarm_texts.sentence(self._context, alarm)
        priority = self.tr("priority {n}").format(n=alarm.priority)
        what = sentence.removeprefix(label).lstrip(" :：")
        if after := self._followers[alarm.key]:
            what = self.tr("{what} – and {n} that followed").format(what=what, n=after)
        state = texts.alarm_state(alarm.state)
        return (priority, state, self._since(alarm), label, what, str(alarm.count))

    def _since(self, alarm: Alarm) -> str:
        now_ms = self._world.t_ms if self._world is not None else alarm.raised_ms
        age = texts.hours_minutes((now_ms - alarm.raised_ms) / MINUTE_MS)
        return f"{texts.short_time(alarm.raised_ms, now_ms, self._context.plant.zone)} · {age}"

    @Slot()
    def _allow(self) -> None:
        session, alarm = self._context.session, self.table.chosen()
        may_acknowledge, may_shelve = session.may(Permission.ACKNOWLEDGE), session.may(Permission.SHELVE)
        state = alarm.state if alarm is not None else None
        rights = {
            "acknowledge": may_acknowledge and state in CALLING,
            "acknowledge_all": may_acknowledge and any(one.state in CALLING for one in self.table.alarms),
            "reset": may_acknowledge and state in LATCHED,
            "shelve": may_shelve and alarm is not None and state not in (*SUPPRESSED, AlarmState.NORMAL),
            "unshelve": may_shelve and state is AlarmState.SHELVED,
            "out_of_service": may_shelve and alarm is not None and state is not AlarmState.OUT_OF_SERVICE,
            "back_in_service": may_shelve and state is AlarmState.OUT_OF_SERVICE,
        }
        meanings = self._meanings()
        for name, allowed in rights.items():
            needed = Permission.ACKNOWLEDGE if name in BY_ACKNOWLEDGING else Permission.SHELVE
            why = meanings[name] if session.may(needed) else who_may(session, needed)
            allow(self._buttons[name], allowed, why)
        why_not = "" if may_acknowledge and may_shelve else self._why_not()
        self._rights.setText(why_not)
        self._rights.setVisible(bool(why_not))

    def _meanings(self) -> dict[str, str]:
        return {
            "acknowledge": self.tr("Says that you have seen the chosen alarm; Space does the same."),
            "acknowledge_all": self.tr("Says that you have seen every alarm of this list that calls."),
            "reset": self.tr("Lets a latched alarm go, once its cause is gone and looked into."),
            "shelve": self.tr("Puts the chosen alarm aside for a time, with a reason."),
            "unshelve": self.tr("Brings a shelved alarm back before its time."),
            "out_of_service": self.tr("Keeps the chosen alarm quiet until somebody puts it back."),
            "back_in_service": self.tr("Puts an alarm that is out of service back."),
        }

    def _why_not(self) -> str:
        person = self._context.session.person
        if self._context.session.replay:
            return recording()
        if person is None:
            return self.tr("Nobody is signed in: sign in as an operator to acknowledge or shelve alarms.")
        text = self.tr("As {role} you may look at alarms; an operator acknowledges and shelves them.")
        return text.format(role=texts.role(person.role))

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        if key:
            self._wanted = key
        self.detail.show_alarm(self.table.chosen())
        self._allow()

    @Slot(int)
    def _on_filter(self, _index: int) -> None:
        self._show()
        self.table.put_in_order()
        self._show()

    @Slot()
    def _on_group(self) -> None:
        self._show()
        self.table.put_in_order()

    @Slot(int)
    def _on_order_held(self, changes: int) -> None:
        text = self.tr("Rows stay in place while you point at them.")
        self._held.setText(text if changes else "")

    @Slot()
    def _on_acknowledge(self) -> None:
        alarm = self.table.chosen()
        if alarm is not None and self._buttons["acknowledge"].isEnabled():
            self._handle(RequestKind.ACKNOWLEDGE, alarm.key)

    @Slot()
    def _on_acknowledge_all(self) -> None:
        for alarm in self.table.alarms:
            if alarm.state in CALLING:
                self._handle(RequestKind.ACKNOWLEDGE, alarm.key)

    @Slot()
    def _on_reset(self) -> None:
        alarm = self.table.chosen()
        if alarm is not None:
            self._handle(RequestKind.RESET, alarm.key)

    @Slot()
    def _on_unshelve(self) -> None:
        alarm = self.table.chosen()
        if alarm is not None:
            self._handle(RequestKind.UNSHELVE, alarm.key)

    @Slot()
    def _on_back_in_service(self) -> None:
        alarm = self.table.chosen()
        if alarm is not None:
            self._handle(RequestKind.BACK_IN_SERVICE, alarm.key)

    @Slot()
    def _on_shelve(self) -> None:
        alarm = self.table.chosen()
        if alarm is None:
            return
        dialog = ShelveDialog(self, alarm.key, alarm_texts.sentence(self._context, alarm))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._on_shelving)
        dialog.open()

    @Slot()
    def _on_out_of_service(self) -> None:
        alarm = self.table.chosen()
        if alarm is None:
            return
        sentence = self.tr("{alarm} stays quiet until somebody puts it back in service.").format(
            alarm=alarm_texts.called(self._context, alarm.key)
        )
        title, step = self.tr("Take an alarm out of service"), self.tr("Take out of service")
        dialog = ReasonDialog(self, alarm.key, title, sentence, step)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.given.connect(self._on_taking_out)
        dialog.open()

    @Slot(str, int, str)
    def _on_shelving(self, key: str, minutes: int, reason: str) -> None:
        until_ms = self._context.clock.now_ms() + minutes * MINUTE_MS
        self._context.ask(RequestKind.SHELVE, payload_of(SuppressAlarm(key, reason, until_ms)))

    @Slot(str, str)
    def _on_taking_out(self, key: str, reason: str) -> None:
        self._context.ask(RequestKind.OUT_OF_SERVICE, payload_of(SuppressAlarm(key, reason)))

    def _handle(self, kind: RequestKind, key: str) -> None:
        self._context.ask(kind, payload_of(HandleAlarm(key)))


def _minute(world: World) -> int:
    """How long an alarm has stood is said to the minute."""
    return world.t_ms // MINUTE_MS
