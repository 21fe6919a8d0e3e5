"""How large a problem may be, so that a search has the memory that it needs: about 3 GB at these limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.errors import ProblemError
from solver.problem_places import named_place

if TYPE_CHECKING:
    from solver.problem import BatchSpec, Machine, PlanProblem

LONGEST_HORIZON_MIN = 600_000  # as the schema's; no stretch that is looked at needs to be longer
MOST_MACHINE_MINUTES = 50_000_000  # an array of these takes 400 MB
MOST_PLACES = 200_000_000  # (batch, start), of all batches
MOST_PROFILE_PLACES = 200_000_000  # (running minute, start) of batches with a profile, on one machine
MOST_PAUSE_PLACES = 500_000_000  # (running minute, pause, start) of one batch that may pause


def check_size(problem: PlanProblem) -> None:
    """Raises ProblemError for a problem that is too large, saying how large it may be."""
    machines = len(problem.machines)
    if machines * problem.horizon_min > MOST_MACHINE_MINUTES:
        raise ProblemError(
            f"horizon_min: {problem.horizon_min} minutes of {machines} machines are too many to plan at "
            f"once; at most {MOST_MACHINE_MINUTES // machines} minutes of so many machines are allowed."
        )
    _check_stretches(problem)
    places = 0
    for index, machine in enumerate(problem.machines):
        widths = _starts_to_choose_from(machine, problem.horizon_min)
        places += sum(widths)
        _check_machine(problem, machine, index, widths)
    if places > MOST_PLACES:
        batches = sum(len(machine.batches) for machine in problem.machines)
        raise ProblemError(
            f"machines: {batches} batches have {places} starts to choose from, more than the {MOST_PLACES} "
            "that can be planned at once; narrow their windows (earliest_min, due_min) or split the problem."
        )


def _check_stretches(problem: PlanProblem) -> None:
    limits = problem.limits
    stretches = {"limits.interval_min": limits.interval_min}
    if limits.starts is not None:
        stretches["limits.starts.within_min"] = limits.starts.within_min
    if limits.crew is not None:
        stretches["limits.crew.charge_min"] = limits.crew.charge_min
        stretches["limits.crew.discharge_min"] = limits.crew.discharge_min
    if limits.carbon is not None:
        stretches["limits.carbon.interval_min"] = limits.carbon.interval_min
    for key, minutes in stretches.items():
        if minutes > LONGEST_HORIZON_MIN:
            raise ProblemError(f"{key}: {minutes} is too long; at most {LONGEST_HORIZON_MIN} is allowed.")


def _starts_to_choose_from(machine: Machine, horizon_min: int) -> list[int]:
    """How many minutes each batch may start at, as its window and the order say."""
    firsts: list[int] = []
    free_from = 0
    for batch in machine.batches:
        firsts.append(max(batch.earliest_min, free_from))
        if machine.order_fixed:
            free_from = firsts[-1] + batch.duration_min
    lasts: list[int] = []
    until = horizon_min
    for batch in reversed(machine.batches):
        due_min = horizon_min if batch.due_min is None else batch.due_min
        lasts.append(min(due_min, until) - batch.duration_min)
        if machine.order_fixed:
            until = lasts[-1]
    return [max(0, last - first + 1) for first, last in zip(firsts, reversed(lasts), strict=True)]


def _check_machine(problem: PlanProblem, machine: Machine, index: int, widths: list[int]) -> None:
    if machine.fixed:
        return
    profiles = 0
    for place, (batch, width) in enumerate(zip(machine.batches, widths, strict=True)):
        profiles += width * batch.duration_min if _has_steps(batch) else 0
        if width * batch.duration_min * batch.pauses.most > MOST_PAUSE_PLACES:
            where = named_place(["machines", index, "batches", place, "pauses", "most"], problem)
            raise ProblemError(
                f"{where}: a batch of {batch.duration_min} min with {width} starts to choose from may pause "
                f"{MOST_PAUSE_PLACES // (width * batch.duration_min)} times at most; narrow its window or "
                "let it pause less often."
            )
    if profiles > MOST_PROFILE_PLACES:
        raise ProblemError(
            f"{named_place(['machines', index], problem)}: its batches with profile_kw have {profiles} "
            f"running minutes to choose from, more than the {MOST_PROFILE_PLACES} that can be planned at "
            "once; narrow their windows (earliest_min, due_min) or give power_kw."
        )


def _has_steps(batch: BatchSpec) -> bool:
    return batch.profile_kw is not None and min(batch.profile_kw) < max(batch.profile_kw)
