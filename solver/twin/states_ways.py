"""What a level is where its power alone does not say: how steady it is, how long it lasts, how it is left."""

from __future__ import annotations

import itertools
import math

import numpy as np
import numpy.typing as npt

from solver.states import MINUTE_MS
from solver.twin.states_model import BINS, PowerScale

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Values = FloatArray | IntArray

NEARLY_RUNNING = 0.85
HALF = 0.5  # of the running power; what lies apart below it idles where nothing else does
STEADY = 1.4  # times less from reading to reading than running is steady
RESTLESS = 3.0  # times more is something else, such as a heater that cycles
LITTLE_TIME = 0.03  # of the time at work a level needs to be one
MIXED = 0.5  # of the lesser side lies between two levels: they are one that wanders
APART_LASTING = 0.25  # ... and no more than this between two that each last
CLEAR = 0.2  # log-ratio of two levels
SMOOTHED = 6  # a level's usual stay is smoothed over this part of it
REST_MS = 6 * MINUTE_MS  # rests within running are usually no longer, or a reading
KINDS_APART = 4.0  # times longer is another kind of rest
RESTS_A_STOP = 3.0  # rests within running for each stop


def state_by_ways(
    bins: IntArray, levels: IntArray, state: IntArray, level_kw: FloatArray, passing: Mask
) -> IntArray:
    """The state of each level, int64[K], once its ways are minded.

    `levels` int64[n] is the level of each step. Idling that wanders into running without a step is running;
    where nothing idles, the lowest level at work does if it lies apart below half of those above or is much
    steadier than they are.
    """
    state = state.copy()
    for k in np.argsort(-level_kw):
        if state[k] == 2 and not passing[k] and _wanders(bins, levels == k, (state == 3)[levels]):
            state[k] = 3
    at_work = np.flatnonzero((state == 3) & ~passing)
    if (state[levels] == 2).sum() > LITTLE_TIME * (state[levels] >= 2).sum() or len(at_work) < 2:
        return state
    lowest = int(at_work[np.argmin(level_kw[at_work])])
    low, above = levels == lowest, (state[levels] == 3) & (levels != lowest)
    if low.sum() < LITTLE_TIME * above.sum() or above.sum() < LITTLE_TIME * low.sum():
        return state
    if level_kw[lowest] < HALF * float(np.median(level_kw[levels[above]])) and _is_below(
        bins[low & (bins >= 0)], bins[above & (bins >= 0)]
    ):
        state[lowest] = 2
        return state
    near_kw = NEARLY_RUNNING * float(np.median(level_kw[levels[above]]))
    if level_kw[lowest] < near_kw and STEADY * _restlessness(bins, low) <= _restlessness(bins, above):
        state[lowest] = 2
    return state


def one_that_wanders(bins: IntArray, levels: IntArray, level_kw: FloatArray, passing: Mask) -> IntArray:
    """For each level the one that it is joined to, int64[K], where one load passes through them as it wanders.

    Levels that follow each other in power are one if both are as restless and nothing divides them; steps in
    which the machine started or stopped are not looked at.
    """
    joined = np.arange(len(level_kw))
    order = [int(k) for k in np.argsort(level_kw) if not passing[k]]
    for low, high in itertools.pairwise(order):
        inside = levels == low, levels == high
        if _is_one(bins, *inside):
            joined[high] = joined[low]
    return joined


def _is_one(bins: IntArray, low: Mask, high: Mask) -> bool:
    seen = bins >= 0
    if not (low & seen).any() or not (high & seen).any():
        return False
    ratio = _restlessness(bins, low) / _restlessness(bins, high)
    if not 1 / RESTLESS < ratio < RESTLESS:
        return False
    return _between(bins[(low | high) & seen], bins[low & seen], bins[high & seen]) >= MIXED


def _is_below(low: IntArray, above: IntArray) -> bool:
    """Whether nearly all of one lies below nearly all of the other."""
    return bool(np.quantile(low, 0.95) < np.quantile(above, 0.05))


def _wanders(bins: IntArray, low: Mask, running: Mask) -> bool:
    """Whether a level is the lower part of running: as restless, with nothing that divides them."""
    if not low.any() or not running.any():
        return False
    ratio = _restlessness(bins, low) / _restlessness(bins, running)
    if not 1 / STEADY < ratio < RESTLESS:
        return False
    return _between(bins, bins[low & (bins >= 0)], bins[running & (bins >= 0)]) >= MIXED


