"""What must be there of readings that a rule thins, by how far the store says that it got."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import numpy as np

from devices.reading import Reading
from hmi.store import care
from hmi.store.database import Store
from hmi.store.local_days import UTC_DAY_MS, local_days
from hmi.store.packing import Columns
from hmi.store.readings import walk
from hmi.store.retention import KeepRule, means

RULE = KeepRule(raw_ms=2 * UTC_DAY_MS, mean_ms=3_600_000, means_ms=5 * UTC_DAY_MS)
FOREVER = 1 << 52
OLD_POINTS = ("mill_25.energy_kwh", "mill_25.power_kw")  # in a file of the first schema, all on one day
OLD_READINGS = 242


def check_history(store: Store, point: str, expected: Iterable[Reading], zone: ZoneInfo) -> None:
    """Each day holds its readings, their means, or nothing, and never a part of one or the other."""
    raw = _columns(expected)
    ((means_ms, gone_ms),) = store.rows(
        "SELECT means_until_ms, totals_until_ms FROM points WHERE name = ?", [point]
    ) or [(0, 0)]
    days = local_days(int(raw.t_ms[0]), int(raw.t_ms[-1]) + 1, zone) if len(raw) else []
    wanted: list[tuple[int, float, int]] = []
    for day in days:
        if day.to_ms > int(str(gone_ms)):
            part = raw.between(*day)
            wanted += _rows(means(point, part, RULE.mean_ms) if day.to_ms <= int(str(means_ms)) else part)
    found = _columns(walk(store, point, int(raw.t_ms[0]) if len(raw) else 0, FOREVER))
    assert _rows(found) == wanted


def check_old_file(store: Store) -> None:
    """What was there before the migration is there, unless its day has been thinned."""
    there = sum(found.readings for found in care.point_statistics(store) if found.point in OLD_POINTS)
    ((thinned,),) = store.rows(
        "SELECT count(*) FROM points WHERE name IN (?, ?) AND means_until_ms + totals_until_ms > 0",
        OLD_POINTS,
    )
    assert there < OLD_READINGS if thinned else there == OLD_READINGS
    assert store.rows("SELECT id FROM block_times EXCEPT SELECT times_id FROM blocks") == []


def _columns(readings: Iterable[Reading]) -> Columns:
    some = list(readings)
    return Columns(
        np.array([reading.t_ms for reading in some], np.int64),
        np.array([reading.value for reading in some], np.float64),
        np.array([reading.quality for reading in some], np.int8),
        np.zeros(len(some), np.int8),
    )


def _rows(columns: Columns) -> list[tuple[int, float, int]]:
    return list(zip(columns.t_ms.tolist(), columns.value.tolist(), columns.quality.tolist(), strict=True))
