"""Prices what a machine does by the minute, as Numba kernels: standing, waiting at least so long, running."""

from __future__ import annotations

import numpy as np

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.sleep_stand_kernel import fill, whole
from solver.sleep_tables import Flags, Standing

CHUNK = 256  # waits found side by side, a vector's length a few times over


@outer_kernel
def standing_costs(
    price: Floats,
    idle_kw: Floats,
    off_kw: Floats,
    down_kw: Floats,
    up_kw: Floats,
    down_min: Ints,
    up_min: Ints,
) -> Standing:
    """Prices what a machine draws while it does not run; price and idle_kw float64[H], the others [S]."""
    horizon, sleeps = len(price), len(off_kw)
    idle, plain = np.zeros(horizon + 1), np.zeros(horizon + 1)
    for t in range(horizon):
        idle[t + 1] = idle[t] + idle_kw[t] * price[t]
        plain[t + 1] = plain[t] + price[t]
    off = np.empty((sleeps, horizon + 1))
    down = np.empty((sleeps, horizon + 1))
    up = np.empty((sleeps, horizon + 1))
    for s in range(sleeps):
        for t in range(horizon + 1):
            off[s, t] = off_kw[s] * plain[t]
            down[s, t] = down_kw[s] * plain[t]
            up[s, t] = up_kw[s] * plain[t]
    return Standing(idle, off, down, up, down_min, up_min, idle_kw, off_kw, down_kw, up_kw)


@outer_kernel
def wait_costs(
    standing: Standing, least: int, state: Ints, lag: Ints, lo: int, hi: int, cost: Floats
) -> None:
    """Fills cost[:, lo..hi], one row for each state and lag, for waits of at least `least` minutes.

    A row's lag is `least`, or more where only a way down or up that began before reaches that far.
    """
    horizon, sleeps = len(standing.idle) - 1, len(standing.up_min)
    if sleeps == 0:
        for begin in range(lo, min(hi, horizon - least) + 1):
            cost[0, begin] = standing.idle[begin + least] - standing.idle[begin]
        return
    furthest = least
    for row in range(len(lag)):
        furthest = max(furthest, lag[row])
    reach = np.empty((1 + sleeps, furthest + 1, CHUNK))
    for begin in range(lo, hi + 1, CHUNK):
        width = min(CHUNK, hi + 1 - begin)
        for where in range(1 + sleeps):
            for passed in range(furthest + 1):
                fill(reach[where, passed], whole(0), CHUNK, np.inf)
        fill(reach[0, 0], whole(0), CHUNK, 0.0)
        for passed in range(least):
            step_waits(standing, begin, width, passed, horizon, reach)
        for row in range(len(lag)):
            for place in range(width):
                cost[row, begin + place] = reach[state[row], lag[row], place]


@inner_kernel
def step_waits(standing: Standing, begin: int, width: int, passed: int, horizon: int, reach: Floats) -> None:
    """Leads each wait, `passed` minutes after its begin, on by a minute and by every way down and up."""
    sleeps = len(standing.up_min)
    for s in range(sleeps):
        if standing.up_min[s] == 0:
            for place in range(width):
                reach[0, passed, place] = min(reach[0, passed, place], reach[1 + s, passed, place])
    for s in range(sleeps):
        if standing.down_min[s] == 0:
            for place in range(width):
                reach[1 + s, passed, place] = min(reach[1 + s, passed, place], reach[0, passed, place])
    lead_on(standing.idle, begin + passed, 1, horizon, width, reach[0, passed], reach[0, passed + 1])
    for s in range(sleeps):
        asleep = reach[1 + s]
        lead_on(standing.off[s], begin + passed, 1, horizon, width, asleep[passed], asleep[passed + 1])
        down, up = standing.down_min[s], standing.up_min[s]
        if down > 0:
            lead_on(
                standing.down[s],
                begin + passed,
                down,
                horizon,
                width,
                reach[0, passed],
                asleep[passed + down],
            )
        if up > 0:
            lead_on(standing.up[s], begin + passed, up, horizon, width, asleep[passed], reach[0, passed + up])


@inner_kernel
def lead_on(
    total: Floats, at: int, minutes: int, horizon: int, width: int, before: Floats, later: Floats
) -> None:
    """Lowers `later` to what `before` costs with so many minutes more, within the horizon."""
    room = min(width, horizon - minutes - at + 1)
    if room <= 0:
        return
    until, since = total[at + minutes : at + minutes + room], total[at : at + room]
    for place in range(room):
        later[place] = min(later[place], before[place] + (until[place] - since[place]))


@outer_kernel
def place_costs(
    price: Floats, shut: Flags, duration: int, power_kw: Floats, first: int, place: Floats
) -> None:
    """Adds to place[o] what it costs to run from first + o on without a pause; infinity where it is shut.

    price float64[H] per kW and minute, shut bool[H], power_kw float64[duration].
    """
    closed = 0
    for minute in range(duration - 1):
        closed += shut[first + minute]
    for offset in range(len(place)):
        closed += shut[first + offset + duration - 1]
        if closed > 0:
            place[offset] = np.inf
        closed -= shut[first + offset]
    varies = False
    for minute in range(1, duration):
        varies |= power_kw[minute] != power_kw[0]
    for minute in range(duration if varies else 0):
        for offset in range(len(place)):
            place[offset] += power_kw[minute] * price[first + offset + minute]
    if varies:
        return
    total = 0.0
    sums = np.empty(len(place) + duration)
    for minute in range(len(sums) - 1):
        sums[minute] = total
        total += price[first + minute]
    sums[len(sums) - 1] = total
    for offset in range(len(place)):
        place[offset] += power_kw[0] * (sums[offset + duration] - sums[offset])
