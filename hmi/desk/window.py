"""The desk's window: header, navigation, the pages, and the newest alarm at the bottom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from hmi.desk import texts
from hmi.desk.about import AboutDialog
from hmi.desk.alarm_bar import AlarmBar
from hmi.desk.alarm_sentences import alarm_sentence
from hmi.desk.context import DeskContext
from hmi.desk.desk_menu import DeskMenu
from hmi.desk.first_steps import FirstStepsDialog
from hmi.desk.go_to import GoToDialog
from hmi.desk.header import Header
from hmi.desk.navigation import Navigation
from hmi.desk.notices import NoticeBar, PlantBanner, StateBanner
from hmi.desk.page import Page, Place
from hmi.desk.page_stack import PAGES, PageEntry, PageStack
from hmi.desk.people import People
from hmi.desk.plant_watch import PlantWatch
from hmi.desk.replay_bar import ReplayBar
from hmi.desk.shelve_dialog import ShelveDialog
from hmi.desk.snapshot_model import World, load_world
from hmi.processes import start_replay, start_station
from hmi.station.payloads import HandleAlarm, SuppressAlarm, payload_of
from hmi.store.database import Store
from hmi.store.records import Request, RequestKind
from solver.durations import MINUTE_MS
from widgets.stylesheet import dress
from widgets.theme import LIGHT, Theme

REFRESH_EVERY_MS = 1_000
HELP_PX = 560  # so that the longest help is no higher than a screen at 200 %
NO_BREAK = "\u00a0"


class DeskWindow(QMainWindow):
    """Shows the World that the reader loads each second."""

    world_shown = Signal(World)

    def __init__(self, context: DeskContext, theme: Theme = LIGHT, pages: tuple[PageEntry, ...] = PAGES):
        super().__init__()
        self.context = context
        self.theme = theme
        self._world: World | None = None
        self._loading, self._ticket = False, 0
        self._shown_id = pages[0].page_id
        self._trouble = ""
        self.people = People(self, context, self.open_dialog)
        self.header, self.alarm_bar = Header(context), AlarmBar(context)
        self.notices, self.banner, self.plant_banner = NoticeBar(), StateBanner(), PlantBanner()
        self._plant_watch = PlantWatch(self, context)
        self.replay_bar = None if context.replay is None else ReplayBar(context, context.replay)
        self.navigation = Navigation([(entry.page_id, entry.key) for entry in pages])
        self.menu = DeskMenu(self, context.session)
        self._stack = PageStack(context, theme, pages)
        self._arrange()
        self._connect()
        self._add_keys()
        self.show_look(theme)
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_EVERY_MS)
        self._timer.timeout.connect(self._load)

    @property
    def world(self) -> World | None:
        """The World that is shown; None before the first has come."""
        return self._world

    def start(self) -> None:
        """Begins to load; the first World comes as soon as the database answers."""
        self._timer.start()
        self._load()

    def page(self, page_id: str) -> Page:
        """The page of an id, made now if need be."""
        return self._stack.page(page_id)

    def page_ids(self) -> list[str]:
        """The pages in their order."""
        return self._stack.ids()

    @property
    def shown_id(self) -> str:
        """The id of the page that is seen."""
        return self._shown_id

    def show_page(self, page_id: str, target: str = "") -> None:
        """Brings a page to the front, and on it a thing."""
        page, self._shown_id = self._stack.show_page(page_id), page_id
        self.navigation.show_page(page_id)
        page.setFocus()
        if target:
            page.show_target(target)

    def open_page(self, page_id: str, target: str = "") -> None:
        """Brings a page to the front as soon as it is made, without holding the window for that."""
        self.make_page(page_id, partial(self.show_page, page_id, target))

    def make_page(self, page_id: str, then: Callable[[], None]) -> None:
        """Makes a page, if need be over some turns of the event loop, and calls back."""
        self._stack.make([page_id], then)

    def show_look(self, theme: Theme) -> None:
        """Puts the window into a theme and into the present language; pages that are not seen follow."""
        self.theme = theme
        for part in self._around:
            dress(part, theme)
        self.header.show_theme(theme)
        self.alarm_bar.show_theme(theme)
        self._retranslate()
        self._stack.show_look(theme)
        if self._world is not None:
            self._show(self._world)

    def _retranslate(self) -> None:
        title = self.tr("Valleyline · {plant}") if self.replay_bar is None else self.tr("REPLAY · {plant}")
        self.setWindowTitle(title.format(plant=self.context.plant.name))
        if self.replay_bar is not None:
            self.replay_bar.retranslate()
        self.header.retranslate()
        self.alarm_bar.retranslate()
        self.notices.retranslate()
        self.navigation.retranslate()
        self.menu.retranslate()
        self.plant_banner.retranslate()

    def places(self) -> list[Place]:
        """All that Ctrl+K can go to."""
        found = [Place(texts.page(page_id), page_id) for page_id in self.page_ids()]
        for page_id in self.page_ids():
            found += self.page(page_id).places()
        return found

    def is_settled(self) -> bool:
        """Whether what the shown page asked for has arrived, and is in the present theme and language."""
        shown = self._stack.shown_page()
        settled = shown is not None and shown.is_settled()
        return self._world is not None and settled and self._stack.is_in_look(self.shown_id)

    def go_to(self) -> None:
        """Opens the list of all places."""
        self._stack.make(self.page_ids(), self._open_go_to)

    def _open_go_to(self) -> None:
        dialog = GoToDialog(self, self.places())
        dialog.chosen.connect(self._on_place)
        self.open_dialog(dialog)

    def help(self) -> None:
        """Says what the shown page is for and which keys there are."""
        page = self.page(self.shown_id)
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Help: {page}").format(page=page.title()))
        box.setText("\n\n".join(text for text in (page.help_text(), self._keys_text()) if text))
        for label in box.findChildren(QLabel, "qt_msgbox_label"):
            label.setMinimumWidth(HELP_PX)
        self.open_dialog(box)

    def first_steps(self) -> None:
        """Shows what a new plant needs, what of it is there, and where the rest is done."""
        dialog = FirstStepsDialog(self, self.context)
        dialog.add_user_wanted.connect(self.people.add_user)
        dialog.station_wanted.connect(self.start_station)
        self.open_dialog(dialog)

    def about(self) -> None:
        """Says which version this is, and what works on this machine."""
        self.open_dialog(AboutDialog(self, self.context))

    def open_dialog(self, dialog: QDialog) -> None:
        """Opens a dialog in the window's theme; with its closing it is gone."""
        dress(dialog, self.theme)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def start_station(self) -> None:
        """Starts the station of this data folder; it goes on when the window is closed."""
        self._station = start_station(self.context.data_dir)
        self.context.messages.inform(self.tr("The station is starting."))

    def replay(self) -> None:
        """Opens a desk of its own that plays the stretch of the time window."""
        context = self.context
        from_ms, to_ms = context.window.from_ms, min(context.window.to_ms, context.clock.now_ms())
        self._replay = start_replay(context.data_dir, context.plant_file, from_ms, to_ms)
        context.messages.inform(self.tr("A replay of what is in view opens in a window of its own."))

    def acknowledge(self, key: str) -> None:
        """Asks the station to acknowledge an alarm."""
        self.context.ask(RequestKind.ACKNOWLEDGE, payload_of(HandleAlarm(key)))

    def shelve(self, key: str, minutes: int, reason: str) -> None:
        """Asks the station to shelve an alarm."""
        until_ms = self.context.clock.now_ms() + minutes * MINUTE_MS
        self.context.ask(RequestKind.SHELVE, payload_of(SuppressAlarm(key, reason, until_ms)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space acknowledges the newest alarm where nothing else wants it."""
        if event.key() == Qt.Key.Key_Space:
            self.alarm_bar.acknowledge()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ends what the window started, in order: timers, pages, then the reader."""
        self._timer.stop()
        if self.replay_bar is not None:
            self.replay_bar.close_down()
        self._stack.close_down()
        self.context.sound.close_down()
        self.context.station.close_down()
        self.context.reader.close()
        super().closeEvent(event)

    def _on_answered(self, _: Request) -> None:
        """What was asked for has been done: to be seen at once, or people press again."""
        self._load()

    def _load(self) -> None:
        if self._loading:
            return
        self._loading = True
        clock, shopfloor, before = self.context.clock, self.context.plant.shopfloor, self._world

        def load(store: Store) -> World:
            return load_world(store, clock, shopfloor, before)

        self._ticket = self.context.reader.submit(load, self._on_world, self._on_no_world)

    def _on_world(self, world: World) -> None:
        self._loading = False
        self._trouble = ""
        self._show(world)
        self._stack.build_rest_when_idle()

    def _on_no_world(self, sentence: str) -> None:
        self._loading = False
        self._trouble = sentence
        clock = self.context.clock
        old = self._world if self._world is not None else World(0, 0)
        self._show(replace(old, t_ms=clock.now_ms(), wall_ms=clock.wall_ms()))  # so that it grows old

    def _show(self, world: World) -> None:
        self._world = world
        self._show_banner(world)
        self.header.show_world(world)
        self.context.sound.show_world(world)
        self.alarm_bar.show_world(world)
        self._stack.show_world(world)
        self._plant_watch.show_world(world)
        self.world_shown.emit(world)

    def _show_banner(self, world: World) -> None:
        step = self.tr("Start the station")
        if self._trouble:
            self.banner.show_state(self._trouble, "")
        elif world.heartbeat_wall_ms is None:
            text = self.tr("No station has run on this data folder yet, so nothing is measured.")
            self.banner.show_state(text, step)
        elif not world.station_runs:
            text = self.tr(
                "The station has been silent for {age}: what you see grows old and no plan is carried out."
            )
            age = texts.hours_minutes((world.wall_ms - world.heartbeat_wall_ms) / MINUTE_MS)
            self.banner.show_state(text.format(age=age), step)
        else:
            self.banner.show_state("", "")

    def _on_wound(self) -> None:
        """Another moment of a recording: what pages have gathered may come after it, so they begin anew."""
        self._stack.begin_anew()
        self.context.reader.forget(self._ticket)
        self._loading, self._world = False, None
        self.open_page(self.shown_id)
        self._load()

    def _on_place(self, place: Place) -> None:
        self.open_page(place.page_id, place.target)

    def _on_shelve_wanted(self, key: str) -> None:
        alarm = self.alarm_bar.alarm
        if alarm is None:
            return
        sentence = alarm_sentence(alarm.kind, self.context.label(alarm.subject), alarm.detail)
        dialog = ShelveDialog(self, key, sentence)
        dialog.chosen.connect(self.shelve)
        self.open_dialog(dialog)

    def _on_alarm_wanted(self, key: str) -> None:
        self.open_page("alarms" if "alarms" in self.page_ids() else self.page_ids()[0], key)

    def _keys_text(self) -> str:
        keys = [f"{entry.key} {texts.page(entry.page_id)}" for entry in self._stack.entries]
        pages = " · ".join(key.replace(" ", NO_BREAK) for key in keys)  # a line each is higher than a screen
        fixed = self.tr(
            "F1  help\nCtrl+K  go to anything\nCtrl+L  lock the desk\nSpace  acknowledge the newest alarm"
        )
        return f"{pages}\n\n{fixed}"

    def _connect(self) -> None:
        context = self.context
        context.messages.shown.connect(self.notices.show_message)
        context.navigator.wanted.connect(self.open_page)
        context.station.answered.connect(self._on_answered)
        context.session.changed.connect(self.header.show_person)
        self.navigation.page_wanted.connect(self.open_page)
        self.alarm_bar.acknowledge_wanted.connect(self.acknowledge)
        self.alarm_bar.shelve_wanted.connect(self._on_shelve_wanted)
        self.alarm_bar.show_wanted.connect(self._on_alarm_wanted)
        self.banner.step_wanted.connect(self.start_station)
        self._plant_watch.judged.connect(self.plant_banner.show_difference)
        if self.replay_bar is None:
            self.menu.sign_in_chosen.connect(self.people.sign_in)
        else:
            self.replay_bar.wound.connect(self._on_wound)
        self.menu.add_user_chosen.connect(self.people.add_user)
        self.menu.go_to_chosen.connect(self.go_to)
        self.menu.replay_chosen.connect(self.replay)
        self.menu.first_steps_chosen.connect(self.first_steps)
        self.menu.help_chosen.connect(self.help)
        self.menu.about_chosen.connect(self.about)

    def _add_keys(self) -> None:
        for entry in self._stack.entries:
            QShortcut(QKeySequence(entry.key), self, partial(self.open_page, entry.page_id))
        QShortcut(QKeySequence("F1"), self, self.help)
        QShortcut(QKeySequence("Ctrl+K"), self, self.go_to)
        QShortcut(QKeySequence("Ctrl+L"), self, self.context.session.lock)
        self.header.operator.setMenu(self.menu)

    def _arrange(self) -> None:
        middle, column = QWidget(), QWidget()
        rows = QVBoxLayout(column)
        rows.setContentsMargins(8, 8, 8, 8)
        rows.setSpacing(6)
        marks = [] if self.replay_bar is None else [self.replay_bar]
        self.alarm_bar.place_before_sound(self.notices.mark)
        above = [*marks, self.banner, self.plant_banner, self.notices]
        for part in (*above, self._stack):
            rows.addWidget(part)
        self._around = (*above, self.header, self.navigation, self.alarm_bar, self.menu)
        rows.setStretchFactor(self._stack, 1)
        beside = QHBoxLayout(middle)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.navigation)
        beside.addWidget(column, 1)
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addWidget(self.header)
        layout.addWidget(middle, 1)
        layout.addWidget(self.alarm_bar)
        self.setCentralWidget(whole)
