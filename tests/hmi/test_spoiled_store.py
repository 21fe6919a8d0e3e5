"""A store's file with bytes turned, overwritten or cut off: the check says so, and never ends in a trace."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.clock import Clock
from devices.reading import Reading
from hmi.history_check import examine
from hmi.plant import load_plant
from hmi.plant_past import note_plant
from hmi.store import audit
from hmi.store.database import StoreError, open_store
from hmi.store.readings import insert_readings
from hmi.store.sealing import seal_some
from hmi.store.totals import Span
from hmi.tariffs import load_calendar
from resources.locate import resource

ZONE = ZoneInfo("Asia/Shanghai")
T0, DAY_MS, STEP_MS = 1_457_971_200_000, 86_400_000, 240_000
SEALED_DAYS, DAYS = 8, 10
POINTS = ("a.power_kw", "b.power_kw", "c.energy_kwh")
CHECKED = ("blocks", "audit", "plant_versions", "points")  # what carries a checksum, a chain or references


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with sealed days, rows, an audit and a plant, without unused pages."""
    path = tmp_path_factory.mktemp("whole") / "valleyline.db"
    chance = random.Random(1)
    with closing(open_store(path)) as store:
        plant = load_plant(resource("plants/company_x/plant.toml"))
        note_plant(store, plant, load_calendar("guangdong-2021"), Clock())
        for day in range(DAYS):
            times = range(T0 + day * DAY_MS, T0 + (day + 1) * DAY_MS, STEP_MS)
            insert_readings(
                store, [Reading(point, t_ms, chance.random() * 50) for point in POINTS for t_ms in times]
            )
            audit.append(
                store, t_ms=day, wall_ms=day, actor="ada", host="", action="x", target="y", reason="why " * 40
            )
        now_ms = T0 + SEALED_DAYS * DAY_MS
        while seal_some(store, ZONE, lambda day: [Span(*day, "flat")], now_ms, most=9):
            pass
        store.rows("VACUUM")
        store.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        assert all(finding.whole for finding in examine(store))
    return path


def spoiled(content: bytes, chance: random.Random) -> bytes:
    """A bit turned, up to 200 bytes overwritten, or the end cut off."""
    at, size = chance.randrange(100, len(content)), chance.randrange(1, 200)
    match chance.choice(["turned", "overwritten", "cut"]):
        case "turned":
            return content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
        case "overwritten":
            return content[:at] + chance.randbytes(size) + content[at + size :]
        case _:
            return content[:at]


def is_found(path: Path) -> bool:
    try:
        with closing(open_store(path, create=False)) as store:
            return not all(finding.whole for finding in examine(store))
    except StoreError:
        return True


def content_of(path: Path) -> dict[str, list[object]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in CHECKED}


def spoil_and_check(whole: Path, folder: Path, seeds: range) -> int:
    """How many were found; of the others, all that is checked is what it was."""
    content, path, found = whole.read_bytes(), folder / "valleyline.db", 0
    for seed in seeds:
        for end in ("", "-wal", "-shm"):
            path.with_name(f"{path.name}{end}").unlink(missing_ok=True)
        path.write_bytes(spoiled(content, random.Random(seed)))
        if is_found(path):
            found += 1
        else:
            assert content_of(path) == content_of(whole), seed
    return found


def test_a_spoiled_file_is_found_wherever_something_that_is_checked_was_hit(
    whole: Path, tmp_path: Path
) -> None:
    assert spoil_and_check(whole, tmp_path, range(30)) > 10


@pytest.mark.nightly
def test_two_thousand_spoiled_files_are_found(whole: Path, tmp_path: Path) -> None:
    assert spoil_and_check(whole, tmp_path, range(30, 2030)) > 700
