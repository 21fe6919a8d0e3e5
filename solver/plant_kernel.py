"""What batches at their places draw, need and deliver, batch by batch; twin plant_reference.py."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from solver.layout import Floats, Ints
from solver.plant_tables import PlantTables


class PlantState(NamedTuple):
    """Where the batches are, and the sums over all machines that follow from it."""

    start: Ints  # int64[B]
    load: Floats  # float64[windows], mean kW
    busy: Ints  # int64[H], people at work; empty without a crew
    begun: Ints  # int64[H], starts within the rule's span from each minute on; empty without a rule
    level: Floats  # float64[F, H + 1]
    moved: Ints  # int64[1]


def empty_state(tables: PlantTables) -> PlantState:
    """A plant without any batch yet."""
    horizon = len(tables.price)
    return PlantState(
        start=np.full(len(tables.duration), -1, dtype=np.int64),
        load=tables.base_kw.copy(),
        busy=np.zeros(len(tables.people), dtype=np.int64),
        begun=np.zeros(horizon if tables.most_starts > 0 else 0, dtype=np.int64),
        level=tables.level.copy(),
        moved=np.zeros(1, dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def add_load(b: int, start: int, sign: float, tables: PlantTables, load: Floats) -> None:
    """Adds (sign 1) or takes away (-1) what batch b draws from `start` on, in every grid."""
    end = start + tables.duration[b]
    constant = tables.profile_at[b] < 0
    for g in range(len(tables.grid_min)):
        step = tables.grid_min[g]
        at = tables.grid_at[g]
        first, last = start // step, (end - 1) // step
        for w in range(first, last + 1):
            if constant and first < w < last:
                load[at + w] += sign * tables.power_kw[b]
                continue
            since, to = max(start, w * step), min(end, (w + 1) * step)
            part = tables.power_kw[b] * (to - since)
            if not constant:
                place = tables.profile_at[b] - start
                part = tables.profile_sum[place + to] - tables.profile_sum[place + since]
            load[at + w] += sign * part / tables.window_min[at + w]


@njit(cache=True, nogil=True)
def add_people(b: int, start: int, sign: int, tables: PlantTables, busy: Ints) -> None:
    """Adds or takes away the people who charge and discharge batch b."""
    end = start + tables.duration[b]
    for minute in range(max(0, start - tables.charge[0]), start):
        busy[minute] += sign * tables.charge[1]
    for minute in range(end, min(len(busy), end + tables.charge[2])):
        busy[minute] += sign * tables.charge[3]


@njit(cache=True, nogil=True)
def add_start(minute: int, sign: int, tables: PlantTables, begun: Ints) -> None:
    """Counts a start in each span that contains it."""
    for since in range(max(0, minute - tables.starts_within + 1), minute + 1):
        begun[since] += sign


@njit(cache=True, nogil=True)
def add_goods(
    m: int, b: int, start: int, sign: float, until: int, tables: PlantTables, level: Floats
) -> None:
    """Moves the levels of the buffers that machine m fills and empties, up to minute `until` - 1."""
    if tables.fills[m] >= 0 and tables.makes[b] > 0:
        row = level[tables.fills[m]]
        for minute in range(start + tables.duration[b], until):
            row[minute] += sign * tables.makes[b]
    if tables.empties[m] >= 0 and tables.takes[b] > 0:
        row = level[tables.empties[m]]
        for minute in range(start, until):
            row[minute] -= sign * tables.takes[b]


@njit(cache=True, nogil=True)
def shift_goods(m: int, b: int, was: int, start: int, tables: PlantTables, level: Floats) -> None:
    """The same for a batch that moves, touching only the minutes between."""
    low, high = min(was, start), max(was, start)
    sign = 1.0 if start < was else -1.0
    if tables.fills[m] >= 0 and tables.makes[b] > 0:
        row = level[tables.fills[m]]
        for minute in range(low + tables.duration[b], high + tables.duration[b]):
            row[minute] += sign * tables.makes[b]
    if tables.empties[m] >= 0 and tables.takes[b] > 0:
        row = level[tables.empties[m]]
        for minute in range(low, high):
            row[minute] -= sign * tables.takes[b]


@njit(cache=True, nogil=True)
def put_batch(
    m: int, b: int, start: int, sign: int, until: int, tables: PlantTables, state: PlantState
) -> None:
    """Places batch b of machine m at `start`, or takes it away; levels are kept up to minute `until` - 1."""
    add_load(b, start, float(sign), tables, state.load)
    if len(state.busy) > 0:  # a call that hands the tables on costs as much as placing a batch
        add_people(b, start, sign, tables, state.busy)
    if len(state.begun) > 0:
        add_start(start, sign, tables, state.begun)
    if len(state.level) > 0:
        add_goods(m, b, start, float(sign), until, tables, state.level)
    if tables.now[b] >= 0 and start != tables.now[b]:
        state.moved[0] += sign


@njit(cache=True, nogil=True)
def move_batch(m: int, b: int, start: int, tables: PlantTables, state: PlantState) -> None:
    """Moves batch b of machine m to `start`."""
    was = state.start[b]
    if was == start:
        return
    add_load(b, was, -1.0, tables, state.load)
    add_load(b, start, 1.0, tables, state.load)
    if len(state.busy) > 0:
        add_people(b, was, -1, tables, state.busy)
        add_people(b, start, 1, tables, state.busy)
    if len(state.begun) > 0:
        add_start(was, -1, tables, state.begun)
        add_start(start, 1, tables, state.begun)
    if len(state.level) > 0:
        shift_goods(m, b, was, start, tables, state.level)
    if tables.now[b] >= 0:
        state.moved[0] += int(start != tables.now[b]) - int(was != tables.now[b])
    state.start[b] = start


@njit(cache=True, nogil=True)
def fill_state(starts: Ints, tables: PlantTables, state: PlantState) -> None:
    """Places all batches in an empty state."""
    change = np.zeros(state.level.shape)
    for m in range(len(tables.batch_at) - 1):
        for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
            start = starts[b]
            state.start[b] = start
            put_batch(m, b, start, 1, 0, tables, state)
            if tables.fills[m] >= 0:
                change[tables.fills[m], start + tables.duration[b]] += tables.makes[b]
            if tables.empties[m] >= 0:
                change[tables.empties[m], start] -= tables.takes[b]
    for f in range(len(change)):
        total = 0.0
        for minute in range(len(change[f])):
            total += change[f, minute]
            state.level[f, minute] += total


@njit(cache=True, nogil=True)
def demand_cost(tables: PlantTables, load: Floats) -> float:
    """What the highest means cost."""
    cost = 0.0
    for k in range(len(tables.demand_price)):
        cost += tables.demand_price[k] * peak_kw(k, tables, load)
    return cost


@njit(cache=True, nogil=True)
def peak_kw(k: int, tables: PlantTables, load: Floats) -> float:
    """The highest mean that demand charge k looks at, at least its floor."""
    peak = tables.demand_floor[k]
    g = tables.demand_grid[k]
    for w in range(tables.grid_at[g], tables.grid_at[g + 1]):
        if tables.demand_counts[k, w] and load[w] > peak:
            peak = load[w]
    return float(peak)


@njit(cache=True, nogil=True)
def breach_between(since: int, to: int, tables: PlantTables, state: PlantState) -> float:
    """By how much the hard limits are broken between two minutes, each as a share of what it allows."""
    total = 0.0
    for g in range(len(tables.grid_min)):
        at, step = tables.grid_at[g], tables.grid_min[g]
        last = min(tables.grid_at[g + 1], at + (to + step - 1) // step)
        for w in range(at + since // step, last):
            over = state.load[w] - tables.cap_kw[w]
            if over > 1e-9 * max(1.0, tables.cap_kw[w]):
                total += over * tables.window_min[w] / max(tables.cap_kw[w], 1.0)
    for minute in range(since, min(to, len(state.busy))):
        total += max(0, state.busy[minute] - tables.people[minute]) / max(1, tables.people[minute])
    for minute in range(since, min(to, len(state.begun))):
        total += max(0, state.begun[minute] - tables.most_starts) / tables.most_starts
    for f in range(len(tables.capacity)):
        size = tables.capacity[f] if tables.capacity[f] < np.inf else max(1.0, tables.level[f, 0])
        row = state.level[f]
        for minute in range(since, min(to, len(row))):
            total += max(0.0, -1e-9 - row[minute]) / max(size, 1e-9)
            total += max(0.0, row[minute] - tables.capacity[f] - 1e-9) / max(size, 1e-9)
    return total
