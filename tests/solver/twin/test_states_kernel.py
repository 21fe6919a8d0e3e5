"""The hidden Markov kernels against sums and maxima over every path."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.twin import states_kernel as kernel
from solver.twin import states_reference as plain

Model = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Up to 7 readings of 4 bins, some missing, and 2 or 3 states."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    states = draw(st.integers(2, 3))
    bins = np.array(draw(st.lists(st.integers(-1, 3), min_size=1, max_size=7)), dtype=np.int64)
    emission = rng.dirichlet(np.ones(4), states)
    return bins, emission, rng.dirichlet(np.ones(states) * 0.7, states) + 1e-9, rng.dirichlet(np.ones(states))


@settings(max_examples=60, deadline=None)
@given(model=models())
def test_expected_counts_are_sums_over_every_path(model: Model) -> None:
    for fast, slow in zip(kernel.expected_counts(*model), plain.expected_counts(*model), strict=True):
        assert fast == pytest.approx(slow, rel=1e-6, abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(model=models(), least=st.lists(st.integers(1, 4), min_size=3, max_size=3))
def test_the_path_is_the_best_of_all_that_hold_the_dwell(model: Model, least: list[int]) -> None:
    bins, emission, transition, first = model
    dwell = np.array(least[: len(first)], dtype=np.int64)
    logs = bins, np.log(emission), np.log(transition), np.log(first)
    path = kernel.likeliest_path(*logs, dwell).astype(np.int64)
    assert plain.holds_dwell(path, dwell)
    bins, emission_log, transition_log, first_log = logs
    found = plain.path_log(path, bins, emission_log, transition_log, first_log)
    assert found == pytest.approx(plain.likeliest_log(*logs, dwell), abs=1e-9)


def test_a_record_without_readings_has_an_empty_path() -> None:
    table = np.zeros((2, 2))
    assert (
        len(kernel.likeliest_path(np.zeros(0, np.int64), table, table, table[0], np.ones(2, np.int64))) == 0
    )
