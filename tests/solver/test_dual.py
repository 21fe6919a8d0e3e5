from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.dual import DualBound
from solver.dual_kernel import SharedPrices, dearer_than, relaxed_optima
from solver.dual_reference import cost_at_prices, least_at_prices
from solver.exact import machine_optimum
from solver.plant_reference import Run
from solver.plant_tables import PlaceSet, PlantTables, coarse_places
from solver.search_run import ChunkPool
from tests.solver.coupled_examples import Example, coupled_examples, least_cost

ROUNDING = 1e-7


def dual_of(example: Example) -> tuple[DualBound, float]:
    """The bound's climb, and the optimum above standing."""
    layout, tables, places = example.tabled()
    return DualBound(tables, places, ChunkPool(1)), least_cost(example) - layout.rest_cost


def random_prices(tables: PlantTables, random: np.random.Generator, covers: bool = False) -> SharedPrices:
    """Prices on everything that can have one."""
    horizon, machines = len(tables.price), len(tables.batch_at) - 1
    step = int(tables.grid_min[0])

    def totals(count: int) -> np.ndarray:
        return np.concatenate([[0.0], np.cumsum(random.exponential(1.0, count))])

    shape = (machines, horizon + 1) if covers else (0, 1)
    return SharedPrices(
        load=totals(horizon),
        people=totals(len(tables.people)),
        begun=totals(horizon if tables.most_starts else 0),
        goods=random.normal(0.0, 2.0, tables.level.shape),
        moved=float(random.exponential(1.0)) if tables.most_moved >= 0 else 0.0,
        begins=-random.exponential(1.0, shape),
        ends=random.exponential(2.0, shape),
        cover_min=step,
    )


def kernel_answer(
    tables: PlantTables, places: PlaceSet, prices: SharedPrices
) -> tuple[np.ndarray, list[Run]]:
    size, machines = len(places.start), len(tables.batch_at) - 1
    values, starts = np.zeros(machines), np.zeros(len(tables.duration), dtype=np.int64)
    relaxed_optima(
        0, machines, tables, places, prices, np.zeros(size), np.zeros(size), np.zeros(size, dtype=np.int32),
        values, starts,
    )  # fmt: skip
    ends = starts + tables.duration
    return values, [tuple(range(start, end)) for start, end in zip(starts, ends, strict=True)]


@settings(max_examples=60, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31), st.booleans())
def test_at_prices_each_machine_answers_as_its_twin_that_looks_at_every_plan(
    example: Example, seed: int, covers: bool
) -> None:
    layout, tables, places = example.tabled()
    prices = random_prices(tables, np.random.default_rng(seed), covers)
    values, runs = kernel_answer(tables, places, prices)
    for m, value in enumerate(values):
        assert value == pytest.approx(least_at_prices(layout, example.couplings, m, prices), abs=1e-9)
        way = runs[tables.batch_at[m] : tables.batch_at[m + 1]]
        assert value == pytest.approx(cost_at_prices(layout, example.couplings, m, way, prices), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31), st.booleans())
def test_a_batch_is_dearer_than_in_another_plan_by_what_its_twin_says(
    example: Example, seed: int, covers: bool
) -> None:
    layout, tables, places = example.tabled()
    random = np.random.default_rng(seed)
    prices = random_prices(tables, random, covers)
    one, other = (
        np.array([random.choice(places.start[a:b]) for a, b in pairwise(places.at.tolist())], dtype=np.int64)
        for _ in range(2)
    )
    found, size = np.zeros(len(one)), len(places.start)
    dearer_than(tables, places, prices, one, other, np.zeros(size), found)
    for m, (first, last) in enumerate(pairwise(tables.batch_at.tolist())):
        costs = [
            cost_at_prices(
                layout, example.couplings, m,
                [tuple(range(plan[b], plan[b] + tables.duration[b])) for b in range(first, last)], prices,
            )
            for plan in (one, other)
        ]  # fmt: skip
        assert found[first:last].sum() == pytest.approx(costs[0] - costs[1], abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(coupled_examples(), st.integers(3, 7))
def test_a_climb_on_some_places_proves_nothing_until_it_looks_at_all(example: Example, step: int) -> None:
    layout, tables, places = example.tabled()
    some = coarse_places(tables, places, step, 1)
    optimum = least_cost(example) - layout.rest_cost
    dual = DualBound(tables, places, ChunkPool(1), rough=some)
    for _ in range(20):
        dual.climb(optimum)
    assert dual.bound == -np.inf or not dual.rough
    dual.refine()
    assert -np.inf < dual.bound <= optimum + ROUNDING
    refined = dual.bound
    for _ in range(20):
        dual.climb(optimum)
    assert refined <= dual.bound <= optimum + ROUNDING


@settings(max_examples=100, deadline=None)
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


@settings(max_examples=40, deadline=None)
@given(coupled_examples(), st.sampled_from([0.9, 1.0, 1.2]))
def test_a_bound_that_climbs_stays_below_the_optimum_whatever_it_aims_at(
    example: Example, aim: float
) -> None:
    dual, optimum = dual_of(example)
    for _ in range(60):
        dual.climb(aim * optimum)
        assert dual.bound <= optimum + ROUNDING


@settings(max_examples=40, deadline=None)
@given(coupled_examples(kinds=("carbon",)))
def test_where_nothing_couples_the_machines_the_bound_is_the_sum_of_their_exact_optima(
    example: Example,
) -> None:
    dual, optimum = dual_of(example)
    dual.climb(optimum)
    layout = example.layout
    optima = [machine_optimum(machine, layout.price_per_kw_min) for machine in layout.machines]
    assert dual.bound == pytest.approx(optimum, abs=ROUNDING)
    assert dual.bound == pytest.approx(sum(found.cost for found in optima if found), abs=ROUNDING)
