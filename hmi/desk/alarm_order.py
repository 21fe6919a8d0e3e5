"""In which order alarms stand in their list, and how it stays still under somebody's hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum

from hmi.station.alarm_machine import CALLING, QUIET, STANDING
from hmi.store.records import Alarm, AlarmState

_RANKS = {state: rank for rank, state in enumerate((*STANDING, *QUIET))}


class Column(IntEnum):
    """The columns of the list."""

    PRIORITY = 0
    STATE = 1
    SINCE = 2
    SUBJECT = 3
    SENTENCE = 4
    COUNT = 5


class Filter(IntEnum):
    """Which alarms are listed."""

    STANDING = 0
    CALLING = 1
    SHELVED = 2
    OUT_OF_SERVICE = 3
    BY_DESIGN = 4
    ALL = 5


_SHOWN: dict[Filter, tuple[AlarmState, ...]] = {
    Filter.STANDING: STANDING,
    Filter.CALLING: CALLING,
    Filter.SHELVED: (AlarmState.SHELVED,),
    Filter.OUT_OF_SERVICE: (AlarmState.OUT_OF_SERVICE,),
    Filter.BY_DESIGN: (AlarmState.SUPPRESSED,),
    Filter.ALL: tuple(AlarmState),
}


def shown_by(which: Filter, alarms: Sequence[Alarm]) -> list[Alarm]:
    """The alarms that a filter lets through."""
    return [alarm for alarm in alarms if alarm.state in _SHOWN[which]]


def in_order(alarms: Sequence[Alarm], column: Column) -> list[Alarm]:
    """Sorted by a column; within it those that call first, then the most important, then the newest."""
    if column is Column.PRIORITY:
        return sorted(alarms, key=_common)
    return sorted(alarms, key=lambda alarm: (*_first(alarm, column), *_common(alarm)))


def kept_in_place(shown: Sequence[Alarm], wanted: Sequence[Alarm], known_now: Sequence[Alarm]) -> list[Alarm]:
    """The wanted alarms with no row moved: new ones at the end, and those no longer wanted stay as they are.

    `known_now` holds all alarms that are not normal; one that is missing there is back to normal.
    """
    present = {alarm.key: alarm for alarm in known_now}
    known = {alarm.key for alarm in shown}
    stay = [present.get(alarm.key) or replace(alarm, state=AlarmState.NORMAL) for alarm in shown]
    return stay + [alarm for alarm in wanted if alarm.key not in known]


def _first(alarm: Alarm, column: Column) -> tuple[int | str, ...]:
    match column:
        case Column.STATE:
            return (_rank(alarm),)
        case Column.SINCE:
            return (-alarm.raised_ms,)
        case Column.SUBJECT:
            return (alarm.subject,)
        case Column.SENTENCE:
            return (alarm.kind,)
        case Column.COUNT:
            return (-alarm.count,)
        case _:
            return ()


def _common(alarm: Alarm) -> tuple[bool, int, int, str]:
    return (alarm.state not in CALLING, alarm.priority, -alarm.raised_ms, alarm.key)


def _rank(alarm: Alarm) -> int:
    return _RANKS.get(alarm.state, len(_RANKS))
