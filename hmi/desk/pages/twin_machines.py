"""What the twin believes of each machine, and how well it foretold."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout

from devices.profile import Quantity
from hmi.desk.bands import band_spans
from hmi.desk.context import DeskContext
from hmi.desk.pages.twin_error import SHOWN_MS, DayScore, ErrorPicture, day_scores
from hmi.desk.pages.twin_tab import TwinTab
from hmi.desk.snapshot_model import World
from hmi.desk.twin_texts import machine_row
from hmi.store.database import Store
from hmi.store.forecast_scores import forecast_scores
from hmi.store.readings import series_thinned
from hmi.store.records import Forecast, ForecastScore
from hmi.store.status import forecast_at, newest_forecast
from hmi.store.thinning import Series
from solver.durations import DAY_MS
from solver.forecast import end_of_tomorrow_ms
from widgets.legend import Legend, LineKind
from widgets.rows_table import RowsTable
from widgets.theme import Theme
from widgets.time_plot import TimePlot

SCORED_MS = 7 * DAY_MS
MOST_POINTS = 1500


@dataclass(frozen=True, slots=True)
class TwinFacts:
    """What is shown: of the chosen subject what was said a day ago, what is said now, what came.

    `scores` are those of all subjects in the last week, `days` the chosen subject's of half a year.
    """

    t_ms: int
    subject: str
    said: Forecast | None
    says: Forecast | None
    measured: Series | None
    scores: tuple[ForecastScore, ...]
    days: tuple[DayScore, ...]


def load_facts(store: Store, context: DeskContext, subject: str, t_ms: int) -> TwinFacts:
    """Reads all of it."""
    meter = context.plant.meter_of(subject)
    point = None if meter is None else f"{meter.id}.{Quantity.POWER}"
    subjects = (context.plant.shopfloor, *(each.id for each in context.plant.machines))
    scores = tuple(each for name in subjects for each in forecast_scores(store, name, t_ms - SCORED_MS))
    return TwinFacts(
        t_ms,
        subject,
        forecast_at(store, subject, t_ms - DAY_MS) or _first_said(store, subject, t_ms),
        newest_forecast(store, subject),
        None if point is None else series_thinned(store, point, t_ms - DAY_MS, t_ms, MOST_POINTS),
        scores,
        tuple(day_scores(forecast_scores(store, subject, t_ms - SHOWN_MS), context.plant.zone)),
    )


def _first_said(store: Store, subject: str, t_ms: int) -> Forecast | None:
    """What was said six hours ago, where the station is younger than a day."""
    return forecast_at(store, subject, t_ms - DAY_MS // 4)


class MachinesTab(TwinTab):
    """Machines and their forecasts above, what was said and what came below."""

    chosen = Signal(str)

    def __init__(self, context: DeskContext, error: ErrorPicture) -> None:
        super().__init__(context, context.plant.shopfloor, self._read, self._take)
        self._world: World | None = None
        self._facts: TwinFacts | None = None
        self._models_title, self._picture_title = QLabel(), QLabel()
        self._models = RowsTable("twin_models", touch=True)
        self._plot, self._legend = TimePlot(context.plant.zone, "kW", from_zero=True), Legend()
        self._error, self._picture = error, QStackedWidget()
        self._which = QComboBox()
        self._which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)  # of each language
        self._which.setObjectName("twin_picture")
        self._picture.addWidget(self._plot)
        self._picture.addWidget(self._error)
        self._models.row_chosen.connect(self._on_subject)
        self._which.currentIndexChanged.connect(self._on_picture)
        self._build()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self._models_title)
        layout.addWidget(self._models, 4)
        head = QHBoxLayout()
        head.addWidget(self._picture_title, 1)
        head.addWidget(self._which)
        layout.addLayout(head)
        layout.addWidget(self._picture, 5)
        layout.addWidget(self._legend)
        for title in (self._models_title, self._picture_title):
            title.setObjectName("strong")

    @property
    def facts(self) -> TwinFacts | None:
        """What is shown; None before the first has come."""
        return self._facts

    def _read(self, store: Store, machine: str, now_ms: int) -> TwinFacts:
        """What is shown of a machine or the whole shop-floor."""
        return load_facts(store, self.context, machine, now_ms)

    def _take(self, found: TwinFacts) -> None:
        """Shows it."""
        self._facts = found
        self._show_models()
        self._show_facts()

    def show_world(self, world: World) -> None:
        """The machines as they are now."""
        self._world = world
        self._show_models()
        super().show_world(world)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._plot.show_theme(theme)
        self._error.show_theme(theme)
        self._legend.show_theme(theme)

    def choose(self, machine: str) -> None:
        """Chooses a machine."""
        self._models.choose(machine)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._models_title.setText(self.tr("What it believes, and how well it foretold"))
        headers = [
            self.tr("Machine"),
            self.tr("State"),
            self.tr("Used"),
            self.tr("Still takes (80 %)"),
            self.tr("Mean error"),
            self.tr("of the load"),
            self.tr("Within the band"),
        ]
        self._models.set_headers(headers, numbers=range(2, 7), stretch=0)
        chosen = max(0, self._which.currentIndex())
        self._which.blockSignals(True)
        self._which.clear()
        self._which.addItems([self.tr("the last day"), self.tr("half a year")])
        self._which.setCurrentIndex(chosen)
        self._which.blockSignals(False)
        self._which.setAccessibleName(self.tr("How far the picture looks back"))
        self._plot.setAccessibleName(self.tr("What was said of the load, and what was measured"))
        self._error.error.setAccessibleName(self.tr("Mean error of each day"))
        self._error.covered.setAccessibleName(self.tr("Share of each day within the band"))
        self._show_legend()
        self._show_models()
        self._show_facts()

    def _show_legend(self) -> None:
        if self._picture.currentIndex() == 1:
            text = self.tr("mean error of a day above; below, how much of it lay within the 80 % band")
            self._legend.show_entries([(LineKind.MEASURED, text)])
            return
        self._legend.show_entries(
            [
                (LineKind.MEASURED, self.tr("measured")),
                (LineKind.PREDICTED, self.tr("said a day ago and now, with its 80 % band")),
            ]
        )

    @Slot(int)
    def _on_picture(self, index: int) -> None:
        self._picture.setCurrentIndex(index)
        self._show_legend()
        self._show_facts()

    @Slot(str)
    def _on_subject(self, subject: str) -> None:
        if subject and subject != self.machine:
            self.show_machine(subject)
            self.chosen.emit(subject)

    def _show_models(self) -> None:
        world = self._world
        if world is None:
            return
        scores = () if self._facts is None else self._facts.scores
        subjects = [self.context.plant.shopfloor, *(each.id for each in self.context.plant.machines)]
        rows = [
            machine_row(
                self.context,
                subject,
                world.machines.get(subject),
                [each for each in scores if each.subject == subject],
            )
            for subject in subjects
        ]
        self._models.set_rows(rows, subjects)

    def _show_facts(self) -> None:
        facts = self._facts
        if facts is None:
            return
        if self._picture.currentIndex() == 1:
            title = self.tr("{subject}: how far off each day's forecasts were")
            self._error.show_days(facts.days, facts.t_ms)
        else:
            title = self.tr("{subject}: what was said, and what came")
            self._show_said(facts)
        self._picture_title.setText(title.format(subject=self.context.label(facts.subject)))

    def _show_said(self, facts: TwinFacts) -> None:
        if facts.measured is not None:
            self._plot.show_measured("measured", facts.measured.t_ms, facts.measured.value)
        self._plot.show_predicted(*_joined(facts))
        to_ms = end_of_tomorrow_ms(facts.t_ms, self.context.plant.zone)
        self._plot.show_now(facts.t_ms)
        self._plot.show_range(facts.t_ms - DAY_MS, to_ms)
        self._plot.show_bands(band_spans(self.context, facts.t_ms - DAY_MS, to_ms))


def _joined(facts: TwinFacts) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What was said then, then what is said now: times int64[n], middle, low, high kW."""
    times: list[np.ndarray] = [np.zeros(0, dtype=np.int64)]
    curves: list[np.ndarray] = [np.zeros((3, 0))]
    then_ms = facts.t_ms if facts.says is None else min(facts.t_ms, facts.says.start_ms)
    for said, until_ms in ((facts.said, then_ms), (facts.says, _end_ms(facts))):
        if said is None:
            continue
        at_ms = said.start_ms + said.interval_ms * np.arange(len(said.power_kw), dtype=np.int64)
        at_ms = at_ms + said.interval_ms // 2
        kept = at_ms < until_ms
        kept_curves = np.array([said.power_kw, said.low_kw, said.high_kw])[:, kept]
        times += [at_ms[kept], np.array([until_ms], dtype=np.int64)]
        curves += [kept_curves, np.full((3, 1), math.nan)]
    middle, low, high = np.concatenate(curves, axis=1)
    return np.concatenate(times), middle, low, high


def _end_ms(facts: TwinFacts) -> int:
    """A moment after all that is said now."""
    says = facts.says
    return facts.t_ms if says is None else says.start_ms + says.interval_ms * (len(says.power_kw) + 1)
