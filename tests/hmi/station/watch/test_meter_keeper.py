"""A meter that is read wrongly, or whose counter begins anew, raises an alarm; what is doubtful says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.line_events import MeterOnLine, MeterRead, Misfit
from devices.profile import Quantity, load_profile
from devices.reading import Quality, Reading, Reason
from hmi.station.watch import Watch
from hmi.store.alarms import alarms
from hmi.store.readings import energy_between, walk
from hmi.store.records import Alarm
from solver.durations import MINUTE_MS

METER = MeterOnLine("mill_1", 11, load_profile("eastron_sdm630"), 60.0)


class MeterBench:
    """A station's turn whose first mill's meter says what the test wants, once a minute."""

    def __init__(self, bench) -> None:
        self.world, self.clock = bench.world, bench.clock
        self.meter = next(item.id for item in self.world.plant.meters if item.measures == "mill_1")
        self.serial = ""
        self.misfit: Misfit | None = None
        self.kwh = 5000.0
        self.counts: Callable[[float], float] = float
        self.start()

    def start(self) -> None:
        """A station's start."""
        on_line = MeterOnLine(self.meter, METER.unit, METER.profile, METER.poll_s)
        self.watch = Watch(self.world.store, self.world.plant, self.clock, [].append, [on_line])

    def minutes(self, count: int, power_kw: float = 48.0) -> None:
        for _ in range(count):
            self.clock.move(self.clock.now_ms() + MINUTE_MS)
            self.kwh += power_kw / 60
            self.watch.turn([self.poll(power_kw, self.counts(self.kwh))])

    def poll(self, power_kw: float, energy_kwh: float) -> MeterRead:
        t_ms = self.clock.now_ms()
        said = {Quantity.POWER: power_kw, Quantity.ENERGY: energy_kwh}
        readings = tuple(Reading(f"{self.meter}.{name}", t_ms, value) for name, value in said.items())
        return MeterRead(self.meter, t_ms, readings, self.serial, self.misfit)

    def alarm(self, kind: str) -> Alarm | None:
        return next((item for item in alarms(self.world.store) if item.key == f"{kind}:{self.meter}"), None)

    def energy(self, from_ms: int) -> list[Reading]:
        return list(walk(self.world.store, f"{self.meter}.energy_kwh", from_ms, self.clock.now_ms() + 1))


@pytest.fixture
def meter(bench) -> MeterBench:
    return MeterBench(bench)


def test_a_meter_that_is_read_rightly_raises_nothing(meter: MeterBench) -> None:
    meter.minutes(80)
    assert meter.alarm("meter_misread") is None and meter.alarm("counter_changed") is None


def test_a_wrong_ct_ratio_is_an_alarm_that_names_it_and_goes_when_it_is_mended(meter: MeterBench) -> None:
    meter.counts = lambda kwh: kwh / 40.0
    meter.minutes(70)
    alarm = meter.alarm("meter_misread")
    assert alarm is not None and alarm.active
    assert (alarm.detail["reason"], alarm.detail["factor"]) == ("wrong_factor", "1/40")
    meter.counts = float
    meter.minutes(40)
    mended = meter.alarm("meter_misread")
    assert mended is not None and not mended.active


@pytest.mark.expects_log
@pytest.mark.parametrize(("says", "reason"), [("0x89", "other_model"), ("", "model_not_told")])
def test_a_meter_that_does_not_fit_its_profile_is_an_alarm_until_it_does(
    meter: MeterBench, says: str, reason: str
) -> None:
    meter.misfit = Misfit("FC03 0xfc02", "0x70", says)
    meter.minutes(2)
    alarm = meter.alarm("other_model")
    assert alarm is not None and alarm.active
    assert alarm.detail == {
        "reason": reason,
        "profile": "Eastron SDM630",
        "register": "FC03 0xfc02",
        "says": says or "–",
        "expected": "0x70",
    }
    meter.misfit = None
    meter.minutes(1)
    over = meter.alarm("other_model")
    assert over is not None and not over.active


def test_a_glitch_is_stored_as_uncertain_and_counts_nothing(meter: MeterBench) -> None:
    meter.minutes(5)
    from_ms = meter.clock.now_ms()
    meter.counts = lambda kwh: 0.0
    meter.minutes(1)
    meter.counts = float
    meter.minutes(5)
    readings = meter.energy(from_ms)
    doubtful = [reading for reading in readings if reading.quality is not Quality.GOOD]
    assert [(item.quality, item.reason) for item in doubtful] == [(Quality.UNCERTAIN, Reason.COUNTER_BACK)]
    used = energy_between(meter.world.store, f"{meter.meter}.energy_kwh", from_ms, meter.clock.now_ms())
    assert used.kwh == pytest.approx(48.0 * 6 / 60) and used.coverage == 1.0
    assert meter.alarm("counter_changed") is None


def test_a_reset_is_an_alarm_for_an_hour_with_both_values(meter: MeterBench) -> None:
    meter.minutes(5)
    meter.kwh = 0.0
    meter.minutes(4)
    alarm = meter.alarm("counter_changed")
    assert alarm is not None and alarm.active
    assert alarm.detail["reason"] == "counter_reset" and alarm.detail["quantity"] == "energy_kwh"
    assert float(str(alarm.detail["before"])) == pytest.approx(5004.0)
    assert float(str(alarm.detail["after"])) < 4.0
    meter.minutes(65)
    over = meter.alarm("counter_changed")
    assert over is not None and not over.active


def test_a_meter_replaced_while_the_station_was_down_is_noticed(meter: MeterBench) -> None:
    meter.serial = "77001234"
    meter.minutes(3)
    meter.clock.move(meter.clock.now_ms() + 3 * 60 * MINUTE_MS)
    meter.start()
    meter.serial, meter.kwh = "77009999", 5100.0  # a value that could have been reached
    meter.minutes(1)
    alarm = meter.alarm("counter_changed")
    assert alarm is not None and alarm.detail["reason"] == "counter_replaced"


def test_a_meter_that_hands_out_the_same_for_ever_is_stale_and_not_relied_on(meter: MeterBench) -> None:
    def frozen() -> MeterRead:
        t_ms = meter.clock.now_ms()
        said = {"power_kw": 48.0, "voltage_v": 230.12, "current_a": 77.7, "frequency_hz": 50.01}
        readings = tuple(Reading(f"{meter.meter}.{name}", t_ms, value) for name, value in said.items())
        return MeterRead(meter.meter, t_ms, readings)

    for _ in range(20):
        meter.clock.move(meter.clock.now_ms() + MINUTE_MS)
        meter.watch.turn([frozen()])
    stored = list(walk(meter.world.store, f"{meter.meter}.power_kw", 0, meter.clock.now_ms() + 1))
    assert (stored[-1].quality, stored[-1].reason) == (Quality.UNCERTAIN, Reason.STALE)
    assert stored[-15].quality is Quality.GOOD
    silent = meter.alarm("meter_silent")
    assert silent is not None and silent.active
