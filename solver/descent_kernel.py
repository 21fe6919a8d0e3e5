"""One machine after the other takes its cheapest places while the rest stay; twin descent_reference.py.

A trial frees the batches of a few machines around a moment, shakes some of them loose by noise on their
windows, lets each respond to the others until none wants to move, and is kept if the whole became no dearer.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.chain_kernel import FAR, chain_batch, trace_chain
from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.plant_kernel import PlantState, breach_between, demand_cost, pauses_at_all, put_batch
from solver.plant_tables import Places, PlaceSet, PlantTables
from solver.surcharge_kernel import (
    add_buffer,
    add_crew,
    add_starts,
    add_windows,
    crew_prices,
    full_spans,
    window_price,
)


class Scratch(NamedTuple):
    """Work arrays of one thread, made once; sizes of the largest machine, window count and horizon."""

    surcharge: Floats
    val: Floats
    pick: Places
    total: Floats
    charge: Floats
    discharge: Floats
    later: Floats
    noise: Floats  # float64[windows], zero between trials
    quiet: Floats  # float64[windows], always zero
    loud: Floats  # float64[1], above zero while starts have prices of their own
    dear_start: Floats  # float64[H + 1], these prices
    target_kw: Floats
    slope: Floats
    wanted: Ints  # int64[B]
    order: Ints  # int64[M]
    first: Ints  # int64[M], freed batches of a machine: first .. last - 1
    last: Ints
    kept: Ints  # int64[B], where a trial's batches were


class Push(NamedTuple):
    """Prices of a response: of breaking hard limits, and of a batch that leaves the plan in force."""

    hard: float
    moved: float


def scratch_for(tables: PlantTables, places: PlaceSet) -> Scratch:
    """Work arrays for these tables and places."""
    machines, batches, horizon = len(tables.batch_at) - 1, len(tables.duration), len(tables.price)
    per_machine = np.diff(places.at[tables.batch_at]) if machines else np.zeros(1)
    most, windows = int(per_machine.max(initial=1)), len(tables.cap_kw)
    return Scratch(
        surcharge=np.zeros(most),
        val=np.zeros(most),
        pick=np.zeros(most, dtype=np.int32),
        total=np.zeros(windows + 2),
        charge=np.zeros(horizon + 2),
        discharge=np.zeros(horizon + 2),
        later=np.zeros(horizon + 2),
        noise=np.zeros(windows),
        quiet=np.zeros(windows),
        loud=np.zeros(1),
        dear_start=np.zeros(horizon + 2),
        target_kw=np.full(windows, np.inf),
        slope=np.zeros(windows),
        wanted=np.zeros(batches, dtype=np.int64),
        order=np.arange(machines),
        first=np.zeros(machines, dtype=np.int64),
        last=np.zeros(machines, dtype=np.int64),
        kept=np.zeros(batches, dtype=np.int64),
    )


@outer_kernel
def place_prices(
    m: int,
    begin: int,
    end: int,
    tables: PlantTables,
    places: PlaceSet,
    state: PlantState,
    push: Push,
    noise: Floats,
    scratch: Scratch,
) -> None:
    """Fills the surcharge of each place of batches begin..end - 1 of machine m, which are not in `state`."""
    origin = places.at[begin]
    for k in range(places.at[end] - origin):
        scratch.surcharge[k] = 0.0
    horizon = len(tables.price)
    low = places.start[places.at[begin]]
    high = places.start[places.at[end] - 1] + tables.duration[end - 1]
    for g in range(len(tables.grid_min)):
        step, at = tables.grid_min[g], tables.grid_at[g]
        power, base = np.nan, 0
        for b in range(begin, end):
            if tables.power_kw[b] != power:
                power = tables.power_kw[b]
                last = b
                while last + 1 < end and tables.power_kw[last + 1] == power:
                    last += 1
                base = places.start[places.at[b]] // step
                until = (places.start[places.at[last + 1] - 1] + tables.duration[last] + step - 1) // step
                window_price(
                    power, base, until, at, push.hard, state.load, tables.cap_kw, tables.cap_weight,
                    scratch.target_kw, scratch.slope, noise, scratch.total,
                )  # fmt: skip
            add_windows(
                places.at[b], places.at[b + 1], tables.duration[b], power, step, base, at, origin, push.hard,
                places.start, state.load, tables.cap_kw, tables.cap_weight, tables.window_min,
                scratch.target_kw, scratch.slope, noise, scratch.total, scratch.surcharge,
            )  # fmt: skip
    if len(state.busy) > 0:
        base = max(0, low - tables.charge[0])
        until = min(horizon, high + tables.charge[2])
        crew_prices(base, until, push.hard, tables, state.busy, scratch.charge, scratch.discharge)
        for b in range(begin, end):
            add_crew(b, base, origin, tables, places, scratch.charge, scratch.discharge, scratch.surcharge)
    if len(state.begun) > 0:
        base = max(0, low - tables.starts_within + 1)
        full_spans(base, min(horizon, high), tables.most_starts, state.begun, scratch.later)
        for b in range(begin, end):
            add_starts(b, base, push.hard, origin, tables, places, scratch.later, scratch.surcharge)
    if len(state.level) > 0:
        price_goods(m, begin, end, tables, places, state, push, scratch)
    if scratch.loud[0] > 0.0:
        for k in range(origin, places.at[end]):
            scratch.surcharge[k - origin] += scratch.dear_start[places.start[k]]
    if push.moved > 0:
        for b in range(begin, end):
            if tables.now[b] >= 0:
                for k in range(places.at[b], places.at[b + 1]):
                    if places.start[k] != tables.now[b]:
                        scratch.surcharge[k - origin] += push.moved


@inner_kernel
def price_goods(
    m: int,
    begin: int,
    end: int,
    tables: PlantTables,
    places: PlaceSet,
    state: PlantState,
    push: Push,
    scratch: Scratch,
) -> None:
    """Adds what filling and emptying the buffers of machine m costs at each place."""
    origin = places.at[begin]
    for side in range(2):
        f = tables.fills[m] if side == 0 else tables.empties[m]
        if f < 0:
            continue
        steep = push.hard / max(goods_size(f, tables), 1e-9)
        ahead = 0.0
        for b in range(begin, end):
            amount = tables.makes[b] if side == 0 else -tables.takes[b]
            delay = tables.duration[b] if side == 0 else 0
            if amount != 0.0 and places.at[b + 1] > places.at[b]:
                add_buffer(
                    b, delay, amount, ahead, steep, tables.capacity[f], origin, places,
                    state.level[f], scratch.later, scratch.surcharge,
                )  # fmt: skip
            ahead += amount


@inner_kernel
def goods_size(f: int, tables: PlantTables) -> float:
    """By what a buffer's shortage is measured: its capacity, or its first level."""
    if tables.capacity[f] < np.inf:
        return float(tables.capacity[f])
    return float(max(1.0, tables.level[f, 0]))


