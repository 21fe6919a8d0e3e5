"""Small problems with everything that couples machines, and plans for them, good and bad."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
from hypothesis import strategies as st

from solver.limits import (
    Buffer,
    Carbon,
    Crew,
    CrewShift,
    Distance,
    Limits,
    NightWork,
    StartRule,
)
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem, SleepState
from solver.tariff import DemandCharge, PriceGrid, PriceSeries
from tests.solver.plan_examples import prices_of, problem_of

HORIZON = 45
# A Friday's end, a Saturday's end, the hour that is missing and the one that is there twice.
STARTS = ["2016-03-18T23:30", "2016-03-19T23:40", "2016-03-27T01:30", "2016-10-30T01:45"]
TIMES = ["00:05", "00:20", "01:50", "03:05", "23:35", "23:50"]

Spans = list[tuple[int, int]]
PlanOf = tuple[dict[str, dict[str, int]], dict[str, dict[str, Spans]]]

kilowatts = st.sampled_from([0.0, 0.5, 1.0, 2.5, 8.0])
some_kw = st.none() | kilowatts


@st.composite
def sleeps(draw: st.DrawFn) -> SleepState:
    minutes = st.integers(0, 6)
    return SleepState(draw(minutes), draw(kilowatts), draw(minutes), draw(kilowatts), draw(kilowatts))


@st.composite
def batches(draw: st.DrawFn, number: int) -> BatchSpec:
    duration = draw(st.integers(1, 9))
    profile = draw(st.none() | st.lists(kilowatts, min_size=duration, max_size=duration))
    return BatchSpec(
        f"b{number}",
        duration,
        power_kw=draw(kilowatts) if profile is None else None,
        profile_kw=profile,
        earliest_min=draw(st.integers(0, 20)),
        due_min=draw(st.none() | st.integers(21, HORIZON)),
        gap_before_min=draw(st.integers(0, 3)),
        pauses=PauseRule(draw(st.integers(0, 2)), draw(st.integers(1, 3))),
        now_min=draw(st.none() | st.integers(0, HORIZON - duration)),
        takes=draw(st.sampled_from([0.0, 1.0, 2.5])),
        makes=draw(st.sampled_from([0.0, 1.0, 2.5])),
    )


@st.composite
def machines(draw: st.DrawFn, name: str) -> Machine:
    maintenance = st.tuples(st.integers(0, 35), st.integers(1, 9)).map(lambda at: (at[0], at[0] + at[1]))
    return Machine(
        name,
        [draw(batches(number)) for number in range(draw(st.integers(0, 3)))],
        off_kw=draw(some_kw),
        idle_kw=draw(some_kw),
        sleep=draw(st.just([]) | st.lists(sleeps(), min_size=1, max_size=3)),
        order_fixed=draw(st.booleans()),
        fixed=draw(st.sampled_from([False, False, True])),
        maintenance=draw(st.lists(maintenance, max_size=2)),
    )


shifts = st.tuples(st.integers(0, 3), st.sets(st.sampled_from(TIMES), max_size=2)).flatmap(
    lambda first: st.lists(st.integers(0, 3), min_size=len(first[1]), max_size=len(first[1])).map(
        lambda people: [
            CrewShift("00:00", first[0]),
            *(CrewShift(at, number) for at, number in zip(sorted(first[1]), people, strict=True)),
        ]
    )
)


@st.composite
def crews(draw: st.DrawFn) -> Crew:
    begins, ends = draw(st.permutations(TIMES))[:2]
    return Crew(
        draw(shifts),
        draw(st.just([]) | shifts),
        draw(st.integers(0, 5)),
        draw(st.integers(1, 2)),
        draw(st.integers(0, 5)),
        draw(st.integers(1, 2)),
        draw(st.none() | st.just(NightWork(begins, ends, 12.0))),
    )


@st.composite
def all_limits(draw: st.DrawFn) -> Limits:
    buffer = Buffer(
        "slurry", ["m"], ["n"], draw(st.sampled_from([0.0, 3.0])), draw(st.none() | st.just(5.0)), 3.0
    )
    distance = Distance(draw(st.none() | st.integers(0, 20)), draw(st.none() | st.integers(0, 3)), 6.0)
    carbon = Carbon(draw(st.lists(st.sampled_from([0.0, 0.4, 0.9]), min_size=3, max_size=3)), 17, 0.5)
    return Limits(
        interval_min=draw(st.sampled_from([7, 15, 90])),
        demand_price_per_kw=draw(st.sampled_from([0.0, 2.0])),
        peak_so_far_kw=draw(st.sampled_from([0.0, 5.0])),
        peaks_so_far_kw=draw(st.sampled_from([{}, {"summer": 3.0}])),
        interval_energy_kwh=draw(st.none() | st.sampled_from([0.4, 1.0, 3.0])),
        supply_kw=draw(st.none() | st.sampled_from([4.0, 8.0, 16.0])),
        supply_kva=draw(st.none() | st.just(10.0)),
        power_factor=0.9,
        crew=draw(st.none() | crews()),
        buffers=draw(st.just([]) | st.just([buffer])),
        starts=draw(st.none() | st.builds(StartRule, st.integers(1, 2), st.integers(1, 9))),
        distance=draw(st.none() | st.just(distance)),
        carbon=draw(st.none() | st.just(carbon)),
    )


@st.composite
def coupled_problems(draw: st.DrawFn) -> tuple[PlanProblem, PriceGrid]:
    """A problem and its prices, with a demand charge of the tariff's own now and then."""
    prices = draw(st.lists(st.sampled_from([-0.3, 0.0, 0.1, 0.5, 1.1]), min_size=9, max_size=9))
    limits = draw(all_limits())
    problem = problem_of(
        draw(machines("m")),
        draw(machines("n")),
        horizon_min=HORIZON,
        price=PriceSeries(prices, 5),
        limits=limits,
    )
    problem = msgspec.structs.replace(problem, start=draw(st.sampled_from(STARTS)), timezone="Europe/Berlin")
    grid = prices_of(problem)
    counts = draw(st.lists(st.booleans(), min_size=5, max_size=5))
    charge = DemandCharge("summer", 3.0, 10, np.array(counts), draw(st.sampled_from([0.0, 6.0])))
    return problem, replace(grid, demand=draw(st.just(()) | st.just((charge,))))


@st.composite
def any_plan(draw: st.DrawFn, problem: PlanProblem) -> PlanOf:
    """Starts and pauses that may break everything, for nearly all batches."""
    starts: dict[str, dict[str, int]] = {}
    pauses: dict[str, dict[str, Spans]] = {}
    at = 0
    for machine in problem.machines:
        starts[machine.id], pauses[machine.id] = {}, {}
        for batch in machine.batches:
            at = draw(st.integers(-2, HORIZON) | st.just(at) | st.just(batch.now_min or 0))
            starts[machine.id][batch.id] = at
            spans = draw(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 8)), max_size=2))
            pauses[machine.id][batch.id] = [(at + since, at + since + long) for since, long in spans]
            at += batch.duration_min + batch.gap_before_min
    return starts, {machine: {b: spans for b, spans in by.items() if spans} for machine, by in pauses.items()}
