"""Bands that are scaled by how far past forecasts were off."""

from __future__ import annotations

import numpy as np
import pytest

from solver.durations import HOUR_MS
from solver.twin.band_scale import BandScale, machine_spread, shopfloor_spread


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("truth", [0.02, 1.0, 30.0])
def test_whatever_the_errors_four_of_five_come_to_lie_within(truth: float, seed: int) -> None:
    rng, scale, inside = np.random.default_rng(seed), BandScale(), []
    for number in range(3000):
        wander = 2.0 if number > 2000 else 1.0  # the plant changes
        off = truth * wander * rng.standard_t(3)
        half = scale.half_kw(np.ones(1), np.array([HOUR_MS]), np.ones(1, np.int64))[0]
        inside.append(abs(off) <= half)
        scale.learn(off, 1.0, HOUR_MS, 1)
    assert 0.78 <= np.mean(inside[300:]) <= 0.82


def test_what_is_learned_of_one_lead_says_less_the_further_another_is_and_nothing_past_the_next() -> None:
    scale = BandScale()
    for _ in range(50):
        scale.learn(10.0, 1.0, 30 * HOUR_MS, 0)
    ahead_ms = np.array([1, 6, 12, 18, 24, 40]) * HOUR_MS
    halves = scale.half_kw(np.ones(6), ahead_ms, np.zeros(6, np.int64))
    assert halves[:2].tolist() == [1.0, 1.0]
    assert halves[1] < halves[2] < halves[3] < halves[4] == halves[5]
    assert halves[4] > 5


def test_no_band_jumps_from_one_quarter_of_an_hour_to_the_next() -> None:
    scale = BandScale(log_scale=[[0.3] * 3, [1.1] * 3, [-0.1] * 3])
    ahead_ms = np.arange(4, 160) * HOUR_MS // 4
    halves = scale.half_kw(np.ones(len(ahead_ms)), ahead_ms, np.zeros(len(ahead_ms), np.int64))
    assert np.max(np.abs(np.diff(np.log(halves)))) < 0.15


def test_a_machine_is_least_sure_where_it_may_run_or_stand() -> None:
    spread, expected = machine_spread(np.array([0.3, 24.0, 48.0]), 0.3, 48.0)
    assert expected.tolist() == [0, 1, 2]
    assert spread[0] < spread[2] < spread[1]


def test_independent_bands_add_up_as_variances() -> None:
    halves = np.array([[3.0, 0.0], [4.0, 0.0]])
    assert shopfloor_spread(halves, 0.0) == pytest.approx([5.0, 0.0], abs=1e-5)
    assert shopfloor_spread(halves, 12.0) == pytest.approx([13.0, 12.0])
