from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from solver.check import check_plan
from solver.exact import machine_optimum
from solver.problem import BatchSpec, Machine, PauseRule, SleepState
from solver.sleep import SleepOptimum, ordered_optimum, sleeping_optimum, standing_path
from solver.sleep_model import sleep_model
from solver.sleep_reference import least_cost
from solver.tariff import PriceSeries
from tests.solver.plan_examples import laid_out, prices_of, problem_of, small_machines, small_prices
from tests.solver.power_saving_examples import (
    SMALL_HORIZON_MIN,
    published_instances,
    small_charges,
    small_sleepers,
)
from tests.solver.power_saving_models import least_cost_by_highs

NIGHT = SleepState(down_min=5, down_kw=1.0, up_min=10, up_kw=6.0, off_kw=0.0)
NAP = SleepState(down_min=0, down_kw=0.0, up_min=2, up_kw=4.0, off_kw=1.0)
EVEN = np.ones(200)


def assert_is_a_plan(machine: Machine, price: NDArray[np.float64], found: SleepOptimum) -> None:
    """The independent checker finds nothing broken and the same cost."""
    series = PriceSeries((price * 60.0).tolist(), 1)
    problem = problem_of(machine, horizon_min=len(price), price=series)
    verdict = check_plan(problem, prices_of(problem), {machine.id: found.starts}, {machine.id: found.pauses})
    assert verdict.violations == []
    assert verdict.energy_cost == pytest.approx(found.cost, abs=1e-7)


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_the_kernels_find_the_cost_that_walking_through_every_state_finds(data: st.DataObject) -> None:
    machine = data.draw(small_sleepers())
    prices = data.draw(small_charges(len(machine.batches)))
    least = least_cost(machine, prices)
    found = ordered_optimum(sleep_model(machine, SMALL_HORIZON_MIN), prices)
    if found is None:
        assert least == np.inf
        return
    assert found.cost == pytest.approx(least, abs=1e-7)
    assert found.bound <= least + 1e-12
    assert found.load_kw.shape == (SMALL_HORIZON_MIN,)
    if prices.start_cost is None:
        assert_is_a_plan(machine, prices.standing, found)


@settings(max_examples=50, deadline=None)
@given(small_sleepers(), st.lists(st.floats(-0.3, 1.1), min_size=22, max_size=22))
def test_between_given_starts_a_machine_stands_as_cheaply_as_the_checker_finds(
    machine: Machine, prices: list[float]
) -> None:
    price = np.array(prices)
    some_plan = sleeping_optimum(machine, SMALL_HORIZON_MIN, np.sort(price))
    if some_plan is None:
        return
    path = standing_path(machine, SMALL_HORIZON_MIN, price, some_plan.starts, some_plan.pauses)
    assert path is not None
    cost, load_kw = path
    assert float(load_kw @ price) == pytest.approx(cost, abs=1e-9)
    found = SleepOptimum(some_plan.starts, some_plan.pauses, cost, cost, load_kw)
    assert_is_a_plan(machine, price, found)


@settings(max_examples=60, deadline=None)
@given(small_machines(), small_prices)
def test_without_sleeps_it_finds_what_the_exact_optimum_of_a_plain_machine_is(
    machine: Machine, price: PriceSeries
) -> None:
    machine = msgspec.structs.replace(machine, under_way=None)
    layout = laid_out(problem_of(machine, horizon_min=40, price=price))
    plain = machine_optimum(layout.machines[0], layout.price_per_kw_min)
    found = sleeping_optimum(machine, 40, layout.price_per_kw_min)
    assert plain is not None
    assert found is not None
    assert found.cost == pytest.approx(plain.cost + layout.rest_cost, abs=1e-6)
    assert found.bound <= plain.cost + layout.rest_cost + 1e-6


def test_what_a_machine_draws_between_batches_may_be_given() -> None:
    machine = Machine("m", [BatchSpec("a", 5, power_kw=3.0)], off_kw=1.0, idle_kw=2.0)
    found = sleeping_optimum(machine, 20, np.full(20, -1.0), rest_kw=np.full(20, 1.0))
    assert found is not None
    assert found.cost == -(5 * 3.0 + 15 * 1.0)


def test_a_machine_that_cannot_wake_or_fall_asleep_in_time_has_no_plan() -> None:
    late = Machine("m", [BatchSpec("a", 20, power_kw=3.0, due_min=29)], sleep=[NIGHT])
    assert sleeping_optimum(late, 200, EVEN) is None
    assert standing_path(late, 200, EVEN, {"a": 9}) is None
    assert standing_path(late, 200, EVEN, {"a": 176}) is None
    just = msgspec.structs.replace(late, batches=[BatchSpec("a", 20, power_kw=3.0, due_min=30)])
    found = sleeping_optimum(just, 200, EVEN)
    assert found is not None
    assert found.starts == {"a": 10}


def test_batches_that_overlap_have_no_standing_path() -> None:
    machine = Machine("m", [BatchSpec("a", 20, power_kw=3.0), BatchSpec("b", 20, power_kw=3.0)])
    assert standing_path(machine, 200, EVEN, {"a": 10, "b": 20}) is None


