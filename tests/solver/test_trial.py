from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.descent_kernel import Push, misplaced, scratch_for, to_places, whole_cost
from solver.plant_kernel import PlantState, empty_state, fill_state
from solver.plant_tables import PlaceSet, PlantTables
from solver.random_kernel import next_uniform, stream
from solver.surcharge_reference import Penalties
from solver.trial_kernel import TrialRule, free_batches, run_trials, shake
from solver.trial_reference import ReferenceTrials, run_trials_reference, uniforms
from tests.solver.coupled_examples import Example, coupled_examples

HARD = 50.0
TWIN_TRIALS = 4


def rule(patience: float) -> TrialRule:
    """Trials as a search makes them, over stretches of a tiny problem."""
    return TrialRule(
        shortest_min=5.0,
        longest_min=30.0,
        from_min=0.0,
        to_min=60.0,
        most_machines=3,
        most_shaken=2,
        noise=20.0,
        lower_chance=0.3,
        lowest_share=0.8,
        softest=2.0,
        patience=patience,
        most_cost=np.inf,
    )


def begun(tables: PlantTables, places: PlaceSet) -> PlantState:
    """Each batch at its first place."""
    starts = places.start[places.at[:-1]].astype(np.int64)
    to_places(starts, places)
    state = empty_state(tables)
    fill_state(starts, tables, state)
    return state


def tried(
    example: Example, seed: int, patience: float
) -> tuple[PlantTables, PlaceSet, PlantState, float, float]:
    """The plan after forty trials, with its cost before and what the trials say that it costs now."""
    _, tables, places = example.tabled()
    state, push = begun(tables, places), Push(HARD, 0.5)
    before = float(whole_cost(tables, places, state, push.hard, push.moved))
    after = run_trials(
        40, rule(patience), tables, places, places, state, before, push, stream(seed, 0, 0),
        scratch_for(tables, places), np.zeros(len(tables.demand_price)), 1.0,
    )  # fmt: skip
    return tables, places, state, before, after


def priced_apart(places: PlaceSet, seed: int) -> PlaceSet:
    """The same places, none as dear as another: among equals rounding would choose."""
    return places._replace(cost=places.cost + np.random.default_rng(seed).uniform(0.0, 0.5, len(places.cost)))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**63), st.integers(0, 2**63))
def test_random_numbers_are_those_of_whole_number_arithmetic(one: int, two: int) -> None:
    random = stream(one, two)
    twin = uniforms(int(random[0]))
    assert [next_uniform(random) for _ in range(5)] == [next(twin) for _ in range(5)]


@settings(max_examples=25, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31), st.sampled_from([0.0, 0.5]), st.floats(0.001, 0.1))
def test_trials_end_in_the_plan_of_their_twin_and_at_its_cost(
    example: Example, seed: int, patience: float, noise: float
) -> None:
    above, since, length = np.random.default_rng(seed).uniform(0.0, 1.0, 3)
    layout, tables, places = example.tabled()
    places, push, random = priced_apart(places, seed), Push(HARD, 0.5), stream(seed, 0, 0)
    state = begun(tables, places)
    at = places.at.tolist()
    own = [
        dict(zip(places.start[a:b].tolist(), places.cost[a:b].tolist(), strict=True)) for a, b in pairwise(at)
    ]
    twin = ReferenceTrials(
        layout, example.couplings, own, state.start.tolist(), push, rule(patience), 1.0,
        uniforms(int(random[0])), list(range(len(layout.machines))),
    )  # fmt: skip
    cost = float(whole_cost(tables, places, state, push.hard, push.moved))
    twin.rule = how = rule(patience)._replace(
        noise=noise, from_min=30.0 * since, to_min=30.0 * (since + length), most_cost=cost + above
    )
    assert cost == pytest.approx(twin.whole_cost(), abs=1e-9)
    scratch, peaks_kw = scratch_for(tables, places), np.zeros(len(tables.demand_price))
    for _ in range(TWIN_TRIALS):
        cost = run_trials(1, how, tables, places, places, state, cost, push, random, scratch, peaks_kw, 1.0)
        assert run_trials_reference(1, twin) == pytest.approx(cost, abs=1e-6)
        assert twin.starts == state.start.tolist()


