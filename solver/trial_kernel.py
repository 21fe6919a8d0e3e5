"""Trials around a plan: free some batches, shake, let them settle, keep what is no dearer.

Twin trial_reference.py.
"""

from __future__ import annotations

from typing import NamedTuple

from solver.descent_kernel import Push, Scratch, moved_cost, own_cost, respond, set_targets
from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats
from solver.plant_kernel import PlantState, breach_between, demand_cost, move_batch, peak_kw
from solver.plant_tables import PlaceSet, PlantTables
from solver.random_kernel import Stream, next_uniform

MOST_ROUNDS = 6  # responses of each freed machine before a trial ends
NOISY_MIN = 15  # how long a machine would run for the price of the unit of noise
STARTS_SHAKEN = 0.3  # share of shakes that make starts dear instead of windows
LONGEST_ALIKE_MIN = 60


class TrialRule(NamedTuple):
    """How trials are made."""

    shortest_min: float  # of the stretch whose batches are freed
    longest_min: float
    from_min: float
    to_min: float
    most_machines: int
    most_shaken: int
    noise: float  # times the cost of a freed machine's power for a window
    lower_chance: float  # of aiming below the present peaks
    lowest_share: float
    softest: float  # powers of ten by which a target's slope may be below its charge
    patience: float  # money that a worse plan may cost and still be kept, at random
    most_cost: float  # a plan that costs more is kept only if it is no worse


@outer_kernel
def run_trials(
    trials: int,
    rule: TrialRule,
    tables: PlantTables,
    places: PlaceSet,
    every: PlaceSet,
    state: PlantState,
    cost: float,
    push: Push,
    random: Stream,
    scratch: Scratch,
    peaks_kw: Floats,
    mean_price: float,
) -> float:
    """Makes so many trials from the plan in `state`, which costs `cost`; returns what the kept plan costs.

    Batches move to `places`; what a place costs is looked up in `every`, for a plan may hold others.
    """
    for _ in range(trials):
        aim(rule, tables, state, random, scratch, peaks_kw)
        length = rule.shortest_min + (rule.longest_min - rule.shortest_min) * next_uniform(random)
        since = (
            rule.from_min + next_uniform(random) * (rule.to_min - rule.from_min + 0.5 * length) - 0.5 * length
        )
        freed = free_batches(rule, since, since + length, tables, state, random, scratch)
        if freed == 0:
            continue
        low, high = reach_of(freed, tables, scratch)
        before = local_cost(freed, low, high, tables, every, state, push, scratch)
        remember(freed, state, scratch)
        settle(freed, rule, tables, places, state, push, random, scratch, mean_price)
        settle_apart(freed, tables, places, state, push, random, scratch)
        worse = local_cost(freed, low, high, tables, every, state, push, scratch) - before
        if worse <= rule.patience * next_uniform(random) and (worse <= 0.0 or cost + worse <= rule.most_cost):
            cost += worse
        else:
            put_back(freed, tables, state, scratch)
    return cost


@inner_kernel
def aim(
    rule: TrialRule,
    tables: PlantTables,
    state: PlantState,
    random: Stream,
    scratch: Scratch,
    peaks_kw: Floats,
) -> None:
    """Draws the target of each demand charge, at its present peak or below, and how steep it is."""
    if len(peaks_kw) == 0:
        return
    for k in range(len(peaks_kw)):
        peaks_kw[k] = peak_kw(k, tables, state.load)
        if next_uniform(random) < rule.lower_chance:
            share = rule.lowest_share + (1.0 - rule.lowest_share) * next_uniform(random)
            peaks_kw[k] = max(tables.demand_floor[k], peaks_kw[k] * share)
    set_targets(peaks_kw, 10.0 ** (-rule.softest * next_uniform(random)), tables, scratch)


@outer_kernel
def free_batches(
    rule: TrialRule,
    since: float,
    to: float,
    tables: PlantTables,
    state: PlantState,
    random: Stream,
    scratch: Scratch,
) -> int:
    """Chooses machines at random and their batches in the middle of the stretch; returns how many machines.

    scratch.order then begins with these machines.
    """
    machines = len(scratch.order)
    freed = 0
    for i in range(machines):
        if freed >= rule.most_machines:
            break
        j = i + int(next_uniform(random) * (machines - i))
        m = scratch.order[j]
        scratch.order[j] = scratch.order[i]
        scratch.order[i] = m
        first = tables.batch_at[m]
        while first < tables.batch_at[m + 1] and state.start[first] + 0.5 * tables.duration[first] < since:
            first += 1
        last = first
        while last < tables.batch_at[m + 1] and state.start[last] + 0.5 * tables.duration[last] < to:
            last += 1
        if last > first:
            scratch.order[i] = scratch.order[freed]
            scratch.order[freed] = m
            scratch.first[m] = first
            scratch.last[m] = last
            freed += 1
    return freed


@inner_kernel
def reach_of(freed: int, tables: PlantTables, scratch: Scratch) -> tuple[int, int]:
    """The minutes that the freed batches can touch."""
    horizon = len(tables.price)
    low, high = horizon, 0
    for i in range(freed):
        m = scratch.order[i]
        low = min(low, tables.first[scratch.first[m]])
        last = scratch.last[m] - 1
        high = max(high, tables.last[last] + tables.duration[last])
    low = max(0, low - tables.charge[0] - tables.starts_within)
    return low, min(horizon + 1, high + tables.charge[2] + 1)


