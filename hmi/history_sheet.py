"""Readings as an Excel workbook and back: the columns of the CSV file, with numbers as numbers."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import InvalidFileException

from devices.datafile import DataFileError
from devices.reading import Reading
from hmi.history_rows import HEADER, columns_of, row_of

MOST_ROWS = 1_048_575  # that a sheet holds below its header
_SHEET = "Readings"
_NO_WORKBOOK = (OSError, zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError)


def write_workbook(path: Path, readings: Iterable[Reading], *, most_rows: int = MOST_ROWS) -> int:
    """Writes as many sheets as it takes; a gap has no value. Returns how many readings; raises OSError."""
    book, written, left = openpyxl.Workbook(write_only=True), 0, iter(readings)
    while (first := next(left, None)) is not None or not book.worksheets:
        number = len(book.worksheets) + 1
        sheet = book.create_sheet(_SHEET if number == 1 else f"{_SHEET} {number}")
        sheet.append(list(HEADER))
        for reading in chain([] if first is None else [first], islice(left, most_rows - 1)):
            point, time, t_ms, value, *words = row_of(reading)
            sheet.append([point, time, int(t_ms), _number(sheet, value), *words])
            written += 1
    book.save(path)
    return written


def _number(sheet: Any, text: str) -> object:
    """A value as a cell; openpyxl writes 16 digits, and where that is another number all are given."""
    if not text:
        return None
    value = float(text)
    if float(f"{value:.16g}") == value and text != "-0.0":
        return value
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "n"
    return cell


def workbook_rows(path: Path) -> Iterator[tuple[str, dict[str, str | None]]]:
    """Where each row is, and its cells by column, from all sheets; raises DataFileError."""
    try:
        yield from _rows_of(path)
    except FileNotFoundError as error:
        raise DataFileError(f"{path}: there is no such file.") from error
    except (*_NO_WORKBOOK, KeyError, TypeError, ValueError) as error:
        raise DataFileError(f"{path}: this is no Excel workbook that can be read ({error}).") from error


def _rows_of(path: Path) -> Iterator[tuple[str, dict[str, str | None]]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True)
            header = columns_of(f"{path}: row {sheet.title}!1", _header(next(rows, ())))
            for number, cells in enumerate(rows, 2):
                if any(cell is not None for cell in cells):
                    yield f"{sheet.title}!{number}", _by_column(header, cells)
    finally:
        book.close()


def _header(cells: Sequence[object]) -> list[str]:
    """Without the empty cells behind it."""
    texts = [_text(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _by_column(header: Sequence[str], cells: Sequence[object]) -> dict[str, str | None]:
    """A row that is longer than its header has None in every cell; empty ones behind it do not count."""
    texts = [_text(cell) for cell in cells]
    if any(texts[len(header) :]):
        return dict.fromkeys(header)
    return dict(zip(header, texts + [""] * (len(header) - len(texts)), strict=False))


def _text(cell: object) -> str:
    """A cell as the CSV file would have it: Excel keeps whole numbers as floats."""
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() and abs(cell) > 1e9 else str(cell)
