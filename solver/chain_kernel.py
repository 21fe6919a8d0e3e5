"""The cheapest places of one machine's batches in their order; twin chain_reference.py.

A place's cost is its own (PlaceSet.cost) plus a surcharge that the caller fills for the batches in question.
val[k] is the least cost of having this batch at place k or an earlier one, and all before it; pick[k] is
that place. Everything is O(places).
"""

from __future__ import annotations

import numpy as np

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.plant_tables import Places, PlaceSet, PlantTables

FAR = 1e300  # no plan costs that much


@outer_kernel
def chain_batch(
    b: int,
    begin: int,
    earliest: int,
    latest_end: int,
    tables: PlantTables,
    places: PlaceSet,
    surcharge: Floats,
    val: Floats,
    pick: Places,
) -> None:
    """Adds batch b to the chain whose first batch is `begin`.

    The first starts at `earliest` or later, none ends after `latest_end`; where there is no way, val is FAR.
    surcharge, val and pick are
    indexed by place minus the place at which batch `begin` starts, as is the chain's result.
    """
    origin, place = places.at[begin], places.at[b]
    count = places.at[b + 1] - place
    starts = places.start[place : place + count]
    costs = places.cost[place : place + count]
    own = slice(place - origin, place - origin + count)
    extend_chain(
        np.int32(place), starts, costs, surcharge[own],
        places.start[places.at[b - 1] : place] if b > begin else starts[:0],
        val[places.at[b - 1] - origin : place - origin] if b > begin else val[:0],
        tables.gap[b] + tables.duration[b - 1] if b > begin else 0,
        b == begin, earliest, latest_end - tables.duration[b], val[own], pick[own],
    )  # fmt: skip


@inner_kernel
def extend_chain(
    place: np.int32,
    starts: Places,
    costs: Floats,
    surcharge: Floats,
    starts_before: Places,
    val_before: Floats,
    need: int,
    is_first: bool,
    earliest: int,
    latest: int,
    val: Floats,
    pick: Places,
) -> None:
    """The hot loop of chain_batch on plain slices, counted from 0 (with offsets it took 3 times as long)."""
    reach = 0
    best = FAR
    best_place = np.int32(-1)
    base = 0.0 if is_first else FAR
    for i in range(len(starts)):
        start = starts[i]
        while reach < len(starts_before) and starts_before[reach] + need <= start:
            base = val_before[reach]
            reach += 1
        if earliest <= start <= latest:
            cost = base + costs[i] + surcharge[i]
            if cost < best:
                best = cost
                best_place = np.int32(place + i)
        val[i] = best
        pick[i] = best_place


@outer_kernel
def trace_chain(
    begin: int, end: int, tables: PlantTables, places: PlaceSet, pick: Places, starts: Ints
) -> None:
    """Fills starts[begin:end] from the picks of a chain that has a plan."""
    origin = places.at[begin]
    k = pick[places.at[end] - 1 - origin]
    for b in range(end - 1, begin - 1, -1):
        starts[b] = places.start[k]
        if b > begin:
            free = starts[b] - tables.gap[b] - tables.duration[b - 1]
            k = pick[last_place(places, b - 1, free) - origin]


@inner_kernel
def last_place(places: PlaceSet, b: int, latest: int) -> int:
    """The last place of batch b that starts at `latest` or before; there must be one."""
    low, high = places.at[b], places.at[b + 1] - 1
    while low < high:
        middle = (low + high + 1) // 2
        if places.start[middle] <= latest:
            low = middle
        else:
            high = middle - 1
    return int(low)
