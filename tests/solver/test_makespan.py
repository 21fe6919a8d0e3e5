from __future__ import annotations

from itertools import permutations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check_plan
from solver.errors import NoPlanError
from solver.limits import Distance
from solver.makespan import MakespanResult, shortest_plan
from solver.plan import Plan, load_curve
from solver.problem import BatchSpec, Limits, Machine, PauseRule, PlanProblem, SleepState
from solver.search import search
from solver.swarm import SwarmSettings
from solver.tariff import PriceSeries
from tests.solver.feasible_examples import Feasible, feasible_problems
from tests.solver.makespan_examples import (
    PUBLISHED_BEST,
    PUBLISHED_PROVEN,
    PUBLISHED_STARTS,
    least_makespan,
    makespan_problem,
    published_sample,
    tiny_problems,
)
from tests.solver.plan_examples import prices_of, problem_of

INTERVAL_MIN = 5


def shortest(problem: PlanProblem, *, rounds: int = 20, threads: int = 1, seed: int = 1) -> Plan:
    return search(
        problem,
        price=prices_of(problem),
        elapsed_s=lambda: 0.0,
        settings=SwarmSettings(iterations=rounds),
        threads=threads,
        seed=seed,
    )


def asked(machines: list[Machine], limit_kwh: float, horizon_min: int = 60) -> PlanProblem:
    limits = Limits(interval_min=INTERVAL_MIN, interval_energy_kwh=limit_kwh)
    problem = problem_of(*machines, horizon_min=horizon_min, limits=limits)
    return PlanProblem(
        **{**{f: getattr(problem, f) for f in problem.__struct_fields__}, "objective": "makespan"}
    )


@st.composite
def plants(draw: st.DrawFn) -> PlanProblem:
    """A few machines whose batches, one after the other, fit into the horizon at 12 kW in each interval."""
    machines = []
    for m in range(draw(st.integers(1, 3))):
        batches = [
            BatchSpec(f"b{b}", draw(st.integers(1, 8)), power_kw=float(draw(st.integers(1, 12))))
            for b in range(draw(st.integers(1, 3)))
        ]
        machines.append(Machine(f"m{m}", batches, order_fixed=draw(st.booleans())))
    return asked(machines, 1.0, horizon_min=120)


@settings(max_examples=25, deadline=None)
@given(plants())
def test_no_interval_holds_more_than_its_limit_and_the_bound_is_never_above_the_makespan(
    problem: PlanProblem,
) -> None:
    plan = shortest(problem)
    load = np.sum(list(load_curve(problem, plan.starts_min, plan.pauses_min).values()), axis=0)
    energy_kwh = load.reshape(-1, INTERVAL_MIN).sum(axis=1) / 60.0
    assert energy_kwh.max() <= 1.0 + 1e-6
    assert check_plan(problem, prices_of(problem), plan.starts_min, plan.pauses_min).violations == []
    assert plan.bound <= plan.makespan_min
    assert plan.gap == pytest.approx((plan.makespan_min - plan.bound) / plan.makespan_min)


def best_by_force(problem: PlanProblem) -> int:
    """The shortest makespan of one machine with a free order, each order as early as the energy allows."""
    (machine,) = problem.machines
    limit = (problem.limits.interval_energy_kwh or 0.0) * 60.0 + 1e-6
    best = problem.horizon_min

    def fits(load: np.ndarray) -> bool:
        return bool(load.reshape(-1, INTERVAL_MIN).sum(axis=1).max() <= limit)

    def place(order: tuple[BatchSpec, ...], load: np.ndarray, free: int) -> None:
        nonlocal best
        if not order:
            best = min(best, free)
            return
        batch, power = order[0], order[0].power_kw or 0.0
        for start in range(free, best - batch.duration_min):
            trial = load.copy()
            trial[start : start + batch.duration_min] += power
            if fits(trial):
                place(order[1:], trial, start + batch.duration_min)

    for order in permutations(machine.batches):
        place(order, np.zeros(problem.horizon_min), 0)
    return best


