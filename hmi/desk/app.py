"""Starts the desk on a data folder, and takes pictures of its pages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QEventLoop,
    QObject,
    Qt,
    QTimer,
)
from PySide6.QtWidgets import QApplication

from devices.clock import Clock
from devices.datafile import DataFileError
from hmi.data_folder import database_path, plant_path, stored_clock
from hmi.desk.alarm_sound import AlarmSound
from hmi.desk.context import DeskContext, Navigator
from hmi.desk.desk_menu import SYSTEM
from hmi.desk.ending import EndOnRequest
from hmi.desk.garbage import WindowThreadGarbage
from hmi.desk.look import LOOK_SETTING, Appearance, Look, stored_look, theme_of
from hmi.desk.messages import Messages
from hmi.desk.reader import Reader
from hmi.desk.replay_clock import ReplayClock
from hmi.desk.session import Session
from hmi.desk.sound_player import SoundPlayer, programs_here
from hmi.desk.station_link import StationLink
from hmi.desk.time_window import TimeWindow
from hmi.desk.turns import Turns, turns_of
from hmi.desk.window import DeskWindow
from hmi.plant import Plant, load_plant
from hmi.store.database import Store, open_store
from hmi.store.status import save_setting
from hmi.tariffs import load_calendar
from widgets.theme import Theme, ThemeName

SMALLEST = (1366, 768)
SNAPSHOT_PATIENCE_MS = 15_000
SWITCH_S = 0.001  # so long at most the reader's thread may hold up the window's
SETTLED_LOOK_MS = 50
AFTER_PICTURE_MS = 50


class Desk(QObject):
    """A window with all that belongs to it; `close` ends everything in order."""

    def __init__(
        self,
        application: QApplication,
        data_dir: Path,
        plant: Plant,
        clock: Clock,
        look: Look,
        chosen_plant: Path | None = None,
    ) -> None:
        super().__init__()
        self._application, self._appearance = application, Appearance(application)
        self._chosen_plant = chosen_plant
        self.look = look
        self._turns = turns_of(application)
        self._garbage = WindowThreadGarbage(self._turns)  # as long as the desk, whatever window it shows
        self._garbage.start()
        self.context = make_context(data_dir, plant, clock, self._turns, chosen_plant)
        self._appearance.show(self.look)
        self.context.session.changed.connect(self._on_session_changed)
        self.window = self._new_window(self.context)
        self.window.show_page(self.window.page_ids()[0])
        self._coming: DeskWindow | None = None  # with a plant that has changed, while it is being made
        self._going: DeskWindow | None = None  # the one before
        self._ends_going = QTimer(self)
        self._ends_going.setSingleShot(True)
        self._ends_going.timeout.connect(self._end_going)
        application.styleHints().colorSchemeChanged.connect(self._on_system_theme)

    @property
    def theme(self) -> Theme:
        """The theme that is chosen, or the system's."""
        return theme_of(self.look)

    def open(self) -> None:
        """Shows the window and begins to load."""
        self.window.show()
        self.window.start()

    def close(self) -> None:
        """Closes the window and ends its thread."""
        self._application.removeEventFilter(self.context.session)
        self._drop_coming()
        self._end_going()
        self.window.close()
        self._garbage.stop()
        self._appearance.clear()

    def show_look(self, look: Look) -> None:
        """Changes theme and language."""
        self.look = look
        self._appearance.show(self.look)
        self.window.show_look(self.theme)

    def show_plant_in_force(self) -> None:
        """Reads the plant file again and puts a window with that plant in the place of this one.

        Who is signed in stays so, and page, time window, place on the screen and look are as they were.
        """
        path = self.context.plant_file

        def read(_: Store) -> Plant | str:
            try:
                plant = load_plant(path)
                load_calendar(plant.tariff)
            except DataFileError as error:
                return str(error)
            return plant

        self.context.reader.submit(read, self._on_plant, self.context.messages.warn)

    def _on_plant(self, found: Plant | str) -> None:
        before = self.context
        if isinstance(found, str):
            before.messages.warn(found)
            return
        self._drop_coming()
        made = make_context(before.data_dir, found, before.clock, self._turns, self._chosen_plant)
        coming = self._new_window(replace(made, session=before.session, window=before.window))
        coming.make_page(self.window.shown_id, self._on_coming_made)
        self._coming = coming

    def _drop_coming(self) -> None:
        if self._coming is not None:
            self._coming.close()
            self._coming.deleteLater()
            self._coming = None

    def _on_coming_made(self) -> None:
        assert self._coming is not None
        old, self.window, self._coming = self.window, self._coming, None
        self.context = self.window.context
        whole = old.isMaximized() or old.isFullScreen()
        self.window.setGeometry(old.normalGeometry() if whole else old.geometry())
        self.window.setWindowState(old.windowState())
        self.window.show_page(old.shown_id)
        self.open()  # before the old one goes: with the last window the program would end
        self._end_going()
        self._going = old
        self._ends_going.start(AFTER_PICTURE_MS)  # so that one turn has not to do both

    def _end_going(self) -> None:
        self._ends_going.stop()
        if self._going is not None:
            self._going.close()
            self._going.deleteLater()
            self._going = None

    def _new_window(self, context: DeskContext) -> DeskWindow:
        window = DeskWindow(context, self.theme)
        window.menu.show_choices(self.look.theme or SYSTEM, self.look.language)
        window.menu.theme_chosen.connect(self._on_theme)
        window.menu.language_chosen.connect(self._on_language)
        window.plant_banner.step_wanted.connect(self.show_plant_in_force)
        return window

    def _on_session_changed(self) -> None:
        """Watches for touches while somebody is signed in; to look at every event takes its time."""
        session = self.context.session
        self._application.removeEventFilter(session)
        if session.person is not None:
            self._application.installEventFilter(session)

    def _on_theme(self, name: str) -> None:
        self.show_look(Look(None if name == SYSTEM else ThemeName(name), self.look.language))
        self._keep_look()

    def _on_language(self, language: str) -> None:
        self.show_look(Look(self.look.theme, language))
        self._keep_look()

    def _on_system_theme(self) -> None:
        if self.look.theme is None:
            self.show_look(self.look)

    def _keep_look(self) -> None:
        look = self.look
        if self.context.replay is not None:
            return

        def keep(store: Store) -> None:
            save_setting(store, LOOK_SETTING, {"theme": look.theme or SYSTEM, "language": look.language})

        self.context.reader.submit(keep, self._on_kept)

    def _on_kept(self, _: object) -> None:
        """Nothing to say: what was chosen is seen."""


