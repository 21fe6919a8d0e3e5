"""A plan's own forecast and what the meters read, in one picture; and a new search where they part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from devices.profile import Quantity
from hmi.desk import alarm_texts
from hmi.desk.access import allow, who_may
from hmi.desk.bands import band_spans
from hmi.desk.context import DeskContext
from hmi.desk.snapshot_model import World
from hmi.roles import Permission
from hmi.station.codes import AlarmKind
from hmi.store.database import Store
from hmi.store.readings import series_thinned
from hmi.store.records import Alarm, AlarmState, Forecast, PlanRow, PlanState
from hmi.store.status import forecast_since
from hmi.store.thinning import Series
from widgets.legend import Legend, LineKind
from widgets.theme import TOUCH_PX, Theme
from widgets.time_plot import TimePlot

MOST_POINTS = 1500
OVER = (AlarmState.NORMAL, AlarmState.RETURNED)


@dataclass(frozen=True, slots=True)
class Reality:
    """What was said when a plan came into force, and what came of it; None where nothing was."""

    said: Forecast | None
    measured: Series | None


def load_reality(store: Store, context: DeskContext, row: PlanRow, now_ms: int) -> Reality:
    """Reads both, of the whole shop-floor."""
    subject = context.plant.shopfloor
    meter = context.plant.meter_of(subject)
    said = None if row.decided_ms is None else forecast_since(store, subject, row.decided_ms)
    if said is None or said.made_ms > row.end_ms:
        return Reality(None, None)
    to_ms = min(now_ms, row.end_ms)
    if meter is None or to_ms <= said.start_ms:
        return Reality(said, None)
    point = f"{meter.id}.{Quantity.POWER}"
    return Reality(said, series_thinned(store, point, said.start_ms, to_ms, MOST_POINTS))


class PlanReality(QWidget):
    """The picture, a sentence above it, and the button for a new search."""

    plan_again = Signal()

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._plot, self._legend = TimePlot(context.plant.zone, "kW", from_zero=True), Legend()
        self._sentence = QLabel()
        self._sentence.setObjectName("plan_reality")
        self._sentence.setWordWrap(True)
        self._again = QPushButton()
        self._again.setObjectName("plan_again")
        self._again.setMinimumHeight(TOUCH_PX)
        self._again.clicked.connect(self._on_again)
        self._row: PlanRow | None = None
        self._alarm: Alarm | None = None
        self._nothing_said = True
        top = QHBoxLayout()
        top.addWidget(self._sentence, 1)
        top.addWidget(self._again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self._plot, 1)
        layout.addWidget(self._legend)
        layout.addStretch()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._again.setText(self.tr("Plan &again from now"))
        entries = [
            (LineKind.MEASURED, self.tr("measured")),
            (LineKind.PREDICTED, self.tr("said when the plan came into force, with its 80 % band")),
        ]
        self._legend.show_entries(entries)
        self._plot.setAccessibleName(self.tr("What the plan counted on, and what was measured"))
        self._say()
        self.show_rights()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._plot.show_theme(theme)
        self._legend.show_theme(theme)

    def show_world(self, world: World) -> None:
        """Keeps the line of the present right, and what the station says of the plan."""
        self._plot.show_now(world.t_ms)
        alarm = next((one for one in world.alarms if one.kind == AlarmKind.PLAN_DEPARTED), None)
        if alarm != self._alarm:
            self._alarm = alarm
            self._say()

    def show_rights(self) -> None:
        """Who may search anew."""
        session = self._context.session
        why = self.tr("Searches from what the machines are doing now; it changes nothing in the plant.")
        allowed = session.may(Permission.SEARCH)
        allow(self._again, allowed, why if allowed else who_may(session, Permission.SEARCH))

    def show_reality(self, row: PlanRow | None, reality: Reality) -> None:
        """Shows what was said and what came."""
        self._row = row
        self._plot.drop_measured("measured")
        if reality.measured is not None:
            self._plot.show_measured("measured", reality.measured.t_ms, reality.measured.value)
        said = reality.said
        curves = np.zeros((3, 0)) if said is None else np.array([said.power_kw, said.low_kw, said.high_kw])
        start_ms, step_ms = (0, 1) if said is None else (said.start_ms, said.interval_ms)
        middles = start_ms + step_ms * np.arange(curves.shape[1], dtype=np.int64) + step_ms // 2
        self._plot.show_predicted(middles, *curves)
        if row is not None:
            from_ms = row.start_ms if said is None else min(said.start_ms, row.start_ms)
            self._plot.show_range(from_ms, row.end_ms)
            self._plot.show_bands(band_spans(self._context, from_ms, row.end_ms))
        self._nothing_said = said is None
        for part in (self._plot, self._legend):  # empty axes would look as if nothing were expected
            part.setVisible(said is not None)
        self._say()

    def _say(self) -> None:
        alarm, row = self._alarm, self._row
        if self._nothing_said:
            self._sentence.setText(self.tr("What a plan counts on is said when it comes into force."))
        elif self._departs():
            assert alarm is not None
            machines = self.tr("Beside their own band: {machines}.")
            self._sentence.setText(
                f"{alarm_texts.sentence(self._context, alarm)}. "
                + machines.format(machines=alarm.detail.get("machines", "–"))
            )
        elif row is not None and row.state is PlanState.STOPPED:
            text = self.tr("Plan {id} was stopped; reality no longer follows it.")
            self._sentence.setText(text.format(id=row.id))
        elif row is not None:
            self._sentence.setText(self.tr("Reality and plan {id} go together.").format(id=row.id))

    def _departs(self) -> bool:
        alarm, row = self._alarm, self._row
        stands = alarm is not None and alarm.state not in OVER
        return stands and alarm is not None and row is not None and alarm.detail.get("plan_id") == row.id

    @Slot()
    def _on_again(self) -> None:
        self.plan_again.emit()
