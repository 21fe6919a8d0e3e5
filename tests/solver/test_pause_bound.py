from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check_plan
from solver.dual import DualBound
from solver.dual_reference import least_at_prices
from solver.pause_kernel import pausing_values
from solver.plant_tables import every_place, plant_tables
from solver.problem import BatchSpec, Machine, PauseRule
from solver.search_run import ChunkPool
from tests.solver.coupled_examples import Example, coupled_examples, least_cost, plan_of
from tests.solver.plan_examples import prices_of, problem_of
from tests.solver.test_dual import random_prices

ROUNDING = 1e-7


@settings(max_examples=60, deadline=None)
@given(coupled_examples(pausing=True), st.integers(0, 2**31))
def test_at_prices_a_machine_that_may_pause_costs_what_its_twin_finds_among_all_plans(
    example: Example, seed: int
) -> None:
    layout, tables, _ = example.tabled()
    prices = random_prices(tables, np.random.default_rng(seed))
    values = np.zeros(len(layout.machines))
    pausing_values(np.arange(len(values)), tables, prices, values)
    for m, value in enumerate(values):
        expected = least_at_prices(layout, example.couplings, m, prices, may_pause=True)
        assert value == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(coupled_examples(pausing=True))
def test_what_is_proven_where_batches_may_pause_stays_below_the_optimum_with_pauses(example: Example) -> None:
    layout, tables, places = example.tabled()
    optimum = least_cost(example) - layout.rest_cost
    dual = DualBound(tables, places, ChunkPool(1))
    assert check_plan(example.problem, example.price, *plan_of(example.problem, example.ways)).feasible
    for _ in range(4):
        dual.prove()
        assert dual.bound <= optimum + ROUNDING
        for _ in range(10):
            dual.climb(optimum)


def test_a_pause_through_a_maintenance_is_not_forbidden_by_the_bound() -> None:
    batch = BatchSpec("a", 20, power_kw=3.0, due_min=40, pauses=PauseRule(1, 1), now_min=0)
    machine = Machine("m", [batch], maintenance=[(10, 30)])
    problem = problem_of(machine, horizon_min=40)
    price = prices_of(problem)
    example = Example(problem, price, (((*range(10), *range(30, 40)),),))
    layout = example.layout
    tables = plant_tables(layout, example.couplings)
    dual = DualBound(tables, every_place(layout, tables), ChunkPool(1))
    for _ in range(5):
        dual.climb(1.0)
    dual.prove()
    verdict = check_plan(problem, price, *plan_of(problem, example.ways))
    assert verdict.feasible
    assert -np.inf < dual.bound <= verdict.cost - layout.rest_cost + ROUNDING


@settings(max_examples=30, deadline=None)
@given(coupled_examples(pausing=True, plain=True), st.integers(1, 2))
def test_a_bound_without_pauses_lies_above_one_with_them(example: Example, least: int) -> None:
    """Otherwise the pauses would not be looked at."""
    machines = [
        msgspec.structs.replace(
            machine, batches=[msgspec.structs.replace(b, pauses=PauseRule(0, least)) for b in machine.batches]
        )
        for machine in example.problem.machines
    ]
    still = Example(msgspec.structs.replace(example.problem, machines=machines), example.price, example.ways)
    bounds = []
    for one in (example, still):
        _, tables, places = one.tabled()
        dual = DualBound(tables, places, ChunkPool(1))
        dual.prove()
        bounds.append(dual.bound)
    assert bounds[0] <= bounds[1] + ROUNDING
