"""The alarm rules of a plant file, each on readings that went through the station."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest

from devices.line_events import LineChanged, LineEvent, MeterRead
from devices.reading import Quality, Reading, Reason
from hmi.plant_alarms import (
    AlarmRule,
    AlarmSettings,
    DemandRule,
    DeviationRule,
    FrozenRule,
    IdlingRule,
    KindTerms,
    LeakRule,
    LimitRule,
    OverrunRule,
    RateRule,
    StaleRule,
)
from hmi.station.payloads import HandleAlarm
from hmi.store.alarms import alarm
from hmi.store.records import Alarm, AlarmState, RequestKind
from solver.durations import MINUTE_MS

if TYPE_CHECKING:
    from conftest import Bench


class Field:
    """A station with rules of its own, whose meters say what the test wants, once a minute."""

    def __init__(self, bench: Bench, settings: AlarmSettings) -> None:
        self.bench = bench
        bench.world.plant = msgspec.structs.replace(bench.world.plant, alarms=settings)
        bench.start()
        self.power_kw = {"mill_1": 0.3, "mill_2": 0.3, "main": 5.0}
        self.silent: set[str] = set()
        self.minute = 0

    def events(self) -> list[LineEvent]:
        t_ms = self.bench.clock.now_ms()
        found: list[LineEvent] = []
        for meter, power_kw in self.power_kw.items():
            point = f"{meter}.power_kw"
            said = Reading(point, t_ms, power_kw)
            if meter in self.silent:
                said = Reading(point, t_ms, float("nan"), Quality.BAD, Reason.TIMEOUT)
            found.append(MeterRead(meter, t_ms, (said,)))
        return found

    def go(self, minutes: int, vary: bool = True) -> None:
        """So many minutes pass; real meters never say quite the same twice."""
        for _ in range(minutes):
            self.minute += 1
            if vary:
                self.power_kw = {
                    meter: kw + (0.001 if self.minute % 2 else -0.001) for meter, kw in self.power_kw.items()
                }
            self.bench.clock.move(self.bench.clock.now_ms() + MINUTE_MS)
            self.bench.watch.turn(self.events())

    def alarm(self, key: str) -> Alarm | None:
        return alarm(self.bench.world.store, key)

    def holds(self, key: str) -> bool:
        found = self.alarm(key)
        return found is not None and found.active


class Case(NamedTuple):
    """A rule, what brings its alarm, and what ends it."""

    rule: AlarmRule
    key: str
    begin: Callable[[Field], None]
    end: Callable[[Field], None]


def draws(meter: str, power_kw: float, minutes: int, vary: bool = True) -> Callable[[Field], None]:
    def act(field: Field) -> None:
        field.power_kw[meter] = power_kw
        field.go(minutes, vary)

    return act


def climbs(field: Field) -> None:
    for _ in range(4):
        draws("mill_1", field.power_kw["mill_1"] + 9.0, 1)(field)


def falls_silent(field: Field) -> None:
    field.silent.add("mill_1")
    field.go(12)


def speaks_again(field: Field) -> None:
    field.silent.clear()
    field.go(2)


CASES = [
    Case(
        LimitRule(id="hot", point="mill_1.power_kw", above=60.0, deadband=5.0),
        "limit:mill_1:hot",
        draws("mill_1", 70.0, 2),
        draws("mill_1", 50.0, 2),
    ),
    Case(
        LimitRule(id="low", point="main.power_kw", below=2.0),
        "limit:slurry:low",
        draws("main", 1.0, 2),
        draws("main", 4.0, 2),
    ),
    Case(
        RateRule(id="fast", point="mill_1.power_kw", most_per_min=5.0, over_min=3.0),
        "rate:mill_1:fast",
        climbs,
        draws("mill_1", 36.0, 8),
    ),
    Case(
        StaleRule(id="old", point="mill_1.power_kw", after_min=10.0),
        "stale_value:mill_1:old",
        falls_silent,
        speaks_again,
    ),
    Case(
        FrozenRule(id="stuck", point="mill_1.power_kw", after_min=10.0),
        "frozen_value:mill_1:stuck",
        draws("mill_1", 48.0, 12, vary=False),
        draws("mill_1", 48.4, 2),
    ),
    Case(
        DeviationRule(id="twin", machine="mill_1", over_min=10.0, ahead_min=0.0),
        "deviation:mill_1:twin",
        draws("mill_1", 47.0, 4),
        draws("mill_1", 47.0, 20),  # by then a newer forecast expects it
    ),
    Case(
        IdlingRule(id="idle", machine="mill_1", after_min=20.0),
        "idling:mill_1:idle",
        draws("mill_1", 8.0, 40),
        draws("mill_1", 0.3, 15),
    ),
    Case(
        OverrunRule(id="long", machine="mill_1", most_min=45.0),
        "overrun:mill_1:long",
        draws("mill_1", 48.0, 60),
        draws("mill_1", 0.3, 15),
    ),
    Case(
        LeakRule(id="leak", above_kw=12.0, deadband=2.0),
        "leak:slurry:leak",
        draws("main", 20.0, 15),
        draws("main", 5.0, 2),
    ),
    Case(
        DemandRule(id="demand", limit_kw=100.0, interval_min=15),
        "demand:slurry:demand",
        draws("main", 130.0, 20),  # at whatever minute of the interval it begins
        draws("main", 40.0, 20),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.key for case in CASES])
def test_a_rule_raises_its_alarm_on_readings_and_ends_it(bench: Bench, case: Case) -> None:
    field = Field(bench, AlarmSettings(rules=[case.rule]))
    field.go(15)
    assert not field.holds(case.key)
    case.begin(field)
    raised = field.alarm(case.key)
    assert raised is not None and raised.active, "the alarm did not come"
    assert raised.detail["rule"] == case.rule.id
    case.end(field)
    assert not field.holds(case.key)


def test_a_deviation_says_what_the_twin_had_expected_before_it_saw_the_change(bench: Bench) -> None:
    rule = DeviationRule(id="twin", machine="mill_1", over_min=10.0, ahead_min=20.0)
    field = Field(bench, AlarmSettings(rules=[rule]))
    field.go(40)
    draws("mill_1", 47.0, 12)(field)
    found = field.alarm("deviation:mill_1:twin")
    assert found is not None and found.active
    assert float(str(found.detail["expected_kw"])) < 1.0  # the crew's habit is to begin at nine
    assert float(str(found.detail["power_kw"])) > 5.0


def test_in_its_deadband_a_limit_neither_comes_nor_goes(bench: Bench) -> None:
    rule = LimitRule(id="hot", point="mill_1.power_kw", above=60.0, deadband=5.0)
    field = Field(bench, AlarmSettings(rules=[rule]))
    draws("mill_1", 58.0, 3)(field)
    assert not field.holds("limit:mill_1:hot")
    draws("mill_1", 61.0, 2)(field)
    draws("mill_1", 58.0, 3)(field)
    assert field.holds("limit:mill_1:hot")


def test_a_rule_is_quiet_by_design_while_its_machine_is_as_the_file_says(bench: Bench) -> None:
    rule = LimitRule(
        id="low", point="mill_1.power_kw", below=20.0, suppressed_while=["shutdown", "standby", "no-data"]
    )
    field = Field(bench, AlarmSettings(rules=[rule]))
    field.go(10)
    quiet = field.alarm("limit:mill_1:low")
    assert quiet is not None and (quiet.state, quiet.comment) == (AlarmState.SUPPRESSED, "standby")
    draws("mill_1", 12.0, 15)(field)
    called = field.alarm("limit:mill_1:low")
    assert called is not None and called.state is AlarmState.UNACKNOWLEDGED


def test_meters_on_a_line_that_is_down_are_quiet_by_design_and_get_time_to_answer_after_it(
    bench: Bench,
) -> None:
    field = Field(bench, AlarmSettings())
    field.go(5)
    bench.watch.turn([LineChanged("line_1", False, "gone", "port_lost")])
    field.silent = set(field.power_kw)
    field.go(10)
    silent = field.alarm("meter_silent:mill_1")
    assert silent is not None
    assert (silent.state, silent.comment) == (AlarmState.SUPPRESSED, "line_down:line_1")
    bench.watch.turn([LineChanged("line_1", True, "")])
    field.go(1)
    assert not field.holds("meter_silent:mill_1")
    field.go(30)
    assert field.alarm("meter_silent:mill_1").state is AlarmState.UNACKNOWLEDGED  # type: ignore[union-attr]


def test_a_kind_that_the_file_latches_is_reset_by_an_operator_and_not_by_a_viewer(bench: Bench) -> None:
    settings = AlarmSettings(kinds={"line_down": KindTerms(priority=1, latched=True)})
    field = Field(bench, settings)
    bench.watch.turn([LineChanged("line_1", False, "gone", "port_lost")])
    field.go(1)
    bench.watch.turn([LineChanged("line_1", True, "")])
    field.go(1)
    latched = field.alarm("line_down:line_1")
    assert latched is not None and (latched.state, latched.priority) == (AlarmState.LATCHED, 1)
    asked = HandleAlarm("line_down:line_1", "adapter is firm again")
    assert bench.ask("guest", RequestKind.RESET, asked).answer == "not_allowed"
    assert bench.ask("chen", RequestKind.RESET, asked).accepted
    assert bench.ask("chen", RequestKind.RESET, asked).answer == "not_latched"
    over = field.alarm("line_down:line_1")
    assert over is not None and (over.state, over.actor) == (AlarmState.NORMAL, "chen")


def test_a_disk_with_too_little_room_is_an_alarm(bench: Bench) -> None:
    free_mb = shutil.disk_usage(bench.world.data_dir).free // (1 << 20)
    field = Field(bench, AlarmSettings(least_free_mb=2 * free_mb + 1000))
    field.go(1)
    assert field.holds("disk_full:disk")
    replaced = Field(bench, AlarmSettings(least_free_mb=1))
    replaced.go(1)
    assert not replaced.holds("disk_full:disk")


def test_a_value_that_is_not_read_raises_no_rule_but_the_one_that_says_so(bench: Bench) -> None:
    rules: list[AlarmRule] = [
        LimitRule(id="low", point="mill_1.power_kw", below=10.0),
        FrozenRule(id="stuck", point="mill_1.power_kw", after_min=5.0),
        StaleRule(id="old", point="mill_1.power_kw", after_min=5.0),
    ]
    field = Field(bench, AlarmSettings(rules=[replace_priority(rule) for rule in rules]))
    draws("mill_1", 48.0, 5)(field)
    field.silent.add("mill_1")
    field.go(30)
    assert field.holds("stale_value:mill_1:old")
    assert not field.holds("limit:mill_1:low") and not field.holds("frozen_value:mill_1:stuck")


def replace_priority(rule: AlarmRule) -> AlarmRule:
    return msgspec.structs.replace(rule, priority=1)


def test_a_station_that_starts_while_a_meter_is_silent_knows_no_deviation(bench: Bench) -> None:
    field = Field(bench, AlarmSettings(rules=[DeviationRule(id="twin", machine="mill_1", ahead_min=0.0)]))
    field.go(30)  # by then the twin has said what it expects
    bench.start()
    field.silent.add("mill_1")
    field.go(5)
    assert field.alarm("deviation:mill_1:twin") is None


def test_what_the_plant_no_longer_has_calls_no_longer(bench: Bench) -> None:
    rule = LimitRule(id="hot", point="mill_1.power_kw", above=60.0)
    field = Field(bench, AlarmSettings(rules=[rule]))
    field.silent.add("mill_2")
    draws("mill_1", 70.0, 12)(field)
    assert field.holds("limit:mill_1:hot") and field.holds("meter_silent:mill_2")
    plant = bench.world.plant
    meters = [meter for meter in plant.meters if meter.id != "mill_2"]
    bench.world.plant = msgspec.structs.replace(plant, meters=meters, alarms=AlarmSettings())
    bench.start()
    del field.power_kw["mill_2"]
    field.go(2)
    for key in ("limit:mill_1:hot", "meter_silent:mill_2"):
        found = field.alarm(key)
        assert found is not None and (found.active, found.state) == (False, AlarmState.RETURNED)


def test_a_station_that_starts_anew_knows_the_rules_alarm_that_stood(bench: Bench) -> None:
    rule = LimitRule(id="hot", point="mill_1.power_kw", above=60.0)
    field = Field(bench, AlarmSettings(rules=[rule]))
    draws("mill_1", 70.0, 2)(field)
    again = Field(bench, AlarmSettings(rules=[rule]))
    draws("mill_1", 70.0, 2)(again)
    found = again.alarm("limit:mill_1:hot")
    assert found is not None and (found.count, found.active) == (1, True)
    assert replace(found, state=AlarmState.UNACKNOWLEDGED) == found