@pytest.mark.parametrize("powers", [(12.0, 6.0, 18.0), (20.0, 20.0, 3.0), (9.0, 15.0, 12.0)])
def test_a_small_plant_gets_the_shortest_makespan_there_is(powers: tuple[float, ...]) -> None:
    batches = [BatchSpec(f"b{b}", 4 + b, power_kw=power) for b, power in enumerate(powers)]
    problem = asked([Machine("m", batches, order_fixed=False)], 1.2, horizon_min=45)
    assert shortest(problem, rounds=50).makespan_min == best_by_force(problem)


def test_the_same_seed_gives_the_same_plan_on_any_number_of_threads() -> None:
    batches = [BatchSpec(f"b{b}", 3 + b, power_kw=4.0 + b) for b in range(4)]
    problem = asked([Machine("m", batches, order_fixed=False), Machine("n", batches)], 0.6, horizon_min=150)
    plans = [shortest(problem, threads=threads, rounds=6) for threads in (1, 2, 3)]
    assert plans[0] == plans[1] == plans[2]


def test_a_batch_that_no_interval_can_hold_is_refused_with_its_limit() -> None:
    problem = asked([Machine("m", [BatchSpec("b", 10, power_kw=100.0)])], 1.0)
    with pytest.raises(NoPlanError, match="interval_energy_kwh"):
        shortest(problem)


def found(problem: PlanProblem, *, rounds: int = 3, threads: int = 1, seed: int = 1) -> MakespanResult:
    """The search alone, without the checker behind it."""
    return shortest_plan(
        problem,
        prices_of(problem),
        should_end=lambda: False,
        on_better=lambda *_: None,
        seed=seed,
        threads=threads,
        iterations=rounds,
    )


def assert_passes(problem: PlanProblem, result: MakespanResult) -> None:
    verdict = check_plan(problem, prices_of(problem), result.starts_min, result.pauses_min)
    assert verdict.violations == []
    assert verdict.makespan_min == result.makespan_min
    assert result.bound_min <= result.makespan_min


@settings(max_examples=8, deadline=None)  # of more than a second each
@given(feasible_problems())
def test_whatever_the_limits_no_plan_is_given_as_whole_that_breaks_one(example: Feasible) -> None:
    machines = [msgspec.structs.replace(machine, sleep=[]) for machine in example.problem.machines]
    problem = msgspec.structs.replace(example.problem, machines=machines, objective="makespan")
    result = found(problem, rounds=1)
    if not result.lost:
        assert_passes(problem, result)


@settings(max_examples=40, deadline=None)
@given(tiny_problems())
def test_tiny_problems_get_the_shortest_plan_there_is(problem: PlanProblem) -> None:
    least, result = least_makespan(problem), found(problem, rounds=8)
    if least is None:
        assert result.lost
        return
    assert_passes(problem, result)
    assert result.makespan_min == least
    assert result.bound_min <= least


def test_published_instances_are_planned_within_two_percent_of_the_best_known() -> None:
    for number, problem in published_sample(22, 128, 224, 762, 868, 1295, 1326, 1475).items():
        result = found(problem, rounds=12)
        assert_passes(problem, result)
        assert result.makespan_min <= 1.02 * PUBLISHED_BEST[number]
        if number in PUBLISHED_PROVEN:
            assert result.bound_min <= PUBLISHED_BEST[number] <= result.makespan_min


@pytest.mark.parametrize("number", PUBLISHED_STARTS)
def test_a_published_plan_keeps_its_limit_here_too_and_ends_when_it_was_proven_to(number: int) -> None:
    problem, of_job = published_sample(number)[number], PUBLISHED_STARTS[number]
    starts = {m.id: {b.id: of_job[int(b.id[1:])] for b in m.batches} for m in problem.machines}
    verdict = check_plan(problem, prices_of(problem), starts, {})
    assert verdict.violations == []
    assert verdict.makespan_min == PUBLISHED_BEST[number]


def test_where_one_machine_never_rests_the_plan_is_proven_at_once() -> None:
    result = found(published_sample(379)[379], rounds=0)
    assert (result.makespan_min, result.bound_min, result.proven) == (191, 191, True)


