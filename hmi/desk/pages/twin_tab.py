"""What the tabs of the Twin page have in common: one machine, read from the store now and then."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from hmi.desk.context import DeskContext
from hmi.desk.snapshot_model import World
from hmi.store.database import Store
from widgets.theme import Theme

RELOAD_EVERY_S = 10.0

T = TypeVar("T")


class TwinTab(QWidget):
    """Reads what it shows of its machine while it is looked at.

    `read` finds what is to be shown of a machine at a time, in the reader's thread; `take` shows it.
    """

    def __init__(
        self,
        context: DeskContext,
        machine: str,
        read: Callable[[Store, str, int], T],
        take: Callable[[T], None],
    ) -> None:
        super().__init__()

        def work(store: Store, of_machine: str, now_ms: int) -> Callable[[], None]:
            return partial(take, read(store, of_machine, now_ms))

        self._work = work
        self.context = context
        self.machine = machine
        self.loading = False
        self._loaded_of = ""
        self._asked_s = -math.inf

    def retranslate(self) -> None:
        """Puts every text into the present language."""

    def show_theme(self, theme: Theme) -> None:
        """Takes over the theme's colours in what it paints itself."""

    def show_rights(self) -> None:
        """Keeps the buttons right for who is signed in."""

    def show_world(self, _world: World) -> None:
        """Reads anew now and then, while it is looked at."""
        if self.isVisible():
            self.load_now_and_then()

    def load_now_and_then(self) -> None:
        """Asks the store where that was some time ago."""
        if self.context.clock.monotonic_s() - self._asked_s >= RELOAD_EVERY_S:
            self.load()

    def show_machine(self, machine: str) -> None:
        """Goes over to another machine."""
        if machine != self.machine:
            self.machine = machine
            self.load()

    def is_settled(self) -> bool:
        """Whether what is shown is of its machine; also where nobody has looked at it yet."""
        return not self.loading and (not self.isVisible() or self._loaded_of == self.machine)

    def load(self) -> None:
        """Asks the store."""
        self._asked_s = self.context.clock.monotonic_s()
        self.loading = True
        machine, now_ms = self.machine, self.context.clock.now_ms()

        def work(store: Store) -> tuple[str, Callable[[], None]]:
            return machine, self._work(store, machine, now_ms)

        self.context.reader.submit(work, self._on_loaded, self._on_trouble)

    def _on_loaded(self, found: tuple[str, Callable[[], None]]) -> None:
        self.loading = False
        machine, show = found
        if machine == self.machine:
            self._loaded_of = machine
            show()

    def _on_trouble(self, sentence: str) -> None:
        self.loading = False
        self.context.messages.warn(sentence)
