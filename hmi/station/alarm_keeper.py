"""Keeps the alarms: minds delays, moves their states, stores every change once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hmi.station.alarm_machine import (
    acknowledged,
    back_in_service,
    cleared,
    new_alarm,
    out_of_service,
    raised,
    shelf_ended,
    shelved,
    unshelved,
)
from hmi.station.alarm_rules import KINDS, Condition
from hmi.store.alarms import alarms, save_alarm
from hmi.store.database import Store
from hmi.store.records import Alarm

log = logging.getLogger(__name__)


class UnknownAlarmError(Exception):
    """There is no alarm of this key."""


@dataclass(frozen=True, slots=True)
class _Turning:
    """A condition that differs from its alarm, since when."""

    holds: bool
    since_ms: int


class AlarmKeeper:
    """All alarms of this station; the store has the newest of each and a journal of every change of state."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._alarms: dict[str, Alarm] = {}
        self._turning: dict[str, _Turning] = {}
        self.reload()

    def reload(self) -> None:
        """Takes all alarms as the store has them."""
        self._alarms = {alarm.key: alarm for alarm in alarms(self._store)}

    def consider(self, conditions: Iterable[Condition], now_ms: int) -> None:
        """Takes what the rules say now; raises and clears what has lasted long enough."""
        for condition in conditions:
            if condition.holds is not None:
                self._consider(condition, condition.holds, now_ms)
        self._end_shelves(now_ms)

    def acknowledge(self, key: str, t_ms: int, actor: str, comment: str) -> tuple[Alarm, Alarm]:
        """Acknowledges an alarm; returns it before and after. Raises AlarmMoveError, UnknownAlarmError."""
        return self._by_hand(key, lambda alarm: acknowledged(alarm, t_ms, actor, comment))

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
        key = f"{condition.kind}:{condition.subject}"
        alarm = self._alarms.get(key)
        if holds == (alarm is not None and alarm.active):
            self._turning.pop(key, None)
            return
        turning = self._turning.get(key)
        if turning is None or turning.holds is not holds:
            turning = self._turning[key] = _Turning(holds, now_ms)
        rules = KINDS[condition.kind]
        if now_ms - turning.since_ms < (rules.on_delay_ms if holds else rules.off_delay_ms):
            return
        del self._turning[key]
        before = alarm or new_alarm(condition.kind, condition.subject, rules.priority, now_ms)
        self._save(raised(before, now_ms, condition.detail) if holds else cleared(before, now_ms))

    def _end_shelves(self, now_ms: int) -> None:
        for alarm in [alarm for alarm in self._alarms.values() if shelf_ended(alarm, now_ms)]:
            self._save(unshelved(alarm, now_ms, ""))

    def _by_hand(self, key: str, move: Callable[[Alarm], Alarm]) -> tuple[Alarm, Alarm]:
        before = self._alarms.get(key)
        if before is None:
            raise UnknownAlarmError(key)
        after = move(before)
        self._save(after)
        return before, after

    def _save(self, alarm: Alarm) -> None:
        event = save_alarm(self._store, alarm)
        self._alarms[alarm.key] = alarm
        if event is not None:
            log.info("alarm %s: %s -> %s", alarm.key, event.before, event.after)
