"""The guided start's last step: everything is written, the station starts, the first value is awaited."""

from __future__ import annotations

import math
import socket
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLabel, QPushButton

from devices.budget import LineBudget
from devices.clock import Clock
from devices.datafile import DataFileError
from devices.reading import Quality, Reading
from hmi.approval import UserError, create_first_administrator, create_user
from hmi.data_folder import plant_path
from hmi.demo.companions import Companions
from hmi.demo.example import start_example, write_example
from hmi.desk import fault_texts, point_texts, texts
from hmi.desk.first.step import FirstAnswers, Step
from hmi.desk.line_budgets import budget_sentence, tight_lines
from hmi.desk.numbers import Counted, number
from hmi.desk.reader import Reader
from hmi.first_plant import write_first_plant
from hmi.plant import Plant
from hmi.plant_edits import changed
from hmi.plant_files import load_whole_plant
from hmi.processes import Companion, start_station
from hmi.store.database import Store
from hmi.store.readings import newest
from hmi.store.records import LineStatus
from hmi.store.status import heartbeat, line_statuses

LOOK_EVERY_MS = 500


@dataclass(frozen=True, slots=True)
class Begun:
    """What the database knows of a station that has just begun."""

    runs: bool
    readings: dict[str, Reading]
    lines: dict[str, LineStatus]


@dataclass(frozen=True, slots=True)
class Written:
    """The plant as it was written, and the example's clock if it is that."""

    plant: Plant
    example_clock: Clock | None


