"""The makespan kernels agree with their slow twins, on any problem and in any order."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check_sleep import cheapest_standing
from solver.makespan import _island
from solver.makespan_cheaper_kernel import shift_cheaper
from solver.makespan_kernel import build
from solver.makespan_layout import NOW, PINNED, pack
from solver.makespan_plan import PackedPlan, replay
from solver.makespan_reference import build_reference, shift_reference
from solver.makespan_search_kernel import BEST_LOST, BEST_MAKESPAN, begin, improve
from solver.makespan_standing import sleeping_kw
from solver.makespan_state_kernel import new_state
from solver.problem import Machine, SleepState
from tests.solver.feasible_examples import Feasible, feasible_problems
from tests.solver.plan_examples import prices_of


@settings(max_examples=120, deadline=None)
@given(feasible_problems(), st.data())
def test_a_plan_is_built_as_its_twin_builds_it(example: Feasible, data: st.DataObject) -> None:
    problem = example.problem
    packing = pack(problem, prices_of(problem))
    tables, state = packing.tables, new_state(packing.tables)
    count = len(tables.batch)
    order = np.array(data.draw(st.permutations(range(count))), dtype=np.int64)
    each = st.lists(st.sampled_from([0, 0, 0, 4]), min_size=count, max_size=count)
    delay = np.array(data.draw(each), dtype=np.int64)
    may_stay = (tables.batch[:, NOW] >= 0) & (tables.batch[:, PINNED] < 0)
    stays = np.where(may_stay & (np.array(data.draw(each), dtype=np.int64) > 0), 1, -1)
    until = data.draw(st.sampled_from([problem.horizon_min, problem.horizon_min // 2]))
    found = build(tables, state, order, delay, stays, until)
    lost, makespan, plan = build_reference(packing, order, delay, stays, until)
    assert found == (lost, makespan)
    for row in range(count):
        runs = plan.runs.get(row, [(-1, -1)])
        pauses = [(a[1], b[0]) for a, b in pairwise(runs)]
        assert state.start[row] == runs[0][0]
        assert [tuple(span) for span in state.pauses[row, : state.pause_count[row]].tolist()] == pauses


@settings(max_examples=40, deadline=None)
@given(feasible_problems(), st.integers(0, 2**40))
def test_the_best_of_an_island_is_the_plan_that_its_best_order_makes(example: Feasible, seed: int) -> None:
    problem = example.problem
    packing = pack(problem, prices_of(problem))
    tables, state = packing.tables, new_state(packing.tables)
    count = len(tables.batch)
    island = _island(packing, np.arange(count), 1, seed)
    begin(tables, state, island)
    first = (int(island.value[BEST_LOST]), int(island.value[BEST_MAKESPAN]))
    assert improve(tables, state, island, 0, 200) == 200
    best = (int(island.value[BEST_LOST]), int(island.value[BEST_MAKESPAN]))
    assert best <= first
    lost, makespan, plan = build_reference(
        packing, island.best_order, island.best_delay, island.best_stays, problem.horizon_min
    )
    assert (lost, makespan) == best
    assert [plan.runs.get(row, [(-1, -1)])[0][0] for row in range(count)] == island.best_start.tolist()


@settings(max_examples=60, deadline=None)
@given(feasible_problems())
def test_batches_shift_to_cheaper_starts_as_the_twin_shifts_them(example: Feasible) -> None:
    problem = example.problem
    packing = pack(problem, prices_of(problem))
    count = len(packing.tables.batch)
    none = np.zeros(count, dtype=np.int64)
    lost, makespan, plan = build_reference(packing, np.arange(count), none, none - 1, problem.horizon_min)
    if lost or any(len(runs) > 1 for runs in plan.runs.values()):
        return
    starts = np.array([plan.start(row) for row in range(count)])
    state = replay(packing.tables, PackedPlan(starts, ((),) * count, makespan))
    price = packing.ranked_price
    price_sum = np.concatenate([[0.0], np.cumsum(price)])
    shift_cheaper(packing.tables, state, np.ones(count, dtype=np.bool_), price, price_sum, makespan, 2)
    shift_reference(plan, price, makespan, 2)
    # Starts of equal price may differ by the rounding of its sums.
    ours, theirs = (
        sum(
            float(power @ price[start : start + len(power)])
            for power, start in zip(packing.running_kw, chosen, strict=True)
        )
        for chosen in (state.start.tolist(), [plan.start(row) for row in range(count)])
    )
    assert ours == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_sleeping_machine_stands_as_the_checker_has_it(data: st.DataObject) -> None:
    kw, minutes = st.sampled_from([0.0, 0.5, 2.0, 6.0]), st.integers(0, 4)
    sleeps = [
        SleepState(data.draw(minutes), data.draw(kw), data.draw(minutes), data.draw(kw), data.draw(kw))
        for _ in range(data.draw(st.integers(1, 2)))
    ]
    machine = Machine("m", [], idle_kw=data.draw(kw), sleep=sleeps)
    prices = st.lists(st.sampled_from([-0.2, 0.1, 0.3, 1.0]), min_size=26, max_size=26)
    price = np.array(data.draw(prices))
    running = [(8, 10), (10, 13), (17, 18)]
    load = sleeping_kw(machine, running, price)
    gaps = [(0, 8, True, False), (13, 17, False, False), (18, 26, False, True)]
    paths = [cheapest_standing(machine, price[a:b], off, ends) for a, b, off, ends in gaps]
    if any(path is None for path in paths):
        assert load is None
        return
    assert load is not None
    for (a, b, _, _), path in zip(gaps, paths, strict=True):
        assert path is not None
        np.testing.assert_allclose(load[a:b] @ price[a:b], path @ price[a:b], atol=1e-9)
    assert all(load[minute] == 0.0 for a, b in running for minute in range(a, b))