@settings(max_examples=60, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31), st.sampled_from([0.0, 0.5]))
def test_what_trials_say_a_plan_costs_is_what_it_costs_when_summed_anew(
    example: Example, seed: int, patience: float
) -> None:
    tables, places, state, _, after = tried(example, seed, patience)
    anew = empty_state(tables)
    fill_state(state.start, tables, anew)
    for mine, fresh in zip(state, anew, strict=True):
        assert mine == pytest.approx(fresh, abs=1e-6)
    assert after == pytest.approx(whole_cost(tables, places, anew, HARD, 0.5), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31))
def test_without_patience_no_trial_leaves_a_dearer_plan(example: Example, seed: int) -> None:
    _, _, _, before, after = tried(example, seed, 0.0)
    assert after <= before + 1e-9


@settings(max_examples=30, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31), st.floats(0.0, 2.0))
def test_a_plan_never_gets_dearer_than_the_most_that_it_may_cost(
    example: Example, seed: int, above: float
) -> None:
    _, tables, places = example.tabled()
    state, push = begun(tables, places), Push(HARD, 0.5)
    cost = float(whole_cost(tables, places, state, push.hard, push.moved))
    scratch, peaks_kw, random = (
        scratch_for(tables, places),
        np.zeros(len(tables.demand_price)),
        stream(seed, 0, 0),
    )
    how = rule(5.0)._replace(most_cost=cost + above)
    for _ in range(40):
        cost = run_trials(1, how, tables, places, places, state, cost, push, random, scratch, peaks_kw, 1.0)
        assert cost <= how.most_cost + 1e-9


@settings(max_examples=60, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31), st.sampled_from([0.0, 0.5]))
def test_trials_leave_batches_in_their_places_and_order(example: Example, seed: int, patience: float) -> None:
    _, tables, places = example.tabled()
    wrong = int(misplaced(tables, places, begun(tables, places)))
    tables, places, state, _, _ = tried(example, seed, patience)
    assert misplaced(tables, places, state) <= wrong


@settings(max_examples=20, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31))
def test_trials_with_the_same_seed_end_in_the_same_plan(example: Example, seed: int) -> None:
    assert tried(example, seed, 0.5)[2].start.tolist() == tried(example, seed, 0.5)[2].start.tolist()


@settings(max_examples=30, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31), st.floats(-10.0, 80.0), st.floats(1.0, 60.0))
def test_a_trial_frees_the_batches_with_their_middle_in_its_stretch_of_some_machines(
    example: Example, seed: int, since: float, length_min: float
) -> None:
    _, tables, places = example.tabled()
    state, scratch = begun(tables, places), scratch_for(tables, places)
    freed = free_batches(rule(0.0), since, since + length_min, tables, state, stream(seed, 0, 0), scratch)
    middle = state.start + 0.5 * tables.duration
    expected = {}
    for m, (first, last) in enumerate(zip(tables.batch_at[:-1], tables.batch_at[1:], strict=True)):
        inside = [b for b in range(first, last) if since <= middle[b] < since + length_min]
        if inside:
            expected[m] = (inside[0], inside[-1] + 1)
    chosen = scratch.order[:freed].tolist()
    assert sorted(scratch.order.tolist()) == list(range(len(scratch.order)))
    assert freed == min(len(expected), rule(0.0).most_machines)
    for m in chosen:
        assert (scratch.first[m], scratch.last[m]) == expected[m]


@settings(max_examples=60, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31), st.floats(0.01, 30.0))
def test_a_shake_makes_the_same_windows_or_starts_as_dear_as_its_twin_does(
    example: Example, seed: int, noise: float
) -> None:
    how, random = rule(0.0)._replace(noise=noise), stream(seed, 0, 0)
    layout, tables, places = example.tabled()
    twin = ReferenceTrials(
        layout, example.couplings, [], [], Push(HARD, 0.5), how, 0.7, uniforms(int(random[0])), []
    )
    nothing = np.zeros(len(tables.cap_kw))
    for first, end in pairwise(tables.batch_at.tolist()):
        scratch = scratch_for(tables, places)
        shake(first, end, how, tables, random, scratch, 0.7)
        noisy, dear = twin.shake(list(range(first, end)), Penalties(nothing, nothing, nothing, 0.0, 0.0))
        assert scratch.noise == pytest.approx(noisy.noise, rel=1e-12)
        assert (scratch.loud[0] > 0.0) == bool(dear)
        for minute, price in dear.items():
            assert scratch.dear_start[minute] == pytest.approx(price, rel=1e-12)
