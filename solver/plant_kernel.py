"""What batches at their places draw, need and deliver, batch by batch; twin plant_reference.py."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints, MachinePlan
from solver.plant_tables import PlantTables


class PlantState(NamedTuple):
    """Where the batches are, and the sums over all machines that follow from it."""

    start: Ints  # int64[B]
    span: Ints  # int64[B], minutes from start to end, pauses included
    pauses: Ints  # int64[B, K, 2], (from, to), unused -1
    paused_cost: Floats  # float64[B], what a batch with pauses costs alone
    load: Floats  # float64[windows], mean kW
    busy: Ints  # int64[H], people at work; empty without a crew
    begun: Ints  # int64[H], starts within the rule's span from each minute on; empty without a rule
    level: Floats  # float64[F, H + 1]
    moved: Ints  # int64[1]


def empty_state(tables: PlantTables) -> PlantState:
    """A plant without any batch yet."""
    return PlantState(
        start=np.full(len(tables.duration), -1, dtype=np.int64),
        span=tables.duration.copy(),
        pauses=np.full((len(tables.duration), int(tables.most_pauses.max(initial=0)), 2), -1, dtype=np.int64),
        paused_cost=np.zeros(len(tables.duration)),
        load=tables.base_kw.copy(),
        busy=np.zeros(len(tables.people), dtype=np.int64),
        begun=tables.base_begun.copy(),
        level=tables.level.copy(),
        moved=np.zeros(1, dtype=np.int64),
    )


@inner_kernel
def add_load(b: int, start: int, sign: float, tables: PlantTables, state: PlantState) -> None:
    """Adds (sign 1) or takes away (-1) what batch b draws from `start` on, in every grid."""
    done, at = 0, start
    for k in range(state.pauses.shape[1]):
        since = state.pauses[b, k, 0]
        if since < 0:
            break
        add_stretch(b, done, at, since, sign, tables, state.load)
        done += since - at
        at = state.pauses[b, k, 1]
    add_stretch(b, done, at, at + tables.duration[b] - done, sign, tables, state.load)


@inner_kernel
def add_stretch(
    b: int, done: int, start: int, end: int, sign: float, tables: PlantTables, load: Floats
) -> None:
    """Adds or takes away batch b running from `start` to `end`, having done `done` minutes before."""
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
                place = tables.profile_at[b] + done - start
                part = tables.profile_sum[place + to] - tables.profile_sum[place + since]
            load[at + w] += sign * part / tables.window_min[at + w]


@inner_kernel
def add_people(start: int, end: int, sign: int, tables: PlantTables, busy: Ints) -> None:
    """Adds or takes away the people who charge before `start` and discharge after `end`."""
    for minute in range(max(0, start - tables.charge[0]), start):
        busy[minute] += sign * tables.charge[1]
    for minute in range(end, min(len(busy), end + tables.charge[2])):
        busy[minute] += sign * tables.charge[3]


@inner_kernel
def add_start(minute: int, sign: int, tables: PlantTables, begun: Ints) -> None:
    """Counts a start in each span that contains it."""
    for since in range(max(0, minute - tables.starts_within + 1), minute + 1):
        begun[since] += sign


@inner_kernel
def add_goods(
    m: int, b: int, start: int, sign: float, until: int, tables: PlantTables, state: PlantState
) -> None:
    """Moves the levels of the buffers that machine m fills and empties, up to minute `until` - 1."""
    if tables.fills[m] >= 0 and tables.makes[b] > 0:
        row = state.level[tables.fills[m]]
        for minute in range(start + state.span[b], until):
            row[minute] += sign * tables.makes[b]
    if tables.empties[m] >= 0 and tables.takes[b] > 0:
        row = state.level[tables.empties[m]]
        for minute in range(start, until):
            row[minute] -= sign * tables.takes[b]


@outer_kernel
def put_batch(
    m: int, b: int, start: int, sign: int, until: int, tables: PlantTables, state: PlantState
) -> None:
    """Places batch b of machine m at `start`, or takes it away; levels are kept up to minute `until` - 1."""
    add_load(b, start, float(sign), tables, state)
    if len(state.busy) > 0:  # a call that hands the tables on costs as much as placing a batch
        add_people(start, start + state.span[b], sign, tables, state.busy)
    if len(state.begun) > 0:
        add_start(start, sign, tables, state.begun)
        for k in range(state.pauses.shape[1]):
            if state.pauses[b, k, 0] >= 0:
                add_start(state.pauses[b, k, 1], sign, tables, state.begun)
    if len(state.level) > 0:
        add_goods(m, b, start, float(sign), until, tables, state)
    if tables.now[b] >= 0 and (start != tables.now[b] or pauses_at_all(b, state)):
        state.moved[0] += sign


@inner_kernel
def pauses_at_all(b: int, state: PlantState) -> bool:
    """Whether batch b pauses."""
    return bool(state.pauses.shape[1] > 0 and state.pauses[b, 0, 0] >= 0)


@outer_kernel
def move_batch(m: int, b: int, start: int, tables: PlantTables, state: PlantState) -> None:
    """Moves batch b of machine m to `start`."""
    if state.start[b] == start:
        return
    until = tables.last[b] + tables.duration[b] + 1
    put_batch(m, b, state.start[b], -1, until, tables, state)
    put_batch(m, b, start, 1, until, tables, state)
    state.start[b] = start


@outer_kernel
def lift_machine(m: int, sign: int, tables: PlantTables, state: PlantState) -> None:
    """Takes all batches of a machine away (sign -1) or puts them where state.start has them (1)."""
    for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
        put_batch(m, b, state.start[b], sign, len(tables.price) + 1, tables, state)


@outer_kernel
def fill_state(starts: Ints, tables: PlantTables, state: PlantState) -> None:
    """Places all batches in a state without any; its spans and pauses are there already."""
    change = np.zeros(state.level.shape)
    for m in range(len(tables.batch_at) - 1):
        for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
            start = starts[b]
            state.start[b] = start
            put_batch(m, b, start, 1, 0, tables, state)
            if tables.fills[m] >= 0:
                change[tables.fills[m], start + state.span[b]] += tables.makes[b]
            if tables.empties[m] >= 0:
                change[tables.empties[m], start] -= tables.takes[b]
    for f in range(len(change)):
        total = 0.0
        for minute in range(len(change[f])):
            total += change[f, minute]
            state.level[f, minute] += total


@outer_kernel
def demand_cost(tables: PlantTables, load: Floats) -> float:
    """What the highest means cost."""
    cost = 0.0
    for k in range(len(tables.demand_price)):
        cost += tables.demand_price[k] * peak_kw(k, tables, load)
    return cost


@outer_kernel
def peak_kw(k: int, tables: PlantTables, load: Floats) -> float:
    """The highest mean that demand charge k looks at, at least its floor."""
    peak = tables.demand_floor[k]
    g = tables.demand_grid[k]
    for w in range(tables.grid_at[g], tables.grid_at[g + 1]):
        if tables.demand_counts[k, w] and load[w] > peak:
            peak = load[w]
    return float(peak)


@outer_kernel
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


@outer_kernel
def minute_penalties(
    power_kw: float,
    push: float,
    tables: PlantTables,
    state: PlantState,
    target_kw: Floats,
    slope: Floats,
    paid: Floats,
) -> None:
    """Fills paid[minute] with what `power_kw` throughout a window costs there, spread over its minutes."""
    for minute in range(len(paid)):
        paid[minute] = 0.0
    for g in range(len(tables.grid_min)):
        step = tables.grid_min[g]
        for w in range(tables.grid_at[g], tables.grid_at[g + 1]):
            over = state.load[w] - target_kw[w]
            cost = slope[w] * (max(0.0, over + power_kw) - max(0.0, over)) if slope[w] > 0 else 0.0
            if tables.cap_kw[w] < np.inf:
                room = tables.cap_kw[w] - state.load[w]
                steep = push * tables.window_min[w] / max(tables.cap_kw[w], 1.0)
                cost += steep * (max(0.0, power_kw - room) - max(0.0, -room))
            since = (w - tables.grid_at[g]) * step
            for minute in range(since, min(len(paid), since + step)):
                paid[minute] += cost / tables.window_min[w]


def plans_of(tables: PlantTables, state: PlantState) -> list[MachinePlan]:
    """Where each machine's batches start and pause."""
    starts = state.start.tolist()
    pauses = [tuple((since, to) for since, to in rows if since >= 0) for rows in state.pauses.tolist()]
    return [
        MachinePlan(tuple(starts[first:last]), tuple(pauses[first:last]))
        for first, last in pairwise(tables.batch_at.tolist())
    ]
