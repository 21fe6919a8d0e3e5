from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.covers import covers_of, least_powers_kw, peak_levels_kw
from solver.dual import DualBound
from solver.peak_intervals import PeakIntervals
from solver.search_run import ChunkPool
from tests.solver.coupled_examples import Example, coupled_examples, least_cost

ROUNDING = 1e-7
powers = st.lists(st.sampled_from([-0.5, 0.0, 1.0, 2.0, 3.0, 5.0]), min_size=1, max_size=6)


def intervals_of(example: Example, climbs: int) -> tuple[DualBound, PeakIntervals, float]:
    layout, tables, places = example.tabled()
    optimum, pool = least_cost(example) - layout.rest_cost, ChunkPool(1)
    dual = DualBound(tables, places, pool)
    for _ in range(climbs):
        dual.climb(optimum)
    return dual, PeakIntervals(layout, tables, places, pool, dual), optimum


@settings(max_examples=100, deadline=None)
@given(powers, st.sampled_from([0.5, 2.0, 4.0, 6.5]))
def test_covers_are_all_smallest_sets_of_machines_that_draw_enough(kw: list[float], needed: float) -> None:
    sets = [set(c) for size in range(1, len(kw) + 1) for c in combinations(range(len(kw)), size)]
    enough = [c for c in sets if all(kw[m] > 0 for m in c) and sum(kw[m] for m in c) >= needed]
    smallest = [c for c in enough if not any(other < c for other in enough)]
    assert sorted(map(sorted, covers_of(np.array(kw), needed))) == sorted(map(sorted, smallest))


@settings(max_examples=100, deadline=None)
@given(powers)
def test_peak_levels_are_the_sums_of_sets_of_machines(kw: list[float]) -> None:
    positive = [max(0.0, value) for value in kw]
    sums = {sum(c) for size in range(len(kw) + 1) for c in combinations(positive, size)}
    assert peak_levels_kw(np.array(kw), 7.0) == pytest.approx([7.0 + level for level in sorted(sums)])


def test_many_machines_have_no_levels_and_many_covers_are_none() -> None:
    assert peak_levels_kw(np.ones(11), 0.0) == []
    assert covers_of(np.ones(10), 5.0) == []


@settings(max_examples=60, deadline=None)
@given(
    coupled_examples(kinds=("demand",), plain=True, short_windows=True)
    | coupled_examples(kinds=("demand",), plain=True),
    st.sampled_from([1.0, 1.1, 1.5]),
)
def test_no_interval_of_the_peak_and_no_cover_lifts_the_bound_above_the_optimum(
    example: Example, aim: float
) -> None:
    _, intervals, optimum = intervals_of(example, climbs=20)
    for _ in range(100):
        if not intervals.climb(aim * optimum + 1.0):
            break
        assert intervals.bound <= optimum + ROUNDING


@settings(max_examples=30, deadline=None)
@given(coupled_examples(kinds=("demand", "supply", "starts", "crew")))
def test_nor_do_they_beside_other_couplings_profiles_and_standing_power(example: Example) -> None:
    _, intervals, optimum = intervals_of(example, climbs=10)
    for _ in range(60):
        if not intervals.climb(optimum + 1.0):
            break
        assert intervals.bound <= optimum + ROUNDING


@settings(max_examples=30, deadline=None, derandomize=True)
@given(coupled_examples(kinds=("demand",), plain=True))
def test_branching_on_the_peak_is_hardly_ever_worse_than_not(example: Example) -> None:
    dual, intervals, optimum = intervals_of(example, climbs=30)
    for _ in range(150):
        if not intervals.climb(optimum):
            break
    assert intervals.bound >= dual.bound - 0.02 * abs(optimum)


@settings(max_examples=40, deadline=None)
@given(coupled_examples())
def test_a_machine_draws_at_least_what_its_least_power_says(example: Example) -> None:
    layout = example.layout
    for machine, least in zip(layout.machines, least_powers_kw(layout), strict=True):
        for power in machine.power_kw:
            assert (power[:, None] - machine.rest_kw[None, :]).min() >= least - 1e-12