def test_the_search_tells_each_better_plan_or_bound_and_ends_when_it_must() -> None:
    problem = published_sample(1106)[1106]
    told: list[tuple[int, int, int]] = []
    asked = iter([False, False, False, True])
    result = shortest_plan(
        problem,
        prices_of(problem),
        should_end=lambda: next(asked),
        on_better=lambda *news: told.append(news),
        seed=1,
        threads=2,
        iterations=100,
    )
    assert result.iterations == 3
    assert told[-1][0] == result.makespan_min
    assert [m for m, _, _ in told] == sorted((m for m, _, _ in told), reverse=True)
    assert [bound for _, bound, _ in told] == sorted(bound for _, bound, _ in told)


def test_a_published_instance_is_planned_alike_on_any_number_of_threads() -> None:
    problem = published_sample(1444)[1444]
    one, three = (found(problem, rounds=4, threads=threads, seed=7) for threads in (1, 3))
    assert one.starts_min == three.starts_min
    assert (one.makespan_min, one.bound_min) == (three.makespan_min, three.bound_min)
    assert found(problem, rounds=4, seed=8).starts_min != one.starts_min


def test_a_batch_pauses_through_maintenance_where_it_may() -> None:
    batch = BatchSpec("b", 30, power_kw=5.0, pauses=PauseRule(1, 5), due_min=50)
    limits = Limits(interval_min=15, interval_energy_kwh=2.5)
    problem = makespan_problem(Machine("m", [batch], maintenance=[(20, 30)]), limits=limits)
    result = found(problem)
    assert_passes(problem, result)
    assert result.pauses_min == {"m": {"b": [(20, 30)]}}
    assert (result.makespan_min, result.proven) == (40, True)


def test_a_sleeping_machine_wakes_in_time_and_its_way_up_counts() -> None:
    sleep = [SleepState(down_min=2, down_kw=1.0, up_min=10, up_kw=9.0, off_kw=0.0)]
    sleeper = Machine("s", [BatchSpec("b", 10, power_kw=6.0)], idle_kw=1.0, sleep=sleep)
    other = Machine("m", [BatchSpec("a", 10, power_kw=7.0)])
    limits = Limits(interval_min=15, interval_energy_kwh=2.4)
    problem = makespan_problem(sleeper, other, limits=limits)
    result = found(problem, rounds=6)
    assert not result.lost
    assert_passes(problem, result)
    assert result.starts_min["s"]["b"] >= 10


def test_the_plan_in_force_is_not_lost_where_hardly_anything_may_move() -> None:
    batches = [BatchSpec(str(n), 10, power_kw=9.0, now_min=12 * n) for n in range(4)]
    limits = Limits(interval_min=15, interval_energy_kwh=2.5, distance=Distance(most_batches=1))
    problem = makespan_problem(Machine("m", batches), limits=limits)
    result = found(problem)
    assert_passes(problem, result)
    assert result.makespan_min <= 46


def test_of_two_plans_as_short_the_cheaper_one_is_given() -> None:
    machines = [
        Machine("long", [BatchSpec("a", 60, power_kw=4.0)]),
        Machine("short", [BatchSpec("b", 10, power_kw=4.0)]),
    ]
    limits = Limits(interval_min=15, interval_energy_kwh=2.5)
    problem = makespan_problem(*machines, limits=limits, price=PriceSeries([1.0, 1.0, 0.2, 1.0], 15))
    result = found(problem)
    assert result.makespan_min == 60
    assert result.starts_min["short"]["b"] == 30


def test_what_a_machine_draws_standing_takes_from_the_others() -> None:
    batches = [BatchSpec(str(number), 15, power_kw=6.0) for number in range(3)]
    busy = [Machine("m", batches[:2]), Machine("n", batches[2:])]
    limits = Limits(interval_min=15, interval_energy_kwh=2.5)
    without = found(makespan_problem(*busy, limits=limits))
    problem = makespan_problem(*busy, Machine("idle", [], idle_kw=4.0), limits=limits)
    beside = found(problem)
    assert_passes(problem, beside)
    assert (without.makespan_min, without.proven) == (30, True)
    # Each quarter of an hour is left 15 machine-minutes: 15 at first, then 8 and 7 together, twice.
    assert (beside.makespan_min, beside.proven) == (38, True)
