"""The plans that were proposed: what became of them, their commands, and what the meters verified."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from hmi.desk import texts
from hmi.desk.access import allow
from hmi.desk.context import DeskContext
from hmi.desk.numbers import Local
from hmi.desk.pages.plan_charts import after_chart, with_measured
from hmi.desk.pages.plan_reality import PlanReality, Reality, load_reality
from hmi.desk.pages.plan_tables import command_rows, plan_rows, saving_rows
from hmi.desk.pages.plan_versus import PlanVersus
from hmi.desk.plan_draft import problem_price
from hmi.desk.plan_texts import code
from hmi.desk.reason_dialog import ReasonDialog
from hmi.desk.snapshot_model import World
from hmi.roles import Permission
from hmi.station.payloads import EndPlan, payload_of
from hmi.station.verification import Verification
from hmi.store.database import Store
from hmi.store.plans import commands as stored_commands
from hmi.store.records import Command, PlanRow, PlanState, RequestKind, StateSpan
from hmi.store.status import state_spans
from solver.plan import Plan
from solver.problem import decode_problem
from widgets.gantt import Chart, Gantt
from widgets.rows_table import RowsTable
from widgets.scrolled import scrolled
from widgets.theme import TOUCH_PX, Theme

STOPPABLE = (PlanState.APPROVED, PlanState.ACTIVE)
ENDED_EARLY = (PlanState.REJECTED, PlanState.WITHDRAWN, PlanState.STOPPED, PlanState.STALE)
REFRESHED = (PlanState.APPROVED, PlanState.ACTIVE, PlanState.FINISHED)


@dataclass(frozen=True, slots=True)
class _CarriedOut:
    """What became of a plan so far: its commands, and when its machines were seen running."""

    plan_id: int
    commands: list[Command]
    ran: dict[str, list[StateSpan]]
    reality: Reality


class InForceTab(QWidget):
    """A list of plans; the chosen one in full."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._plans: dict[str, PlanRow] = {}
        self._shown: PlanRow | None = None
        self._wanted = ""
        self._loading = False
        self._chart: Chart | None = None
        self._commands_of = 0  # the plan whose commands are shown
        self._make_views()
        self._lay_out()
        context.session.changed.connect(self._on_session_changed)
        self.retranslate()

    def _make_views(self) -> None:
        self._list = RowsTable("plans", touch=True)
        self._list.row_chosen.connect(self._on_chosen)
        self._sentence = QLabel()
        self._sentence.setObjectName("plan_sentence")
        self._sentence.setWordWrap(True)
        self._verified = QLabel()
        self._verified.setObjectName("verified_sentence")
        self._verified.setWordWrap(True)
        self._gantt = Gantt()
        self.reality, self.versus = PlanReality(self._context), PlanVersus(self._context)
        self._commands, self._savings = RowsTable("commands"), RowsTable("savings")
        self._stop_button, self._withdraw_button = QPushButton(), QPushButton()
        self._stop_button.setObjectName("stop_plan")
        self._withdraw_button.setObjectName("withdraw_plan")
        for button in (self._stop_button, self._withdraw_button):
            button.setMinimumHeight(TOUCH_PX)
        self._stop_button.clicked.connect(self._on_stop)
        self._withdraw_button.clicked.connect(self._on_withdraw)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._sentence, 1)
        top.addWidget(self._withdraw_button)
        top.addWidget(self._stop_button)
        tables = QSplitter(Qt.Orientation.Horizontal)
        for table in (self._commands, self._savings):
            tables.addWidget(table)
        self._below = QTabWidget()
        self._below.setObjectName("plan_below")
        self._below.setDocumentMode(True)
        self._below.addTab(self.reality, "")
        self._below.addTab(tables, "")
        self._below.addTab(self.versus, "")
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        for view, share in ((self._list, 2), (self._gantt, 3), (self._below, 4)):
            split.addWidget(view)
            split.setStretchFactor(split.count() - 1, share)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 4)
        layout.addLayout(top)
        layout.addWidget(self._verified)
        layout.addWidget(scrolled(split), 1)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        currency = self._context.currency
        self._stop_button.setText(self.tr("Stop the plan …"))
        self._withdraw_button.setText(self.tr("Withdraw"))
        self._below.setTabText(0, self.tr("Planned and measured load"))
        self._below.setTabText(1, self.tr("Commands and savings"))
        self._below.setTabText(2, self.tr("Compared"))
        self.versus.retranslate()
        self.reality.retranslate()
        self._gantt.set_title(self.tr("planned"))
        self._gantt.set_empty(
            self.tr("Here a proposed plan will stand, and in it what the meters saw running.")
        )
        self._list.set_headers(
            [
                self.tr("Plan"),
                self.tr("State"),
                self.tr("From"),
                self.tr("To"),
                self.tr("Proposed by"),
                self.tr("Decided by"),
                self.tr("Promised, {currency}").format(currency=currency),
                self.tr("Verified, {currency}").format(currency=currency),
                self.tr("Note"),
            ],
            numbers={0, 6, 7},
        )
        self._commands.set_headers(
            [
                self.tr("Due"),
                self.tr("Machine"),
                self.tr("Command"),
                self.tr("State"),
                self.tr("Read back"),
                self.tr("Why"),
            ]
        )
        self._savings.set_headers(
            [
                self.tr("Machine"),
                self.tr("kWh"),
                self.tr("Baseline, {currency}").format(currency=currency),
                self.tr("Paid, {currency}").format(currency=currency),
                self.tr("Saved, {currency}").format(currency=currency),
                self.tr("Covered"),
            ],
            numbers={1, 2, 3, 4, 5},
            stretch=0,
        )
        self._fill_list()
        self._show_plan()

    def show_world(self, world: World) -> None:
        """Takes over plans and commands; asks for those of the chosen plan while it lives."""
        self._gantt.set_now(world.t_ms)
        self.reality.show_world(world)
        plans = {str(plan.id): plan for plan in world.plans}
        if plans != self._plans:
            self._plans = plans
            self._fill_list()
            self.versus.show_plans(self._shown, list(plans.values()))
        wanted = self._wanted if self._wanted in plans else str(world.plans[0].id) if world.plans else ""
        shown = plans.get(wanted)
        if shown != self._shown:
            self._shown = shown
            self._show_plan()
            self._load_commands()
        elif shown is not None and shown.state in REFRESHED:
            self._load_commands()

    def show_plan(self, plan_id: int) -> None:
        """Chooses a plan as soon as it is known."""
        self._wanted = str(plan_id)
        self._list.choose(self._wanted)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._gantt.set_theme(theme)
        self.reality.show_theme(theme)

    def is_settled(self) -> bool:
        """Whether the commands have arrived."""
        return self._shown is None or self._commands_of == self._shown.id

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        if key and key != self._wanted:
            self._wanted = key
            self._shown = self._plans.get(key)
            self._show_plan()
            self._load_commands()

    @Slot()
    def _on_session_changed(self) -> None:
        self._show_rights()
        self.reality.show_rights()

    def _fill_list(self) -> None:
        plans = list(self._plans.values())
        with QSignalBlocker(self._list):  # a row that stays chosen is no choice: another may be wanted
            self._list.set_rows(plan_rows(self._context, plans), list(self._plans))
            self._list.choose(self._wanted)

    def _load_commands(self) -> None:
        if self._shown is None or self._loading:
            return
        self._loading = True
        context, row, now_ms = self._context, self._shown, self._context.clock.now_ms()
        machines = [machine.id for machine in context.plant.machines]

        def load(store: Store) -> _CarriedOut:
            ran = {machine: state_spans(store, machine, row.start_ms, row.end_ms) for machine in machines}
            reality = load_reality(store, context, row, now_ms)
            return _CarriedOut(row.id, stored_commands(store, row.id), ran, reality)

        self._context.reader.submit(load, self._on_carried_out, self._on_no_commands)

    def _on_carried_out(self, done: _CarriedOut) -> None:
        self._loading = False
        self._commands_of = done.plan_id
        keys = [str(command.id) for command in done.commands]
        self._commands.set_rows(command_rows(self._context, done.commands), keys)
        if self._chart is not None and self._shown is not None and self._shown.id == done.plan_id:
            self.reality.show_reality(self._shown, done.reality)
            self._gantt.set_chart(with_measured(self._chart, done.ran, self._context.clock.now_ms()))

    def _on_no_commands(self, sentence: str) -> None:
        self._loading = False
        self._context.messages.warn(sentence)

    def _show_plan(self) -> None:
        row = self._shown
        self.versus.show_plans(row, list(self._plans.values()))
        self._show_rights()
        if row is None:
            self._sentence.setText(self.tr("No plan was proposed yet. Search one on the tab beside this."))
            self._verified.setText("")
            self._chart = None
            self._gantt.set_chart(None)
            self._commands.set_rows([])
            self._savings.set_rows([])
            self.reality.show_reality(None, Reality(None, None))
            return
        problem, plan = decode_problem(row.problem_json), msgspec.json.decode(row.plan_json, type=Plan)
        self._chart = after_chart(self._context, problem, problem_price(problem), plan, movable=False)
        self._gantt.set_chart(self._chart)
        self._sentence.setText(self._state_sentence(row))
        self._show_verification(row)

    def _state_sentence(self, row: PlanRow) -> str:
        zone = self._context.plant.zone
        text = self.tr("Plan {id} is {state}; it covers {start} to {end}.").format(
            id=row.id,
            state=texts.plan_state(row.state),
            start=texts.day_and_time(row.start_ms, zone),
            end=texts.day_and_time(row.end_ms, zone),
        )
        if row.state_reason:
            text = f"{text} ({code(row.state_reason)})"
        if not row.decision_reason:
            return text
        said = self.tr("{name} decided: “{reason}”").format(name=row.decided_by, reason=row.decision_reason)
        return f"{text} {said}"

    def _show_verification(self, row: PlanRow) -> None:
        if row.verification_json is None:
            self._verified.setText(
                self.tr("Not verified: only a plan that was carried out to its end is.")
                if row.state in ENDED_EARLY
                else self.tr("Not verified yet: the meters are read when the plan is finished.")
            )
            self._savings.set_rows([])
            return
        report = msgspec.json.decode(row.verification_json, type=Verification)
        text = self.tr(
            "Verified by the meters: {kwh:,.1f} kWh cost {paid:,.2f} {currency} instead of {baseline:,.2f}: "
            "saved {saving:,.2f} (80 % band {low:,.2f} to {high:,.2f}); {coverage:.1%} of the time was read."
        )
        self._verified.setText(
            text.format(
                kwh=Local(report.energy_kwh),
                paid=Local(report.cost_paid),
                baseline=Local(report.cost_baseline),
                saving=Local(report.saving),
                low=Local(report.low),
                high=Local(report.high),
                coverage=Local(report.coverage),
                currency=self._context.currency,
            )
        )
        self._savings.set_rows(saving_rows(self._context, report))

    def _show_rights(self) -> None:
        row, session = self._shown, self._context.session
        stoppable = row is not None and row.state in STOPPABLE
        may_stop = session.may(Permission.STOP_PLAN)
        why = self.tr("Hands every machine back to the crew at once; only a plan in force can be stopped.")
        allow(
            self._stop_button,
            stoppable and may_stop,
            why if may_stop else self.tr("Only a supervisor may stop a plan."),
        )
        mine = row is not None and row.state is PlanState.PROPOSED and row.proposed_by == session.name
        why = self.tr("Only the proposer may withdraw a plan, and only while it waits.")
        allow(self._withdraw_button, mine, "" if mine else why)

    @Slot()
    def _on_stop(self) -> None:
        assert self._shown is not None
        title = self.tr("Stop the plan")
        sentence = self.tr("Every machine is handed back to the crew at once. Why is the plan stopped?")
        dialog = ReasonDialog(self, str(self._shown.id), title, sentence, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.given.connect(self._on_stopping)
        dialog.open()

    @Slot(str, str)
    def _on_stopping(self, plan_id: str, reason: str) -> None:
        self._context.ask(RequestKind.STOP_PLAN, payload_of(EndPlan(int(plan_id), reason)))

    @Slot()
    def _on_withdraw(self) -> None:
        assert self._shown is not None
        self._context.ask(RequestKind.WITHDRAW_PLAN, payload_of(EndPlan(self._shown.id)))
