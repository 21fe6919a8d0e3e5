"""Looking after the database: what is in it, whether it is whole, and a copy of it while it is in use."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from devices.reading import Quality
from hmi.store import blocks
from hmi.store.database import Store, StoreError, StoreFault, open_store, sentences_for
from hmi.store.readings import KNOWN_REASONS

PAGES_A_STEP = 2048
_MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class PointStatistics:
    """How much is stored of a point; the times are None where nothing is."""

    point: str
    readings: int
    bad: int
    first_ms: int | None
    last_ms: int | None

    @property
    def bad_share(self) -> float:
        """Which share (0..1) of the readings are gaps."""
        return self.bad / self.readings if self.readings else 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of each kind are stored beside the readings."""

    schema: int
    plans: dict[str, int]  # by state
    alarms_active: int
    alarm_changes: int
    audit_entries: int


def point_statistics(store: Store) -> list[PointStatistics]:
    """All points by name; looks at every reading."""
    with store.snapshot():
        loose = store.rows(
            "SELECT name, count(t_ms), coalesce(sum(quality = ?), 0), min(t_ms), max(t_ms), points.id "
            "FROM points LEFT JOIN readings ON point_id = points.id GROUP BY points.id ORDER BY name",
            [Quality.BAD.value],
        )
        return [_statistics(store, row) for row in loose]


def _statistics(store: Store, loose: Sequence[object]) -> PointStatistics:
    """The rows' statistics with those of the point's blocks."""
    name, readings, bad, first, last, point_id = loose
    ((sealed, sealed_bad),) = store.rows(
        "SELECT coalesce(sum(readings), 0), coalesce(sum(bad), 0) FROM blocks WHERE point_id = ?", [point_id]
    )
    edges = store.rows(
        "SELECT first_ms FROM blocks WHERE point_id = ?1 AND from_ms = "
        "(SELECT min(from_ms) FROM blocks WHERE point_id = ?1) "
        "UNION ALL SELECT last_ms FROM blocks WHERE point_id = ?1 AND from_ms = "
        "(SELECT max(from_ms) FROM blocks WHERE point_id = ?1)",
        [point_id],
    )
    times_ms = [int(str(t_ms)) for t_ms in (first, last, *(row[0] for row in edges)) if t_ms is not None]
    return PointStatistics(
        str(name),
        int(str(readings)) + int(str(sealed)),
        int(str(bad)) + int(str(sealed_bad)),
        min(times_ms, default=None),
        max(times_ms, default=None),
    )


def tally(store: Store) -> Tally:
    """Counts plans, alarms and audit entries."""
    plans = store.rows("SELECT state, count(*) FROM plans GROUP BY state ORDER BY state")
    return Tally(
        schema=_number(store, "PRAGMA user_version"),
        plans={str(state): int(str(count)) for state, count in plans},
        alarms_active=_number(store, "SELECT count(*) FROM alarms WHERE active"),
        alarm_changes=_number(store, "SELECT count(*) FROM alarm_events"),
        audit_entries=_number(store, "SELECT count(*) FROM audit"),
    )


def file_bytes(store: Store) -> int:
    """What the database takes on the disk, with what is not yet moved out of its log."""
    log = store.path.with_name(f"{store.path.name}-wal")
    return sum(path.stat().st_size for path in (store.path, log) if path.exists())


def damage(store: Store) -> list[str]:
    """What SQLite finds wrong with the file's structure, the first of it; reads the whole file."""
    rows = store.rows(f"PRAGMA integrity_check({_MOST_FAULTS})")
    return [str(row[0]) for row in rows if row[0] != "ok"]


def loose_references(store: Store) -> dict[tuple[str, str], int]:
    """How many rows of a table name a row of another that is not there, by both tables' names."""
    rows = store.rows('SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2')
    return {(str(table), str(parent)): int(str(count)) for table, parent, count in rows}


def unknown_points(store: Store) -> list[int]:
    """The numbers of points that have readings and no name; steps from point to point."""
    rows = store.rows(
        "WITH RECURSIVE used(id) AS (SELECT min(point_id) FROM readings UNION ALL "
        "SELECT (SELECT min(point_id) FROM readings WHERE point_id > used.id) FROM used "
        "WHERE used.id IS NOT NULL) "
        "SELECT id FROM used WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM points) "
        "UNION SELECT point_id FROM blocks WHERE point_id NOT IN (SELECT id FROM points) ORDER BY 1"
    )
    return [int(str(row[0])) for row in rows]


def unreadable_readings(store: Store) -> int:
    """How many readings have a quality or reason that is none, or a value where there may be none."""
    return _number(
        store,
        f"SELECT count(*) FROM readings WHERE quality NOT BETWEEN {min(Quality)} AND {max(Quality)} "
        f"OR reason NOT BETWEEN 0 AND {KNOWN_REASONS - 1} "
        f"OR (value IS NULL) IS NOT (quality = {Quality.BAD.value})",
    )


def unsealed_readings(store: Store) -> int:
    """How many readings lie in rows: nothing but SQLite's structure around them can be checked."""
    return _number(store, "SELECT count(*) FROM readings")


def damaged_blocks(store: Store) -> tuple[int, list[str]]:
    """How many sealed blocks there are, and what is wrong with which; reads and unpacks them all."""
    number, wrong = 0, list[str]()
    names = {row[0]: row[1] for row in store.rows("SELECT id, name FROM points")}
    for block in blocks.all_blocks(store):
        number += 1
        fault = blocks.fault_of(block)
        if fault:
            name = names.get(block.point_id, f"point {block.point_id}")
            wrong.append(f"{name} on {blocks.day_name(block)}: {fault}")
    return number, wrong


def plan_ids(store: Store) -> list[int]:
    """The ids of all plans, oldest first."""
    return [int(str(row[0])) for row in store.rows("SELECT id FROM plans ORDER BY id")]


def copy_database(
    store: Store, target: Path, on_progress: Callable[[int, int], None], *, pages_a_step: int = PAGES_A_STEP
) -> None:
    """Copies the database as it is at this moment into a new file, while others read and write it.

    `on_progress` is told pages copied and pages in all. Raises StoreError, also when the copy is not whole.
    """

    def told(_status: int, remaining: int, total: int) -> None:
        on_progress(total - remaining, total)

    with sentences_for(target), closing(sqlite3.connect(target)) as copy:
        # Held open, so that what others write meanwhile does not make the copy begin again.
        store.db.conn.execute("BEGIN")
        try:
            store.rows("SELECT count(*) FROM sqlite_master")
            store.db.conn.backup(copy, pages=pages_a_step, progress=told)
        finally:
            store.db.conn.execute("ROLLBACK")
    _check_copy(target)


def _check_copy(target: Path) -> None:
    with closing(open_store(target, create=False)) as copy:
        faults = damage(copy)
    if faults:
        raise StoreError(
            StoreFault.DAMAGED,
            f"The copy is damaged ({faults[0]}) and was not kept; see `valleyline history check`, "
            "or copy to another disk.",
        )


def _number(store: Store, sql: str) -> int:
    return int(str(store.rows(sql)[0][0]))
