"""One history of a point out of both places: blocks of sealed days, rows of what came since or late."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np

from hmi.store import blocks
from hmi.store.database import Store
from hmi.store.packing import Columns, no_columns

_DAYS_A_PAGE = 8
# A gap as infinity, which no reading is: numpy takes numbers from SQLite twice as fast as numbers and None.
_ROWS = "SELECT t_ms, ifnull(value, 9e999), quality, reason FROM readings WHERE point_id = ?1 AND "
_ROW_COLUMNS = 4
FIRST_MS, END_MS = -(1 << 53), 1 << 53


def point_id(store: Store, name: str) -> int | None:
    """The number of a point."""
    rows = store.rows("SELECT id FROM points WHERE name = ?", [name])
    return int(str(rows[0][0])) if rows else None


def history(store: Store, point: int, from_ms: int, to_ms: int) -> Columns:
    """All readings of a point from `from_ms` up to, not including, `to_ms`; raises StoreError."""
    with store.snapshot():
        sealed = blocks.columns_of(store, blocks.touching(store, point, from_ms, to_ms))
        return merged(sealed.between(from_ms, to_ms), rows_between(store, point, from_ms, to_ms))


def pages(store: Store, point: int, from_ms: int, to_ms: int, *, rows: int) -> Iterator[Columns]:
    """Like `history`, in pieces of some days or so many rows; each piece is one moment of the database."""
    while from_ms < to_ms:
        with store.snapshot():
            some = blocks.touching(store, point, from_ms, to_ms, most=_DAYS_A_PAGE)
            end_ms = min(some[-1].day.to_ms, to_ms) if len(some) == _DAYS_A_PAGE else to_ms
            loose = rows_between(store, point, from_ms, end_ms, most=rows)
            if len(loose) == rows:
                end_ms = int(loose.t_ms[-1]) + 1
            sealed = blocks.columns_of(store, [block for block in some if block.day.from_ms < end_ms])
        yield merged(sealed.between(from_ms, end_ms), loose)
        from_ms = end_ms


def value_at_or_before(store: Store, point: int, t_ms: int) -> Columns:
    """The last reading by `t_ms` that carries a value, if there is one."""
    loose = _rows(
        store, f"{_ROWS} t_ms <= ?2 AND value IS NOT NULL ORDER BY t_ms DESC LIMIT 1", [point, t_ms]
    )
    before_ms = t_ms + 1
    while block := blocks.last_before(store, point, before_ms, with_value=True):
        if len(loose) and loose.t_ms[0] >= block.last_ms:
            break
        found = blocks.columns_of(store, [block]).between(FIRST_MS, t_ms + 1).with_value()
        if len(found):
            return merged(found, loose).part(slice(-1, None))
        before_ms = block.day.from_ms
    return loose


def value_at_or_after(store: Store, point: int, t_ms: int) -> Columns:
    """The first reading from `t_ms` on that carries a value, if there is one."""
    loose = _rows(store, f"{_ROWS} t_ms >= ?2 AND value IS NOT NULL ORDER BY t_ms LIMIT 1", [point, t_ms])
    block = blocks.holding(store, point, t_ms)
    while block := block or blocks.first_from(store, point, t_ms):
        if len(loose) and loose.t_ms[0] <= block.first_ms:
            break
        found = blocks.columns_of(store, [block]).between(t_ms, END_MS).with_value()
        if len(found):
            return merged(found, loose).part(slice(1))
        t_ms, block = block.day.to_ms, None
    return loose


def last(store: Store, point: int) -> Columns:
    """The newest reading of a point, if there is one."""
    loose = _rows(store, f"{_ROWS} TRUE ORDER BY t_ms DESC LIMIT 1", [point])
    block = blocks.last_before(store, point, END_MS, with_value=False)
    if block is None or (len(loose) and loose.t_ms[0] >= block.last_ms):
        return loose
    return blocks.columns_of(store, [block]).part(slice(-1, None))


def rows_between(store: Store, point: int, from_ms: int, to_ms: int, *, most: int = -1) -> Columns:
    """The readings of a point that lie in rows."""
    sql = f"{_ROWS} t_ms >= ?2 AND t_ms < ?3 ORDER BY t_ms LIMIT ?4"
    return _rows(store, sql, [point, from_ms, to_ms, most])


def merged(sealed: Columns, loose: Columns) -> Columns:
    """Both in order; of two readings of one time the sealed one, for it was there first."""
    if not len(loose):
        return sealed
    if not len(sealed):
        return loose
    t_ms = np.concatenate([sealed.t_ms, loose.t_ms])
    order = np.argsort(t_ms, kind="stable")
    order = order[np.diff(t_ms[order], prepend=t_ms[order[0]] - 1) > 0]
    return Columns(
        t_ms[order],
        np.concatenate([sealed.value, loose.value])[order],
        np.concatenate([sealed.quality, loose.quality])[order],
        np.concatenate([sealed.reason, loose.reason])[order],
    )


def _rows(store: Store, sql: str, parameters: list[object]) -> Columns:
    rows: list[tuple[Any, ...]] = store.rows(sql, parameters)
    if not rows:
        return no_columns()
    numbers = np.fromiter(chain.from_iterable(rows), np.float64, len(rows) * _ROW_COLUMNS)
    table = numbers.reshape(-1, _ROW_COLUMNS)  # ms since 1970 fit in 53 bits
    value = table[:, 1].copy()
    value[np.isinf(value)] = np.nan
    return Columns(
        table[:, 0].astype(np.int64),
        value,
        table[:, 2].astype(np.int8),
        table[:, 3].astype(np.int8),
    )
