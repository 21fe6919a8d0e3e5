"""When reality has left the band of what was expected."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.twin.departure import AGAIN, departure

EXPECTED = np.full(20, 100.0)
CURVES = [EXPECTED, EXPECTED - 10, EXPECTED + 10]


def test_an_hour_on_one_side_is_a_departure_with_its_beginning_and_its_means() -> None:
    found = departure(CURVES, np.array([100.0, 95.0, 130.0, 130.0, 120.0, 140.0]), 0.05)
    assert found is not None
    assert (found.first, found.last) == (2, 5)
    assert (found.measured_kw, found.expected_kw) == (130.0, 100.0)
    assert (found.low_kw, found.high_kw) == (90.0, 110.0)


def test_load_on_both_sides_in_turns_is_none() -> None:
    assert departure(CURVES, np.array([130.0, 60.0] * 4), 0.05) is None


def test_a_little_beside_a_narrow_band_is_none() -> None:
    assert departure(CURVES, np.full(8, 114.0), 0.05) is None
    assert departure(CURVES, np.full(8, 116.0), 0.05) is not None


def test_reality_that_came_back_is_none() -> None:
    assert departure(CURVES, np.array([130.0] * 6 + [101.0]), 0.05) is None


@given(st.lists(st.sampled_from([math.nan, 130.0]), min_size=1, max_size=20))
def test_what_was_not_read_neither_makes_a_departure_nor_ends_one(measured: list[float]) -> None:
    found = departure(CURVES, np.array(measured), 0.05)
    read = [index for index, value in enumerate(measured) if not math.isnan(value)]
    assert (found is not None) == (len(read) >= AGAIN)
    if found is not None:
        assert (found.first, found.last) == (read[0], read[-1])
        assert found.measured_kw == pytest.approx(130.0)
