"""Level 3 of the displays: one machine with its points, its power, alarms and batches."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from hmi.desk import point_texts, texts
from hmi.desk.alarm_sentences import alarm_sentence
from hmi.desk.bands import band_spans
from hmi.desk.context import DeskContext
from hmi.desk.numbers import number
from hmi.desk.pages.overview_facts import alarms_of, card_facts, start_ms
from hmi.desk.plan_load import PlannedLoad
from hmi.desk.quality import shown, stale_after_ms
from hmi.desk.snapshot_model import World
from hmi.desk.time_bar import TimeBar
from hmi.store.database import Store
from hmi.store.readings import series_thinned
from hmi.store.thinning import Series
from widgets.elided_label import ElidedLabel
from widgets.rows_table import RowsTable
from widgets.theme import Theme
from widgets.time_plot import TimePlot
from widgets.value_bar import ValueBar

LOAD_EVERY_S = 2.0
TABLE_PX = 500
RANGE_PX = 200


class MachineView(QWidget):
    """Shows the machine of `machine`; a point or an alarm that is activated leads on to its page."""

    back_wanted = Signal()

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self.machine = ""
        self._world: World | None = None
        self._plan: PlannedLoad | None = None
        self._loading, self._asked_s = False, -math.inf
        self._back, self._name, self._facts = QPushButton(), QLabel(), ElidedLabel("strong")
        self._range, self._range_text = ValueBar(), QLabel()
        self._energy, self._field = QPushButton(), QPushButton()
        self._bar = TimeBar(context.window)
        self._points, self._alarms = (
            RowsTable("machine_points", touch=True),
            RowsTable("machine_alarms", touch=True),
        )
        self._batches = RowsTable("machine_batches")
        self._plot = TimePlot(context.plant.zone, "kW", from_zero=True)
        self._arrange()
        self._connect()
        self.retranslate()

    @property
    def points(self) -> RowsTable:
        """The machine's points."""
        return self._points

    def show_machine(self, machine: str) -> None:
        """Shows another machine."""
        self.machine = machine
        self._asked_s = -math.inf
        self._plot.show_measured("power", np.empty(0, np.int64), np.empty(0))
        self._show()

    def show_world(self, world: World, plan: PlannedLoad | None) -> None:
        """Shows the machine as it is now."""
        self._world, self._plan = world, plan
        if self.machine and self.isVisible():
            self._show()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._range.show_theme(theme)
        self._plot.show_theme(theme)

    def is_settled(self) -> bool:
        """Whether the curve has arrived."""
        return not self._loading

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._back.setText(self.tr("◀ All machines"))
        self._energy.setText(self.tr("Energy"))
        self._field.setText(self.tr("Diagnosis"))
        self._bar.retranslate()
        self._points.set_headers([self.tr("Point"), self.tr("Value"), self.tr("Quality")], [1])
        self._alarms.set_headers([self.tr("Since"), self.tr("Alarm")])
        self._batches.set_headers([self.tr("Batch"), self.tr("Starts"), self.tr("Due")], stretch=0)
        self._points.setAccessibleName(self.tr("Points of this machine; Enter draws one"))
        self._alarms.setAccessibleName(self.tr("Alarms of this machine; Enter shows one"))
        self._batches.setAccessibleName(self.tr("Batches of this machine"))
        self._plot.setAccessibleName(self.tr("Power of this machine"))
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back to all machines."""
        if event.key() == Qt.Key.Key_Escape:
            self.back_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        world = self._world
        if world is None or not self.machine:
            return
        machine = self._context.plant.machine(self.machine)
        facts = card_facts(self._context, world, machine, self._plan)
        self._name.setText(machine.label)
        parts = (facts.state, facts.value, facts.notice, facts.mark_text, *facts.lines)
        self._facts.setText("   ".join(part for part in parts if part))
        self._range.show_facts(facts.bar, facts.bar_text)
        self._range_text.setText(facts.bar_text)
        self._show_points(world)
        self._show_alarms(world)
        self._show_batches(world)
        self._show_time()

    def _show_points(self, world: World) -> None:
        context = self._context
        meter = context.plant.meter_of(self.machine)
        names = [f"{meter.id}.{quantity}" for quantity in point_texts.UNITS] if meter is not None else []
        rows, keys = [], []
        for name in names:
            if name not in world.newest:
                continue
            quantity = name.partition(".")[2]
            value = shown(world, name, stale_after_ms(context.plant, context.clock, name))
            digits = 2 if abs(value.value) < 10 else 1
            text = f"{number(value.value, digits)} {point_texts.UNITS[quantity]}".strip()
            rows.append((point_texts.quantity(quantity), text, value.sentence or self.tr("good")))
            keys.append(name)
        self._points.set_rows(rows, keys)

    def _show_alarms(self, world: World) -> None:
        label, zone = self._context.label(self.machine), self._context.plant.zone
        alarms = alarms_of(self._context, world, self.machine)
        rows = [
            (
                texts.short_time(alarm.raised_ms, world.t_ms, zone),
                f"{alarm_sentence(alarm.kind, label, alarm.detail)} ({texts.alarm_state(alarm.state)})",
            )
            for alarm in alarms
        ]
        none = [("–", self.tr("no alarm stands"))]
        self._alarms.set_rows(rows or none, [alarm.key for alarm in alarms] or [""])

    def _show_batches(self, world: World) -> None:
        zone = self._context.plant.zone
        mine = [one for one in world.batches if one.machine == self.machine and one.due_ms > world.t_ms]
        mine.sort(key=lambda one: start_ms(one, self._plan))
        self._batches.set_rows(
            [
                (
                    one.id,
                    texts.date_and_time(start_ms(one, self._plan), zone),
                    texts.date_and_time(one.due_ms, zone),
                )
                for one in mine
            ]
        )

    def _show_time(self) -> None:
        window = self._context.window
        from_ms, to_ms = window.from_ms, window.to_ms
        self._plot.show_range(from_ms, to_ms)
        if self._world is not None:
            self._plot.show_now(self._world.t_ms)
        clock, meter = self._context.clock, self._context.plant.meter_of(self.machine)
        if meter is None or self._loading or clock.monotonic_s() - self._asked_s < LOAD_EVERY_S:
            return
        self._loading, self._asked_s = True, clock.monotonic_s()
        self._plot.show_bands(band_spans(self._context, from_ms, to_ms))
        point, most = f"{meter.id}.power_kw", 2 * max(self._plot.width(), 300)

        def load(store: Store) -> tuple[str, Series]:
            return point, series_thinned(store, point, from_ms, to_ms + 1, most)

        self._context.reader.submit(load, self._on_series, self._on_no_series)

    def _on_series(self, found: tuple[str, Series]) -> None:
        self._loading = False
        point, series = found
        meter = self._context.plant.meter_of(self.machine)
        if meter is not None and point == f"{meter.id}.power_kw":
            self._plot.show_measured("power", series.t_ms, series.value)

    def _on_no_series(self, _sentence: str) -> None:
        self._loading = False

    def _on_window_changed(self) -> None:
        self._asked_s = -math.inf
        if self.isVisible():
            self._show()

    def _on_point(self) -> None:
        self._context.navigator.go("trends", self._points.chosen())

    def _on_alarm(self) -> None:
        self._context.navigator.go("alarms", self._alarms.chosen())

    def _on_energy(self) -> None:
        self._context.navigator.go("energy", self.machine)

    def _on_field(self) -> None:
        meter = self._context.plant.meter_of(self.machine)
        self._context.navigator.go("diagnosis", meter.id if meter is not None else "")

    def _connect(self) -> None:
        self._back.clicked.connect(self.back_wanted)
        self._energy.clicked.connect(self._on_energy)
        self._field.clicked.connect(self._on_field)
        self._bar.step_wanted.connect(self._context.window.step)
        self._context.window.changed.connect(self._on_window_changed)
        # a click says which, like Enter: any point is two actions away from the Overview
        self._points.clicked.connect(self._on_point)
        self._points.activated.connect(self._on_point)
        self._alarms.clicked.connect(self._on_alarm)
        self._alarms.activated.connect(self._on_alarm)

    def _arrange(self) -> None:
        self._name.setObjectName("heading")
        head = QHBoxLayout()
        head.setSpacing(12)
        for part in (self._back, self._name):
            head.addWidget(part)
        head.addStretch(1)
        for tool in (self._bar, self._energy, self._field):
            head.addWidget(tool)
        said = QHBoxLayout()
        said.setSpacing(12)
        said.addWidget(self._facts, 1)
        self._range.setFixedWidth(RANGE_PX)
        self._range_text.setObjectName("muted")
        said.addWidget(self._range)
        said.addWidget(self._range_text)
        panel = QFrame()
        panel.setObjectName("panel")
        inside = QVBoxLayout(panel)
        inside.setContentsMargins(8, 6, 8, 6)
        inside.addWidget(self._plot)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(panel, 3)
        right.addWidget(self._alarms, 1)
        right.addWidget(self._batches, 1)
        columns = QHBoxLayout()
        columns.setSpacing(8)
        self._points.setFixedWidth(TABLE_PX)
        columns.addWidget(self._points)
        columns.addLayout(right, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        rows.addLayout(head)
        rows.addLayout(said)
        rows.addLayout(columns, 1)
