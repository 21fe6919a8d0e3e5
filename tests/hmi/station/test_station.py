"""The station on real lines: readings arrive, faults stay where they are, and what is known survives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hmi.store.alarms import alarm
from hmi.store.readings import newest_good, series
from hmi.store.records import AlarmState, MachineState
from hmi.store.status import heartbeat, line_statuses, machine_statuses, newest_forecast

if TYPE_CHECKING:
    from conftest import Small

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
    assert "line_1" in line_statuses(small.store)["line_1"].reason
    small.server.plug("line_1")
    plugged_ms = small.clock.now_ms()
    small.wait("read again", lambda: newest_good(small.store)["mill_1.power_kw"].t_ms > plugged_ms)
    small.wait("no alarm", lambda: not is_active(small, "line_down:line_1"))
    curve = series(small.store, "mill_1.power_kw", 0, small.clock.now_ms())
    assert (curve.value != curve.value).any()  # the gap is a gap


def is_active(small: Small, key: str) -> bool:
    found = alarm(small.store, key)
    return found is not None and found.active
