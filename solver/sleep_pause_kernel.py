"""Batches that may pause, on a machine that may sleep meanwhile, as Numba kernels; method in sleep.py.

While a batch runs its offset, minutes that it began after its window's first and minutes paused, stays as it
is. `skip` and the length of `rest` say which offsets are looked at.
"""

from __future__ import annotations

import numpy as np

from solver.kernel_options import inner_kernel
from solver.layout import Floats, Ints
from solver.sleep_stand_kernel import (
    clear,
    enter_waits,
    reach_states,
    retrace,
    standing_values,
    wait_values,
    whole,
)
from solver.sleep_tables import Runs, Standing, Waits


@inner_kernel
def paused_togo(
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
    kept: Floats,
) -> None:
    """Fills togo[at[b] + skip..]: cost from `size` starts of batch b on, pauses and all that follows.

    Where `kept` has room, kept[j, k, o] becomes the cost from running minute j on, that minute at offset o
    with k pauses before it; j = duration[b] is the end.
    """
    begin, first = runs.at[b] + skip, runs.first[b] + skip
    most, duration = runs.most_pauses[b], runs.duration[b]
    rest = np.empty((most + 1, size))
    for k in range(most + 1):
        for offset in range(size):
            rest[k, offset] = runs.end_cost[begin + offset] + after[begin + offset]
    if len(kept) > 0:
        keep_rest(rest, kept[duration])
    for minute in range(duration - 1, -1, -1):
        if minute + 1 < duration:
            for k in range(most):
                allow_pause(b, first + minute + 1, standing, waits, runs, rest[k + 1], rest[k], value, goal)
        run_minute(runs.power_kw[runs.power_at[b] + minute], first + minute, runs, rest)
        if len(kept) > 0:
            keep_rest(rest, kept[minute])
    for offset in range(size):
        togo[begin + offset] = runs.place[begin + offset] + rest[0, offset]


@inner_kernel
def keep_rest(rest: Floats, kept: Floats) -> None:
    """Copies row by row, which is several times as fast as the whole at once."""
    for k in range(rest.shape[0]):
        row, copied = rest[k], kept[k]
        for offset in range(len(row)):
            copied[offset] = row[offset]


@inner_kernel
def run_minute(power_kw: float, since: int, runs: Runs, rest: Floats) -> None:
    """Adds a running minute to each cost in rest[k, o], which begins at minute since + o."""
    price, shut = runs.price[since : since + rest.shape[1]], runs.shut[since : since + rest.shape[1]]
    for k in range(rest.shape[0]):
        row = rest[k]
        for offset in range(len(row)):
            row[offset] = np.inf if shut[offset] else row[offset] + power_kw * price[offset]


@inner_kernel
def allow_pause(
    b: int,
    at: int,
    standing: Standing,
    waits: Waits,
    runs: Runs,
    resumed: Floats,
    rest: Floats,
    value: Floats,
    goal: Floats,
) -> None:
    """Lowers rest[o], cost from minute at + o on, to that of pausing there and going on as `resumed` says."""
    last = at + len(rest) - 1
    for offset in range(len(rest)):
        goal[at + offset] = resumed[offset] + runs.resume_cost[at + offset]
    standing_values(standing, goal, np.inf, at, last, value)
    rows = runs.pause_row[b]
    wait_values(waits, rows[0], rows[1], value, at, last, rest)