def open_maximised(desk: Desk) -> None:
    """Shows a desk on the whole screen."""
    desk.window.resize(desk.window.screen().availableSize())
    desk.window.setWindowState(Qt.WindowState.WindowMaximized)
    desk.open()


def run_desk(data_dir: Path, chosen_plant: Path | None = None) -> int:
    """Opens the desk and returns its exit status when the window is closed."""
    plant, clock, look = read_folder(data_dir, chosen_plant)
    application = make_application()
    with EndOnRequest(application):
        desk = Desk(application, data_dir, plant, clock, look, chosen_plant)
        open_maximised(desk)
        desk.window.people.sign_in_at_first_start()
        status = QApplication.exec()
        desk.close()
    return status


def snapshot_folder(
    data_dir: Path,
    out_dir: Path,
    look: Look,
    size: tuple[int, int],
    chosen_plant: Path | None = None,
) -> list[Path]:
    """Opens a desk unseen, pictures every page into a folder, closes it; returns the files.

    Raises DataFileError with one sentence when the database could not be read.
    """
    plant, clock, _ = read_folder(data_dir, chosen_plant)
    application = make_application()
    with EndOnRequest(application) as ending:
        desk = Desk(application, data_dir, plant, clock, look, chosen_plant)
        troubles: list[str] = []
        desk.context.reader.trouble_changed.connect(troubles.append)
        try:
            files = snapshot_pages(desk.window, out_dir, size, ending.check)
        finally:
            desk.close()
    if any(troubles):
        raise DataFileError(next(filter(None, troubles)))
    return files


def snapshot_pages(
    window: DeskWindow, out_dir: Path, size: tuple[int, int], check: Callable[[], None] | None = None
) -> list[Path]:
    """Pictures every page of a window as `<page>.png` once its data has arrived; returns the files.

    `check` is called before each picture and may raise.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    window.resize(*size)
    window.show()
    window.start()
    files = []
    for page_id in window.page_ids():
        window.show_page(page_id)
        wait_until_settled(window)
        if check is not None:
            check()
        files.append(out_dir / f"{page_id}.png")
        window.grab().save(str(files[-1]))
    return files


def wait_until_settled(window: DeskWindow) -> None:
    """Lets the window work until its page has all that it asked for, or until patience is over."""
    loop = QEventLoop()
    limit = QTimer()
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    limit.start(SNAPSHOT_PATIENCE_MS)
    watcher = _Watcher(window, loop)
    loop.exec()
    watcher.stop()


class _Watcher(QObject):
    """Ends a loop as soon as a window has shown a World and its page has all that it asked for."""

    def __init__(self, window: DeskWindow, loop: QEventLoop) -> None:
        super().__init__()
        self._window, self._loop, self._worlds, self._settled = window, loop, 0, 0
        self._looks = QTimer(self)
        self._looks.setInterval(SETTLED_LOOK_MS)
        self._looks.timeout.connect(self._look)
        self._looks.start()
        window.world_shown.connect(self._on_world)
        window.start()

    def stop(self) -> None:
        """Stops watching."""
        self._looks.stop()
        self._window.world_shown.disconnect(self._on_world)

    def _on_world(self, _: object) -> None:
        self._worlds += 1

    def _look(self) -> None:
        settled = self._worlds > 0 and self._window.is_settled()
        self._settled = self._settled + 1 if settled else 0
        if self._settled >= 2:  # so that what came last is laid out too
            self._loop.quit()


def make_application() -> QApplication:
    """The one QApplication of the process."""
    existing = QCoreApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Valleyline")
    application.setStyle("Fusion")
    sys.setswitchinterval(SWITCH_S)
    return application


def make_context(
    data_dir: Path, plant: Plant, clock: Clock, turns: Turns, chosen_plant: Path | None = None
) -> DeskContext:
    """All that pages are handed."""
    replay = clock if isinstance(clock, ReplayClock) else None
    reader, messages = Reader(database_path(data_dir), turns, replay), Messages()
    programs = programs_here() if replay is None else []  # a recording calls nobody
    return DeskContext(
        data_dir=data_dir,
        plant=plant,
        tariff=load_calendar(plant.tariff),
        clock=clock,
        reader=reader,
        turns=turns,
        session=Session(replay=replay is not None),
        messages=messages,
        station=StationLink(reader, messages, clock, {one.id: one.label for one in plant.machines}),
        navigator=Navigator(),
        sound=AlarmSound(SoundPlayer(programs)),
        window=TimeWindow(clock),
        plant_file=plant_path(data_dir, chosen_plant),
    )


def read_folder(data_dir: Path, chosen_plant: Path | None = None) -> tuple[Plant, Clock, Look]:
    """What must be known before a window can open; raises DataFileError or StoreError with one sentence."""
    plant = load_plant(plant_path(data_dir, chosen_plant))
    store = open_store(database_path(data_dir))
    try:
        return plant, stored_clock(store), stored_look(store)
    finally:
        store.close()
