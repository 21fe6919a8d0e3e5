from __future__ import annotations

from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.plant_reference import batches_of, places_of
from solver.plant_tables import coarse_places
from tests.solver.coupled_examples import Example, coupled_examples

spans = st.lists(st.tuples(st.integers(0, 35), st.integers(1, 3)), max_size=2).map(
    lambda found: [(since, min(36, since + long)) for since, long in found]
)


def with_maintenance(example: Example, closed: list[tuple[int, int]]) -> Example:
    first, *rest = example.problem.machines
    machines = [msgspec.structs.replace(first, maintenance=closed), *rest]
    return Example(msgspec.structs.replace(example.problem, machines=machines), example.price, example.ways)


@settings(max_examples=80, deadline=None)
@given(coupled_examples(), spans)
def test_the_places_are_all_starts_that_a_batch_may_have_and_cost_what_their_minutes_cost(
    example: Example, closed: list[tuple[int, int]]
) -> None:
    example = with_maintenance(example, closed)
    layout, _, every = example.tabled()
    for b, (m, i) in enumerate(batches_of(layout)):
        own = slice(every.at[b], every.at[b + 1])
        expected = places_of(layout, example.couplings, m, i)
        assert every.start[own].tolist() == sorted(expected)
        assert every.cost[own] == pytest.approx([expected[start] for start in sorted(expected)], abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(coupled_examples(), st.sampled_from([2, 5, 15]), st.integers(1, 4))
def test_coarse_places_are_some_of_all_and_hold_the_first_the_last_and_those_on_the_step(
    example: Example, step: int, most: int
) -> None:
    _, tables, every = example.tabled()
    coarse = coarse_places(tables, every, step, most)
    assert len(coarse.at) == len(every.at)
    for b, (first, last) in enumerate(pairwise(coarse.at.tolist())):
        own = slice(every.at[b], every.at[b + 1])
        costs = dict(zip(every.start[own].tolist(), every.cost[own].tolist(), strict=True))
        kept = coarse.start[first:last].tolist()
        assert kept == sorted(set(kept))
        assert [costs[start] for start in kept] == coarse.cost[first:last].tolist()
        assert {every.start[own][0], every.start[own][-1]} <= set(kept)
        on_step = [start for start in costs if start % step == 0 or start == tables.now[b]]
        assert set(on_step) <= set(kept)
