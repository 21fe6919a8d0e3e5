"""No lower bound lies above a plan: each piece of its proof alone, and all together against exact optima."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.layout import Floats, Ints
from solver.limits import Limits
from solver.makespan_bound import earliest_heads, energy_bound, machine_bound
from solver.makespan_bound_kernel import best_interval, cheapest_cuts
from solver.makespan_bound_reference import best_interval_reference, cheapest_cuts_reference
from solver.makespan_intervals import IntervalBound, Pieces, closed_forms, pieces_of
from solver.makespan_layout import pack
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem
from tests.solver.feasible_examples import Feasible, feasible_problems
from tests.solver.makespan_examples import least_makespan, makespan_problem, published_sample, tiny_problems
from tests.solver.plan_examples import prices_of


@st.composite
def priced_intervals(draw: st.DrawFn) -> tuple[Ints, Ints, Ints, Floats, int]:
    """Batches of up to three machines in an interval of few minutes and grains, with any worths."""
    interval = draw(st.integers(2, 4))
    counts = draw(st.lists(st.integers(0, 2), min_size=1, max_size=3))
    rows = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    count, cells = int(rows[-1]), int(rows[-1]) * (interval + 1)
    duration = np.array(draw(st.lists(st.integers(1, 9), min_size=count, max_size=count)), dtype=np.int64)
    grains = np.array(draw(st.lists(st.integers(0, 6), min_size=cells, max_size=cells)), dtype=np.int64)
    value = np.array(draw(st.lists(st.integers(0, 9), min_size=cells, max_size=cells)), dtype=np.float64)
    shape = (count, interval + 1)
    return rows, duration, grains.reshape(shape), value.reshape(shape), interval


@settings(max_examples=80, deadline=None)
@given(priced_intervals(), st.data())
def test_the_best_interval_is_that_of_the_twin_and_its_pieces_make_it(
    case: tuple[Ints, Ints, Ints, Floats, int], data: st.DataObject
) -> None:
    rows, duration, grains, value, interval = case
    window = data.draw(st.integers(1, interval))
    chosen = np.zeros(value.shape, dtype=np.int64)
    held = best_interval(rows, duration, grains, value, window, 8, chosen)
    assert held == best_interval_reference(rows, duration, grains, value, window, 8)
    assert (chosen * value).sum() == held
    assert (chosen * grains).sum() <= 8


@settings(max_examples=80, deadline=None)
@given(priced_intervals(), st.data())
def test_the_cheapest_cuts_are_those_of_the_twin_and_their_pieces_make_them(
    case: tuple[Ints, Ints, Ints, Floats, int], data: st.DataObject
) -> None:
    _, duration, _, value, interval = case
    count = len(duration)
    flexible = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)), dtype=np.bool_)
    chosen = np.zeros(value.shape, dtype=np.int64)
    least = cheapest_cuts(duration, flexible, value, chosen)
    assert least == cheapest_cuts_reference(duration, flexible, value)
    assert (chosen * value).sum() == least
    assert (chosen * np.arange(interval + 1)).sum() == duration.sum()


def most_held(pieces: Pieces, worth: Floats) -> float:
    """The most worth that an interval holds: of each batch one piece, on each machine one after another."""
    best = [(0.0, 0.0)]
    for first, last in zip(pieces.rows[:-1].tolist(), pieces.rows[1:].tolist(), strict=True):
        contents = {(0.0, 0.0)}
        for taken in product(range(pieces.interval + 1), repeat=last - first):
            rows = range(first, last)
            parts = sum(0 < minutes < pieces.duration[j] for j, minutes in zip(rows, taken, strict=True))
            fits = all(minutes <= pieces.duration[j] for j, minutes in zip(rows, taken, strict=True))
            if fits and sum(taken) <= pieces.interval and parts <= 2:
                drawn = sum(pieces.energy[j, minutes] for j, minutes in zip(rows, taken, strict=True))
                held = sum(worth[j, minutes] for j, minutes in zip(rows, taken, strict=True) if minutes)
                contents.add((float(drawn), float(held)))
        joint = [
            (e + drawn, w + held) for e, w in best for drawn, held in contents if e + drawn <= 1.0 + 1e-12
        ]
        best = []
        for energy, held in sorted(joint, key=lambda one: (one[0], -one[1])):
            if not best or held > best[-1][1]:
                best.append((energy, held))
    return best[-1][1]


@settings(max_examples=60, deadline=None)
@given(tiny_problems())
def test_in_no_closed_form_an_interval_holds_more_than_one(problem: PlanProblem) -> None:
    packing = pack(problem, prices_of(problem))
    pieces = pieces_of(packing, earliest_heads(packing))
    assert pieces is not None
    for form in closed_forms(pieces):
        assert most_held(pieces, form) <= 1.0 + 1e-9


@settings(max_examples=60, deadline=None)
@given(tiny_problems())
def test_every_bound_is_at_most_the_least_makespan(problem: PlanProblem) -> None:
    least = least_makespan(problem)
    if least is None:
        return
    packing = pack(problem, prices_of(problem))
    heads = earliest_heads(packing)
    pieces = pieces_of(packing, heads)
    assert pieces is not None
    intervals = IntervalBound(pieces)
    assert machine_bound(packing, heads) <= least
    assert energy_bound(packing, heads) <= least
    assert intervals.bound <= least
    intervals.climb(least, 60)
    assert intervals.bound <= least


@settings(max_examples=50, deadline=None)
@given(feasible_problems())
def test_no_bound_is_above_a_plan_whatever_the_limits(example: Feasible) -> None:
    packing = pack(example.problem, prices_of(example.problem))
    makespan, heads = example.verdict().makespan_min, earliest_heads(packing)
    assert machine_bound(packing, heads) <= makespan
    assert energy_bound(packing, heads) <= makespan
    pieces = pieces_of(packing, heads)
    if pieces is not None:
        intervals = IntervalBound(pieces)
        intervals.climb(makespan, 30)
        assert intervals.bound <= makespan


def test_batches_that_cannot_share_an_interval_are_bounded_one_after_the_other() -> None:
    # by energy alone 64 minutes would do; but while one runs all the time, the other can for two minutes
    machines = [Machine(name, [BatchSpec("b", 40, power_kw=5.0)]) for name in ("m", "n")]
    limits = Limits(interval_min=10, interval_energy_kwh=1.0)
    problem = makespan_problem(*machines, horizon_min=100, limits=limits)
    packing = pack(problem, prices_of(problem))
    heads = earliest_heads(packing)
    pieces = pieces_of(packing, heads)
    assert pieces is not None
    assert energy_bound(packing, heads) == 64
    assert IntervalBound(pieces).bound == 66


def test_a_batch_that_may_pause_may_be_cut_anyhow() -> None:
    batch = BatchSpec("b", 4, power_kw=6.0, pauses=PauseRule(3, 1))
    limits = Limits(interval_min=4, interval_energy_kwh=0.4)
    problem = makespan_problem(Machine("m", [batch]), Machine("n", [batch]), horizon_min=20, limits=limits)
    packing = pack(problem, prices_of(problem))
    pieces = pieces_of(packing, earliest_heads(packing))
    assert pieces is not None
    intervals = IntervalBound(pieces)
    intervals.climb(8, 100)
    assert intervals.bound <= 8  # each of two intervals holds four of the eight minutes


@pytest.mark.parametrize(("number", "more_than"), [(1106, 800), (713, 600), (1202, 828)])
def test_long_batches_are_bounded_well_above_their_energy(number: int, more_than: int) -> None:
    problem = published_sample(number)[number]
    packing = pack(problem, prices_of(problem))
    heads = earliest_heads(packing)
    pieces = pieces_of(packing, heads)
    assert pieces is not None
    assert IntervalBound(pieces).bound > more_than > energy_bound(packing, heads)


def test_the_climb_raises_the_bound_and_comes_to_an_end() -> None:
    problem = published_sample(128)[128]
    packing = pack(problem, prices_of(problem))
    pieces = pieces_of(packing, earliest_heads(packing))
    assert pieces is not None
    intervals = IntervalBound(pieces)
    begun = intervals.bound
    intervals.climb(155, 4_000)
    assert intervals.exhausted
    assert begun < intervals.bound <= 155
