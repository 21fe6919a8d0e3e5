"""What the batch under way will still take, and whether its bands keep their word."""

from __future__ import annotations

import numpy as np
import pytest

from solver.remaining import nominal_belief
from solver.twin.outlook import BatchOutlook
from tests.bench.twin_remaining import covered

NOMINAL = nominal_belief(48.0, 780.0)


@pytest.mark.nightly
def test_bands_hold_four_of_five_over_a_thousand_batches_and_a_change_of_recipe() -> None:
    for labelled in (True, False):
        found = covered(3, labelled=labelled)
        assert 0.78 <= found["running covered"] <= 0.82
        assert 0.78 <= found["wall covered"] <= 0.82
        assert 0.74 <= found["after covered"] <= 0.86  # 300 questions about 100 batches
        assert found["negative"] == 0


def test_a_recipe_has_its_own_belief_and_a_new_one_begins_wide() -> None:
    outlook = BatchOutlook(NOMINAL)
    for _ in range(20):
        outlook.ended("coarse", 600.0, 750.0, complete=True)
        outlook.ended("fine", 900.0, 1100.0, complete=True)
    assert outlook.belief("coarse").median_kwh == pytest.approx(600.0, rel=0.02)
    assert outlook.belief("fine").median_kwh == pytest.approx(900.0, rel=0.02)
    new = outlook.belief("other")
    assert 600 < new.median_kwh < 900
    assert new.log_sd > 2 * outlook.belief("fine").log_sd


def test_a_new_recipe_is_as_sure_of_its_second_batch_as_the_others_of_theirs() -> None:
    outlook, rng = BatchOutlook(NOMINAL), np.random.default_rng(1)
    for energy_kwh in 600 * rng.lognormal(0, 0.05, 40):
        outlook.ended("coarse", energy_kwh, 750.0, complete=True)
    outlook.ended("fine", 750.0, 940.0, complete=True)
    assert outlook.belief("fine").median_kwh == pytest.approx(750.0, rel=0.02)
    assert outlook.belief("fine").log_sd < 2 * outlook.belief("coarse").log_sd


def test_two_batches_far_astray_are_another_kind_and_one_is_none() -> None:
    outlook, rng = BatchOutlook(NOMINAL), np.random.default_rng(1)
    for energy_kwh in 600 * rng.lognormal(0, 0.05, 40):
        outlook.ended("", energy_kwh, 750.0, complete=True)
    before = outlook.belief()
    outlook.ended("", 900.0, 1100.0, complete=True)
    assert outlook.belief() == before
    outlook.ended("", 920.0, 1100.0, complete=True)
    assert outlook.belief().median_kwh == pytest.approx(910.0, rel=0.01)
    assert outlook.belief().log_sd < 2 * before.log_sd


def test_a_batch_that_was_not_seen_whole_teaches_nothing() -> None:
    outlook = BatchOutlook(NOMINAL)
    outlook.ended("", 300.0, 300.0, complete=False)
    assert outlook.belief() == NOMINAL


def test_what_is_left_is_never_negative_and_an_overdue_batch_says_so() -> None:
    outlook = BatchOutlook(NOMINAL)
    overdue = []
    for used in np.linspace(0.0, 2 * NOMINAL.median_kwh, 60).tolist():
        said = outlook.remaining("", used, used / 48 * 60, 0, power_kw=48.0)
        overdue.append(said.overdue)
        if said.running_min is not None and said.energy_kwh is not None:
            assert 0 <= said.running_min.low <= said.running_min.median <= said.running_min.high
            assert said.energy_kwh.low >= 0
        else:
            assert said.overdue
    assert overdue == sorted(overdue)
    assert overdue[-1]
