"""Sealed blocks in the file: one a point and local day, checked whenever one is read."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hmi.store.database import Store, StoreError, StoreFault
from hmi.store.local_days import Day
from hmi.store.packing import (
    Columns,
    Packed,
    PackingError,
    no_columns,
    pack,
    unpack,
    unpack_into,
    unpack_times,
)

# What is read from one meter at once has the same times, which lie in the file once a day.
_TIMES = (
    "CASE WHEN times_id IS NULL THEN times WHEN times = x'' AND packed IS NOT NULL THEN packed ELSE x'' END"
)
_SELECT = (
    f"SELECT blocks.id, point_id, from_ms, to_ms, first_ms, last_ms, readings, bad, {_TIMES}, "
    "numbers, flags, checksum FROM blocks LEFT JOIN block_times ON block_times.id = times_id WHERE "
)
_IN_ORDER = f"{_SELECT} point_id = ?1 AND "
# Blocks of a point never overlap: the first that can hold a time is the last that begins by then.
_TOUCHING = (
    f"{_IN_ORDER} from_ms >= coalesce((SELECT max(from_ms) FROM blocks WHERE point_id = ?1 "
    "AND from_ms <= ?2), ?2) AND from_ms < ?3 AND to_ms > ?2 ORDER BY from_ms"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A block as it lies in the file; what it says of itself is proven only by `check`."""

    id: int
    point_id: int
    day: Day
    first_ms: int
    last_ms: int
    packed: Packed
    checksum: int


def touching(store: Store, point_id: int, from_ms: int, to_ms: int, *, most: int = -1) -> list[Block]:
    """The blocks of a point that touch a stretch of time, in order, `most` of them at most."""
    return _blocks(store, f"{_TOUCHING} LIMIT ?4", [point_id, from_ms, to_ms, most])


def holding(store: Store, point_id: int, t_ms: int) -> Block | None:
    """The block of a point in whose day a moment lies."""
    found = touching(store, point_id, t_ms, t_ms + 1)
    return found[0] if found else None


def last_before(store: Store, point_id: int, t_ms: int, *, with_value: bool) -> Block | None:
    """The last block whose day begins before a moment; `with_value` skips those of nothing but gaps."""
    some = " AND bad < readings" if with_value else ""
    sql = f"{_IN_ORDER} from_ms < ?2{some} ORDER BY from_ms DESC LIMIT 1"
    found = _blocks(store, sql, [point_id, t_ms])
    return found[0] if found else None


def first_from(store: Store, point_id: int, t_ms: int) -> Block | None:
    """The first block with values whose day begins at a moment or later."""
    sql = f"{_IN_ORDER} from_ms >= ?2 AND bad < readings ORDER BY from_ms LIMIT 1"
    found = _blocks(store, sql, [point_id, t_ms])
    return found[0] if found else None


def all_blocks(store: Store, *, a_page: int = 500) -> Iterator[Block]:
    """Every block in the order of sealing, page by page, so that the log can be tidied meanwhile."""
    after = 0
    sql = f"{_SELECT} blocks.id > ?1 ORDER BY blocks.id LIMIT ?2"
    while found := _blocks(store, sql, [after, a_page]):
        yield from found
        after = found[-1].id


def columns_of(store: Store, blocks: list[Block]) -> Columns:
    """The readings of blocks, one after the other, as far as they are seen; raises StoreError for damage."""
    into = no_columns(sum(block.packed.readings for block in blocks))
    first = 0
    for block in blocks:
        _check_sum(store, block)
        try:
            unpack_into(block.packed, into, first)
        except PackingError as error:
            raise _damaged(store, block, str(error)) from error
        first += block.packed.readings
    if blocks and blocks[-1].last_ms >= store.end_ms:
        return into.part(slice(int(np.searchsorted(into.t_ms, store.end_ms))))
    return into


def times_of(store: Store, block: Block) -> NDArray[np.int64]:
    """The times of a block's readings; raises StoreError where it is damaged."""
    _check_sum(store, block)
    try:
        return unpack_times(block.packed)
    except PackingError as error:
        raise _damaged(store, block, str(error)) from error


