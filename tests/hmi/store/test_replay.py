"""A replay says of every moment what the store said then, and nothing can be written through it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.reading import Reading
from hmi.store.alarms import open_alarms, save_alarm
from hmi.store.database import Store, StoreError, StoreFault, open_store
from hmi.store.local_days import Day
from hmi.store.plans import insert_plan, plans, set_plan_state
from hmi.store.readings import energy_between, insert_readings, newest, newest_good, series, walk
from hmi.store.records import Alarm, AlarmState, Cycle, MachineState, PlanRow, PlanState, StateSpan
from hmi.store.replay import ReplayStore, open_replay
from hmi.store.sealing import seal_some
from hmi.store.status import cycles, heartbeat, machine_statuses, save_cycle, save_setting, save_state_spans
from hmi.store.totals import Span, day_totals, month_totals
from solver.durations import DAY_MS, HOUR_MS

ZONE = ZoneInfo("Asia/Shanghai")
T0 = 1_457_884_800_000  # midnight in Shanghai
POINTS = ("main.power_kw", "main.energy_kwh")


def all_day(day: Day) -> list[Span]:
    return [Span(*day, "")]


def readings(hours: int) -> list[Reading]:
    made = []
    for quarter in range(hours * 4):
        t_ms, power = T0 + quarter * HOUR_MS // 4, 100.0 + quarter % 7
        made += [Reading(POINTS[0], t_ms, power), Reading(POINTS[1], t_ms, 25.0 * quarter)]
    return made


@pytest.fixture
def recorded(store: Store) -> Iterator[ReplayStore]:
    """Three days, of which two are sealed and the stored totals know all of them."""
    insert_readings(store, readings(72))
    while seal_some(store, ZONE, all_day, T0 + 3 * DAY_MS, most=10):
        pass
    replay = open_replay(store.path)
    yield replay
    replay.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None)
@given(hour=st.integers(0, 71))
def test_readings_and_totals_are_those_of_a_store_that_knows_no_more(
    recorded: ReplayStore, tmp_path_factory: pytest.TempPathFactory, hour: int
) -> None:
    now_ms, to_ms = T0 + hour * HOUR_MS, T0 + 4 * DAY_MS
    recorded.show_moment(now_ms, 0)
    then = open_store(tmp_path_factory.mktemp("then") / "valleyline.db")
    insert_readings(then, [reading for reading in readings(72) if reading.t_ms <= now_ms])
    for point in POINTS:
        assert list(walk(recorded, point, T0, to_ms)) == list(walk(then, point, T0, to_ms))
        shown, known = series(recorded, point, T0, to_ms), series(then, point, T0, to_ms)
        np.testing.assert_array_equal(shown.value, known.value)
    assert newest(recorded) == newest(then)
    assert newest_good(recorded) == newest_good(then)
    assert energy_between(recorded, POINTS[1], T0, now_ms) == energy_between(then, POINTS[1], T0, now_ms)
    for totals in (day_totals, month_totals):
        from_ms = T0 - 31 * DAY_MS
        shown_totals = totals(recorded, POINTS, from_ms, to_ms, ZONE, all_day)
        for one, other in zip(shown_totals, totals(then, POINTS, from_ms, to_ms, ZONE, all_day), strict=True):
            assert one[:2] == other[:2]
            np.testing.assert_allclose(one.total[1:], other.total[1:])
    then.close()


def alarm(state: AlarmState, t_ms: int) -> Alarm:
    return Alarm("leak:shop", "leak", "shop", 2, state, T0, t_ms, active=state is not AlarmState.NORMAL)


def test_an_alarm_is_as_its_last_change_left_it(store: Store) -> None:
    changes = [(AlarmState.UNACKNOWLEDGED, 1), (AlarmState.ACKNOWLEDGED, 3), (AlarmState.NORMAL, 5)]
    for state, hour in changes:
        save_alarm(store, alarm(state, T0 + hour * HOUR_MS))
    replay = open_replay(store.path)
    seen = []
    for hour in range(7):
        replay.show_moment(T0 + hour * HOUR_MS, 0)
        seen.append([(each.state, each.active, each.count) for each in open_alarms(replay)])
    replay.close()
    calls, is_seen = (AlarmState.UNACKNOWLEDGED, True, 1), (AlarmState.ACKNOWLEDGED, True, 1)
    assert seen == [[], [calls], [calls], [is_seen], [is_seen], [], []]


def test_a_plan_is_in_the_state_that_it_had_reached(store: Store) -> None:
    row = PlanRow(0, PlanState.PROPOSED, b"", b"", b"", "", "", T0, T0 + DAY_MS, "li", T0, b"")
    plan_id = insert_plan(store, row)
    set_plan_state(
        store,
        plan_id,
        PlanState.APPROVED,
        decided_by="wang",
        decided_ms=T0 + HOUR_MS,
        approval_signature=b"s",
    )
    set_plan_state(store, plan_id, PlanState.ACTIVE, activated_ms=T0 + 2 * HOUR_MS)
    set_plan_state(store, plan_id, PlanState.FINISHED, finished_ms=T0 + 3 * HOUR_MS)
    replay = open_replay(store.path)
    seen = []
    for hour in range(-1, 4):
        replay.show_moment(T0 + hour * HOUR_MS, 0)
        seen += [[(each.state, each.decided_by) for each in plans(replay)]]
    replay.close()
    assert seen == [
        [],
        [(PlanState.PROPOSED, "")],
        [(PlanState.APPROVED, "wang")],
        [(PlanState.ACTIVE, "wang")],
        [(PlanState.FINISHED, "wang")],
    ]


def test_a_machine_is_in_the_state_and_the_batch_of_then(store: Store) -> None:
    hours = [T0 + hour * HOUR_MS for hour in range(6)]
    spans = [
        StateSpan("mill", hours[0], hours[1], MachineState.SHUTDOWN),
        StateSpan("mill", hours[1], hours[4], MachineState.RUNNING),
        StateSpan("mill", hours[4], None, MachineState.SHUTDOWN),
    ]
    save_state_spans(store, spans)
    save_cycle(store, Cycle("mill", hours[1], hours[4], 180.0, 0.0, 90.0, True))
    replay = open_replay(store.path)
    replay.show_moment(hours[2], 0)
    status = machine_statuses(replay)["mill"]
    assert (status.state, status.since_ms, status.cycle_start_ms) == (
        MachineState.RUNNING,
        hours[1],
        hours[1],
    )
    assert (status.cycle_running_min, status.cycle_paused, cycles(replay)) == (60.0, False, [])
    replay.show_moment(hours[5], 0)
    assert machine_statuses(replay)["mill"].cycle_start_ms is None
    assert len(cycles(replay)) == 1
    replay.close()


def test_nothing_can_be_written_and_the_sign_of_life_is_the_walls(store: Store) -> None:
    replay = open_replay(store.path)
    replay.show_moment(T0, 77)
    save_setting(store, "heartbeat", {"t_ms": 1, "wall_ms": 2, "pid": 3})
    beat = heartbeat(replay)
    assert beat is not None and (beat.t_ms, beat.wall_ms) == (T0, 77)
    with pytest.raises(StoreError, match="This is a replay") as refused:
        save_setting(replay, "anything", 1)
    assert refused.value.fault is StoreFault.REPLAY
    with pytest.raises(StoreError):
        replay.rows("DELETE FROM main.settings")
    replay.close()


def test_a_folder_without_a_database_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        open_replay(tmp_path / "none.db")
