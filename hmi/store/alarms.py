"""Alarms as they are, and the journal of their changes; both move together."""

from __future__ import annotations

from collections.abc import Sequence

from hmi.store.database import Store
from hmi.store.records import Alarm, AlarmEvent, AlarmState
from hmi.store.rows import from_row, to_row


def save_alarm(store: Store, changed: Alarm) -> AlarmEvent | None:
    """Stores an alarm as it is now; a change of state is written into the journal with it, and returned."""
    with store.transaction() as db:
        known = alarm(store, changed.key)
        before = AlarmState.NORMAL if known is None else known.state
        db.table("alarms").insert(to_row(changed), replace=True)
        if before is changed.state:
            return None
        row = to_row(_event(changed, before))
        del row["id"]
        return from_row(AlarmEvent, {**row, "id": db.table("alarm_events").insert(row).last_pk})


def save_alarms(store: Store, changed: Sequence[Alarm]) -> None:
    """Stores many alarms at once, each at most once among them, and journals those whose state changed."""
    with store.transaction() as db:
        known = {str(key): str(state) for key, state in store.rows("SELECT key, state FROM alarms")}
        events = []
        for each in changed:
            before = AlarmState(known.get(each.key, AlarmState.NORMAL))
            if before is not each.state:
                row = to_row(_event(each, before))
                del row["id"]
                events.append(row)
        db.table("alarms").insert_all([to_row(each) for each in changed], replace=True)
        db.table("alarm_events").insert_all(events)


def open_alarms(store: Store, known: Sequence[Alarm] = ()) -> list[Alarm]:
    """The alarms that are not back to normal, the newest change first.

    `known` is an earlier answer: it is given back without reading thousands of rows where nothing changed.
    """
    marks = store.rows(
        "SELECT key, state, changed_ms, count FROM alarms WHERE state != ? ORDER BY changed_ms DESC, key",
        [AlarmState.NORMAL.value],
    )
    if marks == [(alarm.key, alarm.state.value, alarm.changed_ms, alarm.count) for alarm in known]:
        return list(known)
    rows = store.records(
        "SELECT * FROM alarms WHERE state != ? ORDER BY changed_ms DESC, key", [AlarmState.NORMAL.value]
    )
    return [from_row(Alarm, row) for row in rows]


def alarm(store: Store, key: str) -> Alarm | None:
    """The alarm of a key."""
    rows = store.records("SELECT * FROM alarms WHERE key = ?", [key])
    return from_row(Alarm, rows[0]) if rows else None


def alarms(store: Store) -> list[Alarm]:
    """All alarms, also those back to normal; most important first, then newest."""
    rows = store.records("SELECT * FROM alarms ORDER BY priority, raised_ms DESC, key")
    return [from_row(Alarm, row) for row in rows]


def alarm_events(
    store: Store,
    from_ms: int | None = None,
    to_ms: int | None = None,
    *,
    key: str | None = None,
    below_id: int | None = None,
    limit: int = 1000,
) -> list[AlarmEvent]:
    """The journal between two times, newest first, of one alarm or of all; `below_id` pages on."""
    rows = store.records(
        "SELECT * FROM alarm_events WHERE t_ms >= coalesce(?, t_ms) AND t_ms < coalesce(?, t_ms + 1) "
        "AND key = coalesce(?, key) AND id < coalesce(?, id + 1) ORDER BY id DESC LIMIT ?",
        [from_ms, to_ms, key, below_id, limit],
    )
    return [from_row(AlarmEvent, row) for row in rows]


def annunciations(store: Store, from_ms: int, to_ms: int) -> list[tuple[int, str]]:
    """When an alarm called for somebody and which (its key), from [from_ms, to_ms), oldest first."""
    rows = store.rows(
        "SELECT t_ms, key FROM alarm_events WHERE t_ms >= ? AND t_ms < ? AND after = ? ORDER BY t_ms, id",
        [from_ms, to_ms, AlarmState.UNACKNOWLEDGED.value],
    )
    return [(int(str(t_ms)), str(key)) for t_ms, key in rows]


def annunciations_by_priority(store: Store, from_ms: int, to_ms: int) -> dict[int, int]:
    """How often alarms of each priority called for somebody in [from_ms, to_ms)."""
    rows = store.rows(
        "SELECT priority, count(*) FROM alarm_events WHERE t_ms >= ? AND t_ms < ? AND after = ? "
        "GROUP BY priority",
        [from_ms, to_ms, AlarmState.UNACKNOWLEDGED.value],
    )
    return {int(str(priority)): int(str(count)) for priority, count in rows}


def _event(changed: Alarm, before: AlarmState) -> AlarmEvent:
    return AlarmEvent(
        id=0,
        t_ms=changed.changed_ms,
        key=changed.key,
        kind=changed.kind,
        subject=changed.subject,
        priority=changed.priority,
        before=before,
        after=changed.state,
        actor=changed.actor,
        comment=changed.comment,
        detail=changed.detail,
    )
