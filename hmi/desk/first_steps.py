"""What a plant needs in its first hour, what of it is there, and where the rest is done."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from devices.reading import Quality
from hmi.desk import texts
from hmi.desk.access import allow, who_may
from hmi.desk.context import DeskContext
from hmi.desk.numbers import Counted, number
from hmi.desk.snapshot_model import World, load_world
from hmi.roles import Permission
from hmi.store.database import Store
from hmi.store.records import Role
from hmi.store.users import users
from solver.errors import TariffError
from solver.tariff import band_at

LOOK_EVERY_MS = 1_000
NEEDED = (Role.OPERATOR, Role.SUPERVISOR, Role.ENGINEER)


@dataclass(frozen=True, slots=True)
class FirstFacts:
    """What the database knows of the first steps."""

    world: World
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A step: whether it is done, and in a sentence what there is or what is missing."""

    step: str
    done: bool
    sentence: str


class FirstStepsDialog(QDialog):
    """The guided start's steps on a plant that runs, looked at once a second."""

    add_user_wanted = Signal()
    station_wanted = Signal()

    def __init__(self, parent: QWidget, context: DeskContext) -> None:
        super().__init__(parent)
        self._context = context
        self.steps: list[FirstStep] = []
        self.setWindowTitle(self.tr("First steps"))
        self.setMinimumWidth(820)
        self._rows: dict[str, tuple[QLabel, QLabel, QPushButton]] = {}
        self._arrange()
        self._looks = QTimer(self)
        self._looks.setInterval(LOOK_EVERY_MS)
        self._looks.timeout.connect(self._look)
        self._looks.start()
        self._look()

    def go(self, step: str) -> None:
        """Goes where a step is done."""
        match step:
            case "people":
                self.add_user_wanted.emit()
            case "station":
                self.station_wanted.emit()
                return
            case _:
                section = {"plant": "machines", "meters": "meters", "tariff": "plant"}[step]
                self._context.navigator.go("plant", section)
        self.accept()

    def _look(self) -> None:
        clock, shopfloor = self._context.clock, self._context.plant.shopfloor

        def look(store: Store) -> FirstFacts:
            roles = frozenset(person.role for person in users(store) if person.active)
            return FirstFacts(load_world(store, clock, shopfloor), roles)

        self._context.reader.submit(look, self._on_facts)

    def _on_facts(self, facts: FirstFacts) -> None:
        self.steps = [
            self._plant_step(),
            self._meters_step(facts.world),
            self._tariff_step(),
            self._people_step(facts.roles),
            self._station_step(facts.world),
        ]
        for one in self.steps:
            mark, sentence, _ = self._rows[one.step]
            mark.setText("✓" if one.done else "–")
            mark.setAccessibleName(self.tr("done") if one.done else self.tr("still to do"))
            sentence.setText(one.sentence)
        self._allow(facts.world)

    def _plant_step(self) -> FirstStep:
        plant = self._context.plant
        text = self.tr("{plant}: {count:machine|machines} in {shopfloor}.")
        sentence = text.format(
            plant=plant.name, count=Counted(len(plant.machines)), shopfloor=plant.shopfloor_label
        )
        return FirstStep("plant", True, sentence)

    def _meters_step(self, world: World) -> FirstStep:
        meters = [meter.id for meter in self._context.plant.meters]
        good = {
            point.partition(".")[0] for point, one in world.newest.items() if one.quality is not Quality.BAD
        }
        read = sum(meter in good for meter in meters)
        unmeasured = [
            one.label for one in self._context.plant.machines if self._context.plant.meter_of(one.id) is None
        ]
        text = self.tr("{read} of {count:meter|meters} gave a good value.")
        if unmeasured:
            text = self.tr("{read} of {count:meter|meters} gave a good value; no meter yet: {machines}.")
        sentence = text.format(read=read, count=Counted(len(meters)), machines=", ".join(unmeasured))
        return FirstStep("meters", read == len(meters) and not unmeasured, sentence)

    def _tariff_step(self) -> FirstStep:
        context, name = self._context, self._context.plant.tariff
        try:
            now = band_at(context.tariff, context.clock.now_ms(), context.plant.zone)
        except TariffError:
            text = self.tr("{tariff} has no price for today; choose another.")
            return FirstStep("tariff", False, text.format(tariff=name))
        price = f"{number(now.price_per_kwh, 3)} {context.currency}/kWh"
        text = self.tr("{tariff}; now {band}, {price}.")
        return FirstStep("tariff", True, text.format(tariff=name, band=texts.band(now.name), price=price))

    def _people_step(self, roles: frozenset[Role]) -> FirstStep:
        missing = [texts.role(role) for role in NEEDED if role not in roles]
        if missing:
            text = self.tr("Nobody is {roles} yet; a plan needs an operator and a supervisor.")
            return FirstStep("people", False, text.format(roles=" / ".join(missing)))
        return FirstStep("people", True, self.tr("Operator, supervisor and engineer can sign in."))

    def _station_step(self, world: World) -> FirstStep:
        if not world.station_runs:
            return FirstStep("station", False, self.tr("No station runs, so nothing is read."))
        return FirstStep("station", True, self.tr("The station runs; it goes on when this window is closed."))

    def _allow(self, world: World) -> None:
        session = self._context.session
        for step, (_, _, button) in self._rows.items():
            why, may = self.tr("Goes where this is done."), True
            if step == "people":
                may = session.may(Permission.MANAGE_USERS)
                why = self.tr("Adds a user.") if may else who_may(session, Permission.MANAGE_USERS)
            if step == "station":
                may = not world.station_runs
                why = self.tr("Starts the station.") if may else self.tr("The station runs already.")
            allow(button, may, why)

    def _arrange(self) -> None:
        names = {
            "plant": (self.tr("Plant"), self.tr("Equipment …")),
            "meters": (self.tr("Meters"), self.tr("Find and change …")),
            "tariff": (self.tr("Tariff"), self.tr("Change …")),
            "people": (self.tr("People"), self.tr("Add a user …")),
            "station": (self.tr("Station"), self.tr("Start the station")),
        }
        grid = QGridLayout()
        grid.setColumnStretch(2, 1)
        for row, (step, (name, action)) in enumerate(names.items()):
            mark, sentence, button = QLabel("–"), QLabel(), QPushButton(action)
            title = QLabel(name)
            title.setObjectName("strong")
            mark.setMinimumWidth(24)
            sentence.setWordWrap(True)
            button.setAutoDefault(False)
            button.clicked.connect(partial(self._on_button, step))
            self._rows[step] = (mark, sentence, button)
            for column, part in enumerate((mark, title, sentence, button)):
                grid.addWidget(part, row, column)
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        rows = QVBoxLayout(self)
        rows.addLayout(grid)
        rows.addWidget(close)

    def _on_button(self, step: str, _checked: bool = False) -> None:
        self.go(step)
