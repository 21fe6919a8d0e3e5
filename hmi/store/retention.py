"""Thinning by rule: old sealed days become means over some minutes, still older ones keep only their totals.

Nothing is thinned without a rule. A mean says so itself, by `Reason.MEAN`, wherever it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devices.meter_quantities import Quantity
from devices.reading import Reading
from hmi.store import blocks
from hmi.store.database import Store
from hmi.store.local_days import UTC_DAY_MS
from hmi.store.packing import Columns
from hmi.store.readings import MEAN_CODE
from solver.durations import HOUR_MS

_LONGEST_DAY_MS = 25 * HOUR_MS
# Of the sealed days of a point: those before which there are means only, and those which have totals only.
_DUE_FOR_MEANS = "blocks.point_id = points.id AND to_ms <= ?1 AND from_ms >= max(points.means_until_ms, ?2)"
_DUE_TO_GO = "blocks.point_id = points.id AND to_ms <= ?1"


@dataclass(frozen=True, slots=True)
class KeepRule:
    """How long readings stay as they were read, and how long their means; None is for ever. All in ms."""

    raw_ms: int | None
    mean_ms: int
    means_ms: int | None


@dataclass(frozen=True, slots=True)
class Thinned:
    """What a rule does, or would do: days of points, their readings before and after."""

    days: int = 0
    before: int = 0
    after: int = 0
    days_gone: int = 0
    readings_gone: int = 0

    def __add__(self, other: Thinned) -> Thinned:
        return Thinned(
            self.days + other.days,
            self.before + other.before,
            self.after + other.after,
            self.days_gone + other.days_gone,
            self.readings_gone + other.readings_gone,
        )


def means(point: str, columns: Columns, mean_ms: int) -> Columns:
    """One reading for each stretch of `mean_ms`: the mean, at the mean time; of a counter its last.

    A stretch without a value keeps its first gap, one with a single reading keeps that; a counter also keeps
    the day's first. The quality is the worst in it.
    """
    there = ~np.isnan(columns.value)
    stretch = columns.t_ms // mean_ms
    gaps = columns.part(~there)
    lone = gaps.part(_starts(stretch[~there]))
    lone = lone.part(~np.isin(lone.t_ms // mean_ms, stretch[there]))
    valued = columns.part(there)
    found = _last_of(valued, mean_ms) if _is_counter(point) else _mean_of(valued, mean_ms)
    return _in_order(found, lone)


def due(store: Store, rule: KeepRule, now_ms: int) -> Thinned:
    """What is due, by the counts that blocks carry; `after` is not known without unpacking them and 0."""
    raw_ms, gone_ms = _bounds(rule, now_ms)
    days_gone, readings_gone = _counted(store, _DUE_TO_GO, [gone_ms])
    days, before = _counted(store, _DUE_FOR_MEANS, [raw_ms, gone_ms])
    return Thinned(days, before, 0, days_gone, readings_gone)


def would_thin(store: Store, rule: KeepRule, now_ms: int) -> Iterator[Thinned]:
    """Day by day what thinning now would do; changes nothing, and unpacks every day that is due."""
    raw_ms, gone_ms = _bounds(rule, now_ms)
    for point_id, name, until_ms in store.rows("SELECT id, name, means_until_ms FROM points ORDER BY id"):
        days, readings = _counted(store, f"{_DUE_TO_GO} AND points.id = ?2", [gone_ms, point_id])
        yield Thinned(days_gone=days, readings_gone=readings)
        at_ms = max(int(str(until_ms)), gone_ms)
        while block := _next_block(store, int(str(point_id)), at_ms, raw_ms):
            after = len(means(str(name), blocks.columns_of(store, [block]), rule.mean_ms))
            yield Thinned(1, block.packed.readings, after)
            at_ms = block.day.to_ms


def thin_some(store: Store, rule: KeepRule, now_ms: int, *, most: int) -> Thinned:
    """Thins at most so many days of points, the days that go first; nothing is due where no day is counted.

    Each is one transaction: a day is as it was or as it shall be.
    """
    raw_ms, gone_ms = _bounds(rule, now_ms)
    done = Thinned()
    for point_id in _points_with(store, _DUE_TO_GO, [gone_ms], most):
        done += _drop_first(store, point_id)
    for point_id in _points_with(store, _DUE_FOR_MEANS, [raw_ms, gone_ms], most - done.days_gone):
        done += _thin_next(store, point_id, (raw_ms, gone_ms), rule.mean_ms)
    return done


def first_thinned(store: Store, readings: Iterable[Reading]) -> Reading | None:
    """The first reading of a day that was thinned already: what it was part of can no longer be mended."""
    rows = store.rows("SELECT name, id, means_until_ms, totals_until_ms FROM points")
    until = {row[0]: (row[1], max(int(str(row[2])), int(str(row[3])))) for row in rows}
    days: dict[tuple[object, int], bool] = {}
    for reading in readings:
        point_id, until_ms = until.get(reading.point, (0, 0))
        if reading.t_ms >= until_ms:
            continue
        day = (point_id, reading.t_ms // UTC_DAY_MS)
        if day not in days:
            days[day] = _has_totals(store, point_id, reading.t_ms)
        if days[day]:
            return reading
    return None


def means_until(store: Store, point: str) -> int:
    """The time before which a point's history holds means; 0 where it was never thinned."""
    rows = store.rows("SELECT means_until_ms FROM points WHERE name = ?", [point])
    return int(str(rows[0][0])) if rows else 0


