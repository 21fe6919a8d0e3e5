"""The limits that bind in a plan, as a table; shared by Plan and Approvals."""

from __future__ import annotations

from hmi.desk.context import DeskContext
from hmi.desk.limit_texts import binding_row
from solver.plan import Plan
from widgets.rows_table import RowsTable


class BindingTable(RowsTable):
    """Each limit that binds, whom it keeps from cheaper places, and where the plan comes nearest to it."""

    def __init__(self, name: str, context: DeskContext) -> None:
        super().__init__(name)
        self._context = context

    def retranslate(self) -> None:
        """Puts the headers into the present language."""
        self.set_headers(
            [
                self.tr("Limit"),
                self.tr("Batches kept from a cheaper place"),
                self.tr("The most that one would save, {currency}").format(currency=self._context.currency),
                self.tr("Which"),
                self.tr("Nearest"),
                self.tr("Left there"),
            ],
            numbers={1, 2, 5},
            stretch=0,
        )

    def show_plan(self, plan: Plan | None, start_ms: int) -> None:
        """Shows a plan's limits, or nothing."""
        binding = [] if plan is None else plan.binding
        self.set_rows([binding_row(self._context, one, start_ms) for one in binding])
