from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from solver.check import Limit, Verdict, check_plan
from solver.plan import Span
from solver.problem import BatchSpec, Limits, Machine, PauseRule, PlanProblem
from solver.tariff import PriceGrid, PriceSeries
from solver.what_if import Repriced, WhatIf
from solver.what_if_scan_limits import limits_of
from tests.solver.limit_examples import HORIZON, any_plan, coupled_problems
from tests.solver.plan_examples import prices_of, problem_of

Starts = dict[str, dict[str, int]]
Pauses = dict[str, dict[str, list[Span]]]
Place = tuple[str, str]

FIRST = BatchSpec("a", 10, power_kw=6.0, due_min=40, pauses=PauseRule(1, 5))
SECOND = BatchSpec("b", 10, power_kw=3.0, gap_before_min=4)
PROBLEM = problem_of(
    Machine("m", [FIRST, SECOND], off_kw=0.0),
    price=PriceSeries([0.5, 1.0], 30),
    limits=Limits(interval_min=10, demand_price_per_kw=1.0),
)


def what_if(pauses: Pauses | None = None) -> WhatIf:
    return WhatIf(PROBLEM, prices_of(PROBLEM), {"m": {"a": 2, "b": 30}}, pauses or {})


def places(problem: PlanProblem, starts: Starts) -> list[Place]:
    known = {machine.id: {batch.id for batch in machine.batches} for machine in problem.machines}
    return [(machine, batch) for machine, by in starts.items() for batch in by if batch in known[machine]]


def dragged(starts: Starts, pauses: Pauses, place: Place, to: int) -> tuple[Starts, Pauses]:
    machine, batch = place
    by = to - starts[machine][batch]
    along = [(since + by, until + by) for since, until in pauses.get(machine, {}).get(batch, [])]
    return (
        {**starts, machine: {**starts[machine], batch: to}},
        {**pauses, machine: {**pauses.get(machine, {}), batch: along}},
    )


def assert_agrees(found: Repriced, verdict: Verdict) -> None:
    for part in ("energy_cost", "demand_cost", "carbon_cost", "night_cost", "distance_cost", "cost"):
        assert getattr(found, part) == pytest.approx(getattr(verdict, part), abs=1e-9), part
    assert found.peak_kw == pytest.approx(verdict.peak_kw, abs=1e-9)
    assert found.carbon_kg == pytest.approx(verdict.carbon_kg, abs=1e-9)
    assert found.night_hours == pytest.approx(verdict.night_hours, abs=1e-9)
    assert found.makespan_min == verdict.makespan_min
    assert found.cost_by_band == pytest.approx(verdict.cost_by_band, abs=1e-9)
    assert found.energy_by_band == pytest.approx(verdict.energy_by_band, abs=1e-9)
    assert broken(found) == broken(verdict)
    assert set(found.violations) == set(verdict.violations)


def broken(found: Repriced | Verdict) -> set[tuple[str, str, str]]:
    return {(breach.limit.value, breach.machine, breach.batch) for breach in found.breaches}


@settings(max_examples=50, deadline=None)
@given(st.data(), coupled_problems())
def test_dragging_a_batch_costs_and_breaks_what_the_checker_says(
    data: st.DataObject, priced: tuple[PlanProblem, PriceGrid]
) -> None:
    problem, grid = priced
    starts, pauses = data.draw(any_plan(problem))
    plan = WhatIf(problem, grid, starts, pauses)
    assert_agrees(plan.now(), check_plan(problem, grid, starts, pauses))
    assume(places(problem, starts))
    for _ in range(3):
        place = data.draw(st.sampled_from(places(problem, starts)))
        then = dragged(starts, pauses, place, data.draw(st.integers(-2, HORIZON + 2)))
        assert_agrees(plan.drag(*place, then[0][place[0]][place[1]]), check_plan(problem, grid, *then))
    assert_agrees(plan.now(), check_plan(problem, grid, starts, pauses))


@settings(max_examples=30, deadline=None)
@given(st.data(), coupled_problems())
def test_what_is_applied_stays(data: st.DataObject, priced: tuple[PlanProblem, PriceGrid]) -> None:
    problem, grid = priced
    starts, pauses = data.draw(any_plan(problem))
    assume(places(problem, starts))
    plan = WhatIf(problem, grid, starts, pauses)
    for _ in range(5):
        place = data.draw(st.sampled_from(places(problem, starts)))
        to = data.draw(st.integers(-2, HORIZON + 2))
        starts, pauses = dragged(starts, pauses, place, to)
        assert_agrees(plan.apply(*place, to), check_plan(problem, grid, starts, pauses))


