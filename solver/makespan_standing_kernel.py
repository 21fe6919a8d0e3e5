"""The cheapest way to stand over one gap, as a Numba kernel: a shortest path over minutes and states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints

Flags = NDArray[np.bool_]

DOWN, UP = 0, 1
DOWN_KW, UP_KW, OFF_KW = 0, 1, 2


@outer_kernel
def cheapest_standing(
    times: Ints,
    powers: Floats,
    awake_kw: float,
    price: Floats,
    begins_off: bool,
    ends_off: bool,
    tie: float,
    load_kw: Floats,
) -> bool:
    """Fills load_kw float64[minutes] of a gap between two batches; False where there is no way.

    times int64[S, 2] and powers float64[S, 3] are those of the sleeps (columns above). A gap that begins or
    ends the horizon does so in the first sleep. Among equal ways that with fewer sleeps is taken, awake
    and asleep as late as may be.
    """
    minutes, sleeps = len(price), len(times)
    paid = np.zeros(minutes + 1)
    paid[1:] = np.cumsum(price)
    cost = np.full((1 + sleeps, minutes + 1), np.inf)
    stayed = np.zeros((1 + sleeps, minutes + 1), np.bool_)
    woke_from = np.full(minutes + 1, -1)
    cost[1 if begins_off else 0, 0] = 0.0
    for t in range(minutes + 1):
        # twice, for ways that take no time lead on within the same minute
        for _again in range(2):
            _arrive_awake(t, times, powers, awake_kw, paid, cost, stayed, woke_from, tie)
            _arrive_asleep(t, times, powers, paid, cost, stayed, tie)
    state = 1 if ends_off else 0
    if not np.isfinite(cost[state, minutes]):
        return False
    _retrace(state, minutes, times, powers, awake_kw, stayed, woke_from, load_kw)
    return True


@inner_kernel
def _arrive_awake(
    t: int,
    times: Ints,
    powers: Floats,
    awake_kw: float,
    paid: Floats,
    cost: Floats,
    stayed: Flags,
    woke_from: Ints,
    tie: float,
) -> None:
    if t > 0 and woke_from[t] < 0 and not stayed[0, t]:
        stay = cost[0, t - 1] + awake_kw * (paid[t] - paid[t - 1])
        if stay < np.inf:
            cost[0, t], stayed[0, t] = stay, True
    for s in range(len(times)):
        begun = t - times[s, UP]
        if begun < 0:
            continue
        woken = cost[1 + s, begun] + powers[s, UP_KW] * (paid[t] - paid[begun])
        if woken < cost[0, t] or (stayed[0, t] and woken <= cost[0, t] + tie / 2):
            cost[0, t], stayed[0, t], woke_from[t] = woken, False, s


@inner_kernel
def _arrive_asleep(
    t: int, times: Ints, powers: Floats, paid: Floats, cost: Floats, stayed: Flags, tie: float
) -> None:
    for s in range(len(times)):
        if t > 0 and not stayed[1 + s, t]:
            stay = cost[1 + s, t - 1] + powers[s, OFF_KW] * (paid[t] - paid[t - 1])
            if stay < cost[1 + s, t]:
                cost[1 + s, t], stayed[1 + s, t] = stay, True
        begun = t - times[s, DOWN]
        if begun < 0:
            continue
        fallen = cost[0, begun] + powers[s, DOWN_KW] * (paid[t] - paid[begun]) + tie
        if fallen < cost[1 + s, t] or (stayed[1 + s, t] and fallen <= cost[1 + s, t] + tie / 2):
            cost[1 + s, t], stayed[1 + s, t] = fallen, False


@inner_kernel
def _retrace(
    state: int,
    at: int,
    times: Ints,
    powers: Floats,
    awake_kw: float,
    stayed: Flags,
    woke_from: Ints,
    load_kw: Floats,
) -> None:
    while at > 0:
        before = at
        if stayed[state, at]:
            at -= 1
            load_kw[at] = awake_kw if state == 0 else powers[state - 1, OFF_KW]
        elif state == 0:
            s = woke_from[at]
            if s < 0:
                return
            state, at = 1 + s, at - times[s, UP]
            load_kw[at:before] = powers[s, UP_KW]
        else:
            s = state - 1
            state, at = 0, at - times[s, DOWN]
            load_kw[at:before] = powers[s, DOWN_KW]
