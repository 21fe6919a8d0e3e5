"""What every page is handed: plant, clock, reader, who is signed in, and ways to ask and to tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from devices.clock import Clock
from hmi.desk.alarm_sound import AlarmSound
from hmi.desk.messages import Messages
from hmi.desk.numbers import currency_name
from hmi.desk.reader import Reader
from hmi.desk.replay_clock import ReplayClock
from hmi.desk.session import Session
from hmi.desk.station_link import StationLink
from hmi.desk.time_window import TimeWindow
from hmi.desk.turns import Turns
from hmi.plant import Plant
from hmi.store.records import Request, RequestKind
from solver.tariff import Tariff


class Navigator(QObject):
    """Asks the window to show a page, and on it a thing (a machine, a point, an alarm's key, a plan's id)."""

    wanted = Signal(str, str)

    def go(self, page_id: str, target: str = "") -> None:
        """Shows the page; "" leaves it at what it shows."""
        self.wanted.emit(page_id, target)


@dataclass(frozen=True, slots=True)
class DeskContext:
    """Handed to pages and dialogs; all of it lives as long as the window, `session` and `window` longer."""

    data_dir: Path
    plant: Plant
    tariff: Tariff
    clock: Clock
    reader: Reader
    turns: Turns
    session: Session
    messages: Messages
    station: StationLink
    navigator: Navigator
    sound: AlarmSound
    window: TimeWindow
    plant_file: Path

    @property
    def replay(self) -> ReplayClock | None:
        """The tape's clock, in a desk that plays a recording."""
        return self.clock if isinstance(self.clock, ReplayClock) else None

    @property
    def currency(self) -> str:
        """What the plant's money is called in the person's language."""
        return currency_name(self.plant.currency)

    def ask(
        self,
        kind: RequestKind,
        payload: Mapping[str, object],
        then: Callable[[Request], None] | None = None,
    ) -> None:
        """Asks the station for something; a refusal is told on the bus, `then` gets the answer either way."""
        self.station.ask(self.session.name, kind, payload, then)

    def label(self, subject: str) -> str:
        """What people call a machine, the shop-floor or a meter."""
        plant = self.plant
        measured = next((meter.measures for meter in plant.meters if meter.id == subject), "")
        for one in (subject, measured):
            label = plant.shopfloor_label if one == plant.shopfloor else ""
            label = label or next((machine.label for machine in plant.machines if machine.id == one), "")
            if label:
                return label
        return subject
