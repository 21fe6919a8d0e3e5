"""Problems for the tests of the shortest plan, and their least makespan.

The published instances are made anew from their recipe: Módos, Kalodkin, Šůcha and Hanzálek, dataset
icores2019-opt of github.com/CTU-IIG/EnergyLimitsSchedulingDatasets (1,500 instances, MIT licence), with the
generator of .NET that it seeds with 42. Their best makespans are those published there, of IBM CP
Optimizer or, where that is shorter and was looked up, of the mixed-integer program MILP-IMP, each given five
minutes; those of PUBLISHED_PROVEN are proven there by one of the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import highspy
import msgspec
from hypothesis import strategies as st

from solver.limits import Limits
from solver.problem import BatchSpec, Machine, PlanProblem
from solver.tariff import PriceSeries
from tests.solver.plan_examples import problem_of

INTERVAL_MIN = 15
INTERVAL_ENERGY = 1000.0  # kW·min
PUBLISHED_BEST = {22: 199, 128: 155, 224: 187, 511: 486, 617: 470, 639: 243, 713: 620, 735: 263, 762: 230}
PUBLISHED_BEST |= {868: 225, 964: 233, 1000: 876, 1022: 514, 1044: 278, 1097: 214, 1106: 834, 1140: 233}
PUBLISHED_BEST |= {1202: 870, 1246: 318, 1295: 81, 1326: 216, 1357: 383, 1444: 153, 1475: 292, 1497: 164}
PUBLISHED_PROVEN = (22, 128, 224, 1295, 1326, 1444)
_STARTS_22 = "161 41 1 101 70 8 146 90 30 52"
_STARTS_1295 = "35 59 30 0 0 74 23 58 62 36 30 69 23 70 4 19 12 24 4 77 42 17 0 47 0 49 5 14 48 3"
PUBLISHED_STARTS = {  # by job, of the proven plans published as CP and as MILP-IMP
    22: [int(start) for start in _STARTS_22.split()],
    1295: [int(start) for start in _STARTS_1295.split()],
}


class NetRandom:
    """The subtractive generator of .NET's System.Random (Knuth 1981, with its well-known slip)."""

    BIG = 2**31 - 1

    def __init__(self, seed: int) -> None:
        table = [0] * 56
        left, right = 161_803_398 - seed, 1
        table[55] = left
        for step in range(1, 55):
            place = 21 * step % 55
            table[place] = right
            left, right = right, (left - right) % self.BIG
        for _ in range(4):
            for place in range(1, 56):
                table[place] = (table[place] - table[1 + (place + 30) % 55]) % self.BIG
        self._table, self._first, self._second = table, 0, 21

    def sample(self) -> float:
        self._first, self._second = self._first % 55 + 1, self._second % 55 + 1
        value = (self._table[self._first] - self._table[self._second]) % self.BIG
        self._table[self._first] = value
        return value * (1.0 / self.BIG)

    def between(self, low: int, high: int) -> int:
        return int(self.sample() * (high - low)) + low


def published_problems() -> Iterator[PlanProblem]:
    """The 1,500 published instances in their order: jobs, machines, least power and share of long jobs."""
    random = NetRandom(42)
    for jobs in (10, 20, 30):
        for machines in (2, 4):
            for least in (0.8, 1.0, 1.2, 1.4, 1.6):
                for long_share in (0.9, 0.75, 0.5, 0.25, 0.1):
                    for _ in range(10):
                        yield _published(random, jobs, machines, least, long_share)


