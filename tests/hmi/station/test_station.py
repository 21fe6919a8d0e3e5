"""The station on real lines: readings arrive, faults stay where they are, and what is known survives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from devices.clock import Clock
from hmi.station.payloads import EnterBatch, HandleAlarm, SuppressAlarm
from hmi.store.alarms import alarm, alarm_events
from hmi.store.batches import batch
from hmi.store.readings import newest_good, series
from hmi.store.records import AlarmState, MachineState, RequestKind
from hmi.store.status import heartbeat, line_statuses, machine_statuses, newest_forecast

if TYPE_CHECKING:
    from conftest import Small

LONGER_THAN_PATIENCE_S = 7.0  # of a program that waits for a locked database
QUANTITIES = ("power_kw", "energy_kwh", "voltage_v", "current_a", "power_factor", "frequency_hz")


def has_all_points(small: Small) -> bool:
    good = newest_good(small.store)
    return all(f"{meter.id}.{quantity}" in good for meter in small.plant.meters for quantity in QUANTITIES)


def test_every_quantity_of_every_meter_is_stored_with_states_and_forecast(small: Small) -> None:
    small.start_station()
    small.wait("all points", lambda: has_all_points(small))
    small.wait("machines are known", lambda: all(s.plc_known for s in machine_statuses(small.store).values()))
    small.wait("a forecast", lambda: newest_forecast(small.store, "slurry") is not None)
    small.wait("lines are counted", lambda: all(line.ok for line in line_statuses(small.store).values()))
    states = {status.state for status in machine_statuses(small.store).values()}
    assert states <= {MachineState.STANDBY, MachineState.IDLING}
    assert heartbeat(small.store) is not None
    assert small.server.counters("line_1").gap_violations == 0


@pytest.mark.expects_log
def test_a_dead_meter_is_an_alarm_and_does_not_stop_its_neighbours(small: Small) -> None:
    small.start_station()
    small.wait("all points", lambda: has_all_points(small))
    small.server.silence("line_1", 1, True)
    small.wait("the alarm", lambda: is_active(small, "meter_silent:mill_1"))
    fresh_ms = small.clock.now_ms()
    small.wait("its neighbour is read", lambda: newest_good(small.store)["mill_2.power_kw"].t_ms > fresh_ms)
    small.server.silence("line_1", 1, False)
    small.wait("it returns", lambda: not is_active(small, "meter_silent:mill_1"))
    returned = alarm(small.store, "meter_silent:mill_1")
    assert returned is not None
    assert returned.state is AlarmState.RETURNED


@pytest.mark.expects_log
def test_an_unplugged_line_is_said_and_resumes_while_the_other_goes_on(small: Small) -> None:
    small.start_station()
    small.wait("all points", lambda: has_all_points(small))
    small.server.unplug("line_1")
    small.wait("the alarm", lambda: is_active(small, "line_down:line_1"))
    assert line_statuses(small.store)["line_2"].connected
    assert line_statuses(small.store)["line_1"].reason in ("port_lost", "port_missing")
    small.server.plug("line_1")
    plugged_ms = small.clock.now_ms()
    small.wait("read again", lambda: newest_good(small.store)["mill_1.power_kw"].t_ms > plugged_ms)
    small.wait("no alarm", lambda: not is_active(small, "line_down:line_1"))
    curve = series(small.store, "mill_1.power_kw", 0, small.clock.now_ms())
    assert np.isnan(curve.value).any()  # the gap is a gap


@pytest.mark.expects_log
def test_readings_wait_for_a_locked_database_and_none_is_lost(small: Small) -> None:
    small.start_station()
    small.wait("all points", lambda: has_all_points(small))
    with small.store.transaction():
        locked_ms = small.clock.now_ms()
        small.clock.sleep_s(LONGER_THAN_PATIENCE_S)
    unlocked_ms = small.clock.now_ms()
    small.wait("read again", lambda: newest_good(small.store)["mill_1.power_kw"].t_ms > unlocked_ms)
    meanwhile = series(small.store, "mill_1.power_kw", locked_ms, unlocked_ms)
    assert len(meanwhile.t_ms) > (unlocked_ms - locked_ms) / 60_000 / 4
    assert np.isfinite(meanwhile.value).all()


class SetClock(Clock):
    """The machine's clock, which somebody sets."""

    def wall_ms(self) -> int:
        by_ms: int = self.__dict__.get("by_ms", 0)
        return super().wall_ms() + by_ms

    def set_by(self, by_ms: int) -> None:
        self.__dict__["by_ms"] = by_ms


