"""The batches of a machine as its meter saw them, beside what their operators write of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from hmi.batch_notes import noted_batches
from hmi.desk import texts
from hmi.desk.access import allow, who_may
from hmi.desk.context import DeskContext
from hmi.desk.numbers import number
from hmi.desk.pages.twin_tab import TwinTab
from hmi.desk.reason_dialog import ReasonDialog
from hmi.roles import Permission
from hmi.station.payloads import NoteBatch, TakeBackNote, payload_of
from hmi.store.database import Store
from hmi.store.records import Request, RequestKind
from solver.durations import DAY_MS
from solver.twin.batches import BatchEntry, BatchQuality, BatchRecord
from solver.twin.reconcile import Reconciled
from widgets.rows_table import RowsTable
from widgets.theme import TOUCH_PX

SHOWN_MS = 60 * DAY_MS
LEAST_KWH = 0.5  # of a tariff band, to be told
FIELDS = ("id", "start", "end", "recipe", "tonnes", "water")


class EntryError(Exception):
    """What was typed cannot be read; the text says which line and what is wanted."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of the table: a batch with or without a note, or a note without a batch."""

    record: BatchRecord | None
    entry: BatchEntry | None

    @property
    def start_ms(self) -> int:
        """When it began, by the meter where that saw it."""
        if self.record is not None:
            return self.record.start_ms
        assert self.entry is not None
        return self.entry.start_ms


