"""Keeps the alarms: minds delays, counts and chatter, moves their states, stores every change once."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from hmi.station.alarm_machine import (
    acknowledged,
    back_in_service,
    cleared,
    new_alarm,
    out_of_service,
    raised,
    released,
    reset,
    shelf_ended,
    shelved,
    suppressed,
    unshelved,
)
from hmi.station.alarm_rules import KINDS, Condition, Terms
from hmi.station.codes import AlarmKind
from hmi.store.alarms import alarms, save_alarm, save_alarms
from hmi.store.database import Store
from hmi.store.records import Alarm, AlarmState
from solver.durations import MINUTE_MS

log = logging.getLogger(__name__)

CHATTER_COUNT = 3  # raised so often within a minute, an alarm chatters (EEMUA 191) …
CHATTER_MS = MINUTE_MS
CHATTER_QUIET_MS = 5 * MINUTE_MS  # … and stands until its condition has been gone for so long
MOST_LOGGED = 20  # changes at once; a flood is one line


class UnknownAlarmError(Exception):
    """There is no alarm of this key."""


@dataclass(frozen=True, slots=True)
class _Turning:
    """A condition that differs from its alarm, since when; `counted` once it lasted its delay."""

    holds: bool
    since_ms: int
    counted: bool = False


class AlarmKeeper:
    """All alarms of this station; the store has the newest of each and a journal of every change of state."""

    def __init__(self, store: Store, kinds: Mapping[AlarmKind, Terms] = KINDS) -> None:
        self._store = store
        self._kinds = kinds
        self._alarms: dict[str, Alarm] = {}
        self._turning: dict[str, _Turning] = {}
        self._comings: dict[str, deque[int]] = {}  # when a condition came that must come often
        self._raisings: dict[str, deque[int]] = {}  # the last times that an alarm was raised
        self._changed: dict[str, Alarm] = {}  # by what the rules say now, not yet stored
        self.reload()

    def reload(self) -> None:
        """Takes all alarms as the store has them."""
        self._changed.clear()
        self._alarms = {alarm.key: alarm for alarm in alarms(self._store)}

    def consider(self, conditions: Iterable[Condition], now_ms: int) -> None:
        """Takes what the rules say now; raises and clears what has lasted long enough."""
        for condition in conditions:
            if condition.holds is not None:
                self._consider(condition, condition.holds, now_ms)
        for alarm in [alarm for alarm in self._alarms.values() if shelf_ended(alarm, now_ms)]:
            self._change(unshelved(alarm, now_ms, ""))
        if self._changed:
            save_alarms(self._store, list(self._changed.values()))
            self._tell(list(self._changed.values()))
            self._changed.clear()

    def acknowledge(self, key: str, t_ms: int, actor: str, comment: str) -> tuple[Alarm, Alarm]:
        """Acknowledges an alarm; returns it before and after. Raises AlarmMoveError, UnknownAlarmError."""
        return self._by_hand(key, lambda alarm: acknowledged(alarm, t_ms, actor, comment))

    def reset(self, key: str, t_ms: int, actor: str, comment: str) -> tuple[Alarm, Alarm]:
        """Lets a latched alarm go."""
        return self._by_hand(key, lambda alarm: reset(alarm, t_ms, actor, comment))

    def shelve(self, key: str, t_ms: int, until_ms: int, actor: str, reason: str) -> tuple[Alarm, Alarm]:
        """Shelves an alarm until an end."""
        return self._by_hand(key, lambda alarm: shelved(alarm, t_ms, until_ms, actor, reason))

    def unshelve(self, key: str, t_ms: int, actor: str) -> tuple[Alarm, Alarm]:
        """Takes an alarm off the shelf."""
        return self._by_hand(key, lambda alarm: unshelved(alarm, t_ms, actor))

    def take_out_of_service(self, key: str, t_ms: int, actor: str, reason: str) -> tuple[Alarm, Alarm]:
        """Takes an alarm out of service."""
        return self._by_hand(key, lambda alarm: out_of_service(alarm, t_ms, actor, reason))

    def put_back_in_service(self, key: str, t_ms: int, actor: str) -> tuple[Alarm, Alarm]:
        """Puts an alarm back in service."""
        return self._by_hand(key, lambda alarm: back_in_service(alarm, t_ms, actor))

    def _consider(self, condition: Condition, holds: bool, now_ms: int) -> None:
        key = condition.key
        alarm = self._alarms.get(key)
        if alarm is not None and alarm.active:
            self._mind_design(alarm, condition.suppressed_by, holds, now_ms)
        if holds == (alarm is not None and alarm.active):
            self._turning.pop(key, None)
            return
        terms = condition.terms or self._kinds[condition.kind]
        if not self._has_lasted(key, holds, terms, now_ms):
            return
        if holds and not self._came_often_enough(key, terms, now_ms):
            return
        self._turning.pop(key)
        if holds:
            self._raise(condition, terms, now_ms)
        else:
            self._change(cleared(self._alarms[key], now_ms, latching=terms.latched))

    def _raise(self, condition: Condition, terms: Terms, now_ms: int) -> None:
        key = condition.key
        before = self._alarms.get(key) or new_alarm(
            key, condition.kind, condition.subject, terms.priority, now_ms
        )
        if condition.suppressed_by:
            before = suppressed(before, now_ms, condition.suppressed_by)
        elif before.state not in (AlarmState.SHELVED, AlarmState.OUT_OF_SERVICE):
            self._raisings.setdefault(key, deque(maxlen=CHATTER_COUNT)).append(now_ms)
        detail = {**condition.detail, "rule": condition.rule} if condition.rule else condition.detail
        self._change(replace(raised(before, now_ms, detail), priority=terms.priority))

    def _mind_design(self, alarm: Alarm, by: str, holds: bool, now_ms: int) -> None:
        """An alarm that stands goes quiet while something else explains it; what still holds after it calls.

        What is over together with its reason, as a meter's silence with its line's, calls nobody.
        """
        after = alarm
        if by:
            after = suppressed(alarm, now_ms, by)
        elif holds:
            after = released(alarm, now_ms)
        if after is not alarm:
            self._change(after)

    def _has_lasted(self, key: str, holds: bool, terms: Terms, now_ms: int) -> bool:
        """Whether the condition has differed from its alarm for its delay; a chattering one takes longer."""
        turning = self._turning.get(key)
        if turning is None or turning.holds is not holds:
            turning = self._turning[key] = _Turning(holds, now_ms)
        delay_ms = terms.on_delay_ms if holds else terms.off_delay_ms
        if not holds and self._chatters(key):
            delay_ms = max(delay_ms, CHATTER_QUIET_MS)
        return now_ms - turning.since_ms >= delay_ms

    def _chatters(self, key: str) -> bool:
        """Whether the last raisings came so fast that clearing it would only raise it anew."""
        times = self._raisings.get(key)
        if times is None:
            return False
        return len(times) == CHATTER_COUNT and times[-1] - times[0] < CHATTER_MS

    def _came_often_enough(self, key: str, terms: Terms, now_ms: int) -> bool:
        """Counts a condition's coming once, and says whether there were enough of them lately."""
        if terms.count == 1:
            return True
        comings, turning = self._comings.setdefault(key, deque()), self._turning[key]
        if not turning.counted:
            comings.append(now_ms)
            self._turning[key] = replace(turning, counted=True)
        while comings and now_ms - comings[0] > terms.count_within_ms:
            comings.popleft()
        return len(comings) >= terms.count

    def _by_hand(self, key: str, move: Callable[[Alarm], Alarm]) -> tuple[Alarm, Alarm]:
        before = self._alarms.get(key)
        if before is None:
            raise UnknownAlarmError(key)
        after = move(before)
        save_alarm(self._store, after)
        self._alarms[key] = after
        self._tell([after])
        return before, after

    def _change(self, alarm: Alarm) -> None:
        self._alarms[alarm.key] = self._changed[alarm.key] = alarm

    def _tell(self, changed: list[Alarm]) -> None:
        for alarm in changed[:MOST_LOGGED]:
            log.info("alarm %s: %s", alarm.key, alarm.state)
        if len(changed) > MOST_LOGGED:
            log.info("and %s more alarms at once", len(changed) - MOST_LOGGED)
