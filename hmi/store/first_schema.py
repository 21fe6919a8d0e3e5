"""The tables of the first schema; never edited, for files of that time have them so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlite_utils import Database

_MACHINE_STATUS: dict[str, Any] = {
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
}
_LINE_STATUS: dict[str, Any] = {
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
}
_CYCLES: dict[str, Any] = {
    "machine": str,
    "start_ms": int,
    "end_ms": int,
    "running_min": float,
    "paused_min": float,
    "energy_kwh": float,
    "complete": int,
}
_FORECASTS: dict[str, Any] = {
    "subject": str,
    "made_ms": int,
    "start_ms": int,
    "interval_ms": int,
    "power_kw": str,
    "low_kw": str,
    "high_kw": str,
}
_BATCHES: dict[str, Any] = {
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
}
_PLANS: dict[str, Any] = {
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
}
_COMMANDS: dict[str, Any] = {
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
}
_REQUESTS: dict[str, Any] = {
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
}
_ALARMS: dict[str, Any] = {
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
}
_ALARM_EVENTS: dict[str, Any] = {
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
}
_USERS: dict[str, Any] = {
    "name": str,
    "role": str,
    "password_hash": str,
    "public_key": bytes,
    "sealed_private_key": bytes,
    "granted_by": str,
    "grant_signature": bytes,
    "active": int,
}
MACHINE_STATUS_COLUMNS, ALARM_COLUMNS, PLAN_COLUMNS = tuple(_MACHINE_STATUS), tuple(_ALARMS), tuple(_PLANS)


def create_first_schema(db: Database) -> None:
    """Makes all tables of schema 1; the caller holds the transaction."""
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
    db.table("machine_status").create(_MACHINE_STATUS, pk="machine")
    db.table("line_status").create(_LINE_STATUS, pk="line")
    db.table("state_spans").create(
        {"machine": str, "start_ms": int, "end_ms": int, "state": str}, pk=("machine", "start_ms")
    )
    db.table("cycles").create(_CYCLES, pk=("machine", "start_ms"))
    db.table("forecasts").create(_FORECASTS, pk=("subject", "made_ms"))
    db.table("settings").create({"key": str, "value": str}, pk="key", not_null={"value"})


def _create_batches_and_plans(db: Database) -> None:
    db.table("batches").create(_BATCHES, pk="id")
    db.table("batches").create_index(["due_ms"])
    db.table("plans").create(_PLANS, pk="id")
    db.table("commands").create(_COMMANDS, pk="id", foreign_keys=[("plan_id", "plans", "id")])
    db.table("commands").create_index(["sequence"], unique=True)
    db.table("commands").create_index(["plan_id"])


def _create_requests_and_alarms(db: Database) -> None:
    db.table("requests").create(_REQUESTS, pk="id")
    db.execute("CREATE INDEX open_requests ON requests(id) WHERE answered_ms IS NULL")
    db.table("alarms").create(_ALARMS, pk="key")
    db.table("alarm_events").create(_ALARM_EVENTS, pk="id")
    db.table("alarm_events").create_index(["t_ms"])


def _create_people(db: Database) -> None:
    db.table("users").create(_USERS, pk="name")
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
