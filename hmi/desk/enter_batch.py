"""Entering a batch that production asks for, so that a plan can place it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from hmi.desk import fault_texts, texts
from hmi.desk.access import allow, who_may
from hmi.desk.context import DeskContext
from hmi.desk.forms import add_row
from hmi.desk.sign_in import buttons, problem_label
from hmi.desk.snapshot_model import World
from hmi.planning import Situation, free_from_ms
from hmi.plant import MachineSpec
from hmi.roles import Permission
from hmi.station.payloads import EnterBatch, payload_of
from hmi.store.batches import batch as stored_batch
from hmi.store.database import Store
from hmi.store.records import Batch, MachineStatus, Request, RequestKind
from solver.durations import DAY_MS, MINUTE_MS

WIDTH_PX = 560
ROUND_MS = 10 * MINUTE_MS
FIELDS = ("id", "earliest", "habit", "due", "running")


class EnterBatchButton(QPushButton):
    """Opens the dialog to whom may enter batches, and says that one was taken."""

    def __init__(self, context: DeskContext) -> None:
        super().__init__()
        self._context = context
        self._machines: Mapping[str, MachineStatus] = {}
        self.setObjectName("enter_batch")
        self.clicked.connect(self._on_clicked)

    def retranslate(self) -> None:
        """Puts its text into the present language."""
        self.setText(self.tr("&Batch …"))

    def show_rights(self) -> None:
        """May be used, or says why not."""
        session = self._context.session
        may_enter = session.may(Permission.ENTER_BATCH)
        why = self.tr("Enters a batch that a plan can place, or changes one by its name.")
        allow(self, may_enter, why if may_enter else who_may(session, Permission.ENTER_BATCH))

    def show_world(self, world: World) -> None:
        """Keeps what the machines are doing."""
        self._machines = world.machines

    @Slot()
    def _on_clicked(self) -> None:
        dialog = EnterBatchDialog(self, self._context, self._machines)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.entered.connect(self._on_entered)
        dialog.open()

    @Slot(str)
    def _on_entered(self, batch: str) -> None:
        text = self.tr("Batch {batch} is entered; search to see where a plan puts it.")
        self._context.messages.inform(text.format(batch=batch))


class EnterBatchDialog(QDialog):
    """Asks which machine, when and how long; stays open until the station has taken the batch."""

    entered = Signal(str)  # the batch's id

    def __init__(self, parent: QWidget, context: DeskContext, machines: Mapping[str, MachineStatus]) -> None:
        super().__init__(parent)
        self._context = context
        self._doing = Situation(context.clock.now_ms(), (), machines, ())
        self.setWindowTitle(self.tr("Enter a batch"))
        self.setMinimumWidth(WIDTH_PX)
        self._ticket: int | None = None
        self._machine, self._problem, self._changes = QComboBox(), problem_label(), problem_label()
        for machine in context.plant.machines:
            self._machine.addItem(machine.label, machine.id)
        self._lines = {name: QLineEdit() for name in FIELDS}
        self._captions = {
            "id": self.tr("Name"),
            "earliest": self.tr("Not before (year-month-day hour:minute)"),
            "habit": self.tr("The crew would start it at"),
            "due": self.tr("Done by"),
            "running": self.tr("Runs for, min"),
        }
        form = QFormLayout()
        add_row(form, self.tr("Machine"), self._machine)
        for name, line in self._lines.items():
            line.setObjectName(f"batch_{name}")
            add_row(form, self._captions[name], line)
        self._enter = QPushButton()
        self._enter.setDefault(True)
        self._enter.clicked.connect(self._on_enter)
        rows = QVBoxLayout(self)
        rows.addLayout(form)
        rows.addWidget(self._changes)
        rows.addWidget(self._problem)
        rows.addLayout(buttons(self, self._enter))
        self._machine.currentIndexChanged.connect(self._propose)
        self._lines["id"].textChanged.connect(self._look_up)
        self._show_there(None)
        self._propose()

    @property
    def problem(self) -> str:
        """What does not fit yet; "" for nothing."""
        return self._problem.text()

    @property
    def changes(self) -> str:
        """Which batch would be changed; "" while the name is a new one."""
        return self._changes.text()

    @property
    def step(self) -> str:
        """What the button says."""
        return self._enter.text()

    def fill(self, machine: str, **typed: str) -> None:
        """Chooses a machine and puts texts into lines by their names in FIELDS."""
        self._machine.setCurrentIndex(self._machine.findData(machine))
        for name, text in typed.items():
            self._lines[name].setText(text)

    def enter(self) -> None:
        """Takes what is in the lines."""
        self._enter.click()

    def _chosen(self) -> MachineSpec:
        return self._context.plant.machines[self._machine.currentIndex()]

    @Slot()
    def _propose(self) -> None:
        """Suggests a batch as the machine usually has it, from the next round minute on when it is free.

        One that might begin before the batch under way ends would be taken for that batch.
        """
        machine, plant = self._chosen(), self._context.plant
        zone, free_ms = plant.zone, free_from_ms(plant, machine.id, self._doing)
        earliest_ms = -(-max(self._doing.now_ms, free_ms) // ROUND_MS) * ROUND_MS
        earliest = texts.day_and_time(earliest_ms, zone)
        stamp = datetime.fromtimestamp(earliest_ms / 1000, zone).strftime("%Y%m%d_%H%M")
        suggested = {
            "id": f"{machine.id}_{stamp}",
            "earliest": earliest,
            "habit": earliest,
            "due": texts.day_and_time(earliest_ms + DAY_MS, zone),
            "running": f"{machine.batch_running_min:.0f}",
        }
        for name, text in suggested.items():
            self._lines[name].setText(text)

    @Slot(str)
    def _look_up(self, name: str) -> None:
        """Asks whether there is a batch of this name; an answer for a name before is not waited for."""
        if self._ticket is not None:
            self._context.reader.forget(self._ticket)
        self._ticket = self._context.reader.submit(partial(_there, name.strip()), self._show_there)

    def _show_there(self, there: Batch | None) -> None:
        """Says, before it is pressed, what Enter would do."""
        self._enter.setText(self.tr("Enter") if there is None else self.tr("Change"))
        self._changes.setVisible(there is not None)
        if there is None:
            self._changes.clear()
            return
        zone = self._context.plant.zone
        text = self.tr("Changes batch {batch} that is there: {machine}, {earliest} to {due}.")
        self._changes.setText(
            text.format(
                batch=there.id,
                machine=self._context.label(there.machine),
                earliest=texts.day_and_time(there.earliest_ms, zone),
                due=texts.day_and_time(there.due_ms, zone),
            )
        )

    @Slot()
    def _on_enter(self) -> None:
        try:
            batch = self._typed()
        except ValueError as error:
            self._problem.setText(str(error))
            return
        self._problem.setText(self.tr("The station is looking at the batch …"))
        self._enter.setEnabled(False)
        self._context.ask(RequestKind.ENTER_BATCH, payload_of(batch), self._on_answered)

    def _typed(self) -> EnterBatch:
        """The batch; raises ValueError with a sentence for the line that cannot be read."""
        typed = {name: line.text().strip() for name, line in self._lines.items()}
        if not typed["running"].isdigit():
            wanted = self.tr("“{caption}” must be a whole number of minutes, not “{text}”.")
            raise ValueError(wanted.format(caption=self._captions["running"], text=typed["running"]))
        return EnterBatch(
            id=typed["id"],
            machine=self._chosen().id,
            earliest_ms=self._moment("earliest", typed["earliest"]),
            due_ms=self._moment("due", typed["due"]),
            habit_start_ms=self._moment("habit", typed["habit"]),
            running_min=int(typed["running"]),
        )

    def _moment(self, name: str, text: str) -> int:
        try:
            return texts.read_day_and_time(text, self._context.plant.zone)
        except ValueError as error:
            wanted = self.tr("“{caption}” must be like 2016-03-14 22:05, not “{text}”.")
            raise ValueError(wanted.format(caption=self._captions[name], text=text)) from error

    def _on_answered(self, answer: Request) -> None:
        self._enter.setEnabled(True)
        if answer.accepted:
            self.accept()
            self.entered.emit(self._lines["id"].text().strip())
            return
        self._problem.setText(fault_texts.refusal(answer.answer, answer.detail))


def _there(name: str, store: Store) -> Batch | None:
    return stored_batch(store, name)
