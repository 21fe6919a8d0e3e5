"""Delays, deadbands and the journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hmi.plant_alarms import KindTerms
from hmi.station.alarm_keeper import AlarmKeeper, UnknownAlarmError
from hmi.station.alarm_rules import Condition, Terms, terms_of_kinds
from hmi.station.codes import AlarmKind
from hmi.store.alarms import alarm, alarm_events, open_alarms
from hmi.store.database import Store, open_store
from hmi.store.records import AlarmState
from solver.durations import MINUTE_MS

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


def limit(holds: bool | None, terms: Terms, by: str = "") -> list[Condition]:
    return [Condition(AlarmKind.LIMIT, "mill_1", holds, {"value": 1.0}, "hot", terms, by)]


def state(store: Store, key: str = "limit:mill_1:hot") -> AlarmState | None:
    found = alarm(store, key)
    return None if found is None else found.state


def test_a_condition_that_must_come_often_is_an_alarm_only_then(store: Store) -> None:
    keeper, terms = AlarmKeeper(store), Terms(2, count=3, count_within_ms=10 * MINUTE_MS)
    for minute in (0, 1, 2, 3):
        keeper.consider(limit(minute % 2 == 0, terms), minute * MINUTE_MS)
    assert state(store) is None
    keeper.consider(limit(True, terms), 4 * MINUTE_MS)
    assert state(store) is AlarmState.UNACKNOWLEDGED


def test_a_condition_that_stays_has_come_once(store: Store) -> None:
    keeper, terms = AlarmKeeper(store), Terms(2, count=2, count_within_ms=10 * MINUTE_MS)
    for minute in range(30):
        keeper.consider(limit(True, terms), minute * MINUTE_MS)
    assert state(store) is None


def test_comings_too_far_apart_do_not_add_up(store: Store) -> None:
    keeper, terms = AlarmKeeper(store), Terms(2, count=2, count_within_ms=10 * MINUTE_MS)
    for minute, holds in ((0, True), (1, False), (12, True), (13, False)):
        keeper.consider(limit(holds, terms), minute * MINUTE_MS)
    assert state(store) is None


def test_a_chattering_alarm_calls_three_times_and_then_stands_until_it_is_quiet(store: Store) -> None:
    keeper, terms = AlarmKeeper(store), Terms(3)
    for second in range(0, 240, 5):
        keeper.consider(limit(second % 10 == 0, terms), second * 1000)
    chattered = alarm(store, "limit:mill_1:hot")
    assert chattered is not None and (chattered.count, chattered.active) == (3, True)
    keeper.consider(limit(False, terms), 240_000)
    keeper.consider(limit(False, terms), 240_000 + 4 * MINUTE_MS)
    assert state(store) is AlarmState.UNACKNOWLEDGED
    keeper.consider(limit(False, terms), 240_000 + 5 * MINUTE_MS)
    assert state(store) is AlarmState.RETURNED


def test_the_terms_of_the_plant_file_latch_an_alarm_and_give_it_its_priority(store: Store) -> None:
    kinds = terms_of_kinds(
        {"supply_exceeded": KindTerms(priority=2, on_delay_s=0, off_delay_s=0, latched=True)}
    )
    keeper = AlarmKeeper(store, kinds)
    keeper.consider(supply(True), 0)
    keeper.consider(supply(False), 1000)
    latched = alarm(store, KEY)
    assert latched is not None and (latched.state, latched.priority) == (AlarmState.LATCHED, 2)
    _, after = keeper.reset(KEY, 2000, "chen", "looked at the breaker")
    assert (after.state, state(store, KEY)) == (AlarmState.NORMAL, AlarmState.NORMAL)


def test_an_alarm_that_something_else_explains_never_calls_until_that_is_over(store: Store) -> None:
    keeper, terms = AlarmKeeper(store), Terms(2)
    keeper.consider(limit(True, terms, "line_down:line_1"), 0)
    assert state(store) is AlarmState.SUPPRESSED
    keeper.consider(limit(True, terms), 1000)
    assert state(store) is AlarmState.UNACKNOWLEDGED
    keeper.consider(limit(True, terms, "line_down:line_1"), 2000)
    keeper.consider(limit(False, terms, "line_down:line_1"), 3000)
    assert [event.after for event in reversed(alarm_events(store))] == [
        AlarmState.SUPPRESSED,
        AlarmState.UNACKNOWLEDGED,
        AlarmState.SUPPRESSED,
        AlarmState.NORMAL,
    ]


def test_what_is_over_together_with_its_reason_calls_nobody(store: Store) -> None:
    keeper, terms = AlarmKeeper(store), Terms(2, off_delay_ms=500)
    keeper.consider(limit(True, terms, "line_down:line_1"), 0)
    for t_ms in (1000, 1600):  # the line is back, and so is the meter
        keeper.consider(limit(False, terms), t_ms)
    assert [event.after for event in reversed(alarm_events(store))] == [
        AlarmState.SUPPRESSED,
        AlarmState.NORMAL,
    ]


def test_three_thousand_alarms_of_one_moment_are_all_kept_and_journaled(store: Store) -> None:
    keeper = AlarmKeeper(store)
    burst = [Condition(AlarmKind.COMMAND_FAILED, f"mill_{index}", True) for index in range(3000)]
    keeper.consider(burst, 0)
    keeper.consider(burst, 1000)
    assert len(open_alarms(store)) == len(alarm_events(store, limit=9999)) == 3000