class BeginStep(Step):
    """Writes plant and people, starts the station, and shows the first value that a meter gives."""

    begun = Signal()  # the station runs; the control room can be opened

    def __init__(self, answers: FirstAnswers, reader: Reader) -> None:
        super().__init__(answers)
        self._reader = reader
        self._plant: Plant | None = None
        self.companions: Companions | None = None  # the example's
        self.station: Companion | None = None
        self._summary, self._tight, self._state = self.say(""), self.say(""), self.say("")
        for label in (self._tight, self._state):
            label.setObjectName("strong")
        self._values = QLabel()
        self._values.setWordWrap(True)
        self.start_button = QPushButton(self.tr("Write it and start the station"))
        self.start_button.clicked.connect(self.start)
        self.rows.insertWidget(
            1, self.start_button
        )  # above what comes later, which would push it from a click
        self.rows.addWidget(self._values)
        self.rows.addStretch(1)
        self._looks = QTimer(self)
        self._looks.setInterval(LOOK_EVERY_MS)
        self._looks.timeout.connect(self._look)

    @property
    def state_text(self) -> str:
        """How far it is."""
        return self._state.text()

    @property
    def values_text(self) -> str:
        """The first values."""
        return self._values.text()

    @property
    def is_begun(self) -> bool:
        """Whether plant and people are written: from then on there is no way back."""
        return self._plant is not None

    def enter(self) -> None:
        """Sums up what was said."""
        answers = self.answers
        people = ", ".join(f"{person.name} ({texts.role(person.role)})" for person in answers.people)
        self._on_budgets([])
        self.start_button.setFocus()
        if answers.example:
            text = self.tr("The example plant, simulated in {folder}. People: {people}.")
            self._summary.setText(text.format(folder=answers.data_dir, people=people))
            return
        draft = answers.draft
        text = self.tr(
            "{plant}: {machines:machine|machines}, {meters:meter|meters} on {lines:line|lines}, "
            "tariff {tariff}. People: {people}. It is written to {folder}."
        )
        self._summary.setText(
            text.format(
                plant=draft.shown(("plant", "", "name")),
                machines=Counted(len(draft.left("machines"))),
                meters=Counted(len(draft.left("meters"))),
                lines=Counted(len(draft.left("lines"))),
                tariff=draft.shown(("plant", "", "tariff")),
                people=people,
                folder=answers.data_dir,
            )
        )
        data, path = changed(draft.data, draft.edits, draft.items), plant_path(answers.data_dir)

        def budgets(_store: Store) -> list[LineBudget]:
            return tight_lines(data, path, answers.data_dir, answers.clock.speed)

        self._reader.submit(budgets, self._on_budgets)

    def start(self) -> None:
        """Writes plant and people in the reader's thread."""
        self.start_button.setEnabled(False)
        self._state.setText(self.tr("Writing plant and people …"))
        answers = self.answers

        def write(store: Store) -> Written | str:
            try:
                return write_answers(store, answers)
            except (DataFileError, UserError) as error:
                return str(error)

        self._reader.submit(write, self._on_written, self._on_failed)

    def close_down(self) -> None:
        """Stops looking; what was started goes on."""
        self._looks.stop()

    def _on_budgets(self, tight: list[LineBudget]) -> None:
        """Said before anything is polled."""
        self._tight.setText("\n".join(budget_sentence(one) for one in tight))
        self._tight.setVisible(bool(tight))

    def _on_failed(self, sentence: str) -> None:
        self._state.setText(sentence)
        self.start_button.setEnabled(True)

    def _on_written(self, written: Written | str) -> None:
        if isinstance(written, str):
            self._on_failed(written)
            return
        self._plant, data_dir = written.plant, self.answers.data_dir
        if written.example_clock is not None:
            self.companions = start_example(data_dir, written.example_clock)
        else:
            self.station = start_station(data_dir)
        self._state.setText(self.tr("The station is starting …"))
        self._looks.start()
        self.begun.emit()

    def _look(self) -> None:
        def look(store: Store) -> Begun:
            return Begun(heartbeat(store) is not None, newest(store), line_statuses(store))

        self._reader.submit(look, self._on_looked, self._state.setText)

    def _on_looked(self, begun: Begun) -> None:
        assert self._plant is not None
        good = [one for one in begun.readings.values() if one.quality is Quality.GOOD]
        power = sorted(one.point for one in good if one.point.endswith(".power_kw"))
        troubles = self._troubles(begun)
        if good:
            self._state.setText(self.tr("✓ The station runs and reads. The first values:"))
            shown = power or sorted(one.point for one in good)
            self._values.setText("\n".join(self._told(begun.readings[one]) for one in shown[:8]))
        elif troubles:
            self._state.setText(self.tr("The station runs, but nothing is read yet:"))
            self._values.setText("\n".join(troubles))
        elif begun.runs:
            self._state.setText(self.tr("✓ The station runs; the first values come with the next reading."))

    def _troubles(self, begun: Begun) -> list[str]:
        assert self._plant is not None
        ports = {line.id: line.port for line in self._plant.lines}
        lines = [
            fault_texts.line_trouble(one.reason, one.line, ports.get(one.line, ""))
            for one in begun.lines.values()
            if not one.connected and one.reason
        ]
        bad = [one for one in begun.readings.values() if one.point.endswith((".power_kw", ".energy_kwh"))]
        return lines + [
            f"{self._name(one)}: {point_texts.reading_problem(one)}"
            for one in sorted(bad, key=_point)
            if one.quality is Quality.BAD
        ]

    def _told(self, reading: Reading) -> str:
        quantity = reading.point.partition(".")[2]
        value = number(reading.value, 1) if not math.isnan(reading.value) else ""
        assert self._plant is not None
        at = texts.clock_time(reading.t_ms, self._plant.zone, seconds=True)
        name, unit = point_texts.quantity(quantity), point_texts.UNITS.get(quantity, "")
        return f"{self._name(reading)} · {name} {value} {unit} · {at}"

    def _name(self, reading: Reading) -> str:
        assert self._plant is not None
        plant, meter = self._plant, reading.point.partition(".")[0]
        labels = {one.id: one.label for one in plant.machines} | {plant.shopfloor: plant.shopfloor_label}
        measured = next((one.measures for one in plant.meters if one.id == meter), "")
        return labels.get(measured, meter)


def write_answers(store: Store, answers: FirstAnswers) -> Written:
    """Writes plant file and people, unless there are people; raises DataFileError and UserError."""
    clock = None
    if answers.example:
        clock = write_example(answers.data_dir, store)
    else:
        draft = answers.draft
        write_first_plant(answers.data_dir, changed(draft.data, draft.edits, draft.items))
    if not answers.people_exist:
        _make_people(store, answers)
    return Written(load_whole_plant(answers.data_dir), clock)


def _make_people(store: Store, answers: FirstAnswers) -> None:
    host, first, *others = socket.gethostname(), *answers.people
    signer = create_first_administrator(store, first.name, first.password, answers.clock, host=host)
    for person in others:
        create_user(store, signer, person.name, person.role, person.password, answers.clock, host=host)


def _point(reading: Reading) -> str:
    return reading.point
