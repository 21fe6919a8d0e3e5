from __future__ import annotations

from collections.abc import Callable
from itertools import count, pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check_plan
from solver.errors import InfeasibleError, ProblemError
from solver.events import (
    SearchEvent,
    SearchFailed,
    SearchFinished,
    SearchProgress,
    SearchStarted,
    WorkerReady,
    decode_event,
    encode_event,
)
from solver.plan import Plan
from solver.problem import BatchSpec, Limits, Machine, PauseRule, PlanProblem, decode_problem
from solver.search import search
from solver.swarm import SwarmSettings
from solver.tariff import PriceSeries
from tests.solver.plan_examples import prices_of, problem_of, small_machines, small_prices, without_demand

QUICK = SwarmSettings(particles=10, iterations=40)
PAUSING = PauseRule(2, 4)
MILL = Machine(
    "mill",
    [
        BatchSpec("a", 12, power_kw=6.0, now_min=40, pauses=PAUSING),
        BatchSpec("b", 8, power_kw=3.0, gap_before_min=3, now_min=56, pauses=PAUSING),
    ],
    idle_kw=0.5,
)
PROBLEM = problem_of(MILL, Machine("other", MILL.batches[:1]), horizon_min=80)
DEMAND = Limits(interval_min=5, demand_price_per_kw=0.3)


def ticking() -> Callable[[], float]:
    """A clock on which a second passes each time one looks."""
    seconds = count()
    return lambda: float(next(seconds))


def find(problem: PlanProblem, **options: object) -> Plan:
    chosen: dict[str, object] = {"elapsed_s": lambda: 0.0, "settings": QUICK, **options}
    return search(problem, price=prices_of(problem), **chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["swarm", "exact"])
def test_without_coupling_the_plan_meets_its_bound(method: str) -> None:
    plan = find(PROBLEM, method=method)
    assert plan.stopped_by == "gap"
    assert plan.gap < 1e-6
    assert plan.cost < plan.cost_before


def test_the_published_swarm_ends_after_its_iterations_and_says_how_far_it_may_be_from_the_best() -> None:
    plan = find(PROBLEM, method="pso")
    assert plan.stopped_by in ("iterations", "gap")
    assert plan.bound <= plan.cost <= plan.cost_before
    assert plan.gap == pytest.approx((plan.cost - plan.bound) / plan.cost)


@settings(max_examples=15, deadline=None)
@given(
    small_machines(),
    small_machines(),
    small_prices,
    st.sampled_from([0.0, 2.0]),
    st.sampled_from(["swarm", "pso"]),
)
def test_every_plan_passes_the_checker_and_is_never_dearer_than_a_current_plan_that_does(
    machine: Machine, other: Machine, price: PriceSeries, demand_price: float, method: str
) -> None:
    limits = Limits(interval_min=6, demand_price_per_kw=demand_price)
    machines = [msgspec.structs.replace(m, id=name) for m, name in ((machine, "m"), (other, "n"))]
    problem = problem_of(*machines, horizon_min=40, price=price, limits=limits)
    plan = find(problem, method=method)
    assert plan.feasible
    verdict = check_plan(problem, prices_of(problem), plan.starts_min, plan.pauses_min)
    assert verdict.violations == []
    assert verdict.cost == pytest.approx(plan.cost)
    assert plan.bound <= plan.cost + 1e-9
    if not check_plan(problem, prices_of(problem), plan.starts_before_min, {}).violations:
        assert plan.cost <= plan.cost_before + 1e-9


@pytest.mark.parametrize("method", ["swarm", "pso"])
@pytest.mark.parametrize("limits", [Limits(), DEMAND])
def test_the_same_seed_gives_the_same_plan_on_any_number_of_threads(method: str, limits: Limits) -> None:
    problem = msgspec.structs.replace(PROBLEM, limits=limits)
    plans = [find(problem, method=method, threads=threads, seed=7) for threads in (1, 2, 3)]
    assert plans[0] == plans[1] == plans[2]


def test_a_search_that_is_stopped_at_once_still_gives_a_plan_that_holds() -> None:
    plan = find(PROBLEM, should_stop=lambda: True)
    assert plan.stopped_by == "stopped"
    assert plan.cost == plan.cost_before
    assert plan.bound < plan.cost


def test_a_search_ends_when_its_seconds_are_over() -> None:
    plan = find(PROBLEM, method="pso", elapsed_s=ticking(), seconds=30.0)
    assert plan.stopped_by == "seconds"
    assert plan.iterations < QUICK.iterations


def test_progress_is_told_at_most_every_50_ms() -> None:
    events: list[SearchEvent] = []
    seconds = (n * 0.004 for n in count())
    find(PROBLEM, method="pso", elapsed_s=lambda: next(seconds), on_event=events.append)
    told = [event.seconds for event in events if isinstance(event, SearchProgress)]
    assert isinstance(events[0], SearchStarted)
    assert len(told) > 2
    assert all(later - sooner >= 0.05 for sooner, later in pairwise(told))


