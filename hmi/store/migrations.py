"""The schema and how it grew: each step is numbered, runs once, and is never edited after a release."""

from __future__ import annotations

from sqlite_utils import Database, Migrations

DAY_MS = 86_400_000
KNOWN_SCHEMA = 3

MIGRATIONS = Migrations("valleyline")


def migrate(db: Database) -> None:
    """Brings the schema up to KNOWN_SCHEMA; the caller holds the transaction."""
    MIGRATIONS.apply(db)
    db.execute(f"PRAGMA user_version = {KNOWN_SCHEMA}")


@MIGRATIONS(name="001_first_schema")
def _first_schema(db: Database) -> None:
    _create_readings(db)
    _create_status(db)
    _create_batches_and_plans(db)
    _create_requests_and_alarms(db)
    _create_people(db)
    _create_audit(db)


def _create_readings(db: Database) -> None:
    db.table("points").create({"id": int, "name": str}, pk="id", not_null={"name"})
    db.table("points").create_index(["name"], unique=True)
    # A clustered table: one point's history is one run of pages, and sqlite-utils cannot make it.
    db.execute(
        "CREATE TABLE readings (point_id INTEGER NOT NULL REFERENCES points(id), t_ms INTEGER NOT NULL, "
        "value REAL, quality INTEGER NOT NULL, reason INTEGER NOT NULL, "
        "PRIMARY KEY (point_id, t_ms)) WITHOUT ROWID"
    )


def _create_status(db: Database) -> None:
    db.table("machine_status").create(
        {
            "machine": str,
            "t_ms": int,
            "state": str,
            "since_ms": int,
            "plc_known": int,
            "plc_running": int,
            "plc_charged": int,
            "plc_local": int,
            "plc_interlock": int,
            "plc_remote": int,
            "cycle_start_ms": int,
            "cycle_running_min": float,
            "cycle_paused": int,
            "energy_kwh": float,
            "remaining_kwh": float,
            "remaining_low_kwh": float,
            "remaining_high_kwh": float,
            "end_ms": int,
            "end_low_ms": int,
            "end_high_ms": int,
            "overdue": int,
        },
        pk="machine",
    )
    db.table("line_status").create(
        {
            "line": str,
            "t_ms": int,
            "connected": int,
            "reason": str,
            "ok": int,
            "timeouts": int,
            "bad_checksums": int,
            "exceptions": int,
            "late_frames": int,
            "load": float,
            "lateness_s": float,
            "latency_p50_ms": float,
            "latency_p95_ms": float,
        },
        pk="line",
    )
    db.table("state_spans").create(
        {"machine": str, "start_ms": int, "end_ms": int, "state": str}, pk=("machine", "start_ms")
    )
    db.table("cycles").create(
        {
            "machine": str,
            "start_ms": int,
            "end_ms": int,
            "running_min": float,
            "paused_min": float,
            "energy_kwh": float,
            "complete": int,
        },
        pk=("machine", "start_ms"),
    )
    db.table("forecasts").create(
        {
            "subject": str,
            "made_ms": int,
            "start_ms": int,
            "interval_ms": int,
            "power_kw": str,
            "low_kw": str,
            "high_kw": str,
        },
        pk=("subject", "made_ms"),
    )
    db.table("settings").create({"key": str, "value": str}, pk="key", not_null={"value"})


def _create_batches_and_plans(db: Database) -> None:
    db.table("batches").create(
        {
            "id": str,
            "machine": str,
            "earliest_ms": int,
            "due_ms": int,
            "habit_start_ms": int,
            "running_min": int,
            "power_kw": float,
            "gap_before_min": int,
            "most_pauses": int,
            "least_pause_min": int,
            "entered_by": str,
        },
        pk="id",
    )
    db.table("batches").create_index(["due_ms"])
    db.table("plans").create(
        {
            "id": int,
            "state": str,
            "document": bytes,
            "problem_json": bytes,
            "plan_json": bytes,
            "tariff_hash": str,
            "data_hash": str,
            "start_ms": int,
            "end_ms": int,
            "proposed_by": str,
            "proposed_ms": int,
            "proposal_signature": bytes,
            "note": str,
            "decided_by": str,
            "decided_ms": int,
            "decision_reason": str,
            "approval_signature": bytes,
            "activated_ms": int,
            "finished_ms": int,
            "state_reason": str,
            "verification_json": bytes,
        },
        pk="id",
    )
    db.table("commands").create(
        {
            "id": int,
            "plan_id": int,
            "machine": str,
            "batch": str,
            "action": str,
            "due_ms": int,
            "sequence": int,
            "state": str,
            "reason": str,
            "written_ms": int,
            "read_back_ms": int,
            "frames": str,
        },
        pk="id",
        foreign_keys=[("plan_id", "plans", "id")],
    )
    db.table("commands").create_index(["sequence"], unique=True)
    db.table("commands").create_index(["plan_id"])


def _create_requests_and_alarms(db: Database) -> None:
    db.table("requests").create(
        {
            "id": int,
            "t_ms": int,
            "actor": str,
            "host": str,
            "kind": str,
            "payload": str,
            "answered_ms": int,
            "accepted": int,
            "answer": str,
            "detail": str,
        },
        pk="id",
    )
    db.execute("CREATE INDEX open_requests ON requests(id) WHERE answered_ms IS NULL")
    db.table("alarms").create(
        {
            "key": str,
            "kind": str,
            "subject": str,
            "priority": int,
            "state": str,
            "raised_ms": int,
            "changed_ms": int,
            "active": int,
            "count": int,
            "detail": str,
            "shelved_until_ms": int,
            "actor": str,
            "comment": str,
        },
        pk="key",
    )
    db.table("alarm_events").create(
        {
            "id": int,
            "t_ms": int,
            "key": str,
            "kind": str,
            "subject": str,
            "priority": int,
            "before": str,
            "after": str,
            "actor": str,
            "comment": str,
            "detail": str,
        },
        pk="id",
    )
    db.table("alarm_events").create_index(["t_ms"])


def _create_people(db: Database) -> None:
    db.table("users").create(
        {
            "name": str,
            "role": str,
            "password_hash": str,
            "public_key": bytes,
            "sealed_private_key": bytes,
            "granted_by": str,
            "grant_signature": bytes,
            "active": int,
        },
        pk="name",
    )
    # Names that nobody has are in it too, so no foreign key.
    db.table("sign_in_failures").create(
        {"name": str, "count": int, "not_before_wall_ms": int}, pk="name", not_null={"count"}
    )


def _create_audit(db: Database) -> None:
    # AUTOINCREMENT remembers the highest id, so that a missing end shows.
    db.execute(
        "CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, "
        "t_ms INTEGER NOT NULL, wall_ms INTEGER NOT NULL, "
        "actor TEXT NOT NULL, host TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL, "
        "before TEXT NOT NULL, after TEXT NOT NULL, result TEXT NOT NULL, reason TEXT NOT NULL, "
        "previous_hash TEXT NOT NULL, hash TEXT NOT NULL)"
    )
    for event in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER audit_no_{event.lower()} BEFORE {event} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
        )


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
