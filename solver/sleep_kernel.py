"""A machine that can sleep, as Numba kernels; method in sleep.py, twin in sleep_reference.py."""

from __future__ import annotations

import numpy as np

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.sleep_pause_kernel import paused_togo, trace_paused
from solver.sleep_stand_kernel import clear, fill, reach_states, retrace, standing_values, wait_values, whole
from solver.sleep_tables import Runs, Standing, Waits


@inner_kernel
def start_togo(
    b: int,
    skip: int,
    size: int,
    standing: Standing,
    waits: Waits,
    runs: Runs,
    after: Floats,
    togo: Floats,
    value: Floats,
    goal: Floats,
) -> None:
    """Fills togo[at[b] + skip..]: cost from `size` starts of batch b on, given `after` from their ends on.

    after and togo are ragged as Runs says; value float64[1 + S, H + 1] and goal float64[H + 1] are scratch.
    """
    if runs.most_pauses[b] > 0:
        kept = np.empty((0, 0, 0))
        paused_togo(b, skip, size, standing, waits, runs, after, togo, value, goal, kept)
        return
    for place in range(runs.at[b] + skip, runs.at[b] + skip + size):
        togo[place] = runs.place[place] + after[place]


@inner_kernel
def before_start(
    b: int, lo: int, standing: Standing, runs: Runs, togo: Floats, value: Floats, goal: Floats
) -> int:
    """Fills value[:, lo..last start of b]: cost from each state and minute on; returns that last start."""
    last = runs.first[b] + runs.size[b] - 1
    fill(goal, lo, last + 1, np.inf)
    for start in range(max(lo, runs.first[b]), last + 1):
        goal[start] = togo[runs.at[b] + start - runs.first[b]]
    standing_values(standing, goal, np.inf, lo, last, value)
    return int(last)


@inner_kernel
def after_last(b: int, standing: Standing, runs: Runs, after: Floats, value: Floats, goal: Floats) -> None:
    """Fills after[at[b]..] for the last batch: back to the first sleep, in which the machine ends."""
    horizon = len(standing.idle) - 1
    first_end = runs.first[b] + runs.duration[b]
    fill(goal, first_end, horizon + 1, np.inf)
    if len(standing.up_min) == 0:
        goal[horizon] = 0.0
    standing_values(standing, goal, 0.0, first_end, horizon, value)
    for offset in range(runs.size[b]):
        after[runs.at[b] + offset] = value[0, first_end + offset]


@outer_kernel
def chain_togo(
    standing: Standing, waits: Waits, runs: Runs, order: Ints, after: Floats, togo: Floats
) -> float:
    """The least cost of the batches in this order, int64[N]; infinity where they do not fit.

    Fills after and togo, ragged as Runs says: the cost from each end and each start of each batch on.
    """
    horizon = len(standing.idle) - 1
    value = np.empty((1 + len(standing.up_min), horizon + 1))
    goal = np.empty(horizon + 1)
    count, none = len(order), whole(0)
    for place in range(count - 1, -1, -1):
        b = order[place]
        if place == count - 1:
            after_last(b, standing, runs, after, value, goal)
        start_togo(b, none, runs.size[b], standing, waits, runs, after, togo, value, goal)
        if place > 0:
            end_togo(order[place - 1], b, standing, waits, runs, after, togo, value, goal)
    if count == 0:
        return standing_alone(standing, value, goal)
    before_start(order[0], none, standing, runs, togo, value, goal)
    return float(value[min(1, len(standing.up_min)), 0])


@inner_kernel
def end_togo(
    b: int,
    following: int,
    standing: Standing,
    waits: Waits,
    runs: Runs,
    after: Floats,
    togo: Floats,
    value: Floats,
    goal: Floats,
) -> None:
    """Fills after[at[b]..]: cost from each end of batch b on, when `following` comes next."""
    begin, first_end = runs.at[b], runs.first[b] + runs.duration[b]
    fill(after, begin, begin + runs.size[b], np.inf)
    if first_end > runs.first[following] + runs.size[following] - 1:
        return
    last = before_start(following, first_end, standing, runs, togo, value, goal)
    size = min(runs.size[b], last - first_end + 1)
    rows = runs.gap_row[following]
    wait_values(waits, rows[0], rows[1], value, first_end, last, after[begin : begin + size])


@inner_kernel
def standing_alone(standing: Standing, value: Floats, goal: Floats) -> float:
    """What a machine costs that never runs."""
    horizon = len(standing.idle) - 1
    fill(goal, whole(0), horizon + 1, np.inf)
    if len(standing.up_min) == 0:
        goal[horizon] = 0.0
    standing_values(standing, goal, 0.0, whole(0), horizon, value)
    return float(value[min(1, len(standing.up_min)), 0])


@outer_kernel
def trace_chain(
    standing: Standing,
    waits: Waits,
    runs: Runs,
    order: Ints,
    after: Floats,
    togo: Floats,
    budget: float,
    starts: Ints,
    pauses: Ints,
    load_kw: Floats,
) -> float:
    """Follows what chain_togo found to a plan that costs no more than `budget`; returns its cost.

    Fills starts int64[N], pauses int64[N, K, 2] (unused ones stay as they are) and load_kw float64[H], by
    batch. The first batch stays at `now` where the budget allows, else it starts as early as that allows;
    then the next.
    """
    horizon = len(standing.idle) - 1
    reach = np.empty((1 + len(standing.up_min), horizon + 1))
    home, awake = min(1, len(standing.up_min)), whole(0)
    state, at, spent, free = home, awake, 0.0, awake
    for place in range(len(order)):
        b = order[place]
        last = runs.first[b] + runs.size[b] - 1
        start_reach(standing, state, at, last, reach)
        if place > 0:
            free = at + runs.gap[b]
        start = choose_start(b, runs, togo, reach[0], free, budget - spent)
        retrace(standing, state, at, awake, start, reach, load_kw)
        spent += reach[0, start]
        starts[b] = start
        if runs.most_pauses[b] > 0:
            at, cost = trace_paused(
                b, start, standing, waits, runs, after, budget - spent, pauses[b], load_kw
            )
            spent += cost
        else:
            spent += runs.place[runs.at[b] + start - runs.first[b]]
            at = start + runs.duration[b]
            for minute in range(runs.duration[b]):
                load_kw[start + minute] = runs.power_kw[runs.power_at[b] + minute]
        state = awake
    start_reach(standing, state, at, horizon, reach)
    retrace(standing, state, at, home, horizon, reach, load_kw)
    return float(spent + reach[home, horizon])


@inner_kernel
def start_reach(standing: Standing, state: int, at: int, last: int, reach: Floats) -> None:
    """Fills reach[:, at..last]: cost from `state` at minute `at` to each state and minute."""
    clear(reach, at, last)
    reach[state, at] = 0.0
    reach_states(standing, at, last, reach)


@inner_kernel
def choose_start(b: int, runs: Runs, togo: Floats, reach: Floats, free: int, left: float) -> int:
    """Where batch b starts: at `now` if no more than `left` is spent on it, else as early as that allows."""
    first, begin = runs.first[b], runs.at[b]
    now = runs.now[b]
    if max(free, first) <= now < first + runs.size[b] and reach[now] + togo[begin + now - first] <= left:
        return int(now)
    best, cheapest = -1, np.inf
    for start in range(max(free, first), first + runs.size[b]):
        cost = reach[start] + togo[begin + start - first]
        if cost <= left:
            return start
        if cost < cheapest:
            best, cheapest = start, cost
    return best
