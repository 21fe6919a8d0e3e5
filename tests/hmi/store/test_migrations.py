"""Every step of the schema from a real file of the version before it."""

from __future__ import annotations

import gzip
import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from devices.reading import Quality, Reading
from hmi.store import audit, care
from hmi.store.alarms import alarms
from hmi.store.corrections import correct_readings
from hmi.store.database import KNOWN_SCHEMA, Store, open_store
from hmi.store.forecast_scores import add_scores, forecast_scores
from hmi.store.plans import plan
from hmi.store.readings import count, count_bad, walk
from hmi.store.requests import open_requests
from hmi.store.sealing import seal_some
from hmi.store.state_models import StateModelVersion, save_state_model, state_model_in_force
from hmi.store.status import cycles, setting
from hmi.store.totals import Span

SCHEMA_1 = Path(__file__).parent / "data" / "schema_1.db.gz"  # written by the last program that had schema 1
T0 = 1_457_884_800_000
FOREVER = 1 << 52


@pytest.fixture
def old_file(tmp_path: Path) -> Path:
    path = tmp_path / "valleyline.db"
    path.write_bytes(gzip.decompress(SCHEMA_1.read_bytes()))
    return path


@pytest.fixture
def migrated(old_file: Path) -> Iterator[Store]:
    with closing(open_store(old_file)) as store:
        yield store


def test_the_old_file_is_of_the_first_schema(old_file: Path) -> None:
    with closing(sqlite3.connect(old_file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_everything_of_a_first_schema_is_still_there(migrated: Store) -> None:
    assert migrated.rows("PRAGMA user_version") == [(KNOWN_SCHEMA,)]
    assert (count(migrated), count_bad(migrated)) == (242, 1)
    assert [alarm.key for alarm in alarms(migrated)] == ["idle:mill_25"]
    assert [request.payload for request in open_requests(migrated)] == [{"key": "idle:mill_25"}]
    assert setting(migrated, "clock") == {"speed": 2.0}
    found = plan(migrated, 1)
    assert found is not None and found.proposal_signature == b"\x00\xff"
    assert audit.verify_chain(migrated) is None
    assert care.damage(migrated) == []
    assert care.loose_references(migrated) == {}


def test_readings_of_a_first_schema_are_sealed_like_new_ones(migrated: Store) -> None:
    before = [repr(reading) for reading in walk(migrated, "mill_25.power_kw", 0, FOREVER)]
    while seal_some(
        migrated, ZoneInfo("Asia/Shanghai"), lambda day: [Span(*day, "")], T0 + 10 * 86_400_000, most=1
    ):
        pass
    assert migrated.rows("SELECT count(*) FROM readings") == [(0,)]
    found = list(walk(migrated, "mill_25.power_kw", 0, FOREVER))
    assert [repr(reading) for reading in found] == before
    assert math.isnan(found[-2].value) and found[-2].quality is Quality.BAD
    assert care.damaged_blocks(migrated) == (2, [])


def test_an_old_file_keeps_what_is_learned_from_now_on(migrated: Store) -> None:
    version = StateModelVersion("mill_25", 1, T0, T0 - 9, T0 - 2, -1.5, None, True, False, b"\x00model")
    save_state_model(migrated, version)
    assert state_model_in_force(migrated, "mill_25") == version


@pytest.mark.parametrize("schema", [2, 3, 4, 5, 6, 7, 8, 9, 10])
def test_everything_of_a_later_schema_is_still_there_and_can_be_corrected(
    tmp_path: Path, schema: int
) -> None:
    path = tmp_path / "valleyline.db"
    path.write_bytes(gzip.decompress(SCHEMA_1.with_name(f"schema_{schema}.db.gz").read_bytes()))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema,)
    with closing(open_store(path)) as store:
        assert store.rows("PRAGMA user_version") == [(KNOWN_SCHEMA,)]
        assert count(store) == 674
        assert care.damaged_blocks(store) == (6, [])
        assert audit.verify_chain(store) is None
        assert (care.damage(store), store.rows("PRAGMA foreign_key_list(readings)")) == ([], [])
        better = [Reading("mill_26.power_kw", T0, 31.5)]
        assert correct_readings(store, better, made_ms=T0, actor="ada", why="test") == (1, 0)
        assert next(walk(store, "mill_26.power_kw", 0, FOREVER)) == better[0]


def test_a_batch_that_an_older_station_kept_says_nothing_of_what_it_did_not_keep(tmp_path: Path) -> None:
    path = tmp_path / "valleyline.db"
    path.write_bytes(gzip.decompress(SCHEMA_1.with_name("schema_9.db.gz").read_bytes()))
    with closing(open_store(path)) as store:
        (kept,) = cycles(store, "mill_26")
    assert (kept.energy_kwh, kept.complete) == (300.0, True)
    assert (kept.unseen_min, kept.ended_by, kept.peak_kw, kept.energy_by_band) == (0.0, None, None, {})


def test_scores_of_forecasts_that_an_older_station_kept_for_a_week_are_kept_for_good(tmp_path: Path) -> None:
    path = tmp_path / "valleyline.db"
    path.write_bytes(gzip.decompress(SCHEMA_1.with_name("schema_10.db.gz").read_bytes()))
    with closing(open_store(path)) as store:
        kept = forecast_scores(store, "mill_26", 0)
        assert [each.error_kw for each in kept] == [2.0, 3.0, 4.0]
        assert setting(store, "twin.scores") is None
        year_later = replace(kept[-1], from_ms=kept[-1].from_ms + 365 * 86_400_000)
        add_scores(store, [year_later])
        assert forecast_scores(store, "mill_26", 0) == [*kept, year_later]
        assert forecast_scores(store, "mill_25", 0) == []
