from __future__ import annotations

from itertools import permutations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import solver.free_order
from solver.free_order import FreeOrderSearch, free_order_optimum
from solver.free_order_kernel import relaxed_togo
from solver.free_order_model import find_relaxation, kinds_of
from solver.free_order_reference import relaxed_cost
from solver.problem import BatchSpec, Machine, PauseRule, SleepState
from solver.sleep import sleeping_optimum
from solver.sleep_model import Prices, price_model, sleep_model
from solver.sleep_reference import least_cost
from tests.solver.power_saving_examples import (
    SMALL_HORIZON_MIN,
    published_instances,
    small_charges,
    small_price_lists,
    small_sleepers,
)
from tests.solver.power_saving_models import least_cost_by_highs
from tests.solver.test_sleep import assert_is_a_plan

ROUNDS = 6
NAPS = [SleepState(5, 2.0, 10, 20.0, 0.0), SleepState(2, 2.0, 4, 15.0, 3.0)]


def searched(search: FreeOrderSearch, rounds: int = ROUNDS) -> FreeOrderSearch:
    while rounds and not search.done:
        search.advance()
        rounds -= 1
    return search


def unlike_batches(count: int, seed: int, gap_min: int = 0) -> tuple[Machine, NDArray[np.float64]]:
    """Batches of different length and power on a machine with two sleeps, in half as much time again."""
    random = np.random.default_rng(seed)
    batches = [
        BatchSpec(
            f"{b}",
            int(random.integers(5, 30)),
            power_kw=float(random.integers(10, 60)),
            gap_before_min=gap_min,
        )
        for b in range(count)
    ]
    horizon = int(1.5 * sum(batch.duration_min + gap_min for batch in batches)) + 20
    prices = random.choice([0.1, 0.2, 0.4, 0.8, 1.2], -(-horizon // 30))
    machine = Machine("m", batches, off_kw=0.0, idle_kw=5.0, sleep=NAPS, order_fixed=False)
    return machine, prices.repeat(30)[:horizon] / 60.0


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_the_best_order_of_few_batches_is_found_and_proven(data: st.DataObject) -> None:
    machine = data.draw(small_sleepers(most_batches=3, order_fixed=False))
    if data.draw(st.booleans()):  # two that cannot be told apart
        again = msgspec.structs.replace(machine.batches[0], id="again")
        machine = msgspec.structs.replace(machine, batches=[*machine.batches[:2], again])
    prices = data.draw(small_charges(len(machine.batches)))
    least = least_cost(machine, prices, free_order=True)
    search = FreeOrderSearch(machine, SMALL_HORIZON_MIN, prices)
    assert search.bound <= least + 1e-7
    searched(search)
    assert search.done
    if search.best is None:
        assert least == search.bound == np.inf
        return
    assert search.best.cost == pytest.approx(least, abs=1e-6)
    assert search.bound <= least + 1e-9
    if prices.start_cost is None:
        assert_is_a_plan(machine, prices.standing, search.best)


def test_while_power_is_paid_for_a_machine_waits_on_and_the_hungriest_batch_comes_first() -> None:
    """Thirty minutes at -1, then dear ones: idling at 5 kW earns more than the sleep, 20 kW more still."""
    batches = [BatchSpec("small", 10, power_kw=8.0), BatchSpec("large", 10, power_kw=20.0)]
    nap = SleepState(down_min=2, down_kw=1.0, up_min=3, up_kw=2.0, off_kw=0.0)
    machine = Machine("m", batches, idle_kw=5.0, sleep=[nap], order_fixed=False)
    price = np.repeat([-1.0, 2.0], [30, 30])
    found = free_order_optimum(machine, 60, price)
    assert found is not None
    assert {found.starts["small"], found.starts["large"]} <= set(range(3, 21))
    assert found.load_kw[3:30].min() == 5.0
    assert found.load_kw[30:].sum() == 2.0  # going to sleep is worth two dear minutes at 1 kW
    assert found.cost == pytest.approx(least_cost(machine, Prices(price), free_order=True))
    assert found.bound == pytest.approx(found.cost)


@settings(max_examples=15, deadline=None)
@given(small_sleepers(most_batches=2), small_price_lists, st.lists(st.floats(-3, 3), min_size=3, max_size=3))
def test_the_relaxation_costs_what_the_cheapest_of_its_sequences_costs(
    machine: Machine, price: list[float], credits: list[float]
) -> None:
    unbroken = [msgspec.structs.replace(batch, pauses=PauseRule()) for batch in machine.batches]
    machine = msgspec.structs.replace(machine, batches=unbroken)
    prices = Prices(np.array(price))
    model = sleep_model(machine, SMALL_HORIZON_MIN, ordered=False)
    if not model.fits:
        return
    kinds, priced = kinds_of(model, prices), price_model(model, prices)
    relaxed = find_relaxation(model, priced, kinds)
    assert relaxed is not None
    relaxation = relaxed.relaxation
    amount, credit = len(relaxation.lo) - 1, np.array(credits[: len(kinds)])
    if amount > 8:
        return
    after = np.full(relaxed.minutes, np.inf)
    found = relaxed_togo(priced.standing, priced.waits, relaxed.runs, relaxation, credit, after)
    least = relaxed_cost(
        machine, prices, [places[0] for places in kinds], relaxation.step.tolist(), amount, credit.tolist()
    )
    assert found == (np.inf if least == np.inf else pytest.approx(least, abs=1e-9))


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.nightly)])
def test_the_published_optima_are_found_and_proven_over_all_orders_and_again_in_the_order_found(
    every: int,
) -> None:
    """Of the 48 instances every fourth by day; `valleyline bench solver` looks at all of them too."""
    instances = list(published_instances())
    assert len(instances) == 48
    chosen = instances[::every]
    for instance in chosen:
        search = FreeOrderSearch(instance.machine, instance.horizon, Prices(instance.price_per_kw_min))
        searched(search)
        assert search.best is not None
        assert search.best.cost == pytest.approx(instance.optimum, abs=1e-6), instance.name
        assert search.proven, instance.name
        starts = search.best.starts
        batches = sorted(instance.machine.batches, key=lambda batch: starts[batch.id])
        ordered = msgspec.structs.replace(instance.machine, batches=batches, order_fixed=True)
        given_order = sleeping_optimum(ordered, instance.horizon, instance.price_per_kw_min)
        assert given_order is not None
        assert given_order.cost == pytest.approx(instance.optimum, abs=1e-6), instance.name


