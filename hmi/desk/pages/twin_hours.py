"""How long a machine was in each state, how often it started and stopped: by day, shift or tariff band."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from PySide6.QtCore import QT_TRANSLATE_NOOP, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import number
from hmi.desk.pages.twin_tab import TwinTab
from hmi.machine_spans import machine_spans
from hmi.plant import Plant
from hmi.store.database import Store
from hmi.store.records import MachineState
from solver.durations import HOUR_MS, MINUTE_MS
from solver.states import MachineState as SolverState
from solver.states import merged_spans
from solver.tariff import Tariff, price_grid
from solver.twin.batches import Bands
from solver.twin.state_sums import DAY_ONLY, StateSum, band_periods, local_periods, state_sums
from widgets.rows_table import RowsTable

DAYS = 14
BY = ("day", "shift", "band")
BY_TEXTS = (
    QT_TRANSLATE_NOOP("texts", "by day"),
    QT_TRANSLATE_NOOP("texts", "by shift"),
    QT_TRANSLATE_NOOP("texts", "by tariff period"),
)
STATES = (
    SolverState.RUNNING,
    SolverState.IDLING,
    SolverState.STANDBY,
    SolverState.SHUTDOWN,
    SolverState.NO_DATA,
)


@dataclass(frozen=True, slots=True)
class Hours:
    """The sums in the three ways in which they can be looked at."""

    sums: dict[str, list[StateSum]]


def load_hours(store: Store, plant: Plant, tariff: Tariff, machine: str, now_ms: int) -> Hours:
    """Of the last fourteen local days, today's part included."""
    zone = plant.zone
    today = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date()
    first = datetime.combine(today - timedelta(days=DAYS - 1), time(0), zone)
    from_ms = round(first.timestamp() * 1000)
    spans = merged_spans(machine_spans(store, machine, from_ms, now_ms), now_ms)
    shifts = [time.fromisoformat(start) for start in plant.shifts]
    minutes = (now_ms - from_ms) // MINUTE_MS
    grid = price_grid(tariff, from_ms, minutes, zone)
    periods = {
        "day": local_periods(from_ms, now_ms, zone, DAY_ONLY)[::-1],
        "shift": local_periods(from_ms, now_ms, zone, shifts)[::-1],
        "band": band_periods(Bands(from_ms, grid.band, grid.band_names)),
    }
    return Hours({by: state_sums(spans, found, now_ms) for by, found in periods.items()})


class HoursTab(TwinTab):
    """A table of hours, starts and stops."""

    def __init__(self, context: DeskContext, machine: str) -> None:
        super().__init__(context, machine, self._read, self._take)
        self._hours: Hours | None = None
        self._by, self._title = QComboBox(), QLabel()
        self._by.setObjectName("hours_by")
        self._title.setObjectName("strong")
        self._table = RowsTable("twin_hours")
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._by)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self._table, 1)
        self._by.currentIndexChanged.connect(self._on_by)

    def _read(self, store: Store, machine: str, now_ms: int) -> Hours:
        """The sums of a machine."""
        return load_hours(store, self.context.plant, self.context.tariff, machine, now_ms)

    def _take(self, found: Hours) -> None:
        """Shows them."""
        self._hours = found
        self._show()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        chosen = max(0, self._by.currentIndex())
        self._by.blockSignals(True)
        self._by.clear()
        for key, text in zip(BY, BY_TEXTS, strict=True):
            self._by.addItem(texts.translated(text), key)
        self._by.setCurrentIndex(chosen)
        self._by.blockSignals(False)
        self._by.setAccessibleName(self.tr("What the hours are summed by"))
        states = [texts.machine_state(MachineState(state.value)) for state in STATES]
        headers = [
            self.tr("Period"),
            *(self.tr("{state}, h").format(state=state) for state in states),
            self.tr("Runs begun"),
            self.tr("Runs ended"),
            self.tr("Idle stretches"),
        ]
        self._table.set_headers(headers, numbers=range(1, 9), stretch=0)
        self._show()

    @Slot(int)
    def _on_by(self, _index: int) -> None:
        self._show()

    def _show(self) -> None:
        title = self.tr("{machine}: hours in each state, runs and idle stretches of the last {days} days")
        self._title.setText(title.format(machine=self.context.label(self.machine), days=DAYS))
        if self._hours is not None:
            by = str(self._by.currentData())
            self._table.set_rows(_rows(self._hours.sums[by], bands=by == "band"))


def _rows(sums: list[StateSum], *, bands: bool) -> list[tuple[str, ...]]:
    """One row a period; starts and stops are those of running, idle stretches the entries into idling."""
    found: dict[str, dict[SolverState, StateSum]] = {}
    for each in sums:
        found.setdefault(each.period, {})[each.state] = each
    rows = []
    for period, by_state in found.items():
        hours = [by_state[state].duration_ms / HOUR_MS if state in by_state else 0.0 for state in STATES]
        running, idling = by_state.get(SolverState.RUNNING), by_state.get(SolverState.IDLING)
        rows.append(
            (
                texts.band(period) if bands else period,
                *(number(value, 1) for value in hours),
                str(0 if running is None else running.starts),
                str(0 if running is None else running.stops),
                str(0 if idling is None else idling.starts),
            )
        )
    return rows
