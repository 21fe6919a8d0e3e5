"""A database as it was at a moment that moves: read only, and nothing that came later is seen."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from hmi.store.database import (
    BUSY_TIMEOUT_S,
    KNOWN_SCHEMA,
    Store,
    StoreError,
    StoreFault,
    check_schema,
    sentences_for,
)
from hmi.store.first_schema import ALARM_COLUMNS, MACHINE_STATUS_COLUMNS, PLAN_COLUMNS
from hmi.store.local_days import UTC_DAY_MS
from hmi.store.records import AlarmState, CommandState, MachineState, PlanState

NOW = "(SELECT now_ms FROM temp.replay_now)"
WALL = "(SELECT wall_ms FROM temp.replay_now)"
_QUIET_BACK = (AlarmState.NORMAL, AlarmState.RETURNED, AlarmState.LATCHED, AlarmState.LATCHED_ACKNOWLEDGED)
# What the station keeps only the newest of, and no moment with it: nothing is known of them at another time.
_NOT_KEPT = ("meters on *", "frames on *")
_SINCE = {
    "twin.scores": "to_ms",
    "twin.findings": "found_ms",
    "trend.notes": "made_ms",
}  # lists in settings, and when each was known


class ReplayStore(Store):
    """The same queries as on any Store, answered as of a moment; nothing can be written."""

    def show_moment(self, now_ms: int, wall_ms: int) -> None:
        """From now on it is this plant time; the sign of life of a station is given with the wall's time."""
        self.end_ms = now_ms + 1
        self.rows("UPDATE temp.replay_now SET now_ms = ?, wall_ms = ?", [now_ms, wall_ms])

    def _begin(self, durable: bool) -> None:
        raise StoreError(
            StoreFault.REPLAY, "This is a replay: nothing can be written into what was recorded."
        )


def open_replay(path: Path) -> ReplayStore:
    """Opens a database of the present schema for replay; raises StoreError with one sentence.

    Views in the connection's own temporary schema stand in front of the tables of the same names, so that
    every query of the store asks what was known then.
    """
    if not path.exists():
        raise StoreError(
            StoreFault.MISSING, f"{path} does not exist; choose the folder of a recorded plant with --data."
        )
    with sentences_for(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None
        )
        store = ReplayStore(path, connection)
        try:
            _prepare(store)
        except (sqlite3.Error, StoreError):
            store.close()
            raise
    return store


def _prepare(store: ReplayStore) -> None:
    if check_schema(store) < KNOWN_SCHEMA:
        raise StoreError(
            StoreFault.NEWER,
            f"{store.path} is of an older Valleyline; open it once with a desk, then replay it.",
        )
    store.rows("PRAGMA temp_store = MEMORY")
    store.rows("CREATE TEMP TABLE replay_now (now_ms INTEGER NOT NULL, wall_ms INTEGER NOT NULL)")
    store.rows("INSERT INTO temp.replay_now VALUES (0, 0)")
    for name, query in _views().items():
        store.rows(f"CREATE TEMP VIEW {name} AS {query}")


def _views() -> dict[str, str]:
    simple = {
        "readings": "t_ms",
        "blocks": "first_ms",
        "day_totals": "from_ms",
        "month_totals": "month_ms",
        "cycles": "end_ms",
        "forecasts": "made_ms",
        "alarm_events": "t_ms",
        "audit": "t_ms",
        "requests": "t_ms",
        "state_models": "fitted_ms",
        "corrections": "made_ms",
    }
    return {
        **{name: f"SELECT * FROM main.{name} WHERE {time} <= {NOW}" for name, time in simple.items()},
        "touched_days": _touched_days(),
        "state_spans": f"SELECT machine, start_ms, {_by_now('end_ms')} AS end_ms, state "
        f"FROM main.state_spans WHERE start_ms <= {NOW}",
        "machine_status": _machine_status(),
        "line_status": "SELECT * FROM main.line_status WHERE FALSE",  # no moment of it is kept but the newest
        "alarms": _alarms(),
        "plans": _plans(),
        "commands": _commands(),
        "settings": _settings(),
    }


def _by_now(column: str) -> str:
    return f"CASE WHEN {column} <= {NOW} THEN {column} END"


def _touched_days() -> str:
    """As it is, and the days round the moment, whose stored totals know what came later."""
    return (
        "SELECT day, point_id FROM main.touched_days "
        f"UNION SELECT {NOW} / {UTC_DAY_MS} + offset.column1, id "
        "FROM main.points, (VALUES (-1), (0), (1)) AS offset"
    )


