from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import Limit, check_plan
from tests.solver.limit_examples import any_plan, coupled_problems
from tests.solver.slow_check import SlowCheck

OF_THE_LOAD = {Limit.SUPPLY, Limit.INTERVAL_ENERGY}


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_the_checker_finds_the_costs_and_breaches_that_a_walk_minute_by_minute_finds(
    data: st.DataObject,
) -> None:
    problem, price = data.draw(coupled_problems())
    starts, pauses = data.draw(any_plan(problem))
    found = check_plan(problem, price, starts, pauses)
    slow = SlowCheck(problem, price, starts, pauses)
    kinds = {breach.limit for breach in found.breaches}
    if Limit.SLEEP in slow.broken:
        assert Limit.SLEEP in kinds
        return
    assert found.cost - found.demand_cost == pytest.approx(slow.cost_without_demand, abs=1e-6)
    assert found.night_hours == pytest.approx(slow.night_hours, abs=1e-9)
    if any(machine.sleep for machine in problem.machines):
        # Two equally cheap ways to stand may differ in load.
        assert kinds - OF_THE_LOAD == slow.broken - OF_THE_LOAD
        return
    assert kinds == slow.broken
    assert found.demand_cost == pytest.approx(slow.demand_cost, abs=1e-6)
    assert found.carbon_kg == pytest.approx(slow.carbon_kg, abs=1e-6)
    assert found.load_kw == pytest.approx(np.array(slow.load), abs=1e-9)
