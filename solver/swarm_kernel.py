"""The particle swarm of Eqs. (13)-(14) as Numba kernels; the twin is swarm_reference.py.

Random numbers are a hash of seed, iteration, particle, dimension and stream: none depends on another, so any
split of the particles over threads flies the same flight.
"""

from __future__ import annotations

import numpy as np

from solver.kernel_options import inner_kernel, outer_kernel
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
    RUN_BATCH,
    RUN_DONE,
    RUN_FROM,
    RUN_TO,
    SwarmTables,
)
from solver.window_kernel import Words, highest_mean, lay_on_windows

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
S30, S27, S31, S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


@inner_kernel
def mixed(value: np.uint64) -> np.uint64:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014)."""
    value = (value ^ (value >> S30)) * MIX_1
    value = (value ^ (value >> S27)) * MIX_2
    return value ^ (value >> S31)


@inner_kernel
def particle_word(seed: int, iteration: int, particle: int) -> np.uint64:
    """What the random numbers of one particle in one iteration have in common."""
    value = mixed(np.uint64(seed) + GOLDEN)
    value = mixed(value + np.uint64(iteration) * GOLDEN)
    return mixed(value + np.uint64(particle) * GOLDEN)


@inner_kernel
def uniform(word: np.uint64, dimension: int, stream: int) -> float:
    """A number in [0, 1) that a particle's word, the dimension and the stream (0 or 1) fix."""
    value = mixed(word + np.uint64(2 * dimension + stream) * GOLDEN)
    return float(value >> S11) / 9007199254740992.0


@outer_kernel
def decode(position: Floats, batch: Ints, starts: Ints, pauses: Ints) -> None:
    """Fills starts int64[B] and pauses int64[B, K, 2] (unused: -1) with the plan of a position."""
    free_from = 0
    for b in range(len(batch)):
        earliest = batch[b, FIRST_START]
        if b > 0 and batch[b - 1, MACHINE] == batch[b, MACHINE]:
            earliest = max(earliest, free_from + batch[b, GAP])
        latest = batch[b, LAST_END] - batch[b, DURATION]
        start = min(max(int(np.rint(position[batch[b, DIMENSION]])), earliest), latest)
        starts[b] = start
        free_from = start + batch[b, DURATION]
        if batch[b, MOST] > 0:
            free_from += decode_pauses(position, batch[b], start, latest - start, pauses[b])
        else:
            for k in range(pauses.shape[1]):
                pauses[b, k, 0] = -1
                pauses[b, k, 1] = -1


@inner_kernel
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


@inner_kernel
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


@inner_kernel
def lay_runs(starts: Ints, pauses: Ints, batch: Ints, runs: Ints) -> int:
    """Fills runs int64[R, 4] with batch, running minutes before, from and to; returns how many they are."""
    count = 0
    for b in range(len(batch)):
        at = starts[b]
        done = 0
        for k in range(batch[b, MOST] + 1):
            since = pauses[b, k, 0] if k < batch[b, MOST] else -1
            to = since if since >= 0 else at + batch[b, DURATION] - done
            runs[count, RUN_BATCH] = b
            runs[count, RUN_DONE] = done
            runs[count, RUN_FROM] = at
            runs[count, RUN_TO] = to
            count += 1
            if since < 0:
                break
            done += to - at
            at = pauses[b, k, 1]
    return count


@inner_kernel
def energy_cost(runs: Ints, count: int, tables: SwarmTables) -> float:
    """What the runs cost above standing; a profile is priced in one step for each stretch of equal price."""
    cost = 0.0
    for r in range(count):
        b = runs[r, RUN_BATCH]
        since = runs[r, RUN_FROM]
        to = runs[r, RUN_TO]
        machine = tables.batch[b, MACHINE]
        rest_kw = tables.rest_kw[machine]
        power_kw = tables.power_kw[b]
        if np.isnan(rest_kw):
            cost += tables.rest_cost_sum[machine, since] - tables.rest_cost_sum[machine, to]
        else:
            power_kw -= rest_kw  # no look into a table that is too large for the processor's caches
        if tables.batch[b, PROFILE_AT] < 0:
            cost += power_kw * (tables.price_sum[to] - tables.price_sum[since])
            continue
        if not np.isnan(rest_kw):
            cost -= rest_kw * (tables.price_sum[to] - tables.price_sum[since])
        profile = tables.batch[b, PROFILE_AT] + runs[r, RUN_DONE] - since
        while since < to:
            until = min(to, tables.price_until[since])
            energy = tables.profile_sum[profile + until] - tables.profile_sum[profile + since]
            cost += tables.price[since] * energy
            since = until
    return cost


@outer_kernel
def plan_cost(
    starts: Ints,
    pauses: Ints,
    tables: SwarmTables,
    runs: Ints,
    part: Floats,
    change_kw: Floats,
    marks: Words,
) -> float:
    """Energy above standing, plus what the highest window mean costs.

    Room to work in: runs int64[B (K + 1), 4] with anything in it; part and change_kw float64[W + 1] and marks
    uint64[1 + W // 64] with zeros, which it leaves there.
    """
    count = lay_runs(starts, pauses, tables.batch, runs)
    cost = energy_cost(runs, count, tables)
    price = tables.demand_price_per_kw
    if price > 0:
        lay_on_windows(runs, count, tables, part, change_kw, marks)
        cost += price * highest_mean(tables, part, change_kw, marks)
    return cost


@inner_kernel
def move(
    particle: int,
    iteration: int,
    seed: int,
    factors: Floats,
    position: Floats,
    velocity: Floats,
    own_best: Floats,
    leader: Floats,
    lower: Floats,
    upper: Floats,
) -> None:
    """Eqs. (13) and (14) for one particle; at its bounds it is reflected and its velocity turned."""
    word = particle_word(seed, iteration, particle)
    for d in range(len(position)):
        at = position[d]
        speed = factors[0] * velocity[d]
        speed += factors[1] * uniform(word, d, 0) * (own_best[d] - at)
        speed += factors[2] * uniform(word, d, 1) * (leader[d] - at)
        at += speed
        if at < lower[d]:
            at = min(2 * lower[d] - at, upper[d])
            speed = -speed
        elif at > upper[d]:
            at = max(2 * upper[d] - at, lower[d])
            speed = -speed
        position[d] = at
        velocity[d] = speed


@outer_kernel
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
    runs = np.empty((len(tables.batch) * (tables.most_pauses + 1), 4), dtype=np.int64)
    windows = len(tables.rest_window)
    part = np.zeros(windows + 1)
    change_kw = np.zeros(windows + 1)
    marks = np.zeros(1 + windows // 64, dtype=np.uint64)
    for p in range(first, last):
        if iteration > 0:
            move(
                p,
                iteration,
                seed,
                factors,
                position[p],
                velocity[p],
                own_best[p],
                leader,
                tables.lower,
                tables.upper,
            )
        decode(position[p], tables.batch, starts, pauses)
        cost = plan_cost(starts, pauses, tables, runs, part, change_kw, marks)
        if cost < own_cost[p]:
            own_cost[p] = cost
            own_best[p] = position[p]
