"""The least that a machine can cost when its batches may pause, at prices on what machines share, and how.

As exact_kernel.py, but in floating point and with what starts, resumptions and ends cost: the state is
(pauses so far, minutes of delay). Costs are kept less what running until now would have cost without any
delay, so that a minute of running changes nothing. The twin is dual_reference.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from solver.chain_kernel import FAR
from solver.dual_kernel import SharedPrices
from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.plant_tables import Places, PlantTables

MOST_PATHS = 20_000_000


class PauseScratch(NamedTuple):
    """Work arrays of one thread; K pauses, widest window W, N batches of a machine, longest reach R."""

    energy: Floats  # float64[H + 1], what a kW costs before each minute
    running: Floats  # float64[H + 1], the same of the shared prices
    resume: Floats  # float64[H + 1], what a resumption at each minute costs
    rows: Floats  # float64[K + 1, W]
    paid: Floats  # float64[R], what running from a batch's first minute on would have cost
    ended: Floats  # float64[2, W]
    path: Places  # int32[N, K + 1, W, 1 + 2 K], a delay of the start, then pauses (from, to)
    best: Places  # int32[N, W, 2], pauses and delay of the cheapest plan that has ended by a delay
    # N is 1 where more would be too large: then there are values, but no plans


def pause_scratch(tables: PlantTables, prices: SharedPrices) -> PauseScratch:
    """Work arrays for all machines of these tables."""
    horizon, pauses = len(tables.price), int(tables.most_pauses.max(initial=0))
    widest = int((tables.last - tables.first).max(initial=0)) + 1
    longest = int(tables.duration.max(initial=0)) + widest + 1
    batches = int(np.diff(tables.batch_at).max(initial=1))
    if batches * (pauses + 1) * widest * (1 + 2 * pauses) > MOST_PATHS:
        batches = 1
    return PauseScratch(
        energy=np.concatenate([[0.0], np.cumsum(tables.price)]),
        running=prices.load,
        resume=_resume_prices(tables, prices),
        rows=np.empty((pauses + 1, widest)),
        paid=np.empty(min(longest, horizon + widest + 1)),
        ended=np.empty((2, widest)),
        path=np.zeros((batches, pauses + 1, widest, 1 + 2 * pauses), dtype=np.int32),
        best=np.zeros((batches, widest, 2), dtype=np.int32),
    )


def _resume_prices(tables: PlantTables, prices: SharedPrices) -> Floats:
    minutes = np.arange(len(tables.price) + 1)
    if tables.most_starts == 0:
        return np.zeros(len(minutes))
    since = np.maximum(0, minutes - tables.starts_within + 1)
    until = np.minimum(minutes + 1, len(prices.begun) - 1)
    return np.asarray(prices.begun[until] - prices.begun[since], dtype=np.float64)


@outer_kernel
def pausing_plans(
    machines: Ints,
    tables: PlantTables,
    prices: SharedPrices,
    scratch: PauseScratch,
    values: Floats,
    starts: Ints,
    pauses: Ints,
) -> None:
    """Fills values[m] of these machines, int64[n], and where their plans are: int64[B], int64[B, K, 2]."""
    for m in machines:
        values[m] = least_with_pauses(m, tables, prices, scratch)
        if values[m] < FAR and len(scratch.path) >= tables.batch_at[m + 1] - tables.batch_at[m]:
            trace_pauses(m, tables, scratch, starts, pauses)


@inner_kernel
def least_with_pauses(m: int, tables: PlantTables, prices: SharedPrices, scratch: PauseScratch) -> float:
    """Machine m's least cost above standing; leaves in the scratch how it comes about."""
    begin, end = tables.batch_at[m], tables.batch_at[m + 1]
    rows, ended = scratch.rows, scratch.ended
    for b in range(begin, end):
        first, size = tables.first[b], tables.last[b] - tables.first[b] + 1
        path = scratch.path[(b - begin) % len(scratch.path)]
        for o in range(size):
            rows[0, o] = FAR
            path[0, o, 0] = o
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
            rows[0, start - first] = before + start_price(m, b, start, tables, prices)
        run_and_pause(b, size, tables, scratch, path)
        close_batch(
            m,
            b,
            size,
            tables,
            prices,
            rows,
            ended[b % 2],
            scratch.best[(b - begin) % len(scratch.best)],
        )
    return float(ended[(end - 1) % 2, tables.last[end - 1] - tables.first[end - 1]])


