"""What must happen between two minutes, against what may: the sum over batches that cannot be elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.check_breach import plain
from solver.infeasible_windows import BatchWindow

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_BEGINNINGS = 120  # stretches are tried from so many minutes on; fewer find less, never something wrong
TOLERANCE = 1e-6  # as the checker's, so that nothing is called impossible that it would let pass
ROUNDING = 1e-9  # of a sum
NAMED = 3


@dataclass(frozen=True, slots=True, eq=False)
class Musts:
    """What must be done from minute `since` to minute `to`, float64[items], and the batch it is for."""

    windows: Sequence[BatchWindow]
    since: Ints
    to: Ints
    amount: Floats


@dataclass(frozen=True, slots=True)
class Overfull:
    """A stretch in which more must be done than may."""

    since: int
    to: int
    needed: float
    allowed: float
    windows: list[BatchWindow]


def musts_of(items: Sequence[tuple[BatchWindow, int, int, float]]) -> Musts:
    """Items as (batch, from, to, amount)."""
    return Musts(
        [window for window, _, _, _ in items],
        np.array([since for _, since, _, _ in items], dtype=np.int64),
        np.array([to for _, _, to, _ in items], dtype=np.int64),
        np.array([amount for _, _, _, amount in items], dtype=np.float64),
    )


def overfull(musts: Musts, capacity: Callable[[int, Ints], Floats]) -> Overfull | None:
    """The stretch [a, b) that is overfull by most, where capacity(a, every b) says what may be done in it."""
    worst, found = 0.0, (-1, -1)
    order = np.argsort(musts.to, kind="stable")
    since, to, amount = musts.since[order], musts.to[order], musts.amount[order]
    for begin in _some(np.unique(since)).tolist():
        needed = np.cumsum(np.where(since >= begin, amount, 0.0))
        allowed = capacity(begin, to)
        over = np.where(to > begin, needed - allowed - ROUNDING * needed - TOLERANCE, -1.0)
        place = int(over.argmax())
        if over[place] > worst:
            worst, found = float(over[place]), (begin, int(to[place]))
    if worst <= 0.0:
        return None
    begin, end = found
    inside = (musts.since >= begin) & (musts.to <= end) & (musts.amount > 0)
    needed_there = float(musts.amount[inside].sum())
    allowed_there = float(capacity(begin, np.array([end], dtype=np.int64))[0])
    windows = [musts.windows[place] for place in np.flatnonzero(inside).tolist()]
    return Overfull(begin, end, needed_there, allowed_there, windows)


def _some(minutes: Ints) -> Ints:
    if len(minutes) <= MOST_BEGINNINGS:
        return minutes
    return minutes[np.linspace(0, len(minutes) - 1, MOST_BEGINNINGS).astype(np.int64)]


def lifted_by(excess: float) -> str:
    """By how much a limit must be raised, rounded up so that it is enough."""
    return plain(math.ceil(excess * 1000.0 - 1e-6) / 1000.0)


def names(windows: Sequence[BatchWindow]) -> str:
    """The batches for a sentence, the first few by name."""
    said = ", ".join(window.name for window in windows[:NAMED])
    more = len(windows) - NAMED
    return f"{'batch' if len(windows) == 1 else 'batches'} {said}" + (f" and {more} more" if more > 0 else "")


def first_of(windows: Sequence[BatchWindow]) -> dict[str, str | float]:
    """Machine and batch of the first, for params; empty where there is none."""
    if not windows:
        return {}
    return {"machine": windows[0].machine.id, "batch": windows[0].batch.id}
