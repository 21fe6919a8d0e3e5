"""A table whose long texts break into two lines, so that a small screen cuts nothing off."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtWidgets import QHeaderView

from widgets.rows_table import RowsTable

TWO_LINES_PX = 42


class TwoLineTable(RowsTable):
    """Rows two lines high, and columns that share the room that is left."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setWordWrap(True)
        self.verticalHeader().setDefaultSectionSize(TWO_LINES_PX)

    def set_shared_headers(
        self, headers: Sequence[str], numbers: Collection[int], shared: Collection[int]
    ) -> None:
        """The columns' titles, which hold numbers, and which share the room that is left."""
        self.set_headers(headers, numbers)
        for column in range(len(headers)):
            mode = QHeaderView.ResizeMode.ResizeToContents
            if column in shared:
                mode = QHeaderView.ResizeMode.Stretch
            self.horizontalHeader().setSectionResizeMode(column, mode)
