"""Rows of texts as an Excel file; a cell is a text, never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from PySide6.QtCore import QCoreApplication

MOST_ROWS = 1_048_575  # below the header
MOST_LETTERS = 32_767  # in a cell


def write_excel(path: Path, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Writes the file; returns "" or the sentence why it could not be."""
    if len(rows) > MOST_ROWS:
        return QCoreApplication.translate(
            "texts", "A sheet of Excel cannot hold so many entries; search for fewer, or choose CSV."
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Valleyline")
    for row in _all(headers, rows):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:MOST_LETTERS])
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    try:
        book.save(path)
    except OSError as error:
        text = QCoreApplication.translate(
            "texts", "{path} could not be written ({reason}); choose another place."
        )
        return text.format(path=path, reason=error.strerror)
    return ""


def _all(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[Sequence[str]]:
    yield headers
    yield from rows
