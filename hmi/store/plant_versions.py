"""Each plant file and tariff that a station worked with, in the order in which they came."""

from __future__ import annotations

import hashlib

from hmi.store.database import Store
from hmi.store.records import PlantVersion
from hmi.store.rows import from_row


def add_plant_version(store: Store, *, from_ms: int, wall_ms: int, plant: str, tariff: str) -> str:
    """Adds a version and returns its digest; part of the caller's transaction if there is one."""
    digest = digest_of(plant, tariff)
    row = {"from_ms": from_ms, "wall_ms": wall_ms, "plant": plant, "tariff": tariff, "digest": digest}
    with store.transaction() as db:
        db.table("plant_versions").insert(row)
    return digest


def plant_versions(store: Store) -> list[PlantVersion]:
    """All versions in the order in which they were noted."""
    rows = store.records("SELECT * FROM plant_versions ORDER BY id")
    return [from_row(PlantVersion, row) for row in rows]


def newest_plant_version(store: Store) -> PlantVersion | None:
    """The version that was noted last."""
    rows = store.records("SELECT * FROM plant_versions ORDER BY id DESC LIMIT 1")
    return from_row(PlantVersion, rows[0]) if rows else None


def newest_plant_version_id(store: Store) -> int:
    """The number of the version that was noted last; 0 when none was."""
    ((number,),) = store.rows("SELECT coalesce(max(id), 0) FROM plant_versions")
    return int(str(number))


def plant_version_ids(store: Store) -> list[int]:
    """The numbers of all versions, oldest first."""
    return [int(str(row[0])) for row in store.rows("SELECT id FROM plant_versions ORDER BY id")]


def digest_of(plant: str, tariff: str) -> str:
    """SHA-256 over both, in hexadecimal."""
    return hashlib.sha256(f"{len(plant)} {plant}{tariff}".encode()).hexdigest()
