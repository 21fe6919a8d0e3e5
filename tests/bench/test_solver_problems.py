from __future__ import annotations

import msgspec
import numpy as np
import pytest

from hmi.problem_files import problem_prices
from solver.check import check_plan
from solver.problem import Machine, canonical_problem_bytes, check_problem
from solver.search import search
from tests.bench.solver_cost import CostFunction, Task, layout_of, plans_now
from tests.bench.solver_exact_peers import found_exactly
from tests.bench.solver_ours import energy_only
from tests.bench.solver_plant import plant_of
from tests.bench.solver_problems import MillFamily, mills_problem, sixty_mills


def test_a_seed_makes_the_same_problem_again_and_another_seed_another() -> None:
    assert canonical_problem_bytes(sixty_mills(3)) == canonical_problem_bytes(sixty_mills(3))
    assert canonical_problem_bytes(sixty_mills(3)) != canonical_problem_bytes(sixty_mills(4))
    assert canonical_problem_bytes(plant_of(20).problem) == canonical_problem_bytes(plant_of(20).problem)


@pytest.mark.parametrize("tariff", ["guangdong", "two_rates", "midday_valley", "narrow_peak", "market"])
def test_the_current_plan_of_each_family_is_a_plan(tariff: str) -> None:
    family = MillFamily(
        mills=5, days=9, batches_per_week=9.0, duration_min=(200, 700), window_min=240, tariff=tariff
    )
    for seed in range(5):
        problem = mills_problem(family, seed)
        check_problem(problem)
        now = {m.id: {b.id: b.now_min or 0 for b in m.batches} for m in problem.machines}
        assert check_plan(problem, problem_prices(problem), now, {}).violations == []


def test_in_the_sixty_mills_minding_energy_alone_raises_the_peak() -> None:
    problem = sixty_mills()
    price = problem_prices(problem)
    plan = search(energy_only(problem), price=price, elapsed_s=lambda: 0.0, method="exact")
    before = check_plan(problem, price, plan.starts_before_min, {})
    after = check_plan(problem, price, plan.starts_min, {})
    assert before.peak_kw == pytest.approx(2016.0)
    assert after.peak_kw == pytest.approx(2448.0)
    assert after.energy_cost < 0.88 * before.energy_cost
    assert 0.95 * before.cost < after.cost < before.cost


def test_the_plant_has_a_plan_though_the_one_in_force_runs_into_its_maintenance() -> None:
    plant = plant_of(60)
    check_problem(plant.problem)
    verdict = check_plan(plant.problem, problem_prices(plant.problem), plant.starts_min, {})
    assert verdict.violations == []
    assert any(runs_in_maintenance(machine) for machine in plant.problem.machines)
    for machine in plant.problem.machines:
        for since, to in machine.maintenance:
            for batch in machine.batches:
                start = plant.starts_min[machine.id][batch.id]
                assert start >= to or start + batch.duration_min <= since


def runs_in_maintenance(machine: Machine) -> bool:
    """Whether the plan in force does."""
    return any(
        batch.now_min is not None and since - batch.duration_min < batch.now_min < to
        for since, to in machine.maintenance
        for batch in machine.batches
    )


def test_the_peers_cost_function_prices_as_the_checker_does() -> None:
    problem = mills_problem(MillFamily(mills=3, days=4, demand_price_per_kw=32.0), 2)
    cost = CostFunction.of(layout_of(problem))
    now = {m.id: {b.id: b.now_min or 0 for b in m.batches} for m in problem.machines}
    verdict = check_plan(problem, problem_prices(problem), now, {})
    assert cost(np.array([cost.now, cost.now])) == pytest.approx([verdict.cost, verdict.cost])
    assert cost.evaluations == 2
    assert [list(plan.starts) for plan in plans_now(layout_of(problem))] == [
        list(starts.values()) for starts in now.values()
    ]


def test_the_time_indexed_model_has_our_optimum() -> None:
    problem = mills_problem(MillFamily(mills=2, days=4), 5)
    plan = search(problem, price=problem_prices(problem), elapsed_s=lambda: 0.0, method="exact")
    task = Task("HiGHS", msgspec.to_builtins(problem), [1], seconds=20.0)
    assert found_exactly(task)[0].cost == pytest.approx(plan.cost)


def test_with_a_demand_charge_the_time_indexed_model_is_no_dearer_than_a_search_on_its_grid() -> None:
    problem = mills_problem(MillFamily(mills=2, days=2, window_min=240, demand_price_per_kw=3.0), 5)
    found = found_exactly(Task("HiGHS", msgspec.to_builtins(problem), [1], seconds=20.0))[0]
    now = {m.id: {b.id: b.now_min or 0 for b in m.batches} for m in problem.machines}
    verdict = check_plan(problem, problem_prices(problem), now, {})
    assert found.cost is not None and found.bound is not None
    assert found.bound <= found.cost <= verdict.cost
    assert found.cost == pytest.approx(found.bound, rel=1e-3)
