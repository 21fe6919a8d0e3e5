"""The peers beside us: the same problems, the same cost function, the same evaluations or a time limit."""

from __future__ import annotations

import os
import statistics
import sys
from typing import Any

import msgspec

from solver.problem import PlanProblem
from tests.bench.peer_environment import PeerError, ask, make_ready
from tests.bench.solver_cost import Found, Task
from tests.bench.solver_exact_peers import EXACT
from tests.bench.solver_ours import CORES, ITERATIONS, PARTICLES, SEEDS, Row, row
from tests.bench.solver_peers import PEERS

TEN_TIMES = ("SciPy differential_evolution",)
EXACT_S = float(os.environ.get("VALLEYLINE_BENCH_EXACT_S", "15"))
FASTER, CHEAPER = 50, 1e-9


def heuristics(problem: PlanProblem) -> dict[str, Any]:
    """Medians over the seeds for each peer that is not exact."""
    return {peer: answer(peer, problem) for peer in PEERS}


def exact_ones(problem: PlanProblem) -> dict[str, Any]:
    """What the exact peers find and prove in their time; 330 s are asked for by VALLEYLINE_BENCH_EXACT_S."""
    return {peer: answer(peer, problem) for peer in EXACT}


def answer(peer: str, problem: PlanProblem) -> dict[str, Any] | str:
    """What a peer found, or a sentence why it did not."""
    print(f"  {peer}", file=sys.stderr, flush=True)
    iterations = ITERATIONS * 10 if peer in TEN_TIMES else ITERATIONS
    body = msgspec.to_builtins(problem)
    exact = peer in EXACT
    task = Task(
        peer,
        {key: value for key, value in body.items() if value is not None},
        list(SEEDS),
        PARTICLES,
        iterations,
        EXACT_S if exact else 0.0,
        CORES if exact else 1,
    )
    try:
        found = ask(task)
    except PeerError as error:
        return str(error)
    return exact_figures(found[0]) if exact else figures(found)


def figures(found: list[Found]) -> dict[str, Any]:
    """Medians of one peer's runs."""
    costs = [one.cost for one in found if one.cost is not None]
    return {
        "cost": round(statistics.median(costs), 2),
        "worst": round(max(costs), 2),
        "seconds": round(statistics.median(one.seconds for one in found), 4),
        "evaluations": round(statistics.median(one.evaluations for one in found)),
    }


def exact_figures(found: Found) -> dict[str, Any]:
    """One run of an exact peer."""
    return {
        "cost": None if found.cost is None else round(found.cost, 2),
        "bound": None if found.bound is None else round(found.bound, 2),
        "seconds": round(found.seconds, 2),
        "limit_s": EXACT_S,
        "note": found.note,
    }


def prepared() -> str:
    """Installs the peers where they are missing; a sentence where that fails, else nothing."""
    try:
        make_ready()
    except PeerError as error:
        return str(error)
    return ""


def pso_rows(ours: dict[str, Any], peers: dict[str, Any]) -> dict[str, Row]:
    """The published swarm against pymoo's PSO and pyswarms on one problem."""
    return {
        "against pymoo's PSO": against(
            ours, peers.get("pymoo PSO"), FASTER, "no dearer, and 50 times faster"
        ),
        "against pyswarms": against(
            ours, peers.get("pyswarms PSO"), 1, "nearer to the optimum, and no slower"
        ),
    }


def against(ours: dict[str, Any], peer: Any, times: int, must: str) -> Row:
    """Whether ours costs no more and is so many times faster."""
    if not isinstance(peer, dict):
        return row(must, peer or "the peers were skipped", False)
    faster = peer["seconds"] / ours["seconds"]
    found = {"ours": ours["cost"], "peer's": peer["cost"], "times faster": round(faster, 1)}
    return row(must, found, ours["cost"] <= peer["cost"] + CHEAPER and faster >= times)