@inner_kernel
def trace_pauses(m: int, tables: PlantTables, scratch: PauseScratch, starts: Ints, pauses: Ints) -> None:
    """Fills the starts and pauses of machine m's batches that least_with_pauses found cheapest."""
    begin, end = tables.batch_at[m], tables.batch_at[m + 1]
    column = tables.last[end - 1] - tables.first[end - 1]
    for b in range(end - 1, begin - 1, -1):
        count, o = scratch.best[b - begin, column]
        path = scratch.path[b - begin, count, o]
        starts[b] = tables.first[b] + path[0]
        for k in range(pauses.shape[1]):
            pauses[b, k, 0] = path[1 + 2 * k] if k < count else -1
            pauses[b, k, 1] = path[2 + 2 * k] if k < count else -1
        if b > begin:
            column = starts[b] - tables.gap[b] - tables.first[b - 1] - tables.duration[b - 1]
            column = min(column, tables.last[b - 1] - tables.first[b - 1])


@inner_kernel
def start_price(m: int, b: int, start: int, tables: PlantTables, prices: SharedPrices) -> float:
    """What it costs that batch b starts at a minute, whatever follows."""
    cost = tables.start_cost[start] + shared_start_price(m, b, start, tables, prices)
    if tables.now[b] >= 0 and start != tables.now[b]:
        cost += tables.move_price * abs(start - tables.now[b])
    return float(cost)


@inner_kernel
def shared_start_price(m: int, b: int, start: int, tables: PlantTables, prices: SharedPrices) -> float:
    """The part of it that depends on the prices of what machines share."""
    cost = 0.0
    if tables.now[b] >= 0 and start != tables.now[b]:
        cost += prices.moved
    if len(tables.people) > 0:
        before = prices.people[start] - prices.people[max(0, start - tables.charge[0])]
        cost += tables.charge[1] * before
    if tables.most_starts > 0:
        cost += begun_price(start, tables, prices)
    if tables.empties[m] >= 0:
        cost -= tables.takes[b] * prices.goods[tables.empties[m], start]
    return cost


@inner_kernel
def begun_price(minute: int, tables: PlantTables, prices: SharedPrices) -> float:
    """What a start or a resumption costs in the spans that contain its minute."""
    return float(prices.begun[minute + 1] - prices.begun[max(0, minute - tables.starts_within + 1)])


@inner_kernel
def run_and_pause(b: int, size: int, tables: PlantTables, scratch: PauseScratch, path: Places) -> None:
    """Takes rows[0] from the starts of batch b to its ends, the other rows to those with so many pauses."""
    most, first, duration = tables.most_pauses[b], tables.first[b], tables.duration[b]
    rows, paid = scratch.rows, scratch.paid
    for k in range(1, most + 1):
        for o in range(size):
            rows[k, o] = FAR
    step, last_step = tables.step_at[b], tables.step_at[b + 1]
    done = 0
    while done < duration:
        power, until = tables.power_kw[b], duration
        if step < last_step:
            power, until = tables.step_kw[step], tables.step_end[step]
            step += 1
        for minute in range(done, until + size):
            t = first + minute
            paid[minute] = power * scratch.energy[t] + (power - tables.rest_spread[b]) * scratch.running[t]
        for k in range(most + 1):
            for o in range(size):
                rows[k, o] -= paid[done + o]
        for minute in range(max(1, done), until):
            for k in range(most - 1, -1, -1):
                pause_in(
                    rows[k], rows[k + 1], path[k], path[k + 1], k, tables.least_pause[b], size,
                    first + minute, paid[minute : minute + size],
                    scratch.resume[first + minute : first + minute + size],
                )  # fmt: skip
        for k in range(most + 1):
            for o in range(size):
                rows[k, o] += paid[until + o]
        done = until


