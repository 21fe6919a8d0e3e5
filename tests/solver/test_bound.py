from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from solver import bound
from solver.bound import loose_bound
from solver.exact import machine_optimum
from solver.problem import BatchSpec, Machine
from solver.tariff import PriceSeries
from tests.solver.plan_examples import laid_out, problem_of, small_machines, small_prices


@settings(max_examples=80, deadline=None)
@given(small_machines(), small_prices)
def test_no_plan_of_a_machine_costs_less_than_what_is_said_without_a_search(
    machine: Machine, price: PriceSeries
) -> None:
    layout = laid_out(problem_of(machine, horizon_min=40, price=price))
    own, optimum = layout.machines[0], machine_optimum(layout.machines[0], layout.price_per_kw_min)
    assert optimum is not None
    assert loose_bound(own, layout.price_per_kw_min) <= optimum.cost + 1e-6
    if np.ptp(own.rest_kw) == 0.0:
        assert bound._bound_of_many(own, layout.price_per_kw_min) <= optimum.cost + 1e-6


def test_a_batch_that_may_run_anywhere_is_bounded_by_its_cheapest_minutes_however_many_there_are() -> None:
    batches = [BatchSpec(f"b{i}", 2, power_kw=3.0) for i in range(bound.MANY + 1)]
    price = PriceSeries([0.1, 0.7], 100)
    layout = laid_out(problem_of(Machine("m", batches, idle_kw=1.0), horizon_min=200, price=price))
    expected = len(batches) * 2 * (3.0 - 1.0) * 0.1 / 60
    assert loose_bound(layout.machines[0], layout.price_per_kw_min) == pytest.approx(expected)
