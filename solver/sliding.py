"""The highest value of a series while something of a fixed shape slides along it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Series = TypeVar("Series", NDArray[np.float64], NDArray[np.int64])
Run = tuple[int, int, float]  # offset from where the shape begins, length, what it adds there
FEW_RUNS = 8  # up to here a shape run by run is faster than each of its values (measured)


def sliding_max(values: Series, length: int) -> Series:
    """The highest of each `length` values in a row, float64[n - length + 1]."""
    highest, reach = values, 1
    while 2 * reach <= length:
        highest = np.maximum(highest[:-reach], highest[reach:])
        reach *= 2
    rest = length - reach
    return np.maximum(highest[:-rest], highest[rest:]) if rest else highest


class Sliding:
    """A series, float64[n], on which shapes are tried; within a shape it has the values of `under`."""

    def __init__(self, values: Floats, under: Floats | None = None) -> None:
        self._values = values
        self._under = values if under is None else under
        self._before = np.concatenate([[-np.inf], np.maximum.accumulate(values)])
        self._after = np.concatenate([np.maximum.accumulate(values[::-1])[::-1], [-np.inf]])
        self._known: dict[int, Floats] = {}

    def highest(self, runs: Sequence[Run], first: int, last: int) -> Floats:
        """The highest value with the shape at each place, float64[last - first + 1].

        The runs are in order, do not overlap, and lie within the series at every place.
        """
        count = last - first + 1
        start, end = first + runs[0][0], first + runs[-1][0] + runs[-1][1]
        highest: Floats = np.maximum(self._before[start : start + count], self._after[end : end + count])
        free_from = runs[0][0]
        for offset, length, added in runs:
            if offset > free_from:
                at = first + free_from
                between = sliding_max(self._values, offset - free_from)
                np.maximum(highest, between[at : at + count], out=highest)
            if length not in self._known:
                self._known[length] = sliding_max(self._under, length)
            at = first + offset
            np.maximum(highest, self._known[length][at : at + count] + added, out=highest)
            free_from = offset + length
        return highest

    def highest_of_all(self, added: Floats, first: int, last: int) -> Floats:
        """The same where each of a shape's places adds something else, float64[length] or one row a place."""
        count, length = last - first + 1, added.shape[-1]
        end = first + length
        touched = sliding_window_view(self._under, length)[first : last + 1] + added
        beside = np.maximum(self._before[first : first + count], self._after[end : end + count])
        return np.asarray(np.maximum(touched.max(axis=1), beside))


def highest_with(values: Floats, under: Floats, runs: Sequence[Run], first: int, last: int) -> Floats:
    """`Sliding.highest`, looking closely only at what the shape can reach; the first run begins at 0."""
    end = last + runs[-1][0] + runs[-1][1]
    beside = max(values[:first].max(initial=-np.inf), values[end:].max(initial=-np.inf))
    near = Sliding(values[first:end], under[first:end]).highest(runs, 0, last - first)
    return np.asarray(np.maximum(near, beside))


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """What a machine draws standing where that is not the same all the time.

    `before` float64[n + 1] sums it up, in kW-minutes; it falls away within `runs`.
    """

    before: Floats
    runs: Sequence[Run]


def highest_windows(
    sums: Floats,
    divisors: Floats,
    window: int,
    added: Floats,
    first: int,
    last: int,
    rest: Rest | None = None,
) -> Floats:
    """The highest of windows' sums over their divisors when `added` is put in at each start.

    `added` float64[length], one value a minute; windows of so many minutes from 0 on, the last may be
    shorter; a window whose sum is -inf does not count. float64[last - first + 1]. All starts of the same
    place in their window add the same to the windows that they touch, so that these are tried together.
    """
    if rest is None and len(added) > 1 and (added == added[0]).all():
        return _highest_of_one_level(sums, divisors, window, added, first, last)
    means = Sliding(sums / divisors)
    highest = np.empty(last - first + 1)
    for start in range(first, min(first + window, last + 1)):
        place, offset = divmod(start, window)
        rows = len(range(start, last + 1, window))
        into = _window_sums(added, offset, window)
        if rest is not None:
            into = into - _rest_under(rest, start, offset, window, (rows, len(into)))
        highest[start - first :: window] = _highest(means, into / divisors[0], place, rows)
        end = place + rows - 1 + into.shape[-1]
        if end == len(sums) and divisors[-1] != divisors[0]:
            final = sums.copy()
            final[place + rows - 1 :] += into if into.ndim == 1 else into[-1]
            highest[start - first + (rows - 1) * window] = (final / divisors).max()
    return highest


def _highest_of_one_level(
    sums: Floats, divisors: Floats, window: int, added: Floats, first: int, last: int
) -> Floats:
    """The same where every minute adds as much: a row for each window, a column for each minute of it.

    The starts of a column end equally far into a window. Three times as fast as column by column (measured).
    """
    level, length, places = float(added[0]), len(added), np.arange(window)
    beyond = np.full(2, -np.inf)  # the last row may have starts after `last`, which reach beyond the windows
    means, divisors = np.append(sums / divisors, beyond), np.append(divisors, (1.0, 1.0))
    before = np.append(-np.inf, np.maximum.accumulate(means))
    after = np.append(np.maximum.accumulate(means[::-1])[::-1], beyond)
    rows = np.arange(first // window, last // window + 1)
    highest = np.empty((len(rows), window))
    into_first = level * np.minimum(window - places, length)
    further = (places + length - 1) // window
    for windows in range(int(further[0]), int(further[-1]) + 1):
        columns = slice(*np.searchsorted(further, [windows, windows + 1]).tolist())
        until = rows + windows
        whole = np.maximum(before[rows], after[until + 1])
        if windows > 1:
            between = sliding_max(means, windows - 1)[rows + 1] + level * window / divisors[0]
            whole = np.maximum(whole, between)
        into_last = level * np.minimum(places[columns] + length - windows * window, length)
        highest[:, columns] = np.maximum(
            np.maximum(whole[:, None], means[rows, None] + into_first[columns] / divisors[rows, None]),
            means[until, None] + into_last / divisors[until, None],
        )
    return highest.ravel()[first % window : first % window + last - first + 1]


def _highest(means: Sliding, into: Floats, place: int, rows: int) -> Floats:
    if into.ndim == 1:
        edges = [0, *(np.flatnonzero(into[1:] != into[:-1]) + 1).tolist(), len(into)]
        if len(edges) <= FEW_RUNS + 1:
            runs = [(a, b - a, float(into[a])) for a, b in itertools.pairwise(edges)]
            return means.highest(runs, place, place + rows - 1)
    return means.highest_of_all(into, place, place + rows - 1)


def _window_sums(added: Floats, offset: int, window: int) -> Floats:
    """What falls into each window when the first minute is `offset` minutes into the first of them."""
    edges = np.arange(-offset, len(added), window)
    edges[0] = 0
    return np.asarray(np.add.reduceat(added, edges), dtype=np.float64)


def _rest_under(rest: Rest, start: int, offset: int, window: int, shape: tuple[int, int]) -> Floats:
    """What falls away in each touched window (columns), for every `window`-th start (rows)."""
    rows, columns = shape
    gone = np.zeros((rows, columns))
    for begins, length, _ in rest.runs:
        for column in range((offset + begins) // window, (offset + begins + length - 1) // window + 1):
            since = start + max(begins, column * window - offset)
            to = start + min(begins + length, (column + 1) * window - offset)
            gone[:, column] += rest.before[to::window][:rows] - rest.before[since::window][:rows]
    return gone
