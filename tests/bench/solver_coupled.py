"""The plant with every coupling, each size in a process of its own, whose memory is measured.

`python -m tests.bench.solver_coupled MACHINES SECONDS [pauses] [until_gap]` prints one line of JSON.
"""

from __future__ import annotations

import contextlib
import math
import subprocess
import sys

import msgspec

from solver.errors import ProblemError
from solver.problem import PauseRule, PlanProblem
from solver.warm import warm_kernels
from tests.bench.peer_environment import CHECKOUT
from tests.bench.solver_ours import Row, Trace, row, searched
from tests.bench.solver_plant import plant_of

SIZES = (125, 250, 500, 1000)
SECONDS = 60.0
FIRST_PLAN_S = 2.0
GAP = 0.01
UNTIL_GAP = "until_gap"  # ends there: what is reached later is only asked of the largest
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
    """The rows of the plant: its plan, its memory, how time grows; then with pauses, which none asks for."""
    found = [*(measured(machines, UNTIL_GAP) for machines in SIZES[:-1]), measured(SIZES[-1])]
    pausing = measured(SIZES[-1], "pauses")
    return {
        **plant_rows("1 000 machines × 7 days", found[-1]),
        "growth": growth_row(found),
        **plant_rows("1 000 machines × 7 days, a sixth of them pausing", pausing),
    }


def plant_rows(name: str, one: Coupled) -> dict[str, Row]:
    """The rows of one size."""
    return {
        f"first plan, {name}": row(
            f"a feasible plan in {FIRST_PLAN_S:.0f} s",
            one.refusal or one.first_plan_s,
            one.first_plan_s is not None and one.first_plan_s <= FIRST_PLAN_S,
        ),
        f"gap, {name}": row(
            f"under {GAP:.0%} in {SECONDS:.0f} s",
            {"cost": one.cost, "gap": one.gap, "seconds to 1 %": one.seconds_to_gap},
            one.gap is not None and one.gap < GAP,
        ),
        f"memory, {name}": row(
            "under 1 GiB", f"{one.peak_mib:.0f} MiB", bool(one.cost) and one.peak_mib < MOST_MIB
        ),
    }


def growth_row(found: list[Coupled]) -> Row:
    """Whether the times to the first plan and to the gap grow no faster than n log n over the sizes."""
    times = {str(one.machines): (one.first_plan_s, one.seconds_to_gap) for one in found}
    first, last = found[0], found[-1]
    allowed = last.machines * math.log(last.machines) / (first.machines * math.log(first.machines))
    pairs = ((first.first_plan_s, last.first_plan_s), (first.seconds_to_gap, last.seconds_to_gap))
    holds = all(small and large and large / small <= allowed for small, large in pairs)
    return row(f"seconds to a plan, and to a gap of {GAP:.0%}, grow no faster than n log n", times, holds)


def measured(machines: int, *words: str) -> Coupled:
    """One size, in its own process."""
    command = [sys.executable, "-m", "tests.bench.solver_coupled", str(machines), str(SECONDS), *words]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True)
    return msgspec.json.decode(done.stdout, type=Coupled)


def main() -> None:
    """Measures the size that was asked for."""
    machines, seconds = int(sys.argv[1]), float(sys.argv[2])
    problem = plant_of(machines).problem
    if "pauses" not in sys.argv[3:]:
        problem = without_pauses(problem)
    sys.stdout.write(msgspec.json.encode(planned(problem, seconds, UNTIL_GAP in sys.argv[3:])).decode())


def without_pauses(problem: PlanProblem) -> PlanProblem:
    """The same, but that no batch may pause."""
    replace = msgspec.structs.replace
    machines = [
        replace(machine, batches=[replace(batch, pauses=PauseRule()) for batch in machine.batches])
        for machine in problem.machines
    ]
    return replace(problem, machines=machines)


def planned(problem: PlanProblem, seconds: float, until_gap: bool = False) -> Coupled:
    """A search for a good plan, and when it had its first, the checks before it included."""
    warm_kernels()
    with contextlib.suppress(ProblemError):  # what couples machines has kernels of its own
        searched(plant_of(6).problem, 0.5)
    trace = Trace()
    machines = len(problem.machines)
    try:
        plan = searched(
            problem,
            seconds,
            on_event=trace.note,
            should_stop=lambda: until_gap and trace.seconds_to_gap(GAP) is not None,
        )
    except ProblemError as error:
        return Coupled(machines, None, None, None, 0.0, None, peak_mib(), str(error))
    return Coupled(
        machines,
        trace.plan_after_s,
        round(float(plan.cost), 2),
        round(float(plan.gap), 6),
        round(plan.seconds, 2),
        trace.seconds_to_gap(GAP),
        peak_mib(),
    )


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
