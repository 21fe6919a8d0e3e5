"""The Audit page: who did what, when, from what to what and why, and whether the chain is whole."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from hmi.desk import audit_texts, texts
from hmi.desk.access import allow
from hmi.desk.context import DeskContext
from hmi.desk.log_view import LogView
from hmi.desk.log_walk import Line
from hmi.desk.page import Page
from hmi.desk.snapshot_model import World
from hmi.store.audit import ChainCheck, check_chain, entries
from hmi.store.database import Store
from hmi.store.records import AuditEntry
from widgets.theme import Theme


class AuditPage(Page):
    """Where it can be read back what people and the station have done."""

    page_id = "audit"

    def __init__(self, context: DeskContext) -> None:
        super().__init__(context)
        self._check = ChainCheck()
        self._checking, self._ticket = False, 0
        self._chain, self._again = QLabel(), QPushButton()
        self._chain.setObjectName("strong")
        self._chain.setWordWrap(True)
        self._again.setObjectName("check_chain")
        self._again.clicked.connect(self.check_again)
        self.log = LogView(context, "audit", self._load, audit_texts.RECORD)
        self.log.line_chosen.connect(self._on_line)
        self._whole = QLabel()
        self._whole.setObjectName("audit_entry")
        self._whole.setWordWrap(True)
        self._whole.setVisible(False)
        self._whole.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = QHBoxLayout()
        top.addWidget(self._chain, 1)
        top.addWidget(self._again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addLayout(top)
        layout.addWidget(self.log, 1)
        layout.addWidget(self._whole)
        self.retranslate()
        self.check_again()
        self.log.begin()

    @property
    def chain_sentence(self) -> str:
        """What the check of the chain says."""
        return self._chain.text()

    def help_text(self) -> str:
        """What F1 says."""
        return self.tr(
            "All that people and the station did, newest first; entries are only ever added. "
            "Each is sealed by the one before it, so that a change from outside shows. "
            "The search finds words in every column; the export writes all that it finds."
        )

    def show_world(self, world: World) -> None:
        """Looks for what was added, while the page is seen."""
        if not self.isVisible():
            return
        self.log.look_for_newer()
        if self._check.at_end and not self._checking and self._check.broken_id is None:
            self._go_on()

    def show_theme(self, theme: Theme) -> None:
        """Nothing on this page paints itself."""

    def show_target(self, target: str) -> None:
        """Searches for the target."""
        self.log.search.setText(target)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self._again.setText(self.tr("Check the chain again"))
        self._chain.setText(audit_texts.chain(self._check))
        self.log.show_texts(
            [
                self.tr("When"),
                self.tr("Who"),
                self.tr("Desk"),
                self.tr("What"),
                self.tr("On what"),
                self.tr("Before → after"),
                self.tr("Result"),
                self.tr("Why"),
            ],
            stretch=7,
            empty=self.tr("Nothing was done yet. What people and the station do is written here."),
            hint=self.tr("Search in all columns"),
        )

    def is_settled(self) -> bool:
        """Whether the newest entries have arrived and the chain is checked."""
        return self.log.is_settled() and self._check.at_end

    @Slot()
    def check_again(self) -> None:
        """Checks the chain from its first entry on."""
        self.context.reader.forget(self._ticket)  # of the newest entries only, if one is under way
        self._check = ChainCheck()
        self._go_on()

    @Slot(object)
    def _on_line(self, line: Line | None) -> None:
        self._whole.setText(audit_texts.whole(line.record) if line is not None else "")
        self._whole.setVisible(line is not None)

    def _go_on(self) -> None:
        self._checking = True
        so_far = self._check

        def work(store: Store) -> ChainCheck:
            return check_chain(store, so_far)

        self._ticket = self.context.reader.submit(work, self._on_checked, self._on_not_checked)

    def _on_checked(self, check: ChainCheck) -> None:
        self._check, self._checking = check, False
        self._chain.setText(audit_texts.chain(check))
        why = self.tr("Reads every entry again and proves that none was changed or taken away.")
        allow(self._again, check.at_end, why if check.at_end else self.tr("The chain is being checked …"))
        if not check.at_end:
            self._go_on()
        elif check.broken_id is not None:  # wherever the person is: the page is made at the desk's start
            self.context.messages.warn(audit_texts.chain(check))

    def _on_not_checked(self, sentence: str) -> None:
        self._checking = False
        self._chain.setText(sentence)

    def _load(self, store: Store, below_id: int | None, limit: int) -> list[Line]:
        return [self._line(entry) for entry in entries(store, below_id=below_id, limit=limit)]

    def _line(self, entry: AuditEntry) -> Line:
        zone = self.context.plant.zone
        return Line(
            entry.id,
            (
                texts.day_and_time(entry.t_ms, zone, seconds=True),
                audit_texts.actor(entry.actor),
                entry.host,
                audit_texts.action(entry.action),
                audit_texts.target(entry, self.context),
                audit_texts.change(entry),
                audit_texts.result(entry.result),
                audit_texts.reason(entry),
            ),
            audit_texts.record(entry, zone),
        )
