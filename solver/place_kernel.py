"""Lists the places of all batches and what each costs alone; twin plant_reference.py."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from solver.kernel_options import outer_kernel
from solver.layout import Floats, Ints
from solver.plant_tables import Places, PlaceSet, PlantTables


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


@outer_kernel
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


@outer_kernel
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


@outer_kernel
def mark_coarse(step: int, most: int, tables: PlantTables, every: PlaceSet, keep: NDArray[np.bool_]) -> None:
    """Marks the first and last place of each batch, its present one, and those of at most `most` residues.

    Those are of starts and ends on the step, and of what follows a batch before without delay.
    """
    before, wished = np.zeros(most, dtype=np.int64), np.zeros(most, dtype=np.int64)
    for m in range(len(tables.batch_at) - 1):
        known = 0
        for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
            found = add_residue(0, wished, 0)
            found = add_residue(-tables.duration[b] % step, wished, found)
            for i in range(known):
                after = before[i] + tables.duration[b - 1] + tables.gap[b]
                found = add_residue(after % step, wished, found)
            known = found
            before[:known] = wished[:known]
            first, last = every.at[b], every.at[b + 1]
            for k in range(first, last):
                start = every.start[k]
                keep[k] = start == tables.now[b]
                for i in range(known):
                    if start % step == wished[i]:
                        keep[k] = True
            if last > first:
                keep[first] = keep[last - 1] = True


@njit(cache=True, nogil=True, inline="always")
def add_residue(residue: int, wished: Ints, found: int) -> int:
    """Appends a residue that is not there yet, if there is room; returns how many there are."""
    for i in range(found):
        if wished[i] == residue:
            return found
    if found < len(wished):
        wished[found] = residue
        return found + 1
    return found
