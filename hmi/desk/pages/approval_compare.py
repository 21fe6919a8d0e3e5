"""A proposed plan beside what would happen without it: figures, Gantt before and after, starts, bands."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.limit_texts import alternative, held_back
from hmi.desk.numbers import NONE, number
from hmi.desk.pages.plan_charts import after_chart, before_chart
from hmi.desk.pages.plan_figures import BandTable, PlanFigures
from hmi.desk.pages.plan_limits import BindingTable
from hmi.desk.pages.two_line_table import TwoLineTable
from hmi.desk.plan_decision import Proposal
from hmi.desk.plan_draft import problem_price
from hmi.desk.plan_texts import move_reason
from solver.durations import MINUTE_MS
from solver.plan import Move, Plan
from widgets.gantt import Gantt
from widgets.rows_table import Row
from widgets.theme import Theme

SHARES = (3, 3, 4)  # of the height: before, after, tables


class PlanComparison(QWidget):
    """Shows one proposal; it computes nothing but differences."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._proposal: Proposal | None = None
        self._figures = PlanFigures(context.plant.currency)
        self._before, self._after = Gantt(), Gantt()
        self._before.setObjectName("approval_before")
        self._after.setObjectName("approval_after")
        self._starts = TwoLineTable("approval_starts")
        self._bands = BandTable("approval_bands", context.plant.currency)
        self._binding = BindingTable("approval_binding", context)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self._starts, "")
        self._tabs.addTab(self._bands, "")
        self._tabs.addTab(self._binding, "")
        self._lay_out()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        currency = self._context.currency
        self._figures.retranslate()
        self._before.set_title(self.tr("habit"))
        self._after.set_title(self.tr("proposed"))
        self._tabs.setTabText(0, self.tr("Starts before → after"))
        self._tabs.setTabText(1, self.tr("Cost by band"))
        self._tabs.setTabText(2, self.tr("Limits that bind"))
        self._starts.set_shared_headers(
            [
                self.tr("Machine"),
                self.tr("Batch"),
                self.tr("Before → after"),
                self.tr("Saves, {currency}").format(currency=currency),
                self.tr("Why"),
                self.tr("Pauses"),
                self.tr("Next best"),
                self.tr("Cheaper, but for a limit"),
            ],
            numbers={3},
            shared={4, 7},
        )
        self._bands.retranslate()
        self._binding.retranslate()
        self.show_proposal(self._proposal)

    def show_proposal(self, proposal: Proposal | None) -> None:
        """Shows a proposal, or nothing."""
        self._proposal = proposal
        if proposal is None:
            self._before.set_chart(None)
            self._after.set_chart(None)
            self._starts.set_rows([])
            self._bands.show_plan(None)
            self._binding.show_plan(None, 0)
            self._figures.clear()
            return
        context, problem, plan = self._context, proposal.problem, proposal.plan
        price = problem_price(problem)
        self._before.set_chart(before_chart(context, problem, price, plan))
        self._after.set_chart(after_chart(context, problem, price, plan, movable=False))
        self._starts.set_rows(start_rows(context, price.start_ms, plan))
        self._bands.show_plan(plan)
        self._binding.show_plan(plan, price.start_ms)
        self._figures.show_plan(plan)

    def set_now(self, now_ms: int) -> None:
        """Moves the line of the present."""
        self._before.set_now(now_ms)
        self._after.set_now(now_ms)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._before.set_theme(theme)
        self._after.set_theme(theme)

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        for view, share in zip((self._before, self._after, self._tabs), SHARES, strict=True):
            split.addWidget(view)
            split.setStretchFactor(split.count() - 1, share)
        split.setSizes([100 * share for share in SHARES])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._figures)
        layout.addWidget(split, 1)


def start_rows(context: DeskContext, start_ms: int, plan: Plan) -> list[Row]:
    """Machine, batch, start before → after, saving, reason, pauses, next best and what holds it back.

    Every batch has a row, moved or not.
    """
    moves = {(move.machine, move.batch): move for move in plan.moves}
    return [
        _start_row(context, start_ms, plan, (machine, batch), moves.get((machine, batch)))
        for machine, starts in plan.starts_min.items()
        for batch in starts
    ]


def _start_row(
    context: DeskContext, start_ms: int, plan: Plan, place: tuple[str, str], move: Move | None
) -> Row:
    machine, batch = place
    zone = context.plant.zone

    def local(minute: int) -> str:
        return texts.clock_time(start_ms + minute * MINUTE_MS, zone)

    after = plan.starts_min[machine][batch]
    before = plan.starts_before_min.get(machine, {}).get(batch)
    pauses = plan.pauses_min.get(machine, {}).get(batch, ())
    return (
        context.label(machine),
        batch,
        " → ".join(_dated(context, start_ms, before, after)),
        number(move.saving, 2) if move is not None else NONE,
        move_reason(move) if move is not None else _unmoved(before, after),
        ", ".join(f"{local(since)}–{local(to)}" for since, to in pauses) or "–",
        alternative(context, move, start_ms) if move is not None else "–",
        held_back(context, move, start_ms) if move is not None else "–",
    )


def _dated(context: DeskContext, start_ms: int, before: int | None, after: int) -> tuple[str, str]:
    """Both starts with their day; the second leaves out the day that it shares."""
    zone, after_ms = context.plant.zone, start_ms + after * MINUTE_MS
    if before is None:
        return "–", texts.date_and_time(after_ms, zone)
    before_ms = start_ms + before * MINUTE_MS
    return texts.date_and_time(before_ms, zone), texts.time_beside(after_ms, before_ms, zone)


def _unmoved(before: int | None, after: int) -> str:
    if before is None:
        return QCoreApplication.translate("texts", "without a plan it would not run")
    if before == after:
        return QCoreApplication.translate("texts", "stays where it is")
    return ""