@settings(max_examples=40, deadline=None)
@given(st.data(), coupled_problems())
def test_all_starts_at_once_cost_and_break_what_each_of_them_does(
    data: st.DataObject, priced: tuple[PlanProblem, PriceGrid]
) -> None:
    problem, grid = priced
    starts, pauses = data.draw(any_plan(problem))
    plan = WhatIf(problem, grid, starts, pauses)
    fitting = [
        (machine, one.batch.id)
        for machine, state in plan.machines.items()
        for one in state.placed
        if one.end - one.start <= HORIZON and not one.machine.sleep
    ]
    assume(fitting)
    machine, batch = data.draw(st.sampled_from(fitting))
    scan = plan.scan(machine, batch)
    for place, (cost, bits) in enumerate(zip(scan.cost.tolist(), scan.broken.tolist(), strict=True)):
        found = plan.drag(machine, batch, scan.first_min + place)
        expected = {breach.limit for breach in found.breaches}
        assert (Limit.OVERLAP in limits_of(bits)) == (Limit.OVERLAP in expected)
        if Limit.OVERLAP not in expected:
            assert set(limits_of(bits)) == expected
            assert cost == pytest.approx(found.cost, abs=1e-9)
    assert (scan.allowed_cost < np.inf).tolist() == scan.free.tolist()


@settings(max_examples=20, deadline=None)
@given(st.data(), coupled_problems())
def test_a_machine_that_can_sleep_stands_at_least_cost_around_a_batch_tried_everywhere(
    data: st.DataObject, priced: tuple[PlanProblem, PriceGrid]
) -> None:
    problem, grid = priced
    carbon = Limits(carbon=problem.limits.carbon)
    problem, grid = msgspec.structs.replace(problem, limits=carbon), replace(grid, demand=())
    starts, pauses = data.draw(any_plan(problem))
    plan = WhatIf(problem, grid, starts, pauses)
    fitting = [
        (machine, one.batch.id)
        for machine, state in plan.machines.items()
        for one in state.placed
        if one.end - one.start <= HORIZON and one.machine.sleep and len(one.runs) == 1
    ]
    assume(fitting)
    machine, batch = data.draw(st.sampled_from(fitting))
    scan = plan.scan(machine, batch)
    for place, (cost, bits) in enumerate(zip(scan.cost.tolist(), scan.broken.tolist(), strict=True)):
        found = plan.drag(machine, batch, scan.first_min + place)
        expected = {breach.limit for breach in found.breaches}
        if Limit.OVERLAP not in expected:
            assert set(limits_of(bits)) == expected
            if Limit.SLEEP not in expected:
                assert cost == pytest.approx(found.cost, abs=1e-9)


def test_pauses_come_along_unless_others_are_given() -> None:
    plan = what_if({"m": {"a": [(6, 12)]}})
    along = check_plan(PROBLEM, prices_of(PROBLEM), {"m": {"a": 5, "b": 30}}, {"m": {"a": [(9, 15)]}})
    assert plan.drag("m", "a", 5).cost == pytest.approx(along.cost)
    without = check_plan(PROBLEM, prices_of(PROBLEM), {"m": {"a": 5, "b": 30}}, {})
    assert plan.drag("m", "a", 5, ()).cost == pytest.approx(without.cost)


def test_a_drag_changes_nothing_until_it_is_applied() -> None:
    plan = what_if()
    before = plan.now().cost
    assert plan.drag("m", "b", 20).cost < before
    assert plan.now().cost == before
    assert plan.apply("m", "b", 20).cost < before
    assert plan.now().cost == plan.drag("m", "b", 20).cost


def test_only_a_stretch_of_starts_may_be_tried() -> None:
    whole, part = what_if().scan("m", "a"), what_if().scan("m", "a", 20, 25)
    assert (part.first_min, len(part.cost)) == (20, 6)
    assert part.cost == pytest.approx(whole.cost[20:26])
    assert whole.first_min + len(whole.cost) - 1 == 60 - 10


def test_a_drag_names_the_limit_that_it_breaks() -> None:
    [breach] = what_if().drag("m", "a", 17).breaches
    assert breach.limit is Limit.GAP
    assert (
        breach.sentence
        == "Batch 'b' of 'm' begins at minute 30, and may at 31 after the batch before it and its gap."
    )