def test_a_machine_without_batches_stays_asleep_unless_prices_pay_for_waking() -> None:
    machine = Machine("m", [], idle_kw=50.0, sleep=[NIGHT])
    asleep = sleeping_optimum(machine, 200, EVEN)
    awake = sleeping_optimum(machine, 200, -EVEN)
    assert asleep is not None
    assert awake is not None
    assert asleep.cost == 0.0
    assert awake.cost == -(10 * 6.0 + 185 * 50.0 + 5 * 1.0)


def test_it_idles_through_a_short_gap_naps_in_a_longer_one_and_sleeps_in_the_longest() -> None:
    batches = [BatchSpec("a", 10, power_kw=9.0), BatchSpec("b", 10, power_kw=9.0)]
    machine = Machine("m", batches, idle_kw=2.0, sleep=[NIGHT, NAP])
    for gap, load_kw in (
        (5, [2.0] * 5),
        (20, [1.0] * 18 + [4.0] * 2),
        (80, [1.0] * 5 + [0.0] * 65 + [6.0] * 10),
    ):
        path = standing_path(machine, 200, EVEN, {"a": 20, "b": 30 + gap})
        assert path is not None
        assert path[1][30 : 30 + gap].tolist() == load_kw


def test_a_pause_is_slept_through_where_that_is_cheaper_than_idling() -> None:
    price = np.where((np.arange(200) >= 60) & (np.arange(200) < 140), 9.0, 1.0)
    batch = BatchSpec("a", 60, power_kw=5.0, pauses=PauseRule(1, 30), earliest_min=20, due_min=190)
    found = sleeping_optimum(Machine("m", [batch], idle_kw=2.0, sleep=[NIGHT]), 200, price)
    assert found is not None
    assert found.pauses == {"a": [(55, 150)]}  # both ways lie in the cheap minutes
    assert found.load_kw[55:150].tolist() == [1.0] * 5 + [0.0] * 80 + [6.0] * 10


def test_among_equally_cheap_plans_each_batch_stays_where_it_is_or_starts_early() -> None:
    batches = [
        BatchSpec("a", 10, power_kw=9.0, earliest_min=20),
        BatchSpec("b", 10, power_kw=9.0, now_min=33, gap_before_min=2),
        BatchSpec("c", 10, power_kw=9.0, pauses=PauseRule(2, 3)),
    ]
    found = sleeping_optimum(Machine("m", batches), 200, np.full(200, 0.7))
    assert found is not None
    assert found.starts == {"a": 20, "b": 33, "c": 43}
    assert found.pauses == {}


def test_it_does_not_pause_for_nothing_where_standing_is_free() -> None:
    batch = BatchSpec("a", 30, power_kw=0.7, pauses=PauseRule(2, 1), now_min=3)
    found = sleeping_optimum(Machine("m", [batch]), 300, np.full(300, 0.1))
    assert found is not None
    assert (found.starts, found.pauses) == ({"a": 3}, {})


def test_a_fixed_machine_stays_and_only_its_standing_is_planned() -> None:
    batches = [
        BatchSpec("a", 10, power_kw=9.0, now_min=50, pauses=PauseRule(1, 5)),
        BatchSpec("b", 10, power_kw=9.0, gap_before_min=7),
    ]
    machine = Machine("m", batches, idle_kw=2.0, sleep=[NIGHT], fixed=True, maintenance=[(60, 70)])
    found = sleeping_optimum(machine, 200, np.linspace(2.0, 1.0, 200))
    assert found is not None
    assert (found.starts, found.pauses) == ({"a": 50, "b": 70}, {})


def test_a_published_plan_costs_its_published_optimum_and_its_order_leads_there() -> None:
    known = [instance for instance in published_instances() if instance.starts]
    assert [len(instance.starts) for instance in known] == [30, 30, 60, 150, 190]
    for instance in known:
        machine, price = instance.machine, instance.price_per_kw_min
        path = standing_path(machine, instance.horizon, price, instance.starts)
        assert path is not None
        assert path[0] == instance.optimum
        batches = sorted(machine.batches, key=lambda batch: instance.starts[batch.id])
        ordered = msgspec.structs.replace(machine, batches=batches, order_fixed=True)
        found = sleeping_optimum(ordered, instance.horizon, price)
        assert found is not None
        assert found.cost == pytest.approx(instance.optimum, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_highs_finds_the_same_optimum_in_a_given_order(seed: int) -> None:
    random = np.random.default_rng(seed)
    batches = [
        BatchSpec(
            f"{b}",
            int(random.integers(4, 9)),
            power_kw=float(random.integers(3, 9)),
            gap_before_min=int(random.integers(0, 6)),
            earliest_min=int(random.integers(0, 9)),
        )
        for b in range(4)
    ]
    sleeps = [SleepState(2, 1.0, 3, 9.0, 0.0), SleepState(1, 1.0, 1, 6.0, 1.0)]
    price = random.choice([0.1, 0.4, 0.9, 1.7], 16).repeat(4)
    machine = Machine("m", batches, idle_kw=2.0, sleep=sleeps)
    found = sleeping_optimum(machine, 64, price)
    assert found is not None
    assert least_cost_by_highs(machine, price, free_order=False) == pytest.approx(found.cost, abs=1e-5)
