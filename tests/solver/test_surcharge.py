from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.descent_kernel import Push, Scratch, place_prices, scratch_for
from solver.plant_kernel import PlantState, put_batch
from solver.plant_reference import Run, batches_of
from solver.plant_tables import PlantTables, every_place, plant_tables
from solver.surcharge_reference import Penalties, surcharge_of, with_mean_powers
from tests.solver.coupled_examples import Example, coupled_examples
from tests.solver.test_plant_kernel import other_ways, runs_of_ways, state_of


def random_penalties(tables: PlantTables, example: Example, random: np.random.Generator) -> Penalties:
    """Targets and noise on all windows; some windows are looked at by no charge."""
    windows = len(tables.cap_kw)
    slope = random.choice([0.0, 0.5, 2.0], windows)
    target = np.where(slope > 0, random.choice([0.0, 1.5, 3.0, 4.0], windows), np.inf)
    noise = random.choice([0.0, 0.7], windows)
    return Penalties(target, slope, noise, 7.0, 3.0 if tables.most_moved >= 0 else 0.0)


def scratch_of(tables: PlantTables, places: object, penalties: Penalties) -> Scratch:
    scratch = scratch_for(tables, places)  # type: ignore[arg-type]
    scratch.target_kw[:], scratch.slope[:] = penalties.target_kw, penalties.slope
    return scratch


def without(b: int, m: int, tables: PlantTables, state: PlantState) -> None:
    put_batch(m, b, int(state.start[b]), -1, len(tables.price) + 1, tables, state)


@settings(max_examples=80, deadline=None)
@given(coupled_examples(), st.integers(0, 2**31))
def test_a_place_costs_what_the_whole_would_cost_more_with_the_batch_there(
    example: Example, seed: int
) -> None:
    random = np.random.default_rng(seed)
    example = other_ways(example, seed)
    layout, couplings = with_mean_powers(example.layout), example.couplings
    tables = plant_tables(layout, couplings)
    places = every_place(layout, tables)
    penalties = random_penalties(tables, example, random)
    scratch = scratch_of(tables, places, penalties)
    runs = runs_of_ways(example)
    state = state_of(tables, runs)
    for b, (m, _) in enumerate(batches_of(layout)):
        without(b, m, tables, state)
        push = Push(penalties.hard, penalties.moved)
        place_prices(m, b, b + 1, tables, places, state, push, penalties.noise, scratch)
        own = places.start[places.at[b] : places.at[b + 1]]
        others: list[Run | None] = [None if other == b else run for other, run in enumerate(runs)]
        expected = np.array(
            [
                surcharge_of(
                    layout, couplings, others, b, tuple(range(s, s + int(tables.duration[b]))), penalties
                )
                for s in own.tolist()
            ]
        )
        found = scratch.surcharge[: len(own)].copy()
        if couplings.buffers:  # what the goods cost after the last place is the same for all, and left out
            found, expected = found - found[-1], expected - expected[-1]
        assert found == pytest.approx(expected, abs=1e-6)
        put_batch(m, b, runs[b][0], 1, len(tables.price) + 1, tables, state)
