"""Bands that are scaled by how far past forecasts were off."""

from __future__ import annotations

import numpy as np
import pytest

from solver.twin.band_scale import BandScale, lead_of, machine_spread, shopfloor_spread

HOUR_MS = 3_600_000


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("truth", [0.02, 1.0, 30.0])
def test_whatever_the_errors_four_of_five_come_to_lie_within(truth: float, seed: int) -> None:
    rng, scale, inside = np.random.default_rng(seed), BandScale(), []
    for number in range(3000):
        wander = 2.0 if number > 2000 else 1.0  # the plant changes
        off = truth * wander * rng.standard_t(3)
        half = scale.half_kw(np.ones(1), np.zeros(1, np.int64), np.ones(1, np.int64))[0]
        inside.append(abs(off) <= half)
        scale.learn(off, 1.0, 0, 1)
    assert 0.78 <= np.mean(inside[300:]) <= 0.82


def test_what_is_learned_of_one_lead_says_nothing_of_another() -> None:
    scale = BandScale()
    for _ in range(50):
        scale.learn(10.0, 1.0, 2, 0)
    halves = scale.half_kw(np.ones(3), np.array([0, 1, 2]), np.zeros(3, np.int64))
    assert halves[:2].tolist() == [1.0, 1.0]
    assert halves[2] > 5
    assert lead_of(np.array([0, 3, 11, 12, 40]) * HOUR_MS).tolist() == [0, 1, 1, 2, 2]


def test_a_machine_is_least_sure_where_it_may_run_or_stand() -> None:
    spread, expected = machine_spread(np.array([0.3, 24.0, 48.0]), 0.3, 48.0)
    assert expected.tolist() == [0, 1, 2]
    assert spread[0] < spread[2] < spread[1]


def test_independent_bands_add_up_as_variances() -> None:
    halves = np.array([[3.0, 0.0], [4.0, 0.0]])
    assert shopfloor_spread(halves, 0.0) == pytest.approx([5.0, 0.0], abs=1e-5)
    assert shopfloor_spread(halves, 12.0) == pytest.approx([13.0, 12.0])
