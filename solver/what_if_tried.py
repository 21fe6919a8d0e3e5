"""A batch that is tried at one start after the other, all at once.

A batch that keeps its pauses draws the same wherever it begins, so that each sum over its minutes is a
difference of running totals, and each highest value one over a shape that slides along.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from solver.check_machine import PlacedBatch
from solver.plan import running_kw
from solver.sliding import Rest, Run, highest_windows
from solver.what_if_state import MachineState, Sums
from solver.what_if_tables import Bools, Floats, Ints, MachineTable, Tables

Values = TypeVar("Values", Floats, Ints)


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A batch, the plan without it, and the starts to try, `first` to `last`, all within the horizon.

    `machine` is its machine without it, `sums` are all machines' without it; `always` has the bits of what is
    broken wherever it lies.
    """

    tables: Tables
    table: MachineTable
    one: PlacedBatch
    machine: MachineState
    sums: Sums
    always: int
    first: int
    last: int

    @property
    def starts(self) -> Ints:
        """The starts to try, int64[n]."""
        return np.arange(self.first, self.last + 1)

    @property
    def length(self) -> int:
        """Minutes from the batch's start to its end, pauses included."""
        return self.one.end - self.one.start

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Its running stretches, (offset from its start, minutes)."""
        return [(since - self.one.start, to - since) for since, to in self.one.runs]

    @property
    def rest_kw(self) -> Floats:
        """What the machine draws standing, float64[horizon]; one that can sleep, without the batch."""
        return self.machine.load_kw if self.one.machine.sleep else self.table.rest_kw

    @property
    def rest_varies(self) -> bool:
        """Whether that changes over time."""
        return self.table.rest_varies or bool(self.one.machine.sleep)

    @property
    def never_draws(self) -> bool:
        """Whether the machine draws nothing while it stands."""
        return not self.rest_varies and self.rest_kw[0] == 0

    def after(self, offset: int, values: Values) -> Values:
        """What a series has so many minutes after each start."""
        return values[self.first + offset : self.last + offset + 1]


def levels_of(tried: Tried) -> list[Run]:
    """The batch's running stretches, cut where its power changes, with their kW."""
    batch = tried.one.batch
    if batch.profile_kw is None:
        return [(offset, minutes, batch.power_kw or 0.0) for offset, minutes in tried.spans]
    power, done, runs = running_kw(batch), 0, []
    for offset, minutes in tried.spans:
        within = power[done : done + minutes]
        edges = [0, *(np.flatnonzero(np.diff(within)) + 1).tolist(), minutes]
        runs += [(offset + a, b - a, float(within[a])) for a, b in itertools.pairwise(edges)]
        done += minutes
    return runs


def sum_over(tried: Tried, before: Floats | Ints, runs: Sequence[Run]) -> Floats:
    """The sum of a series over the runs, times what they have, for each start; `before` are its sums."""
    total = np.zeros(tried.last - tried.first + 1)
    for offset, minutes, factor in runs:
        since = tried.first + offset
        count = len(total)
        total += factor * (before[since + minutes : since + minutes + count] - before[since : since + count])
    return total


class Peaks:
    """The highest windows with the batch at each start; found once for limits that look at the same ones."""

    def __init__(self, tried: Tried, runs: Sequence[Run]) -> None:
        self._tried = tried
        self._rest: Rest | None = None
        self._added = np.zeros(tried.length)
        for offset, minutes, kw in runs:
            self._added[offset : offset + minutes] = kw if tried.rest_varies else kw - tried.rest_kw[0]
        if tried.rest_varies:
            spans = [(*span, 1.0) for span in tried.spans]
            self._rest = Rest(np.append(0.0, np.cumsum(tried.rest_kw)), spans)
        self._known: dict[tuple[int, bytes], Floats] = {}

    def highest(self, window_min: int, counts: Bools) -> Floats:
        """The highest mean of the windows that count."""
        key = (window_min, counts.tobytes())
        if key not in self._known:
            _, lengths = self._tried.tables.windows[window_min]
            self._known[key] = self._found(window_min, counts, lengths)
        return self._known[key]

    def most_kwh(self, window_min: int) -> Floats:
        """The most energy in any window."""
        edges, lengths = self._tried.tables.windows[window_min]
        counts = np.ones(len(edges), dtype=bool)
        if lengths[-1] == lengths[0]:
            return np.asarray(self.highest(window_min, counts) * (lengths[0] / 60.0), dtype=np.float64)
        return self._found(window_min, counts, np.full(len(edges), 60.0))

    def _found(self, window_min: int, counts: Bools, divisors: Floats) -> Floats:
        tried, (edges, _) = self._tried, self._tried.tables.windows[window_min]
        sums = np.where(counts, np.add.reduceat(tried.sums.load_kw, edges), -np.inf)
        return highest_windows(sums, divisors, window_min, self._added, tried.first, tried.last, self._rest)
