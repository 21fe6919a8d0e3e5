"""Asking where an export goes: in the person's documents at first, then where the last one was saved."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from hmi.desk.session import Session

FORMATS = {"csv": "CSV (*.csv)", "xlsx": "Excel (*.xlsx)", "png": "PNG (*.png)"}


def documents() -> Path:
    """The person's folder of documents, or the home where there is none; not where the desk was started."""
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return folder if folder.is_dir() else Path.home()


class SaveDialog(QFileDialog):
    """Proposes a name with the ending of its first format; the ending follows the format that is chosen."""

    place_chosen = Signal(Path)

    def __init__(
        self, parent: QWidget, session: Session, title: str, name: str, kinds: Sequence[str]
    ) -> None:
        """`kinds` are keys of FORMATS."""
        start = session.export_folder
        super().__init__(parent, title, str(start if start is not None and start.is_dir() else documents()))
        self._session, self._kinds = session, tuple(kinds)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self.setNameFilters([FORMATS[kind] for kind in kinds])
        self.setDefaultSuffix(kinds[0])
        self.selectFile(f"{name}.{kinds[0]}")
        self.filterSelected.connect(self._on_format)
        self.fileSelected.connect(self._on_file)

    @Slot(str)
    def _on_format(self, chosen: str) -> None:
        self.setDefaultSuffix(next(kind for kind in self._kinds if FORMATS[kind] == chosen))

    @Slot(str)
    def _on_file(self, name: str) -> None:
        path = Path(name)
        self._session.export_folder = path.parent
        self.place_chosen.emit(path)
