from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.layout import Floats
from solver.volume import Volume, onto_simplex

far = st.floats(-5, 5) | st.floats(-1e12, 1e12)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=12), st.floats(0.1, 9))
def test_the_projection_lies_on_the_simplex_and_no_point_of_it_is_nearer(
    point: list[float], total: float
) -> None:
    nearest = onto_simplex(np.array(point), total)
    assert nearest.min() >= 0
    for corner in np.vstack([total * np.eye(len(point)), np.full((1, len(point)), total / len(point))]):
        assert (np.array(point) - nearest) @ (corner - nearest) <= 1e-9


@settings(max_examples=100, deadline=None)
@given(st.lists(far, min_size=1, max_size=12), st.floats(0.0, 9))
def test_its_parts_sum_to_the_total_however_far_the_point_was(point: list[float], total: float) -> None:
    assert onto_simplex(np.array(point), total).sum() == pytest.approx(total, rel=1e-12, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 8), st.integers(2, 30), st.integers(0, 2**31))
def test_the_climb_comes_near_the_top_of_a_function_made_of_planes(
    dimensions: int, planes: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    slopes, top = random.normal(0.0, 1.0, (planes, dimensions)), random.uniform(0.0, 1.0, dimensions)
    slopes -= slopes.mean(axis=0)  # so that no way leads up from the top

    def lowest(place: Floats) -> tuple[float, Floats]:
        values = slopes @ (place - top)
        return float(values.min()), slopes[int(values.argmin())]

    def positive(place: Floats) -> Floats:
        return np.maximum(place, 0.0)

    volume, place = Volume(np.zeros(dimensions), positive, 0.3), np.zeros(dimensions)
    first = lowest(place)[0]
    for _ in range(600):
        volume.take(place, *lowest(place))
        place = volume.next(0.0, volume.rise())
        assert volume.top <= 1e-9
    assert volume.top >= 0.02 * first
