from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.descent_kernel import (
    Push,
    first_place,
    misplaced,
    respond,
    set_targets,
    sweep,
    to_places,
    whole_cost,
)
from solver.descent_reference import least_response, whole_cost_of
from solver.plant_reference import account_of, batches_of
from solver.plant_tables import every_place, plant_tables
from solver.surcharge_reference import with_mean_powers
from tests.solver.coupled_examples import Example, coupled_examples
from tests.solver.test_plant_kernel import assert_same, other_ways, runs_of_ways, state_of
from tests.solver.test_surcharge import random_penalties, scratch_of


@settings(max_examples=60, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31), st.sampled_from([0.0, 5.0]), st.sampled_from([0.0, 2.0]))
def test_a_plan_costs_what_its_minutes_cost_and_what_it_breaks(
    example: Example, seed: int, hard: float, moved: float
) -> None:
    example = other_ways(example, seed)
    layout, tables, places = example.tabled()
    runs = runs_of_ways(example)
    expected = whole_cost_of(layout, example.couplings, runs, hard, moved)
    assert whole_cost(tables, places, state_of(tables, runs), hard, moved) == pytest.approx(
        expected, abs=1e-9
    )


@settings(max_examples=60, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31))
def test_a_batch_goes_where_it_costs_least_between_its_neighbours(example: Example, seed: int) -> None:
    example = other_ways(example, seed)
    layout, couplings = with_mean_powers(example.layout), example.couplings
    tables = plant_tables(layout, couplings)
    places = every_place(layout, tables)
    penalties = random_penalties(tables, example, np.random.default_rng(seed))
    scratch = scratch_of(tables, places, penalties)
    runs = runs_of_ways(example)
    state = state_of(tables, runs)
    push = Push(penalties.hard, penalties.moved)
    for b, (m, _) in enumerate(batches_of(layout)):
        costs = least_response(layout, couplings, runs, b, penalties)
        changed = respond(m, b, b + 1, tables, places, state, push, penalties.noise, scratch)
        start = int(state.start[b])
        assert changed == (start != runs[b][0])
        assert costs[start] == pytest.approx(min(costs.values()), abs=1e-6)
        runs[b] = tuple(range(start, start + int(tables.duration[b])))
        assert_same(state, account_of(layout, couplings, runs))


@settings(max_examples=40, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31))
def test_a_sweep_leaves_all_batches_in_places_of_theirs_and_their_account_right(
    example: Example, seed: int
) -> None:
    layout, tables, places = example.tabled()
    state = state_of(tables, runs_of_ways(other_ways(example, seed)))
    scratch = scratch_of(tables, places, random_penalties(tables, example, np.random.default_rng(seed)))
    set_targets(tables.demand_floor + 1.0, 0.5, tables, scratch)
    sweep(tables, places, state, Push(3.0, 1.0), np.arange(len(layout.machines)), scratch)
    assert misplaced(tables, places, state) == 0
    spans = zip(state.start.tolist(), tables.duration.tolist(), strict=True)
    runs = [tuple(range(start, start + duration)) for start, duration in spans]
    assert_same(state, account_of(layout, example.couplings, runs))


@settings(max_examples=40, deadline=None)
@given(coupled_examples(), st.integers(-3, 40))
def test_a_start_that_is_no_place_goes_to_the_next_that_is(example: Example, wished: int) -> None:
    _, tables, places = example.tabled()
    starts = np.full(len(tables.duration), wished, dtype=np.int64)
    to_places(starts, places)
    for b, start in enumerate(starts.tolist()):
        own = places.start[places.at[b] : places.at[b + 1]].tolist()
        assert start == min((place for place in own if place >= wished), default=own[-1])
        assert places.start[first_place(b, start, places)] == start
