"""The station says when reality has left the band of the plan in force."""

from __future__ import annotations

from dataclasses import replace

from hmi.station.codes import AlarmKind
from hmi.station.payloads import EndPlan
from hmi.store.alarms import alarms
from hmi.store.records import Alarm, AlarmState, RequestKind
from tests.hmi.station.watch.conftest import Bench


def departed(bench: Bench) -> list[Alarm]:
    return [alarm for alarm in alarms(bench.world.store) if alarm.kind == AlarmKind.PLAN_DEPARTED]


def go(bench: Bench, minutes: int, batch_min: int) -> None:
    """Time passes; a mill's batch is over, and discharged, after so many minutes of running."""
    ran = dict.fromkeys(bench.plc, 0)
    for _ in range(minutes):
        bench.go(1)
        for mill, status in bench.plc.items():
            ran[mill] += status.running
            if ran[mill] == batch_min:
                bench.plc[mill] = replace(status, running=False, charged=False)


def test_while_the_plan_is_carried_out_nothing_is_said(bench: Bench) -> None:
    bench.approved()
    go(bench, 180, 30)
    assert departed(bench) == []


def test_mills_that_run_on_depart_from_the_plan_with_evidence_until_it_ends(bench: Bench) -> None:
    plan_id = bench.approved()
    go(bench, 130, 500)
    (alarm,) = departed(bench)
    assert alarm.state is AlarmState.UNACKNOWLEDGED
    assert alarm.detail["plan_id"] == plan_id
    assert float(str(alarm.detail["measured_kw"])) > float(str(alarm.detail["high_kw"]))
    assert alarm.detail["machines"] == "mill_1, mill_2"
    assert int(str(alarm.detail["minutes"])) >= 45
    answered = bench.ask("liu", RequestKind.STOP_PLAN, EndPlan(plan_id, "planned again"))
    assert answered.accepted
    bench.turn(1)
    (alarm,) = departed(bench)
    assert alarm.state is AlarmState.RETURNED
