"""What was learned of a machine's states, night by night; an engineer can hold it to a version."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from hmi.desk import texts
from hmi.desk.access import allow, who_may
from hmi.desk.context import DeskContext
from hmi.desk.numbers import number
from hmi.desk.pages.twin_tab import TwinTab
from hmi.desk.reason_dialog import ReasonDialog
from hmi.roles import Permission
from hmi.station.payloads import PinModel, payload_of
from hmi.store.database import Store
from hmi.store.records import Request, RequestKind
from hmi.store.state_models import StateModelVersion, state_model_in_force, state_models
from solver.twin.states_packed import unpacked
from widgets.rows_table import RowsTable
from widgets.theme import TOUCH_PX

LET_GO = "let go"

Versions = tuple[list[StateModelVersion], StateModelVersion | None]  # newest first; the one in force


class ModelsTab(TwinTab):
    """The versions, which one is in force, and the two buttons."""

    def __init__(self, context: DeskContext, machine: str) -> None:
        super().__init__(context, machine, self._read, self._take)
        self._versions: list[StateModelVersion] = []
        self._in_force: StateModelVersion | None = None
        self._title, self._table = QLabel(), RowsTable("twin_versions", touch=True)
        self._title.setWordWrap(True)
        self._pin, self._let_go = QPushButton(), QPushButton()
        self._pin.setObjectName("pin_model")
        self._let_go.setObjectName("let_model_go")
        self._pin.clicked.connect(self._on_pin)
        self._let_go.clicked.connect(self._on_let_go)
        self._table.row_chosen.connect(self._on_row)
        buttons = QHBoxLayout()
        for button in (self._pin, self._let_go):
            button.setMinimumHeight(TOUCH_PX)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addWidget(self._title)
        layout.addWidget(self._table, 1)
        layout.addLayout(buttons)
        context.session.changed.connect(self.show_rights)

    def _read(self, store: Store, machine: str, now_ms: int) -> Versions:
        """The versions of a machine, newest first, and the one in force."""
        return state_models(store, machine), state_model_in_force(store, machine)

    def _take(self, found: Versions) -> None:
        """Shows them."""
        self._versions, self._in_force = found
        self._show()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._pin.setText(self.tr("Hold to this version …"))
        self._let_go.setText(self.tr("Let it learn again …"))
        headers = [
            self.tr("Version"),
            self.tr("Fitted"),
            self.tr("From readings since"),
            self.tr("until"),
            self.tr("Score"),
            self.tr("of the one before"),
            self.tr("Running draws"),
            self.tr("What became of it"),
        ]
        self._table.set_headers(headers, numbers={0, 4, 5, 6})
        self._show()

    @Slot()
    def show_rights(self) -> None:
        """Only an engineer may pin."""
        session = self.context.session
        may = session.may(Permission.EDIT_PLANT)
        pinned = self._in_force is not None and self._in_force.pinned
        chosen = bool(self._table.chosen())
        why = self.tr("The machine's states are told by the chosen version until it is let go again.")
        allow(self._pin, may and chosen, why if may else who_may(session, Permission.EDIT_PLANT))
        why = self.tr(
            "The newest version that predicted no worse is used again, and what later nights teach."
        )
        allow(self._let_go, may and pinned, why if may else who_may(session, Permission.EDIT_PLANT))

    def _show(self) -> None:
        label, in_force = self.context.label(self.machine), self._in_force
        if in_force is None:
            text = self.tr(
                "{machine}: nothing was learned yet; its states are told by what the plant file says. Every "
                "night the station learns from the last fourteen days, once there are five."
            )
            self._title.setText(text.format(machine=label))
        else:
            text = self.tr(
                "{machine}: version {version} is in force. Each night a new one is learned, and used only if "
                "it predicts the two days that were held back no worse (score: nats a reading)."
            )
            self._title.setText(text.format(machine=label, version=in_force.version))
        keys = [str(each.version) for each in self._versions]
        self._table.set_rows([self._row(each) for each in self._versions], keys)
        self.show_rights()

    def _row(self, version: StateModelVersion) -> tuple[str, ...]:
        zone = self.context.plant.zone
        before, model = version.score_in_force, unpacked(version.model)
        return (
            str(version.version),
            texts.day_and_time(version.fitted_ms, zone),
            texts.day_and_time(version.from_ms, zone),
            texts.day_and_time(version.to_ms, zone),
            number(version.score, 3),
            "–" if before is None else number(before, 3),
            "–" if model is None else f"{number(model.running_kw, 1)} kW",
            self._fate(version),
        )

    def _fate(self, version: StateModelVersion) -> str:
        if version.pinned:
            return self.tr("pinned, in force")
        if self._in_force is not None and version.version == self._in_force.version:
            return self.tr("in force")
        return self.tr("predicted no worse") if version.used else self.tr("predicted worse, not used")

    @Slot(str)
    def _on_row(self, _key: str) -> None:
        self.show_rights()

    @Slot()
    def _on_pin(self) -> None:
        version = self._table.chosen()
        if version:
            sentence = self.tr("{machine} is held to version {version} until somebody lets it go.")
            self._ask(version, sentence.format(machine=self.context.label(self.machine), version=version))

    @Slot()
    def _on_let_go(self) -> None:
        sentence = self.tr("{machine} goes on by the newest version that was used.")
        self._ask(LET_GO, sentence.format(machine=self.context.label(self.machine)))

    def _ask(self, key: str, sentence: str) -> None:
        step = self.tr("Hold it") if key != LET_GO else self.tr("Let it go")
        dialog = ReasonDialog(self, key, self._pin.text() if key != LET_GO else step, sentence, step)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.given.connect(self._on_reason)
        dialog.open()

    @Slot(str, str)
    def _on_reason(self, key: str, reason: str) -> None:
        version = None if key == LET_GO else int(key)
        payload = payload_of(PinModel(self.machine, version, reason))
        self.context.ask(RequestKind.PIN_MODEL, payload, self._on_answered)

    def _on_answered(self, _answer: Request) -> None:
        self.load()
