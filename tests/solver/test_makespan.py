from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check_plan
from solver.errors import NoPlanError
from solver.plan import Plan, load_curve
from solver.problem import BatchSpec, Limits, Machine, PlanProblem
from solver.search import search
from solver.swarm import SwarmSettings
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
