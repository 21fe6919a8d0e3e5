"""Moving single batches of a finished plan to cheaper starts, as a Numba kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats
from solver.makespan_kernel import earliest
from solver.makespan_layout import DURATION, FIRST_START, STEADY, PackTables
from solver.makespan_limit_kernel import level_breaks
from solver.makespan_state_kernel import PackState, book, drawn, remove

CHEAPER = 1e-9


@outer_kernel
def shift_cheaper(
    t: PackTables,
    s: PackState,
    shifts: NDArray[np.bool_],
    price: Floats,
    price_sum: Floats,
    until: int,
    sweeps: int,
) -> None:
    """Moves each batch that may to its cheapest start, the others where they are, and all again.

    price float64[H] is of a kWh, price_sum float64[H + 1] its running total; no batch ends after `until`.
    Among equal starts the present one stays, then the earliest.
    """
    for _ in range(sweeps):
        moved = False
        for row in range(len(s.start)):
            if shifts[row] and _shift(t, s, row, price, price_sum, until):
                moved = True
        if not moved:
            return


@inner_kernel
def _shift(t: PackTables, s: PackState, row: int, price: Floats, price_sum: Floats, until: int) -> bool:
    present = s.start[row]
    remove(t, s, row)
    best, least = present, _cost(t, row, present, price, price_sum) - CHEAPER
    start = earliest(t, s, row, t.batch[row, FIRST_START], until)
    while start >= 0:
        cost = _cost(t, row, start, price, price_sum)
        if cost < least and _keeps_levels(t, s, row, start):
            best, least = start, cost
        start = earliest(t, s, row, start + 1, until)
    book(t, s, row, best)
    return bool(best != present)


@inner_kernel
def _cost(t: PackTables, row: int, start: int, price: Floats, price_sum: Floats) -> float:
    duration, steady = t.batch[row, DURATION], t.power[row, STEADY]
    if not np.isnan(steady):
        return float(steady * (price_sum[start + duration] - price_sum[start]))
    cost = 0.0
    for done in range(duration):
        cost += price[start + done] * drawn(t, row, done, start + done, start + done + 1)
    return cost


@inner_kernel
def _keeps_levels(t: PackTables, s: PackState, row: int, start: int) -> bool:
    """Whether no buffer runs empty or over with the batch there."""
    if len(t.capacity) == 0:
        return True
    book(t, s, row, start)
    broken = 0
    for b in range(len(t.capacity)):
        broken += level_breaks(t, s, b)
    remove(t, s, row)
    return broken == 0
