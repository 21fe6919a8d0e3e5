from __future__ import annotations

import math

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
from hmi.store.status import (
    cycles,
    forecast_at,
    heartbeat,
    line_statuses,
    machine_statuses,
    meter_statuses,
    newest_forecast,
    save_cycle,
    save_forecast,
    save_line_statuses,
    save_machine_statuses,
    save_meter_statuses,
    save_setting,
    save_state_span,
    save_state_spans,
    set_heartbeat,
    setting,
    state_spans,
)


def test_a_machine_has_one_row_and_it_is_the_newest(store: Store, other: Store) -> None:
    first = MachineStatus("mill_25", 1000, MachineState.STANDBY, 0)
    last = MachineStatus(
        "mill_25", 2000, MachineState.RUNNING, 1500, plc_known=True, plc_charged=True, end_ms=9
    )
    save_machine_statuses(store, [first])
    save_machine_statuses(store, [last])
    assert machine_statuses(other) == {"mill_25": last}


def test_a_line_has_one_row_and_no_number_stays_no_number(store: Store) -> None:
    status = LineStatus(
        line="line_1",
        t_ms=1,
        connected=False,
        reason="unplugged",
        ok=1,
        timeouts=2,
        load=0.5,
        latency_p50_ms=math.nan,
    )
    save_line_statuses(store, [status])
    found = line_statuses(store)["line_1"]
    assert (found.connected, found.reason, found.load) == (False, "unplugged", 0.5)
    assert math.isnan(found.latency_p50_ms)


def test_the_newest_figures_of_every_meter_are_there_for_a_desk(store: Store) -> None:
    first = MeterStatus(line="line_1", t_ms=1, meter="mill_25", ok=1)
    later = MeterStatus(
        line="line_1", t_ms=2, meter="mill_25", ok=7, stale=1, last_ok_ms=2, exception_codes=((2, 1), (6, 3))
    )
    other = MeterStatus(line="line_2", t_ms=2, meter="mill_26", timeouts=3)
    save_meter_statuses(store, "line_1", [first])
    save_meter_statuses(store, "line_1", [later])
    save_meter_statuses(store, "line_2", [other])
    assert meter_statuses(store) == {"mill_25": later, "mill_26": other}


def test_an_open_state_is_closed_in_its_place(store: Store) -> None:
    save_state_span(store, StateSpan("mill_25", 0, None, MachineState.RUNNING))
    closed = StateSpan("mill_25", 0, 500, MachineState.RUNNING)
    following = StateSpan("mill_25", 500, None, MachineState.IDLING)
    save_state_spans(store, [closed, following])
    assert state_spans(store, "mill_25", 0, 1000) == [closed, following]


def test_states_are_those_that_touch_the_time_asked_for(store: Store) -> None:
    spans = [StateSpan("mill_25", 100 * i, 100 * (i + 1), MachineState.RUNNING) for i in range(5)]
    save_state_spans(store, [*spans, StateSpan("mill_26", 0, None, MachineState.STANDBY)])
    assert state_spans(store, "mill_25", 200, 350) == spans[2:4]
    assert state_spans(store, "mill_26", 10_000, 20_000) == [
        StateSpan("mill_26", 0, None, MachineState.STANDBY)
    ]


def test_batches_seen_are_found_by_machine_and_time(store: Store) -> None:
    early = Cycle("mill_25", 0, 100, 10.0, 2.0, 8.0, True)
    late = Cycle("mill_26", 50, 200, 20.0, 0.0, 16.0, False)
    save_cycle(store, late)
    save_cycle(store, early)
    assert cycles(store) == [early, late]
    assert cycles(store, "mill_26") == [late]
    assert cycles(store, from_ms=100) == [late]
    assert cycles(store, to_ms=50) == [early]


def test_what_was_forecast_before_stays(store: Store) -> None:
    yesterday = Forecast("slurry", 1000, 0, 900_000, [1.0, 2.0], [0.5, 1.5], [1.5, 2.5])
    today = Forecast("slurry", 2000, 0, 900_000, [3.0], [2.0], [4.0])
    save_forecast(store, yesterday)
    save_forecast(store, today)
    assert newest_forecast(store, "slurry") == today
    assert forecast_at(store, "slurry", 1999) == yesterday
    assert forecast_at(store, "slurry", 999) is None
    assert newest_forecast(store, "mill_25") is None


def test_a_station_that_never_ran_has_no_heartbeat(store: Store, other: Store) -> None:
    assert heartbeat(store) is None
    set_heartbeat(store, Heartbeat(1000, 2000, 42))
    assert heartbeat(other) == Heartbeat(1000, 2000, 42)


def test_a_setting_is_replaced(store: Store) -> None:
    save_setting(store, "clock", {"speed": 1.0})
    save_setting(store, "clock", {"speed": 300.0})
    assert setting(store, "clock") == {"speed": 300.0}
    assert setting(store, "nothing") is None
