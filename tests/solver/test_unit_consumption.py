"""A batch now against the baseline's: the saving's sign, its band, and what a few batches may not say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from solver.remaining import student_quantile
from solver.unit_consumption import unit_change


def test_a_tenth_less_a_unit_saves_a_tenth_of_what_the_baseline_would_have_taken() -> None:
    change = unit_change([(90.0, 1.0)] * 4, [(100.0, 1.0)] * 5)
    assert change.share == pytest.approx(-0.1)
    assert (change.saved_kwh, change.band_kwh) == (pytest.approx(40.0), 0.0)


def test_by_the_tonne_a_heavy_batch_counts_for_more() -> None:
    change = unit_change([(100.0, 10.0), (400.0, 50.0)], [(480.0, 60.0)])
    assert change.mean == pytest.approx(500 / 60) and change.baseline_mean == pytest.approx(8.0)


def test_two_batches_have_no_band_and_none_no_figures() -> None:
    assert math.isnan(unit_change([(90.0, 1.0)] * 2, [(100.0, 1.0)] * 9).band_kwh)
    nothing = unit_change([], [(100.0, 1.0)] * 9)
    assert math.isnan(nothing.mean) and math.isnan(nothing.saved_kwh)


def test_the_band_holds_the_true_saving_about_as_often_as_it_says() -> None:
    """600 trials of ten batches against eight of the same kind: 80 % of the bands hold the true nothing."""
    drawn = np.random.default_rng(7)
    held = 0
    for _ in range(600):
        tonnes = drawn.uniform(35, 45, 18)
        batches = np.column_stack((10 * tonnes + drawn.normal(0, 12, 18), tonnes))
        change = unit_change(batches[:10], batches[10:])
        held += abs(change.saved_kwh) <= change.band_kwh
    assert 0.77 < held / 600 < 0.90  # rather too wide: the degrees of freedom are the smaller side's


@pytest.mark.parametrize(("degrees", "known"), [(2, 1.8856), (9, 1.3830), (30, 1.3104)])
def test_student_s_quantile_is_the_table_s(degrees: int, known: float) -> None:
    assert student_quantile(0.9, degrees) == pytest.approx(known, abs=2e-4)
