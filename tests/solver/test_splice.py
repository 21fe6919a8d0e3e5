from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.couplings import couplings_of
from solver.descent_kernel import misplaced, whole_cost
from solver.layout import Ints, lay_out
from solver.plant_kernel import PlantState, empty_state, fill_state
from solver.plant_tables import (
    PlaceSet,
    PlantTables,
    every_place,
    machine_of_batches,
    places_within,
    plant_tables,
)
from solver.problem import BatchSpec, Limits, Machine
from solver.splice import spliced
from solver.splice_kernel import splice_costs
from solver.splice_reference import splice_costs_reference
from solver.tariff import PriceSeries
from tests.solver.coupled_examples import Example, coupled_examples
from tests.solver.plan_examples import prices_of, problem_of

HARD, MOVED = 50.0, 0.5


def drawn(tables: PlantTables, places: PlaceSet, random: np.random.Generator) -> Ints:
    """Starts in places of theirs, where there is room each batch after the one before it."""
    starts = np.zeros(len(tables.duration), dtype=np.int64)
    for b, machine in enumerate(machine_of_batches(tables).tolist()):
        own = places.start[places.at[b] : places.at[b + 1]]
        free = 0
        if b > tables.batch_at[machine]:
            free = starts[b - 1] + tables.duration[b - 1] + tables.gap[b]
        starts[b] = random.choice(own[own >= free] if (own >= free).any() else own)
    return starts


def state_at(tables: PlantTables, starts: Ints) -> PlantState:
    state = empty_state(tables)
    fill_state(starts, tables, state)
    return state


@settings(max_examples=25, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31))
def test_on_the_way_from_one_plan_to_another_each_costs_what_its_twin_says(
    example: Example, seed: int
) -> None:
    layout, tables, places = example.tabled()
    random = np.random.default_rng(seed)
    one, other = drawn(tables, places, random), drawn(tables, places, random)
    order = np.argsort(one + other + tables.duration, kind="stable")
    costs, beyond = np.zeros(len(one)), np.zeros(len(one) + 1)
    state = state_at(tables, one)
    machine = machine_of_batches(tables)
    if misplaced(tables, places, state):
        return
    splice_costs(order, machine, other, tables, places, state, HARD, MOVED, costs, beyond)
    runs, others = (
        [tuple(range(start, start + length)) for start, length in zip(plan, tables.duration, strict=True)]
        for plan in (one, other)
    )
    alone, besides = splice_costs_reference(
        order.tolist(), runs, others, layout, example.couplings, HARD, MOVED
    )
    assert costs == pytest.approx(alone, abs=1e-6)
    assert beyond == pytest.approx(besides, abs=1e-6)
    assert state.start.tolist() == other.tolist()


@settings(max_examples=40, deadline=None)
@given(coupled_examples(kinds=("charges",)), st.integers(0, 2**31))
def test_of_two_plans_it_is_no_dearer_than_what_a_single_cut_makes_at_the_same_peak(
    example: Example, seed: int
) -> None:
    _, tables, places = example.tabled()
    random = np.random.default_rng(seed)
    one, other = drawn(tables, places, random), drawn(tables, places, random)

    def cost_of(starts: Ints) -> float:
        state = state_at(tables, starts)
        wrong = misplaced(tables, places, state)
        return float(whole_cost(tables, places, state, HARD, MOVED)) + HARD * wrong

    found = spliced(state_at(tables, one), state_at(tables, other), tables, places, HARD, MOVED)
    assert all(start in pair for start, pair in zip(found, zip(one, other, strict=True), strict=True))
    if len(one) > 2:  # two cuts of three batches or more may be too near to each other
        return
    assert cost_of(found) <= cost_of(one) + 1e-6


def test_each_plan_gives_the_stretch_in_which_it_is_cheaper() -> None:
    batches = [
        BatchSpec("a", 10, power_kw=6.0, due_min=60),
        BatchSpec("b", 10, power_kw=6.0, earliest_min=60),
    ]
    machines = [Machine(name, batches) for name in "mn"]
    price = PriceSeries([0.1, 1.0, 1.0] * 2, 20)
    problem = problem_of(
        *machines, horizon_min=120, price=price, limits=Limits(demand_price_per_kw=2.0, interval_min=10)
    )
    layout = lay_out(problem, prices_of(problem))
    tables = plant_tables(layout, couplings_of(problem, prices_of(problem)))
    places = every_place(layout, tables)
    one, other = np.array([0, 100, 10, 80]), np.array([20, 60, 40, 70])
    found = spliced(state_at(tables, one), state_at(tables, other), tables, places, HARD, 0.0)
    assert found.tolist() == [0, 60, 10, 70]


@settings(max_examples=30, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31))
def test_what_is_not_inside_keeps_its_start_as_its_only_place(example: Example, seed: int) -> None:
    _, tables, places = example.tabled()
    random = np.random.default_rng(seed)
    starts, inside = drawn(tables, places, random), random.random(len(tables.duration)) < 0.5
    found = places_within(inside, starts, places, places)
    for b in range(len(starts)):
        own, all_of_it = slice(*found.at[b : b + 2].tolist()), slice(*places.at[b : b + 2].tolist())
        expected = places.start[all_of_it] if inside[b] else [starts[b]]
        assert found.start[own].tolist() == list(expected)
        assert set(found.cost[own].tolist()) <= set(places.cost[all_of_it].tolist())
