"""The ISA-18.2 states of an alarm as plain functions: what each happening makes of it."""

from __future__ import annotations

from dataclasses import replace

from hmi.store.records import Alarm, AlarmState

SUPPRESSED = (AlarmState.SHELVED, AlarmState.OUT_OF_SERVICE)  # by a person
QUIET = (*SUPPRESSED, AlarmState.SUPPRESSED)
LATCHED = (AlarmState.LATCHED, AlarmState.LATCHED_ACKNOWLEDGED)
CALLING = (AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED, AlarmState.LATCHED)  # for an acknowledgement
STANDING = (*CALLING, AlarmState.ACKNOWLEDGED, AlarmState.LATCHED_ACKNOWLEDGED)

_ACKNOWLEDGED = {
    AlarmState.UNACKNOWLEDGED: AlarmState.ACKNOWLEDGED,
    AlarmState.RETURNED: AlarmState.NORMAL,
    AlarmState.LATCHED: AlarmState.LATCHED_ACKNOWLEDGED,
}
_CLEARED = {
    AlarmState.UNACKNOWLEDGED: AlarmState.RETURNED,
    AlarmState.ACKNOWLEDGED: AlarmState.NORMAL,
    AlarmState.SUPPRESSED: AlarmState.NORMAL,
}
_CLEARED_LATCHING = {
    **_CLEARED,
    AlarmState.UNACKNOWLEDGED: AlarmState.LATCHED,
    AlarmState.ACKNOWLEDGED: AlarmState.LATCHED_ACKNOWLEDGED,
}


class AlarmMoveError(Exception):
    """What is asked does not fit the alarm's state; the text is a code for the desk."""


def new_alarm(key: str, kind: str, subject: str, priority: int, t_ms: int) -> Alarm:
    """An alarm that was never raised."""
    return Alarm(key, kind, subject, priority, AlarmState.NORMAL, t_ms, t_ms, active=False, count=0)


def raised(alarm: Alarm, t_ms: int, detail: dict[str, object]) -> Alarm:
    """Its condition has come; a suppressed alarm takes note of it and stays quiet."""
    if alarm.active:
        return alarm
    state = alarm.state if alarm.state in QUIET else AlarmState.UNACKNOWLEDGED
    actor, comment = (alarm.actor, alarm.comment) if alarm.state in QUIET else ("", "")
    return replace(
        alarm,
        state=state,
        active=True,
        raised_ms=t_ms,
        changed_ms=t_ms,
        count=alarm.count + 1,
        detail=detail,
        actor=actor,
        comment=comment,
    )


def cleared(alarm: Alarm, t_ms: int, *, latching: bool = False) -> Alarm:
    """Its condition has gone: what nobody acknowledged waits for that, what latches for a reset."""
    if not alarm.active:
        return alarm
    after = (_CLEARED_LATCHING if latching else _CLEARED).get(alarm.state)
    if after is None:
        return replace(alarm, active=False, changed_ms=t_ms)
    # Nobody did this: who acknowledged it before stands in the journal.
    return replace(alarm, state=after, active=False, changed_ms=t_ms, actor="", comment="")


def acknowledged(alarm: Alarm, t_ms: int, actor: str, comment: str) -> Alarm:
    """Somebody has seen it; raises AlarmMoveError where there is nothing to acknowledge."""
    if alarm.state not in _ACKNOWLEDGED:
        raise AlarmMoveError("nothing_to_acknowledge")
    return replace(alarm, state=_ACKNOWLEDGED[alarm.state], changed_ms=t_ms, actor=actor, comment=comment)


def reset(alarm: Alarm, t_ms: int, actor: str, comment: str) -> Alarm:
    """Somebody lets a latched alarm go, which acknowledges it too; raises AlarmMoveError for any other."""
    if alarm.state not in LATCHED:
        raise AlarmMoveError("not_latched")
    return replace(alarm, state=AlarmState.NORMAL, changed_ms=t_ms, actor=actor, comment=comment)


def shelved(alarm: Alarm, t_ms: int, until_ms: int, actor: str, reason: str) -> Alarm:
    """Put aside until an end, for a reason; raises AlarmMoveError when it already is or the end is past."""
    if alarm.state in SUPPRESSED:
        raise AlarmMoveError("already_suppressed")
    if until_ms <= t_ms:
        raise AlarmMoveError("shelf_end_past")
    if not reason.strip():
        raise AlarmMoveError("reason_missing")
    return replace(
        alarm,
        state=AlarmState.SHELVED,
        changed_ms=t_ms,
        shelved_until_ms=until_ms,
        actor=actor,
        comment=reason,
    )


def unshelved(alarm: Alarm, t_ms: int, actor: str) -> Alarm:
    """Taken off the shelf, by a person or (actor "") at its end; an active one comes back unacknowledged."""
    if alarm.state is not AlarmState.SHELVED:
        raise AlarmMoveError("not_shelved")
    return _back(alarm, t_ms, actor)


def out_of_service(alarm: Alarm, t_ms: int, actor: str, reason: str) -> Alarm:
    """Taken out of service for a reason, until somebody puts it back."""
    if alarm.state is AlarmState.OUT_OF_SERVICE:
        raise AlarmMoveError("already_suppressed")
    if not reason.strip():
        raise AlarmMoveError("reason_missing")
    state = AlarmState.OUT_OF_SERVICE
    return replace(alarm, state=state, changed_ms=t_ms, shelved_until_ms=None, actor=actor, comment=reason)


def back_in_service(alarm: Alarm, t_ms: int, actor: str) -> Alarm:
    """Put back: an active one comes back unacknowledged."""
    if alarm.state is not AlarmState.OUT_OF_SERVICE:
        raise AlarmMoveError("not_out_of_service")
    return _back(alarm, t_ms, actor)


def suppressed(alarm: Alarm, t_ms: int, by: str) -> Alarm:
    """Quiet by design while `by` (another alarm's key, or a machine's state) explains it.

    What a person has put aside, and what waits for a person's reset, stays as it is.
    """
    if alarm.state in (*QUIET, *LATCHED):
        return alarm
    return replace(alarm, state=AlarmState.SUPPRESSED, changed_ms=t_ms, actor="", comment=by)


def released(alarm: Alarm, t_ms: int) -> Alarm:
    """What kept it quiet by design is over: an active one calls now."""
    return _back(alarm, t_ms, "") if alarm.state is AlarmState.SUPPRESSED else alarm


def shelf_ended(alarm: Alarm, t_ms: int) -> bool:
    """Whether the end of its shelving has come."""
    until_ms = alarm.shelved_until_ms
    return alarm.state is AlarmState.SHELVED and until_ms is not None and t_ms >= until_ms


def _back(alarm: Alarm, t_ms: int, actor: str) -> Alarm:
    state = AlarmState.UNACKNOWLEDGED if alarm.active else AlarmState.NORMAL
    return replace(alarm, state=state, changed_ms=t_ms, shelved_until_ms=None, actor=actor, comment="")
