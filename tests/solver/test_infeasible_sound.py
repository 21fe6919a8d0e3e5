from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from solver.check import check_plan
from solver.errors import InfeasibleError
from solver.infeasible import prove_infeasible
from solver.limits import Buffer, Crew, CrewShift, Distance, Limits, StartRule
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem, SleepState
from solver.tariff import PriceSeries
from tests.solver.feasible_examples import Feasible, Spans, feasible_problems
from tests.solver.plan_examples import prices_of, problem_of


@settings(max_examples=60, deadline=None)
@given(feasible_problems())
def test_a_problem_that_has_a_plan_is_never_called_infeasible(feasible: Feasible) -> None:
    assert feasible.verdict().violations == []
    prove_infeasible(feasible.problem, prices_of(feasible.problem))


def every_plan(
    problem: PlanProblem,
) -> Iterator[tuple[dict[str, dict[str, int]], dict[str, dict[str, Spans]]]]:
    """Every start of every batch, with every pause of those that may pause once."""
    keys = [(machine.id, batch) for machine in problem.machines for batch in machine.batches]
    choices = [list(_places(batch, problem.horizon_min)) for _, batch in keys]
    for places in product(*choices):
        starts: dict[str, dict[str, int]] = {}
        pauses: dict[str, dict[str, Spans]] = {}
        for (machine, batch), (start, spans) in zip(keys, places, strict=True):
            starts.setdefault(machine, {})[batch.id] = start
            pauses.setdefault(machine, {})[batch.id] = spans
        yield starts, pauses


def _places(batch: BatchSpec, horizon: int) -> Iterator[tuple[int, Spans]]:
    for start in range(horizon - batch.duration_min + 1):
        yield start, []
        if batch.pauses.most:
            for since in range(start + 1, start + batch.duration_min):
                for to in range(since + 1, horizon + 1 - (start + batch.duration_min - since)):
                    yield start, [(since, to)]


@st.composite
def tiny_problems(draw: st.DrawFn) -> PlanProblem:
    horizon = draw(st.integers(6, 8))
    small = st.integers(0, 4)
    machines = []
    for name in "mn":
        batches = []
        for number in range(draw(st.integers(1, 2 if name == "m" else 1))):
            duration = draw(st.integers(1, 3))
            earliest = draw(st.sampled_from([0, 0, 2, 4]))
            batches.append(
                BatchSpec(
                    f"b{number}",
                    duration,
                    power_kw=draw(st.sampled_from([1.0, 2.0, 5.0])),
                    earliest_min=earliest,
                    due_min=draw(st.none() | st.integers(earliest + 1, horizon)),
                    gap_before_min=draw(st.integers(0, 2)),
                    pauses=PauseRule(draw(st.sampled_from([0, 0, 0, 1]))),
                    now_min=draw(st.none() | st.integers(0, horizon - duration)),
                    takes=draw(st.sampled_from([0.0, 1.0])),
                    makes=draw(st.sampled_from([0.0, 1.0])),
                )
            )
        shut = draw(small)
        machines.append(
            Machine(
                name,
                batches,
                idle_kw=draw(st.none() | st.just(0.5)),
                sleep=draw(st.just([]) | st.just([SleepState(1, 1.0, 2, 4.0, 0.5)])),
                order_fixed=draw(st.booleans()),
                maintenance=draw(st.just([]) | st.just([(shut, shut + 2)])),
            )
        )
    people = [CrewShift("00:00", draw(st.integers(0, 2))), CrewShift("00:04", draw(st.integers(0, 2)))]
    limits = Limits(
        interval_min=draw(st.sampled_from([2, 3, 5])),
        interval_energy_kwh=draw(st.none() | st.sampled_from([0.05, 0.1, 0.2])),
        supply_kw=draw(st.none() | st.sampled_from([3.0, 6.0])),
        crew=draw(st.none() | st.builds(Crew, st.just(people), st.just([]), small, st.just(1), small)),
        buffers=draw(
            st.just([]) | st.just([Buffer("x", ["m"], ["n"], draw(st.sampled_from([0.0, 1.0])), 1.0, 6.0)])
        ),
        starts=draw(st.none() | st.builds(StartRule, st.just(1), st.integers(1, 4))),
        distance=draw(st.none() | st.builds(Distance, st.none() | small, st.none() | st.integers(0, 2))),
    )
    return problem_of(*machines, horizon_min=horizon, price=PriceSeries([1.0], horizon), limits=limits)


@settings(max_examples=60, deadline=None)
@given(tiny_problems())
def test_what_is_called_infeasible_has_no_plan_among_all_that_there_are(problem: PlanProblem) -> None:
    prices = prices_of(problem)
    try:
        prove_infeasible(problem, prices)
    except InfeasibleError as error:
        for starts, pauses in every_plan(problem):
            assert not check_plan(problem, prices, starts, pauses).feasible, (error, starts, pauses)
