from __future__ import annotations

from dataclasses import replace

from hmi.store.alarms import alarm, alarm_events, alarms, save_alarm
from hmi.store.database import Store
from hmi.store.records import Alarm, AlarmState

RAISED = Alarm(
    key="idle:mill_26",
    kind="idle",
    subject="mill_26",
    priority=2,
    state=AlarmState.UNACKNOWLEDGED,
    raised_ms=1000,
    changed_ms=1000,
    active=True,
    detail={"minutes": 34},
)


def test_a_change_of_state_is_in_the_journal_with_its_actor(store: Store, other: Store) -> None:
    save_alarm(store, RAISED)
    save_alarm(
        store,
        replace(
            RAISED, state=AlarmState.ACKNOWLEDGED, changed_ms=2000, actor="operator", comment="on my way"
        ),
    )
    assert [(event.before, event.after, event.t_ms) for event in alarm_events(other)] == [
        (AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED, 2000),
        (AlarmState.NORMAL, AlarmState.UNACKNOWLEDGED, 1000),
    ]
    newest = alarm_events(other)[0]
    assert (newest.actor, newest.comment, newest.detail) == ("operator", "on my way", {"minutes": 34})


def test_an_alarm_that_only_tells_more_does_not_flood_the_journal(store: Store) -> None:
    assert save_alarm(store, RAISED) is not None
    assert save_alarm(store, replace(RAISED, count=2, detail={"minutes": 35})) is None
    assert alarm(store, RAISED.key) == replace(RAISED, count=2, detail={"minutes": 35})
    assert len(alarm_events(store)) == 1


def test_the_most_important_alarm_is_first_then_the_newest(store: Store) -> None:
    for key, priority, raised_ms in (("a:1", 3, 10), ("a:2", 1, 10), ("a:3", 3, 20)):
        save_alarm(store, replace(RAISED, key=key, priority=priority, raised_ms=raised_ms))
    assert [found.key for found in alarms(store)] == ["a:2", "a:3", "a:1"]


def test_the_journal_is_found_by_time_and_alarm(store: Store) -> None:
    for second in range(5):
        save_alarm(store, replace(RAISED, key=f"a:{second}", changed_ms=second * 1000))
    assert [event.key for event in alarm_events(store, 1000, 3000)] == ["a:2", "a:1"]
    assert [event.key for event in alarm_events(store, key="a:4")] == ["a:4"]
    assert [event.key for event in alarm_events(store, limit=1)] == ["a:4"]


def test_an_alarm_nobody_raised_is_not_there(store: Store) -> None:
    assert alarm(store, "a:b") is None
