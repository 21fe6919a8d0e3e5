"""Readings: what the meters said, one row per point and time, kept for ever."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from devices.reading import Quality, Reading, Reason
from hmi.store.database import Store
from hmi.store.thinning import Series, thin, with_gaps

# Codes in the file: only ever append.
_REASONS = (
    Reason.NONE,
    Reason.PORT_MISSING,
    Reason.TIMEOUT,
    Reason.BAD_CHECKSUM,
    Reason.BAD_REPLY,
    Reason.EXCEPTION,
    Reason.SENTINEL,
    Reason.OUT_OF_RANGE,
    Reason.UNCONFIRMED,
    Reason.JUMP,
    Reason.BEYOND_RATING,
    Reason.COUNTER_BACK,
    Reason.COUNTER_JUMP,
    Reason.STALE,
)
KNOWN_REASONS = len(_REASONS)
_LONGEST_BRIDGE_MS = 15 * 60_000


class Energy(NamedTuple):
    """Energy of a stretch of time, and the share of that time (0..1) which it rests on."""

    kwh: float
    coverage: float


def insert_readings(store: Store, readings: Sequence[Reading]) -> int:
    """Stores readings in one transaction and says how many were new; a repeated point and time is skipped."""
    if not readings:
        return 0
    with store.transaction(durable=False) as db:
        ids = _point_ids(db, {reading.point for reading in readings})
        cursor = db.conn.executemany(
            "INSERT OR IGNORE INTO readings (point_id, t_ms, value, quality, reason) VALUES (?, ?, ?, ?, ?)",
            [_row(reading, ids[reading.point]) for reading in readings],
        )
        return cursor.rowcount


def newest(store: Store) -> dict[str, Reading]:
    """The last reading of every point, by point."""
    rows = store.rows(
        "SELECT name, t_ms, value, quality, reason FROM points JOIN readings ON point_id = points.id "
        "AND t_ms = (SELECT max(t_ms) FROM readings WHERE point_id = points.id)"
    )
    return {str(row[0]): _reading(row) for row in rows}


def newest_good(store: Store) -> dict[str, Reading]:
    """The last reading of every point that carries a value, by point: what a stale display falls back on."""
    rows = store.rows(
        "SELECT name, t_ms, value, quality, reason FROM points JOIN readings ON point_id = points.id "
        "AND t_ms = (SELECT t_ms FROM readings WHERE point_id = points.id AND value IS NOT NULL "
        "ORDER BY t_ms DESC LIMIT 1)"
    )
    return {str(row[0]): _reading(row) for row in rows}


def points(store: Store) -> list[str]:
    """The names of all points that were ever read."""
    return [str(row[0]) for row in store.rows("SELECT name FROM points ORDER BY name")]


def count(store: Store) -> int:
    """How many readings are stored; looks at all of them."""
    return int(str(store.rows("SELECT count(*) FROM readings")[0][0]))


def count_bad(store: Store) -> int:
    """How many of the readings are gaps."""
    return int(str(store.rows("SELECT count(*) FROM readings WHERE quality = ?", [Quality.BAD.value])[0][0]))


def walk(store: Store, point: str, from_ms: int, to_ms: int, *, page: int = 5000) -> Iterator[Reading]:
    """The readings of a point from `from_ms` up to, not including, `to_ms`, in order and as they are stored.

    Reads page by page, so that a long walk never keeps the station from tidying its log.
    """
    while True:
        rows = store.rows(
            "SELECT name, t_ms, value, quality, reason FROM points JOIN readings ON point_id = points.id "
            "WHERE name = ? AND t_ms >= ? AND t_ms < ? ORDER BY t_ms LIMIT ?",
            [point, from_ms, to_ms, page],
        )
        found = [_reading(row) for row in rows]
        yield from found
        if len(found) < page:
            return
        from_ms = found[-1].t_ms + 1


def series(
    store: Store, point: str, from_ms: int, to_ms: int, *, longest_gap_ms: int | None = None
) -> Series:
    """The readings of a point from `from_ms` up to, not including, `to_ms`.

    A BAD reading is NaN. Where readings are missing for more than `longest_gap_ms` (by default three times
    the usual distance of these readings) one NaN stands in between, so that no line is drawn across.
    """
    rows = store.rows(
        "SELECT t_ms, value, quality FROM readings "
        "WHERE point_id = (SELECT id FROM points WHERE name = ?) AND t_ms >= ? AND t_ms < ? ORDER BY t_ms",
        [point, from_ms, to_ms],
    )
    return with_gaps(_series(rows), longest_gap_ms)


def series_thinned(store: Store, point: str, from_ms: int, to_ms: int, most_points: int) -> Series:
    """Like `series`, of about `most_points` at most: each stretch keeps its lowest, highest and gap."""
    return thin(series(store, point, from_ms, to_ms), from_ms, to_ms, most_points)


def energy_between(
    store: Store, point: str, from_ms: int, to_ms: int, *, most_kw: float | None = None
) -> Energy:
    """Energy in kWh from `from_ms` to `to_ms` by an energy counter, and the share of the time it rests on.

    The counter bridges missing readings inside; at the two ends it is read by straight line between
    neighbours not more than 15 min apart. A counter that goes back, or forward by more than `most_kw` allows,
    counts nothing.
    """
    if to_ms <= from_ms:
        return Energy(0.0, 0.0)
    t_ms, counter_kwh = _counter(store, point, from_ms, to_ms)
    step_ms = np.diff(t_ms)
    step_kwh = np.diff(counter_kwh)
    inside_ms = np.minimum(t_ms[1:], to_ms) - np.maximum(t_ms[:-1], from_ms)
    known = (step_kwh >= 0) & (inside_ms > 0) & ((inside_ms == step_ms) | (step_ms <= _LONGEST_BRIDGE_MS))
    if most_kw is not None:
        known &= step_kwh <= most_kw * step_ms / 3.6e6 * 1.1 + 0.1
    kwh = float(np.sum(step_kwh[known] * inside_ms[known] / step_ms[known]))
    return Energy(kwh, float(np.sum(inside_ms[known])) / (to_ms - from_ms))


def _counter(
    store: Store, point: str, from_ms: int, to_ms: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    ids = store.rows("SELECT id FROM points WHERE name = ?", [point])
    if not ids:
        return np.empty(0, np.int64), np.empty(0)
    rows = store.rows(
        "SELECT t_ms, value, quality FROM readings WHERE point_id = ?1 AND quality = ?4 "
        "AND t_ms >= coalesce((SELECT max(t_ms) FROM readings WHERE point_id = ?1 AND t_ms <= ?2 "
        "AND quality = ?4), ?2) "
        "AND t_ms <= coalesce((SELECT min(t_ms) FROM readings WHERE point_id = ?1 AND t_ms >= ?3 "
        "AND quality = ?4), ?3) ORDER BY t_ms",
        [ids[0][0], from_ms, to_ms, Quality.GOOD.value],  # a counter's doubtful readings count nothing
    )
    found = _series(rows)
    return found.t_ms, found.value


def _series(rows: Sequence[tuple[object, ...]]) -> Series:
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)  # None becomes NaN; ms since 1970 fit in 53 bits
    return Series(table[:, 0].astype(np.int64), table[:, 1].copy(), table[:, 2].astype(np.int8))


def _point_ids(db: Database, names: Iterable[str]) -> dict[str, int]:
    ids = dict(db.conn.execute("SELECT name, id FROM points"))
    for name in sorted(set(names) - ids.keys()):
        ids[name] = db.conn.execute("INSERT INTO points (name) VALUES (?)", [name]).lastrowid
    return ids


def _row(reading: Reading, point_id: int) -> tuple[int, int, float | None, int, int]:
    bad = reading.quality is Quality.BAD or not math.isfinite(reading.value)
    quality = Quality.BAD if bad else reading.quality
    return (
        point_id,
        reading.t_ms,
        None if bad else reading.value,
        quality.value,
        _REASONS.index(reading.reason),
    )


def _reading(row: tuple[object, ...]) -> Reading:
    name, t_ms, value, quality, reason = row
    return Reading(
        str(name),
        int(str(t_ms)),
        math.nan if value is None else float(str(value)),
        Quality(int(str(quality))),
        _REASONS[int(str(reason))],
    )
