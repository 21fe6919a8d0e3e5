"""The schema and how it grew: each step is numbered, runs once, and is never edited after a release."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

from hmi.store.database import KNOWN_SCHEMA
from hmi.store.first_schema import create_first_schema

DAY_MS = 86_400_000

MIGRATIONS = Migrations("valleyline")


def migrate(db: Database) -> None:
    """Brings the schema up to KNOWN_SCHEMA; the caller holds the transaction."""
    MIGRATIONS.apply(db)
    db.execute(f"PRAGMA user_version = {KNOWN_SCHEMA}")


@MIGRATIONS(name="001_first_schema")
def _first_schema(db: Database) -> None:
    create_first_schema(db)


@MIGRATIONS(name="002_sealed_blocks")
def _sealed_blocks(db: Database) -> None:
    """Blocks beside the rows; what there is so far is sealed later, day by day, by the station."""
    db.execute("ALTER TABLE points ADD COLUMN sealed_ms INTEGER NOT NULL DEFAULT 0")  # no block ends later
    # In the order of sealing, not by point: a day is then a few full pages instead of one a point.
    db.execute(
        "CREATE TABLE blocks (id INTEGER PRIMARY KEY, point_id INTEGER NOT NULL REFERENCES points(id), "
        "from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, first_ms INTEGER NOT NULL, "
        "last_ms INTEGER NOT NULL, readings INTEGER NOT NULL, bad INTEGER NOT NULL, "
        "times BLOB NOT NULL, numbers BLOB NOT NULL, flags BLOB NOT NULL, checksum INTEGER NOT NULL)"
    )
    # With what is counted, so that counting does not read the blocks themselves.
    db.execute("CREATE UNIQUE INDEX blocks_in_order ON blocks(point_id, from_ms, to_ms, readings, bad)")
    # The points and UTC days (since 1970) into which something was written since they were last sealed.
    db.execute(
        "CREATE TABLE touched_days (day INTEGER NOT NULL, point_id INTEGER NOT NULL REFERENCES points(id), "
        "PRIMARY KEY (day, point_id)) WITHOUT ROWID"
    )
    columns = (
        "readings INTEGER NOT NULL, first REAL, last REAL, mean REAL, least REAL, most REAL, "
        "energy_kwh REAL, covered_ms REAL NOT NULL"
    )
    db.execute(  # by day first, as they come, so that its pages are full
        "CREATE TABLE day_totals (from_ms INTEGER NOT NULL, point_id INTEGER NOT NULL REFERENCES points(id), "
        f"band TEXT NOT NULL, {columns}, PRIMARY KEY (from_ms, point_id, band)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE month_totals (month_ms INTEGER NOT NULL, point_id INTEGER NOT NULL "
        f"REFERENCES points(id), band TEXT NOT NULL, {columns}, "
        "PRIMARY KEY (month_ms, point_id, band)) WITHOUT ROWID"
    )
    _touch_all_days(db)


def _touch_all_days(db: Database) -> None:
    """Steps from day to day of each point, so that a large file need not be read as a whole."""
    following = "SELECT min(t_ms) FROM readings WHERE point_id = ? AND t_ms >= ?"
    for (point_id,) in db.execute("SELECT id FROM points").fetchall():
        from_ms = -(1 << 62)
        while (t_ms := db.execute(following, [point_id, from_ms]).fetchone()[0]) is not None:
            db.execute("INSERT INTO touched_days VALUES (?, ?)", [t_ms // DAY_MS, point_id])
            from_ms = (t_ms // DAY_MS + 1) * DAY_MS


@MIGRATIONS(name="003_state_models")
def _state_models(db: Database) -> None:
    """What was learned of each machine's states, night by night; one in force, perhaps pinned."""
    db.execute(
        "CREATE TABLE state_models (machine TEXT NOT NULL, version INTEGER NOT NULL, "
        "fitted_ms INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, score REAL NOT NULL, "
        "score_in_force REAL, used INTEGER NOT NULL, pinned INTEGER NOT NULL, model BLOB NOT NULL, "
        "PRIMARY KEY (machine, version)) WITHOUT ROWID"
    )


@MIGRATIONS(name="004_corrections")
def _corrections(db: Database) -> None:
    """What a corrected reading was before, who corrected it and why."""
    db.execute(
        "CREATE TABLE corrections (id INTEGER PRIMARY KEY, point_id INTEGER NOT NULL REFERENCES points(id), "
        "t_ms INTEGER NOT NULL, made_ms INTEGER NOT NULL, actor TEXT NOT NULL, why TEXT NOT NULL, "
        "value_before REAL, quality_before INTEGER NOT NULL, reason_before INTEGER NOT NULL, "
        "value_after REAL, quality_after INTEGER NOT NULL, reason_after INTEGER NOT NULL)"
    )
    db.execute("CREATE INDEX corrections_in_order ON corrections(point_id, t_ms, id)")


