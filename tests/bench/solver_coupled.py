"""The plant with every coupling, each size in a process of its own, whose memory is measured.

`python -m tests.bench.solver_coupled MACHINES SECONDS` prints one line of JSON.
"""

from __future__ import annotations

import math
import subprocess
import sys
from time import perf_counter

import msgspec

from solver.errors import ProblemError
from solver.problem import PlanProblem
from solver.warm import warm_kernels
from tests.bench.peer_environment import CHECKOUT
from tests.bench.solver_ours import Row, Trace, row, searched
from tests.bench.solver_plant import plant_of

SIZES = (125, 250, 500, 1000)
SECONDS = 60.0
FIRST_PLAN_S = 2.0
GAP = 0.01
MOST_MIB = 1024


class Coupled(msgspec.Struct, frozen=True):
    """How the plant of one size went; None is what was not reached, `refusal` is why there is no plan."""

    machines: int
    first_plan_s: float | None
    cost: float | None
    gap: float | None
    seconds: float
    seconds_to_gap: float | None
    peak_mib: float
    refusal: str = ""


def coupled_rows() -> dict[str, Row]:
    """The rows of the plant: its plan, its memory and how time grows."""
    found = [measured(machines) for machines in SIZES]
    largest = found[-1]
    return {
        "first plan, 1 000 machines × 7 days": row(
            f"a feasible plan in {FIRST_PLAN_S:.0f} s",
            largest.refusal or largest.first_plan_s,
            largest.first_plan_s is not None and largest.first_plan_s <= FIRST_PLAN_S,
        ),
        "gap, 1 000 machines × 7 days": row(
            f"under {GAP:.0%} in {SECONDS:.0f} s",
            {"cost": largest.cost, "gap": largest.gap, "seconds to 1 %": largest.seconds_to_gap},
            largest.gap is not None and largest.gap < GAP,
        ),
        "memory, 1 000 machines × 7 days": row(
            "under 1 GiB", f"{largest.peak_mib:.0f} MiB", bool(largest.cost) and largest.peak_mib < MOST_MIB
        ),
        "growth": growth_row(found),
    }


def growth_row(found: list[Coupled]) -> Row:
    """Whether the time to the gap grows no faster than n log n over the sizes."""
    times = {str(one.machines): one.seconds_to_gap for one in found}
    first, last = found[0], found[-1]
    holds = False
    if first.seconds_to_gap and last.seconds_to_gap:
        allowed = last.machines * math.log(last.machines) / (first.machines * math.log(first.machines))
        holds = last.seconds_to_gap / first.seconds_to_gap <= allowed
    return row(f"seconds to a gap of {GAP:.0%} grow no faster than n log n", times, holds)


def measured(machines: int) -> Coupled:
    """One size, in its own process."""
    command = [sys.executable, "-m", "tests.bench.solver_coupled", str(machines), str(SECONDS)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=Coupled)


def main() -> None:
    """Measures the size that was asked for."""
    machines, seconds = int(sys.argv[1]), float(sys.argv[2])
    sys.stdout.write(msgspec.json.encode(planned(machines, seconds)).decode())


def planned(machines: int, seconds: float) -> Coupled:
    """A short search for any plan, then a long one for a good one."""
    problem = plant_of(machines).problem
    warm_kernels()
    seconds_to_a_plan(plant_of(6).problem)  # what couples machines has kernels of its own
    first_plan_s = seconds_to_a_plan(problem)
    trace = Trace()
    try:
        plan = searched(problem, seconds, on_event=trace.note)
    except ProblemError as error:
        return Coupled(machines, first_plan_s, None, None, 0.0, None, peak_mib(), str(error))
    return Coupled(
        machines,
        first_plan_s,
        round(float(plan.cost), 2),
        round(float(plan.gap), 6),
        round(plan.seconds, 2),
        trace.seconds_to_gap(GAP),
        peak_mib(),
    )


def seconds_to_a_plan(problem: PlanProblem) -> float | None:
    """From the problem to a plan that the checker passed, by a search told to end soon; None without."""
    since_s = perf_counter()
    try:
        searched(problem, FIRST_PLAN_S * 0.75)
    except ProblemError:
        return None
    return round(perf_counter() - since_s, 3)


def peak_mib() -> float:
    """The most memory that this process has held; NaN where the system does not say."""
    try:
        import resource
    except ImportError:
        return math.nan
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


if __name__ == "__main__":
    main()
