"""Standing between batches, as Numba kernels: the cheapest path of idling and sleeping over the minutes."""

from __future__ import annotations

import numpy as np

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats
from solver.sleep_tables import Standing, Waits


@inner_kernel
def whole(number: int) -> int:
    """The number itself, no longer a literal, for which its callees would be compiled once more."""
    return 1 * number


@inner_kernel
def fill(row: Floats, since: int, to: int, number: float) -> None:
    """Puts a number into row[since..to - 1]; compiles in a third of the time of a slice's assignment."""
    for place in range(since, to):
        row[place] = number


@inner_kernel
def clear(reach: Floats, lo: int, hi: int) -> None:
    """Puts infinity into reach[:, lo..hi]."""
    for row in range(reach.shape[0]):
        fill(reach[row], lo, hi + 1, np.inf)


@inner_kernel
def standing_values(standing: Standing, goal: Floats, home: float, lo: int, hi: int, value: Floats) -> None:
    """Fills value[:, lo..hi]: the least cost from each state at each minute.

    goal[t] is the cost from awake at minute t on if standing ends there, `home` that of being in the first
    sleep at minute hi. Ways down and up that take no time cost nothing and may be taken one after the other.
    """
    sleeps = len(standing.up_min)
    for t in range(hi, lo - 1, -1):
        awake = goal[t]
        if t < hi:
            awake = min(awake, standing.idle[t + 1] - standing.idle[t] + value[0, t + 1])
        for s in range(sleeps):
            asleep = home if s == 0 and t == hi else np.inf
            if t < hi:
                asleep = standing.off[s, t + 1] - standing.off[s, t] + value[1 + s, t + 1]
            later = t + standing.up_min[s]
            if t < later <= hi:
                asleep = min(asleep, standing.up[s, later] - standing.up[s, t] + value[0, later])
            value[1 + s, t] = asleep
            later = t + standing.down_min[s]
            if later == t:
                awake = min(awake, asleep)
            elif later <= hi:
                awake = min(awake, standing.down[s, later] - standing.down[s, t] + value[1 + s, later])
        value[0, t] = awake
        for s in range(sleeps):
            if standing.up_min[s] == 0:
                value[1 + s, t] = min(value[1 + s, t], awake)


@outer_kernel
def reach_states(standing: Standing, lo: int, hi: int, reach: Floats) -> None:
    """Lowers reach[:, lo..hi] from what may be entered there to the least cost of each state and minute."""
    idle, sleeps = standing.idle, len(standing.up_min)
    for t in range(lo, hi + 1):
        awake = reach[0, t]
        if t > lo:
            awake = min(awake, reach[0, t - 1] + (idle[t] - idle[t - 1]))
        for s in range(sleeps):
            asleep = reach[1 + s, t]
            if t > lo:
                asleep = min(asleep, reach[1 + s, t - 1] + (standing.off[s, t] - standing.off[s, t - 1]))
            since = t - standing.down_min[s]
            if lo <= since < t:
                asleep = min(asleep, reach[0, since] + (standing.down[s, t] - standing.down[s, since]))
            reach[1 + s, t] = asleep
            since = t - standing.up_min[s]
            if since >= lo:
                awake = min(awake, reach[1 + s, since] + (standing.up[s, t] - standing.up[s, since]))
        reach[0, t] = awake
        for s in range(sleeps):
            if standing.down_min[s] == 0:
                reach[1 + s, t] = min(reach[1 + s, t], awake)


@inner_kernel
def reach_asleep(standing: Standing, lo: int, t: int, s: int, reach: Floats) -> float:
    """The least cost of being off in sleep s at minute t by what takes time and began at `lo` or later."""
    best = np.inf
    if t > lo:
        best = reach[1 + s, t - 1] + (standing.off[s, t] - standing.off[s, t - 1])
    since = t - standing.down_min[s]
    if lo <= since < t:
        best = min(best, reach[0, since] + (standing.down[s, t] - standing.down[s, since]))
    return best


@outer_kernel
def retrace(
    standing: Standing, source: int, lo: int, state: int, at: int, reach: Floats, load_kw: Floats
) -> None:
    """Writes into load_kw what a cheapest path from `source` at lo to `state` at minute `at` draws.

    `reach` is what reach_states made of that source alone, finite there; among equally cheap ways it idles.
    """
    while at > lo or state != source:
        before = at
        if state == 0:
            if at > lo and reach[0, at] == reach[0, at - 1] + (standing.idle[at] - standing.idle[at - 1]):
                at -= 1
                load_kw[at] = standing.idle_kw[at]
                continue
            state, at = woke_from(standing, source, lo, at, reach)
            fill(load_kw, at, before, standing.up_kw[state - 1])
            continue
        s = state - 1
        if at > lo and reach[state, at] == reach[state, at - 1] + (
            standing.off[s, at] - standing.off[s, at - 1]
        ):
            at -= 1
            load_kw[at] = standing.off_kw[s]
        else:
            state, at = 0, at - standing.down_min[s]
            fill(load_kw, at, before, standing.down_kw[s])


@inner_kernel
def woke_from(standing: Standing, source: int, lo: int, at: int, reach: Floats) -> tuple[int, int]:
    """The state and minute in which a machine began to wake that is awake at minute `at`."""
    for s in range(len(standing.up_min)):
        since = at - standing.up_min[s]
        if since < lo or reach[0, at] != reach[1 + s, since] + (standing.up[s, at] - standing.up[s, since]):
            continue
        fell_asleep = reach[1 + s, since] == reach_asleep(standing, lo, since, s, reach)
        if since < at or fell_asleep or (at == lo and source == 1 + s):
            return 1 + s, since
    return source, lo


@inner_kernel
def wait_values(
    waits: Waits, first_row: int, last_row: int, value: Floats, lo: int, hi: int, after: Floats
) -> None:
    """Lowers after[o] to the cost from awake at minute lo + o on, after one of these waits.

    value[:, lo..hi] is the cost from each state and minute on; what lies beyond hi cannot be reached in time.
    """
    for row in range(first_row, last_row):
        state, lag = waits.state[row], waits.lag[row]
        room = min(len(after), hi - lag - lo + 1)
        if room <= 0:
            continue
        cost, onward = waits.cost[row, lo : lo + room], value[state, lo + lag : lo + lag + room]
        for offset in range(room):
            after[offset] = min(after[offset], cost[offset] + onward[offset])


@inner_kernel
def enter_waits(
    waits: Waits, first_row: int, last_row: int, ended: Floats, lo: int, hi: int, reach: Floats
) -> None:
    """Fills reach[:, lo..hi] with what these waits lead to from ended[o] at minute lo + o."""
    clear(reach, lo, hi)
    for row in range(first_row, last_row):
        since = lo + waits.lag[row]
        room = min(len(ended), hi - since + 1)
        if room <= 0:
            continue
        arrived, cost = reach[waits.state[row], since : since + room], waits.cost[row, lo : lo + room]
        for offset in range(room):
            arrived[offset] = min(arrived[offset], ended[offset] + cost[offset])