@outer_kernel
def respond(
    m: int,
    begin: int,
    end: int,
    tables: PlantTables,
    places: PlaceSet,
    state: PlantState,
    push: Push,
    noise: Floats,
    scratch: Scratch,
) -> bool:
    """Moves batches begin..end - 1 of machine m to their cheapest places between their neighbours.

    Returns whether any moved; all stay where no place is left, or where one of them pauses or has no place.
    """
    for b in range(begin, end):
        if pauses_at_all(b, state) or places.at[b + 1] == places.at[b]:
            return False
    earliest = 0
    if begin > tables.batch_at[m]:
        earliest = state.start[begin - 1] + state.span[begin - 1] + tables.gap[begin]
    latest_end = len(tables.price)
    if end < tables.batch_at[m + 1]:
        latest_end = state.start[end] - tables.gap[end]
    until = places.start[places.at[end] - 1] + tables.duration[end - 1] + 1
    for b in range(begin, end):
        put_batch(m, b, state.start[b], -1, until, tables, state)
    place_prices(m, begin, end, tables, places, state, push, noise, scratch)
    for b in range(begin, end):
        chain_batch(
            b, begin, earliest, latest_end, tables, places, scratch.surcharge, scratch.val, scratch.pick
        )
    found = scratch.val[places.at[end] - 1 - places.at[begin]] < FAR
    changed = False
    if found:
        trace_chain(begin, end, tables, places, scratch.pick, scratch.wanted)
        for b in range(begin, end):
            changed = changed or scratch.wanted[b] != state.start[b]
            state.start[b] = scratch.wanted[b]
    for b in range(begin, end):
        put_batch(m, b, state.start[b], 1, until, tables, state)
    return changed