@inner_kernel
def pause_in(
    row: Floats,
    paused: Floats,
    path: Places,
    paused_path: Places,
    pauses: int,
    least: int,
    size: int,
    since: int,
    paid: Floats,
    resume: Floats,
) -> None:
    """Lets plans of `row`, at minute `since` but for their delay, go on later with one pause more."""
    cheapest, best = FAR, 0
    for o in range(least, size):
        waiting = row[o - least] + paid[o - least]
        if waiting < cheapest:
            cheapest, best = waiting, o - least
        cost = cheapest - paid[o] + resume[o]
        if cost < paused[o]:
            paused[o] = cost
            for i in range(1 + 2 * pauses):
                paused_path[o, i] = path[best, i]
            paused_path[o, 1 + 2 * pauses] = since + best
            paused_path[o, 2 + 2 * pauses] = since + o


@inner_kernel
def close_batch(
    m: int,
    b: int,
    size: int,
    tables: PlantTables,
    prices: SharedPrices,
    rows: Floats,
    ended: Floats,
    best: Places,
) -> None:
    """Fills ended[o] with the least cost of having ended batch b by offset o."""
    cheapest, pauses, delay = FAR, 0, 0
    for o in range(size):
        end = tables.first[b] + tables.duration[b] + o
        at_end = tables.end_cost[end] + shared_end_price(m, b, end, tables, prices)
        for k in range(tables.most_pauses[b] + 1):
            if rows[k, o] + at_end < cheapest:
                cheapest, pauses, delay = rows[k, o] + at_end, k, o
        ended[o] = cheapest
        best[o, 0], best[o, 1] = pauses, delay


@inner_kernel
def shared_end_price(m: int, b: int, end: int, tables: PlantTables, prices: SharedPrices) -> float:
    """What it costs that batch b ends at a minute, of what machines share."""
    cost = 0.0
    if len(tables.people) > 0:
        after = prices.people[min(len(tables.price), end + tables.charge[2])] - prices.people[end]
        cost += tables.charge[3] * after
    if tables.fills[m] >= 0:
        cost += tables.makes[b] * prices.goods[tables.fills[m], end]
    return cost


@outer_kernel
def shared_price(m: int, starts: Ints, pauses: Ints, tables: PlantTables, prices: SharedPrices) -> float:
    """What a plan of machine m costs of what machines share; starts and pauses of all batches."""
    cost = 0.0
    for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
        cost += shared_start_price(m, b, starts[b], tables, prices)
        done, at = 0, starts[b]
        for k in range(pauses.shape[1]):
            if pauses[b, k, 0] < 0:
                break
            since, to = pauses[b, k]
            cost += load_price(b, done, at, since, tables, prices.load)
            if tables.most_starts > 0:
                cost += begun_price(to, tables, prices)
            done, at = done + since - at, to
        end = at + tables.duration[b] - done
        cost += load_price(b, done, at, end, tables, prices.load)
        cost += shared_end_price(m, b, end, tables, prices)
    return cost


@inner_kernel
def load_price(b: int, done: int, since: int, to: int, tables: PlantTables, load: Floats) -> float:
    """What batch b's load costs that has run `done` minutes and goes on from `since` to `to`."""
    spread = tables.rest_spread[b]
    if tables.step_at[b] == tables.step_at[b + 1]:
        return float((tables.power_kw[b] - spread) * (load[to] - load[since]))
    cost, at = 0.0, since
    for step in range(tables.step_at[b], tables.step_at[b + 1]):
        until = min(to, since + tables.step_end[step] - done)
        if until > at:
            cost += (tables.step_kw[step] - spread) * (load[until] - load[at])
            at = until
    return cost


@outer_kernel
def answer_with_columns(
    machines: Ints,
    own_costs: Floats,
    column_starts: Ints,
    column_pauses: Ints,
    tables: PlantTables,
    prices: SharedPrices,
    values: Floats,
    starts: Ints,
    pauses: Ints,
) -> None:
    """Lets these machines take a known plan with pauses where it is cheaper than what they have.

    own_costs is float64[C, M], FAR where a column has no plan; starts int64[C, B], pauses int64[C, B, K, 2].
    """
    for m in machines:
        for c in range(len(own_costs)):
            if own_costs[c, m] >= FAR:
                continue
            cost = own_costs[c, m] + shared_price(m, column_starts[c], column_pauses[c], tables, prices)
            if cost < values[m]:
                values[m] = cost
                for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
                    starts[b] = column_starts[c, b]
                    for k in range(pauses.shape[1]):
                        pauses[b, k, 0] = column_pauses[c, b, k, 0]
                        pauses[b, k, 1] = column_pauses[c, b, k, 1]
