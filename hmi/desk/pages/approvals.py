"""The Approvals page: what waits for a supervisor, compared with what would run without it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from hmi.desk import plan_texts, texts
from hmi.desk.context import DeskContext
from hmi.desk.numbers import number
from hmi.desk.page import Page, Place
from hmi.desk.pages.approval_compare import PlanComparison
from hmi.desk.pages.approval_signing import SigningPanel
from hmi.desk.plan_decision import Proposal, Step, foreseen_stale, load_proposals, too_late
from hmi.desk.snapshot_model import World
from hmi.store.records import PlanState
from widgets.rows_table import Row, RowsTable
from widgets.theme import Theme

LEFT_PX = 330


class ApprovalsPage(Page):
    """Where the second signature is given or refused."""

    page_id = "approvals"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._world: World | None = None
        self._proposals: dict[str, Proposal] = {}
        self._late: dict[str, str] = {}  # why proposals can no longer be approved, by plan
        self._known: tuple[tuple[int, PlanState], ...] | None = None
        self._loading = False
        self._wanted = ""
        self._is_picked = False  # by a person: it stays, whatever comes of it, until the page is left
        self._make_parts()
        self._lay_out()
        context.session.changed.connect(self._show_list)
        self.retranslate()

    def help_text(self) -> str:
        """What F1 says."""
        return self.tr(
            "A plan is carried out only after a second person has signed it. Compare it with what would run "
            "without it, give a reason, and sign with your password: the signature covers exactly this plan, "
            "its tariff and its data. Who proposed a plan does not decide on it. If tariff, machines or time "
            "have left a plan behind, the station refuses it as stale and says why."
        )

    def show_world(self, world: World) -> None:
        """Takes over what waits; asks for the plans in full when something has changed."""
        self._world = world
        self.compare.set_now(world.t_ms)
        known = tuple((row.id, row.state) for row in world.plans)
        if known != self._known and not self._loading:
            self._known = known
            self._load()
        self._show_words()

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self.compare.show_theme(theme)

    def show_target(self, target: str) -> None:
        """Shows a plan by its id."""
        self._wanted, self._is_picked = target, True
        self._list.choose(target)
        self._show_plan()

    def places(self) -> list[Place]:
        """The proposals that wait."""
        text = self.tr("Proposal {id} by {name}")
        return [
            Place(text.format(id=one.row.id, name=one.row.proposed_by), "approvals", key)
            for key, one in self._proposals.items()
            if key in self._open()
        ]

    def hideEvent(self, event: QHideEvent) -> None:
        """Who comes back wants to see what waits."""
        super().hideEvent(event)
        self._is_picked = False

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._list.set_headers(
            [
                self.tr("Plan"),
                self.tr("State"),
                self.tr("By"),
                self.tr("Saves, {currency}").format(currency=self.context.currency),
            ],
            numbers={0, 3},
            stretch=3,  # the names of people keep their room
        )
        self._empty.setText(
            self.tr(
                "Nothing was proposed yet. An operator searches a plan on the Plan page and proposes it; "
                "it then waits here for a supervisor."
            )
        )
        self.compare.retranslate()
        self.signing.retranslate()
        self._show_list()

    def is_settled(self) -> bool:
        """Whether the plans have arrived."""
        return self._known is not None and not self._loading

    def _make_parts(self) -> None:
        self._list = RowsTable("proposals", touch=True)
        self._list.row_chosen.connect(self._on_chosen)
        self._waiting, self._who, self._warning, self._empty = QLabel(), QLabel(), QLabel(), QLabel()
        self._waiting.setObjectName("strong")
        self._who.setObjectName("proposal_sentence")
        self._warning.setObjectName("strong")
        for label in (self._waiting, self._who, self._warning, self._empty):
            label.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.compare = PlanComparison(self.context)
        self.signing = SigningPanel(self.context)
        self.signing.decided.connect(self._on_decided)

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        rows = QVBoxLayout(left)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._waiting)
        rows.addWidget(self._list, 1)
        rows.addWidget(self.signing)
        about = QVBoxLayout(right)
        about.setContentsMargins(8, 0, 0, 0)
        about.addWidget(self._who)
        about.addWidget(self._warning)
        about.addWidget(self.compare, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([LEFT_PX, 4 * LEFT_PX])
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(split)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._stack)

    def _load(self) -> None:
        self._loading = True
        self.context.reader.submit(load_proposals, self._on_loaded, self._on_not_loaded)

    def _on_loaded(self, found: list[Proposal]) -> None:
        self._loading = False
        self._proposals = {str(one.row.id): one for one in found}
        self._show_list()

    def _on_not_loaded(self, sentence: str) -> None:
        self._loading, self._known = False, None
        self.context.messages.warn(sentence)

    @Slot()
    def _show_list(self) -> None:
        self._show_rows()
        self._stack.setCurrentIndex(1 if self._proposals else 0)
        if self._wanted not in self._proposals or not (self._is_picked or self._wanted in self._open()):
            self._wanted = next(iter([*self._open(), *self._proposals]), "")
        self._list.choose(self._wanted)
        self._show_plan()

    def _open(self) -> list[str]:
        """The proposals that wait for a decision, the newest first."""
        return [key for key, one in self._proposals.items() if one.row.state is PlanState.PROPOSED]

    def _show_rows(self) -> None:
        late = self.tr("too late")
        rows = [_row(one, late if self._late.get(key) else "") for key, one in self._proposals.items()]
        self._list.set_rows(rows, list(self._proposals))

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        if key and key != self._wanted:
            self._wanted, self._is_picked = key, True
            self._show_plan()

    def _show_plan(self) -> None:
        self.compare.show_proposal(self._proposals.get(self._wanted))
        self._show_words()

    def _show_words(self) -> None:
        self._find_late()
        proposal = self._proposals.get(self._wanted)
        late = sum(map(bool, self._late.values()))
        self._waiting.setText(self._count(len(self._open()), late))
        self._who.setText(self._story(proposal) if proposal is not None else "")
        why, stale = self._late.get(self._wanted, ""), ""
        if not why and proposal is not None and self._world is not None:
            stale = foreseen_stale(self.context, proposal, self._world)
        text = self.tr("If it were approved now the station would refuse it as stale: {why}.")
        self._warning.setText(text.format(why=stale) if stale else why)
        self._warning.setVisible(bool(stale or why))
        in_force = self._world.plan_in_force if self._world is not None else None
        self.signing.show_plan(proposal.row if proposal is not None else None, in_force, why)

    def _count(self, waiting: int, late: int) -> str:
        if not waiting:
            return self.tr("Nothing waits for a decision.")
        text = self.tr("{n} waiting for a decision")
        if late:
            text = self.tr("{n} waiting for a decision, {late} of them too late to approve")
        return text.format(n=waiting, late=late)

    def _find_late(self) -> None:
        world = self._world
        if world is None:
            return
        found = {key: too_late(self.context, one, world.t_ms) for key, one in self._proposals.items()}
        if found != self._late:
            self._late = found
            self._show_rows()

    def _story(self, proposal: Proposal) -> str:
        row, zone = proposal.row, self.context.plant.zone
        parts = [
            self.tr("Plan {id}, {start} to {end}, proposed by {name} at {when}.").format(
                id=row.id,
                start=texts.day_and_time(row.start_ms, zone),
                end=texts.day_and_time(row.end_ms, zone),
                name=row.proposed_by,
                when=texts.day_and_time(row.proposed_ms, zone),
            )
        ]
        if row.note:
            parts.append(self.tr("Note: “{note}”").format(note=row.note))
        if row.state is not PlanState.PROPOSED:
            parts.append(self._outcome(proposal))
        return " ".join(parts)

    def _outcome(self, proposal: Proposal) -> str:
        row = proposal.row
        state = texts.plan_state(row.state)
        if row.state in (PlanState.STALE, PlanState.STOPPED) or not row.decided_by:
            why = plan_texts.code(row.state_reason)
            text = self.tr("It is {state}: {why}.") if why else self.tr("It is {state}.")
            return text.format(state=state, why=why)
        text = self.tr("It is {state}; {name} decided: “{reason}”")
        return text.format(state=state, name=row.decided_by, reason=row.decision_reason)

    @Slot(Step, int)
    def _on_decided(self, step: Step, plan_id: int) -> None:
        text = (
            self.tr("Plan {id} is approved and signed; the station carries it out.")
            if step is Step.APPROVE
            else self.tr("Plan {id} is rejected; its proposer sees why.")
        )
        self._is_picked = True  # its outcome is looked at
        self.context.messages.inform(text.format(id=plan_id))


def _row(proposal: Proposal, late: str) -> Row:
    row, plan = proposal.row, proposal.plan
    saved = number(plan.cost_before - plan.cost, 2)
    return (str(row.id), late or texts.plan_state(row.state), row.proposed_by, saved)
