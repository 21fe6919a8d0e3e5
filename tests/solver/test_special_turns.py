"""Machines that sleep or run in any order, beside others that share a limit: against all plans there are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check_plan
from solver.errors import NoPlanError, ProblemError
from solver.limits import Buffer, Crew, CrewShift, Distance, Limits, NightWork, StartRule
from solver.plan import Plan
from solver.problem import BatchSpec, Machine, PlanProblem, SleepState
from solver.search import search
from solver.sleep import standing_path
from solver.special import is_special
from solver.swarm import SwarmSettings
from solver.tariff import PriceSeries
from tests.solver.coupled_examples import Shares, Way, costs_of, shares_of, ways_of
from tests.solver.plan_examples import prices_of, problem_of

HORIZON_MIN = 24
NAP = SleepState(down_min=1, down_kw=1.0, up_min=2, up_kw=7.0, off_kw=0.5)
CREW = Crew([CrewShift("00:00", 1), CrewShift("00:15", 1)], [], 2, 1, 1, 1, NightWork("00:10", "00:20", 30.0))
LIMITS = {
    "demand": Limits(interval_min=2, demand_price_per_kw=0.1),
    "supply": Limits(supply_kw=14.0),
    "energy": Limits(interval_min=4, interval_energy_kwh=0.7),
    "crew": Limits(crew=CREW),
    "starts": Limits(starts=StartRule(1, 3)),
    "buffers": Limits(buffers=[Buffer("x", ["s"], ["p", "q"], 0.0, 3.0)]),
    "distance": Limits(distance=Distance(most_min=9, most_batches=2, price_per_hour=1.0)),
}


def plant(seed: int, limits: Limits, horizon_min: int = HORIZON_MIN) -> PlanProblem:
    """A machine that sleeps, with batches in any order, beside one in any order and a plain one."""
    random = np.random.default_rng(seed)

    def batches(count: int, **goods: float) -> list[BatchSpec]:
        found, at = [], 3
        for i in range(count):
            minutes = int(random.integers(3, 6))
            now = at if limits.distance is not None else None
            kw = float(random.integers(5, 11))
            found.append(BatchSpec(f"b{i}", minutes, power_kw=kw, now_min=now, **goods))
            at += minutes + int(random.integers(0, 3))
        return found

    made, taken = ({"makes": 2.0}, {"takes": 1.0}) if limits.buffers else ({}, {})
    machines = [
        Machine("s", batches(2, **made), idle_kw=2.0, sleep=[NAP], order_fixed=False),
        Machine("q", batches(2, **taken), order_fixed=False),
        Machine("p", batches(1, **taken)),
    ]
    price = PriceSeries(random.choice([0.2, 0.5, 1.0, 3.0], 8).tolist(), 3)
    return problem_of(*machines, horizon_min=horizon_min, limits=limits, price=price)


def special_ways(machine: Machine, problem: PlanProblem) -> Iterator[Way]:
    """Every way to run its batches, in any order that it allows."""
    for order in permutations(range(len(machine.batches))):
        ordered = Machine(machine.id, [machine.batches[b] for b in order])
        for way in ways_of(ordered, problem):
            yield tuple(run for _, run in sorted(zip(order, way, strict=True)))


def shares(machine: Machine, problem: PlanProblem) -> Shares:
    """What each way of a machine uses; where it sleeps it stands as cheaply as it can."""
    price = prices_of(problem)
    if not is_special(machine):
        return shares_of(machine, ways_of(machine, problem), problem, price)
    ways, loads = [], []
    for way in special_ways(machine, problem):
        starts = {batch.id: run[0] for batch, run in zip(machine.batches, way, strict=True)}
        path = standing_path(machine, problem.horizon_min, price.price_per_kwh / 60, starts)
        if path is not None:
            ways.append(way)
            loads.append(path[1])
    plain = shares_of(machine, ways, problem, price)
    change = (np.array(loads) - plain.load) @ price.price_per_kwh[: problem.horizon_min] / 60
    return Shares(plain.money + change, np.array(loads), plain.busy, plain.begun, plain.level, plain.moved)


def least_cost(problem: PlanProblem) -> float:
    """The least cost of all plans, infinity where none keeps the limits."""
    first, *others = (shares(machine, problem) for machine in problem.machines)
    for other in others:
        first = first.with_each_of(other)
    return float(costs_of(first, problem, prices_of(problem)).min())


def find(problem: PlanProblem, iterations: int = 40, threads: int = 1) -> Plan:
    return search(
        problem, price=prices_of(problem), elapsed_s=lambda: 0.0, threads=threads,
        settings=SwarmSettings(iterations=iterations),
    )  # fmt: skip


@st.composite
def small_plants(draw: st.DrawFn, horizon_min: int = HORIZON_MIN) -> PlanProblem:
    """Such a plant with a limit of each kind; sometimes it is paid for what it draws, or none sleeps."""
    seed, limits = draw(st.integers(0, 10_000)), LIMITS[draw(st.sampled_from(sorted(LIMITS)))]
    problem = plant(seed, limits, horizon_min)
    if draw(st.booleans()):
        return problem
    asleep = draw(st.booleans())
    machines = [
        msgspec.structs.replace(
            machine,
            sleep=machine.sleep if asleep else [],
            off_kw=0.0,
            idle_kw=1.0 if machine.id == "p" else 2.0,
        )
        for machine in problem.machines
    ]
    price = np.random.default_rng(seed).choice([-1.0, -0.3, 0.2, 1.0], 8)
    return msgspec.structs.replace(problem, machines=machines, tariff=PriceSeries(price.tolist(), 3))


def holds_the_best_of_all_plans(problem: PlanProblem) -> None:
    """A search of a few rounds finds the least cost of all plans, or that there is none."""
    optimum = least_cost(problem)
    if not np.isfinite(optimum):
        with pytest.raises(NoPlanError):
            find(problem, iterations=12)
        return
    plan = find(problem, iterations=12)
    verdict = check_plan(problem, prices_of(problem), plan.starts_min, plan.pauses_min)
    assert verdict.violations == []
    assert plan.bound <= optimum + 1e-9
    assert plan.cost == pytest.approx(optimum, abs=1e-7)


@settings(max_examples=8, deadline=None)
@given(small_plants(horizon_min=18))
def test_the_best_of_all_plans_is_found_in_a_few_rounds(problem: PlanProblem) -> None:
    holds_the_best_of_all_plans(problem)


@pytest.mark.nightly
@settings(max_examples=60, deadline=None)
@given(small_plants())
def test_the_best_of_all_plans_is_found_in_many_plants(problem: PlanProblem) -> None:
    holds_the_best_of_all_plans(problem)


@pytest.mark.nightly
@pytest.mark.parametrize("coupling", LIMITS)
def test_six_plants_get_the_best_of_all_plans(coupling: str) -> None:
    for seed in range(1, 7):
        holds_the_best_of_all_plans(plant(seed, LIMITS[coupling]))


def test_where_no_plan_keeps_the_limit_the_limit_is_named() -> None:
    problem = plant(1, Limits(supply_kw=8.0))
    assert least_cost(problem) == np.inf
    with pytest.raises(NoPlanError, match=r"limits\.supply_kw"):
        find(problem)


def test_a_plan_in_force_that_keeps_the_limit_is_at_least_kept() -> None:
    problem = plant(2, LIMITS["supply"])
    best = find(problem, iterations=30)
    machines = [
        msgspec.structs.replace(
            m, batches=[msgspec.structs.replace(b, now_min=best.starts_min[m.id][b.id]) for b in m.batches]
        )
        for m in problem.machines
    ]
    assert find(msgspec.structs.replace(problem, machines=machines), iterations=0).cost == pytest.approx(
        best.cost
    )


@pytest.mark.parametrize("count", [1, 2])
def test_a_buffer_that_only_special_machines_fill_and_empty_is_kept(count: int) -> None:
    whole = plant(3, LIMITS["buffers"])
    buffer = msgspec.structs.replace(whole.limits.buffers[0], emptied_by=["q"][: count - 1], capacity=None)
    problem = problem_of(
        *whole.machines[:count], horizon_min=HORIZON_MIN, limits=Limits(buffers=[buffer]), price=whole.tariff
    )
    plan = find(problem, iterations=10)
    assert check_plan(problem, prices_of(problem), plan.starts_min, plan.pauses_min).violations == []


def test_the_same_seed_gives_the_same_plan_on_any_number_of_threads() -> None:
    problem = plant(2, LIMITS["crew"])
    assert find(problem, iterations=8, threads=1) == find(problem, iterations=8, threads=3)


def test_the_published_swarm_refuses_what_it_cannot_price() -> None:
    problem = plant(2, LIMITS["demand"])
    with pytest.raises(ProblemError, match="'pso', the swarm as published, knows no machine that sleeps"):
        search(problem, price=prices_of(problem), elapsed_s=lambda: 0.0, method="pso")