def test_the_order_found_leads_to_the_same_cost_where_it_is_given() -> None:
    machine, price = unlike_batches(8, seed=2, gap_min=3)
    found = free_order_optimum(machine, len(price), price, rounds=ROUNDS)
    assert found is not None
    batches = sorted(machine.batches, key=lambda batch: found.starts[batch.id])
    given_order = msgspec.structs.replace(machine, batches=batches, order_fixed=True)
    ordered = sleeping_optimum(given_order, len(price), price)
    assert ordered is not None
    assert ordered.cost == pytest.approx(found.cost, abs=1e-9)
    assert_is_a_plan(machine, price, found)


def test_no_order_of_six_unlike_batches_is_cheaper() -> None:
    machine, price = unlike_batches(6, seed=5)
    best = np.inf
    for batches in permutations(machine.batches):
        ordered = msgspec.structs.replace(machine, batches=list(batches), order_fixed=True)
        found = sleeping_optimum(ordered, len(price), price)
        assert found is not None
        best = min(best, found.cost)
    search = searched(FreeOrderSearch(machine, len(price), Prices(price)))
    assert search.best is not None
    assert search.proven
    assert search.best.cost == pytest.approx(best, abs=1e-9)


def test_many_unlike_batches_come_within_a_hundredth_of_the_bound() -> None:
    machine, price = unlike_batches(30, seed=2, gap_min=5)
    listed = sleeping_optimum(machine, len(price), price)
    search = searched(FreeOrderSearch(machine, len(price), Prices(price)))
    assert listed is not None
    assert search.best is not None
    assert search.best.cost < 0.95 * listed.cost
    assert search.best.cost - search.bound < 0.01 * search.best.cost
    assert_is_a_plan(machine, price, search.best)


def test_the_same_rounds_find_the_same_plan_and_more_rounds_no_worse_one() -> None:
    machine, price = unlike_batches(20, seed=1)
    once, again, longer = (
        free_order_optimum(machine, len(price), price, rounds=rounds) for rounds in (2, 2, 4)
    )
    assert once is not None
    assert again is not None
    assert longer is not None
    assert (once.starts, once.cost) == (again.starts, again.cost)
    assert longer.cost <= once.cost


def test_a_search_that_is_stopped_at_once_has_a_plan_and_a_bound() -> None:
    machine, price = unlike_batches(20, seed=1)
    search = FreeOrderSearch(machine, len(price), Prices(price))
    search.advance(lambda: True)
    assert search.best is not None
    assert search.bound < search.best.cost
    assert_is_a_plan(machine, price, search.best)


