"""What the twin says a batch will still take."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.remaining import (
    PowerMemory,
    _quantiles,
    end_with_pauses_ms,
    energy_quantiles,
    learned,
    nominal_belief,
    remaining,
    share_passed,
)

MINUTE = 60_000
HOUR = 60 * MINUTE
NOMINAL = nominal_belief(power_kw=48.0, running_min=770.0)


def test_before_any_batch_the_nominal_one_is_expected() -> None:
    said = remaining(NOMINAL, 0.0, 0, power_kw=48.0)
    assert said.energy_kwh is not None
    assert said.running_min is not None
    assert said.energy_kwh.median == pytest.approx(616.0, rel=1e-3)
    assert said.running_min.median == pytest.approx(770.0, rel=0.01)
    assert said.energy_kwh.low < 560 < 680 < said.energy_kwh.high


def test_batches_teach_their_level_and_their_spread() -> None:
    rng = np.random.default_rng(3)
    belief = learned(NOMINAL, 700.0 * np.exp(0.03 * rng.standard_normal(60)))
    assert belief.seen == 60
    assert belief.median_kwh == pytest.approx(700.0, rel=0.01)
    assert belief.log_sd < 0.06
    assert belief.log_sd < NOMINAL.log_sd


def test_a_batch_without_an_energy_teaches_nothing() -> None:
    assert learned(NOMINAL, [math.nan, 0.0, -5.0, math.inf]) == NOMINAL


def test_the_distribution_agrees_with_student_s_t() -> None:
    # 6 degrees of freedom: 95 % lies below 1.943 scales, 97.5 % below 2.447 (standard tables)
    scale, middle = NOMINAL.log_sd, NOMINAL.median_kwh
    assert share_passed(NOMINAL, middle * math.exp(1.943 * scale)) == pytest.approx(0.95, abs=1e-3)
    assert share_passed(NOMINAL, middle * math.exp(2.447 * scale)) == pytest.approx(0.975, abs=1e-3)
    assert share_passed(NOMINAL, middle) == pytest.approx(0.5, abs=1e-6)


def test_80_percent_bands_hold_80_of_100_batches_at_any_moment() -> None:
    rng = np.random.default_rng(11)
    inside, told, belief = 0, 0, NOMINAL
    for energy_kwh in 650.0 * np.exp(0.07 * rng.standard_normal(1000)):
        used = float(energy_kwh * rng.uniform(0, 1))
        band = remaining(belief, used, 0, power_kw=48.0).energy_kwh
        if band is not None:
            told += 1
            inside += band.low <= energy_kwh - used <= band.high
        belief = learned(belief, [float(energy_kwh)])
    assert told > 980
    assert 0.76 <= inside / told <= 0.84


def test_a_batch_beyond_nearly_all_others_is_overdue_and_promises_nothing() -> None:
    said = remaining(NOMINAL, 1000.0, 0, power_kw=48.0)
    assert said.overdue
    assert (said.energy_kwh, said.running_min, said.end_ms) == (None, None, None)


def test_planned_pauses_move_the_end_and_not_the_running_time() -> None:
    plain = remaining(NOMINAL, 300.0, 0, power_kw=48.0)
    paused = remaining(NOMINAL, 300.0, 0, power_kw=48.0, pauses=[(HOUR, 4 * HOUR)])
    assert plain.running_min == paused.running_min
    assert plain.end_ms is not None
    assert paused.end_ms is not None
    assert paused.end_ms.median - plain.end_ms.median == 3 * HOUR


@pytest.mark.parametrize(
    ("running_min", "pauses", "end_h"),
    [
        (60.0, [], 1),
        (60.0, [(-3 * HOUR, -2 * HOUR)], 1),
        (60.0, [(-1 * HOUR, 2 * HOUR)], 3),
        (60.0, [(2 * HOUR, 3 * HOUR)], 1),
        (180.0, [(4 * HOUR, 5 * HOUR), (1 * HOUR, 2 * HOUR)], 4),
        (240.0, [(4 * HOUR, 5 * HOUR), (1 * HOUR, 2 * HOUR)], 6),
    ],
)
def test_the_end_walks_around_the_pauses(
    running_min: float, pauses: list[tuple[int, int]], end_h: int
) -> None:
    assert end_with_pauses_ms(0, running_min, pauses) == end_h * HOUR


@settings(max_examples=150, deadline=None)
@given(
    used=st.floats(0, 900),
    power=st.floats(1, 200),
    energies=st.lists(st.floats(300, 900), max_size=20),
    pauses=st.lists(st.tuples(st.integers(-600, 900), st.integers(1, 300)), max_size=4),
)
def test_bands_are_ordered_and_never_negative(
    used: float, power: float, energies: list[float], pauses: list[tuple[int, int]]
) -> None:
    spans = [(at * MINUTE, (at + length) * MINUTE) for at, length in pauses]
    said = remaining(learned(NOMINAL, energies), used, 0, power_kw=power, pauses=spans)
    for band in (said.energy_kwh, said.running_min, said.end_ms):
        assert (band is None) == said.overdue
        if band is not None:
            assert 0 <= band.low <= band.median <= band.high


@settings(max_examples=100, deadline=None)
@given(less=st.floats(0, 700), more=st.floats(0, 200), share=st.floats(0.01, 0.99))
def test_who_used_more_will_use_no_less_in_all(less: float, more: float, share: float) -> None:
    shares = np.array([share])
    assert energy_quantiles(NOMINAL, less + more, shares) >= energy_quantiles(NOMINAL, less, shares) - 1e-6


def test_power_is_the_median_of_the_last_half_hour() -> None:
    memory = PowerMemory(nominal_kw=48.0)
    assert memory.median_kw == 48.0
    for minute in range(120):
        memory.add(minute * MINUTE, 90.0 if minute < 60 else 50.0)
    memory.add(120 * MINUTE, math.nan)
    assert memory.median_kw == 50.0


@settings(max_examples=50)
@given(
    st.lists(st.floats(0.0, 500.0), min_size=1, max_size=60),
    st.integers(1, 20),
)
def test_the_running_power_is_the_median_of_the_last_half_hour(powers: list[float], apart_min: int) -> None:
    memory = PowerMemory(48.0)
    for number, power_kw in enumerate(powers):
        memory.add(number * apart_min * MINUTE, power_kw)
    lasting = powers[-(30 // apart_min + 1) :]
    assert memory.median_kw == pytest.approx(float(np.median(lasting)))


@settings(max_examples=50)
@given(st.lists(st.floats(0.0, 1e6), min_size=2, max_size=300), st.tuples(*[st.floats(0.0, 1.0)] * 3))
def test_quantiles_are_numpy_s(values: list[float], shares: tuple[float, float, float]) -> None:
    assert _quantiles(np.array(values), shares) == pytest.approx(np.quantile(values, shares))
