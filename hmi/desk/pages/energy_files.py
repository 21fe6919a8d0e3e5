"""Exporting the view of the Energy page that is in front: the menu, the place, the file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QMenu, QToolButton

from hmi.desk.context import DeskContext
from hmi.desk.csv_file import csv_text
from hmi.desk.pages.energy_tables import View, file_lines
from hmi.desk.save_dialog import SaveDialog
from hmi.desk.trend_export import write_sheet
from hmi.store.database import Store

KINDS = ("csv", "xlsx")


class EnergyExport(QToolButton):
    """The button; `seen` says the view's name and what it shows, None before the first has come."""

    def __init__(self, context: DeskContext, seen: Callable[[], tuple[str, View | None]]) -> None:
        super().__init__()
        self._context, self._seen = context, seen
        menu = QMenu(self)
        for kind in KINDS:
            menu.addAction("").triggered.connect(partial(self._on_export, kind))
        self.setMenu(menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def retranslate(self) -> None:
        """Puts every text into the present language."""
        self.setText(self.tr("Export ▾"))
        for action, name in zip(
            self.menu().actions(), (self.tr("CSV file"), self.tr("Excel file")), strict=True
        ):
            action.setText(name)

    def write(self, path: Path) -> None:
        """Writes the view in front as CSV or Excel; the message bus says when it is done, or why not."""
        title, view = self._seen()
        if view is None:
            return
        header, lines = view.headers, file_lines(view)

        def work(_store: Store) -> str:
            try:
                if path.suffix == ".xlsx":
                    write_sheet(path, title, header, lines)
                else:
                    rows = [["" if cell is None else str(cell) for cell in line] for line in lines]
                    path.write_text(csv_text(header, rows), encoding="utf-8-sig", newline="")
            except OSError:
                return str(path)
            return ""

        self._context.reader.submit(work, self._on_written, self._context.messages.warn)

    def _on_export(self, kind: str, _checked: bool = False) -> None:
        title = self.tr("Export what is seen")
        dialog = SaveDialog(self, self._context.session, title, "energy", [kind])
        dialog.place_chosen.connect(self.write)
        dialog.open()

    def _on_written(self, problem: str) -> None:
        if problem:
            text = self.tr("{path} cannot be written; choose another place.")
            self._context.messages.warn(text.format(path=problem))
        else:
            self._context.messages.inform(self.tr("Exported."))
