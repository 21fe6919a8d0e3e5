"""Problems that have a plan: first the plan, then limits that it keeps and hardly any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from hypothesis import strategies as st

from solver.check import Verdict, check_plan
from solver.limits import Buffer, Crew, CrewShift, Distance, Limits, StartRule
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem, SleepState
from solver.tariff import PriceSeries
from tests.solver.plan_examples import prices_of, problem_of, with_under_way

HORIZON = 60
MIDDLE = 25  # a shift ends here

Spans = list[tuple[int, int]]
kilowatts = st.sampled_from([0.0, 1.0, 2.5, 8.0])


@dataclass(frozen=True)
class Feasible:
    """A problem and a plan that keeps all its limits."""

    problem: PlanProblem
    starts: dict[str, dict[str, int]]
    pauses: dict[str, dict[str, Spans]]

    def verdict(self) -> Verdict:
        return check_plan(self.problem, prices_of(self.problem), self.starts, self.pauses)


@st.composite
def placed_machines(draw: st.DrawFn, name: str) -> tuple[Machine, dict[str, int], dict[str, Spans]]:
    """A machine and a plan for it that keeps its windows, gaps, maintenance and sleep."""
    fixed = draw(st.integers(0, 3)) == 0
    sleep = draw(st.just([]) | st.just([SleepState(3, 1.0, 2, 4.0, 0.5), SleepState(0, 0.0, 1, 2.0, 1.0)]))
    until = HORIZON - (sleep[0].down_min if sleep else 0)
    at = sleep[0].up_min if sleep else 0
    batches: list[BatchSpec] = []
    starts: dict[str, int] = {}
    pauses: dict[str, Spans] = {}
    free: Spans = []
    for number in range(draw(st.integers(1, 3))):
        duration, gap = draw(st.integers(1, 9)), draw(st.integers(0, 4))
        start = at + (gap if batches else 0) + draw(st.integers(0, 6))
        spans = [] if fixed or duration < 2 else draw(_pauses(start, duration))
        end = start + duration + sum(to - since for since, to in spans)
        if end > until:
            break
        free += [(at, start), *spans]
        profile = draw(st.none() | st.lists(kilowatts, min_size=duration, max_size=duration))
        now = start + draw(st.just(0) | st.integers(-9, 9))
        batches.append(
            BatchSpec(
                f"b{number}",
                duration,
                power_kw=draw(kilowatts) if profile is None else None,
                profile_kw=profile,
                earliest_min=start - draw(st.integers(0, min(start, 9))),
                due_min=draw(st.none() | st.integers(end, min(HORIZON, end + 9))),
                gap_before_min=gap,
                pauses=PauseRule(len(spans) + draw(st.integers(0, 1)), 1),
                now_min=start if fixed else draw(st.none() | st.just(min(max(0, now), HORIZON - duration))),
                takes=draw(st.sampled_from([0.0, 1.0, 2.5])),
                makes=draw(st.sampled_from([0.0, 1.0, 2.5])),
            )
        )
        starts[f"b{number}"], at = start, end
        if spans:
            pauses[f"b{number}"] = spans
    free.append((at, HORIZON))
    machine = Machine(
        name,
        draw(st.permutations(batches)) if draw(st.booleans()) else batches,
        off_kw=draw(st.none() | kilowatts),
        idle_kw=draw(st.none() | kilowatts),
        sleep=sleep,
        order_fixed=True,
        fixed=fixed,
        maintenance=draw(st.lists(st.sampled_from([span for span in free if span[1] > span[0]]), max_size=2)),
    )
    if machine.batches != batches:
        return msgspec.structs.replace(machine, order_fixed=False), starts, pauses
    return draw(with_under_way(machine)), starts, pauses


@st.composite
def _pauses(draw: st.DrawFn, start: int, duration: int) -> Spans:
    since = start + draw(st.integers(1, duration - 1))
    return draw(st.just([]) | st.just([(since, since + draw(st.integers(1, 6)))]))


@st.composite
def feasible_problems(draw: st.DrawFn) -> Feasible:
    placed = [draw(placed_machines(name)) for name in ("m", "n", "o")]
    starts = {machine.id: begun for machine, begun, _ in placed}
    pauses = {machine.id: paused for machine, _, paused in placed}
    prices = PriceSeries(draw(st.lists(st.sampled_from([-0.2, 0.1, 0.8]), min_size=6, max_size=6)), 10)
    bare = Feasible(
        problem_of(*[machine for machine, _, _ in placed], horizon_min=HORIZON, price=prices), starts, pauses
    )
    limits = draw(_tight_limits(bare))
    return Feasible(msgspec.structs.replace(bare.problem, limits=limits), starts, pauses)


@st.composite
def _tight_limits(draw: st.DrawFn, bare: Feasible) -> Limits:
    """Limits with no room to spare for this plan, each there or not."""
    load = bare.verdict().load_kw
    interval = draw(st.sampled_from([1, 7, 15, 60, 90]))
    energy = max(float(load[t : t + interval].sum()) / 60 for t in range(0, HORIZON, interval))
    return Limits(
        interval_min=interval,
        interval_energy_kwh=draw(st.none() | st.just(energy)),
        supply_kw=draw(st.none() | st.just(float(load.max()))),
        crew=draw(st.none() | _tight_crew(bare)),
        buffers=draw(st.just([]) | st.just([_tight_buffer(bare)])),
        starts=draw(st.none() | st.integers(1, 20).map(lambda within: _tight_starts(bare, within))),
        distance=draw(st.none() | st.just(_tight_distance(bare))),
    )


def _moments(bare: Feasible) -> list[tuple[BatchSpec, str, int, int]]:
    """Each batch with its machine, start and end."""
    return [
        (batch, machine.id, start, end)
        for machine in bare.problem.machines
        for batch in machine.batches
        for start in [bare.starts[machine.id][batch.id]]
        for end in [
            start
            + batch.duration_min
            + sum(to - since for since, to in bare.pauses[machine.id].get(batch.id, []))
        ]
    ]


def _tight_crew(bare: Feasible) -> st.SearchStrategy[Crew]:
    def crew(tasks: Sequence[int]) -> Crew:
        charge, charge_people, discharge, discharge_people = tasks
        needed = [0] * HORIZON
        for _, _, start, end in _moments(bare):
            for t in range(max(0, start - charge), start):
                needed[t] += charge_people
            for t in range(end, min(HORIZON, end + discharge)):
                needed[t] += discharge_people
        shifts = [
            CrewShift("00:00", max(needed[:MIDDLE])),
            CrewShift(f"00:{MIDDLE}", max(needed[MIDDLE:])),
        ]
        return Crew(shifts, [], charge, charge_people, discharge, discharge_people)

    numbers = st.integers(0, 6)
    return st.tuples(numbers, st.integers(0, 3), numbers, st.integers(0, 3)).map(crew)


def _tight_buffer(bare: Feasible) -> Buffer:
    levels = [
        sum(batch.makes for batch, machine, _, end in _moments(bare) if machine in "mn" and end <= t)
        - sum(batch.takes for batch, machine, start, _ in _moments(bare) if machine in "no" and start <= t)
        - 0.6 * t / 60
        for t in range(HORIZON + 1)
    ]
    start = max(0.0, -min(levels))
    return Buffer("x", ["m", "n"], ["n", "o"], start, max(0.0, start + max(levels)), 0.6)


def _tight_starts(bare: Feasible, within: int) -> StartRule:
    begun = [start for _, _, start, _ in _moments(bare)]
    begun += [to for spans in bare.pauses.values() for paused in spans.values() for _, to in paused]
    most = max([1, *(sum(t <= start < t + within for start in begun) for t in begun)])
    return StartRule(most, within)


def _tight_distance(bare: Feasible) -> Distance:
    moved = [
        (abs(start - batch.now_min), bool(bare.pauses[machine].get(batch.id)))
        for batch, machine, start, _ in _moments(bare)
        if batch.now_min is not None
    ]
    return Distance(max([0, *(by for by, _ in moved)]), sum(by > 0 or paused for by, paused in moved))
