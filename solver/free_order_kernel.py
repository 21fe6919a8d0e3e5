"""The relaxation of a free order, as Numba kernels; method in free_order.py, twin in its reference."""

from __future__ import annotations

import numpy as np

from solver.free_order_tables import Relaxation
from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.sleep_kernel import start_reach
from solver.sleep_stand_kernel import fill, standing_values, wait_values, whole
from solver.sleep_tables import Runs, Standing, Waits


@outer_kernel
def relaxed_togo(
    standing: Standing, waits: Waits, runs: Runs, relaxation: Relaxation, credit: Floats, after: Floats
) -> float:
    """The least cost of a sequence of kinds that takes the whole amount, less credit[p] for each of kind p.

    Fills after, ragged by node: the cost from having ended a batch at each minute on.
    """
    horizon, sleeps = len(standing.idle) - 1, len(standing.up_min)
    value, goal = np.empty((1 + sleeps, horizon + 1)), np.empty(horizon + 1)
    fill_end(standing, relaxation, after, value, goal)
    last_node = len(relaxation.lo) - 1
    for node in range(1, last_node):
        at, lo = relaxation.at[node], relaxation.lo[node]
        ends = after[at : at + relaxation.size[node]]
        fill(ends, whole(0), len(ends), np.inf)
        if len(ends) == 0:
            continue
        for p in range(len(relaxation.kind)):
            b = relaxation.kind[p]
            if node < relaxation.step[p] or not leads_gap(p, node, runs, relaxation):
                continue
            last = fill_goal(node, runs.gap[b], lo, runs, relaxation, credit, after, goal)
            if last >= lo:
                standing_values(standing, goal, np.inf, lo, last, value)
                wait_values(waits, runs.gap_row[b, 0], runs.gap_row[b, 1], value, lo, last, ends)
    last = fill_goal(last_node, whole(-1), whole(0), runs, relaxation, credit, after, goal)
    if last < 0:
        return np.inf
    standing_values(standing, goal, np.inf, whole(0), last, value)
    return float(value[min(1, sleeps), 0])


@inner_kernel
def fill_end(standing: Standing, relaxation: Relaxation, after: Floats, value: Floats, goal: Floats) -> None:
    """Fills the costs of node 0: from each end of the last batch to the horizon."""
    horizon, lo = len(standing.idle) - 1, relaxation.lo[0]
    fill(goal, whole(0), horizon + 1, np.inf)
    if len(standing.up_min) == 0:
        goal[horizon] = 0.0
    standing_values(standing, goal, 0.0, lo, horizon, value)
    for offset in range(relaxation.size[0]):
        after[relaxation.at[0] + offset] = value[0, lo + offset]


@inner_kernel
def leads_gap(p: int, node: int, runs: Runs, relaxation: Relaxation) -> bool:
    """Whether no kind before p that may run at this node has its gap; the first stands for them all."""
    for q in range(p):
        if node >= relaxation.step[q] and runs.gap[relaxation.kind[q]] == runs.gap[relaxation.kind[p]]:
            return False
    return True


@inner_kernel
def start_window(q: int, node: int, lo: int, runs: Runs, relaxation: Relaxation) -> tuple[int, int]:
    """From when until before when kind q may start at this node, not before lo; empty where it may not."""
    b, then = relaxation.kind[q], node - relaxation.step[q]
    if then < 0:
        return 0, 0
    since = relaxation.lo[then] - runs.duration[b]
    until = min(runs.first[b] + runs.size[b], since + relaxation.size[then])
    return max(lo, runs.first[b], since), until


@inner_kernel
def fill_goal(
    node: int,
    gap: int,
    lo: int,
    runs: Runs,
    relaxation: Relaxation,
    credit: Floats,
    after: Floats,
    goal: Floats,
) -> int:
    """Fills goal[lo..]: cost of starting next, at each minute, a kind with this gap, or any where that is -1.

    Returns the last minute at which one may start, -1 where none may.
    """
    furthest = -1
    for q in range(len(relaxation.kind)):
        if gap < 0 or runs.gap[relaxation.kind[q]] == gap:
            begin, end = start_window(q, node, lo, runs, relaxation)
            if begin < end:
                furthest = max(furthest, end - 1)
    fill(goal, lo, furthest + 1, np.inf)
    for q in range(len(relaxation.kind)):
        b, then = relaxation.kind[q], node - relaxation.step[q]
        begin, end = start_window(q, node, lo, runs, relaxation)
        if begin >= end or (gap >= 0 and runs.gap[b] != gap):
            continue
        goals, since = goal[begin:end], relaxation.lo[then] - runs.duration[b]
        place = runs.place[runs.at[b] + begin - runs.first[b] : runs.at[b] + end - runs.first[b]]
        onward = after[relaxation.at[then] + begin - since : relaxation.at[then] + end - since]
        less = credit[q]
        for offset in range(end - begin):
            goals[offset] = min(goals[offset], place[offset] + onward[offset] - less)
    return furthest


@outer_kernel
def relaxed_counts(
    standing: Standing, runs: Runs, relaxation: Relaxation, credit: Floats, after: Floats, counts: Ints
) -> None:
    """Adds to counts[p] how often kind p runs in the sequence that relaxed_togo found."""
    horizon, sleeps = len(standing.idle) - 1, len(standing.up_min)
    reach = np.empty((1 + sleeps, horizon + 1))
    state, at, node, started = min(1, sleeps), whole(0), len(relaxation.lo) - 1, False
    while node > 0:
        last = at
        for q in range(len(relaxation.kind)):
            last = max(last, start_window(q, node, at, runs, relaxation)[1] - 1)
        start_reach(standing, state, at, last, reach)
        chosen, start, cheapest = whole(-1), whole(-1), np.inf
        for q in range(len(relaxation.kind)):
            b, then = relaxation.kind[q], node - relaxation.step[q]
            free = at + runs.gap[b] if started else at
            begin, end = start_window(q, node, free, runs, relaxation)
            for t in range(begin, end):
                onward = after[relaxation.at[then] + t + runs.duration[b] - relaxation.lo[then]]
                cost = reach[0, t] + runs.place[runs.at[b] + t - runs.first[b]] + onward - credit[q]
                if cost < cheapest:
                    chosen, start, cheapest = q, t, cost
        if chosen < 0:
            return
        counts[chosen] += 1
        node -= relaxation.step[chosen]
        state, at, started = whole(0), start + runs.duration[relaxation.kind[chosen]], True
