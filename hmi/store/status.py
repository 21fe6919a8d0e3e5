"""The station's newest view: machines, lines, states, batches seen, forecasts, heartbeat, settings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from devices.line_events import TracedFrame
from hmi.store.database import Store
from hmi.store.records import (
    Cycle,
    Forecast,
    Heartbeat,
    LineStatus,
    MachineState,
    MachineStatus,
    MeterStatus,
    StateSpan,
)
from hmi.store.rows import from_row, to_row

_HEARTBEAT = "heartbeat"
_METERS = "meters on "
_FRAMES = "frames on "


def save_machine_statuses(store: Store, statuses: Iterable[MachineStatus]) -> None:
    """Replaces what is known of these machines."""
    _replace(store, "machine_status", statuses)


def machine_statuses(store: Store) -> dict[str, MachineStatus]:
    """The newest of every machine, by machine."""
    rows = store.records("SELECT * FROM machine_status ORDER BY machine")
    return {str(row["machine"]): from_row(MachineStatus, row) for row in rows}


def save_line_statuses(store: Store, statuses: Iterable[LineStatus]) -> None:
    """Replaces what is known of these lines."""
    _replace(store, "line_status", statuses)


def line_statuses(store: Store) -> dict[str, LineStatus]:
    """The newest of every line, by line."""
    rows = store.records("SELECT * FROM line_status ORDER BY line")
    return {str(row["line"]): from_row(LineStatus, row) for row in rows}


def save_meter_statuses(store: Store, line: str, statuses: Sequence[MeterStatus]) -> None:
    """Replaces what is known of the meters on a line; one row a line, for they are told of together."""
    save_setting(store, f"{_METERS}{line}", statuses, durable=False)


def meter_statuses(store: Store) -> dict[str, MeterStatus]:
    """The newest of every meter (and PLC), by its name."""
    rows = store.rows("SELECT value FROM settings WHERE key GLOB ?", [f"{_METERS}*"])
    found = [item for row in rows for item in msgspec.json.decode(str(row[0]), type=list[MeterStatus])]
    return {status.meter: status for status in found}


def save_line_frames(store: Store, line: str, frames: Sequence[TracedFrame]) -> None:
    """Replaces the raw frames that passed on a line last."""
    save_setting(store, f"{_FRAMES}{line}", frames, durable=False)


def line_frames(store: Store, line: str) -> list[TracedFrame]:
    """The raw frames that passed on a line last, as its station told of them, in order."""
    rows = store.rows("SELECT value FROM settings WHERE key = ?", [f"{_FRAMES}{line}"])
    return msgspec.json.decode(str(rows[0][0]), type=list[TracedFrame]) if rows else []


def save_state_span(store: Store, span: StateSpan) -> None:
    """Adds a span, or replaces the one of the same machine and start (to close it)."""
    _replace(store, "state_spans", [span])


def save_state_spans(store: Store, spans: Iterable[StateSpan]) -> None:
    """Like `save_state_span`, all in one transaction."""
    _replace(store, "state_spans", spans)


def state_spans(store: Store, machine: str, from_ms: int, to_ms: int) -> list[StateSpan]:
    """The spans of a machine that touch the time from `from_ms` to `to_ms`, in order, whole."""
    rows: list[tuple[Any, ...]] = store.rows(
        "SELECT machine, start_ms, end_ms, state FROM state_spans "
        "WHERE machine = ? AND start_ms < ? AND (end_ms IS NULL OR end_ms > ?) ORDER BY start_ms",
        [machine, to_ms, from_ms],
    )
    return [StateSpan(of, start_ms, end_ms, MachineState(state)) for of, start_ms, end_ms, state in rows]


def save_cycle(store: Store, cycle: Cycle) -> None:
    """Adds a batch that the meter saw, or replaces the one of the same machine and start."""
    _replace(store, "cycles", [cycle])


def cycles(
    store: Store, machine: str | None = None, from_ms: int | None = None, to_ms: int | None = None
) -> list[Cycle]:
    """The batches that the meters saw between two times, of one machine or of all, by their end."""
    rows = store.records(
        "SELECT * FROM cycles WHERE machine = coalesce(?, machine) AND end_ms > coalesce(?, end_ms - 1) "
        "AND start_ms < coalesce(?, start_ms + 1) ORDER BY end_ms, machine",
        [machine, from_ms, to_ms],
    )
    return [from_row(Cycle, row) for row in rows]


def save_forecast(store: Store, forecast: Forecast) -> None:
    """Keeps a forecast; the earlier ones stay, so that what was said then can be drawn."""
    _replace(store, "forecasts", [forecast])


def newest_forecast(store: Store, subject: str) -> Forecast | None:
    """The last forecast of a subject."""
    return _forecast(store, "subject = ?", [subject])


def forecast_at(store: Store, subject: str, made_ms: int) -> Forecast | None:
    """The forecast that held at a time: the last one made by then."""
    return _forecast(store, "subject = ? AND made_ms <= ?", [subject, made_ms])


def forecast_since(store: Store, subject: str, made_ms: int) -> Forecast | None:
    """The first forecast that was made at a time or later."""
    return _forecast(store, "subject = ? AND made_ms >= ?", [subject, made_ms], "ASC")


def thin_forecasts(store: Store, subject: str, *, whole_ms: int, hourly_ms: int) -> int:
    """Drops a subject's old forecasts and says how many.

    All since `whole_ms` stay, of those before it the first of each hour, and none of before `hourly_ms`. What
    was said first under a plan stays always: the plan's picture is drawn from it.
    """
    drop = """
        DELETE FROM forecasts WHERE subject = ?1 AND made_ms < ?2
        AND (made_ms < ?3 OR made_ms NOT IN (
            SELECT min(made_ms) FROM forecasts WHERE subject = ?1 AND made_ms >= ?3 AND made_ms < ?2
            GROUP BY made_ms / 3600000))
        AND made_ms NOT IN (
            SELECT (SELECT min(made_ms) FROM forecasts WHERE subject = ?1 AND made_ms >= plans.decided_ms)
            AS first_ms FROM plans WHERE decided_ms IS NOT NULL AND first_ms IS NOT NULL)
    """
    with store.transaction(durable=False) as db:
        return db.conn.execute(drop, [subject, whole_ms, hourly_ms]).rowcount


def set_heartbeat(store: Store, heartbeat: Heartbeat) -> None:
    """Says that the station lives."""
    save_setting(store, _HEARTBEAT, heartbeat, durable=False)


def heartbeat(store: Store) -> Heartbeat | None:
    """When the station last said that it lives; None when none ever ran here."""
    found = setting(store, _HEARTBEAT)
    return None if found is None else msgspec.convert(found, Heartbeat)


def save_setting(store: Store, key: str, value: object, *, durable: bool = True) -> None:
    """Keeps a value that JSON can hold (or a struct or dataclass of such) under a key."""
    text = msgspec.json.encode(value).decode()
    with store.transaction(durable=durable) as db:
        db.table("settings").insert({"key": key, "value": text}, replace=True)


def setting(store: Store, key: str) -> object:
    """The value under a key as plain data; None when there is none."""
    rows = store.rows("SELECT value FROM settings WHERE key = ?", [key])
    return msgspec.json.decode(str(rows[0][0])) if rows else None


def _replace(store: Store, table: str, records: Iterable[object]) -> None:
    rows = [to_row(record) for record in records]
    if not rows:
        return
    places = ", ".join("?" * len(rows[0]))
    # Not through sqlite-utils: it makes a statement for every call, and there are hundreds of rows a second.
    with store.transaction(durable=False) as db:
        db.conn.executemany(
            f"INSERT OR REPLACE INTO {table} ({', '.join(rows[0])}) VALUES ({places})",
            [tuple(row.values()) for row in rows],
        )


def _forecast(store: Store, condition: str, parameters: list[object], order: str = "DESC") -> Forecast | None:
    rows = store.records(
        f"SELECT * FROM forecasts WHERE {condition} ORDER BY made_ms {order} LIMIT 1", parameters
    )
    return from_row(Forecast, rows[0]) if rows else None
