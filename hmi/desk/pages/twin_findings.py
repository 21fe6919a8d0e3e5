"""When a machine is not itself: what was found, with its evidence, until somebody has looked into it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from hmi.desk.access import allow, who_may
from hmi.desk.context import DeskContext
from hmi.desk.pages.twin_tab import TwinTab
from hmi.desk.reason_dialog import ReasonDialog
from hmi.desk.snapshot_model import World
from hmi.desk.twin_texts import finding_row, finding_sentence
from hmi.roles import Permission
from hmi.station.payloads import CloseFinding, payload_of
from hmi.store.database import Store
from hmi.store.findings import findings
from hmi.store.records import Request, RequestKind
from solver.twin.findings import Finding
from widgets.rows_table import RowsTable
from widgets.theme import TOUCH_PX


class FindingsTab(TwinTab):
    """All machines' findings, and the way to close one."""

    counted = Signal(int)

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context, context.plant.shopfloor, self._read, self._take)
        self._standing: tuple[Finding, ...] = ()
        self._title, self._table = QLabel(), RowsTable("twin_findings", touch=True)
        self._title.setObjectName("findings_title")
        self._title.setWordWrap(True)
        self._close = QPushButton()
        self._close.setObjectName("close_finding")
        self._close.setMinimumHeight(TOUCH_PX)
        self._close.clicked.connect(self._on_close)
        self._table.row_chosen.connect(self._on_row)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self._table, 1)
        context.session.changed.connect(self.show_rights)

    def _read(self, store: Store, machine: str, now_ms: int) -> tuple[Finding, ...]:
        """What stands."""
        return tuple(findings(store))

    def _take(self, found: tuple[Finding, ...]) -> None:
        """Shows it."""
        self._standing = found
        self.counted.emit(len(found))
        self._show()

    def show_world(self, world: World) -> None:
        """Reads now and then also while another tab is looked at: its title counts them."""
        super().show_world(world)
        around = self.parentWidget()
        if around is not None and around.isVisible():
            self.load_now_and_then()

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._close.setText(self.tr("Looked into …"))
        found = [
            self.tr("Machine"),
            self.tr("Finding"),
            self.tr("How much"),
            self.tr("Since"),
            self.tr("Evidence"),
        ]
        self._table.set_headers(found, numbers=(2,), stretch=4)
        self._show()

    @Slot()
    def show_rights(self) -> None:
        """Who acknowledges alarms may say what came of a finding."""
        session = self.context.session
        may = session.may(Permission.ACKNOWLEDGE)
        why = self.tr("Closes the chosen finding with what came of it; after a drift the charts begin anew.")
        enabled = may and self._chosen() is not None
        allow(self._close, enabled, why if may else who_may(session, Permission.ACKNOWLEDGE))

    def _say(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            text = finding_sentence(self.context, chosen)
        elif self._standing:
            text = self.tr("Each is said once and stands until somebody has looked into it.")
        else:
            text = self.tr("Nothing was found: each machine's batches are as they were.")
        self._title.setText(text)

    def _show(self) -> None:
        rows = [finding_row(self.context, each) for each in self._standing]
        self._table.set_rows(rows, [_key(each) for each in self._standing])
        self._say()
        self.show_rights()

    def _chosen(self) -> Finding | None:
        return next((each for each in self._standing if _key(each) == self._table.chosen()), None)

    @Slot(str)
    def _on_row(self, _key: str) -> None:
        self._say()
        self.show_rights()

    @Slot()
    def _on_close(self) -> None:
        finding = self._chosen()
        if finding is None:
            return
        sentence = finding_sentence(self.context, finding)
        dialog = ReasonDialog(self, _key(finding), self.tr("Looked into"), sentence, self.tr("Close it"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.given.connect(self._on_reason)
        dialog.open()

    @Slot(str, str)
    def _on_reason(self, key: str, reason: str) -> None:
        machine, kind = key.split(" ")
        closing = payload_of(CloseFinding(machine, kind, reason))
        self.context.ask(RequestKind.CLOSE_FINDING, closing, self._on_answered)

    def _on_answered(self, _answer: Request) -> None:
        self.load()


def _key(finding: Finding) -> str:
    return f"{finding.machine} {finding.kind.value}"
