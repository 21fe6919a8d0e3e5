"""A copy of the plant that runs beside reality with one thing changed, and what that would make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from hmi.demand import grid_with_own_charge
from hmi.desk import texts
from hmi.desk.access import allow
from hmi.desk.bands import band_spans
from hmi.desk.context import DeskContext
from hmi.desk.numbers import number
from hmi.desk.pages.twin_tab import TwinTab
from hmi.store.database import Store
from hmi.twin_copy import machine_runs, reality_kw
from solver.durations import MINUTE_MS
from solver.forecast import end_of_tomorrow_ms
from solver.twin.what_if import Comparison, Figures, MachineRuns, as_good_as, compared, started_at
from widgets.legend import Legend, LineKind
from widgets.rows_table import RowsTable
from widgets.theme import TOUCH_PX, Theme
from widgets.time_plot import TimePlot

START, AS_GOOD = "start", "as_good"


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that runs: since when, and the machine that is changed in it."""

    since_ms: int
    title: str
    changed: MachineRuns


class WhatIfTab(TwinTab):
    """What is asked above, then the load of both, then what they come to."""

    def __init__(self, context: DeskContext, machine: str) -> None:
        super().__init__(context, machine, self._read, self._take)
        self._copy: Copy | None = None
        self._found: Comparison | None = None
        self._kind, self._other, self._time = QComboBox(), QComboBox(), QLineEdit("22:00")
        self._run, self._end = QPushButton(), QPushButton()
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        for view, name in (
            (self._kind, "what_if_kind"),
            (self._other, "what_if_other"),
            (self._time, "what_if_time"),
            (self._run, "what_if_run"),
            (self._end, "what_if_end"),
            (self._sentence, "what_if_sentence"),
        ):
            view.setObjectName(name)
            view.setMinimumHeight(TOUCH_PX)
        self._plot, self._legend = TimePlot(context.plant.zone, "kW", from_zero=True), Legend()
        self._table = RowsTable("twin_what_if")
        self._kind.currentIndexChanged.connect(self._on_kind)
        self._run.clicked.connect(self._on_run)
        self._end.clicked.connect(self._on_end)
        top = QHBoxLayout()
        for view in (self._kind, self._time, self._other, self._run, self._end):
            top.addWidget(view)
        top.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self._sentence)
        layout.addWidget(self._plot, 3)
        layout.addWidget(self._legend)
        layout.addWidget(self._table, 2)

    def _read(self, store: Store, machine: str, now_ms: int) -> Comparison | None:
        """The comparison, as far as reality has come."""
        copy = self._copy
        return None if copy is None else load_comparison(store, self.context, copy, now_ms)

    def _take(self, found: Comparison | None) -> None:
        """Shows it."""
        self._found = found
        self._show()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        chosen = max(0, self._kind.currentIndex())
        self._kind.blockSignals(True)
        self._kind.clear()
        self._kind.addItem(self.tr("Start this machine's next batch at"), START)
        self._kind.addItem(self.tr("This machine as good as"), AS_GOOD)
        self._kind.setCurrentIndex(chosen)
        self._kind.blockSignals(False)
        self._kind.setAccessibleName(self.tr("What is changed in the copy"))
        self._time.setAccessibleName(self.tr("When, hour:minute"))
        self._time.setToolTip(self.tr("The next time that the clock of the plant says so, like 22:00."))
        self._other.setAccessibleName(self.tr("The machine to be as good as"))
        self._run.setText(self.tr("&Run it beside reality"))
        self._end.setText(self.tr("End it"))
        currency = self.context.currency
        self._labels = (
            self.tr("Energy, kWh"),
            self.tr("Energy cost, {currency}").format(currency=currency),
            self.tr("Highest mean of a quarter of an hour, kW"),
            self.tr("Demand charges, {currency}").format(currency=currency),
            self.tr("The machine's last batch ends"),
        )
        headers = ["", self.tr("Reality"), self.tr("What if"), self.tr("Difference")]
        self._table.set_headers(headers, numbers={1, 2, 3}, stretch=0)
        self._legend.show_entries(
            [
                (LineKind.PREDICTED, self.tr("reality: measured so far, then expected")),
                (LineKind.PLANNED, self.tr("the copy")),
            ]
        )
        self._plot.setAccessibleName(self.tr("The load in reality and in the copy"))
        self._fill_others()
        self._on_kind()
        self._show()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._plot.show_theme(theme)
        self._legend.show_theme(theme)

    def show_machine(self, machine: str) -> None:
        """The next copy is about another machine; the one that runs stays."""
        super().show_machine(machine)
        self._fill_others()

    def _fill_others(self) -> None:
        chosen = self._other.currentData()
        self._other.clear()
        for machine in self.context.plant.machines:
            if machine.id != self.machine:
                self._other.addItem(machine.label, machine.id)
        self._other.setCurrentIndex(max(0, self._other.findData(chosen)))

    @Slot()
    def _on_kind(self) -> None:
        starts = self._kind.currentData() == START
        self._time.setVisible(starts)
        self._other.setVisible(not starts)

    @Slot()
    def _on_run(self) -> None:
        now_ms = self.context.clock.now_ms() // MINUTE_MS * MINUTE_MS
        label, plant = self.context.label(self.machine), self.context.plant
        machine = self.machine
        change: Callable[[dict[str, MachineRuns]], MachineRuns]
        if self._kind.currentData() == START:
            at_ms = next_time_ms(self._time.text(), now_ms, self.context)
            if at_ms is None:
                text = self.tr("The time must be like 22:00, not “{text}”.")
                self._sentence.setText(text.format(text=self._time.text()))
                return
            title = self.tr("{machine} starts at {time}").format(machine=label, time="{time}")

            def start(runs: dict[str, MachineRuns]) -> MachineRuns:
                return started_at(runs[machine], at_ms)

            change = start
        else:
            other = str(self._other.currentData())
            title = self.tr("{machine} is as good as {other}").format(
                machine=label, other=self.context.label(other)
            )

            def as_good(runs: dict[str, MachineRuns]) -> MachineRuns:
                return as_good_as(runs[machine], runs[other])

            change = as_good

        def begin(store: Store) -> Copy:
            changed = change(machine_runs(store, plant, now_ms))
            starts_ms = next((run.spans_ms[0][0] for run in changed.runs if not run.begun), now_ms)
            time = texts.date_and_time(starts_ms, plant.zone)  # later than asked while a batch is under way
            return Copy(now_ms, title.format(time=time), changed)

        self.context.reader.submit(begin, self._on_begun, self.context.messages.warn)

    def _on_begun(self, copy: Copy) -> None:
        self._copy = copy
        self.load()

    @Slot()
    def _on_end(self) -> None:
        self._copy, self._found = None, None
        self._show()

    def _show(self) -> None:
        copy, found = self._copy, self._found
        allow(self._end, copy is not None, self.tr("Ends the copy that runs, where one does."))
        shown = copy is not None and found is not None
        for view in (self._plot, self._legend, self._table):
            view.setVisible(shown)
        if copy is None or found is None:
            text = self.tr(
                "A copy of the plant in which one thing is different runs on beside reality: it changes "
                "nothing in the plant. All other machines do in it what they really do."
            )
            self._sentence.setText(text)
            return
        since = texts.day_and_time(copy.since_ms, self.context.plant.zone)
        text = self.tr("{title}; beside reality since {since}, to the end of tomorrow.")
        self._sentence.setText(text.format(title=copy.title, since=since))
        self._table.set_rows(self._rows(found.reality, found.copy))
        edges_ms = found.start_ms + MINUTE_MS * np.arange(len(found.copy_kw) + 1, dtype=np.int64)
        middles = edges_ms[:-1] + MINUTE_MS // 2
        self._plot.show_predicted(middles, found.reality_kw, found.reality_kw, found.reality_kw)
        self._plot.show_planned(edges_ms, found.copy_kw)
        from_ms, to_ms = int(edges_ms[0]), int(edges_ms[-1])
        self._plot.show_now(self.context.clock.now_ms())
        self._plot.show_range(from_ms, to_ms)
        self._plot.show_bands(band_spans(self.context, from_ms, to_ms))

    def _rows(self, reality: Figures, copy: Figures) -> list[tuple[str, ...]]:
        values = (
            (reality.energy_kwh, copy.energy_kwh, 0),
            (reality.energy_cost, copy.energy_cost, 2),
            (reality.peak_kw, copy.peak_kw, 1),
            (reality.demand_cost, copy.demand_cost, 2),
        )
        rows = [
            (label, number(real, digits), number(other, digits), _signed(other - real, digits))
            for label, (real, other, digits) in zip(self._labels, values, strict=False)
            if label != self._labels[3] or real or other
        ]
        return [*rows, self._ends(reality.end_ms, copy.end_ms)]

    def _ends(self, real_ms: int | None, copy_ms: int | None) -> tuple[str, ...]:
        zone = self.context.plant.zone
        shown = ("–" if end is None else texts.date_and_time(end, zone) for end in (real_ms, copy_ms))
        apart = "–"
        if real_ms is not None and copy_ms is not None:
            minutes = (copy_ms - real_ms) / MINUTE_MS
            apart = ("−" if minutes < 0 else "+") + texts.hours_minutes(abs(minutes))
        return (self._labels[4], *shown, apart)


def load_comparison(store: Store, context: DeskContext, copy: Copy, now_ms: int) -> Comparison:
    """Reality from the copy's beginning to the end of tomorrow, and the copy."""
    runs = machine_runs(store, context.plant, now_ms)
    minutes = (end_of_tomorrow_ms(now_ms, context.plant.zone) - copy.since_ms) // MINUTE_MS
    prices = grid_with_own_charge(store, context.plant, context.tariff, copy.since_ms, minutes)
    parts = reality_kw(store, context.plant, runs, copy.since_ms, now_ms, minutes)
    return compared(parts, runs[copy.changed.machine], copy.changed, prices)


def next_time_ms(text: str, now_ms: int, context: DeskContext) -> int | None:
    """When the plant's clock next says so (hour:minute); None where that is no time."""
    try:
        wanted = datetime.strptime(text.strip(), "%H:%M").time()
    except ValueError:
        return None
    zone = context.plant.zone
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    times = (datetime.combine(today + timedelta(days=day), wanted, zone) for day in range(3))
    return next(ms for each in times if (ms := round(each.timestamp() * 1000)) > now_ms)


def _signed(value: float, digits: int) -> str:
    return ("−" if value < 0 else "+") + number(abs(value), digits)
