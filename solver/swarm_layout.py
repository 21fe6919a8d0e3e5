"""The tables that the swarm's kernels read, and the way between plans and positions.

A position has 1 + 2 K numbers per batch with at most K pauses, in minutes: its start, then for each pause
after how many running minutes it comes and how long it lasts (below half the shortest pause: not at all).
Decoding goes through each machine's batches in their order and moves what does not fit to the nearest that
does, so every position is a plan within order, gaps, earliest starts, due times and pause rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from solver.layout import Floats, Ints, Layout, MachineLayout, MachinePlan

DURATION, GAP, FIRST_START, LAST_END, MOST, LEAST, DIMENSION, MACHINE, PROFILE_AT = range(9)
RUN_BATCH, RUN_DONE, RUN_FROM, RUN_TO = range(4)  # columns of the kernels' runs


class SwarmTables(NamedTuple):
    """B batches of M machines over T minutes and W windows, D dimensions; a tuple, for Numba reads those."""

    batch: Ints  # int64[B, 9], columns above; PROFILE_AT is -1 for constant power
    power_kw: Floats  # float64[B], constant or the mean
    profile_kw: Floats  # all profiles one after the other
    profile_sum: Floats  # cumulative, kW·min
    price: Floats  # float64[T], per kW and minute
    price_sum: Floats  # float64[T + 1], cumulative
    price_until: Ints  # int64[T], the minute at which that price ends
    rest_cost_sum: Floats  # float64[M, T + 1]
    rest_kw_sum: Floats  # float64[M, T + 1]
    rest_kw: Floats  # float64[M], NaN where it is not the same all the time
    rest_window: Floats  # float64[W], kW·min in each window if all machines stand
    window_min: Floats  # float64[W], its minutes
    most_rest_kw: float  # the highest mean of a window if all machines stand
    interval_min: int
    demand_price_per_kw: float
    peak_so_far_kw: float
    lower: Floats  # float64[D]
    upper: Floats  # float64[D]
    most_pauses: int


def swarm_tables(layout: Layout, machines: Sequence[MachineLayout]) -> SwarmTables:
    """The tables for some or all machines of a layout, in their order."""
    table, profiles = _batch_table(machines)
    rest = np.array([machine.rest_kw for machine in machines]).reshape(len(machines), layout.horizon)
    edges = np.arange(0, layout.horizon, layout.interval_min)
    lower, upper = _bounds(table)
    profile = np.concatenate([np.zeros(0), *profiles])
    rest_window = np.add.reduceat(rest.sum(axis=0), edges)
    window_min = np.diff(np.append(edges, layout.horizon)).astype(np.float64)
    return SwarmTables(
        batch=table,
        power_kw=np.array([float(power.mean()) for machine in machines for power in machine.power_kw]),
        profile_kw=profile,
        profile_sum=_cumulative(profile),
        price=layout.price_per_kw_min,
        price_sum=_cumulative(layout.price_per_kw_min),
        price_until=_until(layout.price_per_kw_min),
        rest_cost_sum=_cumulative(rest * layout.price_per_kw_min),
        rest_kw_sum=_cumulative(rest),
        rest_kw=np.where(rest.min(axis=1) == rest.max(axis=1), rest[:, 0], np.nan),
        rest_window=rest_window,
        window_min=window_min,
        most_rest_kw=float((rest_window / window_min).max()),
        interval_min=layout.interval_min,
        demand_price_per_kw=layout.demand_price_per_kw,
        peak_so_far_kw=layout.peak_so_far_kw,
        lower=lower,
        upper=upper,
        most_pauses=max(1, int(table[:, MOST].max(initial=0))),
    )


def _batch_table(machines: Sequence[MachineLayout]) -> tuple[Ints, list[Floats]]:
    rows: list[list[int]] = []
    profiles: list[Floats] = []
    dimension = length = 0
    for number, machine in enumerate(machines):
        for b in range(machine.count):
            power = machine.power_kw[b]
            constant = bool(power.min() == power.max())
            window = int(machine.last_end[b] - machine.first_start[b])
            roomy = window - int(machine.duration[b]) >= int(machine.least_pause[b])
            most = int(machine.most_pauses[b]) if roomy else 0
            columns = (machine.duration, machine.gap, machine.first_start, machine.last_end)
            rows.append(
                [int(column[b]) for column in columns]
                + [most, int(machine.least_pause[b]), dimension, number, -1 if constant else length]
            )
            dimension += 1 + 2 * most
            if not constant:
                profiles.append(power)
                length += len(power)
    return np.array(rows, dtype=np.int64).reshape(-1, 9), profiles


def _bounds(table: Ints) -> tuple[Floats, Floats]:
    lower: list[float] = []
    upper: list[float] = []
    for row in table.tolist():
        last_start = row[LAST_END] - row[DURATION]
        lower += [row[FIRST_START], *[1.0, 0.0] * row[MOST]]
        upper += [last_start, *[row[DURATION] - 1.0, float(last_start - row[FIRST_START])] * row[MOST]]
    return np.array(lower, dtype=np.float64), np.array(upper, dtype=np.float64)


def _until(price: Floats) -> Ints:
    ends = np.append(np.flatnonzero(np.diff(price)) + 1, len(price))
    return np.asarray(np.repeat(ends, np.diff(np.append(0, ends))), dtype=np.int64)


def _cumulative(values: Floats) -> Floats:
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, out=sums[..., 1:])
    return sums


def to_position(tables: SwarmTables, plans: Sequence[MachinePlan]) -> Floats:
    """The position, float64[D], that decodes to these machines' plans."""
    position: list[float] = []
    placed = [pair for plan in plans for pair in zip(plan.starts, plan.pauses, strict=True)]
    for row, (start, pauses) in zip(tables.batch.tolist(), placed, strict=True):
        position.append(start)
        paused = 0
        for since, to in pauses[: row[MOST]]:
            position += [since - start - paused, to - since]
            paused += to - since
        position += [1.0, 0.0] * (row[MOST] - len(pauses))
    return np.array(position, dtype=np.float64)


def to_plans(machines: Sequence[MachineLayout], starts: Ints, pauses: Ints) -> list[MachinePlan]:
    """Plans per machine from starts int64[B] and pauses int64[B, K, 2], unused ones -1."""
    plans: list[MachinePlan] = []
    at = 0
    for machine in machines:
        rows = pauses[at : at + machine.count].tolist()
        spans = tuple(tuple((since, to) for since, to in row if since >= 0) for row in rows)
        plans.append(MachinePlan(tuple(starts[at : at + machine.count].tolist()), spans))
        at += machine.count
    return plans
