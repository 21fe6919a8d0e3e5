"""A searchable log, newest first: loaded as far as it is looked at, exported as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hmi.desk.access import allow
from hmi.desk.context import DeskContext
from hmi.desk.csv_file import write_csv
from hmi.desk.log_walk import Line, LoadLines, LogWalk, contains
from hmi.desk.numbers import Counted
from hmi.desk.save_dialog import SaveDialog
from hmi.store.database import Store
from widgets.rows_table import RowsTable

PAGE = 200
NEWER = 100
TYPING_MS = 250
KINDS = ("csv", "xlsx")
VISIBLE_ROWS = 60  # as many as decide how wide a column is


class LogView(QWidget):
    """Search line, table and export; the page gives it the way to load and the words."""

    line_chosen = Signal(object)  # the Line; None when there is none

    def __init__(
        self, context: DeskContext, name: str, load: LoadLines, record_headers: Sequence[str]
    ) -> None:
        super().__init__()
        self._context = context
        self._load = load
        self._record_headers = tuple(record_headers)
        self._empty_text = ""
        self._newer: list[Line] = []
        self._looking = False
        self._export: LogWalk | None = None
        self._export_path = Path()
        self._begun = False
        self._just_shown = False
        self._make_parts(name)
        self._lay_out()
        self._walk = self._new_walk("")

    @property
    def lines(self) -> list[Line]:
        """The lines shown, newest first."""
        return self._walk.lines

    def show_texts(
        self, headers: Sequence[str], stretch: int, empty: str, hint: str, numbers: Sequence[int] = ()
    ) -> None:
        """Takes over the words of the present language and loads the entries anew in it."""
        self._empty_text = empty
        self.table.set_headers(headers, numbers, stretch)
        self.search.setPlaceholderText(hint)
        self.search.setAccessibleName(hint)
        self.export_button.setText(self.tr("Export …"))
        if self._begun:
            self.begin()

    def begin(self) -> None:
        """Loads the newest page."""
        self._begun = True
        self._walk.stop()
        self._newer = []
        self._walk = self._new_walk(self.search.text())
        self._walk.go_on(PAGE)
        self._show_state()

    def look_for_newer(self) -> None:
        """Looks whether entries were added since; they wait while somebody points at the table."""
        if not self._begun or self._looking or self._walk.is_walking:
            return
        load, walk = self._load, self._walk
        self._looking = True

        def work(store: Store) -> tuple[LogWalk, list[Line]]:
            return walk, load(store, None, NEWER)

        self._context.reader.submit(work, self._on_newer, self._on_no_newer)

    def showEvent(self, event: QShowEvent) -> None:
        """Who comes to the page sees the newest, wherever the mouse was left; Qt's name."""
        super().showEvent(event)
        self._just_shown = True
        if self._newer and not self._is_being_read():
            self._on_show_newer()

    def is_settled(self) -> bool:
        """Whether what was asked for has arrived."""
        return not self._walk.is_walking

    def export_to(self, path: Path) -> None:
        """Writes all entries that the search finds, also those not loaded yet; .xlsx is Excel, else CSV."""
        self._export_path = path
        allow(self.export_button, False, self.tr("The entries are being written …"))
        self._export = LogWalk(self._context.reader, self._load, self.search.text(), self._on_collected)
        self._export.go_on(None)

    def _make_parts(self, name: str) -> None:
        self.search, self.table = QLineEdit(), RowsTable(name, touch=True)
        self.search.setObjectName(f"{name}_search")
        self.table.horizontalHeader().setResizeContentsPrecision(VISIBLE_ROWS)
        self.export_button, self._newer_button = QPushButton(), QPushButton()
        self.export_button.setObjectName(f"{name}_export")
        self._newer_button.setObjectName(f"{name}_newer")
        self._newer_button.setVisible(False)
        self._state, self._empty = QLabel(), QLabel()
        self._state.setObjectName("muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self.begin)
        self.search.textChanged.connect(self._on_typed)
        self.search.returnPressed.connect(self.begin)
        self.export_button.clicked.connect(self._on_export)
        self._newer_button.clicked.connect(self._on_show_newer)
        self.table.row_chosen.connect(self._on_chosen)
        self.table.verticalScrollBar().valueChanged.connect(self._on_scrolled)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        for part in (self._state, self._newer_button, self.export_button):
            top.addWidget(part)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)

    def _new_walk(self, words: str) -> LogWalk:
        return LogWalk(self._context.reader, self._load, words, self._on_loaded)

    def _on_loaded(self) -> None:
        if self._walk.problem:
            self._context.messages.warn(self._walk.problem)
        self._show_lines()

    def _show_lines(self) -> None:
        lines = self._walk.lines
        self.table.set_rows([line.row for line in lines], [str(line.id) for line in lines])
        self._show_state()

    def _show_state(self) -> None:
        walk = self._walk
        found = (
            self.tr("{n:entry|entries}") if walk.at_end else self.tr("the last {n} entries; scroll for more")
        )
        text = self.tr("Loading …") if walk.is_walking else found.format(n=Counted(len(walk.lines)))
        self._state.setText(text)
        self._newer_button.setVisible(bool(self._newer))
        self._newer_button.setText(self.tr("Show {n} newer").format(n=len(self._newer)))
        nothing = not walk.lines and not walk.is_walking
        words = self.search.text().strip()
        if nothing:
            none = self.tr("Nothing contains “{words}”; clear the search to see all.").format(words=words)
            self._empty.setText(walk.problem or (none if words else self._empty_text))
        self._stack.setCurrentWidget(self._empty if nothing else self.table)
        why = self.tr("Writes all that the search finds as CSV or Excel.")
        allow(self.export_button, not nothing and self._export is None, why)

    def _on_newer(self, found: tuple[LogWalk, list[Line]]) -> None:
        self._looking = False
        walk, lines = found
        if walk is not self._walk or walk.is_walking:
            return
        self._take(lines)
        self._just_shown = False

    def _take(self, lines: list[Line]) -> None:
        known = max([self._walk.newest_id, *(line.id for line in self._newer)])
        fresh = [line for line in lines if line.id > known]
        if len(fresh) == NEWER:  # there may be still more in between
            self.begin()
        elif fresh:
            words = self.search.text().casefold().split()
            walk_on = [line for line in fresh if contains(line, words)]
            self._take_newer(walk_on, fresh[0].id)

    def _take_newer(self, matching: list[Line], newest_id: int) -> None:
        self._walk.newest_id = newest_id
        self._newer = [*matching, *self._newer]
        if self._newer and not self._is_being_read():
            self._on_show_newer()
        elif self._newer:
            self._show_state()

    def _is_being_read(self) -> bool:
        pointed = self.table.viewport().underMouse() and not self._just_shown
        return pointed or self.table.verticalScrollBar().value() > 0

    def _on_no_newer(self, _sentence: str) -> None:
        self._looking = False

    @Slot()
    def _on_show_newer(self) -> None:
        self._walk.lines[:0] = self._newer
        self._newer = []
        self._show_lines()

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        self._typing.start()

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        self.line_chosen.emit(next((line for line in self.lines if str(line.id) == key), None))

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        at_bottom = value == self.table.verticalScrollBar().maximum() > 0
        if at_bottom and not self._walk.at_end and not self._walk.is_walking:
            self._walk.go_on(len(self._walk.lines) + PAGE)

    @Slot()
    def _on_export(self) -> None:
        title, name = self.tr("Export the entries"), self.table.objectName()
        dialog = SaveDialog(self, self._context.session, title, name, KINDS)
        dialog.place_chosen.connect(self.export_to)
        dialog.open()

    def _on_collected(self) -> None:
        assert self._export is not None
        if self._export.problem:
            self._on_written(self._export.problem)
            return
        headers, path, lines = self._record_headers, self._export_path, self._export.lines

        def work(_store: Store) -> str:
            if path.suffix.lower() == ".xlsx":
                from hmi.desk.sheet_file import write_excel  # slow to import, and seldom wanted

                return write_excel(path, headers, [line.record for line in lines])
            return write_csv(path, headers, [line.record for line in lines])

        self._context.reader.submit(work, self._on_written, self._on_written)

    def _on_written(self, problem: str) -> None:
        assert self._export is not None
        count, self._export = len(self._export.lines), None
        self._show_state()
        if problem:
            self._context.messages.warn(problem)
        else:
            text = self.tr("{n:entry is|entries are} written to {path}.")
            self._context.messages.inform(text.format(n=Counted(count), path=self._export_path))
