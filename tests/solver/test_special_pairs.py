"""Pairs of machines with few plans: the kernel against its twin, and the lists against every way there is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.couplings import couplings_of
from solver.layout import Floats, lay_out
from solver.plant_tables import plant_tables
from solver.search import running_price, split
from solver.special import own_prices
from solver.special_lists import PlanList, list_plans, shared_of
from solver.special_pairs_kernel import cheapest_pair
from solver.special_pairs_reference import cheapest_pair_reference
from tests.solver.plan_examples import prices_of
from tests.solver.test_special_turns import LIMITS, plant, shares

NUMBERS = st.sampled_from([0.0, 1.0, 2.0, 2.5, 4.0, -1.0])


@st.composite
def drawn_lists(draw: st.DrawFn, rows: int, windows: int) -> PlanList:
    count = draw(st.integers(1, 5))

    def table(columns: int) -> Floats:
        numbers = draw(st.lists(NUMBERS, min_size=count * columns, max_size=count * columns))
        return np.array(numbers, dtype=np.float64).reshape(count, columns)

    cost = np.sort(table(1)[:, 0])
    starts = tuple((row,) for row in range(count))
    return PlanList(
        "m", starts, {one: row for row, one in enumerate(starts)}, cost, table(rows), table(windows)
    )


@settings(max_examples=60, deadline=None)
@given(st.data(), st.integers(0, 3), st.integers(0, 3), st.integers(0, 2), st.sampled_from([0.5, 3.0]))
def test_the_kernel_finds_the_pair_that_its_twin_finds(
    data: st.DataObject, rows: int, windows: int, parts: int, below: float
) -> None:
    one, other = data.draw(drawn_lists(rows, windows * parts)), data.draw(drawn_lists(rows, windows * parts))
    room = np.array(data.draw(st.lists(NUMBERS, min_size=rows, max_size=rows)), dtype=np.float64)
    beside = np.abs(
        np.array(data.draw(st.lists(NUMBERS, min_size=windows * parts, max_size=windows * parts)))
    )
    one.means[:], other.means[:] = np.abs(one.means), np.abs(other.means)  # no load is below nothing
    part_at = np.arange(parts + 1) * windows
    price, floor_kw = np.array([0.5, 2.0])[:parts], np.array([0.0, 3.0])[:parts]
    wanted = cheapest_pair_reference(one, other, room, beside, part_at, price, floor_kw)
    for limit in (np.inf, wanted[0] + below, wanted[0]):
        found = np.full(2, -1, dtype=np.int64)
        cost = cheapest_pair(
            one.cost, one.used, one.means, other.cost, other.used, other.means, room, beside, part_at, price,
            floor_kw, limit, found,
        )  # fmt: skip
        if limit == wanted[0]:
            assert cost == np.inf
            continue
        assert cost == pytest.approx(wanted[0], abs=1e-9)
        if np.isfinite(cost):
            chosen = PlanList("m", (), {}, one.cost[found[:1]], one.used[found[:1]], one.means[found[:1]])
            beyond = PlanList(
                "m", (), {}, other.cost[found[1:]], other.used[found[1:]], other.means[found[1:]]
            )
            again = cheapest_pair_reference(chosen, beyond, room, beside, part_at, price, floor_kw)
            assert again[0] == pytest.approx(cost, abs=1e-9)


@pytest.mark.parametrize("coupling", sorted(LIMITS))
def test_a_list_holds_every_way_of_a_machine_at_what_it_costs_and_draws(coupling: str) -> None:
    problem = plant(3, LIMITS[coupling])
    price, couplings = prices_of(problem), couplings_of(problem, prices_of(problem))
    per_minute = running_price(problem, price)
    _, plain = split(problem)
    tables = plant_tables(lay_out(plain, price), couplings)
    for machine in problem.machines:
        found = list_plans(
            machine, own_prices(machine, per_minute, couplings), couplings, tables, shared_of(tables)
        )
        every = shares(machine, problem)
        assert found is not None
        assert len(found.cost) == len(every.money)
        assert found.cost == pytest.approx(np.sort(every.money), abs=1e-9)
        assert found.used[:, -1].sum() == every.moved.sum()
        if coupling == "demand":
            assert found.means.sum() == pytest.approx(every.load.sum() / problem.limits.interval_min)


def test_a_machine_with_too_many_plans_or_pauses_is_not_listed() -> None:
    problem = plant(1, LIMITS["supply"])
    price, couplings = prices_of(problem), couplings_of(problem, prices_of(problem))
    tables = plant_tables(lay_out(split(problem)[1], price), couplings)
    from msgspec.structs import replace

    from solver.problem import PauseRule

    machine = problem.machines[2]
    prices = own_prices(machine, running_price(problem, price), couplings)
    pausing = replace(machine, batches=[replace(machine.batches[0], pauses=PauseRule(1, 1))])
    fixed = replace(machine, fixed=True)
    many = replace(
        machine, batches=[replace(machine.batches[0], id=f"b{i}", duration_min=1) for i in range(5)]
    )
    for other in (pausing, fixed, many):
        assert list_plans(other, prices, couplings, tables, shared_of(tables)) is None
