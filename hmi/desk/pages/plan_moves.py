"""A plan's moves as a table: where each batch goes, what that saves, and why."""

from __future__ import annotations

from hmi.desk.context import DeskContext
from hmi.desk.pages.plan_tables import move_rows
from hmi.desk.pages.two_line_table import TwoLineTable
from solver.plan import Plan


class MoveTable(TwoLineTable):
    """Each move with its reason, the next best place, and the limit that a cheaper one would break."""

    def __init__(self, name: str, context: DeskContext) -> None:
        super().__init__(name)
        self._context = context

    def retranslate(self) -> None:
        """Puts the headers into the present language."""
        self.set_shared_headers(
            [
                self.tr("Machine"),
                self.tr("Batch"),
                self.tr("From"),
                self.tr("To"),
                self.tr("Pauses"),
                self.tr("Saves, {currency}").format(currency=self._context.currency),
                self.tr("Why"),
                self.tr("Next best"),
                self.tr("Cheaper, but for a limit"),
            ],
            numbers={5},
            shared={6, 8},
        )

    def show_plan(self, plan: Plan | None, start_ms: int) -> None:
        """Shows a plan's moves, or nothing."""
        self.set_rows([] if plan is None else move_rows(self._context, start_ms, plan))
