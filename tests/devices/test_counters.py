"""A counter's readings: nothing is counted that cannot have flowed, and each event has its name."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.counters import Counter, CounterChange, CounterLimits, CounterStep
from devices.reading import Reason
from solver.durations import MINUTE_MS

LIMITS = CounterLimits(most_per_h=150.0, resolution=0.01, rolls_over_at=1_000_000.0)  # 100 kW rated


def run(readings: Sequence[float], limits: CounterLimits = LIMITS, serials: str = "") -> list[CounterStep]:
    """One reading a minute."""
    counter = Counter(limits)
    serials = serials or " " * len(readings)
    return [
        counter.take(minute * MINUTE_MS, value, serial.strip())
        for minute, (value, serial) in enumerate(zip(readings, serials, strict=True))
    ]


def changes(steps: list[CounterStep]) -> list[str]:
    return [step.change.value for step in steps]


def total(steps: list[CounterStep]) -> float:
    return sum(step.added for step in steps)


def test_a_counter_counts() -> None:
    steps = run([100.0, 101.0, 101.0, 102.5])
    assert changes(steps) == ["first", "counted", "counted", "counted"] and total(steps) == 2.5


def test_a_roll_over_loses_nothing() -> None:
    steps = run([999_999.0, 0.5, 1.5])
    assert changes(steps)[1:] == ["rolled_over", "counted"]
    assert total(steps) == pytest.approx(2.5)


def test_a_single_zero_is_a_glitch_and_counts_nothing() -> None:
    steps = run([5000.0, 5001.0, 0.0, 5002.0])
    assert changes(steps)[2:] == ["waiting", "glitch"]
    assert steps[2].reason is Reason.COUNTER_BACK and steps[3].reason is Reason.NONE
    assert total(steps) == pytest.approx(2.0)


def test_a_reset_is_believed_when_it_goes_on_from_there() -> None:
    steps = run([5000.0, 0.0, 1.0, 2.0, 3.0])
    assert changes(steps)[1:] == ["waiting", "waiting", "reset", "counted"]
    assert (steps[3].before, steps[3].after) == (5000.0, 2.0) and total(steps) == pytest.approx(3.0)


def test_a_forward_jump_waits_and_is_never_counted() -> None:
    steps = run([5000.0, 70_000.0, 70_001.0, 70_002.0, 70_003.0])
    assert changes(steps)[1:] == ["waiting", "waiting", "jumped", "counted"]
    assert steps[1].reason is Reason.COUNTER_JUMP and total(steps) == pytest.approx(3.0)


def test_a_counter_that_goes_on_lower_but_not_near_zero_was_moved() -> None:
    steps = run([5000.0, 3000.0, 3001.0, 3002.0])
    assert changes(steps)[-1] == "moved" and total(steps) == pytest.approx(2.0)


def test_another_serial_number_is_another_meter_at_once() -> None:
    steps = run([5000.0, 5001.0, 12.0, 13.0], serials="AABB")
    assert changes(steps)[1:] == ["counted", "replaced", "counted"] and total(steps) == pytest.approx(2.0)
    unknown = run([5000.0, 5001.0, 5002.0], serials="A A")  # a poll without the number changes nothing
    assert changes(unknown)[1:] == ["counted", "counted"]


def test_the_last_digit_may_tremble_without_being_counted() -> None:
    assert total(run([100.0, 99.99, 100.0, 99.99, 100.0, 100.01])) == pytest.approx(0.01)


def test_values_that_fit_nothing_wait_for_ever() -> None:
    steps = run([5000.0, 90_000.0, 40_000.0, 3.0, 70_000.0, 5001.0])
    assert changes(steps)[1:] == ["waiting"] * 4 + ["glitch"] and total(steps) == pytest.approx(1.0)


def test_a_counter_without_known_physics_is_still_told_from_its_resets() -> None:
    limits = CounterLimits(resolution=1.0)
    steps = run([9000.0, 9500.0, 4000.0, 4010.0, 4020.0, 0.0, 5.0, 10.0], limits)
    assert changes(steps)[4] == "moved" and changes(steps)[-1] == "reset"


def test_after_a_restart_it_goes_on_from_the_store() -> None:
    counter = Counter(LIMITS)
    counter.begin(0, 5000.0, "A")
    assert counter.take(MINUTE_MS, 5001.0, "A").added == pytest.approx(1.0)
    assert counter.take(2 * MINUTE_MS, 3.0, "B").change is CounterChange.REPLACED


flows = st.lists(st.floats(0.0, 2.4), min_size=2, max_size=40)  # kWh a minute: up to 144 kW


@given(flows, st.floats(0.0, 999_999.0))
def test_an_undisturbed_counter_adds_up_to_what_flowed_across_any_roll_over(flow, start) -> None:
    readings = [start]
    for kwh in flow:
        readings.append((readings[-1] + kwh) % 1_000_000.0)
    assert total(run(readings)) == pytest.approx(math.fsum(flow), abs=0.02 * len(flow) + 1e-6)


@given(flows, st.floats(1000.0, 900_000.0), st.data())
def test_single_wrong_readings_change_nothing(flow, start, data) -> None:
    readings = [start]
    for kwh in flow:
        readings.append(readings[-1] + kwh)
    plain = total(run(readings))
    wrong = st.one_of(st.just(0.0), st.floats(0.0, start - 10.0), st.floats(start + 500.0, 999_999.0))
    at = data.draw(st.integers(1, len(readings) - 1), label="where")
    spoiled = [*readings[:at], data.draw(wrong, label="wrong"), *readings[at + 1 :], readings[-1]]
    assert total(run(spoiled)) == pytest.approx(plain, abs=0.05)


@given(st.lists(st.floats(0.0, 999_999.0), min_size=1, max_size=60))
def test_whatever_is_read_no_more_is_counted_than_can_have_flowed(readings) -> None:
    steps = run(readings)
    assert all(step.added >= 0.0 for step in steps)
    hours = (len(readings) - 1) / 60
    assert total(steps) <= 150.0 * hours + 0.03 * len(readings)