@inner_kernel
def local_cost(
    freed: int,
    low: int,
    high: int,
    tables: PlantTables,
    places: PlaceSet,
    state: PlantState,
    push: Push,
    scratch: Scratch,
) -> float:
    """What the freed batches cost alone, with the peaks of all and what is broken where they can reach."""
    cost = demand_cost(tables, state.load)
    for i in range(freed):
        m = scratch.order[i]
        for b in range(scratch.first[m], scratch.last[m]):
            cost += own_cost(b, places, state)
    cost += push.hard * breach_between(low, high, tables, state)
    return cost + moved_cost(tables, state, push.hard, push.moved)


@inner_kernel
def remember(freed: int, state: PlantState, scratch: Scratch) -> None:
    """Notes where the freed batches are."""
    for i in range(freed):
        m = scratch.order[i]
        for b in range(scratch.first[m], scratch.last[m]):
            scratch.kept[b] = state.start[b]


@inner_kernel
def put_back(freed: int, tables: PlantTables, state: PlantState, scratch: Scratch) -> None:
    """Returns the freed batches to where they were."""
    for i in range(freed):
        m = scratch.order[i]
        for b in range(scratch.first[m], scratch.last[m]):
            move_batch(m, b, scratch.kept[b], tables, state)


@inner_kernel
def settle(
    freed: int,
    rule: TrialRule,
    tables: PlantTables,
    places: PlaceSet,
    state: PlantState,
    push: Push,
    random: Stream,
    scratch: Scratch,
    mean_price: float,
) -> None:
    """Some of the freed machines respond under noise, then all in turn until none wants to move."""
    shaken = 1 + int(next_uniform(random) * rule.most_shaken)
    still = 0
    for turn in range(shaken + MOST_ROUNDS * freed):
        m = scratch.order[turn % freed]
        begin, end = scratch.first[m], scratch.last[m]
        if turn < shaken:
            shake(begin, end, rule, tables, random, scratch, mean_price)
            respond(m, begin, end, tables, places, state, push, scratch.noise, scratch)
            hush(tables, scratch)
            continue
        if respond(m, begin, end, tables, places, state, push, scratch.quiet, scratch):
            still = 0
        else:
            still += 1
            if still >= freed:
                return


@inner_kernel
def settle_apart(
    freed: int,
    tables: PlantTables,
    places: PlaceSet,
    state: PlantState,
    push: Push,
    random: Stream,
    scratch: Scratch,
) -> None:
    """Lets the freed batches respond one by one where a machine's own ones get in each other's way.

    A machine that responds as a whole does not see that its crew would discharge one and charge the next.
    Either of two may have to give way, so the first or the last begins, at random.
    """
    if len(tables.people) == 0 and tables.most_starts == 0:
        return
    forwards = next_uniform(random) < 0.5
    for i in range(freed):
        m = scratch.order[i]
        first, last = scratch.first[m], scratch.last[m]
        if last - first > 1:
            for step in range(last - first):
                b = first + step if forwards else last - 1 - step
                respond(m, b, b + 1, tables, places, state, push, scratch.quiet, scratch)


@inner_kernel
def hush(tables: PlantTables, scratch: Scratch) -> None:
    """Ends the noise."""
    scratch.loud[0] = 0.0
    if len(tables.grid_min) > 0:
        for w in range(tables.grid_at[1]):
            scratch.noise[w] = 0.0


@outer_kernel
def shake(
    begin: int,
    end: int,
    rule: TrialRule,
    tables: PlantTables,
    random: Stream,
    scratch: Scratch,
    mean_price: float,
) -> None:
    """Makes windows of the first grid dear at random, or starts, in reach of batches begin..end - 1."""
    low, high = tables.first[begin], tables.last[end - 1] + tables.duration[end - 1]
    dearest = rule.noise * abs(tables.power_kw[begin]) * NOISY_MIN * mean_price * next_uniform(random)
    if len(tables.grid_min) == 0 or next_uniform(random) < STARTS_SHAKEN:
        shake_starts(low, high, dearest, random, scratch)
        return
    step = tables.grid_min[0]
    first, last = low // step, min(tables.grid_at[1], (high + step - 1) // step)
    since = first + int(next_uniform(random) * (last - first))
    to = min(last, since + int((last - first) * (0.1 + 0.5 * next_uniform(random))))
    for w in range(since, to):
        scratch.noise[w] = dearest * next_uniform(random)


@inner_kernel
def shake_starts(low: int, high: int, dearest: float, random: Stream, scratch: Scratch) -> None:
    """Gives each start a price at random, the same for some minutes on end."""
    scratch.loud[0] = 1.0
    share = next_uniform(random)
    longest = 1 + int(share * share * LONGEST_ALIKE_MIN)
    minute = low
    while minute <= high:
        until = min(high + 1, minute + 1 + int(next_uniform(random) * longest))
        price = dearest * next_uniform(random)
        for at in range(minute, until):
            scratch.dear_start[at] = price
        minute = until
