"""The Twin page: what it believes of each machine, how well it foretold, and what it found."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout

from devices.profile import Quantity
from hmi.desk import texts
from hmi.desk.bands import band_spans
from hmi.desk.context import DeskContext
from hmi.desk.page import Page, Place
from hmi.desk.snapshot_model import World
from hmi.desk.twin_texts import finding_row, machine_row
from hmi.store.database import Store
from hmi.store.findings import findings, forecast_scores
from hmi.store.readings import series_thinned
from hmi.store.records import Forecast, ForecastScore
from hmi.store.status import forecast_at, newest_forecast
from hmi.store.thinning import Series
from solver.forecast import end_of_tomorrow_ms
from solver.twin.findings import Finding
from widgets.legend import Legend, LineKind
from widgets.rows_table import RowsTable
from widgets.theme import Theme
from widgets.time_plot import TimePlot

DAY_MS = 86_400_000
RELOAD_EVERY_S = 10.0
SCORED_MS = 7 * DAY_MS
MOST_POINTS = 1500


@dataclass(frozen=True, slots=True)
class TwinFacts:
    """What the page shows: of the chosen subject what was said a day ago, what is said now, what came."""

    t_ms: int
    subject: str
    said: Forecast | None
    says: Forecast | None
    measured: Series | None
    found: tuple[Finding, ...]
    scores: tuple[ForecastScore, ...]


def load_facts(store: Store, context: DeskContext, subject: str, t_ms: int) -> TwinFacts:
    """Reads all of it."""
    meter = context.plant.meter_of(subject)
    point = None if meter is None else f"{meter.id}.{Quantity.POWER}"
    scores = tuple(each for each in forecast_scores(store) if each.from_ms >= t_ms - SCORED_MS)
    return TwinFacts(
        t_ms,
        subject,
        forecast_at(store, subject, t_ms - DAY_MS) or _first_said(store, subject, t_ms),
        newest_forecast(store, subject),
        None if point is None else series_thinned(store, point, t_ms - DAY_MS, t_ms, MOST_POINTS),
        tuple(findings(store)),
        scores,
    )


def _first_said(store: Store, subject: str, t_ms: int) -> Forecast | None:
    """What was said six hours ago, where the station is younger than a day."""
    return forecast_at(store, subject, t_ms - DAY_MS // 4)


class TwinPage(Page):
    """Machines and their forecasts above, what was said and what came below, findings last."""

    page_id = "twin"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._world: World | None = None
        self._facts: TwinFacts | None = None
        self._loading = False
        self._asked_s = -math.inf
        self._subject = context.plant.shopfloor
        self._models_title, self._found_title, self._picture_title = QLabel(), QLabel(), QLabel()
        self._none_found = QLabel()
        self._none_found.setWordWrap(True)
        self._models, self._found = RowsTable("twin_models"), RowsTable("twin_findings")
        self._plot, self._legend = TimePlot(context.plant.zone, "kW", from_zero=True), Legend()
        self._models.row_chosen.connect(self._on_subject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._models_title)
        layout.addWidget(self._models, 3)
        layout.addWidget(self._picture_title)
        layout.addWidget(self._plot, 4)
        layout.addWidget(self._legend)
        layout.addWidget(self._found_title)
        layout.addWidget(self._none_found)
        layout.addWidget(self._found, 2)
        for title in (self._models_title, self._found_title, self._picture_title):
            title.setObjectName("strong")
        self.retranslate()

    @property
    def facts(self) -> TwinFacts | None:
        """What is shown; None before the first has come."""
        return self._facts

    def title(self) -> str:
        """The page's name."""
        return texts.page(self.page_id)

    def help_text(self) -> str:
        """What the page is for."""
        return self.tr(
            "What the twin believes of each machine and how well it foretold. Error and coverage are of the "
            "forecasts of the last seven days, each judged against what the meter read in the six hours "
            "after it; about eighty of a hundred moments should lie in the band. Choose a row to see what "
            "was said a day ago beside what came. A finding is said once, with the batches that show it, "
            "and stands until somebody looks into it."
        )

    def show_world(self, world: World) -> None:
        """Reads anew now and then, while it is looked at."""
        self._world = world
        self._show_models()
        if self.isVisible() and self.context.clock.monotonic_s() - self._asked_s >= RELOAD_EVERY_S:
            self._load()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._plot.show_theme(theme)
        self._legend.show_theme(theme)

    def show_target(self, target: str) -> None:
        """Chooses a machine."""
        self._models.choose(target)

    def places(self) -> list[Place]:
        """The machines' models."""
        title = self.tr("Twin of {machine}")
        return [
            Place(title.format(machine=machine.label), self.page_id, machine.id)
            for machine in self.context.plant.machines
        ]

    def is_settled(self) -> bool:
        """Whether what is shown is of the chosen subject."""
        facts = self._facts
        return facts is not None and facts.subject == self._subject and not self._loading

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._models_title.setText(self.tr("What it believes, and how well it foretold"))
        self._found_title.setText(self.tr("Findings"))
        self._none_found.setText(self.tr("Nothing was found: each machine's batches are as they were."))
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
        found = [
            self.tr("Machine"),
            self.tr("Finding"),
            self.tr("By"),
            self.tr("Since"),
            self.tr("Evidence"),
        ]
        self._found.set_headers(found, numbers=(2,), stretch=4)
        self._legend.show_entries(
            [
                (LineKind.MEASURED, self.tr("measured")),
                (LineKind.PREDICTED, self.tr("said a day ago and now, with its 80 % band")),
            ]
        )
        self._plot.setAccessibleName(self.tr("What was said of the load, and what was measured"))
        self._show_models()
        self._show_facts()

    @Slot(str)
    def _on_subject(self, subject: str) -> None:
        if subject and subject != self._subject:
            self._subject = subject
            self._load()

    def _load(self) -> None:
        self._asked_s = self.context.clock.monotonic_s()
        self._loading = True
        context, subject, t_ms = self.context, self._subject, self.context.clock.now_ms()

        def work(store: Store) -> TwinFacts:
            return load_facts(store, context, subject, t_ms)

        context.reader.submit(work, self._on_loaded, self._on_trouble)

    def _on_loaded(self, facts: TwinFacts) -> None:
        self._loading = False
        self._facts = facts
        self._show_models()
        self._show_facts()

    def _on_trouble(self, sentence: str) -> None:
        self._loading = False
        self.context.messages.warn(sentence)

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
        title = self.tr("{subject}: what was said, and what came")
        self._picture_title.setText(title.format(subject=self.context.label(facts.subject)))
        rows = [finding_row(self.context, each) for each in facts.found]
        self._found.set_rows(rows)
        self._found.setVisible(bool(rows))
        self._none_found.setVisible(not rows)
        if facts.measured is not None:
            self._plot.show_measured("measured", facts.measured.t_ms, facts.measured.value)
        self._plot.show_predicted(*_joined(facts))
        to_ms = end_of_tomorrow_ms(facts.t_ms, self.context.plant.zone)
        self._plot.show_now(facts.t_ms)
        self._plot.show_range(facts.t_ms - DAY_MS, to_ms)
        self._plot.show_bands(band_spans(self.context, facts.t_ms - DAY_MS, to_ms))


def _joined(facts: TwinFacts) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """What was said then, up to now, a break, and what is said now: times int64[n], middle, low, high kW."""
    times: list[np.ndarray] = [np.zeros(0, dtype=np.int64)]
    curves: list[np.ndarray] = [np.zeros((3, 0))]
    for said, until_ms in ((facts.said, facts.t_ms), (facts.says, _end_ms(facts))):
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
