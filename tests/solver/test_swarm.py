from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver import swarm_reference as twin
from solver.check import check_plan
from solver.exact import machine_optimum
from solver.outcome import plan_pauses, plan_starts
from solver.problem import BatchSpec, Limits, Machine, PauseRule
from solver.search_run import ChunkPool
from solver.swarm import Swarm, SwarmSettings, cost_of, decoded
from solver.swarm_layout import to_position
from solver.tariff import PriceSeries
from tests.bench.solver_cost import layout_of, plans_now
from tests.bench.solver_problems import MillFamily, mills_problem
from tests.solver.plan_examples import laid_out, prices_of, problem_of, small_machines, small_prices

FEW = SwarmSettings(particles=7, iterations=12)
BATCHES = [
    BatchSpec("a", 12, power_kw=6.0, due_min=60, pauses=PauseRule(2, 4)),
    BatchSpec("b", 15, power_kw=3.0, gap_before_min=5, pauses=PauseRule(1, 6)),
]
LIMITS = Limits(interval_min=7, demand_price_per_kw=0.4, peak_so_far_kw=1.0)
PROBLEM = problem_of(Machine("m", BATCHES, idle_kw=0.2), Machine("n", BATCHES), horizon_min=90, limits=LIMITS)


@settings(max_examples=100, deadline=None)
@given(
    small_machines(),
    small_prices,
    st.integers(0, 2**31),
    st.sampled_from([0.0, 3.0]),
    st.sampled_from([5, 6]),
)
def test_every_position_is_a_plan_and_kernel_twin_and_checker_agree_on_it(
    machine: Machine, price: PriceSeries, seed: int, demand_price: float, interval_min: int
) -> None:
    limits = Limits(interval_min=interval_min, demand_price_per_kw=demand_price, peak_so_far_kw=0.5)
    problem = problem_of(machine, horizon_min=40, price=price, limits=limits)
    layout = laid_out(problem)
    swarm = Swarm(layout, layout.machines, FEW, seed)
    random = np.random.default_rng(seed)
    span = swarm.tables.upper - swarm.tables.lower
    position = swarm.tables.lower + span * random.random(len(span))
    plans = decoded(swarm.tables, layout.machines, position)
    starts, pauses = twin.decode(swarm.tables, position)
    assert [list(plans[0].starts), [list(spans) for spans in plans[0].pauses]] == [starts, pauses]
    cost = cost_of(swarm.tables, plans)
    assert cost == pytest.approx(twin.plan_cost(swarm.tables, starts, pauses), abs=1e-9)
    verdict = check_plan(problem, prices_of(problem), plan_starts(layout, plans), plan_pauses(layout, plans))
    assert verdict.violations == []
    assert verdict.cost == pytest.approx(cost + layout.rest_cost, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(small_machines(), small_machines(), small_prices, st.integers(0, 2**31))
def test_plans_that_are_priced_one_after_the_other_cost_what_each_costs_alone(
    machine: Machine, other: Machine, price: PriceSeries, seed: int
) -> None:
    beside = msgspec.structs.replace(other, id=f"{machine.id} 2")
    limits = Limits(interval_min=2, demand_price_per_kw=3.0)
    long = msgspec.structs.replace(price, price_per_kwh=price.price_per_kwh * 4)  # more than 64 windows
    layout = laid_out(problem_of(machine, beside, horizon_min=150, price=long, limits=limits))
    swarm = Swarm(layout, layout.machines, FEW, seed)
    swarm.step()
    alone = [cost_of(swarm.tables, decoded(swarm.tables, layout.machines, at)) for at in swarm.positions]
    assert swarm.best_cost == min(alone)
    assert alone[0] == pytest.approx(
        twin.plan_cost(swarm.tables, *twin.decode(swarm.tables, swarm.positions[0]))
    )


@settings(max_examples=60, deadline=None)
@given(small_machines(), small_prices, st.integers(0, 2**31))
def test_a_plan_has_a_position_that_decodes_to_it(machine: Machine, price: PriceSeries, seed: int) -> None:
    layout = laid_out(problem_of(machine, horizon_min=40, price=price))
    swarm = Swarm(layout, layout.machines, FEW, seed)
    swarm.step()
    plans = swarm.best_plans()
    again = decoded(swarm.tables, layout.machines, to_position(swarm.tables, plans))
    assert again == plans


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**62), iteration=st.integers(1, 10**6))
def test_the_kernel_flies_as_equations_13_and_14_say(seed: int, iteration: int) -> None:
    from solver.swarm_kernel import fly

    layout = laid_out(PROBLEM)
    tables = Swarm(layout, layout.machines, FEW, 1).tables
    random = np.random.default_rng(seed)
    shape = (5, len(tables.lower))
    span = tables.upper - tables.lower
    position, own_best = (tables.lower + span * random.random(shape) for _ in range(2))
    velocity, leader = random.normal(size=shape), tables.lower + span * random.random(shape[1])
    expected = twin.move(
        position, velocity, own_best, leader, (tables.lower, tables.upper), (0.7, 1.4, 1.3), seed, iteration
    )
    factors, own_cost = np.array([0.7, 1.4, 1.3]), np.full(5, -np.inf)
    fly(0, 5, iteration, seed, factors, position, velocity, own_best, own_cost, leader, tables)
    assert position == pytest.approx(expected[0], abs=1e-9)
    assert velocity == pytest.approx(expected[1], abs=1e-9)


