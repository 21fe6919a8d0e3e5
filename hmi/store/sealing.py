"""Sealing: a point's day goes from rows into one block once it is over and late readings had their time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hmi.store import blocks
from hmi.store.database import Store
from hmi.store.history import merged, rows_between
from hmi.store.local_days import UTC_DAY_MS, Day, local_day, local_days
from hmi.store.packing import no_columns
from hmi.store.totals import Bands, renew_totals
from solver.durations import HOUR_MS

LATE_MS = 2 * HOUR_MS  # plant time that a reading may be late without a block being made anew
_MOST_LOOKED_AT = 64


def seal_some(store: Store, zone: ZoneInfo, bands: Bands, now_ms: int, *, most: int) -> int:
    """Seals the oldest of what is due, `most` points' days at most; says how many there were, 0 when none is.

    Each is one transaction that moves the rows: whatever happens, a reading is in one place and not in two.
    """
    before_ms = now_ms - LATE_MS
    touched = store.rows(
        "SELECT day, point_id FROM touched_days WHERE day < ? ORDER BY day LIMIT ?",
        [before_ms // UTC_DAY_MS, min(most, _MOST_LOOKED_AT)],
    )
    done = 0
    for day, point_id in touched:
        end_ms = (int(str(day)) + 1) * UTC_DAY_MS
        if local_day(end_ms - 1, zone).to_ms <= before_ms:
            _seal(store, int(str(point_id)), int(str(day)), zone, bands)
            done += 1
    return done


def _seal(store: Store, point_id: int, utc_day: int, zone: ZoneInfo, bands: Bands) -> None:
    """Seals the local days of a point that touch a UTC day; late rows go into the block that is there."""
    from_ms = utc_day * UTC_DAY_MS
    with store.transaction(durable=False):
        for day in local_days(from_ms, from_ms + UTC_DAY_MS, zone):
            _seal_day(store, point_id, day)
        renew_totals(store, point_id, utc_day, zone, bands)
        store.rows("DELETE FROM touched_days WHERE day = ? AND point_id = ?", [utc_day, point_id])


def _seal_day(store: Store, point_id: int, day: Day) -> None:
    for stretch in _stretches(store, point_id, day):
        loose = rows_between(store, point_id, *stretch)
        if not len(loose):
            continue
        known = blocks.holding(store, point_id, stretch.from_ms)
        sealed = no_columns() if known is None else blocks.columns_of(store, [known])
        blocks.write_block(store, point_id, stretch, merged(sealed, loose))
        store.rows("DELETE FROM readings WHERE point_id = ? AND t_ms >= ? AND t_ms < ?", [point_id, *stretch])
        store.rows(  # a day that is thinned already is looked at again
            "UPDATE points SET sealed_ms = max(sealed_ms, ?), means_until_ms = min(means_until_ms, ?) "
            "WHERE id = ?",
            [stretch.to_ms, stretch.from_ms, point_id],
        )


def _stretches(store: Store, point_id: int, day: Day) -> list[Day]:
    """The day, or, where blocks of another time zone lie in it, those and what is left between them."""
    stretches: list[Day] = []
    at_ms = day.from_ms
    for block in blocks.touching(store, point_id, *day):
        if at_ms < block.day.from_ms:
            stretches.append(Day(at_ms, block.day.from_ms))
        stretches.append(block.day)
        at_ms = block.day.to_ms
    return [*stretches, Day(at_ms, day.to_ms)] if at_ms < day.to_ms else stretches