def fault_of(block: Block) -> str:
    """What is wrong with a block in a few words; "" when nothing is."""
    if block.checksum != block.packed.checksum():
        return "its checksum is another"
    try:
        found = unpack(block.packed)
    except PackingError as error:
        return str(error)
    within = block.day.from_ms <= found.t_ms[0] and found.t_ms[-1] < block.day.to_ms
    if not within or not (np.diff(found.t_ms) > 0).all():
        return "its times are out of order or of another day"
    if (block.first_ms, block.last_ms) != (found.t_ms[0], found.t_ms[-1]):
        return "its first or last time is not what it says"
    return (
        "" if np.count_nonzero(np.isnan(found.value)) == block.packed.bad else "it has another number of gaps"
    )


def write_block(store: Store, point_id: int, day: Day, columns: Columns) -> None:
    """Puts a block in the place of the one of the same point and day, if there is one; in a transaction."""
    packed = pack(columns)
    known = store.rows(
        "SELECT id, times_id FROM blocks WHERE point_id = ? AND from_ms = ?", [point_id, day.from_ms]
    )
    block_id, times_before = known[0] if known else (None, None)
    row = (
        block_id,
        point_id,
        *day,
        int(columns.t_ms[0]),
        int(columns.t_ms[-1]),
        packed.readings,
        packed.bad,
        _times_id(store, day, packed.times),
        packed.numbers,
        packed.flags,
        packed.checksum(),
    )
    store.rows(
        "INSERT OR REPLACE INTO blocks (id, point_id, from_ms, to_ms, first_ms, last_ms, readings, bad, "
        "times_id, times, numbers, flags, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, x'', ?, ?, ?)",
        row,
    )
    _forget_times(store, times_before, day.from_ms)


def delete_block(store: Store, block_id: int) -> None:
    """Takes a block out of the file; in a transaction."""
    ((times_id, from_ms),) = store.rows("SELECT times_id, from_ms FROM blocks WHERE id = ?", [block_id])
    store.rows("DELETE FROM blocks WHERE id = ?", [block_id])
    _forget_times(store, times_id, from_ms)


def _times_id(store: Store, day: Day, times: bytes) -> int:
    """Where these times lie, now also for this block."""
    key = [day.from_ms, zlib.crc32(times), times]
    known = store.rows("SELECT id FROM block_times WHERE begins_ms = ? AND crc = ? AND packed = ?", key)
    if not known:
        sql = "INSERT INTO block_times (begins_ms, crc, packed) VALUES (?, ?, ?) RETURNING id"
        known = store.rows(sql, key)
    return int(str(known[0][0]))


def _forget_times(store: Store, times_id: object, from_ms: object) -> None:
    """Takes times away that no block of their day needs any more; looks from point to point."""
    store.rows(
        "DELETE FROM block_times WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM points CROSS JOIN blocks "
        "ON point_id = points.id AND from_ms = ?2 AND times_id = ?1)",
        [times_id, from_ms],
    )


def day_name(block: Block) -> str:
    """The block's day for a person, by its middle."""
    return datetime.fromtimestamp(sum(block.day) / 2000, UTC).date().isoformat()


def _check_sum(store: Store, block: Block) -> None:
    if block.checksum != block.packed.checksum():
        raise _damaged(store, block, "its checksum is another")


def _damaged(store: Store, block: Block, why: str) -> StoreError:
    names = store.rows("SELECT name FROM points WHERE id = ?", [block.point_id])
    name = names[0][0] if names else f"point {block.point_id}"
    return StoreError(
        StoreFault.DAMAGED,
        f"{store.path} is damaged: the block of {name} on {day_name(block)} cannot be read ({why}); "
        "see `valleyline history check`, and put a backup in its place.",
    )


def _blocks(store: Store, sql: str, parameters: list[object]) -> list[Block]:
    return [_block(row) for row in store.rows(sql, parameters)]


def _block(row: tuple[Any, ...]) -> Block:
    block_id, point_id, from_ms, to_ms, first_ms, last_ms, *packed, checksum = row
    return Block(block_id, point_id, Day(from_ms, to_ms), first_ms, last_ms, Packed(*packed), checksum)
