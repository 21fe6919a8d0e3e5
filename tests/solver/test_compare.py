from __future__ import annotations

import msgspec
import pytest

from solver.check import check_plan
from solver.compare import Schedule, compare_plans
from solver.errors import ProblemError
from solver.limits import Carbon
from solver.problem import BatchSpec, Limits, Machine, PauseRule
from solver.tariff import PriceSeries
from tests.solver.plan_examples import prices_of, problem_of

PROBLEM = problem_of(
    Machine("m", [BatchSpec("a", 60, power_kw=60.0, pauses=PauseRule(1, 30))]),
    Machine("n", [BatchSpec("b", 60, power_kw=30.0, due_min=800), BatchSpec("c", 60, power_kw=30.0)]),
    horizon_min=1440,
    price=PriceSeries([1.0, 0.5], 720),
    limits=Limits(demand_price_per_kw=1.0, carbon=Carbon([0.5, 0.1], 720, 0.2)),
)
GRID = prices_of(PROBLEM)
A = Schedule({"m": {"a": 0}, "n": {"b": 0, "c": 300}})
B = Schedule({"m": {"a": 900}, "n": {"b": 740, "c": 900}})


def test_both_plans_are_priced_by_parts_and_bands() -> None:
    comparison = compare_plans(PROBLEM, GRID, A, B)
    for side, plan in ((comparison.a, A), (comparison.b, B)):
        verdict = check_plan(PROBLEM, GRID, plan.starts_min, plan.pauses_min)
        assert side.cost == pytest.approx(verdict.cost)
        assert side.carbon_kg == pytest.approx(verdict.carbon_kg)
        assert side.peak_kw == pytest.approx(verdict.peak_kw)
        assert side.cost_by_band == pytest.approx(verdict.cost_by_band)
        assert side.makespan_min == verdict.makespan_min
    assert comparison.cost_difference == pytest.approx(comparison.b.cost - comparison.a.cost)
    assert comparison.cost_difference == pytest.approx(-60.0 - 0.4 * 120 * 0.2)


def test_each_batch_that_lies_elsewhere_says_what_that_alone_would_change() -> None:
    a, b, c = compare_plans(PROBLEM, GRID, A, B).batches
    assert [(one.machine, one.batch, one.from_min, one.to_min) for one in (a, b, c)] == [
        ("m", "a", 0, 900),
        ("n", "b", 0, 740),
        ("n", "c", 300, 900),
    ]
    alone = check_plan(PROBLEM, GRID, {**A.starts_min, "m": {"a": 900}}, {}).cost
    assert a.change == pytest.approx(alone - check_plan(PROBLEM, GRID, A.starts_min, {}).cost)
    assert (a.breaks, b.breaks, c.breaks) == ([], ["gap"], [])


def test_a_batch_that_only_pauses_otherwise_is_a_difference() -> None:
    paused = Schedule(A.starts_min, {"m": {"a": [(30, 90)]}})
    [one] = compare_plans(PROBLEM, GRID, A, paused).batches
    assert (one.from_min, one.to_min, one.from_pauses, one.to_pauses) == (0, 0, [], [(30, 90)])


def test_the_same_plan_differs_in_nothing() -> None:
    comparison = compare_plans(PROBLEM, GRID, A, A)
    assert (comparison.cost_difference, comparison.batches) == (0.0, [])
    assert comparison.a == comparison.b


def test_what_binds_in_each_and_what_the_other_breaks_is_said() -> None:
    early, late = (
        Schedule({"m": {"a": 900}, "n": {"b": 690, "c": 900}}),
        Schedule({"m": {"a": 900}, "n": {"b": 760, "c": 900}}),
    )
    comparison = compare_plans(PROBLEM, GRID, early, late)
    assert [binding.limit for binding in comparison.a.binding] == []
    tight = msgspec.structs.replace(A, starts_min={"m": {"a": 900}, "n": {"b": 0, "c": 60}})
    assert [binding.limit for binding in compare_plans(PROBLEM, GRID, tight, late).a.binding] == ["gap"]
    assert "is due at 800" in comparison.b.violations[0]


@pytest.mark.parametrize(
    ("starts", "sentence"),
    [
        ({"m": {"a": 0}, "n": {"b": 0}}, r"starts_min\.n: the other plan has no start for batch 'c'"),
        ({"n": {"b": 0, "c": 300}}, r"starts_min\.m: the other plan has no start for batch 'a'"),
        ({"m": {"a": 0, "z": 3}, "n": {"b": 0, "c": 300}}, r"starts_min\.m: the problem has no batch 'z'"),
    ],
)
def test_a_plan_for_another_problem_is_refused(starts: dict[str, dict[str, int]], sentence: str) -> None:
    with pytest.raises(ProblemError, match=sentence):
        compare_plans(PROBLEM, GRID, A, Schedule(starts))
