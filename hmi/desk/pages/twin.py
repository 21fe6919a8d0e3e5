"""The Twin page: what it believes and found, the batches, the hours, what was learned, and a what-if."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QTabWidget, QVBoxLayout

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.page import Page, Place
from hmi.desk.pages.twin_batches import BatchesTab
from hmi.desk.pages.twin_error import ErrorPicture, day_plot
from hmi.desk.pages.twin_findings import FindingsTab
from hmi.desk.pages.twin_hours import HoursTab
from hmi.desk.pages.twin_machines import MachinesTab, TwinFacts
from hmi.desk.pages.twin_models import ModelsTab
from hmi.desk.pages.twin_tab import TwinTab
from hmi.desk.pages.twin_what_if import WhatIfTab
from hmi.desk.snapshot_model import World
from widgets.theme import Theme


class TwinPage(Page):
    """Tabs about the machines; all but the first two about the one that is chosen in the corner."""

    page_id = "twin"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._count = 0
        self._tabs, self._machine = QTabWidget(), QComboBox()
        self._tabs.setObjectName("twin_tabs")
        self._tabs.setDocumentMode(True)
        self._machine.setObjectName("twin_machine")
        for machine in context.plant.machines:
            self._machine.addItem(machine.label, machine.id)
        self._tabs.setCornerWidget(self._machine)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._tabs)

    def parts(self) -> Iterator[None]:
        """Makes the tabs, each plot at a time of its own, then takes in one after the other."""
        context, first = self.context, self.context.plant.machines[0].id
        error = day_plot(context.plant.zone, "kW")
        yield
        covered = day_plot(context.plant.zone, "%")
        yield
        self._machines = MachinesTab(context, ErrorPicture(error, covered))
        yield
        what_if = WhatIfTab(context, first)
        yield
        self._findings = FindingsTab(context)
        batches, hours, models = (kind(context, first) for kind in (BatchesTab, HoursTab, ModelsTab))
        self._others: tuple[TwinTab, ...] = (batches, hours, what_if, models)
        yield
        for tab in self._all():
            self._tabs.addTab(tab, "")  # there it is styled
            yield
        self._findings.counted.connect(self._on_counted)
        self._machines.chosen.connect(self._on_row)
        self._machine.currentIndexChanged.connect(self._on_machine)
        self._tabs.currentChanged.connect(self._on_tab)
        self.retranslate()
        self._on_tab(0)

    def _all(self) -> tuple[TwinTab, ...]:
        return (self._machines, self._findings, *self._others)

    @property
    def facts(self) -> TwinFacts | None:
        """What the first tab shows; None before the first has come."""
        return self._machines.facts

    def title(self) -> str:
        """The page's name."""
        return texts.page(self.page_id)

    def help_text(self) -> str:
        """What the page is for."""
        return self.tr(
            "What the twin believes of each machine and how well it foretold. Error and coverage are of the "
            "forecasts of the last seven days, each judged against what the meter read in the six hours "
            "after it; about eighty of a hundred moments should lie in the band. Choose a row to see what "
            "was said a day ago beside what came, or the error of each day over half a year. "
            "A finding is said once, with its evidence, and stands "
            "until somebody looks into it. On the other tabs: the batches and what operators write of them, "
            "hours and starts by day, shift and tariff period, a what-if that runs beside reality, and what "
            "was learned night by night."
        )

    def show_world(self, world: World) -> None:
        """Reads anew now and then, while it is looked at."""
        for tab in self._all():
            tab.show_world(world)

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours."""
        for tab in self._all():
            tab.show_theme(theme)

    def show_target(self, target: str) -> None:
        """Chooses a machine."""
        self._machines.choose(target)
        self._choose(target)

    def show_tab(self, index: int) -> None:
        """Shows a tab by its place."""
        self._tabs.setCurrentIndex(index)

    def places(self) -> list[Place]:
        """The machines' models."""
        title = self.tr("Twin of {machine}")
        return [
            Place(title.format(machine=machine.label), self.page_id, machine.id)
            for machine in self.context.plant.machines
        ]

    def is_settled(self) -> bool:
        """Whether what is shown is of the chosen subject."""
        return self.facts is not None and all(tab.is_settled() for tab in self._all())

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        titles = (
            self.tr("Machines"),
            self._findings_title(),
            self.tr("Batches"),
            self.tr("Hours and starts"),
            self.tr("What if"),
            self.tr("What was learned"),
        )
        for index, text in enumerate(titles):
            self._tabs.setTabText(index, text)
        self._machine.setAccessibleName(self.tr("Machine of the tab"))
        for tab in self._all():
            tab.retranslate()

    def _findings_title(self) -> str:
        return self.tr("Findings ({count})").format(count=self._count)

    @Slot(int)
    def _on_counted(self, count: int) -> None:
        self._count = count
        self._tabs.setTabText(1, self._findings_title())

    def _choose(self, machine: str) -> None:
        index = self._machine.findData(machine)
        if index >= 0:
            self._machine.setCurrentIndex(index)

    @Slot(str)
    def _on_row(self, subject: str) -> None:
        self._choose(subject)

    @Slot(int)
    def _on_machine(self, _index: int) -> None:
        for tab in self._others:
            tab.show_machine(str(self._machine.currentData()))

    @Slot(int)
    def _on_tab(self, index: int) -> None:
        self._machine.setVisible(index > 1)
        if index > 0:
            self._all()[index].load()
