"""What the window expects of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from hmi.desk import texts
from hmi.desk.context import DeskContext
from hmi.desk.snapshot_model import World
from widgets.theme import Theme


@dataclass(frozen=True, slots=True)
class Place:
    """Something that Ctrl+K can go to: what it is called, and where it is shown."""

    title: str
    page_id: str
    target: str = ""


class Page(QWidget):
    """A page of the desk; it is made once, on the first visit or when the desk is idle, and kept.

    `show_world` comes about once a second, also while the page is hidden: a page remembers it and draws
    only what changed. Only `show_theme` and `retranslate` rebuild. What needs the database goes through
    `context.reader.submit(job, then)`; what needs the station through `context.ask`.
    """

    page_id: ClassVar[str]

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self.context = context

    def parts(self) -> Iterator[None]:
        """Makes what takes long to make, a part at a time: between two the event loop may take its turn.

        All parts are there before anything else is asked of the page.
        """
        yield from ()

    def heightForWidth(self, width: int) -> int:
        """The least height and not the best: the page scrolls only where it would be squeezed."""
        return self.minimumSizeHint().height()

    def title(self) -> str:
        """The page's name in the navigation, in the present language."""
        return texts.page(self.page_id)

    def help_text(self) -> str:
        """What F1 says about this page: a few plain sentences."""
        return ""

    def show_world(self, world: World) -> None:
        """Shows the plant as it is now."""

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours in what it paints itself."""

    def show_target(self, target: str) -> None:
        """Brings a thing into sight (a machine's id, a point, an alarm's key, a plan's id)."""

    def places(self) -> list[Place]:
        """What Ctrl+K should find beside the page itself."""
        return []

    def retranslate(self) -> None:
        """Puts every text into the present language."""

    def is_settled(self) -> bool:
        """Whether everything that it asked the database for has arrived: then a picture of it is true."""
        return True

    def close_down(self) -> None:
        """Ends what it started; called once, before the window goes."""
