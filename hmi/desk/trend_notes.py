"""Notes pinned to a moment, seen by everybody on the Trends page; once written they stay."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.line_dialog import open_line_dialog
from hmi.store.database import Store
from hmi.store.status import save_setting, setting

NOTES_SETTING = "trend.notes"
MOST_NOTES = 5_000
LONGEST = 200


class Note(msgspec.Struct, frozen=True):
    """What somebody wrote about a moment; both times are plant time."""

    t_ms: int
    author: str
    text: str
    made_ms: int


def load_notes(store: Store) -> list[Note]:
    """All notes, in the order of their moments."""
    found = setting(store, NOTES_SETTING)
    notes = [] if found is None else msgspec.convert(found, list[Note])
    return sorted(notes, key=_moment)


def add_note(store: Store, note: Note) -> list[Note]:
    """Keeps a note; beyond the most that are kept the oldest written go. Returns all."""
    with store.transaction():
        notes = sorted([*load_notes(store), note], key=_written)[-MOST_NOTES:]
        save_setting(store, NOTES_SETTING, notes)
    return sorted(notes, key=_moment)


def _moment(note: Note) -> int:
    return note.t_ms


def _written(note: Note) -> int:
    return note.made_ms


class TrendNotes(QObject):
    """The notes that are known here; writes new ones as the person at the desk."""

    changed = Signal()

    def __init__(self, parent: QWidget, context: DeskContext) -> None:
        super().__init__(parent)
        self._window, self._context = parent, context
        self._notes: list[Note] = []
        self._at_ms = 0

    @property
    def notes(self) -> Sequence[Note]:
        """All, in the order of their moments."""
        return self._notes

    def load(self) -> None:
        """Reads what there is, also what other desks wrote."""
        self._context.reader.submit(load_notes, self._on_loaded)

    def ask(self, range_ms: tuple[int, int], cursors: tuple[int, int] | None) -> None:
        """Asks for the words of a note about the first cursor's moment.

        Without cursors it is about now, or about the middle of what is seen where that is not in view.
        """
        (from_ms, to_ms), now_ms = range_ms, self._context.clock.now_ms()
        in_view = now_ms if from_ms <= now_ms <= to_ms else (from_ms + to_ms) // 2
        t_ms = in_view if cursors is None else min(cursors)
        self._at_ms = t_ms
        moment = texts.day_and_time(t_ms, self._context.plant.zone, seconds=True)
        sentence = self.tr("What is to be known about {moment}?").format(moment=moment)
        dialog = open_line_dialog(self._window, self.tr("Pin a note"), sentence)
        dialog.textValueSelected.connect(self.write)

    def write(self, text: str) -> None:
        """Pins a note to the moment that was asked about."""
        text, context = " ".join(text.split())[:LONGEST], self._context
        if not text:
            return
        note = Note(self._at_ms, context.session.name, text, context.clock.now_ms())

        def work(store: Store) -> list[Note]:
            return add_note(store, note)

        context.reader.submit(work, self._on_loaded, context.messages.warn)

    def _on_loaded(self, notes: list[Note]) -> None:
        if notes != self._notes:
            self._notes = notes
            self.changed.emit()
