"""Which alarms follow from which."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hmi.desk.alarm_groups import first_causes
from hmi.plant import Plant, load_plant
from hmi.store.records import Alarm, AlarmState
from resources.locate import resource
from solver.durations import MINUTE_MS

PLANT: Plant = load_plant(resource("plants/company_x/plant.toml"))


def alarm(kind: str, subject: str, raised_ms: int = 0, priority: int = 3) -> Alarm:
    state = AlarmState.UNACKNOWLEDGED
    return Alarm(f"{kind}:{subject}", kind, subject, priority, state, raised_ms, raised_ms, active=True)


def test_what_hangs_on_a_failed_line_follows_from_it() -> None:
    line = alarm("line_down", "line_1", 10 * MINUTE_MS, 2)
    meter, other = (
        alarm("meter_silent", "mill_23", 12 * MINUTE_MS),
        alarm("meter_silent", "mill_28", 12 * MINUTE_MS),
    )
    late = alarm("batch_overdue", "mill_23", 15 * MINUTE_MS)
    assert first_causes([late, meter, other, line], PLANT, None) == {meter.key: line.key, late.key: line.key}


def test_what_stood_long_before_does_not_follow() -> None:
    line = alarm("line_down", "line_1", 60 * MINUTE_MS, 2)
    assert first_causes([alarm("batch_overdue", "mill_23", 0), line], PLANT, None) == {}


def test_the_rest_of_a_flood_follows_from_its_first_but_nothing_critical_is_hidden() -> None:
    first = alarm("supply_exceeded", "slurry", 5 * MINUTE_MS, 2)
    follower = alarm("command_held", "mill_24", 6 * MINUTE_MS, 2)
    critical = alarm("command_failed", "mill_25", 6 * MINUTE_MS, 1)
    before = alarm("meter_misread", "mill_29", 0)
    found = first_causes([critical, follower, before, first], PLANT, 5 * MINUTE_MS)
    assert found == {follower.key: first.key}


KINDS = ("line_down", "meter_silent", "batch_overdue", "plc_silent", "line_overloaded", "limit")
SUBJECTS = ("line_1", "line_2", "mill_23", "mill_24", "main", "slurry", "plc", "nothing_known")


@given(
    st.lists(
        st.builds(
            alarm, st.sampled_from(KINDS), st.sampled_from(SUBJECTS), st.integers(0, 9), st.integers(1, 4)
        ),
        unique_by=lambda one: one.key,
    ),
    st.none() | st.integers(0, 9),
)
def test_every_hidden_alarm_has_a_first_cause_that_is_shown(alarms: list[Alarm], flood: int | None) -> None:
    found = first_causes(alarms, PLANT, flood)
    keys = {one.key for one in alarms}
    assert set(found) <= keys and set(found.values()) <= keys
    assert not set(found) & set(found.values())
    assert all(one.priority > 1 for one in alarms if one.key in found)
