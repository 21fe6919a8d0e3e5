from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from solver.check import Verdict, check_plan
from solver.exact import machine_optimum
from solver.outcome import plan_pauses, plan_starts
from solver.plan import load_curve, window_means
from solver.problem import BatchSpec, Limits, Machine, PauseRule, PlanProblem
from solver.tariff import PriceSeries
from tests.solver.plan_examples import laid_out, prices_of, problem_of, small_machines, small_prices

FIRST = BatchSpec("a", 10, power_kw=6.0, earliest_min=2, due_min=30, pauses=PauseRule(1, 5))
SECOND = BatchSpec("b", 10, power_kw=3.0, gap_before_min=4)
PROBLEM = problem_of(Machine("m", [FIRST, SECOND], off_kw=0.0), price=PriceSeries([0.5, 1.0], 30))


def verdict(
    a: int, b: int, pauses: dict[str, list[tuple[int, int]]] | None = None, problem: PlanProblem = PROBLEM
) -> Verdict:
    return check_plan(problem, prices_of(problem), {"m": {"a": a, "b": b}}, {"m": pauses or {}})


def test_a_plan_within_its_limits_is_priced_by_band() -> None:
    found = verdict(2, 28)
    assert found.violations == []
    assert found.energy_by_band == pytest.approx({"0.5": 1.0 + 0.1, "1": 0.4})
    assert found.cost == pytest.approx(0.5 * 1.1 + 0.4)
    assert found.makespan_min == 38


@pytest.mark.parametrize(
    ("a", "b", "pauses", "sentence"),
    [
        (1, 28, {}, "begins at minute 1, before its earliest, 2"),
        (21, 45, {}, "ends at minute 31, after it is due at 30"),
        (2, 51, {}, "ends at minute 61, after the horizon's 60"),
        (2, 15, {}, "begins at minute 15, and may at 16"),
        (2, 8, {}, "runs at minute 8, when another batch does"),
        (2, 28, {"a": [(4, 8)]}, "pauses for 4 min, and a pause takes 5 at least"),
        (2, 40, {"a": [(3, 8), (9, 14)]}, "pauses 2 times, and 1 are allowed"),
        (2, 28, {"a": [(2, 7)]}, "a pause before its first or after its last running minute"),
        (2, 28, {"b": [(40, 45)]}, "a pause before its first or after its last running minute"),
    ],
)
def test_each_broken_limit_is_a_sentence(
    a: int, b: int, pauses: dict[str, list[tuple[int, int]]], sentence: str
) -> None:
    assert any(sentence in violation for violation in verdict(a, b, pauses).violations)


def test_missing_and_unknown_batches_are_said() -> None:
    found = check_plan(PROBLEM, prices_of(PROBLEM), {"m": {"a": 2}, "x": {"c": 1}}, {})
    assert [*found.violations] == ["Batch 'b' of 'm' has no start.", "The problem has no batch 'c' of 'x'."]


def test_the_demand_charge_is_on_the_highest_window_or_the_peak_so_far() -> None:
    limits = Limits(interval_min=5, demand_price_per_kw=10.0, peak_so_far_kw=2.0)
    problem = problem_of(Machine("m", [FIRST, SECOND]), limits=limits)
    assert verdict(2, 28, problem=problem).demand_cost == pytest.approx(60.0)
    higher = problem_of(
        Machine("m", [FIRST, SECOND]), limits=Limits(demand_price_per_kw=10.0, peak_so_far_kw=7.0)
    )
    assert verdict(2, 28, problem=higher).demand_cost == pytest.approx(70.0)


@settings(max_examples=60, deadline=None)
@given(small_machines(), small_prices)
def test_the_checker_finds_the_cost_that_the_exact_search_and_the_load_curve_say(
    machine: Machine, price: PriceSeries
) -> None:
    problem = problem_of(machine, horizon_min=40, price=price)
    layout, prices = laid_out(problem), prices_of(problem)
    optimum = machine_optimum(layout.machines[0], layout.price_per_kw_min)
    assert optimum is not None
    starts, pauses = plan_starts(layout, [optimum.plan]), plan_pauses(layout, [optimum.plan])
    found = check_plan(problem, prices, starts, pauses)
    assert found.violations == []
    assert found.cost == pytest.approx(optimum.cost + layout.rest_cost, abs=1e-7)
    curve = load_curve(problem, starts, pauses, prices.price_per_kwh)[machine.id]
    assert float((curve * prices.price_per_kwh).sum() / 60) == pytest.approx(found.cost, abs=1e-9)
    assert np.max(window_means(curve, 15)) == pytest.approx(found.peak_kw, abs=1e-9)
