"""A proposed plan beside what would happen without it: figures, Gantt before and after, starts, bands."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSplitter, QTabWidget, QVBoxLayout, QWidget

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.pages.plan_charts import MINUTE_MS, after_chart, before_chart
from hmi.desk.pages.plan_tables import band_rows
from hmi.desk.plan_decision import Proposal
from hmi.desk.plan_draft import bands_in_order, problem_price
from hmi.desk.plan_texts import move_reason
from solver.plan import Move, Plan
from widgets.gantt import Gantt
from widgets.rows_table import Row, RowsTable
from widgets.theme import Theme

FIGURES = 6
SHARES = (3, 3, 4)  # of the height: before, after, tables
TWO_LINES_PX = 42


class PlanComparison(QWidget):
    """Shows one proposal; it computes nothing but differences."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._proposal: Proposal | None = None
        self._captions = [QLabel() for _ in range(FIGURES)]
        self._figures = [QLabel() for _ in range(FIGURES)]
        self._before, self._after = Gantt(), Gantt()
        self._before.setObjectName("approval_before")
        self._after.setObjectName("approval_after")
        self._starts, self._bands = RowsTable("approval_starts"), RowsTable("approval_bands")
        self._starts.setWordWrap(True)
        self._starts.verticalHeader().setDefaultSectionSize(TWO_LINES_PX)
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        self._tabs.addTab(self._starts, "")
        self._tabs.addTab(self._bands, "")
        self._lay_out()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        currency = self._context.plant.currency
        captions = (
            self.tr("Cost before"),
            self.tr("Cost after"),
            self.tr("Saving"),
            self.tr("Proven bound"),
            self.tr("Gap to the bound"),
            self.tr("Peak before → after"),
        )
        for label, text in zip(self._captions, captions, strict=True):
            label.setText(text)
        self._before.set_title(self.tr("habit"))
        self._after.set_title(self.tr("proposed"))
        self._tabs.setTabText(0, self.tr("Starts before → after"))
        self._tabs.setTabText(1, self.tr("Cost by band"))
        self._starts.set_headers(
            [
                self.tr("Machine"),
                self.tr("Batch"),
                self.tr("Before → after"),
                self.tr("Pauses"),
                self.tr("Saves, {currency}").format(currency=currency),
                self.tr("Why"),
            ],
            numbers={4},
        )
        self._bands.set_headers(
            [
                self.tr("Band"),
                self.tr("kWh before"),
                self.tr("kWh after"),
                self.tr("{currency} before").format(currency=currency),
                self.tr("{currency} after").format(currency=currency),
            ],
            numbers={1, 2, 3, 4},
            stretch=0,
        )
        self.show_proposal(self._proposal)

    def show_proposal(self, proposal: Proposal | None) -> None:
        """Shows a proposal, or nothing."""
        self._proposal = proposal
        if proposal is None:
            self._before.set_chart(None)
            self._after.set_chart(None)
            self._starts.set_rows([])
            self._bands.set_rows([])
            for label in self._figures:
                label.setText("–")
            return
        context, problem, plan = self._context, proposal.problem, proposal.plan
        price = problem_price(problem)
        self._before.set_chart(before_chart(context, problem, price, plan))
        self._after.set_chart(after_chart(context, problem, price, plan, movable=False))
        self._starts.set_rows(start_rows(context, price.start_ms, plan))
        self._bands.set_rows(
            band_rows(bands_in_order(plan.cost_by_band_before, plan.cost_by_band_after), plan)
        )
        for label, text in zip(self._figures, figure_texts(plan, context.plant.currency), strict=True):
            label.setText(text)

    def set_now(self, now_ms: int) -> None:
        """Moves the line of the present."""
        self._before.set_now(now_ms)
        self._after.set_now(now_ms)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._before.set_theme(theme)
        self._after.set_theme(theme)

    def _lay_out(self) -> None:
        figures = QGridLayout()
        figures.setHorizontalSpacing(16)
        figures.setVerticalSpacing(0)
        for column, (caption, figure) in enumerate(zip(self._captions, self._figures, strict=True)):
            caption.setObjectName("muted")
            figure.setObjectName("strong")
            figures.addWidget(caption, 0, column)
            figures.addWidget(figure, 1, column)
            figures.setColumnStretch(column, 0 if column == FIGURES - 1 else 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        for view, share in zip((self._before, self._after, self._tabs), SHARES, strict=True):
            split.addWidget(view)
            split.setStretchFactor(split.count() - 1, share)
        split.setSizes([100 * share for share in SHARES])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(figures)
        layout.addWidget(split, 1)


def figure_texts(plan: Plan, currency: str) -> tuple[str, ...]:
    """Cost before and after, saving, bound, gap and peak, as they are read."""
    saved = plan.cost_before - plan.cost
    return (
        f"{plan.cost_before:,.2f} {currency}",
        f"{plan.cost:,.2f} {currency}",
        f"{saved:,.2f} {currency} ({plan.saving_rate:.1%})",
        f"{plan.bound:,.2f} {currency}",
        f"{plan.gap:.2%}",
        f"{plan.peak_before_kw:.0f} → {plan.peak_kw:.0f} kW",
    )


def start_rows(context: DeskContext, start_ms: int, plan: Plan) -> list[Row]:
    """Machine, batch, start before → after, pauses, saving and reason of every batch, moved or not."""
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
        ", ".join(f"{local(since)}–{local(to)}" for since, to in pauses) or "–",
        f"{move.saving:,.2f}" if move is not None else "–",
        move_reason(move) if move is not None else _unmoved(before, after),
    )


def _dated(context: DeskContext, start_ms: int, before: int | None, after: int) -> tuple[str, str]:
    """Both starts with their day; the second leaves out the day that it shares."""
    zone, after_ms = context.plant.zone, start_ms + after * MINUTE_MS
    if before is None:
        return "–", texts.date_and_time(after_ms, zone)
    before_ms = start_ms + before * MINUTE_MS
    same_day = texts.day_and_time(before_ms, zone)[:10] == texts.day_and_time(after_ms, zone)[:10]
    shown = texts.clock_time if same_day else texts.date_and_time
    return texts.date_and_time(before_ms, zone), shown(after_ms, zone)


def _unmoved(before: int | None, after: int) -> str:
    if before is None:
        return QCoreApplication.translate("texts", "without a plan it would not run")
    if before == after:
        return QCoreApplication.translate("texts", "stays where it is")
    return ""
