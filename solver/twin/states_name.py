"""Gives the levels of a fit the names of states: what is running, idling, standing by, shut down."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.durations import MINUTE_MS
from solver.twin.grid import Grid
from solver.twin.states_fit import MOST_STEPS, LevelFit, as_labelled, fitted, path_through
from solver.twin.states_model import PowerScale, StateModel, kernel_matrix, quantile, quantile_kw
from solver.twin.states_ways import (
    CLEAR,
    MOSTLY,
    NEARLY_RUNNING,
    levels_beside,
    lower_by_lasting,
    one_that_wanders,
    rest_within_running,
    running_edges,
    state_by_ways,
    switches,
)

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

NOT_RUNNING = 0.4  # of the running power: less is idling
RARE = 0.1  # what holds less of the working time than this is a peak, not what running takes
PASSING = 0.4  # a rare level that is left sooner than it is kept is a passage between others
APART = 1.05  # and between the upper's low and the lower's high power there is nothing
SAME_BINS = 3  # between them of one power: what is passed through has any
WIDE_BINS = 15  # between the 10 and 90 % quantiles of a power that fluctuates
STEADIER = 3.0  # times narrower than running is steady
NEAR = 0.25  # of the distance to the level above
STANDBY_BELOW = 0.08  # of running
SHUTDOWN_BELOW = 0.002
LEAST_RUNNING_MS = 20 * MINUTE_MS
LEAST_OTHER_MS = 2 * MINUTE_MS
CLOSINGS = (0, 3, 6, 12, 24)  # steps between bursts that a beginning takes for running


@dataclass(frozen=True, slots=True)
class _Levels:
    """The levels of a record: which each step has, int64[n], how long each was in each bin, [K, BINS].

    `passing` bool[K]: what is only passed through when the machine starts or stops; `width` int64[K] bins in
    which a level is most of its time, without its wander.
    """

    path: IntArray
    occupied: FloatArray
    passing: npt.NDArray[np.bool_]
    width: IntArray
    scale: PowerScale

    @property
    def level_kw(self) -> FloatArray:
        """The power below which a level is for three quarters of its time, float64[K]."""
        return np.array([quantile_kw(row, self.scale, 0.75) for row in self.occupied])


def named_model(fit: LevelFit, scale: PowerScale, grid: Grid) -> StateModel | None:
    """Gives each level its state by its power and its ways, and joins the levels of one state."""
    bins = scale.bins(grid.power_kw)[-MOST_STEPS:]
    levels = _levels_of(fit, bins, scale)
    state = _lower_of_overlapping(bins, levels)
    if state is None:
        levels = _without_wandering(bins, levels)
        state = _state_of_each(scale.places(grid.power_kw)[-MOST_STEPS:], bins, levels)
    return _model_of(bins, levels, state, grid)


def switched_model(fit: LevelFit, scale: PowerScale, grid: Grid) -> StateModel | None:
    """The states of a machine that is always at work and switches between the two levels of a fit.

    The lower idles. None where the load only wanders.
    """
    bins = scale.bins(grid.power_kw)[-MOST_STEPS:]
    levels = _levels_of(fit, bins, scale)
    lower = int(np.argmin(levels.level_kw))
    if not switches(scale.places(grid.power_kw)[-MOST_STEPS:], levels.path == lower, scale):
        return None
    return _model_of(bins, levels, np.where(np.arange(2) == lower, 2, 3), grid)


def _model_of(bins: IntArray, levels: _Levels, state: IntArray, grid: Grid) -> StateModel | None:
    """The model of levels whose states are known; None where they are one."""
    scale = levels.scale
    labels = _halved(levels.path, state, levels.passing, scale.kw(np.maximum(bins, 0)))
    middles = np.array([quantile(row, 0.5) for row in levels.occupied])
    nearest = state[np.argmin(np.abs(bins[:, None] - middles[None, :]), axis=1)]
    joined = _joined(bins, labels, nearest, grid.step_ms)
    usual_ms = _usual_ms(path_through(bins, joined, np.ones(4, dtype=np.int64)), grid.step_ms)
    least = min(LEAST_RUNNING_MS, max(LEAST_OTHER_MS, usual_ms // 4))
    present = joined.occupied.sum(axis=1) > 0.5
    if present.sum() < 2:
        return None
    return StateModel(
        scale=scale,
        step_ms=grid.step_ms,
        emission=joined.emission,
        transition=joined.transition,
        level_kw=np.where(present, [quantile_kw(row, scale, 0.5) for row in joined.occupied], math.nan),
        least_ms=np.array([LEAST_OTHER_MS] * 3 + [least], dtype=np.int64),
        present=present,
    )


def _levels_of(fit: LevelFit, bins: IntArray, scale: PowerScale) -> _Levels:
    weight = fit.occupied.sum(axis=1)
    passing = (np.diag(fit.transition) < PASSING) & (weight < 2 * RARE * weight.sum())
    path = path_through(bins, fit, np.ones(len(weight), dtype=np.int64))
    width = np.array([quantile(row, 0.9) - quantile(row, 0.1) for row in fit.occupied])
    level_kw = np.array([quantile_kw(row, scale, 0.75) for row in fit.occupied])
    with np.errstate(divide="ignore", invalid="ignore"):
        near = np.abs(np.log(level_kw[:, None] / level_kw[None, :])) < CLEAR
    beside = near & passing[:, None] & passing[None, :]  # one load with two powers, such as a chiller's
    passing &= np.sum(fit.transition * beside, axis=1) < PASSING
    valleys, peaks = levels_beside(path, level_kw, np.zeros_like(passing))
    rests = (width <= SAME_BINS) & (valleys >= MOSTLY * peaks + 1)  # it falls back to this very power
    passing &= ~rests
    return _Levels(path, fit.occupied, passing, width, scale)


def _without_wandering(bins: IntArray, levels: _Levels) -> _Levels:
    """The same with those levels joined that one load wanders through, if that leaves two that last."""
    at_work = np.flatnonzero((_by_power(levels) >= 2) & ~levels.passing)
    if len(at_work) == 0:
        return levels
    lowest = int(at_work[np.argmin(levels.level_kw[at_work])])
    joined = one_that_wanders(bins, levels.path, levels.level_kw, levels.passing, lowest)
    kept = np.unique(joined)
    if np.sum(~levels.passing[kept]) < 2:
        return levels
    occupied = np.array([levels.occupied[joined == k].sum(axis=0) for k in kept])
    width = np.array([levels.width[joined == k].max() for k in kept])
    path = np.searchsorted(kept, joined)[levels.path]
    return _Levels(path, occupied, levels.passing[kept], width, levels.scale)


def _lower_of_overlapping(bins: IntArray, levels: _Levels) -> IntArray | None:
    """The state of each level where all of them are at work and only lasting divides them in two kinds."""
    state = _by_power(levels)
    if state.min() < 3 or _lower_of_two(levels).any():
        return None
    lower = lower_by_lasting(bins, levels.path, levels.level_kw, levels.passing, levels.scale)
    return np.where(lower, 2, state) if lower.any() else None


def _state_of_each(places: FloatArray, bins: IntArray, levels: _Levels) -> IntArray:
    """The state of each level, int64[K]."""
    state = _by_power(levels)
    lower = _lower_of_two(levels)
    if state.min() == 3 and lower.any():
        return np.where(lower, 2, state)
    return state_by_ways(places, bins, levels.path, state, levels.level_kw, levels.passing)


def _by_power(levels: _Levels) -> IntArray:
    level_kw = levels.level_kw
    working = _working(level_kw, levels.occupied.sum(axis=1), levels.passing)
    state = _states_of(level_kw, levels.width, working, levels.scale)
    return _with_near(state, level_kw, levels.passing, working)


def _with_near(
    state: IntArray, level_kw: FloatArray, passing: npt.NDArray[np.bool_], working: int
) -> IntArray:
    """A level that is much nearer to an idling one below than to what runs above idles too."""
    state = state.copy()
    order = [int(k) for k in np.argsort(level_kw) if not passing[k]]
    for low, middle, high in zip(order, order[1:], order[2:], strict=False):
        if state[low] == 2 and state[middle] == 3 and middle != working:
            near = math.log(level_kw[middle] / level_kw[low])
            if near < CLEAR and near < NEAR * math.log(level_kw[high] / level_kw[middle]):
                state[middle] = 2
    return state


def _halved(levels: IntArray, state: IntArray, passing: npt.NDArray[np.bool_], power: FloatArray) -> IntArray:
    """The state of each step, int64[n]; one in which the machine started or stopped is what most of it was.

    `power` float64[n] is that of each step; levels that are only passed through are such steps.
    """
    label, through = state[levels], passing[levels]
    stands = ~through & (label < 3)
    if not stands.any() or not (~through & (label == 3)).any():
        return label
    half = 0.5 * (np.median(power[stands]) + np.median(power[~through & (label == 3)]))
    settled = np.flatnonzero(~through)
    after = np.minimum(np.searchsorted(settled, np.arange(len(label))), len(settled) - 1)
    beside = np.minimum(label[settled[np.maximum(after - 1, 0)]], label[settled[after]])
    usual = int(np.argmax(np.bincount(label[stands])))
    below = np.where(beside < 3, beside, usual)
    return np.where(through, np.where(power >= half, 3, below), label)


def _joined(bins: IntArray, labels: IntArray, nearest: IntArray, step_ms: int) -> LevelFit:
    """One level a state; running goes on over the rests of a machine that works in bursts.

    Such a machine is one fluctuating state, whose low level may be that of idling as well: only how long it
    stays tells them apart, so the likeliest rest is looked for, from the path and from what is `nearest` to
    each reading. Elsewhere nothing is learned anew from here, lest a state move to where another is.
    """
    kernel = kernel_matrix()
    if _falls_to_idling(bins, labels):
        starts = [_closed(each, gap) for gap in CLOSINGS for each in (labels, nearest)]
        fits = [fitted(bins, np.where(bins >= 0, start, -1), 4, kernel) for start in starts]
        return max(fits, key=_likelihood_of)
    closed = _closed(labels, rest_within_running(labels, step_ms))
    return as_labelled(bins, np.where(bins >= 0, closed, -1), 4, kernel)


def _falls_to_idling(bins: IntArray, labels: IntArray) -> bool:
    """Whether a tenth of what runs draws no more than what usually idles."""
    running, idling = (bins[(labels == kind) & (bins >= 0)] for kind in (3, 2))
    if len(running) == 0 or len(idling) == 0:
        return False
    return bool(np.quantile(running, 0.1) <= np.median(idling))


def _likelihood_of(fit: LevelFit) -> float:
    return fit.likelihood


def _closed(path: IntArray, gap: int) -> IntArray:
    """The path with running wherever it stops for no more than `gap` steps."""
    labels = path.copy()
    edges = running_edges(path)
    for stop, start in zip(edges[1:-1:2], edges[2::2], strict=True):
        if start - stop <= gap:
            labels[stop:start] = 3
    return labels


def _usual_ms(path: IntArray, step_ms: int) -> int:
    """How long a stretch of running lasts in which half of the running time lies; long where none runs."""
    edges = running_edges(path)
    lengths = np.sort(edges[1::2] - edges[::2])
    if len(lengths) == 0:
        return LEAST_RUNNING_MS * 4
    half = int(np.searchsorted(np.cumsum(lengths), 0.5 * lengths.sum()))
    return int(lengths[half]) * step_ms


def _working(level_kw: FloatArray, weight: FloatArray, passing: npt.NDArray[np.bool_]) -> int:
    """The level that running has: the highest that is not a rare peak among those that might be running."""
    order = np.argsort(-level_kw)
    above = 0.0
    for k in order:
        above += weight[k]
        if not passing[k] and above >= RARE * weight[level_kw >= 0.25 * level_kw[k]].sum():
            return int(k)
    return int(order[0])


def _lower_of_two(levels: _Levels) -> npt.NDArray[np.bool_]:
    """Which levels lie below a clear gap, where nothing else says what is standby and what is running.

    The gap is looked for between the levels that last.
    """
    settled, level_kw, scale = levels.occupied[~levels.passing], levels.level_kw, levels.scale
    shares = np.array([[quantile_kw(row, scale, share) for share in (0.05, 0.5, 0.95)] for row in settled])
    low, middle, high = shares[np.argsort(shares[:, 1])].T
    middle = np.maximum(middle, scale.p0_kw)
    ratio = np.log(middle[1:] / middle[:-1])
    clear = (ratio >= CLEAR) & (low[1:] >= APART * high[:-1])
    if not clear.any():
        return np.zeros(len(level_kw), dtype=np.bool_)
    cut = int(np.argmax(np.where(clear, ratio, -1.0)))
    lower: npt.NDArray[np.bool_] = level_kw < 0.5 * (high[cut] + low[cut + 1])
    return lower


def _states_of(level_kw: FloatArray, width: IntArray, working: int, scale: PowerScale) -> IntArray:
    """The index in LEVELS of each level.

    What takes less than NOT_RUNNING of the running power is idling, and so is a steady level below a power
    that fluctuates.
    """
    running_kw = level_kw[working]
    state = np.full(len(level_kw), 3, dtype=np.int64)
    below = level_kw < NOT_RUNNING * running_kw
    if width[working] >= WIDE_BINS:
        below |= (level_kw < NEARLY_RUNNING * running_kw) & (STEADIER * width < width[working])
    state[below] = 2
    state[below & (level_kw < STANDBY_BELOW * running_kw)] = 1
    state[below & (level_kw < max(SHUTDOWN_BELOW * running_kw, scale.p0_kw))] = 0
    return state
