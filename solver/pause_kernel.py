"""The least that a machine can cost when its batches may pause, at prices on what machines share.

A value only, without its plan, for the bound: exact_kernel.py's state (pauses so far, minutes of delay) in
floating point, with what starts, resumptions and ends cost. The twin is dual_reference.py.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from solver.chain_kernel import FAR
from solver.dual_kernel import SharedPrices
from solver.layout import Floats
from solver.plant_tables import PlantTables


@njit(cache=True, nogil=True)
def least_with_pauses(
    m: int,
    tables: PlantTables,
    prices: SharedPrices,
    energy: Floats,
    running: Floats,
    rows: Floats,
    ended: Floats,
) -> float:
    """Machine m's least cost above standing; `energy` and `running` as minute_prices fills them.

    rows is float64[most pauses + 1, widest window], ended float64[2, widest window].
    """
    begin, end = tables.batch_at[m], tables.batch_at[m + 1]
    for b in range(begin, end):
        first, size = tables.first[b], tables.last[b] - tables.first[b] + 1
        row = rows[0]
        for o in range(size):
            row[o] = FAR
        for start in range(first, first + size):
            if tables.most_move >= 0 and tables.now[b] >= 0 and abs(start - tables.now[b]) > tables.most_move:
                continue
            before = 0.0
            if b > begin:
                column = start - tables.gap[b] - tables.first[b - 1] - tables.duration[b - 1]
                if column < 0:
                    continue
                last = tables.last[b - 1] - tables.first[b - 1]
                before = ended[(b - 1) % 2, min(column, last)]
            row[start - first] = before + start_price(m, b, start, tables, prices)
        run_and_pause(b, size, tables, prices, energy, running, rows)
        close_batch(m, b, size, tables, prices, rows, ended[b % 2])
    return float(ended[(end - 1) % 2, tables.last[end - 1] - tables.first[end - 1]])


@njit(cache=True, nogil=True)
def start_price(m: int, b: int, start: int, tables: PlantTables, prices: SharedPrices) -> float:
    """What it costs that batch b starts at a minute, whatever follows."""
    cost = tables.start_cost[start]
    if tables.now[b] >= 0 and start != tables.now[b]:
        cost += prices.moved + tables.move_price * abs(start - tables.now[b])
    if len(tables.people) > 0:
        before = prices.people[start] - prices.people[max(0, start - tables.charge[0])]
        cost += tables.charge[1] * before
    if tables.most_starts > 0:
        cost += prices.begun[start + 1] - prices.begun[max(0, start - tables.starts_within + 1)]
    if tables.empties[m] >= 0:
        cost -= tables.takes[b] * prices.goods[tables.empties[m], start]
    return float(cost)


@njit(cache=True, nogil=True)
def run_and_pause(
    b: int,
    size: int,
    tables: PlantTables,
    prices: SharedPrices,
    energy: Floats,
    running: Floats,
    rows: Floats,
) -> None:
    """Takes rows[0] from the starts of batch b to its ends, the other rows to those with so many pauses."""
    most, least, first = tables.most_pauses[b], tables.least_pause[b], tables.first[b]
    low, high = tables.step_at[b], tables.step_at[b + 1]
    power = tables.power_kw[b]
    spread = tables.rest_spread[b]
    for k in range(1, most + 1):
        for o in range(size):
            rows[k, o] = FAR
    for done in range(tables.duration[b]):
        if low < high:
            while tables.step_end[low] <= done:
                low += 1
            power = tables.step_kw[low]
        if done > 0:
            for k in range(most - 1, -1, -1):
                pause_in(rows[k], rows[k + 1], least, size, first + done, tables, prices)
        minute = energy[first + done : first + done + size]
        shared = running[first + done : first + done + size]
        for k in range(most + 1):
            row = rows[k]
            for o in range(size):
                row[o] += power * minute[o] + (power - spread) * shared[o]


@njit(cache=True, nogil=True)
def pause_in(
    row: Floats,
    paused: Floats,
    least: int,
    size: int,
    minute: int,
    tables: PlantTables,
    prices: SharedPrices,
) -> None:
    """Lets plans of `row` go on later, with one pause more; offset o resumes at `minute` + o."""
    cheapest = FAR
    counted = tables.most_starts > 0
    for o in range(least, size):
        cheapest = min(cheapest, row[o - least])
        cost = cheapest
        if counted:
            resumed = minute + o
            cost += prices.begun[resumed + 1] - prices.begun[max(0, resumed - tables.starts_within + 1)]
        paused[o] = min(paused[o], cost)


@njit(cache=True, nogil=True)
def close_batch(
    m: int, b: int, size: int, tables: PlantTables, prices: SharedPrices, rows: Floats, ended: Floats
) -> None:
    """Fills ended[o] with the least cost of having ended batch b by offset o."""
    horizon = len(tables.price)
    cheapest = FAR
    for o in range(size):
        end = tables.first[b] + tables.duration[b] + o
        cost = rows[0, o]
        for k in range(1, tables.most_pauses[b] + 1):
            cost = min(cost, rows[k, o])
        cost += tables.end_cost[end]
        if len(tables.people) > 0:
            after = prices.people[min(horizon, end + tables.charge[2])] - prices.people[end]
            cost += tables.charge[3] * after
        if tables.fills[m] >= 0:
            cost += tables.makes[b] * prices.goods[tables.fills[m], end]
        cheapest = min(cheapest, cost)
        ended[o] = cheapest


@njit(cache=True, nogil=True)
def minute_prices(tables: PlantTables, prices: SharedPrices, energy: Floats, running: Floats) -> None:
    """Splits the price of a running minute into energy's and what all share, float64[H] each."""
    for minute in range(len(tables.price)):
        energy[minute] = tables.price[minute]
        running[minute] = prices.load[minute + 1] - prices.load[minute]


@njit(cache=True, nogil=True)
def pausing_values(
    machines: np.ndarray,
    tables: PlantTables,
    prices: SharedPrices,
    values: Floats,
) -> None:
    """Fills values[m] of these machines, int64[n]."""
    widest, most = 1, 0
    for b in range(len(tables.duration)):
        widest = max(widest, tables.last[b] - tables.first[b] + 1)
        most = max(most, tables.most_pauses[b])
    energy, running = np.empty(len(tables.price)), np.empty(len(tables.price))
    minute_prices(tables, prices, energy, running)
    rows, ended = np.empty((most + 1, widest)), np.empty((2, widest))
    for m in machines:
        values[m] = least_with_pauses(m, tables, prices, energy, running, rows, ended)
