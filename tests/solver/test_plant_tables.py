from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.plant_reference import batches_of, coarse_of, places_of
from solver.plant_tables import PlaceSet, coarse_places, every_place, plant_tables
from tests.solver.coupled_examples import Example, coupled_examples

spans = st.lists(st.tuples(st.integers(0, 35), st.integers(1, 3)), max_size=2).map(
    lambda found: [(since, min(36, since + long)) for since, long in found]
)


def with_maintenance(example: Example, closed: list[tuple[int, int]]) -> Example:
    first, *rest = example.problem.machines
    machines = [msgspec.structs.replace(first, maintenance=closed), *rest]
    return Example(msgspec.structs.replace(example.problem, machines=machines), example.price, example.ways)


@settings(max_examples=80, deadline=None)
@given(coupled_examples(), spans, st.none() | st.integers(0, 2))
def test_the_places_are_all_starts_that_a_batch_may_have_and_cost_what_their_minutes_cost(
    example: Example, closed: list[tuple[int, int]], most_min: int | None
) -> None:
    example = with_maintenance(example, closed)
    layout, couplings = example.layout, example.couplings
    if most_min is not None:
        couplings = replace(couplings, most_move_min=most_min)
    every = every_place(layout, plant_tables(layout, couplings))
    for b, (m, i) in enumerate(batches_of(layout)):
        own = slice(every.at[b], every.at[b + 1])
        expected = places_of(layout, couplings, m, i)
        assert every.start[own].tolist() == sorted(expected)
        assert every.cost[own] == pytest.approx([expected[start] for start in sorted(expected)], abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(coupled_examples(), st.sampled_from([2, 5, 15]), st.integers(1, 4))
def test_coarse_places_are_the_ends_the_present_one_and_those_of_a_few_residues(
    example: Example, step: int, most: int
) -> None:
    _, tables, every = example.tabled()
    coarse = coarse_places(tables, every, step, most)
    costs = dict(zip(zip(owners(every), every.start.tolist(), strict=True), every.cost.tolist(), strict=True))
    for first, last in pairwise(tables.batch_at.tolist()):
        places = [every.start[a:b].tolist() for a, b in pairwise(every.at[first : last + 1].tolist())]
        own = (column[first:last].tolist() for column in (tables.duration, tables.gap, tables.now))
        expected = coarse_of(places, *own, step, most)
        found = [coarse.start[a:b].tolist() for a, b in pairwise(coarse.at[first : last + 1].tolist())]
        assert found == expected
    assert [costs[place] for place in zip(owners(coarse), coarse.start.tolist(), strict=True)] == (
        coarse.cost.tolist()
    )


def owners(places: PlaceSet) -> list[int]:
    """The batch of each place."""
    return [b for b, (a, z) in enumerate(pairwise(places.at.tolist())) for _ in range(a, z)]
