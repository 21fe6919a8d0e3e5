"""What is wrong with a problem's limits: shifts, buffers and carbon that contradict themselves."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from solver.errors import ProblemError
from solver.problem_places import named_place

if TYPE_CHECKING:
    from solver.limits import Buffer, Carbon, Crew, CrewShift
    from solver.problem import PlanProblem


def check_limits(problem: PlanProblem) -> None:
    """Raises ProblemError with one sentence that names the limit's key."""
    limits = problem.limits
    if limits.crew is not None:
        check_crew(limits.crew)
    _check_buffers(problem)
    if limits.carbon is not None:
        _check_carbon(limits.carbon, problem.horizon_min)


def check_crew(crew: Crew) -> None:
    """Raises ProblemError for shifts or a night that contradict themselves."""
    _check_shifts("shifts", crew.shifts)
    if crew.weekend_shifts:
        _check_shifts("weekend_shifts", crew.weekend_shifts)
    if crew.night is not None and crew.night.begins == crew.night.ends:
        raise ProblemError(
            f"limits.crew.night.ends: the night ends when it begins, at {crew.night.ends}; move one of them."
        )


def _check_shifts(name: str, shifts: list[CrewShift]) -> None:
    key = f"limits.crew.{name}"
    if shifts[0].at != "00:00":
        raise ProblemError(
            f"{key}[0].at: a day begins at 00:00, not at {shifts[0].at}; add who is there then."
        )
    for place, (before, shift) in enumerate(pairwise(shifts), 1):
        if shift.at <= before.at:
            raise ProblemError(
                f"{key}[{place}].at: {shift.at} does not come after {before.at}; the times must rise."
            )


def _check_buffers(problem: PlanProblem) -> None:
    known = {machine.id for machine in problem.machines}
    fills: dict[str, str] = {}
    empties: dict[str, str] = {}
    for place, buffer in enumerate(problem.limits.buffers):
        for key, machines, taken in (
            ("filled_by", buffer.filled_by, fills),
            ("emptied_by", buffer.emptied_by, empties),
        ):
            for index, machine in enumerate(machines):
                where = f"limits.buffers[{place}].{key}[{index}] (buffer {buffer.id!r})"
                _check_machine(where, machine, known, taken, buffer)
    _check_goods(problem, set(fills), set(empties))


def _check_machine(where: str, machine: str, known: set[str], taken: dict[str, str], buffer: Buffer) -> None:
    if machine not in known:
        raise ProblemError(f"{where}: there is no machine {machine!r}.")
    if machine in taken:
        raise ProblemError(
            f"{where}: machine {machine!r} does so with buffer {taken[machine]!r} already; name it once."
        )
    taken[machine] = buffer.id


def _check_goods(problem: PlanProblem, fills: set[str], empties: set[str]) -> None:
    """What a batch makes or takes must go somewhere or come from somewhere."""
    for index, machine in enumerate(problem.machines):
        for place, batch in enumerate(machine.batches):
            for key, amount, known, role in (
                ("makes", batch.makes, fills, "filled_by"),
                ("takes", batch.takes, empties, "emptied_by"),
            ):
                if amount > 0 and machine.id not in known:
                    raise ProblemError(
                        f"{named_place(['machines', index, 'batches', place, key], problem)}: "
                        f"no buffer names this machine in {role}; add it to one, or take {key} out."
                    )


def _check_carbon(carbon: Carbon, horizon_min: int) -> None:
    covered = len(carbon.kg_per_kwh) * carbon.interval_min
    if covered < horizon_min:
        raise ProblemError(
            f"limits.carbon.kg_per_kwh: the series covers {covered} minutes and the plan needs "
            f"{horizon_min}; give more values or shorten horizon_min."
        )
