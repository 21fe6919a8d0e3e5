"""Plans under a demand charge: the bound, the polishing, and what is known."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.layout import Layout, MachineLayout, MachinePlan
from solver.peak_bound import PeakBound
from solver.peak_polish import extra_curve, polished
from solver.problem import BatchSpec, Limits, Machine, PauseRule, decode_problem
from solver.search import search
from solver.swarm import SwarmSettings, cost_of
from solver.swarm_layout import swarm_tables
from solver.tariff import PriceSeries
from tests.solver.plan_examples import laid_out, prices_of, problem_of, small_machines, small_prices


def never() -> bool:
    return False


def earliest(layout: Layout) -> list[MachinePlan]:
    return [MachinePlan(tuple(m.first_start.tolist()), ((),) * m.count) for m in layout.machines]


def every_plan(machine: MachineLayout) -> list[MachinePlan]:
    """Every plan of a machine with one or two unbroken batches."""
    windows = [
        range(int(machine.first_start[b]), int(machine.last_end[b] - machine.duration[b]) + 1)
        for b in range(machine.count)
    ]
    return [
        MachinePlan(starts, ((),) * machine.count)
        for starts in product(*windows)
        if all(
            starts[b] >= starts[b - 1] + machine.duration[b - 1] + machine.gap[b]
            for b in range(1, len(starts))
        )
    ]


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_the_bound_is_below_every_plan_and_the_search_never_below_it(data: st.DataObject) -> None:
    limits = Limits(interval_min=4, demand_price_per_kw=data.draw(st.sampled_from([0.05, 0.5, 3.0])))
    limits = msgspec.structs.replace(limits, peak_so_far_kw=data.draw(st.sampled_from([0.0, 4.0])))
    power = st.sampled_from([1.0, 2.5, 8.0])
    machines = [
        Machine(name, [BatchSpec(str(n), 3 + n, power_kw=data.draw(power)) for n in range(2)], idle_kw=rest)
        for name, rest in (("m", 0.3), ("n", None))
    ]
    problem = problem_of(*machines, horizon_min=12, price=data.draw(small_prices), limits=limits)
    layout = laid_out(problem)
    tables = swarm_tables(layout, layout.machines)
    least = min(cost_of(tables, plans) for plans in product(*map(every_plan, layout.machines)))
    bound = PeakBound(layout, tables)
    for _ in range(40):
        bound.climb(least, never)
    assert bound.bound <= least + 1e-9
    plan = search(
        problem,
        price=prices_of(problem),
        elapsed_s=lambda: 0.0,
        settings=SwarmSettings(particles=8, iterations=40),
    )
    assert plan.bound <= least + layout.rest_cost + 1e-9
    assert plan.cost >= least + layout.rest_cost - 1e-9


def test_two_machines_that_may_take_turns_do_so_rather_than_double_the_peak() -> None:
    batch = BatchSpec("b", 30, power_kw=6.0, now_min=0)
    limits = Limits(demand_price_per_kw=5.0)
    problem = problem_of(Machine("m", [batch]), Machine("n", [batch]), horizon_min=60, limits=limits)
    plan = search(
        problem, price=prices_of(problem), elapsed_s=lambda: 0.0, settings=SwarmSettings(iterations=60)
    )
    assert plan.peak_before_kw == 12.0
    assert plan.peak_kw == 6.0
    assert plan.demand_cost == pytest.approx(30.0)
    assert {move.reason for move in plan.moves} <= {"lowers_peak", "leaves_band"}


def test_below_the_peak_so_far_the_plan_minds_the_energy_alone() -> None:
    batch = BatchSpec("b", 10, power_kw=6.0, now_min=0)
    limits = Limits(demand_price_per_kw=5.0, peak_so_far_kw=50.0)
    problem = problem_of(Machine("m", [batch]), Machine("n", [batch]), horizon_min=64, limits=limits)
    plan = search(
        problem, price=prices_of(problem), elapsed_s=lambda: 0.0, settings=SwarmSettings(iterations=60)
    )
    assert plan.stopped_by == "gap"
    assert plan.demand_cost == pytest.approx(250.0)
    assert plan.starts_min["m"] == plan.starts_min["n"]


@settings(max_examples=80, deadline=None)
@given(small_machines(), small_machines(), small_prices, st.floats(0.5, 12.0))
def test_polishing_under_a_hard_cap_never_lifts_the_peak_above_it(
    machine: Machine, other: Machine, price: PriceSeries, cap_kw: float
) -> None:
    # a batch that draws less than its machine standing would lift the load where it leaves
    machines = [
        msgspec.structs.replace(m, id=name, off_kw=None, idle_kw=None)
        for m, name in ((machine, "m"), (other, "n"))
    ]
    limits = Limits(interval_min=4, demand_price_per_kw=1.0)
    problem = problem_of(*machines, horizon_min=40, price=price, limits=limits)
    layout = laid_out(problem)
    tables = swarm_tables(layout, layout.machines)
    begun = earliest(layout)
    plans = polished(layout, tables, begun, cap_kw, None, [1, 0], never)
    curves = [m.rest_kw + extra_curve(m, p) for m, p in zip(layout.machines, plans, strict=True)]
    before = [m.rest_kw + extra_curve(m, p) for m, p in zip(layout.machines, begun, strict=True)]
    edges = np.arange(0, 40, 4)
    peak, was = (np.add.reduceat(sum(c), edges).max() / 4 for c in (curves, before))
    assert peak <= max(cap_kw, was) + 1e-9


def test_polishing_ends_when_it_must() -> None:
    batch = BatchSpec("b", 10, power_kw=6.0, earliest_min=3, pauses=PauseRule(1, 4))
    layout = laid_out(problem_of(Machine("m", [batch]), limits=Limits(demand_price_per_kw=1.0)))
    tables = swarm_tables(layout, layout.machines)
    begun = earliest(layout)
    assert polished(layout, tables, begun, 6.0, None, [0], lambda: True) == begun
    assert PeakBound(layout, tables).climb(1.0, lambda: True) is None


def test_the_known_small_problem_is_bounded_below_its_optimum_and_planned_near_it(shared: Path) -> None:
    problem = decode_problem((shared / "data" / "plans" / "S_3x5.json").read_bytes())
    plan = search(
        problem, price=prices_of(problem), elapsed_s=lambda: 0.0, settings=SwarmSettings(iterations=300)
    )
    assert plan.cost_before == pytest.approx(11_663.78, abs=0.01)
    assert plan.peak_kw <= 120.0
    assert 9_600 < plan.bound < 10_432.47
    assert plan.cost < 10_700


def test_the_known_large_problem_is_planned_within_two_percent_of_its_bound(shared: Path) -> None:
    problem = decode_problem((shared / "data" / "plans" / "A_6x20.json").read_bytes())
    plan = search(
        problem, price=prices_of(problem), elapsed_s=lambda: 0.0, settings=SwarmSettings(iterations=60)
    )
    assert plan.cost_before == pytest.approx(66_929.22, abs=0.01)
    assert plan.bound < 59_744.78
    assert plan.gap < 0.02
