"""Runs the guided start in a window of its own, before there is a plant that a desk could show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QApplication

from devices.clock import Clock
from hmi.data_folder import database_path
from hmi.demo.companions import Companions
from hmi.desk.app import make_application
from hmi.desk.desk_menu import SYSTEM
from hmi.desk.ending import EndOnRequest
from hmi.desk.first.first_start import FirstStart
from hmi.desk.first.step import FirstAnswers
from hmi.desk.garbage import WindowThreadGarbage
from hmi.desk.look import LOOK_SETTING, Appearance, Look, stored_look, theme_of
from hmi.desk.reader import Reader
from hmi.desk.turns import turns_of
from hmi.processes import Companion
from hmi.store.database import Store, open_store
from hmi.store.status import save_setting
from hmi.store.users import users
from widgets.stylesheet import dress

SIZE = (1180, 720)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the control room is wanted, and what was started: the example's programs, or a station."""

    wanted: bool
    companions: Companions | None
    station: Companion | None


class FirstDesk(QObject):
    """The window of the guided start; made anew when another language is chosen on its first step."""

    ended = Signal()

    def __init__(
        self, application: QApplication, data_dir: Path, look: Look, *, people_exist: bool = False
    ) -> None:
        super().__init__()
        self._people_exist = people_exist
        self._data_dir, self._look = data_dir, look
        self._appearance = Appearance(application)
        turns = turns_of(application)
        self._garbage = WindowThreadGarbage(turns)
        self._garbage.start()
        self._reader = Reader(database_path(data_dir), turns)
        self.wanted = False
        self.window = self._made()

    def open(self) -> None:
        """Shows the window, no larger than the screen."""
        self.window.resize(QSize(*SIZE).boundedTo(self.window.screen().availableSize()))
        self.window.show()

    def close(self) -> Outcome:
        """Ends its threads in order."""
        self.window.close_down()
        self.window.finished.disconnect(self._on_finished)
        self.window.close()
        self._reader.close()
        self._garbage.stop()
        self._appearance.clear()
        return Outcome(self.wanted, self.window.begin.companions, self.window.begin.station)

    def choose_language(self, language: str) -> None:
        """Begins anew in another language, and keeps it for the desk."""
        old, self._look = self.window, Look(self._look.theme, language)
        old.finished.disconnect(self._on_finished)
        old.close_down()
        self.window = self._made()
        self.open()
        old.close()
        old.deleteLater()
        look = self._look

        def keep(store: Store) -> None:
            save_setting(store, LOOK_SETTING, {"theme": look.theme or SYSTEM, "language": look.language})

        self._reader.submit(keep, self._on_kept)

    def _made(self) -> FirstStart:
        self._appearance.show(self._look)
        answers = FirstAnswers(self._data_dir, Clock(), self._people_exist)
        window = FirstStart(answers, self._reader, self._look.language)
        dress(window, theme_of(self._look))
        window.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        window.finished.connect(self._on_finished)
        window.language_chosen.connect(self.choose_language)
        return window

    def _on_kept(self, _: object) -> None:
        """Nothing to say: what was chosen is seen."""

    def _on_finished(self, wanted: bool) -> None:
        self.wanted = wanted
        self.ended.emit()


def run_first_start(data_dir: Path) -> Outcome:
    """Guides somebody from an empty data folder to a station that reads."""
    data_dir.mkdir(parents=True, exist_ok=True)
    store = open_store(database_path(data_dir))
    try:
        look, people_exist = stored_look(store), bool(users(store))
    finally:
        store.close()
    application = make_application()
    with EndOnRequest(application):
        desk = FirstDesk(application, data_dir, look, people_exist=people_exist)
        desk.ended.connect(application.exit)  # `quit` would close the window first, and that says no
        desk.open()
        QApplication.exec()
        return desk.close()
