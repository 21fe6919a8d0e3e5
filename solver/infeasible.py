"""No plan, because: proofs that a limit forbids every plan, and the words where a search only found none.

Each proof is a condition that every plan meets, so that a problem that has a plan is never refused; a problem
that has none may pass.
"""

from __future__ import annotations

from solver.check import Breach, Verdict
from solver.check_breach import plain
from solver.errors import NoPlanError
from solver.infeasible_counts import (
    prove_buffers,
    prove_crew,
    prove_distance,
    prove_room,
    prove_starts,
)
from solver.infeasible_load import prove_load
from solver.infeasible_windows import batch_windows
from solver.problem import PlanProblem
from solver.tariff import PriceGrid

MOST_KINDS = 3


def prove_infeasible(problem: PlanProblem, price: PriceGrid) -> None:
    """Raises InfeasibleError naming the limit that forbids every plan, where, and by how much.

    The problem must have passed check_problem; `price` tells its local times.
    """
    limits = problem.limits
    windows = batch_windows(problem)
    if not windows:
        return
    if limits.distance is not None:
        prove_distance(limits.distance, windows)
    prove_room(windows)
    prove_load(problem, windows)
    if limits.crew is not None:
        prove_crew(problem, price, limits.crew, windows)
    if limits.starts is not None:
        prove_starts(limits.starts, windows)
    prove_buffers(problem, windows)


def no_plan_found(verdict: Verdict, seconds: float | None = None) -> NoPlanError:
    """What to raise where a search has ended without a plan that keeps every limit, and none is proven."""
    worst = _worst_of_each_kind(verdict)
    if not worst:
        return NoPlanError(closest_breach(verdict, seconds), {})
    first = worst[0]
    params: dict[str, str | float] = {
        **first.params,
        "breach": first.limit.value,
        "limit": first.key,
        "excess": first.excess,
        "unit": first.unit,
        "machine": first.machine,
        "batch": first.batch,
    }
    return NoPlanError(closest_breach(verdict, seconds), params)


def closest_breach(verdict: Verdict, seconds: float | None = None) -> str:
    """The sentence for a search that ended without a plan, though nothing is proven: what its best breaks."""
    within = "" if seconds is None else f" in {seconds:.3g} s"
    said = [_by_how_much(breach) for breach in _worst_of_each_kind(verdict)[:MOST_KINDS]]
    if not said:
        return f"No plan found{within}."
    broken = "; and ".join(said)
    return f"No plan found{within}: the best one found breaks {broken}. Search longer, or ease that limit."


def _worst_of_each_kind(verdict: Verdict) -> list[Breach]:
    worst: dict[str, Breach] = {}
    for breach in verdict.breaches:
        known = worst.get(breach.limit)
        if known is None or breach.excess > known.excess:
            worst[breach.limit] = breach
    return list(worst.values())


def _by_how_much(breach: Breach) -> str:
    by = f" by {plain(breach.excess, breach.excess)} {breach.unit}".rstrip() if breach.excess else ""
    at = f" at minute {breach.params['at_min']}" if "at_min" in breach.params else ""
    whose = f" of batch {breach.batch!r} of {breach.machine!r}" if breach.batch else ""
    buffer = f" ({breach.params['buffer']!r})" if "buffer" in breach.params else ""
    return f"{breach.key}{buffer}{whose}{by}{at}"