@MIGRATIONS(name="005_plant_versions")
def _plant_versions(db: Database) -> None:
    """Each plant file and tariff that a station worked with, and from when on it held."""
    db.execute(
        "CREATE TABLE plant_versions (id INTEGER PRIMARY KEY, from_ms INTEGER NOT NULL, "
        "wall_ms INTEGER NOT NULL, plant TEXT NOT NULL, tariff TEXT NOT NULL, digest TEXT NOT NULL)"
    )


@MIGRATIONS(name="006_retention")
def _retention(db: Database) -> None:
    """How far a point's history was thinned by rule: to means, and to nothing but totals."""
    for column in ("means_until_ms", "totals_until_ms"):
        db.execute(f"ALTER TABLE points ADD COLUMN {column} INTEGER NOT NULL DEFAULT 0")


@MIGRATIONS(name="007_batch_notes")
def _batch_notes(db: Database) -> None:
    """What operators wrote of batches, to be held against what the meters saw."""
    db.execute(
        "CREATE TABLE batch_notes (id TEXT PRIMARY KEY, machine TEXT NOT NULL, start_ms INTEGER NOT NULL, "
        "end_ms INTEGER, recipe TEXT, tonnes REAL, water_pct REAL, entered_by TEXT NOT NULL, "
        "entered_ms INTEGER NOT NULL) WITHOUT ROWID"
    )
    db.execute("CREATE INDEX batch_notes_by_time ON batch_notes(machine, start_ms)")


@MIGRATIONS(name="008_block_times")
def _block_times(db: Database) -> None:
    """Times that several points' blocks have in common, once; blocks that are there keep their own.

    No index and no reference: either would read all of a large file at its first opening.
    """
    db.execute(
        "CREATE TABLE block_times (id INTEGER PRIMARY KEY, begins_ms INTEGER NOT NULL, "
        "crc INTEGER NOT NULL, packed BLOB NOT NULL)"
    )
    db.execute("CREATE INDEX block_times_to_find ON block_times(begins_ms, crc)")
    db.execute("ALTER TABLE blocks ADD COLUMN times_id INTEGER")  # NULL where `times` are the block's own


@MIGRATIONS(name="009_free_readings")
def _free_readings(db: Database) -> None:
    """Rows of readings no longer refer to their point by rule, which cost sealing two fifths of its time.

    A point is never deleted, and its number is looked up in the transaction that inserts. As SQLite describes
    it for constraints: the text of the table alone is changed, for a large file is not written anew.
    """
    ((version,),) = db.execute("PRAGMA schema_version").fetchall()
    db.execute("PRAGMA writable_schema = ON")
    db.execute(
        "UPDATE sqlite_master SET sql = replace(sql, ' REFERENCES points(id)', '') "
        "WHERE type = 'table' AND name = 'readings'"
    )
    db.execute(f"PRAGMA schema_version = {version + 1}")
    db.execute("PRAGMA writable_schema = OFF")


@MIGRATIONS(name="010_batch_records")
def _batch_records(db: Database) -> None:
    """How well a batch was seen, how it ended, and what it took in each tariff band."""
    for column in (
        "unseen_min REAL NOT NULL DEFAULT 0",
        "ended_by TEXT",
        "mean_kw REAL",
        "peak_kw REAL",
        "energy_by_band TEXT NOT NULL DEFAULT '{}'",
    ):
        db.execute(f"ALTER TABLE cycles ADD COLUMN {column}")


@MIGRATIONS(name="011_forecast_scores")
def _forecast_scores(db: Database) -> None:
    """How well forecasts did, four windows a day and subject, for good; before, for eight days."""
    columns = ("from_ms", "to_ms", "error_kw", "mean_kw", "covered", "read")
    kinds = ("INTEGER", "INTEGER", "REAL", "REAL", "REAL", "REAL")
    described = ", ".join(f"{name} {kind} NOT NULL" for name, kind in zip(columns, kinds, strict=True))
    db.execute(
        f"CREATE TABLE forecast_scores (subject TEXT NOT NULL, {described}, "
        "PRIMARY KEY (subject, from_ms)) WITHOUT ROWID"
    )
    taken = ", ".join(f"json_extract(each.value, '$.{name}')" for name in ("subject", *columns))
    db.execute(
        f"INSERT OR REPLACE INTO forecast_scores SELECT {taken} "
        "FROM settings, json_each(settings.value) AS each WHERE settings.key = 'twin.scores'"
    )
    db.execute("DELETE FROM settings WHERE key = 'twin.scores'")
