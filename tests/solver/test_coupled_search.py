from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check_plan
from solver.errors import InfeasibleError, ProblemError
from solver.limits import Crew, CrewShift, StartRule
from solver.plan import Plan
from solver.problem import BatchSpec, Limits, Machine, PauseRule
from solver.search import search
from solver.swarm import SwarmSettings
from tests.solver.coupled_examples import KINDS, Example, coupled_examples, least_cost
from tests.solver.plan_examples import prices_of, problem_of

CENT = 0.01
QUICK, LONGER = SwarmSettings(iterations=4), SwarmSettings(iterations=30)


def find(example: Example, **options: object) -> Plan:
    chosen: dict[str, object] = {"elapsed_s": lambda: 0.0, "settings": QUICK, **options}
    return search(example.problem, price=example.price, **chosen)  # type: ignore[arg-type]


def assert_sound(example: Example, plan: Plan) -> None:
    verdict = check_plan(example.problem, example.price, plan.starts_min, plan.pauses_min)
    assert verdict.violations == []
    assert plan.cost == pytest.approx(verdict.cost, abs=1e-9)
    optimum = least_cost(example)
    assert plan.bound <= optimum + 1e-7
    assert plan.cost >= optimum - 1e-7


@settings(max_examples=20, deadline=None)
@given(coupled_examples(in_force=True), st.integers(0, 99))
def test_a_plan_keeps_all_limits_and_lies_with_its_bound_on_both_sides_of_the_optimum(
    example: Example, seed: int
) -> None:
    plan = find(example, seed=seed)
    assert_sound(example, plan)
    before = check_plan(example.problem, example.price, plan.starts_before_min, {})
    assert before.feasible
    assert plan.cost <= before.cost + 1e-9


@settings(max_examples=20, deadline=None)
@given(coupled_examples(pausing=True, in_force=True), st.integers(0, 99))
def test_so_does_a_plan_whose_batches_may_pause(example: Example, seed: int) -> None:
    assert_sound(example, find(example, seed=seed))


@pytest.mark.parametrize("kind", KINDS)
def test_a_tiny_problem_with_one_coupling_meets_its_optimum_to_the_cent(kind: str) -> None:
    @settings(max_examples=10, deadline=None, derandomize=True, database=None)
    @given(coupled_examples(kinds=(kind,), plain=True, short_windows=True))
    def meets_it(example: Example) -> None:
        assert find(example, settings=LONGER).cost == pytest.approx(least_cost(example), abs=CENT)

    meets_it()


@settings(max_examples=12, deadline=None, derandomize=True)
@given(coupled_examples(kinds=KINDS, plain=True, short_windows=True))
def test_a_tiny_problem_with_everything_meets_its_optimum_to_the_cent(example: Example) -> None:
    assert find(example, settings=LONGER).cost == pytest.approx(least_cost(example), abs=CENT)


@settings(max_examples=12, deadline=None)
@given(coupled_examples(pausing=True, in_force=True), st.integers(0, 99))
def test_the_same_seed_gives_the_same_plan_on_any_number_of_threads(example: Example, seed: int) -> None:
    plans = [find(example, seed=seed, threads=threads) for threads in (1, 2, 3)]
    assert plans[0] == plans[1] == plans[2]


def test_a_crew_that_serves_one_machine_at_a_time_keeps_the_others_waiting() -> None:
    crew = Crew([CrewShift("00:00", 1)], charge_min=5, discharge_min=5)
    machines = [Machine(name, [BatchSpec("b", 10, power_kw=2.0, earliest_min=5)]) for name in "mn"]
    problem = problem_of(*machines, horizon_min=60, limits=Limits(crew=crew))
    plan = find(Example(problem, prices_of(problem), ()))
    first, second = sorted(starts["b"] for starts in plan.starts_min.values())
    charged, discharged = second - 5, first + 10
    assert charged >= first
    assert charged >= discharged + 5 or charged + 5 <= discharged


def test_a_batch_that_can_only_pause_through_a_maintenance_does_so_beside_a_start_rule() -> None:
    batch = BatchSpec("b", 20, power_kw=3.0, due_min=40, pauses=PauseRule(1, 1))
    machine = Machine("m", [batch], maintenance=[(10, 30)])
    other = Machine("n", [BatchSpec("b", 10, power_kw=2.0)])
    problem = problem_of(machine, other, horizon_min=40, limits=Limits(starts=StartRule(1, 5)))
    plan = find(Example(problem, prices_of(problem), ()))
    assert plan.starts_min["m"]["b"] == 0
    assert plan.pauses_min["m"]["b"] == [(10, 30)]


def test_a_limit_that_no_plan_keeps_is_named() -> None:
    machines = [Machine(name, [BatchSpec("b", 40, power_kw=3.0)]) for name in "mn"]
    problem = problem_of(*machines, horizon_min=60, limits=Limits(supply_kw=5.0))
    with pytest.raises((InfeasibleError, ProblemError), match="supply"):
        find(Example(problem, prices_of(problem), ()))


def test_where_a_machine_has_fallen_behind_only_its_batches_make_way_at_first() -> None:
    late = [
        BatchSpec("a", 20, power_kw=2.0, earliest_min=15, due_min=40, now_min=20),
        BatchSpec("b", 20, power_kw=2.0, now_min=30),
    ]
    steady = Machine("n", [BatchSpec("a", 20, power_kw=2.0, earliest_min=12, now_min=26)])
    limits = Limits(supply_kw=4.0, starts=StartRule(1, 5))
    problem = problem_of(Machine("m", late), steady, horizon_min=90, limits=limits)
    plan = find(Example(problem, prices_of(problem), ()), seconds=0.0)
    assert plan.feasible
    assert plan.starts_min["n"]["a"] == 26
    assert plan.starts_min["m"]["b"] >= plan.starts_min["m"]["a"] + 20