@outer_kernel
def set_targets(targets_kw: Floats, softness: float, tables: PlantTables, scratch: Scratch) -> None:
    """Aims every window at the lowest target of the charges that look at it, at a share of their prices."""
    for w in range(len(scratch.slope)):
        scratch.target_kw[w] = np.inf
        scratch.slope[w] = 0.0
    for k in range(len(targets_kw)):
        g = tables.demand_grid[k]
        for w in range(tables.grid_at[g], tables.grid_at[g + 1]):
            if tables.demand_counts[k, w]:
                scratch.target_kw[w] = min(scratch.target_kw[w], targets_kw[k])
                scratch.slope[w] += softness * tables.demand_price[k]


@inner_kernel
def own_cost(b: int, places: PlaceSet, state: PlantState) -> float:
    """What batch b costs alone where it is."""
    if pauses_at_all(b, state):
        return float(state.paused_cost[b])
    if places.at[b + 1] == places.at[b]:
        return 0.0
    k = min(first_place(b, state.start[b], places), places.at[b + 1] - 1)
    return float(places.cost[k])


@outer_kernel
def sweep(
    tables: PlantTables,
    places: PlaceSet,
    state: PlantState,
    push: Push,
    order: Ints,
    scratch: Scratch,
) -> int:
    """Lets every machine respond once with all its batches; returns how many changed."""
    changed = 0
    for m in order:
        begin, end = tables.batch_at[m], tables.batch_at[m + 1]
        if end > begin and respond(m, begin, end, tables, places, state, push, scratch.quiet, scratch):
            changed += 1
    return changed


@outer_kernel
def whole_cost(tables: PlantTables, places: PlaceSet, state: PlantState, hard: float, moved: float) -> float:
    """What the plan in `state` costs above standing, with a price on what hard limits are broken by."""
    cost = demand_cost(tables, state.load)
    for b in range(len(tables.duration)):
        cost += own_cost(b, places, state)
    cost += hard * breach_between(0, len(tables.price) + 1, tables, state)
    return cost + moved_cost(tables, state, hard, moved)


@inner_kernel
def moved_cost(tables: PlantTables, state: PlantState, hard: float, moved: float) -> float:
    """The price of batches that leave the plan in force: `moved` each, and far more beyond the rule."""
    if tables.most_moved < 0:
        return 0.0
    return float(moved * state.moved[0] + hard * max(0, state.moved[0] - tables.most_moved))


@outer_kernel
def misplaced(tables: PlantTables, places: PlaceSet, state: PlantState) -> int:
    """How many batches lie where they must not: in no place of theirs, or before another is done."""
    found = 0
    for m in range(len(tables.batch_at) - 1):
        for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
            start = state.start[b]
            if not pauses_at_all(b, state):
                k = first_place(b, start, places)
                if k >= places.at[b + 1] or places.start[k] != start:
                    found += 1
            if b > tables.batch_at[m]:
                found += start < state.start[b - 1] + state.span[b - 1] + tables.gap[b]
    return found


@outer_kernel
def first_place(b: int, start: int, places: PlaceSet) -> int:
    """The first place of batch b that starts at `start` or later, one beyond its last if there is none."""
    low, high = places.at[b], places.at[b + 1]
    while low < high:
        middle = (low + high) // 2
        if places.start[middle] < start:
            low = middle + 1
        else:
            high = middle
    return int(low)


@outer_kernel
def to_places(starts: Ints, places: PlaceSet) -> None:
    """Moves starts that are no places to the next that is, or to the last."""
    for b in range(len(starts)):
        k = min(first_place(b, starts[b], places), places.at[b + 1] - 1)
        if k >= places.at[b]:
            starts[b] = places.start[k]
