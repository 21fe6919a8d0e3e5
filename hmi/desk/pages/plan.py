"""The Plan page: a search and its draft on one tab, the plan in force and what it saved on the other."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.page import Page, Place
from hmi.desk.pages.plan_in_force import InForceTab
from hmi.desk.pages.plan_search import SearchTab
from hmi.desk.snapshot_model import World
from hmi.store.records import PlanRow
from widgets.theme import Theme


class PlanPage(Page):
    """Where load is moved out of the peak."""

    page_id = "plan"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._rows: tuple[PlanRow, ...] = ()
        self._is_new = True  # with the first World it is decided which tab to begin with
        self._tabs = QTabWidget()
        self._tabs.setObjectName("plan_tabs")
        self._tabs.setDocumentMode(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._tabs)

    def parts(self) -> Iterator[None]:
        """Makes one tab, then the other; each is styled as the page takes it in."""
        self._search = SearchTab(self.context)
        yield
        self._in_force = InForceTab(self.context)
        yield
        self._tabs.addTab(self._search, "")
        yield
        self._tabs.addTab(self._in_force, "")
        yield
        self._search.proposed.connect(self._on_proposed)
        self._in_force.reality.plan_again.connect(self._on_plan_again)
        self.retranslate()

    def help_text(self) -> str:
        """What F1 says."""
        return self.tr(
            "Batch … enters what production asks for: which machine, not before when, "
            "done by when, how long. "
            "Search looks for the cheapest minutes for every batch that has not begun. "
            "The bound is proven: no plan can cost "
            "less. Drag a block to see at once what it costs elsewhere. "
            "Propose signs the plan as you; a supervisor approves it."
        )

    def show_world(self, world: World) -> None:
        """Shows the plant as it is now."""
        self._rows = world.plans
        self._search.show_world(world)
        self._in_force.show_world(world)
        if self._is_new and world.plans:
            self._tabs.setCurrentWidget(self._in_force)
        self._is_new = False

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        self._search.show_theme(theme)
        self._in_force.show_theme(theme)

    def show_target(self, target: str) -> None:
        """Shows the search ("search"), or a stored plan by its id."""
        if target == "search":
            self._tabs.setCurrentWidget(self._search)
        elif target:
            self._tabs.setCurrentWidget(self._in_force)
            self._in_force.show_plan(int(target))

    def places(self) -> list[Place]:
        """The plans that are known, newest first."""
        text = self.tr("Plan {id}, {state}")
        return [
            Place(text.format(id=row.id, state=texts.plan_state(row.state)), self.page_id, str(row.id))
            for row in self._rows
        ]

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._tabs.setTabText(0, self.tr("New plan"))
        self._tabs.setTabText(1, self.tr("In force and verified"))
        self._search.retranslate()
        self._in_force.retranslate()

    def is_settled(self) -> bool:
        """Whether the stored plans have arrived."""
        return self._in_force.is_settled()

    def close_down(self) -> None:
        """Ends the solver's process."""
        self._search.close_down()

    @Slot()
    def _on_plan_again(self) -> None:
        self.show_target("search")
        self._search.begin()

    @Slot(int)
    def _on_proposed(self, plan_id: int) -> None:
        self.show_target(str(plan_id))
