"""The solver beside its peers, and each row of what it must reach; about twenty minutes.

Kernels are warm, seeds five unless said otherwise. The peers run in .venv-peers, which the first run makes.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from solver.problem import Limits, PlanProblem, decode_problem
from solver.warm import warm_kernels
from tests.bench.solver_beside import exact_ones, heuristics, prepared, pso_rows
from tests.bench.solver_coupled import coupled_rows
from tests.bench.solver_ours import demand_rows, energy_only, energy_row, flown, pricing_row
from tests.bench.solver_plant import plant_of
from tests.bench.solver_problems import sixty_mills

PLANS = Path(__file__).resolve().parents[3] / "shared" / "data" / "plans"
A, SIXTY = "A_6x20", "60 × 7"
WITHIN_S = {A: 0.1, SIXTY: 0.2}
BEST_KNOWN = {A: 59_744.77, SIXTY: 223_263.69}  # on a grid of 15 minutes; a minute of the search of 2026-11
ROWS_OF_OTHERS = ("tests.bench.solver_sleep", "tests.bench.solver_makespan")  # each with rows()


def run() -> dict[str, object]:
    """The rows with what must be, what was measured and whether it holds; then the figures side by side."""
    warm_kernels()
    problems = known_problems()
    skipped = prepared()
    swarms = {
        name: told(f"our published swarm, {name}", flown, problem) for name, problem in problems.items()
    }
    peers = {} if skipped else {name: peers_on(name, problem) for name, problem in problems.items()}
    return {
        "rows": rows_of(problems, swarms, peers),
        "published swarm": swarms,
        "peers": skipped or peers,
    }


def known_problems() -> dict[str, PlanProblem]:
    """A_6x20 where ../shared is there, and the sixty mills, without and with their demand charge."""
    sixty = sixty_mills()
    found = {f"{SIXTY}, energy": energy_only(sixty), f"{SIXTY}, demand": sixty}
    if PLANS.exists():
        a = decode_problem(msgspec.json.decode((PLANS / "A_6x20.json").read_bytes()))
        return {f"{A}, energy": energy_only(a), f"{A}, demand": a} | found
    return found


def peers_on(name: str, problem: PlanProblem) -> dict[str, Any]:
    """The exact peers, and on A_6x20 the swarms and what is akin to them."""
    swarms = told(f"peers, {name}", heuristics, problem) if name.startswith(A) else {}
    return swarms | told(f"exact peers, {name}", exact_ones, problem)


def rows_of(
    problems: dict[str, PlanProblem], swarms: dict[str, Any], peers: dict[str, Any]
) -> dict[str, Any]:
    """Each row of what the solver must reach."""
    rows: dict[str, Any] = {}
    for name, problem in problems.items():
        which = name.split(",")[0]
        if name.endswith("energy"):
            rows[name] = told(name, energy_row, problem, WITHIN_S[which])
        else:
            rows[name] = told(name, demand_rows, problem, BEST_KNOWN[which])
        if which == A:
            rows[f"{name}, published swarm"] = pso_rows(swarms[name], peers.get(name, {}))
    rows["every coupling"] = told("every coupling", coupled_rows)
    priced = problems | {"with profiles, pauses and demand": priced_plant(plant_of(125).problem)}
    rows["pricing"] = told("pricing", pricing_row, priced)
    for module in ROWS_OF_OTHERS:
        if importlib.util.find_spec(module):
            rows |= told(module, importlib.import_module(module).rows)
    return rows


def priced_plant(problem: PlanProblem) -> PlanProblem:
    """The plant without what the swarm's cost function does not price."""
    limits = problem.limits
    machines = [msgspec.structs.replace(machine, fixed=False, maintenance=[]) for machine in problem.machines]
    kept = Limits(
        interval_min=limits.interval_min,
        demand_price_per_kw=limits.demand_price_per_kw,
        peak_so_far_kw=limits.peak_so_far_kw,
    )
    return msgspec.structs.replace(problem, machines=machines, limits=kept)


def told(what: str, measure: Callable[..., Any], *arguments: Any) -> Any:
    """Says what is measured, and measures it."""
    print(f"  {what} …", file=sys.stderr, flush=True)
    return measure(*arguments)
