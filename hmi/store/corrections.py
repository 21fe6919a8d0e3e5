"""Corrections: a reading that is known to be wrong gets another value, and what it was is kept."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from devices.reading import Reading
from hmi.store import blocks, history
from hmi.store.database import Store
from hmi.store.local_days import UTC_DAY_MS
from hmi.store.packing import Columns
from hmi.store.readings import Row, insert_readings, reading_of, row_of


@dataclass(frozen=True, slots=True)
class Correction:
    """What a reading was and is; `made_ms` is plant time."""

    before: Reading
    after: Reading
    made_ms: int
    actor: str
    why: str


def correct_readings(
    store: Store, readings: Sequence[Reading], *, made_ms: int, actor: str, why: str
) -> tuple[int, int]:
    """Puts readings in the place of those of the same point and time; says how many changed and were new.

    One transaction; what was in a sealed day is changed there, and the totals of the day are current at once.
    """
    changed = 0
    with store.transaction():
        added = insert_readings(store, readings)
        by_point: dict[str, list[Reading]] = {}
        for reading in readings:
            by_point.setdefault(reading.point, []).append(reading)
        for name, some in by_point.items():
            point_id = history.point_id(store, name)
            assert point_id is not None  # for its readings are there since a moment ago
            wanted = {reading.t_ms: row_of(reading, point_id) for reading in some}
            changed += _correct_rows(store, point_id, wanted, (made_ms, actor, why))
            changed += _correct_blocks(store, point_id, wanted, (made_ms, actor, why))
            _touch(store, point_id, wanted)
    return changed, added


def corrections_of(store: Store, point: str, from_ms: int, to_ms: int) -> list[Correction]:
    """What was corrected of a point's readings from `from_ms` up to, not including, `to_ms`, in order."""
    rows: list[tuple[Any, ...]] = store.rows(
        "SELECT t_ms, value_before, quality_before, reason_before, value_after, quality_after, reason_after, "
        "made_ms, actor, why FROM corrections WHERE point_id = (SELECT id FROM points WHERE name = ?) "
        "AND t_ms >= ? AND t_ms < ? ORDER BY t_ms, id",
        [point, from_ms, to_ms],
    )
    return [
        Correction(reading_of((point, row[0], *row[1:4])), reading_of((point, row[0], *row[4:7])), *row[7:])
        for row in rows
    ]


_Wanted = dict[int, Row]
_By = tuple[int, str, str]


def _correct_rows(store: Store, point_id: int, wanted: _Wanted, by: _By) -> int:
    columns = history.rows_between(store, point_id, min(wanted), max(wanted) + 1)
    places = _others(columns, wanted)
    for place in places:
        row = wanted[int(columns.t_ms[place])]
        _note(store, columns, place, row, by)
        store.rows(
            "UPDATE readings SET value = ?, quality = ?, reason = ? WHERE point_id = ? AND t_ms = ?",
            [*row[2:], *row[:2]],
        )
    return len(places)


def _correct_blocks(store: Store, point_id: int, wanted: _Wanted, by: _By) -> int:
    changed = 0
    for block in blocks.touching(store, point_id, min(wanted), max(wanted) + 1):
        columns = blocks.columns_of(store, [block])
        places = _others(columns, wanted)
        for place in places:
            row = wanted[int(columns.t_ms[place])]
            _note(store, columns, place, row, by)
            columns.value[place] = math.nan if row[2] is None else row[2]
            columns.quality[place], columns.reason[place] = row[3:]
        if places:
            blocks.write_block(store, point_id, block.day, columns)
        changed += len(places)
    return changed


def _others(columns: Columns, wanted: _Wanted) -> list[int]:
    """The places of the readings that are to be others than they are."""
    return [
        place
        for place, t_ms in enumerate(columns.t_ms.tolist())
        if t_ms in wanted and _as_stored(columns, place) != wanted[t_ms][2:]
    ]


def _as_stored(columns: Columns, place: int) -> tuple[float | None, int, int]:
    value = float(columns.value[place])
    return (
        None if math.isnan(value) else value,
        int(columns.quality[place]),
        int(columns.reason[place]),
    )


def _note(store: Store, columns: Columns, place: int, row: Row, by: _By) -> None:
    store.rows(
        "INSERT INTO corrections (point_id, t_ms, made_ms, actor, why, value_before, quality_before, "
        "reason_before, value_after, quality_after, reason_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [*row[:2], *by, *_as_stored(columns, place), *row[2:]],
    )


def _touch(store: Store, point_id: int, wanted: _Wanted) -> None:
    """The totals of these days are made from the readings until the station stores them anew."""
    for day in sorted({t_ms // UTC_DAY_MS for t_ms in wanted}):
        store.rows("INSERT OR IGNORE INTO touched_days (day, point_id) VALUES (?, ?)", [day, point_id])
