"""The desk's pages: which there are, each made when first seen or when the desk is idle."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QStackedWidget

from hmi.desk.context import DeskContext
from hmi.desk.page import Page
from hmi.desk.snapshot_model import World
from hmi.store.database import Store
from widgets.scrolled import scrolled
from widgets.stylesheet import dress
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

# Between two steps of a page that somebody waits for, or nobody: what else comes has turns of its own.
ASKED_MS, IDLE_MS = 5, 20


class PageStack(QStackedWidget):
    """Makes pages and hands each the World and the theme; `close_down` ends what they started."""

    def __init__(self, context: DeskContext, theme: Theme, entries: tuple[PageEntry, ...]) -> None:
        super().__init__()
        self.entries = entries
        self._context, self._theme = context, theme
        self._pages: dict[str, Page] = {}
        self._areas: dict[str, QScrollArea] = {}  # each with a page: on a small screen it scrolls
        self._world: World | None = None
        self._old_look: list[str] = []  # pages that are still in another theme or language
        self._preparing = False
        self._rest_too = False  # also the pages that nobody has asked for
        self._wanted: tuple[set[str], Callable[[], None]] | None = None
        self._begun: tuple[PageEntry, Iterator[None]] | None = None  # half made: one step a turn
        self._behind: list[str] = []  # pages that have not been handed the newest World yet
        self._step_waits = self._hand_waits = False  # for their turns
        # A page or a notice must never make the window larger than the screen.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._on_idle)

    def page(self, page_id: str) -> Page:
        """The page of an id, made now if need be, and as it should look now."""
        if page_id not in self._pages:
            self._build(self._entry(page_id))
        page = self._pages[page_id]
        if page_id in self._old_look:
            self._old_look.remove(page_id)
            dress(self._areas[page_id], self._theme)
            page.show_theme(self._theme)
            page.retranslate()
        self._hand(page_id)
        return page

    def show_page(self, page_id: str) -> Page:
        """Brings a page to the front."""
        page = self.page(page_id)
        self.setCurrentWidget(self._areas[page_id])
        return page

    def shown_page(self) -> Page | None:
        """The page that is at the front; None before there is one."""
        area = self.currentWidget()
        page = area.widget() if isinstance(area, QScrollArea) else None
        return page if isinstance(page, Page) and page in self._pages.values() else None

    def make(self, page_ids: Collection[str], then: Callable[[], None]) -> None:
        """Makes pages a step a turn, before all others, then calls back; a later call replaces this one."""
        if self._pages.keys() >= set(page_ids):
            then()
        else:
            self._wanted = set(page_ids), then
            self._idle.start(ASKED_MS)

    def ids(self) -> list[str]:
        """The pages in their order."""
        return [entry.page_id for entry in self.entries]

    def show_world(self, world: World) -> None:
        """Hands the World to the page that is seen, and to the others one a turn."""
        self._world = world
        shown = self.shown_page()
        self._behind = sorted(self._pages, key=lambda page_id: self._pages[page_id] is not shown)
        if self._behind and self._pages[self._behind[0]] is shown:
            self._hand(self._behind[0])
        self._hand_soon()

    def show_look(self, theme: Theme) -> None:
        """Puts the pages into a theme and the present language, a step a turn; the one that is seen first."""
        self._end_begun()
        self._theme = theme
        shown = self.shown_page()
        self._old_look = sorted(self._pages, key=lambda page_id: self._pages[page_id] is not shown)
        self._idle.start(ASKED_MS)

    def is_in_look(self, page_id: str) -> bool:
        """Whether a page is in the theme and the language that were shown last."""
        return page_id not in self._old_look

    def build_rest_when_idle(self) -> None:
        """Makes the pages that nobody has opened yet, as soon as nothing else is to be done."""
        if self._missing():
            self._rest_too = True
            self._idle.start(IDLE_MS)

    def begin_anew(self) -> None:
        """Forgets every page and the World; whoever calls shows one of them next."""
        self.close_down()
        for area in self._areas.values():
            self.removeWidget(area)
            area.deleteLater()
        self._areas.clear()
        self._pages.clear()
        self._old_look.clear()
        self._behind.clear()
        self._world = None

    def close_down(self) -> None:
        """Ends what the pages started."""
        self._idle.stop()
        self._step_waits = False
        self._behind.clear()
        self._wanted = None
        self._end_begun()
        for page in self._pages.values():
            page.close_down()

    def _hand(self, page_id: str) -> None:
        if page_id in self._behind:
            self._behind.remove(page_id)
            assert self._world is not None
            self._pages[page_id].show_world(self._world)

    def _hand_soon(self) -> None:
        if self._behind and not self._hand_waits:
            self._hand_waits = True
            self._context.turns.add(self._hand_next)

    def _hand_next(self) -> None:
        self._hand_waits = False
        if self._behind:
            self._hand(self._behind[0])
            self._hand_soon()

    def _on_idle(self) -> None:
        self._step_waits = True
        self._context.turns.add(self._take_step)

    def _take_step(self) -> None:
        if self._step_waits:
            self._step_waits = False
            self._build_next()

    def _build_next(self) -> None:
        """Goes on with a page, one step a turn; what it needs is imported first.

        By the reader's thread, so that the window's is not held by that.
        """
        if self._wanted is not None and self._pages.keys() >= self._wanted[0]:
            then, self._wanted = self._wanted[1], None
            self._idle.start(IDLE_MS)
            then()
            return
        if self._begun is not None:
            self._go_on()
            return
        if self._old_look:
            oldest = self._old_look[0]
            if not dress(self._areas[oldest], self._theme):
                self.page(oldest)
            self._idle.start(ASKED_MS)
            return
        following = self._following()
        if following is None or self._preparing:
            return
        module = following.module
        if module in sys.modules:
            self._on_prepared(None)
            return
        self._preparing = True

        def prepare(_: Store) -> None:
            importlib.import_module(module)

        self._context.reader.submit(prepare, self._on_prepared)

    def _on_prepared(self, _: None) -> None:
        self._preparing = False
        following = self._following()
        if following is None:
            return
        if self._begun is None:
            self._begun = following, self._steps(following)
        self._go_on()

    def _go_on(self) -> None:
        assert self._begun is not None
        if next(self._begun[1], self._begun) is self._begun:
            self._begun = None
        self._idle.start(IDLE_MS if self._wanted is None else ASKED_MS)

    def _following(self) -> PageEntry | None:
        """The page to be made next."""
        wanted = set() if self._wanted is None else self._wanted[0]
        missing = sorted(self._missing(), key=lambda entry: entry.page_id not in wanted)
        return next((entry for entry in missing if self._rest_too or entry.page_id in wanted), None)

    def _entry(self, page_id: str) -> PageEntry:
        return next(entry for entry in self.entries if entry.page_id == page_id)

    def _missing(self) -> list[PageEntry]:
        return [entry for entry in self.entries if entry.page_id not in self._pages]

    def _end_begun(self) -> None:
        """Makes the rest of a page that is half made: it must not miss what all the others are told."""
        if self._begun is not None:
            self._build(self._begun[0])

    def _build(self, entry: PageEntry) -> None:
        """Makes a page at once, or what is still missing of it."""
        begun, steps = self._begun, self._steps(entry)
        if begun is not None and begun[0] is entry:
            self._begun, steps = None, begun[1]
        for _ in steps:
            pass

    def _steps(self, entry: PageEntry) -> Iterator[None]:
        """Making a page: its style, its parts, then its values; each step holds the window a while.

        What a page has from the beginning is styled at once, and each part when it is taken in.
        """
        kind = getattr(importlib.import_module(entry.module), entry.attribute)
        page: Page = kind(self._context)
        page.setObjectName("page")
        page.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        yield
        area = self._areas[entry.page_id] = scrolled(page)
        self.addWidget(area)
        dress(area, self._theme)
        yield
        yield from page.parts()
        page.show_theme(self._theme)
        self._pages[entry.page_id] = page
        if self._world is not None:
            page.show_world(self._world)
