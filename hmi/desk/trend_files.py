"""Exporting what the Trends page shows: asks where to, writes in the reader's thread, says how it went."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from hmi.desk.context import DeskContext
from hmi.desk.save_dialog import SaveDialog
from hmi.desk.trend_data import load_exact
from hmi.desk.trend_export import TooManyRowsError, write_csv, write_excel
from hmi.store.database import Store

TOO_MANY, UNWRITABLE = "too many rows", "unwritable"


class Exported(Protocol):
    """What is exported: the points in view, and the picture of them."""

    @property
    def points(self) -> tuple[str, ...]:
        """The points that are drawn."""
        ...

    @property
    def range_ms(self) -> tuple[int, int]:
        """What is in view."""
        ...

    def picture(self) -> QPixmap:
        """The curves, and the table that says which is which."""
        ...


class TrendFiles(QObject):
    """Writes CSV, Excel or PNG files; the ending says which."""

    def __init__(self, parent: QWidget, context: DeskContext, seen: Exported) -> None:
        super().__init__(parent)
        self._window, self._context, self._seen = parent, context, seen

    def ask(self, kind: str) -> None:
        """Asks for a place, then writes."""
        title = self.tr("Export what is seen")
        dialog = SaveDialog(self._window, self._context.session, title, "trend", [kind])
        dialog.place_chosen.connect(self.write)
        dialog.open()

    def write(self, path: Path) -> None:
        """Writes what is seen; the message bus says when it is done, or why not."""
        if path.suffix == ".png":
            self._on_written((path, "" if self._seen.picture().save(str(path)) else UNWRITABLE))
            return
        points, (from_ms, to_ms), plant = self._seen.points, self._seen.range_ms, self._context.plant
        write_file = write_excel if path.suffix == ".xlsx" else write_csv

        def work(store: Store) -> tuple[Path, str]:
            try:
                write_file(path, load_exact(store, plant, points, from_ms, to_ms), plant.zone, store.check)
            except TooManyRowsError:
                return path, TOO_MANY
            except OSError:
                return path, UNWRITABLE
            return path, ""

        self._context.reader.submit(work, self._on_written, self._context.messages.warn)

    def _on_written(self, outcome: tuple[Path, str]) -> None:
        messages, (path, problem) = self._context.messages, outcome
        if problem == TOO_MANY:
            messages.warn(self.tr("A sheet of Excel cannot hold so much; show less time, or choose CSV."))
        elif problem:
            messages.warn(self.tr("{path} cannot be written; choose another place.").format(path=path))
        else:
            messages.inform(self.tr("Exported to {path}.").format(path=path))
