"""The cheapest plan of a single machine, exactly, on the minute.

While a batch runs, its delay (minutes that it started late plus minutes paused) stays as it is, and each
pause lifts it by at least the shortest pause. So the state is (running minutes done, pauses used, delay), and
a pause is a running minimum over the delays: O(duration × pauses × window) per batch. A machine's batches
form a chain through the cheapest end no later than each minute (Aghelinejad et al. 2019: fixed order is
polynomial). Keys are integers (exact_keys.py). The optima of all machines, with what couples them left out,
sum to a bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.exact_keys import NEVER, MachineKeys, PlaceExtras, SparePower, machine_keys
from solver.layout import Floats, MachineLayout, MachinePlan
from solver.plan import Span


@dataclass(frozen=True, slots=True)
class MachineOptimum:
    """A machine's cheapest plan and a cost below which there is none; both above standing all the time."""

    plan: MachinePlan
    cost: float
    bound: float


def machine_optimum(
    machine: MachineLayout,
    price_per_kw_min: Floats,
    spare: SparePower | None = None,
    extras: PlaceExtras | None = None,
) -> MachineOptimum | None:
    """The cheapest plan at these prices, float64[horizon]; None where spare or extras forbid every one."""
    if machine.count == 0:
        return MachineOptimum(MachinePlan((), ()), 0.0, 0.0)
    keyed = machine_keys(machine, price_per_kw_min, spare, extras)
    solved = solve_keys(keyed)
    if solved is None:
        return None
    key, plan = solved
    cost = keyed.cost_of(key)
    return MachineOptimum(plan, cost, cost - keyed.rounding)


def solve_keys(keyed: MachineKeys) -> tuple[int, MachinePlan] | None:
    """The least key and its plan, or None when no plan is allowed."""
    from solver.exact_kernel import solve_chain

    count, most = len(keyed.size), max(1, int(keyed.most_pauses.max()))
    starts = np.full(count, -1, dtype=np.int64)
    pauses = np.full((count, most, 2), -1, dtype=np.int64)
    key = solve_chain(
        keyed.keys,
        keyed.key_at,
        keyed.row_stride,
        keyed.size,
        keyed.duration,
        keyed.most_pauses,
        keyed.least_pause,
        keyed.first_start,
        keyed.gap,
        keyed.now_offset,
        keyed.moved_tie,
        keyed.start_key,
        keyed.end_key,
        keyed.resume_key,
        starts,
        pauses,
    )
    if key >= NEVER:
        return None
    spans = tuple(_spans(rows.tolist()) for rows in pauses)
    return int(key), MachinePlan(tuple(starts.tolist()), spans)


def _spans(rows: list[list[int]]) -> tuple[Span, ...]:
    return tuple((since, to) for since, to in rows if since >= 0)
