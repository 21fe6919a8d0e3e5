from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.cover_kernel import cover_prices, cover_usage
from solver.cover_reference import cost_of_covers, seen_in_windows
from solver.covers import STEEPEST, covers_of, least_powers_kw, peak_levels_kw
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
    covers = covers_of(np.array(kw), needed)
    assert sorted(sorted(cover.machines) for cover in covers) == sorted(map(sorted, smallest))
    for cover in covers:
        short = sum(kw[m] for m in cover.machines) - needed
        for m, steep in zip(cover.machines, cover.steep, strict=True):
            assert steep >= 1.0
            assert steep == STEEPEST or steep == pytest.approx(kw[m] / short)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(1, 5), st.integers(8, 23), st.integers(1, 2**31), st.sampled_from([1.0, 1.5, 4.0, STEEPEST])
)
def test_covers_cost_what_they_see_window_by_window(step: int, horizon: int, seed: int, steep: float) -> None:
    random = np.random.default_rng(seed)
    windows = -(-horizon // step)
    slopes = np.array([[steep, 0.0], [2.0, 1.0]])
    price = random.exponential(1.0, (2, windows)) * random.integers(0, 2, (2, windows))
    lengths = np.minimum(step, horizon - step * np.arange(windows)).astype(np.float64)
    begins, ends = np.empty((2, horizon + 1)), np.empty((2, horizon + 1))
    cover_prices(price, slopes, step, lengths, begins, ends)
    start = int(random.integers(0, horizon))
    end = int(random.integers(start + 1, horizon + 1))
    for m in range(2):
        through = end // step >= (start + step - 1) // step
        cost = begins[m, start] + ends[m, end] if through else 0.0
        assert cost == pytest.approx(cost_of_covers(start, end, price, slopes[:, m], step, horizon))


@settings(max_examples=60, deadline=None)
@given(coupled_examples(kinds=("demand",)), st.sampled_from([1.0, 1.5, STEEPEST]))
def test_what_covers_see_of_a_plan_is_what_they_see_of_each_batch(example: Example, steep: float) -> None:
    _, tables, places = example.tabled()
    machines, step, horizon = len(tables.batch_at) - 1, int(tables.grid_min[0]), len(tables.price)
    starts = places.start[np.maximum(places.at[1:] - 1, 0)].astype(np.int64)
    slopes = np.array([[steep] * machines, [steep * (m % 2) for m in range(machines)]])
    usage = np.zeros((2, int(tables.grid_at[1])))
    cover_usage(starts, tables, slopes, usage)
    expected = np.zeros_like(usage)
    for m in range(machines):
        for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
            end = int(starts[b] + tables.duration[b])
            for row, slope in zip(expected, slopes[:, m], strict=True):
                row += seen_in_windows(int(starts[b]), end, step, horizon, slope) if slope else 0.0
    assert usage == pytest.approx(expected)


@settings(max_examples=100, deadline=None)
@given(powers)
def test_peak_levels_are_the_sums_of_sets_of_machines(kw: list[float]) -> None:
    positive = [max(0.0, value) for value in kw]
    sums = {sum(c) for size in range(len(kw) + 1) for c in combinations(positive, size)}
    assert peak_levels_kw(np.array(kw), 7.0) == pytest.approx([7.0 + level for level in sorted(sums)])


def test_many_machines_have_no_levels_and_many_covers_are_none() -> None:
    assert peak_levels_kw(np.ones(11), 0.0) == []
    assert covers_of(np.ones(10), 5.0) == []


@settings(max_examples=30, deadline=None)
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


@settings(max_examples=20, deadline=None)
@given(coupled_examples(kinds=("demand", "supply", "starts", "crew")))
def test_nor_do_they_beside_other_couplings_profiles_and_standing_power(example: Example) -> None:
    _, intervals, optimum = intervals_of(example, climbs=10)
    for _ in range(60):
        if not intervals.climb(optimum + 1.0):
            break
        assert intervals.bound <= optimum + ROUNDING


@settings(max_examples=20, deadline=None, derandomize=True)
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
            assert (power[:, None] - machine.rest_beside_kw[None, :]).min() >= least - 1e-12