def test_what_would_leave_its_bounds_is_reflected_and_flies_back() -> None:
    lower, upper = np.array([0.0, 0.0, 0.0, 0.0]), np.array([10.0, 10.0, 10.0, 2.0])
    position, velocity = twin.reflected(
        np.array([[-3.0, 14.0, 5.0, -50.0]]), np.array([[-4.0, 6.0, 1.0, -60.0]]), lower, upper
    )
    assert position.tolist() == [[3.0, 6.0, 5.0, 2.0]]
    assert velocity.tolist() == [[4.0, -6.0, 1.0, 60.0]]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**62))
def test_no_particle_ever_leaves_its_bounds(seed: int) -> None:
    layout = laid_out(PROBLEM)
    swarm = Swarm(layout, layout.machines, FEW, seed)
    for _ in range(20):
        swarm.step()
        assert (swarm.positions >= swarm.tables.lower).all()
        assert (swarm.positions <= swarm.tables.upper).all()


def test_random_numbers_are_even_and_differ_by_each_of_their_five_sources() -> None:
    numbers = twin.uniform(1, 1, (200, 50), 0)
    assert abs(numbers.mean() - 0.5) < 0.01
    assert abs(numbers.std() - 12**-0.5) < 0.01
    for other in (twin.uniform(2, 1, (200, 50), 0), twin.uniform(1, 2, (200, 50), 0)):
        assert abs(np.corrcoef(numbers.ravel(), other.ravel())[0, 1]) < 0.05
    stream = twin.uniform(1, 1, (200, 50), 1)
    assert abs(np.corrcoef(numbers.ravel(), stream.ravel())[0, 1]) < 0.05
    assert abs(np.corrcoef(numbers[:-1].ravel(), numbers[1:].ravel())[0, 1]) < 0.05


def test_the_same_seed_flies_the_same_flight_on_any_number_of_threads() -> None:
    layout = laid_out(PROBLEM)
    found = []
    for threads in (1, 2, 3):
        swarm = Swarm(layout, layout.machines, SwarmSettings(particles=11), seed=5)
        with ChunkPool(threads) as pool:
            for _ in range(40):
                swarm.step(pool.run, threads)
        found.append((swarm.best_cost, swarm.best_plans()))
    assert found[0] == found[1] == found[2]


def test_the_published_swarm_finds_four_fifths_of_what_can_be_saved() -> None:
    layout = layout_of(mills_problem(MillFamily(mills=4, days=10, window_min=480), 1))
    optima = [machine_optimum(machine, layout.price_per_kw_min) for machine in layout.machines]
    for seed in (1, 2, 3):
        swarm = Swarm(layout, layout.machines, SwarmSettings(), seed, [plans_now(layout)])
        for _ in range(200):
            swarm.step()
        before = cost_of(swarm.tables, plans_now(layout))
        best = cost_of(swarm.tables, [optimum.plan for optimum in optima if optimum])
        assert best <= swarm.best_cost + 1e-6
        assert before - swarm.best_cost >= 0.8 * (before - best)


def test_another_seed_flies_another_flight() -> None:
    layout = laid_out(PROBLEM)
    positions = []
    for seed in (1, 2):
        swarm = Swarm(layout, layout.machines, FEW, seed)
        swarm.step()
        positions.append(swarm.best_plans())
    assert positions[0] != positions[1]


def test_a_known_plan_is_never_lost() -> None:
    layout = laid_out(PROBLEM)
    first = Swarm(layout, layout.machines, SwarmSettings(particles=30), seed=3)
    for _ in range(60):
        first.step()
    second = Swarm(layout, layout.machines, FEW, 4, [first.best_plans()])
    second.step()
    assert second.best_cost <= first.best_cost + 1e-12


def test_a_swarm_follows_a_cheaper_plan_and_no_dearer_one() -> None:
    layout = laid_out(PROBLEM)
    good = Swarm(layout, layout.machines, SwarmSettings(particles=30), seed=3)
    for _ in range(60):
        good.step()
    poor = Swarm(layout, layout.machines, FEW, 4)
    poor.step()
    worse = poor.best_plans()
    poor.follow(good.best_plans())
    assert poor.best_plans() == good.best_plans()
    good.follow(worse)
    assert good.best_plans() == poor.best_plans()
