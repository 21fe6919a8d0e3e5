from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.chain_kernel import FAR
from solver.check import check_plan
from solver.dual import DualBound
from solver.dual_pauses import PausingAnswers
from solver.dual_reference import cost_at_prices, least_at_prices
from solver.pause_kernel import pause_scratch, pausing_plans
from solver.plant_reference import Run
from solver.plant_tables import PlantTables, every_place, plant_tables
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
    values, starts = np.zeros(len(layout.machines)), np.zeros(len(tables.duration), dtype=np.int64)
    pauses = np.zeros((len(starts), int(tables.most_pauses.max(initial=0)), 2), dtype=np.int64)
    machines = np.arange(len(values))
    pausing_plans(machines, tables, prices, pause_scratch(tables, prices), values, starts, pauses)
    for m, value in enumerate(values):
        expected = least_at_prices(layout, example.couplings, m, prices, may_pause=True)
        assert value == pytest.approx(expected, abs=1e-9)
        way = runs_of_plan(tables, m, starts, pauses)
        assert value == pytest.approx(
            cost_at_prices(layout, example.couplings, m, way, prices, may_pause=True), abs=1e-9
        )


def runs_of_plan(tables: PlantTables, m: int, starts: np.ndarray, pauses: np.ndarray) -> list[Run]:
    """The minutes in which each batch of machine m runs."""
    runs = []
    for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
        spans = [(int(since), int(to)) for since, to in pauses[b] if since >= 0]
        end = int(starts[b] + tables.duration[b]) + sum(to - since for since, to in spans)
        idle = {minute for since, to in spans for minute in range(since, to)}
        runs.append(tuple(minute for minute in range(int(starts[b]), end) if minute not in idle))
    return runs


@settings(max_examples=60, deadline=None)
@given(coupled_examples(pausing=True), st.integers(0, 2**31))
def test_a_known_plan_costs_the_same_at_other_prices_as_its_twin_says(example: Example, seed: int) -> None:
    layout, tables, _ = example.tabled()
    random, pool = np.random.default_rng(seed), ChunkPool(1)
    answers, size = PausingAnswers(tables, pool), len(layout.machines)
    values = np.zeros(size)
    answers.exact(random_prices(tables, random), values)
    prices = random_prices(tables, random)
    known, starts = np.full(size, FAR), np.zeros(len(tables.duration), dtype=np.int64)
    pauses = np.full((len(starts), int(tables.most_pauses.max(initial=0)), 2), -1, dtype=np.int64)
    answers.known(prices, known, starts, pauses)
    for m in answers.machines:
        way = runs_of_plan(tables, m, starts, pauses)
        cost = cost_at_prices(layout, example.couplings, m, way, prices, may_pause=True)
        assert known[m] == pytest.approx(cost, abs=1e-9)
        assert known[m] >= least_at_prices(layout, example.couplings, m, prices, may_pause=True) - 1e-9


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
