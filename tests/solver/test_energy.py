"""Energy comes from the register where one can be believed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.energy import EnergyTotal, minute_energy

MINUTE = 60_000


def added(readings: list[tuple[float, float]], most_kw: float = 200.0) -> EnergyTotal:
    total = EnergyTotal(most_kw=most_kw)
    for minute, (power, register) in enumerate(readings):
        total.add(minute * MINUTE, power, register)
    return total


def test_constant_power_integrates_exactly() -> None:
    assert added([(48.0, math.nan)] * 61).total_kwh == pytest.approx(48.0)


def test_the_register_decides_over_sampled_power() -> None:
    readings = [(48.0, 1000.0 + 0.7 * minute) for minute in range(61)]
    assert added(readings).total_kwh == pytest.approx(42.0)


def test_a_gap_is_bridged_by_the_register() -> None:
    total = EnergyTotal(most_kw=200.0)
    total.add(0, 48.0, 500.0)
    total.add(180 * MINUTE, 48.0, 640.0)
    assert total.total_kwh == pytest.approx(140.0)


def test_without_a_register_a_gap_is_not_filled_with_power() -> None:
    total = EnergyTotal()
    total.add(0, 48.0)
    total.add(180 * MINUTE, 48.0)
    assert total.total_kwh <= 48.0 * 5 / 60


def test_a_register_that_reads_zero_once_makes_no_spike() -> None:
    readings = [(48.0, 1000.0 + 0.8 * minute) for minute in range(61)]
    readings[30] = (48.0, 0.0)
    assert added(readings).total_kwh == pytest.approx(48.0)


def test_a_register_that_was_reset_goes_on_from_zero() -> None:
    readings = [(48.0, (1000.0 if minute < 30 else -24.0) + 0.8 * minute) for minute in range(61)]
    assert added(readings).total_kwh == pytest.approx(48.0)


def test_the_total_between_readings_is_on_a_straight_line() -> None:
    total = added([(48.0, 100.0 + 0.8 * minute) for minute in range(11)])
    assert total.at(5 * MINUTE + 30_000) == pytest.approx(4.4)
    assert total.at(-1) == 0.0
    assert total.at(99 * MINUTE) == total.total_kwh


@settings(max_examples=100, deadline=None)
@given(
    powers=st.lists(st.floats(0, 150) | st.just(math.nan), min_size=2, max_size=80),
    lost=st.sets(st.integers(0, 79)),
    wrong=st.sets(st.integers(0, 79), max_size=3),
)
def test_the_total_never_falls_and_never_jumps(powers: list[float], lost: set[int], wrong: set[int]) -> None:
    register = 10_000 + np.cumsum([0.0 if math.isnan(kw) else kw / 60 for kw in powers])
    readings = [
        (kw, math.nan if i in lost else (7.0 if i in wrong else float(register[i])))
        for i, kw in enumerate(powers)
    ]
    total = added(readings, most_kw=150.0)
    assert np.all(np.diff(total.totals_kwh) >= 0)
    assert total.total_kwh <= 150.0 * len(powers) / 60 + 2.0


@settings(max_examples=100, deadline=None)
@given(powers=st.lists(st.floats(0, 150), min_size=3, max_size=200), ahead=st.integers(0, 20))
def test_minutes_add_up_to_the_whole(powers: list[float], ahead: int) -> None:
    times = MINUTE * np.arange(len(powers), dtype=np.int64)
    power = np.array(powers)
    minutes = minute_energy(times, power, None, start_ms=-ahead * MINUTE, minutes=len(powers) + ahead + 3)
    whole = float(np.sum(0.5 * (power[1:] + power[:-1]))) / 60
    assert float(np.sum(minutes.kwh)) == pytest.approx(whole, abs=1e-9)
    assert np.all(minutes.kwh >= 0)
    assert int(np.sum(minutes.covered)) == len(powers) - 1


def test_minutes_of_a_gap_are_not_covered() -> None:
    times = MINUTE * np.array([0, 1, 2, 32, 33, 34], dtype=np.int64)
    register = np.array([0.0, 0.8, 1.6, 25.6, 26.4, 27.2])
    minutes = minute_energy(times, np.full(6, 48.0), register, start_ms=0, minutes=34, most_kw=100.0)
    assert float(np.sum(minutes.kwh)) == pytest.approx(27.2)
    assert np.flatnonzero(~minutes.covered).tolist() == list(range(2, 32))


def test_without_any_reading_nothing_is_covered() -> None:
    nothing = minute_energy(np.zeros(0, dtype=np.int64), np.zeros(0), None, start_ms=0, minutes=5)
    assert not nothing.covered.any()
    assert nothing.kwh.tolist() == [0.0] * 5
