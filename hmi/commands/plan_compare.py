"""A new plan beside another one, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hmi.commands.plan_report import limit_key, local_time, signed
from solver.compare import Difference, PlanComparison, PlanSide
from solver.plan import Binding
from solver.problem import PlanProblem

MOST_SHOWN = 40
FIGURES = (
    ("cost", ""),
    ("energy_cost", ""),
    ("demand_cost", ""),
    ("carbon_cost", ""),
    ("night_cost", ""),
    ("distance_cost", ""),
    ("peak_kw", "kW"),
    ("carbon_kg", "kg"),
    ("night_hours", "h"),
    ("makespan_min", "min"),
)


def comparison_lines(problem: PlanProblem, comparison: PlanComparison, name: str) -> Iterator[str]:
    """What differs between the plan and the one of file `name`: costs, figures, bands, limits, batches."""
    a, b = comparison.a, comparison.b
    yield f"compared with {name}:"
    yield f"{'':<20}{'this plan':>14}{'the other':>14}{'difference':>14}"
    for field, unit in FIGURES:
        yield from _figure(field, unit, a, b)
    for band in dict.fromkeys([*a.cost_by_band, *b.cost_by_band]):
        mine, other = a.cost_by_band.get(band, 0.0), b.cost_by_band.get(band, 0.0)
        yield _row(f"  {band}", mine, other)
    yield f"limits that bind here: {_keys(a.binding)}; there: {_keys(b.binding)}"
    if b.violations:
        more = f", and {len(b.violations) - 1} more" if len(b.violations) > 1 else ""
        yield f"The other plan breaks a limit: {b.violations[0]}{more}"
    yield f"batches that lie elsewhere there: {len(comparison.batches)}"
    for difference in comparison.batches[:MOST_SHOWN]:
        yield _difference(problem, difference)
    if len(comparison.batches) > MOST_SHOWN:
        yield f"  and {len(comparison.batches) - MOST_SHOWN} more; --json shows all"


def _figure(field: str, unit: str, a: PlanSide, b: PlanSide) -> Iterator[str]:
    mine, other = float(getattr(a, field)), float(getattr(b, field))
    if mine or other or field == "cost":
        name = field.removesuffix("_kw").removesuffix("_kg").removesuffix("_min").replace("_", " ")
        yield _row(f"{name}, {unit}" if unit else name, mine, other)


def _row(name: str, mine: float, other: float) -> str:
    return f"{name:<20}{mine:14.2f}{other:14.2f}{signed(other - mine):>14}"


def _keys(binding: Sequence[Binding]) -> str:
    return ", ".join(one.key for one in binding) or "none"


def _difference(problem: PlanProblem, one: Difference) -> str:
    times = f"{local_time(problem, one.from_min)} -> {local_time(problem, one.to_min)}"
    paused = "  pauses otherwise" if one.from_pauses != one.to_pauses else ""
    alone = f"alone {signed(one.change):>9}"
    if one.breaks:
        alone += f", and would break {', '.join(dict.fromkeys(limit_key(code) for code in one.breaks))}"
    return f"  {one.machine} {one.batch}: {times}  {alone}{paused}"
