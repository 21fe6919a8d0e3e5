"""Energy against power, and values against the last ones, as a meter's polls come in."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.counters import CounterChange
from devices.decoding import block_readings, encode
from devices.line_events import MeterOnLine, MeterRead
from devices.meter_watch import MeterWatch
from devices.profile import MeterProfile, Quantity, QuantitySpec, load_profile, read_blocks
from devices.reading import Quality, Reason
from devices.reconciliation import Finding, OtherOrder, Sample, Verdict, find, usual_factors

POLL_S = 60.0
RATED_KW = 160.0
Said = Callable[[Quantity, float], float]


def mill_kw(minute: float) -> float:
    """A mill that idles, runs and idles again; it never stands still."""
    return 48.0 + 3.0 * math.sin(minute / 7) if int(minute) % 120 < 90 else 3.0


def as_it_is(quantity: Quantity, value: float) -> float:
    return value


class Meter:
    """A meter of some profile with its registers, read through another (perhaps a wrong) profile."""

    def __init__(self, own: MeterProfile, read_as: MeterProfile, said: Said = as_it_is, **on_line) -> None:
        self.own = {spec.name: spec for spec in own.quantities}
        self.on_line = MeterOnLine("mill_25", 25, read_as, POLL_S, **on_line)
        self.watch = MeterWatch(self.on_line, RATED_KW)
        self.said = said
        self.kwh = 20_000.0
        self.minute = 0

    def poll(self) -> MeterRead:
        self.minute += 1
        step_s = 10
        for second in range(0, 60, step_s):
            self.kwh += mill_kw(self.minute - 1 + second / 60) * step_s / 3600
        values = {Quantity.POWER: mill_kw(self.minute), Quantity.ENERGY: self.kwh}
        readings = []
        for block in read_blocks(self.on_line.profile, most_hole=0):
            registers: tuple[int, ...] = ()
            for spec in block.quantities:
                value = self.said(spec.name, values.get(spec.name, 50.0 if "hz" in spec.name else 0.5))
                registers += encode(self.own[spec.name], value)
            readings += block_readings(self.on_line, block, registers, self.minute * 60_000)
        return self.watch.take(MeterRead("mill_25", self.minute * 60_000, tuple(readings))).read

    def after(self, hours: float) -> Finding | None:
        for _ in range(round(hours * 60)):
            self.poll()
        return self.watch.finding


def only(profile: MeterProfile) -> MeterProfile:
    return profile.with_quantities((Quantity.POWER, Quantity.ENERGY))


def changed(profile: MeterProfile, name: Quantity, **keys) -> MeterProfile:
    def change(spec: QuantitySpec) -> QuantitySpec:
        return msgspec.structs.replace(spec, **keys) if spec.name is name else spec

    return msgspec.structs.replace(profile, quantities=tuple(map(change, profile.quantities)))


SDM630 = only(load_profile("eastron_sdm630"))
EM340 = only(load_profile("carlo_gavazzi_em340"))
COUNTIS = only(load_profile("socomec_countis_e23"))
WITH_POWER_AND_ENERGY = (
    "abb_b23",
    "acrel_adw300",
    "carlo_gavazzi_em340",
    "eastron_sdm630",
    "janitza_umg96rm",
    "schneider_iem3155",
    "siemens_pac2200",
    "socomec_countis_e23",
)


@pytest.mark.parametrize("name", WITH_POWER_AND_ENERGY)
def test_a_meter_that_is_read_rightly_agrees_with_itself(name: str) -> None:
    profile = only(load_profile(name))
    finding = Meter(profile, profile).after(5)
    assert finding is not None and finding.verdict is Verdict.AGREES


@pytest.mark.parametrize(("quantity", "factor"), [(Quantity.POWER, 40.0), (Quantity.ENERGY, 1 / 40.0)])
def test_a_ct_ratio_that_applies_to_one_of_both_is_named(quantity: Quantity, factor: float) -> None:
    read_as = changed(SDM630, quantity, ratios=())
    meter = Meter(SDM630, read_as, lambda name, value: value / 40.0, ct_ratio=40.0)
    finding = meter.after(2)
    assert finding is not None and finding.verdict is Verdict.WRONG_FACTOR
    assert finding.factor == pytest.approx(factor)


def test_a_unit_that_is_wrong_by_a_thousand_is_named() -> None:
    finding = Meter(SDM630, changed(SDM630, Quantity.POWER, unit="kW", high=1e6)).after(2)
    assert finding is not None and finding.verdict is Verdict.WRONG_FACTOR
    assert finding.factor == pytest.approx(0.001)


def test_power_with_the_wrong_sign_is_named() -> None:
    finding = Meter(SDM630, changed(SDM630, Quantity.POWER, positive="export")).after(2)
    assert finding is not None and (finding.verdict, finding.factor) == (Verdict.WRONG_SIGN, -1.0)


def test_clamps_the_wrong_way_round_are_named_when_the_import_counter_stands() -> None:
    def said(name: Quantity, value: float) -> float:
        return -value if name is Quantity.POWER else 20_000.0

    finding = Meter(SDM630, SDM630, said).after(2)
    assert finding is not None and finding.verdict is Verdict.WRONG_SIGN


@pytest.mark.parametrize(
    ("own", "quantity", "orders"),
    [
        (SDM630, Quantity.POWER, ("little", "big")),
        (SDM630, Quantity.ENERGY, ("little", "big")),
        (SDM630, Quantity.POWER, ("big", "little")),
        (SDM630, Quantity.ENERGY, ("little", "little")),
        (EM340, Quantity.POWER, ("big", "big")),
        (EM340, Quantity.ENERGY, ("big", "big")),
        (only(load_profile("abb_b23")), Quantity.ENERGY, ("little", "big")),
    ],
)
def test_a_wrong_word_or_byte_order_is_named_with_the_right_one(own, quantity, orders) -> None:
    right = next(spec for spec in own.quantities if spec.name is quantity)
    read_as = changed(own, quantity, word_order=orders[0], byte_order=orders[1])
    finding = Meter(own, read_as).after(3)
    assert finding is not None and finding.verdict is Verdict.WRONG_ORDER
    assert finding.order is not None and finding.order.quantity is quantity
    assert (finding.order.word_order, finding.order.byte_order) == (right.word_order, right.byte_order)


def test_a_counter_that_stands_while_power_flows_is_unexplained() -> None:
    finding = Meter(SDM630, SDM630, lambda name, value: 5.0 if name is Quantity.ENERGY else value).after(2)
    assert finding is not None and finding.verdict is Verdict.UNEXPLAINED


def test_one_odd_interval_is_no_verdict() -> None:
    odd = range(60, 75)
    meter = Meter(SDM630, SDM630)
    meter.said = lambda name, value: value * (3 if meter.minute in odd and name is Quantity.POWER else 1)
    verdicts = set()
    for _ in range(150):
        meter.poll()
        verdicts.add(meter.watch.finding.verdict if meter.watch.finding else None)
    assert verdicts <= {None, Verdict.AGREES}


def test_a_counter_of_whole_kilowatt_hours_gets_the_time_it_needs() -> None:
    def said(name: Quantity, value: float) -> float:
        return value / 10.0  # a small machine: 0.3 to 5 kW, against a counter of whole kWh

    finding = Meter(COUNTIS, COUNTIS, said).after(14)
    assert finding is not None and finding.verdict is Verdict.AGREES


def test_a_machine_that_stands_still_says_nothing() -> None:
    meter = Meter(SDM630, SDM630, lambda name, value: 0.0 if name is Quantity.POWER else 7.0)
    assert meter.after(10) is None


@settings(max_examples=40)
@given(st.lists(st.floats(0.0, 150.0), min_size=16, max_size=40), st.floats(0.0, 1.0))
def test_no_course_of_power_is_taken_for_a_fault(levels, at) -> None:
    """Power that changes once at any moment between polls: the counter has it exactly, the polls do not."""
    samples, kwh = [], 1000.0
    for minute, (old, new) in enumerate(pairwise(levels)):
        samples.append(Sample(minute * 60_000, old, kwh))
        kwh += (old * at + new * (1.0 - at)) / 60
    samples.append(Sample((len(levels) - 1) * 60_000, levels[-1], kwh))
    finding = find(samples, kwh - 1000.0, 0.001)
    assert finding.verdict in (Verdict.AGREES, Verdict.TOO_LITTLE)


def test_an_order_in_which_nothing_fits_is_not_named() -> None:
    samples = [Sample(minute * 60_000, 10.0, 1000.0) for minute in range(20)]
    other = OtherOrder(Quantity.ENERGY, "little", "big", (math.nan,) * 20)
    assert find(samples, 0.0, 0.001, [other]).verdict is Verdict.UNEXPLAINED


def test_usual_factors_hold_the_configured_ratios() -> None:
    factors = usual_factors([40.0, 100.0])
    assert {40.0, 100.0, 4000.0, 1 / 4000.0, 0.001} <= set(factors) and 1.0 not in factors


def test_a_glitch_of_the_counter_is_uncertain_and_a_reset_is_an_event() -> None:
    meter = Meter(SDM630, SDM630)
    for _ in range(5):
        meter.poll()
    meter.said = lambda name, value: 0.0 if name is Quantity.ENERGY else value
    energy = next(reading for reading in meter.poll().readings if "energy" in reading.point)
    assert (energy.quality, energy.reason) == (Quality.UNCERTAIN, Reason.COUNTER_BACK)
    meter.said = as_it_is
    energy = next(reading for reading in meter.poll().readings if "energy" in reading.point)
    assert energy.quality is Quality.GOOD
    meter.kwh = 0.0
    events = [event for _ in range(4) for event in meter.watch.take(_energy(meter)).events]
    assert [event.change for event in events] == [CounterChange.RESET]
    assert events[0].before > 20_000 and events[0].after < 10


def _energy(meter: Meter) -> MeterRead:
    """A poll that has not been judged yet."""
    meter.minute += 1
    meter.kwh += 0.5
    spec = meter.on_line.profile.quantity(Quantity.ENERGY)
    block = next(
        block for block in read_blocks(meter.on_line.profile, most_hole=0) if spec in block.quantities
    )
    t_ms = meter.minute * 60_000
    return MeterRead(
        "mill_25", t_ms, tuple(block_readings(meter.on_line, block, encode(spec, meter.kwh), t_ms))
    )


def test_a_meter_with_another_serial_number_is_another_meter() -> None:
    meter = Meter(SDM630, SDM630)
    reads = [meter.poll() for _ in range(2)]
    again = MeterWatch(meter.on_line, RATED_KW)
    again.begin(reads[-1].readings, "77001234")
    meter.kwh = 3.0
    watched = again.take(_with_serial(_energy(meter), "77009999"))
    assert [event.change for event in watched.events] == [CounterChange.REPLACED]
    assert watched.read.readings[0].quality is Quality.GOOD


def _with_serial(read: MeterRead, serial: str) -> MeterRead:
    return MeterRead(read.meter, read.t_ms, read.readings, serial)


def test_a_value_that_jumps_is_uncertain_until_it_is_seen_again() -> None:
    profile = load_profile("eastron_sdm630").with_quantities((Quantity.FREQUENCY, Quantity.POWER))
    meter = Meter(profile, profile)
    qualities = []
    for hertz in (50.0, 50.01, 60.0, 50.0, 55.0, 55.1, 55.2):
        meter.said = lambda name, value, hertz=hertz: hertz if name is Quantity.FREQUENCY else value
        reading = next(item for item in meter.poll().readings if "hz" in item.point)
        qualities.append(reading.reason)
    assert qualities == ["", "", Reason.JUMP, "", Reason.JUMP, "", ""]


def test_more_than_a_machine_can_draw_is_uncertain() -> None:
    meter = Meter(SDM630, SDM630, lambda name, value: 20 * value if name is Quantity.POWER else value)
    reading = next(item for item in meter.poll().readings if "power" in item.point)
    assert (reading.quality, reading.reason) == (Quality.UNCERTAIN, Reason.BEYOND_RATING)
    assert reading.value == pytest.approx(20 * mill_kw(1))
