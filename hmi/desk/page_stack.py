"""The desk's pages: which there are, each made when first seen or when the desk is idle."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSizePolicy, QStackedWidget

from hmi.desk.context import DeskContext
from hmi.desk.page import Page
from hmi.desk.snapshot_model import World
from hmi.store.database import Store
from widgets.theme import Theme


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page that the desk has: its id, its key, and where its class is."""

    page_id: str
    key: str
    module: str
    attribute: str


PAGES = (
    PageEntry("overview", "F2", "hmi.desk.pages.overview", "OverviewPage"),
    PageEntry("trends", "F3", "hmi.desk.pages.trends", "TrendsPage"),
    PageEntry("plan", "F4", "hmi.desk.pages.plan", "PlanPage"),
    PageEntry("approvals", "F5", "hmi.desk.pages.approvals", "ApprovalsPage"),
    PageEntry("alarms", "F6", "hmi.desk.pages.alarms", "AlarmsPage"),
    PageEntry("energy", "F7", "hmi.desk.pages.energy", "EnergyPage"),
    PageEntry("twin", "F8", "hmi.desk.pages.twin", "TwinPage"),
    PageEntry("plant", "F9", "hmi.desk.pages.plant", "PlantPage"),
    PageEntry("diagnosis", "F10", "hmi.desk.pages.diagnosis", "DiagnosisPage"),
    PageEntry("audit", "F11", "hmi.desk.pages.audit", "AuditPage"),
)


class PageStack(QStackedWidget):
    """Makes pages and hands each the World and the theme; `close_down` ends what they started."""

    def __init__(self, context: DeskContext, theme: Theme, entries: tuple[PageEntry, ...]) -> None:
        super().__init__()
        self.entries = entries
        self._context, self._theme = context, theme
        self._pages: dict[str, Page] = {}
        self._world: World | None = None
        self._preparing = False
        # A page or a notice must never make the window larger than the screen.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._build_next)

    @property
    def shown_id(self) -> str:
        """The id of the page that is seen."""
        return next(key for key, page in self._pages.items() if page is self.currentWidget())

    def page(self, page_id: str) -> Page:
        """The page of an id, made now if need be."""
        if page_id not in self._pages:
            self._build(next(entry for entry in self.entries if entry.page_id == page_id))
        return self._pages[page_id]

    def ids(self) -> list[str]:
        """The pages in their order."""
        return [entry.page_id for entry in self.entries]

    def show_world(self, world: World) -> None:
        """Hands the World to every page that was made."""
        self._world = world
        for page in self._pages.values():
            page.show_world(world)

    def show_theme(self, theme: Theme) -> None:
        """Hands the theme to every page that was made."""
        self._theme = theme
        for page in self._pages.values():
            page.show_theme(theme)

    def retranslate(self) -> None:
        """Puts every page that was made into the present language."""
        for page in self._pages.values():
            page.retranslate()

    def build_rest_when_idle(self) -> None:
        """Makes the pages that nobody has opened yet, as soon as nothing else is to be done."""
        if len(self._pages) < len(self.entries):
            self._idle.start()

    def begin_anew(self) -> None:
        """Forgets every page and the World; whoever calls shows one of them next."""
        self.close_down()
        for page in self._pages.values():
            self.removeWidget(page)
            page.deleteLater()
        self._pages.clear()
        self._world = None

    def close_down(self) -> None:
        """Ends what the pages started."""
        self._idle.stop()
        for page in self._pages.values():
            page.close_down()

    def _build_next(self) -> None:
        """Makes the next page, one a turn; what it needs is imported first.

        By the reader's thread, so that the window's is not held by that.
        """
        missing = [entry for entry in self.entries if entry.page_id not in self._pages]
        if not missing or self._preparing:
            return
        self._preparing, module = True, missing[0].module

        def prepare(_: Store) -> None:
            importlib.import_module(module)

        self._context.reader.submit(prepare, self._on_prepared)

    def _on_prepared(self, _: None) -> None:
        self._preparing = False
        missing = [entry for entry in self.entries if entry.page_id not in self._pages]
        if missing:
            self._build(missing[0])
        if len(missing) > 1:
            self._idle.start()

    def _build(self, entry: PageEntry) -> None:
        kind = getattr(importlib.import_module(entry.module), entry.attribute)
        page: Page = kind(self._context)
        page.setObjectName("page")
        page.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        page.show_theme(self._theme)
        self._pages[entry.page_id] = page
        self.addWidget(page)
        if self._world is not None:
            page.show_world(self._world)
