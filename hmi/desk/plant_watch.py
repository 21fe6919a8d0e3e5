"""Whether the plant that this desk shows is still the one that the station works with."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from hmi.desk.context import DeskContext
from hmi.desk.snapshot_model import World
from hmi.plant_past import is_in_force
from hmi.store.database import Store


class PlantWatch(QObject):
    """Compares once for each plant that a station notes, whichever desk asked for the change."""

    judged = Signal(bool)  # whether the station works with another plant than this desk shows

    def __init__(self, parent: QObject, context: DeskContext) -> None:
        super().__init__(parent)
        self._context = context
        self._version = 0

    def show_world(self, world: World) -> None:
        """Looks again when a station has noted a plant since; a recording shows what was."""
        if self._context.replay is not None or world.plant_version == self._version:
            return
        self._version = world.plant_version
        plant, tariff = self._context.plant, self._context.tariff

        def look(store: Store) -> bool:
            return not is_in_force(store, plant, tariff)

        self._context.reader.submit(look, self._on_looked, self._context.messages.warn)

    def _on_looked(self, differs: bool) -> None:
        self.judged.emit(differs)