def test_an_order_at_hand_is_where_a_search_begins() -> None:
    machine, price = unlike_batches(12, seed=4)
    best = free_order_optimum(machine, len(price), price, rounds=ROUNDS)
    assert best is not None
    places = {batch.id: place for place, batch in enumerate(machine.batches)}
    order = [places[name] for name in sorted(best.starts, key=lambda name: best.starts[name])]
    search = FreeOrderSearch(machine, len(price), Prices(price), order=order)
    assert search.best is not None
    assert search.best.cost == pytest.approx(best.cost, abs=1e-9)


@pytest.mark.parametrize(("horizon", "due_min"), [(200, 55), (30, None), (60, None), (61, None)])
def test_batches_that_do_not_fit_in_any_order_are_proven_not_to(horizon: int, due_min: int | None) -> None:
    batches = [BatchSpec(f"{b}", 20, power_kw=3.0, due_min=due_min, gap_before_min=1) for b in range(3)]
    machine = Machine("m", batches, order_fixed=False)
    search = searched(FreeOrderSearch(machine, horizon, Prices(np.ones(horizon))))
    assert search.best is None
    assert search.bound == np.inf
    assert search.done


def test_batches_that_just_fit_are_placed() -> None:
    batches = [BatchSpec(f"{b}", 20, power_kw=3.0, gap_before_min=b) for b in range(3)]
    found = free_order_optimum(Machine("m", batches, order_fixed=False), 61, np.ones(61))
    assert found is not None
    assert found.starts == {"2": 0, "0": 20, "1": 41} or found.starts == {"2": 0, "1": 21, "0": 41}


def test_a_fixed_machine_keeps_its_order_though_that_is_free() -> None:
    batches = [BatchSpec("a", 9, power_kw=3.0, now_min=40), BatchSpec("b", 9, power_kw=3.0, now_min=20)]
    machine = Machine("m", batches, order_fixed=False, fixed=True)
    search = FreeOrderSearch(machine, 90, Prices(np.linspace(1.0, 2.0, 90)))
    assert search.done
    assert search.best is not None
    assert search.best.starts == {"a": 40, "b": 20}


def test_batches_that_cannot_be_told_apart_keep_the_order_of_the_current_plan() -> None:
    batches = [BatchSpec("a", 9, power_kw=3.0, now_min=40), BatchSpec("b", 9, power_kw=3.0, now_min=20)]
    found = free_order_optimum(Machine("m", batches, order_fixed=False), 90, np.full(90, 0.3))
    assert found is not None
    assert found.starts == {"a": 40, "b": 20}


def test_where_pauses_take_too_long_orders_are_found_without_them_and_priced_with_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(solver.free_order, "SEARCH_NS", 0.0)
    random = np.random.default_rng(3)
    batches = [
        BatchSpec(f"{b}", int(random.integers(8, 20)), power_kw=float(random.integers(9, 40)),
                  pauses=PauseRule(1, 5)) for b in range(6)
    ]  # fmt: skip
    price = random.choice([0.1, 0.4, 1.2], 16).repeat(10)
    machine = Machine("m", batches, idle_kw=2.0, sleep=NAPS, order_fixed=False)
    search = searched(FreeOrderSearch(machine, 160, Prices(price)))
    listed = sleeping_optimum(machine, 160, price)
    assert listed is not None
    assert search.best is not None
    assert search.best.cost < listed.cost
    assert search.bound <= search.best.cost
    assert search.best.pauses
    assert_is_a_plan(machine, price, search.best)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.nightly) for seed in (1, 2))])
def test_highs_finds_the_same_optimum_over_all_orders(seed: int) -> None:
    random = np.random.default_rng(seed)
    batches = [
        BatchSpec(
            f"{b}",
            int(random.integers(3, 9)),
            power_kw=float(random.integers(3, 9)),
            gap_before_min=int(random.integers(0, 4)),
            earliest_min=int(random.integers(0, 20)),
        )
        for b in range(4)
    ]
    sleeps = [SleepState(2, 1.0, 3, 9.0, 0.0), SleepState(1, 1.0, 1, 6.0, 1.0)]
    price = random.choice([0.1, 0.4, 0.9, 1.7], 14).repeat(4)
    machine = Machine("m", batches, idle_kw=2.0, sleep=sleeps, order_fixed=False)
    search = searched(FreeOrderSearch(machine, 56, Prices(price)))
    assert search.best is not None
    assert search.proven
    assert least_cost_by_highs(machine, price, free_order=True) == pytest.approx(search.best.cost, abs=1e-5)
