"""The slow, obvious twin of swarm_kernel.py in NumPy; Eqs. (13)-(14) also serve loadshift.py from here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.layout import Floats, Ints
from solver.plan import Span
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
Words = NDArray[np.uint64]


def mixed(value: Words) -> Words:
    """The finaliser of SplitMix64, modulo 2**64."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


def uniform(seed: int, iteration: int, shape: tuple[int, int], stream: int) -> Floats:
    """Numbers in [0, 1), float64[P, D], fixed by seed, iteration, particle, dimension and stream."""
    particle = np.arange(shape[0], dtype=np.uint64)[:, None]
    word = np.uint64(2) * np.arange(shape[1], dtype=np.uint64)[None, :] + np.uint64(stream)
    value = mixed(np.full((1, 1), seed, dtype=np.uint64) + GOLDEN)
    value = mixed(value + np.full((1, 1), iteration, dtype=np.uint64) * GOLDEN)
    value = mixed(value + particle * GOLDEN)
    value = mixed(value + word * GOLDEN)
    return (value >> np.uint64(11)).astype(np.float64) / 2.0**53


def move(
    position: Floats,
    velocity: Floats,
    own_best: Floats,
    leader: Floats,
    bounds: tuple[Floats, Floats],
    factors: tuple[float, float, float],
    seed: int,
    iteration: int,
) -> tuple[Floats, Floats]:
    """Position and velocity, float64[P, D], after Eqs. (13) and (14); factors are inertia, c1 and c2.

    What would leave the bounds is reflected there and its velocity turned.
    """
    inertia, own, common = factors
    pull = own * uniform(seed, iteration, position.shape, 0) * (own_best - position)
    pull = pull + common * uniform(seed, iteration, position.shape, 1) * (leader - position)
    velocity = inertia * velocity + pull
    return reflected(position + velocity, velocity, *bounds)


def reflected(position: Floats, velocity: Floats, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """Positions within their bounds, as mirrors at them would leave them, and the velocities after that."""
    mirrored = np.where(position < lower, 2 * lower - position, position)
    mirrored = np.where(position > upper, 2 * upper - position, mirrored)
    return np.clip(mirrored, lower, upper), np.where(mirrored == position, velocity, -velocity)


def decode(tables: SwarmTables, position: Floats) -> tuple[list[int], list[list[Span]]]:
    """Starts and pauses of each batch for a position, float64[D]."""
    starts: list[int] = []
    pauses: list[list[Span]] = []
    free_from, machine = 0, -1
    for row in tables.batch.tolist():
        earliest = row[FIRST_START]
        if row[MACHINE] == machine:
            earliest = max(earliest, free_from + row[GAP])
        latest = row[LAST_END] - row[DURATION]
        numbers = np.rint(position[row[DIMENSION] : row[DIMENSION] + 1 + 2 * row[MOST]]).astype(int).tolist()
        start = min(max(numbers[0], earliest), latest)
        spans = _pauses(row, numbers[1:], start, latest - start)
        starts.append(start)
        pauses.append(spans)
        free_from = start + row[DURATION] + sum(to - since for since, to in spans)
        machine = row[MACHINE]
    return starts, pauses


def _pauses(row: list[int], numbers: list[int], start: int, room: int) -> list[Span]:
    lengths: dict[int, int] = {}  # by the running minutes before the pause
    for after, length in zip(numbers[::2], numbers[1::2], strict=True):
        if 2 * length >= row[LEAST]:
            length = max(length, row[LEAST])
        length = min(length, room)
        if length >= row[LEAST]:
            room -= length
            after = min(max(after, 1), row[DURATION] - 1)
            lengths[after] = lengths.get(after, 0) + length
    spans: list[Span] = []
    paused = 0
    for after in sorted(lengths):
        spans.append((start + after + paused, start + after + paused + lengths[after]))
        paused += lengths[after]
    return spans


def plan_cost(tables: SwarmTables, starts: list[int], pauses: list[list[Span]]) -> float:
    """Energy above standing, plus what the highest window mean costs, minute by minute."""
    rest_kw = np.diff(tables.rest_kw_sum, axis=1)
    load = rest_kw.copy()
    for b, row in enumerate(tables.batch.tolist()):
        minutes = _running_minutes(row[DURATION], starts[b], pauses[b])
        load[row[MACHINE], minutes] = _power(tables, b, row)
    energy = float(((load - rest_kw) * tables.price).sum())
    if tables.demand_price_per_kw == 0:
        return energy
    edges = np.arange(0, load.shape[1], tables.interval_min)
    means = np.add.reduceat(load.sum(axis=0), edges) / tables.window_min
    return energy + tables.demand_price_per_kw * max(tables.peak_so_far_kw, float(means.max()))


def _power(tables: SwarmTables, b: int, row: list[int]) -> Floats:
    if row[PROFILE_AT] < 0:
        return np.full(row[DURATION], tables.power_kw[b])
    return tables.profile_kw[row[PROFILE_AT] : row[PROFILE_AT] + row[DURATION]]


def _running_minutes(duration: int, start: int, pauses: list[Span]) -> Ints:
    minutes = np.arange(start, start + duration + sum(to - since for since, to in pauses))
    for since, to in pauses:
        minutes = minutes[(minutes < since) | (minutes >= to)]
    return minutes
