"""One machine laid out flat for the sleep kernels: what standing costs, and what its batches cost where.

The kernels take these tuples as they are; another kernel may build them from slices of its own arrays.
H is the horizon in minutes, S the number of sleeps, N the number of batches. State 0 is awake, state 1 + s is
off in sleep s.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.layout import Floats, Ints

Flags = NDArray[np.bool_]


class Standing(NamedTuple):
    """What a machine draws while it does not run, and what that costs up to each minute, float64[.., H + 1].

    idle, off, down and up are running totals: a way down into sleep s that begins at minute t costs
    down[s, t + down_min[s]] - down[s, t]. A machine without sleeps is always awake.
    """

    idle: Floats  # float64[H + 1]
    off: Floats  # float64[S, H + 1]
    down: Floats
    up: Floats
    down_min: Ints  # int64[S]
    up_min: Ints
    idle_kw: Floats  # float64[H]
    off_kw: Floats  # float64[S]
    down_kw: Floats
    up_kw: Floats


class Waits(NamedTuple):
    """Ways to stand for at least so long; R rows, those of one duration side by side.

    Row r leads from awake at minute e to state[r] at minute e + lag[r] for cost[r, e]; from there on the
    machine may stand for as long as it likes. A wait that begins at e is one of the rows of its duration.
    """

    cost: Floats  # float64[R, H + 1]
    state: Ints  # int64[R]
    lag: Ints  # int64[R]


class Runs(NamedTuple):
    """The batches of one machine, each with its window of `size` starts from `first` on.

    `place` is ragged: place[at[b] + o] is what batch b costs when it starts at first[b] + o, with whatever
    the start and the end cost besides; for a batch that may pause it is the cost of the start alone, and
    end_cost, ragged alike, that of ending at first[b] + duration[b] + o. Infinity forbids.
    """

    duration: Ints
    first: Ints
    size: Ints
    at: Ints
    place: Floats
    end_cost: Floats
    gap: Ints
    now: Ints  # -1 where the current plan does not say
    most_pauses: Ints
    least_pause: Ints
    gap_row: Ints  # int64[N, 2]: rows of Waits from, to
    pause_row: Ints  # int64[N, 2]
    power_at: Ints  # int64[N]
    power_kw: Floats  # ragged: power_kw[power_at[b] + j] in running minute j
    price: Floats  # float64[H] per kW and minute, for running
    shut: Flags  # bool[H]: it must not run
    resume_cost: Floats  # float64[H + 1]: going on at this minute after a pause
