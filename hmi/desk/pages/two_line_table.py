"""A table whose long texts break into two lines, so that a small screen cuts nothing off."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView

from widgets.rows_table import Row, RowsTable

TWO_LINES_PX = 42
LEAST_SHARE_PX = 220  # a sentence in two lines is read in no less; the table scrolls sideways then


class TwoLineTable(RowsTable):
    """Rows two lines high, and columns that share the room that is left."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setWordWrap(True)
        self.verticalHeader().setDefaultSectionSize(TWO_LINES_PX)
        self._shared: tuple[int, ...] = ()
        self._sharing = False
        self.horizontalHeader().sectionResized.connect(self._on_section_resized)

    def set_shared_headers(
        self, headers: Sequence[str], numbers: Collection[int], shared: Collection[int]
    ) -> None:
        """The columns' titles, which hold numbers, and which share the room that is left."""
        self.set_headers(headers, numbers)
        self._shared = tuple(shared)
        for column in range(len(headers)):
            mode = QHeaderView.ResizeMode.ResizeToContents
            if column in shared:
                mode = QHeaderView.ResizeMode.Fixed
            self.horizontalHeader().setSectionResizeMode(column, mode)
        self._share_room()

    def set_rows(self, rows: Sequence[Row], keys: Sequence[str] | None = None) -> None:
        """Shows these rows and gives each sentence the room that the others leave."""
        super().set_rows(rows, keys)
        self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shares the new room."""
        super().resizeEvent(event)
        self._share_room()

    def _on_section_resized(self, column: int, _old: int, _new: int) -> None:
        if column not in self._shared:
            self._share_room()

    def _share_room(self) -> None:
        """Measures once: to ask for the first column's width settles, and tells of, all of them."""
        if not self._shared or self._sharing:
            return
        self._sharing = True
        try:
            self._share()
        finally:
            self._sharing = False

    def _share(self) -> None:
        header = self.horizontalHeader()
        room = self.viewport().width()
        room -= sum(header.sectionSize(one) for one in range(header.count()) if one not in self._shared)
        wanted = {one: max(self.sizeHintForColumn(one), header.sectionSizeHint(one)) for one in self._shared}
        for place, column in enumerate(sorted(self._shared, key=wanted.__getitem__)):
            left = len(self._shared) - place
            width = max(min(LEAST_SHARE_PX, wanted[column]), room // left)
            if left > 1:  # the last has most to say and takes all that is left
                width = min(width, wanted[column])
            header.resizeSection(column, width)
            room -= width