def _machine_status() -> str:
    """The state from its spans, the batch under way from what was later found of it; of the PLC nothing."""
    known = {
        "machine": "span.machine",
        "t_ms": NOW,
        "state": "span.state",
        "since_ms": "span.start_ms",
        "cycle_start_ms": "begun.start_ms",
        "cycle_running_min": f"(SELECT coalesce(sum(min(coalesce(end_ms, {NOW}), {NOW}) - start_ms), 0) "
        "/ 60000.0 FROM main.state_spans AS ran WHERE ran.machine = span.machine "
        f"AND ran.state = '{MachineState.RUNNING}' "
        f"AND ran.start_ms >= begun.start_ms AND ran.start_ms <= {NOW})",
        "cycle_paused": f"begun.start_ms IS NOT NULL AND span.state <> '{MachineState.RUNNING}'",
        "energy_kwh": "NULL",
    }
    columns = ", ".join(f"{known.get(name, _nothing(name))} AS {name}" for name in MACHINE_STATUS_COLUMNS)
    cycles = (
        "SELECT machine, start_ms, end_ms FROM main.cycles UNION ALL "
        "SELECT machine, cycle_start_ms, NULL FROM main.machine_status WHERE cycle_start_ms IS NOT NULL"
    )
    return (
        f"SELECT {columns} FROM main.state_spans AS span LEFT JOIN ({cycles}) AS begun "
        f"ON begun.machine = span.machine AND begun.start_ms <= {NOW} "
        f"AND (begun.end_ms IS NULL OR begun.end_ms > {NOW}) "
        f"WHERE span.start_ms <= {NOW} AND (span.end_ms IS NULL OR span.end_ms > {NOW})"
    )


def _nothing(column: str) -> str:
    return "0" if column.startswith("plc_") or column == "overdue" else "NULL"


def _alarms() -> str:
    """Each alarm as its last change in the journal left it."""
    last_raised = (
        "SELECT max(t_ms) FROM main.alarm_events AS before WHERE before.key = event.key "
        f"AND before.id <= event.id AND before.after = '{AlarmState.UNACKNOWLEDGED}'"
    )
    back = ", ".join(f"'{state}'" for state in _QUIET_BACK)
    known = {
        "state": "event.after",
        "raised_ms": f"coalesce(({last_raised}), event.t_ms)",
        "changed_ms": "event.t_ms",
        "active": f"event.after NOT IN ({back})",
        "count": "(SELECT count(*) FROM main.alarm_events AS before WHERE before.key = event.key "
        f"AND before.id <= event.id AND before.after = '{AlarmState.UNACKNOWLEDGED}')",
        "shelved_until_ms": "NULL",
    }
    columns = ", ".join(f"{known.get(name, f'event.{name}')} AS {name}" for name in ALARM_COLUMNS)
    return (
        f"SELECT {columns} FROM main.alarm_events AS event WHERE event.id IN "
        f"(SELECT max(id) FROM main.alarm_events WHERE t_ms <= {NOW} GROUP BY key)"
    )


def _plans() -> str:
    """Each plan in the state that it had reached, without what was decided and found later."""
    late = {
        "decided_by": ("decided_ms", "''"),
        "decided_ms": ("decided_ms", "NULL"),
        "decision_reason": ("decided_ms", "''"),
        "approval_signature": ("decided_ms", "NULL"),
        "activated_ms": ("activated_ms", "NULL"),
        "finished_ms": ("finished_ms", "NULL"),
        "state_reason": ("finished_ms", "''"),
        "verification_json": ("finished_ms", "NULL"),
    }
    state = (
        f"CASE WHEN finished_ms <= {NOW} THEN state WHEN activated_ms <= {NOW} THEN '{PlanState.ACTIVE}' "
        f"WHEN decided_ms <= {NOW} "
        f"THEN iif(state = '{PlanState.REJECTED}', state, '{PlanState.APPROVED}') "
        "WHEN coalesce(decided_ms, activated_ms, finished_ms) IS NULL THEN state "
        f"ELSE '{PlanState.PROPOSED}' END"
    )
    parts = []
    for name in PLAN_COLUMNS:
        if name in late:
            time, nothing = late[name]
            parts.append(f"CASE WHEN {time} <= {NOW} THEN {name} ELSE {nothing} END AS {name}")
        else:
            parts.append(f"{state} AS state" if name == "state" else name)
    return f"SELECT {', '.join(parts)} FROM main.plans WHERE proposed_ms <= {NOW}"


def _commands() -> str:
    state = (
        f"CASE WHEN coalesce(read_back_ms, written_ms) <= {NOW} THEN state "
        f"WHEN written_ms <= {NOW} THEN '{CommandState.WRITING}' "
        f"WHEN due_ms <= {NOW} AND written_ms IS NULL THEN state ELSE '{CommandState.PENDING}' END"
    )
    return (
        f"SELECT id, plan_id, machine, batch, action, due_ms, sequence, {state} AS state, "
        f"iif(due_ms <= {NOW}, reason, '') AS reason, {_by_now('written_ms')} AS written_ms, "
        f"{_by_now('read_back_ms')} AS read_back_ms, iif(written_ms <= {NOW}, frames, '') AS frames "
        "FROM main.commands WHERE plan_id IN (SELECT id FROM temp.plans)"
    )


def _settings() -> str:
    """As they are, with a station that lives, and lists as far as they were known."""
    alive = f"json_object('t_ms', {NOW}, 'wall_ms', {WALL}, 'pid', 0)"
    known = " ".join(
        f"WHEN '{key}' THEN (SELECT json_group_array(json(value)) FROM json_each(setting.value) "
        f"WHERE json_extract(value, '$.{time}') <= {NOW})"
        for key, time in _SINCE.items()
    )
    value = f"CASE key WHEN 'heartbeat' THEN {alive} {known} ELSE setting.value END"
    kept = " AND ".join(f"key NOT GLOB '{pattern}'" for pattern in _NOT_KEPT)
    return f"SELECT key, {value} AS value FROM main.settings AS setting WHERE {kept}"
