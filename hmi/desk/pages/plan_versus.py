"""Two stored plans side by side: what each comes to, and which batches lie elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import NONE, number, percent, points
from hmi.desk.plan_draft import bands_in_order
from hmi.store.records import PlanRow
from solver.durations import MINUTE_MS
from solver.plan import Plan
from widgets.rows_table import Row, RowsTable


class PlanVersus(QWidget):
    """Compares the chosen plan with another that a person picks."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._mine: PlanRow | None = None
        self._others: dict[int, PlanRow] = {}
        self._caption, self._note, self._pick = QLabel(), QLabel(), QComboBox()
        self._pick.setObjectName("plan_other")
        self._pick.setMinimumWidth(280)
        self._figures, self._batches = RowsTable("versus_figures"), RowsTable("versus_batches")
        self._lay_out()
        self._pick.activated.connect(self._show)
        self.retranslate()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._caption.setText(self.tr("Compare with"))
        self._pick.setAccessibleName(self.tr("Compare with"))
        self._pick.setPlaceholderText(self.tr("no other plan"))
        this, other = self.tr("This plan"), self.tr("The other")
        difference = self.tr("Other minus this")
        self._figures.set_headers([self.tr("Figure"), this, other, difference], {1, 2, 3}, stretch=0)
        self._batches.set_headers([self.tr("Machine"), self.tr("Batch"), this, other], stretch=1)
        self.show_plans(self._mine, list(self._others.values()))

    def show_plans(self, mine: PlanRow | None, plans: Sequence[PlanRow]) -> None:
        """Shows a plan beside the picked one of the others."""
        picked = self._pick.currentData()
        self._mine = mine
        self._others = {row.id: row for row in plans if mine is None or row.id != mine.id}
        self._pick.clear()
        text = self.tr("Plan {id}, {state}, proposed {when}")
        for row in self._others.values():
            when = texts.day_and_time(row.proposed_ms, self._context.plant.zone)
            self._pick.addItem(text.format(id=row.id, state=texts.plan_state(row.state), when=when), row.id)
        self._pick.setCurrentIndex(max(0, self._pick.findData(picked)) if self._others else -1)
        self._show()

    def _show(self) -> None:
        other = self._others.get(self._pick.currentData() or 0)
        if self._mine is None or other is None:
            self._figures.set_rows([])
            self._batches.set_rows([])
            self._note.setText("")
            return
        a, b = (msgspec.json.decode(row.plan_json, type=Plan) for row in (self._mine, other))
        self._figures.set_rows(figure_rows(a, b, self._context.currency))
        starts = starts_ms(a, self._mine.start_ms), starts_ms(b, other.start_ms)
        self._batches.set_rows(batch_rows(self._context, *starts))
        same_work = self._mine.start_ms == other.start_ms and starts[0].keys() == starts[1].keys()
        self._note.setText(self._same(same_work))

    def _same(self, same: bool) -> str:
        if same:
            return self.tr("Both plans are for the same batches from the same moment.")
        return self.tr("The plans are for different batches or times: their sums are not of the same work.")

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        self._note.setObjectName("muted")
        self._note.setWordWrap(True)
        for part in (self._caption, self._pick, self._note):
            top.addWidget(part)
        top.setStretchFactor(self._note, 1)
        tables = QSplitter()
        tables.addWidget(self._figures)
        tables.addWidget(self._batches)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.addLayout(top)
        layout.addWidget(tables, 1)


def figure_rows(mine: Plan, other: Plan, currency: str) -> list[Row]:
    """What each plan comes to: costs, what it saves, the gap to its bound, the peak, and cost by band."""
    texts_of = (
        QCoreApplication.translate("PlanVersus", "Cost without it, {currency}"),
        QCoreApplication.translate("PlanVersus", "Cost, {currency}"),
        QCoreApplication.translate("PlanVersus", "Saves, {currency}"),
        QCoreApplication.translate("PlanVersus", "Peak, kW"),
        QCoreApplication.translate("PlanVersus", "Carbon, kg"),
        QCoreApplication.translate("PlanVersus", "Night work, h"),
    )
    figures = zip(texts_of, _figures(mine), _figures(other), strict=True)
    rows = [_row(text.format(currency=currency), a, b) for text, a, b in figures]
    gap = QCoreApplication.translate("PlanVersus", "Gap to the bound")
    rows.insert(3, (gap, percent(mine.gap, 2), percent(other.gap, 2), points(other.gap - mine.gap, 2)))
    bands = bands_in_order(mine.cost_by_band_after, other.cost_by_band_after)
    return rows + [
        _row(
            f"{texts.band(band)}, {currency}",
            mine.cost_by_band_after.get(band, 0.0),
            other.cost_by_band_after.get(band, 0.0),
        )
        for band in bands
    ]


def starts_ms(plan: Plan, begun_ms: int) -> dict[tuple[str, str], int]:
    """When each batch starts, by machine and batch."""
    return {
        (machine, batch): begun_ms + minute * MINUTE_MS
        for machine, starts in plan.starts_min.items()
        for batch, minute in starts.items()
    }


def batch_rows(
    context: DeskContext, mine: Mapping[tuple[str, str], int], other: Mapping[tuple[str, str], int]
) -> list[Row]:
    """The batches that start at another time, or that only one of the plans has."""
    zone = context.plant.zone
    rows: list[Row] = []
    for place in dict.fromkeys([*mine, *other]):
        times = [mine.get(place), other.get(place)]
        if times[0] != times[1]:
            shown = [NONE if t_ms is None else texts.date_and_time(t_ms, zone) for t_ms in times]
            rows.append((context.label(place[0]), place[1], *shown))
    return rows


def _row(what: str, mine: float | None, other: float | None) -> Row:
    difference = None if mine is None or other is None else other - mine
    return (what, *(NONE if value is None else number(value, 2) for value in (mine, other, difference)))


def _figures(plan: Plan) -> tuple[float | None, ...]:
    """None for the carbon of a plan that was made where nobody says what a kWh emits."""
    saved = plan.cost_before - plan.cost
    carbon_kg = plan.carbon_kg if plan.carbon_kg or plan.carbon_kg_before else None
    return plan.cost_before, plan.cost, saved, plan.peak_kw, carbon_kg, plan.night_hours
