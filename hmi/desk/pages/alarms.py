"""The Alarms page: what stands, the journal of all that was, and how much of it there was."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QTabWidget, QVBoxLayout

from hmi.desk import alarm_texts, texts
from hmi.desk.alarm_figures import AlarmFigures, load_figures
from hmi.desk.context import DeskContext
from hmi.desk.log_view import LogView
from hmi.desk.log_walk import Line
from hmi.desk.page import Page, Place
from hmi.desk.pages.alarm_figure_view import AlarmFigureView
from hmi.desk.pages.alarm_list import AlarmList
from hmi.desk.pages.alarm_strip import AlarmStrip
from hmi.desk.snapshot_model import World
from hmi.store.alarms import alarm_events
from hmi.store.database import Store
from hmi.store.records import AlarmEvent
from widgets.theme import PRIORITY_SHAPES, Theme

RECORD = ("id", "time", "key", "priority", "before", "after", "actor", "comment", "sentence")


class AlarmsPage(Page):
    """Where alarms are read, acknowledged and put aside."""

    page_id = "alarms"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._world: World | None = None
        self._counting = False
        self.strip = AlarmStrip(context)
        self.list = AlarmList(context)
        self.figures = AlarmFigureView(context)
        self.journal = LogView(context, "journal", self._load, RECORD)
        self._tabs = QTabWidget()
        self._tabs.setObjectName("alarm_tabs")
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self.list, "")
        self._tabs.addTab(self.journal, "")
        self._tabs.addTab(self.figures, "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self.strip)
        layout.addWidget(self._tabs, 1)
        self.retranslate()
        self.journal.begin()

    def help_text(self) -> str:
        """What F1 says."""
        return self.tr(
            "Unacknowledged alarms come first, then by priority. Space acknowledges the chosen one. "
            "The shape is the priority, its form the state. Filled: unacknowledged; with a ring: returned to "
            "normal before somebody acknowledged it; with a bar: latched, it waits for a reset. Outlined: "
            "acknowledged. Grey: quiet, with a clock while shelved, with a struck circle while suppressed "
            "by design, with a cross while out of service. "
            "A shelved alarm comes back unacknowledged at its time; one out of service stays quiet until "
            "somebody puts it back. The journal keeps every change, can be searched and exported."
        )

    def show_world(self, world: World) -> None:
        """Shows the alarms as they are now."""
        self._world = world
        if self.isVisible():
            self.list.show_world(world)
        standing = world.standing.alarms
        self.strip.show_standing(len(standing))
        self.figures.show_standing(standing, world.t_ms)
        if self.isVisible():
            self._count(world)
            self.journal.look_for_newer()

    def showEvent(self, event: QShowEvent) -> None:
        """The list is brought up to date when it is seen again."""
        super().showEvent(event)
        if self._world is not None:
            self.list.show_world(self._world)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self.list.show_theme(theme)
        self.figures.show_theme(theme)

    def show_target(self, target: str) -> None:
        """Shows the journal ("journal"), the figures ("figures"), or an alarm by its key."""
        if target == "journal":
            self._tabs.setCurrentWidget(self.journal)
        elif target == "figures":
            self._tabs.setCurrentWidget(self.figures)
        elif target:
            self._tabs.setCurrentWidget(self.list)
            self.list.show_alarm(target)

    def places(self) -> list[Place]:
        """The journal, and the alarms that stand."""
        standing = self._world.standing.alarms if self._world is not None else ()
        found = [
            Place(alarm_texts.called(self.context, alarm.key), "alarms", alarm.key) for alarm in standing
        ]
        return [
            Place(self.tr("Journal of alarms"), "alarms", "journal"),
            Place(self.tr("Figures of alarms (EEMUA 191)"), "alarms", "figures"),
            *found,
        ]

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._tabs.setTabText(0, self.tr("Alarms"))
        self._tabs.setTabText(1, self.tr("Journal"))
        self._tabs.setTabText(2, self.tr("Figures"))
        self.figures.retranslate()
        self.strip.retranslate()
        self.list.retranslate()
        self.journal.show_texts(
            [
                self.tr("When"),
                self.tr("Priority"),
                self.tr("What"),
                self.tr("From → to"),
                self.tr("Who"),
                self.tr("Why"),
            ],
            stretch=2,
            empty=self.tr(
                "No alarm was ever raised here. Each change of an alarm is written into this journal."
            ),
            hint=self.tr("Search in all columns"),
        )

    def is_settled(self) -> bool:
        """Whether journal and figures have arrived."""
        return self.journal.is_settled() and (self.strip.is_filled or not self.isVisible())

    def _count(self, world: World) -> None:
        if self._counting:
            return
        self._counting = True
        t_ms = world.t_ms

        def count(store: Store) -> AlarmFigures:
            return load_figures(store, t_ms)

        self.context.reader.submit(count, self._on_counted, self._on_not_counted)

    def _on_counted(self, figures: AlarmFigures) -> None:
        self._counting = False
        self.strip.show_figures(figures)
        self.list.show_flood(figures.flood_began_ms)
        self.figures.show_figures(figures)

    def _on_not_counted(self, sentence: str) -> None:
        self._counting = False
        self.strip.show_problem(sentence)

    def _load(self, store: Store, below_id: int | None, limit: int) -> list[Line]:
        return [self._line(event) for event in alarm_events(store, below_id=below_id, limit=limit)]

    def _line(self, event: AlarmEvent) -> Line:
        shape = PRIORITY_SHAPES[min(max(event.priority, 1), 4)].value
        before, after = texts.alarm_state(event.before), texts.alarm_state(event.after)
        return Line(
            event.id,
            (
                texts.day_and_time(event.t_ms, self.context.plant.zone, seconds=True),
                f"{shape} {event.priority}",
                alarm_texts.sentence(self.context, event),
                f"{before} → {after}",
                event.actor,
                event.comment,
            ),
            self._record(event),
        )

    def _record(self, event: AlarmEvent) -> tuple[str, ...]:
        return (
            str(event.id),
            texts.iso_time(event.t_ms, self.context.plant.zone),
            event.key,
            str(event.priority),
            event.before,
            event.after,
            event.actor,
            event.comment,
            alarm_texts.sentence(self.context, event),
        )
