"""The Overview: every machine at a glance, today's energy and money, the load behind and ahead."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from hmi.desk import texts
from hmi.desk.bands import band_spans
from hmi.desk.context import DeskContext
from hmi.desk.history import History, load_history, local_midnight_ms
from hmi.desk.numbers import FULL_COVERAGE, Local
from hmi.desk.page import Page, Place
from hmi.desk.pages.machine_view import MachineView
from hmi.desk.pages.overview_facts import card_facts, machine_power
from hmi.desk.plan_load import PlannedLoad, planned_load
from hmi.desk.recent_trend import RecentTrend
from hmi.desk.snapshot_model import World
from hmi.plant import MachineSpec
from hmi.store.database import Store
from hmi.store.records import Forecast
from solver.durations import DAY_MS
from widgets.folding_row import FoldingRow
from widgets.legend import Legend, LineKind
from widgets.machine_card import HEIGHT_PX as CARD_HEIGHT_PX
from widgets.machine_card import MachineCard
from widgets.quality_mark import Mark
from widgets.theme import Theme
from widgets.time_plot import TimePlot

CARD_PX = 180
GAP_PX = 8
SUMMARY_PX = 60
FOLD_BELOW_PX = 1100
HISTORY_EVERY_S = 2.0
LEAST_PLOT_PX = 150


class OverviewPage(Page):
    """Level 1 of the displays: what the plant does now and what comes."""

    page_id = "overview"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._world: World | None = None
        self._history: History | None = None
        self._plan: PlannedLoad | None = None
        self._forecast_made_ms = -1
        self._loading = False
        self._asked_s = -math.inf
        self._bands_key: tuple[int, int] | None = None
        self._heading, self._today, self._plan_text = QLabel(), QLabel(), QLabel()
        self._cards = {machine.id: MachineCard(machine.id) for machine in context.plant.machines}
        self._trends = {machine: RecentTrend() for machine in self._cards}
        self._grid, self._columns = QGridLayout(), 0
        self._plot, self._legend = TimePlot(context.plant.zone, "kW", from_zero=True), Legend()
        self._empty = QLabel()
        self._levels, self._machine = QStackedWidget(), MachineView(context)
        self._arrange()
        self.retranslate()

    def help_text(self) -> str:
        """What the page is for."""
        return self.tr(
            "What the plant does now. Each card is a machine: its power with its quality, the bar against "
            "the normal range (outlined), its last 24 hours, its batch and what comes next. Running is grey; "
            "colour means that somebody should look. Below, the load of the last 24 hours and what is "
            "expected until the end of tomorrow. Click a card for the machine with all its points, then a "
            "point for its trend; Escape goes back."
        )

    @property
    def cards(self) -> dict[str, MachineCard]:
        """The machines' cards."""
        return self._cards

    @property
    def machine(self) -> MachineView:
        """Level 3: the machine that was chosen."""
        return self._machine

    def show_plant(self) -> None:
        """Goes back to all machines."""
        self._levels.setCurrentIndex(0)

    def show_world(self, world: World) -> None:
        """Shows the plant as it is now."""
        self._world = world
        self._take_plan(world)
        self._machine.show_world(world, self._plan)
        for machine in self.context.plant.machines:
            moved_kw = self._moved_kw(world, machine)
            self._cards[machine.id].show_facts(card_facts(self.context, world, machine, self._plan, moved_kw))
        self._show_forecast(world.forecast)
        self._show_window(world.t_ms)
        self._show_empty()
        self._ask_history()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        for card in self._cards.values():
            card.show_theme(theme)
        self._plot.show_theme(theme)
        self._machine.show_theme(theme)
        self._legend.show_theme(theme)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._heading.setText(self.context.plant.shopfloor_label)
        self._machine.retranslate()
        self._legend.show_entries(
            [
                (LineKind.MEASURED, self.tr("measured")),
                (LineKind.PREDICTED, self.tr("expected, with its 80 % band")),
                (LineKind.PLANNED, self.tr("planned: the plan's batches")),
            ]
        )
        self._plot.setAccessibleName(
            self.tr("Load of the shop-floor, 24 hours back and until the end of tomorrow")
        )
        self._bands_key = None
        if self._world is not None:
            self.show_world(self._world)
        if self._history is not None:
            self._show_history(self._history)

    def show_target(self, target: str) -> None:
        """Shows a machine with all its points; the shop-floor's id shows all machines."""
        if target in self._cards:
            self._machine.show_machine(target)
            self._levels.setCurrentWidget(self._machine)
            self._machine.points.setFocus()
        elif target == self.context.plant.shopfloor:
            self.show_plant()

    def places(self) -> list[Place]:
        """The shop-floor and the machines."""
        plant = self.context.plant
        floor = Place(plant.shopfloor_label, self.page_id, plant.shopfloor)
        return [floor] + [
            Place(machine.label, self.page_id, machine.id) for machine in self.context.plant.machines
        ]

    def is_settled(self) -> bool:
        """Whether the last day has arrived."""
        return (
            self._world is not None
            and self._history is not None
            and not self._loading
            and self._machine.is_settled()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lays the cards out in as many columns as fit."""
        super().resizeEvent(event)
        self._lay_out_cards()

    def _take_plan(self, world: World) -> None:
        row = world.plan_in_force
        if row is None:
            if self._plan is not None:
                self._plan = None
                self._plot.show_planned(np.empty(0, np.int64), np.empty(0))
            self._plan_text.setText(self.tr("no plan in force"))
            return
        if self._plan is None or self._plan.plan_id != row.id:
            self._plan = planned_load(row)
            if self._plan is not None:
                self._plot.show_planned(self._plan.edges_ms, self._plan.load_kw)
        if self._plan is not None:
            text = self.tr("plan {id} {state}: saves {saving:,.0f} {currency} ({rate:+.1f} % vs. baseline)")
            self._plan_text.setText(
                text.format(
                    id=row.id,
                    state=texts.plan_state(row.state),
                    saving=Local(self._plan.saving),
                    currency=self.context.currency,
                    rate=Local(-100 * self._plan.saving_rate),
                )
            )

    def _moved_kw(self, world: World, machine: MachineSpec) -> float:
        value, trend = machine_power(self.context, world, machine.id), self._trends[machine.id]
        trend.note(world.t_ms, value.value if value.mark is Mark.GOOD else math.nan)
        return trend.change(machine.running_kw)

    def _show_forecast(self, forecast: Forecast | None) -> None:
        if forecast is None or forecast.made_ms == self._forecast_made_ms:
            return
        self._forecast_made_ms = forecast.made_ms
        middles = np.arange(len(forecast.power_kw)) * forecast.interval_ms + forecast.interval_ms // 2
        t_ms = forecast.start_ms + middles.astype(np.int64)
        power, low, high = (np.array(one) for one in (forecast.power_kw, forecast.low_kw, forecast.high_kw))
        self._plot.show_predicted(t_ms, power, low, high)

    def _show_window(self, t_ms: int) -> None:
        zone = self.context.plant.zone
        to_ms = local_midnight_ms(t_ms, zone, 2)
        self._plot.show_now(t_ms)
        self._plot.show_range(t_ms - DAY_MS, to_ms)
        key = (local_midnight_ms(t_ms, zone, -1), to_ms)
        if key != self._bands_key:
            self._bands_key = key
            self._plot.show_bands(band_spans(self.context, *key))

    def _show_empty(self) -> None:
        world = self._world
        nothing = world is not None and not world.newest
        self._empty.setVisible(nothing)
        if nothing:
            text = self.tr(
                "No meter has been read yet. Readings appear here as soon as the station has its first."
            )
            self._empty.setText(text)

    def _ask_history(self) -> None:
        clock, plant, tariff = self.context.clock, self.context.plant, self.context.tariff
        if self._loading or clock.monotonic_s() - self._asked_s < HISTORY_EVERY_S:
            return
        self._loading, self._asked_s = True, clock.monotonic_s()
        points, now_ms = 2 * max(self._plot.width(), 400), clock.now_ms()

        def load(store: Store) -> History:
            return load_history(store, plant, tariff, now_ms, points)

        self.context.reader.submit(load, self._on_history, self._on_no_history)

    def _on_history(self, history: History) -> None:
        self._loading = False
        self._history = history
        self._show_history(history)

    def _on_no_history(self, sentence: str) -> None:
        self._loading = False

    def _show_history(self, history: History) -> None:
        self._plot.show_measured("total", history.total.t_ms, history.total.value)
        for machine in self.context.plant.machines:
            series = history.machines.get(machine.id)
            if series is not None:
                self._cards[machine.id].show_series(
                    series.t_ms,
                    series.value,
                    history.from_ms,
                    history.to_ms,
                    machine.running_kw,
                    self.tr("the last 24 hours"),
                )
        self._show_today(history)

    def _show_today(self, history: History) -> None:
        today, currency = history.today, self.context.currency
        if not today.coverage > 0:
            self._today.setText(self.tr("nothing measured today"))
            return
        text = self.tr("today {energy:,.0f} kWh").format(energy=Local(today.energy_kwh))
        if math.isfinite(today.cost):
            text += "   " + self.tr("{cost:,.0f} {currency}").format(
                cost=Local(today.cost), currency=currency
            )
        if today.energy_kwh > 0 and math.isfinite(today.cost):
            mean = today.cost / today.energy_kwh
            text += "   " + self.tr("{mean:.3f} {currency}/kWh").format(mean=Local(mean), currency=currency)
        if today.coverage < FULL_COVERAGE:
            share = self.tr("(measured {share:.0f} % of the time)").format(share=100 * today.coverage)
            text += f"   {share}"
        self._today.setText(text)

    def _on_card_opened(self, machine: str) -> None:
        self.show_target(machine)

    def _arrange(self) -> None:
        plant, whole = QWidget(), QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._levels)
        for level in (plant, self._machine):
            self._levels.addWidget(level)
        self._machine.back_wanted.connect(self.show_plant)
        rows = QVBoxLayout(plant)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GAP_PX)
        rows.addLayout(self._summary())
        self._empty.setObjectName("strong")
        self._empty.setWordWrap(True)
        self._empty.hide()
        rows.addWidget(self._empty)
        rows.addWidget(self._card_area())
        rows.addWidget(self._plot_panel(), 1)
        for card in self._cards.values():
            card.opened.connect(self._on_card_opened)

    def _summary(self) -> FoldingRow:
        row = FoldingRow(FOLD_BELOW_PX)
        row.setContentsMargins(4, 0, 4, 0)
        self._heading.setObjectName("heading")
        self._today.setObjectName("strong")
        for part in (self._heading, self._today, self._plan_text):
            row.first.addWidget(part)
            row.first.addStretch(1)
        row.may_fold(row.first, self._plan_text)
        return row

    def _card_area(self) -> QScrollArea:
        inner = QWidget()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP_PX)
        inner.setLayout(self._grid)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes to the cards, and brings them into sight
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inner)
        return self._area

    def _plot_panel(self) -> QFrame:
        panel = QFrame()
        panel.setObjectName("panel")
        rows = QVBoxLayout(panel)
        rows.setContentsMargins(8, 6, 8, 6)
        rows.addWidget(self._legend)
        rows.addWidget(self._plot, 1)
        panel.setMinimumHeight(LEAST_PLOT_PX)
        return panel

    def _lay_out_cards(self) -> None:
        columns = max(1, min(len(self._cards), self.width() // CARD_PX))
        if columns == self._columns:
            return
        self._columns = columns
        for place, card in enumerate(self._cards.values()):
            self._grid.addWidget(card, place // columns, place % columns)
            self._grid.setColumnStretch(place % columns, 1)
        rows = -(-len(self._cards) // columns)
        height = rows * (CARD_HEIGHT_PX + GAP_PX)
        self._area.setFixedHeight(
            min(height, max(self.height() - LEAST_PLOT_PX - SUMMARY_PX, CARD_HEIGHT_PX))
        )