@pytest.mark.expects_log
@pytest.mark.parametrize(("days", "said"), [(-1, "leapt back by 24.00 h"), (365, "leapt ahead by 8760.00 h")])
def test_a_clock_that_is_set_is_said_and_no_reading_is_lost_or_out_of_its_place(
    small: Small, caplog: pytest.LogCaptureFixture, days: int, said: str
) -> None:
    machine = SetClock(small.clock.origin_wall_ms, small.clock.origin_plant_ms, small.clock.speed)
    right, small.clock = small.clock, machine
    small.start_station()
    small.wait("all points", lambda: has_all_points(small))
    set_ms = right.now_ms()
    machine.set_by(days * 86_400_000)
    small.wait("the alarm", lambda: is_active(small, "clock_leapt:clock"))
    small.wait("polls", lambda: right.now_ms() > set_ms + 15 * 60_000)
    machine.set_by(0)
    small.wait("no alarm", lambda: not is_active(small, "clock_leapt:clock"))
    small.stop_station()
    small.clock = right
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert [said in sentence for sentence in warned] == [True, False]
    assert "is where it should be again" in warned[1]
    everything = series(small.store, "mill_1.power_kw", 0, 1 << 52, longest_gap_ms=1 << 52)
    assert set_ms - 86_400_000 < everything.t_ms[0]
    assert everything.t_ms[-1] <= right.now_ms()
    usual_ms = np.median(np.diff(everything.t_ms))
    meanwhile = series(small.store, "mill_1.power_kw", set_ms, right.now_ms())
    assert np.isfinite(meanwhile.value).all()  # no gap
    assert len(meanwhile.t_ms) > 15 * 60_000 / usual_ms / 2


@pytest.mark.expects_log
def test_an_operator_handles_an_alarm_and_a_viewer_may_not(small: Small) -> None:
    key = "line_down:line_1"
    small.start_station()
    small.wait("all points", lambda: has_all_points(small))
    small.server.unplug("line_1")
    small.wait("the alarm", lambda: is_active(small, key))
    seen = HandleAlarm(key=key, comment="adapter fell out")
    assert small.ask("guest", RequestKind.ACKNOWLEDGE, seen).answer == "not_allowed"
    assert small.ask("chen", RequestKind.ACKNOWLEDGE, seen).accepted
    assert small.ask("chen", RequestKind.ACKNOWLEDGE, seen).answer == "nothing_to_acknowledge"
    until_ms = small.clock.now_ms() + 60 * 60_000
    shelf = SuppressAlarm(key=key, reason="new adapter is on its way", until_ms=until_ms)
    assert small.ask("chen", RequestKind.SHELVE, shelf).accepted
    small.wait("it comes back by itself", lambda: state_of(small, key) is AlarmState.UNACKNOWLEDGED)
    journal = [(event.after, event.actor) for event in reversed(alarm_events(small.store, key=key))]
    assert journal == [
        (AlarmState.UNACKNOWLEDGED, ""),
        (AlarmState.ACKNOWLEDGED, "chen"),
        (AlarmState.SHELVED, "chen"),
        (AlarmState.UNACKNOWLEDGED, ""),
    ]


def test_a_batch_is_entered_by_who_may_and_only_where_its_times_fit(small: Small) -> None:
    small.start_station()
    now_ms = small.clock.now_ms()
    hour_ms = 3_600_000
    entered = EnterBatch(
        id="extra",
        machine="mill_1",
        earliest_ms=now_ms,
        habit_start_ms=now_ms + hour_ms,
        due_ms=now_ms + 9 * hour_ms,
    )
    assert small.ask("guest", RequestKind.ENTER_BATCH, entered).answer == "not_allowed"
    assert small.ask("chen", RequestKind.ENTER_BATCH, entered).accepted
    late = msgspec.structs.replace(entered, id="late", due_ms=now_ms + hour_ms // 4)
    assert small.ask("chen", RequestKind.ENTER_BATCH, late).answer == "bad_batch"
    found = batch(small.store, "extra")
    assert found is not None
    assert (found.running_min, found.power_kw, found.entered_by) == (30, 48.0, "chen")
    assert batch(small.store, "late") is None


def state_of(small: Small, key: str) -> AlarmState | None:
    found = alarm(small.store, key)
    return None if found is None else found.state


def is_active(small: Small, key: str) -> bool:
    found = alarm(small.store, key)
    return found is not None and found.active
