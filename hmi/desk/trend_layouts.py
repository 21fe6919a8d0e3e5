"""Layouts of the Trends page, saved under names, each person's own."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from hmi.desk.context import DeskContext
from hmi.desk.line_dialog import open_line_dialog
from hmi.store.database import Store
from hmi.store.status import save_setting, setting


class TrendLayout(msgspec.Struct, frozen=True):
    """Which points, over how long, drawn how; a locked one is kept as it is until it is unlocked."""

    points: tuple[str, ...]
    span_ms: int
    stairs: tuple[str, ...] = ()
    lead_ms: int = -1  # of the forecasts beside them (trend_beside.py)
    planned: bool = False
    locked: bool = False


class LockedLayoutError(Exception):
    """The layout of this name is locked."""


def load_layouts(store: Store, person: str) -> dict[str, TrendLayout]:
    """A person's layouts by name; "" stands for a desk where nobody is signed in."""
    found = setting(store, _key(person))
    return {} if found is None else msgspec.convert(found, dict[str, TrendLayout])


def save_layout(store: Store, person: str, name: str, layout: TrendLayout) -> dict[str, TrendLayout]:
    """Keeps a layout under a name, in place of one of the same name; returns all.

    Raises LockedLayoutError where that one is locked and this would change more than its lock.
    """
    with store.transaction():
        known = load_layouts(store, person)
        before = known.get(name)
        if before is not None and before.locked and msgspec.structs.replace(layout, locked=True) != before:
            raise LockedLayoutError(name)
        layouts = {**known, name: layout}
        save_setting(store, _key(person), layouts)
    return layouts


def drop_layout(store: Store, person: str, name: str) -> dict[str, TrendLayout]:
    """Forgets a layout that is not locked; returns what is left. Raises LockedLayoutError."""
    with store.transaction():
        layouts = load_layouts(store, person)
        if name in layouts and layouts[name].locked:
            raise LockedLayoutError(name)
        layouts.pop(name, None)
        save_setting(store, _key(person), layouts)
    return layouts


def _key(person: str) -> str:
    return f"trend_layouts.{person}"


class SavedLayouts(QObject):
    """The layouts of the person at the desk; `named` is the one in use, "" for none."""

    changed = Signal()
    name_given = Signal(str)

    def __init__(self, parent: QWidget, context: DeskContext) -> None:
        super().__init__(parent)
        self._window, self._context = parent, context
        self._layouts: dict[str, TrendLayout] = {}
        self.named = self._wanted = ""
        context.session.changed.connect(self.load)

    @property
    def names(self) -> list[str]:
        """The names, in order."""
        return sorted(self._layouts)

    @property
    def locked(self) -> bool:
        """Whether the one in use is locked."""
        return self.named in self._layouts and self._layouts[self.named].locked

    def use(self, name: str) -> TrendLayout:
        """The layout of a name, from now on in use."""
        self.named = name
        return self._layouts[name]

    def load(self) -> None:
        """Reads the layouts of whoever is signed in now."""
        person = self._context.session.name

        def work(store: Store) -> dict[str, TrendLayout]:
            return load_layouts(store, person)

        self._context.reader.submit(work, self._on_loaded)

    def save(self, name: str, layout: TrendLayout) -> None:
        """Keeps a layout."""
        name, person = name.strip(), self._context.session.name
        if not name:
            return

        def work(store: Store) -> dict[str, TrendLayout] | None:
            try:
                return save_layout(store, person, name, layout)
            except LockedLayoutError:
                return None

        self._wanted = name
        self._context.reader.submit(work, self._on_saved, self._context.messages.warn)

    def lock(self, locked: bool) -> None:
        """Locks the layout in use, or unlocks it."""
        if self.named in self._layouts:
            self.save(self.named, msgspec.structs.replace(self._layouts[self.named], locked=locked))

    def drop(self) -> None:
        """Forgets the layout in use."""
        person, name = self._context.session.name, self.named

        def work(store: Store) -> dict[str, TrendLayout] | None:
            try:
                return drop_layout(store, person, name)
            except LockedLayoutError:
                return None

        self._wanted = name
        self._context.reader.submit(work, self._on_saved, self._context.messages.warn)

    def ask_name(self) -> None:
        """Asks for a name to save under."""
        title, sentence = self.tr("Save the layout"), self.tr("Under which name?")
        dialog = open_line_dialog(self._window, title, sentence, self.named)
        dialog.textValueSelected.connect(self.name_given)

    def _on_saved(self, layouts: dict[str, TrendLayout] | None) -> None:
        if layouts is None:
            text = self.tr("The layout “{name}” is locked; unlock it first, or save under another name.")
            self._context.messages.warn(text.format(name=self._wanted))
            return
        self.named = self._wanted
        self._on_loaded(layouts)

    def _on_loaded(self, layouts: dict[str, TrendLayout]) -> None:
        self._layouts = layouts
        if self.named not in layouts:
            self.named = ""
        self.changed.emit()
