"""`valleyline plan`: searches a plan for a problem file."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import click

from devices.clock import Clock
from devices.datafile import DataFileError, read_json
from hmi.commands.common import FiniteRange, json_option, print_json
from hmi.commands.plan_compare import comparison_lines
from hmi.commands.plan_report import plan_document, plan_lines
from hmi.interrupts import when_asked_to_end
from hmi.problem_files import load_problem, problem_prices
from solver.compare import PlanComparison, Schedule, compare_plans
from solver.errors import InfeasibleError, NoPlanError, ProblemError
from solver.events import SearchEvent, SearchProgress, SearchStarted
from solver.plan import Plan
from solver.problem import PlanProblem, problem_zone
from solver.search import METHODS, search

BAR_CELLS = 24


@click.command("plan")
@click.argument("problem_path", metavar="PROBLEM.json", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--method", type=click.Choice(METHODS), default="swarm", show_default=True)
@click.option("--seconds", type=FiniteRange(min=0), default=10.0, show_default=True, help="At most.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--threads", type=click.IntRange(min=1), default=os.cpu_count() or 1, show_default="all cores")
@click.option(
    "--compare",
    "other_path",
    metavar="PLAN.json",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="A plan for the same problem, as --json prints it, to set beside the new one.",
)
@json_option
@click.pass_context
def plan_command(
    context: click.Context,
    problem_path: Path,
    method: str,
    seconds: float,
    seed: int,
    threads: int,
    other_path: Path | None,
    as_json: bool,
) -> None:
    """Search a plan for a problem file; Ctrl+C ends the search with the best plan so far."""
    problem = load_problem(problem_path)
    other = None if other_path is None else read_json(other_path, Schedule)
    try:
        plan = _search(problem, method, seconds, seed, threads)
    except NoPlanError as error:
        if as_json:
            no_plan = {"feasible": False, "violations": [str(error)], "method": method, "seed": seed}
            print_json({**no_plan, "proven": isinstance(error, InfeasibleError), "because": error.params})
        click.echo(f"{problem_path}: {error}", err=True)
        context.exit(1)
    except ProblemError as error:
        raise DataFileError(f"{problem_path}: {error}") from error
    comparison = None if other is None else _compare(problem, plan, other, str(other_path))
    if as_json:
        print_json(plan_document(plan) | ({} if comparison is None else {"comparison": comparison}))
        return
    click.echo("\n".join(plan_lines(problem, plan)))
    if comparison is not None:
        click.echo("\n".join(["", *comparison_lines(problem, comparison, str(other_path))]))


def _compare(problem: PlanProblem, plan: Plan, other: Schedule, name: str) -> PlanComparison:
    try:
        return compare_plans(problem, problem_prices(problem), plan, other)
    except ProblemError as error:
        raise DataFileError(f"{name}: {error}") from error


def _search(problem: PlanProblem, method: str, seconds: float, seed: int, threads: int) -> Plan:
    stop = threading.Event()
    progress = _Progress(seconds)
    with when_asked_to_end(lambda _: stop.set()):
        try:
            return search(
                problem,
                price=problem_prices(problem),
                elapsed_s=Clock().monotonic_s,
                zone=problem_zone(problem),
                method=method,
                seconds=seconds,
                seed=seed,
                threads=threads,
                on_event=progress.show,
                should_stop=stop.is_set,
            )
        finally:
            progress.clear()


class _Progress:
    """A line on standard error, written over while the search goes on, where that is a terminal."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._shown = False
        self._terminal = sys.stderr.isatty()

    def show(self, event: SearchEvent) -> None:
        """Shows one event."""
        if isinstance(event, SearchStarted):
            click.echo(f"Searching: {event.machines} machines, now {event.cost_before:.2f}.", err=True)
        elif isinstance(event, SearchProgress) and self._terminal:
            done = min(BAR_CELLS, round(BAR_CELLS * event.seconds / self._seconds)) if self._seconds else 0
            bar = "#" * done + "." * (BAR_CELLS - done)
            text = f"[{bar}] {event.best_cost:.2f}, bound {event.bound:.2f}, gap {event.gap:.2%}"
            click.echo(f"\r{text}", err=True, nl=False)
            self._shown = True

    def clear(self) -> None:
        """Ends the line."""
        if self._shown:
            click.echo("", err=True)
            self._shown = False