class BatchesTab(TwinTab):
    """The table and, below it, the lines in which an operator writes."""

    def __init__(self, context: DeskContext, machine: str) -> None:
        super().__init__(context, machine, self._read, self._take)
        self._found: Reconciled | None = None
        self._rows: dict[str, _Row] = {}
        self._title, self._problem = QLabel(), QLabel()
        self._title.setWordWrap(True)
        self._problem.setWordWrap(True)
        self._problem.setObjectName("note_problem")
        self._table = RowsTable("twin_batches", touch=True)
        self._table.row_chosen.connect(self._on_row)
        self._captions = {name: QLabel() for name in FIELDS}
        self._lines = {name: QLineEdit() for name in FIELDS}
        self._enter = QPushButton()
        self._enter.setObjectName("note_batch")
        self._enter.setMinimumHeight(TOUCH_PX)
        self._enter.clicked.connect(self._on_enter)
        self._take_back = QPushButton()
        self._take_back.setObjectName("take_back_note")
        self._take_back.setMinimumHeight(TOUCH_PX)
        self._take_back.clicked.connect(self._on_take_back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self._title)
        layout.addWidget(self._table, 1)
        layout.addLayout(self._form())
        layout.addWidget(self._problem)
        context.session.changed.connect(self.show_rights)

    def _form(self) -> QGridLayout:
        form = QGridLayout()
        for column, name in enumerate(FIELDS):
            self._lines[name].setObjectName(f"note_{name}")
            self._lines[name].setMinimumHeight(TOUCH_PX)
            form.addWidget(self._captions[name], 0, column)
            form.addWidget(self._lines[name], 1, column)
            form.setColumnStretch(column, 2 if name in ("id", "start", "end") else 1)
        form.addWidget(self._enter, 1, len(FIELDS))
        form.addWidget(self._take_back, 1, len(FIELDS) + 1)
        return form

    def _read(self, store: Store, machine: str, now_ms: int) -> Reconciled:
        """The batches of the last sixty days with what is written of them."""
        return noted_batches(store, machine, now_ms - SHOWN_MS, now_ms + 1)

    def _take(self, found: Reconciled) -> None:
        """Shows them."""
        self._found = found
        self._show()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        captions = (
            self.tr("Batch"),
            self.tr("Began (year-month-day hour:minute)"),
            self.tr("Ended (may be left empty)"),
            self.tr("Recipe"),
            self.tr("Tonnes"),
            self.tr("Water, %"),
        )
        for name, text in zip(FIELDS, captions, strict=True):
            self._captions[name].setText(text)
            self._lines[name].setAccessibleName(text)
        self._enter.setText(self.tr("&Enter"))
        self._take_back.setText(self.tr("Take back …"))
        headers = [
            self.tr("Began"),
            self.tr("Ended"),
            self.tr("Ran"),
            self.tr("Paused"),
            self.tr("kWh"),
            self.tr("Mean kW"),
            self.tr("Peak kW"),
            self.tr("kWh by tariff"),
            self.tr("Batch"),
            self.tr("Recipe"),
            self.tr("Tonnes"),
            self.tr("Water, %"),
            self.tr("kWh/t"),
            self.tr("Remarks"),
        ]
        self._table.set_headers(headers, numbers={2, 3, 4, 5, 6, 10, 11, 12})
        self._show()

    @Slot()
    def show_rights(self) -> None:
        """Who enters batches may write of them."""
        session = self.context.session
        may = session.may(Permission.ENTER_BATCH)
        why = self.tr("Keeps what is typed; batches are then compared by tonne and with their recipe.")
        allow(self._enter, may, why if may else who_may(session, Permission.ENTER_BATCH))
        why = self.tr(
            "Forgets what is written of the chosen batch: it was of another machine, or is there twice."
        )
        noted = self._chosen_note() is not None
        allow(self._take_back, may and noted, why if may else who_may(session, Permission.ENTER_BATCH))

    def _show(self) -> None:
        text = self.tr(
            "{machine}: the meter's times and energies stay; what you write decides what belongs to one "
            "batch, and by its tonnes and recipe batches are compared. Choose a batch to write of it."
        )
        self._title.setText(text.format(machine=self.context.label(self.machine)))
        found = self._found
        self.show_rights()
        if found is None:
            return
        rows = [_Row(each, each.entry) for each in found.batches]
        rows += [_Row(None, entry) for entry in found.unseen]
        rows.sort(key=_start_of, reverse=True)
        self._rows = {f"{row.start_ms} {'' if row.entry is None else row.entry.id}": row for row in rows}
        apart = set(found.apart_ms)
        self._table.set_rows([self._cells(row, apart) for row in rows], list(self._rows))

    def _cells(self, row: _Row, apart: set[int]) -> tuple[str, ...]:
        zone, record, entry = self.context.plant.zone, row.record, row.entry
        written = ("–",) * 4 if entry is None else (
            entry.id,
            entry.recipe or "–",
            number(math.nan if entry.tonnes is None else entry.tonnes, 1),
            number(math.nan if entry.water_pct is None else entry.water_pct, 1),
        )  # fmt: skip
        if record is None:
            assert entry is not None
            ended = "–" if entry.end_ms is None else texts.date_and_time(entry.end_ms, zone)
            began = texts.date_and_time(entry.start_ms, zone)
            return (began, ended, *("–",) * 6, *written, "–", self.tr("the meter saw no such batch"))
        specific = record.specific_kwh_per_t
        remarks = []
        if not record.complete:
            remarks.append(self.tr("not seen as a whole"))
        if record.quality is not BatchQuality.GOOD:
            remarks.append(
                self.tr("{minutes} min of it not seen").format(minutes=number(record.unseen_min, 0))
            )
        if record.start_ms in apart:
            remarks.append(self.tr("written and measured times differ by more than half an hour"))
        return (
            texts.date_and_time(record.start_ms, zone),
            texts.date_and_time(record.end_ms, zone),
            texts.hours_minutes(record.running_min),
            texts.hours_minutes(record.paused_min),
            number(record.energy_kwh, 0),
            number(record.mean_kw, 1),
            number(record.peak_kw, 1),
            _by_band(record),
            *written,
            number(math.nan if specific is None else specific, 2),
            "; ".join(remarks),
        )

    @Slot(str)
    def _on_row(self, key: str) -> None:
        row = self._rows.get(key)
        if row is None:
            return
        entry, record, zone = row.entry, row.record, self.context.plant.zone
        start_ms = row.start_ms if entry is None else entry.start_ms
        end_ms = record.end_ms if entry is None and record is not None else None
        end_ms = end_ms if entry is None else entry.end_ms
        began = texts.day_and_time(start_ms, zone)
        values = {
            "id": f"{self.context.label(self.machine)} {began}" if entry is None else entry.id,
            "start": began,
            "end": "" if end_ms is None else texts.day_and_time(end_ms, zone),
            "recipe": "" if entry is None else entry.recipe or "",
            "tonnes": "" if entry is None or entry.tonnes is None else f"{entry.tonnes:g}",
            "water": "" if entry is None or entry.water_pct is None else f"{entry.water_pct:g}",
        }
        for name, value in values.items():
            self._lines[name].setText(value)
        self._problem.setText("")
        self.show_rights()

    def _chosen_note(self) -> BatchEntry | None:
        row = self._rows.get(self._table.chosen())
        return None if row is None else row.entry

    @Slot()
    def _on_take_back(self) -> None:
        entry = self._chosen_note()
        if entry is None:
            return
        sentence = self.tr("What is written of “{batch}” is forgotten; the audit keeps it.").format(
            batch=entry.id
        )
        dialog = ReasonDialog(self, entry.id, self.tr("Take it back"), sentence, self.tr("Take it back"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.given.connect(self._on_reason)
        dialog.open()

    @Slot(str, str)
    def _on_reason(self, note_id: str, reason: str) -> None:
        taken = payload_of(TakeBackNote(note_id, reason))
        self.context.ask(RequestKind.TAKE_BACK_NOTE, taken, self._on_taken_back)

    @Slot()
    def _on_enter(self) -> None:
        try:
            note = self._typed()
        except EntryError as error:
            self._problem.setText(str(error))
            return
        self._problem.setText("")
        self.context.ask(RequestKind.NOTE_BATCH, payload_of(note), self._on_answered)

    def _typed(self) -> NoteBatch:
        typed = {name: line.text().strip() for name, line in self._lines.items()}
        if not typed["id"]:
            raise EntryError(self.tr("The batch needs a name: choose a row, or type one."))
        start_ms = self._moment("start", typed["start"])
        return NoteBatch(
            typed["id"],
            self.machine,
            start_ms,
            self._moment("end", typed["end"]) if typed["end"] else None,
            typed["recipe"] or None,
            self._amount("tonnes", typed["tonnes"]),
            self._amount("water", typed["water"]),
        )

    def _moment(self, name: str, text: str) -> int:
        try:
            return texts.read_day_and_time(text, self.context.plant.zone)
        except ValueError as error:
            wanted = self.tr("“{caption}” must be like 2016-03-14 22:05, not “{text}”.")
            raise EntryError(wanted.format(caption=self._captions[name].text(), text=text)) from error

    def _amount(self, name: str, text: str) -> float | None:
        if not text:
            return None
        try:
            return float(text.replace(",", "."))
        except ValueError as error:
            wanted = self.tr("“{caption}” must be a number, not “{text}”.")
            raise EntryError(wanted.format(caption=self._captions[name].text(), text=text)) from error

    def _on_answered(self, answer: Request) -> None:
        if answer.accepted:
            self.context.messages.inform(self.tr("The batch is noted."))
            self.load()

    def _on_taken_back(self, answer: Request) -> None:
        if answer.accepted:
            self.context.messages.inform(self.tr("What was written is taken back."))
            self.load()


def _by_band(record: BatchRecord) -> str:
    bands = [
        f"{texts.band(name)} {number(kwh, 0)}" for name, kwh in record.energy_by_band_kwh if kwh >= LEAST_KWH
    ]
    return " · ".join(bands) or "–"


def _start_of(row: _Row) -> int:
    return row.start_ms
