"""Readings: what the meters said, each point and time once, kept for ever, wherever in the file they lie."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from devices.reading import Quality, Reading, Reason
from hmi.store import blocks, history
from hmi.store.database import Store, StoreError
from hmi.store.energy import LONGEST_BRIDGE_MS, counter_energy
from hmi.store.energy import Energy as Energy
from hmi.store.local_days import UTC_DAY_MS
from hmi.store.packing import Columns, no_columns
from hmi.store.thinning import Series, thin, with_gaps

if TYPE_CHECKING:
    from sqlite_utils import Database

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
    Reason.MEAN,
    Reason.OTHER_MODEL,
)
KNOWN_REASONS = len(_REASONS)
_QUALITIES = tuple(Quality)  # by their numbers
_ROWS_A_STATEMENT = 50
MOST_NAMED = 200  # points that are looked up by name; more are found in a list of all
_BY_POINT_AND_TIME = itemgetter(0, 1)
_REASON_CODES = {reason: code for code, reason in enumerate(_REASONS)}
MEAN_CODE = _REASON_CODES[Reason.MEAN]


def insert_readings(store: Store, readings: Sequence[Reading]) -> int:
    """Stores readings in one transaction and says how many were new; a repeated point and time is skipped."""
    if not readings:
        return 0
    with store.transaction(durable=False) as db:
        known = _known_points(db, {reading.point for reading in readings})
        rows = _rows_of(readings, {name: point.id for name, point in known.items()})
        sealed_ms = {point.id: point.sealed_ms for point in known.values()}
        oldest_ms = min(row[1] for row in rows)
        if oldest_ms < max(sealed_ms.values()) and any(row[1] < sealed_ms[row[0]] for row in rows):
            rows = _without_sealed(store, rows)
        rows.sort(key=_BY_POINT_AND_TIME)  # as they lie in the file: three times as fast
        added = _insert_rows(db, rows)
        if added:
            touched = _touched_days(rows)
            db.conn.executemany("INSERT OR IGNORE INTO touched_days (day, point_id) VALUES (?, ?)", touched)
        return added


# CROSS JOIN, or SQLite may go through all readings instead of from point to point.
def newest(store: Store) -> dict[str, Reading]:
    """The last reading of every point, by point."""
    return _newest(
        store,
        "SELECT name, t_ms, value, quality, reason FROM points CROSS JOIN readings ON point_id = points.id "
        "AND t_ms = (SELECT max(t_ms) FROM readings WHERE point_id = points.id)",
        history.last,
    )


def newest_good(store: Store) -> dict[str, Reading]:
    """The last reading of every point that carries a value, by point: what a stale display falls back on."""
    return _newest(
        store,
        "SELECT name, t_ms, value, quality, reason FROM points CROSS JOIN readings ON point_id = points.id "
        "AND t_ms = (SELECT t_ms FROM readings WHERE point_id = points.id AND value IS NOT NULL "
        "ORDER BY t_ms DESC LIMIT 1)",
        lambda store, point_id: history.value_at_or_before(store, point_id, history.END_MS),
    )


def points(store: Store) -> list[str]:
    """The names of all points that were ever read."""
    return [str(row[0]) for row in store.rows("SELECT name FROM points ORDER BY name")]


def count(store: Store) -> int:
    """How many readings are stored; looks at all rows."""
    return _sum(store, "SELECT (SELECT count(*) FROM readings), (SELECT sum(readings) FROM blocks)")


def count_bad(store: Store) -> int:
    """How many of the readings are gaps."""
    rows = f"(SELECT count(*) FROM readings WHERE quality = {Quality.BAD.value})"
    return _sum(store, f"SELECT {rows}, (SELECT sum(bad) FROM blocks)")


def walk(store: Store, point: str, from_ms: int, to_ms: int, *, page: int = 5000) -> Iterator[Reading]:
    """The readings of a point from `from_ms` up to, not including, `to_ms`, in order and as they are stored.

    Reads page by page, so that a long walk never keeps the station from tidying its log.
    """
    point_id = history.point_id(store, point)
    if point_id is None:
        return
    for columns in history.pages(store, point_id, from_ms, to_ms, rows=page):
        yield from _readings(point, columns)


def series(
    store: Store, point: str, from_ms: int, to_ms: int, *, longest_gap_ms: int | None = None
) -> Series:
    """The readings of a point from `from_ms` up to, not including, `to_ms`.

    A BAD reading is NaN. Where readings are missing for more than `longest_gap_ms` (by default three times
    the usual distance of these readings) one NaN stands in between, so that no line is drawn across.
    """
    point_id = history.point_id(store, point)
    if point_id is None:
        return _series(no_columns())
    return with_gaps(_series(history.history(store, point_id, from_ms, to_ms)), longest_gap_ms)


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
    return counter_energy(t_ms, counter_kwh, from_ms, to_ms, most_kw)


def energy_by_stretch(store: Store, point: str, edges_ms: Sequence[int]) -> list[Energy]:
    """Like `energy_between`, for each stretch between neighbouring edges; the readings are looked up once."""
    if len(edges_ms) < 2:
        return []
    t_ms, counter_kwh = _counter(store, point, edges_ms[0], edges_ms[-1])
    found = []
    for from_ms, to_ms in pairwise(edges_ms):
        first, end = (int(place) for place in np.searchsorted(t_ms, (from_ms, to_ms)))
        near = slice(max(0, first - 1), end + 1)  # with the neighbours that speak for the edges
        found.append(counter_energy(t_ms[near], counter_kwh[near], from_ms, to_ms))
    return found


def _counter(
    store: Store, point: str, from_ms: int, to_ms: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """What the counter said inside, and the last time before and the first after."""
    point_id = history.point_id(store, point)
    if point_id is None:
        return np.empty(0, np.int64), np.empty(0)
    with store.snapshot():
        before = _good_towards(store, history.value_at_or_before, point_id, from_ms, -1)
        after = _good_towards(store, history.value_at_or_after, point_id, to_ms, 1)
        first_ms = int(before.t_ms[0]) if len(before) else from_ms
        end_ms = int(after.t_ms[0]) + 1 if len(after) else to_ms + 1
        found = history.history(store, point_id, first_ms, end_ms)
    there = ~np.isnan(found.value) & (found.quality == Quality.GOOD.value)  # doubtful ones count nothing
    return found.t_ms[there], found.value[there]


def _good_towards(
    store: Store, look: Callable[[Store, int, int], Columns], point_id: int, t_ms: int, step_ms: int
) -> Columns:
    """The nearest GOOD reading that way, as far as a counter bridges; else what lies beyond."""
    found = look(store, point_id, t_ms)
    while len(found) and found.quality[0] != Quality.GOOD.value:
        at_ms = int(found.t_ms[0])
        if abs(at_ms - t_ms) > LONGEST_BRIDGE_MS:
            break
        found = look(store, point_id, at_ms + step_ms)
    return found


def _newest(store: Store, sql: str, look: Callable[[Store, int], Columns]) -> dict[str, Reading]:
    """The rows of `sql` by point; `look` where the row wanted may be in a block."""
    with store.snapshot():
        found = {str(row[0]): reading_of(row) for row in store.rows(sql)}
        for name, point_id, sealed_ms in store.rows("SELECT name, id, sealed_ms FROM points"):
            row = found.get(str(name))
            if row is None or row.t_ms < int(str(sealed_ms)):
                found.update(
                    (reading.point, reading)
                    for reading in _readings(str(name), look(store, int(str(point_id))))
                )
    return found


def _series(columns: Columns) -> Series:
    return Series(columns.t_ms, columns.value, columns.quality)


def _sum(store: Store, sql: str) -> int:
    return sum(int(str(number)) for number in store.rows(sql)[0] if number is not None)


class _Point(NamedTuple):
    id: int
    sealed_ms: int  # no block of this point ends later


def _known_points(db: Database, names: set[str]) -> dict[str, _Point]:
    asked = list(names) if len(names) <= MOST_NAMED else []
    where = f" WHERE name IN ({', '.join('?' * len(asked))})" if asked else ""
    known = {
        name: _Point(point_id, sealed_ms)
        for name, point_id, sealed_ms in db.conn.execute(
            f"SELECT name, id, sealed_ms FROM points{where}", asked
        )
    }
    for name in sorted(names - known.keys()):
        point_id = db.table("points").insert({"name": name}).last_pk
        known[name] = _Point(int(str(point_id)), 0)
    return known


Row = tuple[int, int, float | None, int, int]


def _without_sealed(store: Store, rows: list[Row]) -> list[Row]:
    """Without the rows of a point and time that a block has; one that cannot be read keeps nothing away."""
    late: dict[int, list[int]] = {}
    for point_id, t_ms, *_ in rows:
        late.setdefault(point_id, []).append(t_ms)
    known: set[tuple[int, int]] = set()
    for point_id, times_ms in late.items():
        for block in blocks.touching(store, point_id, min(times_ms), max(times_ms) + 1):
            with suppress(StoreError):
                known.update((point_id, t_ms) for t_ms in blocks.times_of(store, block).tolist())
    return [row for row in rows if (row[0], row[1]) not in known]


def _insert_rows(db: Database, rows: Sequence[Row]) -> int:
    """Inserts rows and says how many were new; many in a statement, which takes two thirds of the time."""
    added, whole = 0, len(rows) // _ROWS_A_STATEMENT * _ROWS_A_STATEMENT
    for some, number in ((rows[:whole], _ROWS_A_STATEMENT), (rows[whole:], 1)):
        values = ", ".join(["(?, ?, ?, ?, ?)"] * number)
        cursor = db.conn.executemany(
            f"INSERT OR IGNORE INTO readings (point_id, t_ms, value, quality, reason) VALUES {values}",
            (list(chain.from_iterable(some[at : at + number])) for at in range(0, len(some), number)),
        )
        added += max(0, cursor.rowcount)
    return added


def _touched_days(rows: Sequence[Row]) -> set[tuple[int, int]]:
    """The UTC days and points of rows; the usual ones, all of one day, without a division for each."""
    day, last_day = min(row[1] for row in rows) // UTC_DAY_MS, max(row[1] for row in rows) // UTC_DAY_MS
    if day == last_day:
        return {(day, point_id) for point_id in {row[0] for row in rows}}
    return {(row[1] // UTC_DAY_MS, row[0]) for row in rows}


def _rows_of(readings: Sequence[Reading], ids: Mapping[str, int]) -> list[Row]:
    """The rows of readings; the usual ones, GOOD and without a reason, without a call for each."""
    good, none, inf = Quality.GOOD, Reason.NONE, math.inf
    good_code, none_code = int(good), _REASON_CODES[none]
    return [
        (ids[each.point], each.t_ms, each.value, good_code, none_code)
        if each.quality is good and each.reason is none and -inf < each.value < inf
        else row_of(each, ids[each.point])
        for each in readings
    ]


def row_of(reading: Reading, point_id: int) -> Row:
    """Point, time, value, quality and reason as they lie in the file."""
    bad = reading.quality is Quality.BAD or not math.isfinite(reading.value)
    quality = Quality.BAD if bad else reading.quality
    return (
        point_id,
        reading.t_ms,
        None if bad else reading.value,
        int(quality),
        _REASON_CODES[reading.reason],
    )


def _readings(point: str, columns: Columns) -> Iterator[Reading]:
    for t_ms, value, quality, reason in zip(
        columns.t_ms.tolist(),
        columns.value.tolist(),
        columns.quality.tolist(),
        columns.reason.tolist(),
        strict=True,
    ):
        yield Reading(point, t_ms, value, Quality(quality), _REASONS[reason])


def reading_of(row: tuple[Any, ...]) -> Reading:
    """The reading of a point's name, time, value, quality and reason as they lie in the file."""
    name, t_ms, value, quality, reason = row
    return Reading(name, t_ms, math.nan if value is None else value, _QUALITIES[quality], _REASONS[reason])
