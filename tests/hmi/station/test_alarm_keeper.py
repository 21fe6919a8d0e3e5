"""Delays, deadbands and the journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hmi.station.alarm_keeper import AlarmKeeper, UnknownAlarmError
from hmi.station.alarm_rules import Condition
from hmi.station.codes import AlarmKind
from hmi.store.alarms import alarm, alarm_events
from hmi.store.database import Store, open_store
from hmi.store.records import AlarmState

MINUTE_MS = 60_000
KEY = "supply_exceeded:slurry"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "test.db")
    yield opened
    opened.close()


def supply(holds: bool | None) -> list[Condition]:
    return [Condition(AlarmKind.SUPPLY_EXCEEDED, "slurry", holds, {"power_kw": 410.0})]


def test_a_condition_must_last_before_it_is_an_alarm(store: Store) -> None:
    keeper = AlarmKeeper(store)
    keeper.consider(supply(True), 0)
    keeper.consider(supply(True), MINUTE_MS)
    assert alarm(store, KEY) is None
    keeper.consider(supply(True), 2 * MINUTE_MS)
    raised = alarm(store, KEY)
    assert raised is not None
    assert (raised.state, raised.priority, raised.detail) == (
        AlarmState.UNACKNOWLEDGED,
        1,
        {"power_kw": 410.0},
    )


def test_an_interruption_starts_the_delay_again(store: Store) -> None:
    keeper = AlarmKeeper(store)
    for minute, holds in ((0, True), (1, False), (2, True), (3, True)):
        keeper.consider(supply(holds), minute * MINUTE_MS)
    assert alarm(store, KEY) is None


def test_the_deadband_neither_raises_nor_clears(store: Store) -> None:
    keeper = AlarmKeeper(store)
    for minute in range(3):
        keeper.consider(supply(True), minute * MINUTE_MS)
    for minute in range(3, 60):
        keeper.consider(supply(None), minute * MINUTE_MS)
    raised = alarm(store, KEY)
    assert raised is not None
    assert raised.active


def test_the_journal_has_one_line_a_change_however_often_the_rule_looks(store: Store) -> None:
    keeper = AlarmKeeper(store)
    for minute in range(30):
        keeper.consider(supply(True), minute * MINUTE_MS)
    keeper.acknowledge(KEY, 31 * MINUTE_MS, "chen", "seen")
    for minute in range(32, 60):
        keeper.consider(supply(False), minute * MINUTE_MS)
    states = [event.after for event in reversed(alarm_events(store, key=KEY))]
    assert states == [AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED, AlarmState.NORMAL]


def test_a_new_keeper_knows_what_was_standing_and_ends_a_shelf_that_ran_out(store: Store) -> None:
    keeper = AlarmKeeper(store)
    for minute in range(3):
        keeper.consider(supply(True), minute * MINUTE_MS)
    keeper.shelve(KEY, 3 * MINUTE_MS, 10 * MINUTE_MS, "chen", "pump test")
    AlarmKeeper(store).consider(supply(True), 11 * MINUTE_MS)
    back = alarm(store, KEY)
    assert back is not None
    assert (back.state, back.count) == (AlarmState.UNACKNOWLEDGED, 1)


def test_an_alarm_that_never_was_cannot_be_acknowledged(store: Store) -> None:
    with pytest.raises(UnknownAlarmError):
        AlarmKeeper(store).acknowledge("nothing:there", 0, "chen", "")