def _mean_of(valued: Columns, mean_ms: int) -> Columns:
    starts = _starts(valued.t_ms // mean_ms)
    if not len(starts):
        return valued
    number = np.diff(starts, append=len(valued))
    base_ms = valued.t_ms[starts]
    late_ms = valued.t_ms - np.repeat(base_ms, number)
    many = number > 1
    return Columns(
        base_ms + np.add.reduceat(late_ms, starts) // number,
        np.where(many, np.add.reduceat(valued.value, starts) / number, valued.value[starts]),
        np.maximum.reduceat(valued.quality, starts),
        np.where(many, np.int8(MEAN_CODE), valued.reason[starts]),
    )


def _last_of(valued: Columns, mean_ms: int) -> Columns:
    if not len(valued):
        return valued
    starts = _starts(valued.t_ms // mean_ms)
    last = np.append(starts[1:], len(valued)) - 1
    kept = valued.part(np.unique(np.append(last, 0)))
    thinned = len(kept) < len(valued)
    return Columns(
        kept.t_ms,
        kept.value,
        kept.quality,
        np.where(kept.reason == 0, np.int8(MEAN_CODE), kept.reason) if thinned else kept.reason,
    )


def _starts(stretch: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of the first of each run of equal numbers."""
    if not len(stretch):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.diff(stretch, prepend=stretch[0] - 1))


def _in_order(one: Columns, other: Columns) -> Columns:
    if not len(other):
        return one
    t_ms = np.concatenate([one.t_ms, other.t_ms])
    order = np.argsort(t_ms, kind="stable")
    return Columns(
        t_ms[order],
        np.concatenate([one.value, other.value])[order],
        np.concatenate([one.quality, other.quality])[order],
        np.concatenate([one.reason, other.reason])[order],
    )


def _is_counter(point: str) -> bool:
    try:
        return Quantity(point.rpartition(".")[2]).is_counter
    except ValueError:
        return False


def _bounds(rule: KeepRule, now_ms: int) -> tuple[int, int]:
    """Before the first there are means, before the second only totals."""
    raw_ms, means_ms = rule.raw_ms, rule.means_ms
    return 0 if raw_ms is None else now_ms - raw_ms, 0 if means_ms is None else now_ms - means_ms


def _counted(store: Store, which: str, bounds: Sequence[object]) -> tuple[int, int]:
    ((days, readings),) = store.rows(
        f"SELECT count(*), coalesce(sum(readings), 0) FROM points CROSS JOIN blocks ON {which}", bounds
    )
    return int(str(days)), int(str(readings))


def _points_with(store: Store, which: str, bounds: Sequence[int], most: int) -> list[int]:
    sql = f"SELECT id FROM points WHERE EXISTS (SELECT 1 FROM blocks WHERE {which}) LIMIT {max(0, most)}"
    return [int(str(row[0])) for row in store.rows(sql, bounds)]


def _next_block(store: Store, point_id: int, from_ms: int, before_ms: int) -> blocks.Block | None:
    found = [
        block
        for block in blocks.touching(store, point_id, from_ms, before_ms, most=2)
        if block.day.from_ms >= from_ms and block.day.to_ms <= before_ms
    ]
    return found[0] if found else None


def _thin_next(store: Store, point_id: int, bounds: tuple[int, int], mean_ms: int) -> Thinned:
    with store.transaction(durable=False):
        ((name, until_ms),) = store.rows("SELECT name, means_until_ms FROM points WHERE id = ?", [point_id])
        block = _next_block(store, point_id, max(int(str(until_ms)), bounds[1]), bounds[0])
        if block is None:
            return Thinned()
        thinned = means(str(name), blocks.columns_of(store, [block]), mean_ms)
        if len(thinned) < block.packed.readings:
            blocks.write_block(store, point_id, block.day, thinned)
        store.rows("UPDATE points SET means_until_ms = ? WHERE id = ?", [block.day.to_ms, point_id])
    return Thinned(1, block.packed.readings, len(thinned))


def _drop_first(store: Store, point_id: int) -> Thinned:
    with store.transaction(durable=False):
        ((block_id, to_ms, readings),) = store.rows(
            "SELECT id, to_ms, readings FROM blocks WHERE point_id = ? ORDER BY from_ms LIMIT 1", [point_id]
        )
        blocks.delete_block(store, int(str(block_id)))
        store.rows(
            "UPDATE points SET totals_until_ms = max(totals_until_ms, ?) WHERE id = ?", [to_ms, point_id]
        )
    return Thinned(days_gone=1, readings_gone=int(str(readings)))


def _has_totals(store: Store, point_id: object, t_ms: int) -> bool:
    """Whether the day of a moment has been summed, and so was there when its point was thinned."""
    return bool(
        store.rows(
            "SELECT 1 FROM day_totals WHERE from_ms > ? AND from_ms <= ? AND point_id = ? LIMIT 1",
            [t_ms - _LONGEST_DAY_MS, t_ms, point_id],
        )
    )
