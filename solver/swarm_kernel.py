"""The particle swarm of Eqs. (13)-(14) as Numba kernels; the twin is swarm_reference.py.

Random numbers are a hash of seed, iteration, particle, dimension and stream: none depends on another, so any
split of the particles over threads flies the same flight.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from solver.layout import Floats, Ints
from solver.swarm_layout import (
    DIMENSION,
    DURATION,
    FIRST_START,
    GAP,
    LAST_END,
    LEAST,
    MACHINE,
    MOST,
    PROFILE_AT,
    SwarmTables,
)

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
S30, S27, S31, S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@njit(cache=True, nogil=True)
def mixed(value: np.uint64) -> np.uint64:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    value = (value ^ (value >> S30)) * MIX_1
    value = (value ^ (value >> S27)) * MIX_2
    return value ^ (value >> S31)


@njit(cache=True, nogil=True)
def uniform(seed: int, iteration: int, particle: int, dimension: int, stream: int) -> float:
    """A number in [0, 1) that these five fix."""
    value = mixed(np.uint64(seed) + GOLDEN)
    value = mixed(value + np.uint64(iteration) * GOLDEN)
    value = mixed(value + np.uint64(particle) * GOLDEN)
    value = mixed(value + np.uint64(2 * dimension + stream) * GOLDEN)
    return float(value >> S11) / 9007199254740992.0


@njit(cache=True, nogil=True)
def decode(position: Floats, batch: Ints, starts: Ints, pauses: Ints) -> None:
    """Fills starts int64[B] and pauses int64[B, K, 2] (unused: -1) with the plan of a position."""
    free_from = 0
    for b in range(len(batch)):
        row = batch[b]
        earliest = row[FIRST_START]
        if b > 0 and batch[b - 1, MACHINE] == row[MACHINE]:
            earliest = max(earliest, free_from + row[GAP])
        latest = row[LAST_END] - row[DURATION]
        start = min(max(int(np.rint(position[row[DIMENSION]])), earliest), latest)
        starts[b] = start
        free_from = start + row[DURATION] + decode_pauses(position, row, start, latest - start, pauses[b])


@njit(cache=True, nogil=True)
def decode_pauses(position: Floats, row: Ints, start: int, room: int, spans: Ints) -> int:
    """Fills the pauses of one batch, in their order and within `room` minutes; returns their sum."""
    used = 0
    for k in range(row[MOST]):
        after = min(max(int(np.rint(position[row[DIMENSION] + 1 + 2 * k])), 1), row[DURATION] - 1)
        length = int(np.rint(position[row[DIMENSION] + 2 + 2 * k]))
        if 2 * length >= row[LEAST]:
            length = max(length, row[LEAST])
        length = min(length, room)
        if length < row[LEAST]:
            continue
        room -= length
        place = used
        while place > 0 and spans[place - 1, 0] > after:
            spans[place, 0] = spans[place - 1, 0]
            spans[place, 1] = spans[place - 1, 1]
            place -= 1
        spans[place, 0] = after
        spans[place, 1] = length
        used += 1
    return as_minutes(spans, used, start)


@njit(cache=True, nogil=True)
def as_minutes(spans: Ints, used: int, start: int) -> int:
    """Turns (after, length), sorted, into (from, to); joins pauses at the same place; returns their sum."""
    paused = 0
    kept = 0
    for k in range(used):
        after = spans[k, 0]
        length = spans[k, 1]
        since = start + after + paused
        if kept > 0 and spans[kept - 1, 1] == since:
            spans[kept - 1, 1] = since + length
        else:
            spans[kept, 0] = since
            spans[kept, 1] = since + length
            kept += 1
        paused += length
    for k in range(kept, len(spans)):
        spans[k, 0] = -1
        spans[k, 1] = -1
    return paused


@njit(cache=True, nogil=True)
def run_segment(b: int, done: int, since: int, to: int, tables: SwarmTables, window: Floats) -> float:
    """Cost of running from `since` to `to` above standing; adds its kW·min to `window` unless empty."""
    machine = tables.batch[b, MACHINE]
    profile = tables.batch[b, PROFILE_AT] + done - since
    constant = tables.batch[b, PROFILE_AT] < 0
    cost = tables.rest_cost_sum[machine, since] - tables.rest_cost_sum[machine, to]
    if constant:
        cost += tables.power_kw[b] * (tables.price_sum[to] - tables.price_sum[since])
    else:
        for minute in range(since, to):
            cost += tables.profile_kw[profile + minute] * tables.price[minute]
    if len(window) == 0:
        return float(cost)
    at = since
    while at < to:
        place = at // tables.interval_min
        until = min(to, (place + 1) * tables.interval_min)
        window[place] -= tables.rest_kw_sum[machine, until] - tables.rest_kw_sum[machine, at]
        if constant:
            window[place] += tables.power_kw[b] * (until - at)
        else:
            for minute in range(at, until):
                window[place] += tables.profile_kw[profile + minute]
        at = until
    return float(cost)


@njit(cache=True, nogil=True)
def plan_cost(starts: Ints, pauses: Ints, tables: SwarmTables) -> float:
    """Energy above standing, plus what the highest window mean costs."""
    window = tables.rest_window.copy() if tables.demand_price_per_kw > 0 else np.empty(0)
    cost = 0.0
    for b in range(len(tables.batch)):
        most = tables.batch[b, MOST]
        at = starts[b]
        done = 0
        for k in range(most + 1):
            since = pauses[b, k, 0] if k < most else -1
            to = since if since >= 0 else at + tables.batch[b, DURATION] - done
            cost += run_segment(b, done, at, to, tables, window)
            if since < 0:
                break
            done += to - at
            at = pauses[b, k, 1]
    peak = tables.peak_so_far_kw
    for place in range(len(window)):
        peak = max(peak, window[place] / tables.window_min[place])
    return float(cost + tables.demand_price_per_kw * peak)


@njit(cache=True, nogil=True)
def fly(
    first: int,
    last: int,
    iteration: int,
    seed: int,
    factors: Floats,
    position: Floats,
    velocity: Floats,
    own_best: Floats,
    own_cost: Floats,
    leader: Floats,
    tables: SwarmTables,
) -> None:
    """One iteration of particles first..last - 1: moves (not at iteration 0), prices, keeps the best.

    factors are inertia, c1 and c2; position, velocity and own_best are float64[P, D], own_cost float64[P].
    """
    starts = np.empty(len(tables.batch), dtype=np.int64)
    pauses = np.empty((len(tables.batch), tables.most_pauses, 2), dtype=np.int64)
    for p in range(first, last):
        if iteration > 0:
            for d in range(position.shape[1]):
                at = position[p, d]
                pull = factors[1] * uniform(seed, iteration, p, d, 0) * (own_best[p, d] - at)
                pull += factors[2] * uniform(seed, iteration, p, d, 1) * (leader[d] - at)
                velocity[p, d] = factors[0] * velocity[p, d] + pull
                position[p, d] = min(max(at + velocity[p, d], tables.lower[d]), tables.upper[d])
        decode(position[p], tables.batch, starts, pauses)
        cost = plan_cost(starts, pauses, tables)
        if cost < own_cost[p]:
            own_cost[p] = cost
            own_best[p] = position[p]
