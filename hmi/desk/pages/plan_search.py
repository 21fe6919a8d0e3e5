"""Searching a plan: launch, watch, stop, drag, propose."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from hmi.desk import texts
from hmi.desk.access import allow, recording, who_may
from hmi.desk.context import DeskContext
from hmi.desk.enter_batch import EnterBatchButton
from hmi.desk.pages.plan_charts import after_chart, before_chart
from hmi.desk.pages.plan_figures import BandTable, PlanFigures
from hmi.desk.pages.plan_limits import BindingTable
from hmi.desk.pages.plan_moves import MoveTable
from hmi.desk.plan_draft import Draft, new_draft, problem_price, proposal
from hmi.desk.plan_texts import draft_sentence, nothing_to_plan, search_failed
from hmi.desk.search_process import SearchProcess
from hmi.desk.snapshot_model import World
from hmi.planning import NothingToPlanError, plan_problem, situation
from hmi.roles import Permission
from hmi.station.payloads import payload_of
from hmi.store.database import Store
from hmi.store.records import Request, RequestKind
from solver.durations import MINUTE_MS
from solver.events import SearchFailed, SearchFinished, SearchProgress, SearchStarted, WorkerReady
from solver.problem import PlanProblem, problem_start_ms
from widgets.convergence_plot import ConvergencePlot
from widgets.gantt import Gantt
from widgets.scrolled import scrolled
from widgets.theme import TOUCH_PX, Theme

DETAILS_PX = 160  # tabs, heading and two moves
DEFAULT_SECONDS = 5
MOST_SECONDS = 600
METHODS = ("swarm", "pso")


class SearchTab(QWidget):
    """Shows a Draft; the search runs in a process of its own."""

    proposed = Signal(int)  # the plan's id

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._problem: PlanProblem | None = None
        self._draft: Draft | None = None
        self._station_runs = False
        self._is_asked = False  # whether there are batches to come
        self._seed = 1
        self._by_button = False  # whether the search was begun with the button in focus
        self._worker = SearchProcess(self)
        self._worker.told.connect(self._on_told)
        self._make_controls()
        self._make_views()
        self._lay_out()
        context.session.changed.connect(self._on_session_changed)
        self._worker.warm_up_soon()
        self.retranslate()

    def _make_controls(self) -> None:
        self._search_button = QPushButton()
        self._search_button.setObjectName("search")
        self._stop_button = QPushButton()
        self._stop_button.setObjectName("stop_search")
        self._propose_button = QPushButton()
        self._propose_button.setObjectName("propose")
        self._batch_button = EnterBatchButton(self._context)
        self._method = QComboBox()
        self._method.setObjectName("method")
        self._seconds = QSpinBox()
        self._seconds.setObjectName("seconds")
        self._seconds.setRange(1, MOST_SECONDS)
        self._seconds.setValue(DEFAULT_SECONDS)
        self._seconds.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self._note = QLineEdit()
        self._note.setObjectName("proposal_note")
        for control in self._controls():
            control.setMinimumHeight(TOUCH_PX)
        self._search_button.clicked.connect(self._on_search)
        self._stop_button.clicked.connect(self._worker.stop)
        self._propose_button.clicked.connect(self._on_propose)

    def _controls(self) -> tuple[QWidget, ...]:
        return (
            self._batch_button,
            self._search_button,
            self._stop_button,
            self._method,
            self._seconds,
            self._note,
            self._propose_button,
        )

    def _make_views(self) -> None:
        self._state = QLabel()
        self._state.setObjectName("search_state")
        self._state.setWordWrap(True)
        self._figures = PlanFigures(self._context.plant.currency)
        self._before, self._after = Gantt(), Gantt()
        self._after.setObjectName("gantt_after")
        self._after.block_dragged.connect(self._on_dragged)
        self._after.block_dropped.connect(self._on_dropped)
        self._convergence = ConvergencePlot()
        self._moves = MoveTable("moves", self._context)
        self._bands = BandTable("cost_by_band", self._context.plant.currency)
        self._binding = BindingTable("binding", self._context)
        self._details = QTabWidget()
        for view in (self._moves, self._bands, self._binding, self._convergence):
            self._details.addTab(view, "")

    def _lay_out(self) -> None:
        controls = QHBoxLayout()
        for control in self._controls():
            controls.addWidget(control, 1 if control is self._note else 0)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        for view, share in ((self._before, 3), (self._after, 3), (self._details, 2)):
            split.addWidget(view)
            split.setStretchFactor(split.count() - 1, share)
        self._details.setMinimumHeight(DETAILS_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 4)
        layout.addLayout(controls)
        layout.addWidget(self._state)
        layout.addWidget(self._figures)
        layout.addWidget(scrolled(split), 1)  # charts and moves scroll, none of them is squeezed away

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._batch_button.retranslate()
        self._search_button.setText(self.tr("&Search"))
        self._stop_button.setText(self.tr("S&top and keep the best"))
        self._propose_button.setText(self.tr("&Propose"))
        self._note.setPlaceholderText(self.tr("A note for the supervisor"))
        self._note.setAccessibleName(self.tr("A note for the supervisor"))
        self._seconds.setSuffix(self.tr(" s"))
        self._seconds.setAccessibleName(self.tr("Longest search, seconds"))
        self._method.setAccessibleName(self.tr("Method of the search"))
        chosen = max(0, self._method.currentIndex())
        self._method.clear()
        self._method.addItem(self.tr("swarm, polished"), METHODS[0])
        self._method.addItem(self.tr("swarm as published"), METHODS[1])
        self._method.setCurrentIndex(chosen)
        titles = (
            self.tr("Moves"),
            self.tr("Cost by band"),
            self.tr("Limits that bind"),
            self.tr("Convergence"),
        )
        for index, title in enumerate(titles):
            self._details.setTabText(index, title)
        self._figures.retranslate()
        self._before.set_title(self.tr("before"))
        self._after.set_title(self.tr("after"))
        self._before.set_empty(self.tr("Here the batches will stand as the crew would run them."))
        self._after.set_empty(self.tr("Here the plan will put them; blocks can then be dragged."))
        self._moves.retranslate()
        self._binding.retranslate()
        self._bands.retranslate()
        cost = self.tr("cost, {currency}").format(currency=self._context.currency)
        self._convergence.set_labels(self.tr("seconds"), cost, self.tr("proven bound"))
        self._show_draft()
        self._show_rights()

    def show_world(self, world: World) -> None:
        """Keeps the line of the present and the buttons right."""
        self._before.set_now(world.t_ms)
        self._after.set_now(world.t_ms)
        self._batch_button.show_world(world)
        known = (world.station_runs, any(batch.due_ms > world.t_ms for batch in world.batches))
        if known != (self._station_runs, self._is_asked):
            self._station_runs, self._is_asked = known
            self._show_rights()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        for view in (self._before, self._after, self._convergence):
            view.set_theme(theme)

    def begin(self) -> None:
        """Searches from now, as if the button were pressed; nothing where it cannot be."""
        self._search_button.click()

    def close_down(self) -> None:
        """Ends the worker."""
        self._worker.close()

    @Slot()
    def _on_session_changed(self) -> None:
        self._show_rights()

    def _show_rights(self) -> None:
        session = self._context.session
        searching = self._worker.is_searching
        may_search, may_propose = session.may(Permission.SEARCH), session.may(Permission.PROPOSE)
        self._batch_button.show_rights()
        why = self.tr("Searches a cheaper plan; it changes nothing in the plant.")
        allow(
            self._search_button,
            may_search and not searching,
            why if may_search else who_may(session, Permission.SEARCH),
        )
        allow(
            self._stop_button, searching, self.tr("Ends a search under way and keeps the best plan so far.")
        )
        proposable = self._draft is not None and not self._draft.breaches
        why = self.tr(
            "Signs the plan that was found and hands it to a supervisor; one without a broken limit."
        )
        allow(
            self._propose_button,
            may_propose and proposable and not searching,
            why if may_propose else who_may(session, Permission.PROPOSE),
        )
        if not searching and self._draft is None:
            self._state.setText(self._first_words(may_search))

    def _first_words(self, may_search: bool) -> str:
        if self._context.session.replay:
            return recording()
        if not may_search:
            return self.tr("No plan was searched yet. Sign in as an operator to search one.")
        if self._is_asked:
            return self.tr(
                "No plan was searched yet. Press Search: it takes a few seconds and changes nothing in the "
                "plant."
            )
        return self.tr(
            "No plan was searched yet. Enter what production asks for (Batch …), then press Search: it "
            "takes a few seconds and changes nothing in the plant."
        )

    @Slot()
    def _on_search(self) -> None:
        plant, tariff, now_ms = self._context.plant, self._context.tariff, self._context.clock.now_ms()
        self._by_button = self._search_button.hasFocus()

        def build(store: Store) -> PlanProblem | NothingToPlanError:
            try:
                return plan_problem(plant, tariff, situation(store, plant, now_ms, tariff=tariff))
            except NothingToPlanError as error:
                return error

        allow(self._search_button, False, self.tr("Reading batches and the twin …"))
        self._state.setText(self.tr("Reading batches and the twin …"))
        self._context.reader.submit(build, self._on_built, self._on_not_built)

    def _on_built(self, built: PlanProblem | NothingToPlanError) -> None:
        if isinstance(built, NothingToPlanError):
            self._on_not_built(nothing_to_plan(self._context, built))
            return
        self._problem, self._draft = built, None
        method = str(self._method.currentData())
        self._worker.search(built, method=method, seconds=float(self._seconds.value()), seed=self._seed)
        words = self.tr("Searching …") if self._worker.is_ready else self.tr("The solver warms up …")
        self._state.setText(words)
        self._details.setCurrentWidget(self._convergence)
        self._show_draft()
        self._show_rights()
        if self._by_button:
            self._stop_button.setFocus()

    def _on_not_built(self, sentence: str) -> None:
        self._draft = None
        self._show_rights()
        self._state.setText(sentence)
        self._focus_search()

    def _focus_search(self) -> None:
        """Gives the focus back that a button lost to the next control when it could not be used."""
        if self._by_button and self.focusWidget() in (self._stop_button, self._method):
            self._search_button.setFocus()

    @Slot(object)
    def _on_told(self, event: object) -> None:
        match event:
            case WorkerReady():
                if self._worker.is_searching:
                    self._state.setText(self.tr("Searching …"))
            case SearchStarted():
                self._convergence.begin(event.bound)
                self._convergence.add(0.0, event.cost_before)
                self._figures.show_costs(event.cost_before, event.cost_before, event.bound)
            case SearchProgress():
                self._show_progress(event)
            case SearchFinished():
                self._on_finished(event)
            case SearchFailed():
                self._on_failed(event)

    def _on_failed(self, event: SearchFailed) -> None:
        start_ms = problem_start_ms(self._problem) if self._problem is not None else 0
        why = search_failed(self._context, event, start_ms)
        self._on_not_built(self.tr("No plan, because: {why}").format(why=why))

    def _show_progress(self, event: SearchProgress) -> None:
        self._convergence.add(event.seconds, event.best_cost)
        self._state.setText(
            self.tr("Searching … iteration {iteration}, {gap:.2%} above the bound").format(
                iteration=event.iteration, gap=event.gap
            )
        )

    def _on_finished(self, event: SearchFinished) -> None:
        assert self._problem is not None
        self._convergence.add(event.plan.seconds, event.plan.cost)
        self._draft = new_draft(self._problem, event.plan)
        self._details.setCurrentWidget(self._moves)
        self._show_draft()
        self._show_rights()
        self._focus_search()

    def _show_draft(self) -> None:
        draft = self._draft
        if draft is None:
            self._show_empty()
            return
        plan = draft.plan
        context = self._context
        self._before.set_chart(before_chart(context, draft.problem, draft.price, plan))
        self._after.set_chart(
            after_chart(context, draft.problem, draft.price, plan, movable=True, breaches=draft.breaches)
        )
        self._figures.show_plan(plan)
        self._moves.show_plan(plan, draft.start_ms)
        self._bands.show_plan(plan)
        self._binding.show_plan(plan, draft.start_ms)
        self._state.setText(draft_sentence(self._context, draft))

    def _show_empty(self) -> None:
        problem = self._problem
        chart = None
        if problem is not None:
            chart = before_chart(self._context, problem, problem_price(problem), None)
        self._before.set_chart(chart)
        self._after.set_chart(None)
        self._moves.show_plan(None, 0)
        self._bands.show_plan(None)
        self._binding.show_plan(None, 0)
        self._figures.clear()

    @Slot(str, str, int)
    def _on_dragged(self, machine: str, batch: str, start_min: int) -> None:
        if self._draft is None:
            return
        dragged = self._draft.dragged(machine, batch, start_min)
        self._figures.show_plan(dragged.plan)
        start = texts.clock_time(dragged.start_ms + start_min * MINUTE_MS, self._context.plant.zone)
        where = self.tr("{machine} from {start}.").format(machine=self._context.label(machine), start=start)
        self._state.setText(f"{where} {draft_sentence(self._context, dragged)}")

    @Slot(str, str, int)
    def _on_dropped(self, machine: str, batch: str, start_min: int) -> None:
        if self._draft is not None:
            self._draft = self._draft.moved(machine, batch, start_min)
            self._show_draft()
            self._show_rights()

    @Slot()
    def _on_propose(self) -> None:
        person = self._context.session.person
        if person is None or self._draft is None:
            return
        note, now_ms = self._note.text().strip(), self._context.clock.now_ms()
        proposed = proposal(self._draft, self._context.plant, person.name, person.key, note, now_ms)
        allow(self._propose_button, False, self.tr("The station is looking at the proposal …"))
        self._context.ask(RequestKind.PROPOSE_PLAN, payload_of(proposed), self._on_answered)

    def _on_answered(self, answer: Request) -> None:
        if not answer.accepted:
            self._show_rights()
            return
        plan_id = answer.detail.get("plan_id")
        self._draft, self._problem = None, None
        self._note.clear()
        self._show_draft()
        self._show_rights()
        self._context.messages.inform(
            self.tr("The plan is proposed; a supervisor decides on the Approvals page.")
        )
        if isinstance(plan_id, int):
            self.proposed.emit(plan_id)
