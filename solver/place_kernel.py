"""Lists the places of all batches and what each costs alone; twin plant_reference.py."""

from __future__ import annotations

import numpy as np
from numba import njit

from solver.layout import Floats, Ints
from solver.plant_tables import Places, PlantTables


@njit(cache=True, nogil=True, inline="always")
def allowed(b: int, start: int, shut: Ints, tables: PlantTables) -> bool:
    """Whether batch b may start there and run unbroken: near its present place, out of maintenance.

    shut are minutes of maintenance before each minute, int64[H + 1], or empty.
    """
    if tables.most_move >= 0 and tables.now[b] >= 0 and abs(start - tables.now[b]) > tables.most_move:
        return False
    if len(shut) == 0:
        return True
    return bool(shut[start + tables.duration[b]] == shut[start])


@njit(cache=True, nogil=True)
def count_places(row_of: Ints, shut_rows: Ints, tables: PlantTables, at: Ints) -> None:
    """Fills at[1:] with where the places of each batch end; row_of int64[M] is -1 without maintenance."""
    nothing = np.zeros(0, dtype=np.int64)
    for m in range(len(row_of)):
        shut = shut_rows[row_of[m]] if row_of[m] >= 0 else nothing
        for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
            found = 0
            for start in range(tables.first[b], tables.last[b] + 1):
                if allowed(b, start, shut, tables):
                    found += 1
            at[b + 1] = at[b] + found


@njit(cache=True, nogil=True)
def fill_places(
    row_of: Ints,
    shut_rows: Ints,
    tables: PlantTables,
    price_sum: Floats,
    at: Ints,
    starts: Places,
    costs: Floats,
) -> None:
    """Fills the starts and what they cost: energy above the least of standing, night work and distance."""
    nothing = np.zeros(0, dtype=np.int64)
    for m in range(len(row_of)):
        shut = shut_rows[row_of[m]] if row_of[m] >= 0 else nothing
        for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
            k = at[b]
            for start in range(tables.first[b], tables.last[b] + 1):
                if allowed(b, start, shut, tables):
                    starts[k] = start
                    costs[k] = place_cost(b, start, tables, price_sum)
                    k += 1


@njit(cache=True, nogil=True, inline="always")
def place_cost(b: int, start: int, tables: PlantTables, price_sum: Floats) -> float:
    """What one place costs alone."""
    end = start + tables.duration[b]
    cost = tables.start_cost[start] + tables.end_cost[end]
    if tables.now[b] >= 0:
        cost += tables.move_price * abs(start - tables.now[b])
    if tables.profile_at[b] < 0:
        return float(cost + tables.power_kw[b] * (price_sum[end] - price_sum[start]))
    paid = price_sum[start]
    for i in range(tables.step_at[b], tables.step_at[b + 1]):
        until = price_sum[start + tables.step_end[i]]
        cost += tables.step_kw[i] * (until - paid)
        paid = until
    return float(cost)
