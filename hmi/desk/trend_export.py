"""What is seen on the Trends page as a file: every reading with its quality, as CSV or Excel.

What is left of a thinned day says `MEAN` beside its quality, so that nobody takes it for a reading.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from devices.reading import Quality
from hmi.desk.trend_data import Window
from hmi.store.database import StoreError

EXCEL_ROWS = 1_048_576
ROWS_A_LOOK = 20_000
Cell = str | float | None


class TooManyRowsError(Exception):
    """More readings than a sheet of Excel has rows."""


def headers(window: Window) -> list[str]:
    """Time, then each point's value and its quality."""
    return ["time", *(name for point in window.series for name in (point, f"{point} quality"))]


def rows(window: Window, zone: ZoneInfo, check: Callable[[], None]) -> Iterator[list[Cell]]:
    """One row a time at which any point was read; a gap is an empty cell, never a zero.

    `check` is called before each row, also while they are gathered, and may raise.
    """
    columns = []
    until_ms = [window.means_until_ms.get(point, 0) for point in window.series]
    for one in window.series.values():
        column: dict[int, tuple[float, int]] = {}
        for first in range(0, len(one.t_ms), ROWS_A_LOOK):
            check()
            part = slice(first, first + ROWS_A_LOOK)
            read = zip(one.value[part].tolist(), one.quality[part].tolist(), strict=True)
            column.update(zip(one.t_ms[part].tolist(), read, strict=True))
        columns.append(column)
    for t_ms in row_times(window):
        check()
        row: list[Cell] = [datetime.fromtimestamp(t_ms / 1000, zone).isoformat(timespec="milliseconds")]
        for column, means_ms in zip(columns, until_ms, strict=True):
            value, quality = column.get(t_ms, (math.nan, None))
            there = math.isfinite(value)
            row.append(value if there else None)
            row.append(None if quality is None else _said(quality, is_mean=there and t_ms < means_ms))
        yield row


def _said(quality: int, *, is_mean: bool) -> str:
    name = Quality(quality).name
    return f"{name} MEAN" if is_mean else name


def row_times(window: Window) -> list[int]:
    """All times at which any of the points was read."""
    times = [one.t_ms for one in window.series.values()]
    return [] if not times else np.unique(np.concatenate(times)).tolist()


def write_csv(path: Path, window: Window, zone: ZoneInfo, check: Callable[[], None]) -> int:
    """Writes a CSV file and returns how many rows; raises OSError, StoreError of `check`."""
    written = 0
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(headers(window))
            for row in rows(window, zone, check):
                writer.writerow(row)
                written += 1
    except StoreError:  # cut short
        path.unlink()
        raise
    return written


def write_excel(path: Path, window: Window, zone: ZoneInfo, check: Callable[[], None]) -> int:
    """Writes an Excel file and returns how many rows; raises OSError, TooManyRowsError, as `check` does."""
    if len(row_times(window)) >= EXCEL_ROWS:
        raise TooManyRowsError
    return write_sheet(path, "trend", headers(window), rows(window, zone, check))


def write_sheet(path: Path, title: str, header: Sequence[str], lines: Iterable[Sequence[Cell]]) -> int:
    """Writes an Excel file of one sheet and returns how many rows; raises OSError."""
    from openpyxl import Workbook  # slow to import, and seldom needed

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(list(header))
    written = 0
    for line in lines:
        sheet.append(list(line))
        written += 1
    book.save(path)
    return written
