from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check_plan
from solver.descent_kernel import whole_cost
from solver.plant_kernel import (
    PlantState,
    breach_between,
    demand_cost,
    empty_state,
    fill_state,
    lift_machine,
    move_batch,
    put_batch,
)
from solver.plant_reference import (
    PlantAccount,
    Run,
    account_of,
    batches_of,
    breach_of,
    demand_cost_of,
    own_cost_of,
)
from solver.plant_tables import PlantTables
from tests.solver.coupled_examples import Example, coupled_examples, pauses_of, plan_of, ways_of


def runs_of_ways(example: Example) -> list[Run]:
    return [run for way in example.ways for run in way]


def state_of(tables: PlantTables, runs: list[Run]) -> PlantState:
    """The state in which the batches run so."""
    state = empty_state(tables)
    for b, run in enumerate(runs):
        state.span[b] = run[-1] + 1 - run[0]
        for k, span in enumerate(pauses_of(run)):
            state.pauses[b, k] = span
    fill_state(np.array([run[0] for run in runs], dtype=np.int64), tables, state)
    return state


def assert_same(state: PlantState, account: PlantAccount) -> None:
    assert state.load == pytest.approx(account.load, abs=1e-9)
    assert state.busy.tolist() == account.busy.tolist()
    assert state.begun.tolist() == account.begun.tolist()
    assert state.level == pytest.approx(account.level, abs=1e-9)
    assert int(state.moved[0]) == account.moved


def other_ways(example: Example, seed: int) -> Example:
    """The same problem with other ways to run its machines, which may break what couples them."""
    random = np.random.default_rng(seed)
    choices = [ways_of(machine, example.problem) for machine in example.problem.machines]
    ways = tuple(found[int(random.integers(len(found)))] for found in choices)
    return Example(example.problem, example.price, ways)


@settings(max_examples=60, deadline=None)
@given(coupled_examples(pausing=True) | coupled_examples(), st.integers(0, 2**31))
def test_the_account_of_a_plan_is_that_of_its_minutes(example: Example, seed: int) -> None:
    example = other_ways(example, seed)
    layout, tables, _ = example.tabled()
    runs, couplings = runs_of_ways(example), example.couplings
    state, account = state_of(tables, runs), account_of(layout, couplings, runs)
    assert_same(state, account)
    assert demand_cost(tables, state.load) == pytest.approx(demand_cost_of(couplings, account))
    breach = breach_between(0, len(tables.price) + 1, tables, state)
    assert breach == pytest.approx(breach_of(couplings, account), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31))
def test_batches_that_are_moved_taken_away_and_put_back_leave_the_account_of_where_they_are(
    example: Example, seed: int
) -> None:
    layout, tables, _ = example.tabled()
    there = runs_of_ways(other_ways(example, seed))
    state, couplings = state_of(tables, runs_of_ways(example)), example.couplings
    for b, (m, _i) in enumerate(batches_of(layout)):
        move_batch(m, b, there[b][0], tables, state)
    assert_same(state, account_of(layout, couplings, there))
    lift_machine(0, -1, tables, state)
    gone: list[Run | None] = [
        None if m == 0 else run for (m, _), run in zip(batches_of(layout), there, strict=True)
    ]
    assert_same(state, account_of(layout, couplings, gone))
    lift_machine(0, 1, tables, state)
    put_batch(0, 0, there[0][0], -1, len(tables.price) + 1, tables, state)
    assert_same(state, account_of(layout, couplings, [None, *there[1:]]))


@settings(max_examples=60, deadline=None)
@given(coupled_examples(plain=True), st.integers(0, 2**31))
def test_nothing_is_broken_exactly_where_the_checker_finds_nothing(example: Example, seed: int) -> None:
    for one in (example, other_ways(example, seed)):
        _, tables, places = one.tabled()
        layout, state = one.layout, state_of(tables, runs_of_ways(one))
        verdict = check_plan(one.problem, one.price, *plan_of(one.problem, one.ways))
        broken = breach_between(0, len(tables.price) + 1, tables, state) > 0
        too_many = 0 <= tables.most_moved < int(state.moved[0])
        assert (broken or too_many) != verdict.feasible
        cost = whole_cost(tables, places, state, 0.0, 0.0)
        assert cost + layout.rest_cost == pytest.approx(verdict.cost, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31))
def test_where_standing_varies_a_plan_counts_for_no_less_than_it_costs(example: Example, seed: int) -> None:
    example = other_ways(example, seed)
    layout, tables, places = example.tabled()
    runs = runs_of_ways(example)
    state = state_of(tables, runs)
    alone = sum(
        own_cost_of(layout, example.couplings, m, i, run)
        for (m, i), run in zip(batches_of(layout), runs, strict=True)
    )
    cost = whole_cost(tables, places, state, 0.0, 0.0)
    assert cost == pytest.approx(alone + demand_cost(tables, state.load), abs=1e-9)
    verdict = check_plan(example.problem, example.price, *plan_of(example.problem, example.ways))
    assert cost + layout.rest_cost >= verdict.cost - 1e-9