def _restlessness(bins: IntArray, inside: Mask) -> float:
    """How far a reading usually is from the next within a level, in bins; half a bin at least."""
    pairs = inside[1:] & inside[:-1] & (bins[1:] >= 0) & (bins[:-1] >= 0)
    steps = np.abs(np.diff(bins))[pairs]
    return 0.5 + (float(np.mean(np.minimum(steps, np.quantile(steps, 0.9)))) if len(steps) else 0.0)


def _between(values: Values, low: Values, high: Values) -> float:
    """How many values lie in the middle third between two levels, as a share of the lesser's own third."""
    if len(low) == 0 or len(high) == 0:
        return 0.0
    middle_low, middle_high = float(np.median(low)), float(np.median(high))
    edges = middle_low + (middle_high - middle_low) * np.array([-1, 1, 2, 4]) / 3
    counts = np.histogram(values, np.sort(edges))[0]
    return float(counts[1]) / max(1.0, float(min(counts[0], counts[2])))


def lower_by_lasting(
    bins: IntArray, levels: IntArray, level_kw: FloatArray, passing: Mask, scale: PowerScale
) -> Mask:
    """Which levels are the lower of two kinds whose readings overlap, but which each last.

    Smoothed over a part of how long they last, two kinds come apart and one that wanders does not.
    """
    order = [int(k) for k in np.argsort(level_kw) if not passing[k]]
    best, lower = 0.0, np.zeros(len(level_kw), dtype=np.bool_)
    for cut in range(1, len(order)):
        below = level_kw <= level_kw[order[cut - 1]]
        gap = _lasting_gap(bins, below[levels], scale)
        if gap > best:
            best, lower = gap, below
    return lower


def _lasting_gap(bins: IntArray, low: Mask, scale: PowerScale) -> float:
    """The log-ratio between two kinds of stretches, 0 where smoothing does not divide them."""
    edges = np.flatnonzero(np.diff(low)) + 1
    if len(edges) < 2:
        return 0.0
    lengths = np.sort(np.diff(edges))
    window = int(lengths[np.searchsorted(np.cumsum(lengths), 0.5 * lengths.sum())]) // SMOOTHED
    seen = bins >= 0
    total = np.concatenate(([0.0], np.cumsum(np.where(seen, bins, 0))))
    count = np.concatenate(([0], np.cumsum(seen)))
    first = np.maximum(np.arange(len(bins)) - window // 2, 0)
    last = np.minimum(first + max(1, window), len(bins))
    smooth = (total[last] - total[first]) / np.maximum(count[last] - count[first], 1)
    sides = smooth[low & seen], smooth[~low & seen]
    gap = (float(np.median(sides[1])) - float(np.median(sides[0]))) * _log_per_bin(scale)
    return gap if gap >= CLEAR and _between(smooth[seen], *sides) <= APART_LASTING else 0.0


def _log_per_bin(scale: PowerScale) -> float:
    return math.log1p(scale.top_kw / scale.p0_kw) / BINS


def running_edges(path: IntArray) -> IntArray:
    """Where running begins and ends by turns, int64[2 * stretches], of a path of states."""
    return np.flatnonzero(np.diff(np.concatenate(([0], (path == 3).astype(np.int8), [0]))))


def rest_within_running(path: IntArray, step_ms: int) -> int:
    """The longest rest, in steps, that belongs to running; 0 where a stop is a stop.

    A machine that works in bursts has two kinds of stops, many short and a few much longer ones.
    """
    edges = running_edges(path)
    rests = np.sort(edges[2::2] - edges[1:-1:2])
    if len(rests) < 2:
        return 0
    logs = np.log(rests)
    counts = np.arange(1, len(logs))
    below = np.cumsum(logs)[:-1] / counts
    above = (logs.sum() - np.cumsum(logs)[:-1]) / (len(logs) - counts)
    cut = int(np.argmax(counts * (len(logs) - counts) * (above - below) ** 2)) + 1
    short, long = rests[:cut], rests[cut:]
    apart = float(np.median(long)) >= KINDS_APART * float(np.median(short))
    often = len(short) >= RESTS_A_STOP * len(long)
    brief = float(np.median(short)) * step_ms <= max(REST_MS, step_ms)
    return int(short[-1]) if apart and often and brief else 0