def test_the_best_cost_only_falls_and_the_bound_only_rises() -> None:
    events: list[SearchEvent] = []
    find(PROBLEM, method="pso", elapsed_s=ticking(), seconds=1e9, on_event=events.append)
    told = [event for event in events if isinstance(event, SearchProgress)]
    assert all(later.best_cost <= sooner.best_cost for sooner, later in pairwise(told))
    assert all(later.bound >= sooner.bound for sooner, later in pairwise(told))


def test_a_plan_that_cannot_be_bettered_moves_nothing() -> None:
    flat = msgspec.structs.replace(PROBLEM, tariff=PriceSeries([0.7], 80))
    for method in ("swarm", "pso", "exact"):
        plan = find(flat, method=method)
        assert plan.moves == []
        assert plan.starts_min == plan.starts_before_min


def test_a_batch_that_is_fixed_stays() -> None:
    fixed = BatchSpec("a", 12, power_kw=6.0, earliest_min=30, due_min=42, now_min=30, pauses=PAUSING)
    plan = find(problem_of(Machine("m", [fixed, MILL.batches[1]]), horizon_min=80))
    assert plan.starts_min["m"]["a"] == 30
    assert plan.pauses_min["m"].get("a") is None


def test_a_move_says_what_it_saves_and_which_band_it_leaves() -> None:
    dear_then_cheap = PriceSeries([1.0, 0.25], 40)
    batch = BatchSpec("a", 30, power_kw=6.0, now_min=0)
    plan = find(problem_of(Machine("m", [batch]), horizon_min=80, price=dear_then_cheap))
    (move,) = plan.moves
    assert (move.from_min, move.to_min, move.reason) == (0, 40, "leaves_band")
    assert move.params == {"from_band": "1", "to_band": "0.25", "kwh": 3.0}
    assert move.saving == pytest.approx(plan.cost_before - plan.cost)
    assert plan.cost_by_band_before == pytest.approx({"0.25": 0.0, "1": 3.0})
    assert plan.energy_by_band_after == pytest.approx({"0.25": 3.0, "1": 0.0})


def test_a_current_plan_that_breaks_a_limit_is_priced_and_replaced() -> None:
    late = BatchSpec("a", 12, power_kw=6.0, due_min=40, now_min=60)
    plan = find(problem_of(Machine("m", [late]), horizon_min=80))
    assert plan.feasible
    assert plan.starts_before_min == {"m": {"a": 60}}
    assert plan.starts_min["m"]["a"] <= 28


def test_without_a_current_plan_the_earliest_one_is_the_baseline() -> None:
    batches = [
        BatchSpec("a", 10, power_kw=1.0, earliest_min=3),
        BatchSpec("b", 5, power_kw=1.0, gap_before_min=2),
    ]
    assert find(problem_of(Machine("m", batches))).starts_before_min == {"m": {"a": 3, "b": 15}}


def test_an_impossible_problem_names_the_limit() -> None:
    with pytest.raises(InfeasibleError, match="must end by minute 9"):
        find(problem_of(Machine("m", [BatchSpec("a", 10, power_kw=1.0, due_min=9)])))


def test_exact_refuses_what_couples_the_machines_and_a_method_must_exist() -> None:
    with pytest.raises(ProblemError, match="'exact' solves machines one by one"):
        find(msgspec.structs.replace(PROBLEM, limits=DEMAND), method="exact")
    with pytest.raises(ProblemError, match="there is no 'magic'; use one of swarm, pso, exact"):
        find(PROBLEM, method="magic")


def test_prices_that_end_before_the_horizon_are_refused() -> None:
    with pytest.raises(ProblemError, match="prices cover 80 minutes and horizon_min is 90"):
        search(
            msgspec.structs.replace(PROBLEM, horizon_min=90), price=prices_of(PROBLEM), elapsed_s=lambda: 0.0
        )


def test_the_known_problem_costs_as_it_runs_what_is_known_and_its_energy_optimum_is_met(shared: Path) -> None:
    problem = decode_problem((shared / "data" / "plans" / "A_6x20.json").read_bytes())
    plan = find(without_demand(problem))
    assert plan.cost_before == pytest.approx(57_713.22, abs=0.01)
    assert plan.cost == pytest.approx(50_921.51, abs=0.01)
    assert plan.bound == pytest.approx(50_921.51, abs=0.01)


def test_an_event_is_read_as_it_was_written() -> None:
    plan = find(PROBLEM)
    started, progress = SearchStarted(1.0, 0.5, 2, "7"), SearchProgress(3, 0.1, 1.0, 0.5, 0.5, "7")
    failed = SearchFailed("infeasible", "No plan.", {"batch": "a", "due_min": 3}, "7")
    for event in (started, progress, SearchFinished(plan, "7"), failed, WorkerReady()):
        assert decode_event(encode_event(event)) == event