def _published(random: NetRandom, jobs: int, machines: int, least: float, long_share: float) -> PlanProblem:
    batches: list[list[BatchSpec]] = [[] for _ in range(machines)]
    low = least * INTERVAL_ENERGY / (1.0 * machines * INTERVAL_MIN)
    high = 2 * INTERVAL_ENERGY / (1.0 * machines * INTERVAL_MIN)
    total = 0
    for job in range(jobs):
        duration = random.between(16, 60) if job < int(jobs * long_share) else random.between(1, 15)
        power = low + (high - low) * random.sample()
        power = min(power, INTERVAL_ENERGY / min(duration, INTERVAL_MIN))
        batches[random.between(0, machines)].append(BatchSpec(f"j{job}", duration, power_kw=power))
        total += duration
    return makespan_problem(
        *(Machine(f"m{number}", listed, order_fixed=False) for number, listed in enumerate(batches)),
        horizon_min=(total // INTERVAL_MIN + 1) * INTERVAL_MIN,
        limits=Limits(interval_min=INTERVAL_MIN, interval_energy_kwh=INTERVAL_ENERGY / 60.0),
    )


def published_sample(*numbers: int) -> dict[int, PlanProblem]:
    """Some of them by their number."""
    return {number: problem for number, problem in enumerate(published_problems()) if number in numbers}


def makespan_problem(
    *machines: Machine,
    horizon_min: int = 60,
    limits: Limits | None = None,
    price: PriceSeries | None = None,
) -> PlanProblem:
    """A problem in UTC that wants the shortest plan."""
    problem = problem_of(*machines, horizon_min=horizon_min, limits=limits, price=price)
    return msgspec.structs.replace(problem, objective="makespan")


@st.composite
def tiny_problems(draw: st.DrawFn) -> PlanProblem:
    """Problems that the program below solves: order, gaps, windows and energy, machines that draw nothing."""
    horizon, interval = draw(st.sampled_from([24, 30])), draw(st.sampled_from([4, 5, 10]))
    machines = []
    for number in range(draw(st.integers(1, 3))):
        batches = []
        for index in range(draw(st.integers(1, 3))):
            duration = draw(st.integers(1, 5))
            powers = st.sampled_from([1.0, 3.0, 5.5, 8.0])
            profile = draw(st.none() | st.lists(powers, min_size=duration, max_size=duration))
            batches.append(
                BatchSpec(
                    f"b{index}",
                    duration,
                    power_kw=draw(powers) if profile is None else None,
                    profile_kw=profile,
                    earliest_min=draw(st.sampled_from([0, 0, 3])),
                    due_min=draw(st.sampled_from([None, None, None, horizon - 4])),
                    gap_before_min=draw(st.sampled_from([0, 0, 2])),
                )
            )
        machines.append(Machine(f"m{number}", batches, order_fixed=draw(st.booleans())))
    energy = draw(st.floats(8.0, 14.0)) * interval / 60.0
    limits = Limits(interval_min=interval, interval_energy_kwh=energy)
    return makespan_problem(*machines, horizon_min=horizon, limits=limits)


def least_makespan(problem: PlanProblem) -> int | None:
    """The least makespan of a tiny problem, by a program with a binary for each start; None without one."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    horizon, limits = problem.horizon_min, problem.limits
    last_end = model.addVariable(0.0, horizon)
    used: dict[int, list[object]] = defaultdict(list)
    for machine in problem.machines:
        begins: dict[str, dict[int, object]] = {}
        for batch in machine.batches:
            due = min(batch.due_min or horizon, horizon)
            starts = range(batch.earliest_min, due - batch.duration_min + 1)
            if not starts:
                return None
            begun = begins[batch.id] = {start: model.addBinary() for start in starts}
            model.addConstr(sum(begun.values()) == 1)
            model.addConstr(sum((s + batch.duration_min) * x for s, x in begun.items()) <= last_end)
            power = batch.profile_kw or [batch.power_kw or 0.0] * batch.duration_min
            for start, x in begun.items():
                for minute, kw in enumerate(power, start):
                    used[minute // limits.interval_min].append(kw * x)
        _keep_apart(model, machine, begins)
    for terms in used.values():
        model.addConstr(sum(terms) <= 60.0 * (limits.interval_energy_kwh or 0.0))
    model.minimize(last_end)
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return round(model.getInfo().objective_function_value)


def _keep_apart(model: highspy.Highs, machine: Machine, begins: Mapping[str, Mapping[int, object]]) -> None:
    for index, one in enumerate(machine.batches):
        for other in machine.batches[index + 1 :]:
            for s, x in begins[one.id].items():
                clashing = [
                    y
                    for r, y in begins[other.id].items()
                    if r < s + one.duration_min + other.gap_before_min
                    and (machine.order_fixed or s < r + other.duration_min + one.gap_before_min)
                ]
                if clashing:
                    model.addConstr(len(clashing) * x + sum(clashing) <= len(clashing))
