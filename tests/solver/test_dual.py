from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.dual import DualBound
from solver.search_run import ChunkPool
from tests.solver.coupled_examples import Example, coupled_examples, least_cost

ROUNDING = 1e-7


def dual_of(example: Example) -> tuple[DualBound, float]:
    """The bound's climb, and the optimum above standing."""
    layout, tables, places = example.tabled()
    return DualBound(tables, places, ChunkPool(1)), least_cost(example) - layout.rest_cost


@settings(max_examples=150, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31), st.sampled_from([0.1, 1.0, 10.0]))
def test_at_any_prices_the_relaxed_problem_costs_no_more_than_the_optimum(
    example: Example, seed: int, size: float
) -> None:
    dual, optimum = dual_of(example)
    random = np.random.default_rng(seed)
    wished = size * random.normal(0.0, 1.0, len(dual._y)) * random.integers(0, 2, len(dual._y))
    boundless = ~np.isfinite(dual._tables.capacity)
    wished[dual._at.high].reshape(dual._tables.level.shape)[boundless] = 0.0  # there is no limit to price
    assert dual._value(dual._projected(wished)) <= optimum + ROUNDING


@settings(max_examples=60, deadline=None)
@given(coupled_examples(), st.sampled_from([0.9, 1.0, 1.2]))
def test_a_bound_that_climbs_stays_below_the_optimum_whatever_it_aims_at(
    example: Example, aim: float
) -> None:
    dual, optimum = dual_of(example)
    for _ in range(60):
        dual.climb(aim * optimum)
        assert dual.bound <= optimum + ROUNDING


def test_x() -> None: ...
