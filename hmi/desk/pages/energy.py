"""Energy: what was used, cost and emitted, by machine, line, product, day, tariff period, shift; states."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QTabBar,
    QVBoxLayout,
)

from hmi.desk.context import DeskContext
from hmi.desk.numbers import short_date
from hmi.desk.page import Page, Place
from hmi.desk.pages.energy_compare import by_plan, by_unit, by_year
from hmi.desk.pages.energy_files import EnergyExport
from hmi.desk.pages.energy_groups import by_line, by_product, by_shift, by_team
from hmi.desk.pages.energy_note import note
from hmi.desk.pages.energy_tables import (
    View,
    by_band,
    by_machine,
    by_period,
    by_state,
    headline,
)
from hmi.desk.snapshot_model import World
from hmi.desk.time_bar import TimeBar
from hmi.energy_report import EnergyReport, More, load_energy
from hmi.plant_past import PlantPast
from hmi.store.database import Store
from solver.durations import DAY_MS
from widgets.folding_row import FoldingRow
from widgets.rows_table import RowsTable
from widgets.stacked_columns import StackedColumns
from widgets.theme import Theme

RELOAD_EVERY_S = 30.0
FOLD_BELOW_PX = 1100
SPANS_MS = (DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 365 * DAY_MS)
VIEWS = (
    "machines",
    "lines",
    "products",
    "days",
    "bands",
    "shifts",
    "teams",
    "states",
    "years",
    "units",
    "savings",
)
OF_ALL = {
    "machines": by_machine,
    "lines": by_line,
    "products": by_product,
    "states": by_state,
    "units": by_unit,
    "savings": by_plan,
}
OF_ONE = {  # of the whole, or of one machine
    "days": by_period,
    "bands": by_band,
    "shifts": by_shift,
    "teams": by_team,
    "years": by_year,
}
MORE = {
    "shifts": More.SHIFTS,
    "teams": More.SHIFTS,
    "years": More.YEARS,
    "units": More.UNITS,
    "savings": More.SAVINGS,
}


class EnergyPage(Page):
    """Views of one report over the local days of the time window."""

    page_id = "energy"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._past = PlantPast(context.plant, context.tariff)
        self._report: EnergyReport | None = None
        self._ticket: int | None = None
        self._asked_s = -math.inf
        self._world_shown = False
        self._days, self._whole, self._note, self._sentence = QLabel(), QLabel(), QLabel(), ""
        self._bar, self._tabs, self._subject = TimeBar(context.window, SPANS_MS), QTabBar(), QComboBox()
        self.export = EnergyExport(context, self._seen)
        self._chart, self._table = StackedColumns(), RowsTable("energy_table")
        self._arrange()
        self._connect()
        self.retranslate()

    def help_text(self) -> str:
        """What the page is for."""
        return self.tr(
            "What was used and what it cost, over whole local days. Machines: the ranking, and what a batch "
            "takes. Products: batches by the recipe and the tonnes that were written of them on the Twin "
            "page. Days, of a long time months, Tariff periods, Shifts and Teams: the whole or one machine. "
            "States: hours in each state, starts and stops. Year on year: the same dates a year before, "
            "whole days. Baseline: what a batch and a tonne took, beside the days that the plant names as "
            "its baseline. Savings: what finished plans saved by the meters, with an 80 % band. "
            "Lines are there where machines have a production line, carbon where the plant "
            "says what a kWh emits; these, the teams' roster and the baseline are set on the Plant page. "
            "Energy comes from the meters' counters. A sum that rests on gaps says which share of the time "
            "was measured; nothing is added for what is missing."
        )

    @property
    def report(self) -> EnergyReport | None:
        """What is shown; None before the first has come."""
        return self._report

    @property
    def view(self) -> View | None:
        """The view that is in front."""
        report = self._report
        if report is None:
            return None
        name = self._view_name()
        if name in OF_ONE:
            return OF_ONE[name](self.context, report, self._chosen_subject())
        return OF_ALL[name](self.context, report)

    @property
    def headline(self) -> str:
        """The whole in one line."""
        return self._whole.text()

    @property
    def note(self) -> str:
        """What is said below the table."""
        return self._sentence

    def show_view(self, name: str) -> None:
        """Brings a view to the front, one of VIEWS."""
        self._tabs.setCurrentIndex(VIEWS.index(name))

    def show_world(self, world: World) -> None:
        """Reads the report anew now and then, while it is looked at."""
        self._world_shown = True
        if self.isVisible() and self.context.clock.monotonic_s() - self._asked_s >= RELOAD_EVERY_S:
            self._load()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._chart.show_theme(theme)

    def show_target(self, target: str) -> None:
        """A view, or a machine day by day."""
        if target in VIEWS:
            self.show_view(target)
            return
        place = self._subject.findData(target)
        if place >= 0:
            self._subject.setCurrentIndex(place)
            self.show_view("days")

    def places(self) -> list[Place]:
        """The views, and every machine's days."""
        title = self.tr("Energy of {machine}")
        machines = [
            Place(title.format(machine=machine.label), self.page_id, machine.id)
            for machine in self.context.plant.machines
        ]
        views = [
            Place(f"{self.title()}: {self._tabs.tabText(place)}", self.page_id, name)
            for place, name in enumerate(VIEWS)
            if self._tabs.isTabVisible(place)
        ]
        return views + machines

    def is_settled(self) -> bool:
        """Whether the report has arrived."""
        return self._report is not None and self._ticket is None

    def showEvent(self, event: QShowEvent) -> None:
        """Reads the report when the page is looked at."""
        super().showEvent(event)
        self._load()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._table.setAccessibleName(self.title())
        self._bar.retranslate()
        names = (
            self.tr("Machines"),
            self.tr("Lines"),
            self.tr("Products"),
            self.tr("Days"),
            self.tr("Tariff periods"),
            self.tr("Shifts"),
            self.tr("Teams"),
            self.tr("States"),
            self.tr("Year on year"),
            self.tr("Baseline"),
            self.tr("Savings"),
        )
        for place, name in enumerate(names):
            self._tabs.setTabText(place, name)
        self._tabs.setAccessibleName(self.tr("What is shown"))
        self.export.retranslate()
        self._subject.setAccessibleName(self.tr("Of what"))
        self._chart.setAccessibleName(self.tr("Columns of what is shown"))
        self._fill_subjects()
        self._show_report()

    def _load(self) -> None:
        if self._ticket is not None:
            self.context.reader.forget(self._ticket)
        context, past = self.context, self._past
        self._asked_s = context.clock.monotonic_s()
        days, now_ms = context.window.days(context.plant.zone), context.clock.now_ms()
        more = MORE.get(self._view_name(), More.NOTHING)

        def load(store: Store) -> EnergyReport:
            return load_energy(store, context.plant, days, now_ms, past, more)

        self._ticket = context.reader.submit(load, self._on_report, self._on_no_report)

    def _on_report(self, report: EnergyReport) -> None:
        self._ticket = None
        self._report = report
        self._show_report()

    def _on_no_report(self, sentence: str) -> None:
        self._ticket = None
        self._say(sentence)

    def _show_report(self) -> None:
        report, view = self._report, self.view
        self._subject.setVisible(self._view_name() in OF_ONE)
        if report is None or view is None:
            self._days.setText(self.tr("Reading …"))
            return
        zone = self.context.plant.zone
        self._tabs.setTabText(VIEWS.index("days"), self.tr("Months") if report.by_month else self.tr("Days"))
        first, last = (short_date(ms, zone) for ms in (report.days[0].from_ms, report.days[-1].from_ms))
        self._days.setText(first if first == last else f"{first} – {last}")
        self._whole.setText(headline(self.context, report))
        numbers = [place for place, digits in enumerate(view.digits) if digits is not None]
        self._table.set_headers(view.headers, numbers, stretch=0)
        self._table.set_rows(view.rows())
        self._show_note(report, view)

    def _show_note(self, report: EnergyReport, view: View) -> None:
        drawn = view.columns if any(any(column.parts) for column in view.columns) else ()
        self._say(note(self.context, report, view, self._view_name()), below=bool(drawn))
        self._chart.show_columns(view.names, view.tones, drawn, view.unit, self._sentence)

    def _say(self, sentence: str, *, below: bool = True) -> None:
        """Below the table, or where no columns stand in their place."""
        self._sentence = sentence
        self._note.setText(sentence if below else "")

    def _seen(self) -> tuple[str, View | None]:
        return self._view_name(), self.view

    def _view_name(self) -> str:
        return VIEWS[self._tabs.currentIndex()]

    def _lacks(self, view: str) -> bool:
        """Whether what a view needs was not read with the rest."""
        report, wanted = self._report, MORE.get(view, More.NOTHING)
        return report is not None and wanted not in report.more

    def _chosen_subject(self) -> str:
        report, chosen = self._report, str(self._subject.currentData() or "")
        return report.whole if report is not None and not chosen else chosen

    def _fill_subjects(self) -> None:
        chosen = self._subject.currentData()
        self._subject.blockSignals(True)
        self._subject.clear()
        self._subject.addItem(self.context.plant.shopfloor_label, "")
        for machine in self.context.plant.machines:
            self._subject.addItem(machine.label, machine.id)
        self._subject.setCurrentIndex(max(0, self._subject.findData(chosen)))
        self._subject.blockSignals(False)

    def _on_window_changed(self) -> None:
        if self.isVisible():
            self._load()

    def _on_view_chosen(self, _: int) -> None:
        if self._lacks(self._view_name()):
            self._load()
        self._show_report()

    def _on_step(self, direction: int) -> None:
        self.context.window.step_days(direction, self.context.plant.zone)

    def _connect(self) -> None:
        self.context.window.changed.connect(self._on_window_changed)
        self._bar.step_wanted.connect(self._on_step)
        self._tabs.currentChanged.connect(self._on_view_chosen)
        self._subject.currentIndexChanged.connect(self._on_view_chosen)

    def _arrange(self) -> None:
        for _ in VIEWS:
            self._tabs.addTab("")
        has_lines = any(machine.production_line for machine in self.context.plant.machines)
        self._tabs.setTabVisible(VIEWS.index("lines"), has_lines)
        self._tabs.setExpanding(False)
        self._days.setObjectName("heading")
        self._whole.setObjectName("strong")
        self._note.setObjectName("muted")
        self._note.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        first, second = self._first_row(), self._second_row()
        first.may_fold(second, self._subject, self.export)  # beside the time: tabs need the whole width
        rows.addLayout(first)
        rows.addLayout(second)
        panel = QFrame()
        panel.setObjectName("panel")
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(8, 6, 8, 6)
        inside.addWidget(self._chart)
        rows.addWidget(panel, 5)
        rows.addWidget(self._table, 4)
        rows.addWidget(self._note)

    def _first_row(self) -> FoldingRow:
        row = FoldingRow(FOLD_BELOW_PX)
        row.first.setSpacing(16)
        row.first.addWidget(self._days)
        row.first.addWidget(self._whole, 1, Qt.AlignmentFlag.AlignCenter)
        row.first.addWidget(self._bar)
        row.may_fold(row.first, self._bar)
        return row

    def _second_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._tabs, 1)
        row.addWidget(self._subject)
        row.addWidget(self.export)
        return row