@inner_kernel
def paused_ends(
    b: int,
    skip: int,
    standing: Standing,
    waits: Waits,
    runs: Runs,
    begun: Floats,
    value: Floats,
    ended: Floats,
) -> None:
    """Fills ended[o]: the least cost of having ended batch b at offset skip + o, its pauses included.

    begun[o], of the same length, is the cost of being awake where it may start at that offset.
    """
    begin, first, size, most = runs.at[b] + skip, runs.first[b] + skip, len(begun), runs.most_pauses[b]
    rest = np.empty((most + 1, size))
    for k in range(most + 1):
        for offset in range(size):
            rest[k, offset] = begun[offset] + runs.place[begin + offset] if k == 0 else np.inf
    for minute in range(runs.duration[b]):
        if minute > 0:
            for k in range(most - 1, -1, -1):
                lead_pause(b, first + minute, standing, waits, runs, rest[k], rest[k + 1], value)
        run_minute(runs.power_kw[runs.power_at[b] + minute], first + minute, runs, rest)
    for offset in range(size):
        ended[offset] = rest[0, offset]
        for k in range(1, most + 1):
            ended[offset] = min(ended[offset], rest[k, offset])
        ended[offset] += runs.end_cost[begin + offset]


@inner_kernel
def lead_pause(
    b: int,
    at: int,
    standing: Standing,
    waits: Waits,
    runs: Runs,
    rest: Floats,
    resumed: Floats,
    reach: Floats,
) -> None:
    """Lowers resumed[o], cost up to minute at + o, to that of having paused until then, from `rest` alike."""
    last = at + len(rest) - 1
    rows = runs.pause_row[b]
    enter_waits(waits, rows[0], rows[1], rest, at, last, reach)
    reach_states(standing, at, last, reach)
    for offset in range(len(rest)):
        resumed[offset] = min(resumed[offset], reach[0, at + offset] + runs.resume_cost[at + offset])


@inner_kernel
def trace_paused(
    b: int,
    start: int,
    standing: Standing,
    waits: Waits,
    runs: Runs,
    after: Floats,
    left: float,
    pauses: Ints,
    load_kw: Floats,
) -> tuple[int, float]:
    """Runs batch b from `start` so that it and all that follows cost no more than `left`, with few pauses.

    Returns its end and what it cost, pauses included; fills pauses int64[K, 2] and load_kw float64[H].
    """
    horizon, sleeps = len(standing.idle) - 1, len(standing.up_min)
    duration, most, skip = runs.duration[b], runs.most_pauses[b], start - runs.first[b]
    size = runs.size[b] - skip
    kept = np.empty((duration + 1, most + 1, size))
    value, goal = np.empty((1 + sleeps, horizon + 1)), np.empty(horizon + 1)
    togo, awake = np.empty(len(after)), whole(0)
    paused_togo(b, skip, size, standing, waits, runs, after, togo, value, goal, kept)
    spent, used, offset = runs.place[runs.at[b] + skip], 0, awake
    for minute in range(duration):
        at = start + minute + offset
        onward = kept[minute, used, offset]
        if minute > 0 and used < most and spent + onward > left:
            resumed = kept[minute, used + 1]
            until = resume_at(b, at, offset, standing, runs, resumed, left - spent, onward, value)
            if until > at:
                retrace(standing, awake, at, awake, until, value, load_kw)
                spent += value[0, until] + runs.resume_cost[until]
                pauses[used, 0], pauses[used, 1] = at, until
                used, offset, at = used + 1, offset + until - at, until
        load_kw[at] = runs.power_kw[runs.power_at[b] + minute]
        spent += load_kw[at] * runs.price[at]
    return start + duration + offset, spent + runs.end_cost[runs.at[b] + skip + offset]


@inner_kernel
def resume_at(
    b: int,
    began: int,
    offset: int,
    standing: Standing,
    runs: Runs,
    resumed: Floats,
    left: float,
    onward: float,
    reach: Floats,
) -> int:
    """When batch b goes on after a pause from `began`: as early as `left` allows, else at least cost.

    -1 where no pause is cheaper than not pausing, which costs `onward`.
    """
    last = began + len(resumed) - 1 - offset
    clear(reach, began, last)
    reach[0, began] = 0.0
    reach_states(standing, began, last, reach)
    best, cheapest = -1, onward
    for at in range(began + runs.least_pause[b], last + 1):
        cost = reach[0, at] + runs.resume_cost[at] + resumed[offset + at - began]
        if cost <= left:
            return at
        if cost < cheapest:
            best, cheapest = at, cost
    return best
