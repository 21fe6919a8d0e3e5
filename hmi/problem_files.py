"""Problem files and the tariffs that they name."""

from __future__ import annotations

from pathlib import Path

import msgspec

from devices.datafile import DataFileError, NoSuchFileError, beside, read_text
from hmi.tariffs import load_tariff
from solver.errors import ProblemError
from solver.problem import PlanProblem, decode_problem, problem_start_ms, problem_zone
from solver.tariff import PriceGrid, PriceSeries, Tariff, price_grid


def load_problem(path: Path) -> PlanProblem:
    """Reads a problem file and the tariff it names; raises DataFileError naming the file and the key."""
    try:
        return with_tariff(decode_problem(read_text(path).encode()), path.parent)
    except (ProblemError, NoSuchFileError) as error:
        raise DataFileError(f"{path}: {error}") from error


def with_tariff(problem: PlanProblem, folder: Path | None = None) -> PlanProblem:
    """The same problem with the tariff itself in the place of its name or of its path from `folder`."""
    if isinstance(problem.tariff, str):
        return msgspec.structs.replace(problem, tariff=load_tariff(beside(problem.tariff, folder)))
    return problem


def problem_prices(problem: PlanProblem) -> PriceGrid:
    """The prices over the problem's horizon; its tariff must be there, not only its name."""
    assert isinstance(problem.tariff, Tariff | PriceSeries)
    return price_grid(problem.tariff, problem_start_ms(problem), problem.horizon_min, problem_zone(problem))
