"""A batch tried at every start: what the plan would cost and break, all starts at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solver.what_if_scan_cost import costs_of
from solver.what_if_scan_limits import broken_limits
from solver.what_if_tables import Bools, Floats, Ints
from solver.what_if_tried import Peaks, Tried, levels_of


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """What a plan costs with one batch at each start from `first_min` on, and which limits it breaks there.

    cost float64[n]; `broken` int64[n] has a bit for each limit, see limits_of() in what_if_scan_limits.py.
    Where the batch overlaps another of its machine, the cost is what it would be were the other not there.

    A machine that can sleep stands as it does without the batch where demand, supply and intervals are looked
    at, and idles or sleeps once in the batch's pauses; `WhatIf.drag` is exact there too.
    """

    first_min: int
    cost: Floats
    broken: Ints

    @property
    def free(self) -> Bools:
        """Where nothing is broken, bool[n]."""
        return np.asarray(self.broken == 0)

    @property
    def allowed_cost(self) -> Floats:
        """The cost, infinite where a limit is broken."""
        return np.where(self.free, self.cost, np.inf)


def try_all(tried: Tried) -> Scan:
    """What the plan costs and breaks with the batch at each start."""
    runs = levels_of(tried)
    peaks = Peaks(tried, runs)
    return Scan(tried.first, costs_of(tried, runs, peaks), broken_limits(tried, runs, peaks))
