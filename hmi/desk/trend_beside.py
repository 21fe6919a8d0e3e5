"""What the Trends page draws beside the measured curves: what was said of them, the plan, people's notes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from hmi.desk.context import DeskContext
from hmi.desk.plan_load import PlannedLoad, planned_load
from hmi.desk.snapshot_model import World
from hmi.desk.trend_data import unit_of, whole_point
from hmi.desk.trend_notes import TrendNotes
from hmi.desk.trend_said import Said, load_said, planned_in
from hmi.store.database import Store
from hmi.store.records import PlanRow
from widgets.trend_lanes import SaidCurve, TrendLanes

POWER_UNIT = "kW"
NEVER = -1  # no forecast is drawn


class TrendBeside(QObject):
    """Loads and draws it; `lead_ms` says how long before it had been said (trend_said.py), or NEVER."""

    def __init__(self, parent: QWidget, context: DeskContext, lanes: TrendLanes) -> None:
        super().__init__(parent)
        self._context, self._lanes = context, lanes
        self.notes = TrendNotes(parent, context)
        self.lead_ms, self.planned = NEVER, False
        self._points: tuple[str, ...] = ()
        self._range_ms = (0, 0)
        self._said: dict[str, Said] = {}
        self._ticket: int | None = None
        self._plan_row: PlanRow | None = None
        self._plan: PlannedLoad | None = None
        self.notes.changed.connect(self._draw_notes)

    @property
    def said(self) -> dict[str, Said]:
        """What is drawn of forecasts, by point."""
        return self._said

    def is_settled(self) -> bool:
        """Whether what was asked for has arrived."""
        return self._ticket is None

    def show_world(self, world: World) -> None:
        """Takes over the plan in force."""
        row = world.plan_in_force
        if row != self._plan_row:
            self._plan_row, self._plan = row, None if row is None else planned_load(row)
            self.draw()

    def load(self, points: Sequence[str], from_ms: int, to_ms: int) -> None:
        """Reads what belongs beside these points."""
        self._points, self._range_ms = tuple(points), (from_ms, to_ms)
        self.notes.load()
        if self.lead_ms == NEVER:
            self._said = {}
            self.draw()
            return
        plant, lead_ms, asked = self._context.plant, self.lead_ms, self._points

        def work(store: Store) -> dict[str, Said]:
            return load_said(store, plant, asked, lead_ms, from_ms, to_ms)

        if self._ticket is not None:
            self._context.reader.forget(self._ticket)
        self._ticket = self._context.reader.submit(work, self._on_said, self._on_nothing_said)

    def choose(self, lead_ms: int, planned: bool) -> None:
        """Draws forecasts with this lead, and the plan or not."""
        self.lead_ms, self.planned = lead_ms, planned
        self.load(self._points, *self._range_ms)

    def draw(self) -> None:
        """Draws what is known, as far as its curves are there."""
        places = {point: index for index, point in enumerate(self._points)}
        self._lanes.show_said(
            [
                SaidCurve(
                    point, unit_of(point), places[point], one.t_ms, one.power_kw, one.low_kw, one.high_kw
                )
                for point, one in self._said.items()
                if point in places
            ]
        )
        edges_ms, load_kw = np.empty(0, np.int64), np.empty(0)
        if self.planned and self._plan is not None and self._draws_the_whole():
            edges_ms, load_kw = planned_in(self._plan, *self._range_ms)
        self._lanes.show_planned(POWER_UNIT, edges_ms, load_kw)
        self._draw_notes()

    def _draws_the_whole(self) -> bool:
        """The plan is of all machines together, so it belongs beside the shop-floor's power."""
        return whole_point(self._context.plant) in self._points

    def _draw_notes(self) -> None:
        from_ms, to_ms = self._range_ms
        self._lanes.show_notes(
            [(one.t_ms, one.text) for one in self.notes.notes if from_ms <= one.t_ms < to_ms]
        )

    def _on_said(self, said: dict[str, Said]) -> None:
        self._ticket = None
        self._said = said
        self.draw()

    def _on_nothing_said(self, sentence: str) -> None:
        self._ticket = None
