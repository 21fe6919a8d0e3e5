"""ISA-18.2: what each happening makes of an alarm."""

from __future__ import annotations

import pytest

from hmi.station import alarm_machine as machine
from hmi.store.records import Alarm, AlarmState


def active() -> Alarm:
    return machine.raised(
        machine.new_alarm("meter_silent:mill_25", "meter_silent", "mill_25", 3, 0), 10, {"since_ms": 5}
    )


def test_an_alarm_is_raised_unacknowledged_and_counted() -> None:
    alarm = active()
    assert alarm.state is AlarmState.UNACKNOWLEDGED
    assert (alarm.active, alarm.count, alarm.raised_ms) == (True, 1, 10)
    assert machine.raised(alarm, 20, {}) == alarm


def test_what_returns_unacknowledged_waits_for_somebody() -> None:
    returned = machine.cleared(active(), 20)
    assert returned.state is AlarmState.RETURNED
    assert machine.acknowledged(returned, 30, "chen", "").state is AlarmState.NORMAL


def test_what_was_acknowledged_is_over_when_it_returns() -> None:
    acknowledged = machine.acknowledged(active(), 20, "chen", "seen")
    assert (acknowledged.state, acknowledged.actor) == (AlarmState.ACKNOWLEDGED, "chen")
    over = machine.cleared(acknowledged, 30)
    assert (over.state, over.actor, over.comment) == (AlarmState.NORMAL, "", "")  # nobody made it so


def test_an_alarm_is_acknowledged_once() -> None:
    acknowledged = machine.acknowledged(active(), 20, "chen", "")
    with pytest.raises(machine.AlarmMoveError, match="nothing_to_acknowledge"):
        machine.acknowledged(acknowledged, 30, "chen", "")


def test_a_shelved_alarm_that_still_holds_comes_back_unacknowledged_at_its_end() -> None:
    shelved = machine.shelved(active(), 20, 100, "chen", "meter is being changed")
    assert not machine.shelf_ended(shelved, 99)
    assert machine.shelf_ended(shelved, 100)
    back = machine.unshelved(shelved, 100, "")
    assert (back.state, back.shelved_until_ms) == (AlarmState.UNACKNOWLEDGED, None)


def test_a_shelved_alarm_stays_quiet_when_it_clears_and_comes_again() -> None:
    shelved = machine.shelved(active(), 20, 100, "chen", "known")
    again = machine.raised(machine.cleared(shelved, 30), 40, {})
    assert again.state is AlarmState.SHELVED
    assert (again.comment, again.count) == ("known", 2)
    assert machine.unshelved(machine.cleared(again, 50), 60, "chen").state is AlarmState.NORMAL


@pytest.mark.parametrize(
    ("until_ms", "reason", "code"), [(20, "why", "shelf_end_past"), (100, " ", "reason_missing")]
)
def test_shelving_needs_an_end_to_come_and_a_reason(until_ms: int, reason: str, code: str) -> None:
    with pytest.raises(machine.AlarmMoveError, match=code):
        machine.shelved(active(), 20, until_ms, "chen", reason)


def test_out_of_service_lasts_until_somebody_puts_it_back() -> None:
    out = machine.out_of_service(active(), 20, "chen", "meter removed")
    assert machine.raised(machine.cleared(out, 30), 40, {}).state is AlarmState.OUT_OF_SERVICE
    assert machine.back_in_service(out, 50, "chen").state is AlarmState.UNACKNOWLEDGED
    with pytest.raises(machine.AlarmMoveError, match="not_shelved"):
        machine.unshelved(out, 50, "chen")


def test_a_latching_alarm_stands_until_somebody_resets_it() -> None:
    latched = machine.cleared(active(), 20, latching=True)
    assert (latched.state, latched.active) == (AlarmState.LATCHED, False)
    seen = machine.acknowledged(latched, 30, "chen", "")
    assert seen.state is AlarmState.LATCHED_ACKNOWLEDGED
    over = machine.reset(seen, 40, "chen", "breaker closed")
    assert (over.state, over.actor, over.comment) == (AlarmState.NORMAL, "chen", "breaker closed")


def test_a_latching_alarm_that_was_acknowledged_still_waits_for_its_reset() -> None:
    acknowledged = machine.acknowledged(active(), 20, "chen", "")
    assert machine.cleared(acknowledged, 30, latching=True).state is AlarmState.LATCHED_ACKNOWLEDGED


def test_only_what_is_latched_can_be_reset() -> None:
    for alarm in (active(), machine.cleared(active(), 20), machine.acknowledged(active(), 20, "chen", "")):
        with pytest.raises(machine.AlarmMoveError, match="not_latched"):
            machine.reset(alarm, 30, "chen", "")


def test_a_latched_alarm_that_comes_again_calls_again() -> None:
    seen = machine.acknowledged(machine.cleared(active(), 20, latching=True), 30, "chen", "")
    again = machine.raised(seen, 40, {})
    assert (again.state, again.count) == (AlarmState.UNACKNOWLEDGED, 2)


def test_what_is_quiet_by_design_calls_once_its_reason_is_gone_and_only_if_it_still_holds() -> None:
    quiet = machine.suppressed(active(), 20, "line_down:line_1")
    assert (quiet.state, quiet.comment) == (AlarmState.SUPPRESSED, "line_down:line_1")
    assert machine.released(quiet, 30).state is AlarmState.UNACKNOWLEDGED
    assert machine.cleared(quiet, 30).state is AlarmState.NORMAL
    with pytest.raises(machine.AlarmMoveError, match="nothing_to_acknowledge"):
        machine.acknowledged(quiet, 30, "chen", "")


def test_the_plants_design_does_not_touch_what_a_person_put_aside_or_must_reset() -> None:
    for alarm in (
        machine.shelved(active(), 20, 99, "chen", "known"),
        machine.out_of_service(active(), 20, "chen", "being replaced"),
        machine.cleared(active(), 20, latching=True),
    ):
        assert machine.suppressed(alarm, 30, "line_down:line_1") is alarm
        assert machine.released(alarm, 30) is alarm


def test_what_is_quiet_by_design_can_still_be_shelved() -> None:
    quiet = machine.suppressed(active(), 20, "line_down:line_1")
    shelved = machine.shelved(quiet, 30, 90, "chen", "known")
    assert machine.unshelved(shelved, 90, "").state is AlarmState.UNACKNOWLEDGED
