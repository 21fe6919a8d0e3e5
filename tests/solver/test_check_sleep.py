from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import Limit, Verdict, check_plan
from solver.check_sleep import cheapest_standing
from solver.limits import Carbon, Limits
from solver.problem import BatchSpec, Machine, SleepState
from solver.tariff import PriceSeries
from tests.solver.limit_examples import sleeps
from tests.solver.plan_examples import prices_of, problem_of
from tests.solver.slow_check import SlowCheck

NIGHT = SleepState(down_min=5, down_kw=1.0, up_min=10, up_kw=6.0, off_kw=0.0)
BATCHES = [BatchSpec("a", 20, power_kw=30.0), BatchSpec("b", 20, power_kw=30.0)]
MACHINE = Machine("m", BATCHES, idle_kw=2.0, sleep=[NIGHT])
EVEN = PriceSeries([60.0], 200)  # 1 per kW and minute


def verdict(a: int, b: int, machine: Machine = MACHINE, limits: Limits | None = None) -> Verdict:
    problem = problem_of(machine, horizon_min=200, price=EVEN, limits=limits)
    return check_plan(problem, prices_of(problem), {"m": {"a": a, "b": b}}, {})


def test_a_machine_begins_and_ends_asleep_and_its_ways_are_priced() -> None:
    found = verdict(10, 30)
    running, ways = 40 * 30.0, 10 * 6.0 + 5 * 1.0
    assert found.energy_cost == pytest.approx(running + ways)
    assert found.violations == []


def test_between_batches_it_stays_awake_where_sleep_costs_more() -> None:
    ways = 10 * 6.0 + 5 * 1.0
    short = verdict(10, 62)  # 32 minutes awake cost 64, a sleep costs 65
    assert short.energy_cost == pytest.approx(1200 + ways + 64)
    assert (short.load_kw[30:62] == 2.0).all()
    long = verdict(10, 63)  # 33 cost 66
    assert long.energy_cost == pytest.approx(1200 + ways + 65)
    assert long.load_kw[30:63].tolist() == [1.0] * 5 + [0.0] * 18 + [6.0] * 10


def test_a_longer_sleep_is_another_way_than_a_shorter_one() -> None:
    nap = SleepState(down_min=0, down_kw=0.0, up_min=2, up_kw=4.0, off_kw=1.0)
    found = verdict(10, 50, Machine("m", BATCHES, idle_kw=2.0, sleep=[NIGHT, nap]))
    assert found.load_kw[30:50].tolist() == [1.0] * 18 + [4.0] * 2
    far = verdict(10, 140, Machine("m", BATCHES, idle_kw=2.0, sleep=[NIGHT, nap]))
    assert far.load_kw[30:140].tolist() == [1.0] * 5 + [0.0] * 95 + [6.0] * 10


def test_it_sleeps_more_than_once_in_a_gap_where_prices_change_often() -> None:
    sleep = SleepState(down_min=1, down_kw=0.0, up_min=1, up_kw=0.0, off_kw=0.0)
    prices = np.array([1.0, -1.0] * 8).repeat(10)
    load_kw = cheapest_standing(Machine("m", [], idle_kw=2.0, sleep=[sleep]), prices, False, False)
    assert load_kw is not None
    # It wakes within the dear time, so that it is awake for the whole of the cheap one.
    assert float((load_kw * prices).sum()) == pytest.approx(8 * 10 * -2.0)


def test_the_carbon_price_decides_with_the_energy_price() -> None:
    clean = problem_of(MACHINE, horizon_min=90, price=PriceSeries([60.0], 90))
    kg_per_kwh = [0.0] * 7 + [100.0] * 3 + [0.0] * 8  # dirty from minute 35 to 50
    dirty = msgspec.structs.replace(clean, limits=Limits(carbon=Carbon(kg_per_kwh, 5, 6.0)))
    clean_load, dirty_load = (
        check_plan(problem, prices_of(problem), {"m": {"a": 10, "b": 60}}, {}).load_kw
        for problem in (clean, dirty)
    )
    assert (clean_load[30:60] == 2.0).all()
    assert dirty_load[30:60].tolist() == [1.0] * 5 + [0.0] * 15 + [6.0] * 10


@pytest.mark.parametrize(
    ("a", "b", "batch", "minute", "found"), [(4, 40, "a", 4, 4), (0, 40, "a", 0, 0), (10, 177, "b", 197, 3)]
)
def test_a_batch_that_leaves_no_time_for_the_way_is_named(
    a: int, b: int, batch: str, minute: int, found: int
) -> None:
    (breach,) = verdict(a, b).breaches
    assert (breach.limit, breach.batch) == (Limit.SLEEP, batch)
    assert breach.params["at_min"] == minute
    assert breach.excess == (10 if batch == "a" else 5) - found


def test_a_machine_without_batches_stays_off() -> None:
    problem = problem_of(Machine("m", [], idle_kw=2.0, sleep=[NIGHT]), horizon_min=200, price=EVEN)
    assert check_plan(problem, prices_of(problem), {}, {}).cost == 0.0


@st.composite
def sleepers(draw: st.DrawFn) -> Machine:
    few = draw(st.lists(sleeps(), min_size=1, max_size=3))
    duration = draw(st.integers(1, 6))
    batches = [BatchSpec(name, duration, power_kw=1.0) for name in ("a", "b")[: draw(st.integers(0, 2))]]
    return Machine("m", batches, off_kw=None, idle_kw=draw(st.sampled_from([0.5, 1.0, 4.0])), sleep=few)


@settings(max_examples=100, deadline=None)
@given(sleepers(), st.lists(st.sampled_from([-0.7, 0.1, 0.5, 3.0]), min_size=12, max_size=12), st.data())
def test_no_walk_through_the_states_is_cheaper(
    machine: Machine, prices: list[float], data: st.DataObject
) -> None:
    problem = problem_of(machine, horizon_min=48, price=PriceSeries(prices, 4))
    starts = {batch.id: data.draw(st.integers(0, 42)) for batch in machine.batches}
    found = check_plan(problem, prices_of(problem), {"m": starts}, {})
    slow = SlowCheck(problem, prices_of(problem), {"m": starts}, {})
    kinds = {breach.limit for breach in found.breaches}
    assert (Limit.SLEEP in kinds) == (Limit.SLEEP in slow.broken)
    if Limit.SLEEP not in kinds:
        assert found.energy_cost == pytest.approx(slow.cost_without_demand, abs=1e-9)
