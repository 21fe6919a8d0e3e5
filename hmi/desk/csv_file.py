"""Rows of texts as a CSV file that spreadsheets open as it is."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path

from PySide6.QtCore import QCoreApplication

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A header line and one line a row (RFC 4180); what a spreadsheet would run as a formula is made text."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(headers)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue()


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Writes the file (UTF-8 with a mark, for Excel); returns "" or the sentence why it could not be."""
    try:
        path.write_text(csv_text(headers, rows), encoding="utf-8-sig", newline="")
    except OSError as error:
        text = QCoreApplication.translate(
            "texts", "{path} could not be written ({reason}); choose another place."
        )
        return text.format(path=path, reason=error.strerror)
    return ""


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) and not _is_number(cell) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell.replace(",", ""))
    except ValueError:
        return False
    return True
