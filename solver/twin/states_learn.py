"""Learns a machine's states from its power alone: expectation-maximisation from several beginnings."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.states import MINUTE_MS
from solver.twin.grid import Grid
from solver.twin.states_kernel import expected_counts, likeliest_path
from solver.twin.states_model import BINS, PowerScale, StateModel, kernel_matrix, smoothed

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_LEVELS = 5
SMOOTHINGS = (1, 3, 9)  # readings over which a beginning is smoothed
ROUNDS = 25
SETTLED = 1e-4  # gain a reading below which a round changes nothing
PARAMETERS = 8.0  # that a level's emission counts for, with its dwell
MOST_STEPS = 40_000
NOT_RUNNING = 0.4  # of the running power: less is idling
RARE = 0.1  # what holds less of the working time than this is a peak, not what running takes
PASSING = 0.4  # a rare level that is left sooner than it is kept is a passage between others
CLEAR = 0.2  # log-ratio from which two levels without a third are standby and running
APART = 1.05  # and between the upper's low and the lower's high power there is nothing
WIDE_BINS = 15  # between the 10 and 90 % quantiles of a power that fluctuates
STEADIER = 3.0  # times narrower than running is steady
NEARLY_RUNNING = 0.85
STANDBY_BELOW = 0.08  # of running
SHUTDOWN_BELOW = 0.002
LEAST_RUNNING_MS = 20 * MINUTE_MS
LEAST_OTHER_MS = 2 * MINUTE_MS
BURST_MS = 8 * MINUTE_MS  # running that usually lasts no longer, or no more than so many steps, is bursts
BURST_STEPS = 3
CLOSINGS = (3, 6, 12, 24)  # steps between bursts that a beginning takes for running
LITTLE = 0.2  # moves that are presumed between any two states


@dataclass(frozen=True, slots=True)
class _Fit:
    """Levels without names: emission [K, BINS], transition [K, K], how long in each bin [K, BINS]."""

    emission: FloatArray
    transition: FloatArray
    occupied: FloatArray
    likelihood: float
    score: float


def power_scale(power_kw: FloatArray) -> PowerScale | None:
    """The scale of a record: P0 a thousandth of what it reaches for long, or what its zero fluctuates by."""
    good = power_kw[np.isfinite(power_kw)]
    if len(good) < 2:
        return None
    lasting = np.median(np.lib.stride_tricks.sliding_window_view(good, 3), axis=1) if len(good) > 2 else good
    top = float(np.quantile(lasting, 0.999))
    if top <= 0:
        return None
    floor = 0.001 * top
    below = good[good < 0]
    if len(below) > 0.01 * len(good):
        floor = max(floor, 2.0 * math.sqrt(float(np.mean(below**2))))
    return PowerScale(max(floor, min(0.5 * _resolution_kw(good), 0.1 * top)), 1.3 * top)


def _resolution_kw(power_kw: FloatArray) -> float:
    """The step of a meter that counts in whole steps; 0 where none is seen."""
    values = np.unique(np.round(np.abs(power_kw), 9))
    if len(values) < 2:
        return 0.0
    step = float(np.min(np.diff(values)))
    off = np.abs(values / step - np.round(values / step))
    return step if float(np.max(off)) < 1e-3 else 0.0


def learned_model(grid: Grid) -> StateModel | None:
    """The states of a machine from a record of it; None where it never changed or was hardly read."""
    scale = power_scale(grid.power_kw)
    if scale is None:
        return None
    bins = scale.bins(grid.power_kw)[-MOST_STEPS:]
    fits = [fit for levels in range(2, MOST_LEVELS + 1) for fit in _fits(bins, levels)]
    if not fits:
        return None
    return _named(max(fits, key=_score_of), scale, grid)


def _score_of(fit: _Fit) -> float:
    return fit.score


def _fits(bins: IntArray, levels: int) -> list[_Fit]:
    """Fits with so many levels from each smoothing's beginning; none where the record has fewer values."""
    kernel = kernel_matrix()
    found = []
    for window in SMOOTHINGS:
        labels = _beginning(bins, levels, window)
        if labels is not None:
            found.append(_fitted(bins, labels, levels, kernel))
    return found


def _beginning(bins: IntArray, levels: int, window: int) -> IntArray | None:
    """Labels by one-dimensional k-means of the smoothed bins, -1 where there is no reading."""
    good = bins >= 0
    seen = bins[good].astype(np.float64)
    if len(seen) < 4 * window * levels:
        return None
    padded = np.pad(seen, window // 2, mode="edge")
    smooth = np.lib.stride_tricks.sliding_window_view(padded, window).mean(axis=1)[: len(seen)]
    centres = np.quantile(np.unique(np.round(smooth)), (np.arange(levels) + 0.5) / levels)
    for _ in range(30):
        label = np.argmin(np.abs(smooth[:, None] - centres[None, :]), axis=1)
        counts = np.bincount(label, minlength=levels)
        if np.any(counts == 0):
            return None
        after = np.bincount(label, weights=smooth, minlength=levels) / counts
        if np.allclose(after, centres):
            break
        centres = after
    result = np.full(len(bins), -1, dtype=np.int64)
    result[good] = label
    return result


def _fitted(bins: IntArray, labels: IntArray, levels: int, kernel: FloatArray) -> _Fit:
    occupied = np.zeros((levels, BINS))
    good = labels >= 0
    np.add.at(occupied, (labels[good], bins[good]), 1.0)
    pairs = good[1:] & good[:-1]
    moved = np.zeros((levels, levels))
    np.add.at(moved, (labels[:-1][pairs], labels[1:][pairs]), 1.0)
    likelihood = -math.inf
    for _ in range(ROUNDS):
        emission = smoothed(occupied, kernel)
        transition = _transition(moved, occupied)
        before = likelihood
        likelihood, occupied, moved = expected_counts(
            bins, emission, transition, np.full(levels, 1.0 / levels)
        )
        if likelihood - before < SETTLED * len(bins):
            break
    cost = 0.5 * levels * (PARAMETERS + levels - 1) * math.log(max(2, int(good.sum())))
    return _Fit(emission, transition, occupied, likelihood, likelihood - cost)


def _named(fit: _Fit, scale: PowerScale, grid: Grid) -> StateModel | None:
    """Gives each level its state by its power, and joins the levels of one state."""
    bins = scale.bins(grid.power_kw)[-MOST_STEPS:]
    level_kw = np.array([_quantile_kw(row, scale, 0.75) for row in fit.occupied])
    width = np.array([_quantile(row, 0.9) - _quantile(row, 0.1) for row in fit.occupied])
    weight = fit.occupied.sum(axis=1)
    passing = (np.diag(fit.transition) < PASSING) & (weight < 2 * RARE * weight.sum())
    working = _working(level_kw, weight, passing)
    state = _states_of(level_kw, width, working, scale)
    if state.min() == 3:
        state[_lower_of_two(fit.occupied[~passing], level_kw, scale)] = 2
    path = state[_path(bins, fit, np.ones(len(state), dtype=np.int64))]
    usual_ms = _usual_ms(path, grid.step_ms)
    bursts = usual_ms < max(BURST_MS, BURST_STEPS * grid.step_ms)
    gaps = CLOSINGS if bursts else (0, *CLOSINGS)
    middles = np.array([_quantile(row, 0.5) for row in fit.occupied])
    nearest = state[np.argmin(np.abs(bins[:, None] - middles[None, :]), axis=1)]
    starts = [_closed(bins, path, gap) for gap in gaps] + [_closed(bins, nearest, gap) for gap in CLOSINGS]
    joined = max(starts, key=_likelihood_of)
    usual_ms = _usual_ms(_path(bins, joined, np.ones(4, dtype=np.int64)), grid.step_ms)
    least = min(LEAST_RUNNING_MS, max(LEAST_OTHER_MS, usual_ms // 4))
    present = joined.occupied.sum(axis=1) > 0.5
    if present.sum() < 2:
        return None
    return StateModel(
        scale=scale,
        step_ms=grid.step_ms,
        emission=joined.emission,
        transition=joined.transition,
        level_kw=np.where(present, [_quantile_kw(row, scale, 0.5) for row in joined.occupied], math.nan),
        least_ms=np.array([LEAST_OTHER_MS] * 3 + [least], dtype=np.int64),
        present=present,
    )


def _transition(moved: FloatArray, occupied: FloatArray) -> FloatArray:
    """Moves between states that occur, each with a little chance; one that does not occur stays alone."""
    present = occupied.sum(axis=1) > 0.5
    counts = np.where(present[:, None] & present[None, :], moved + LITTLE, np.eye(len(moved)))
    result: FloatArray = counts / counts.sum(axis=1, keepdims=True)
    return result


def _closed(bins: IntArray, path: IntArray, gap: int) -> _Fit:
    """A fit that begins with running wherever it stops for no more than `gap` steps.

    A machine that works in bursts shorter than any running is one fluctuating state, whose low level may be
    that of idling as well: only how long it stays tells them apart.
    """
    labels = path.copy()
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (path == 3).astype(np.int8), [0]))))
    for stop, start in zip(edges[1:-1:2], edges[2::2], strict=True):
        if start - stop <= gap:
            labels[stop:start] = 3
    return _fitted(bins, np.where(bins >= 0, labels, -1), 4, kernel_matrix())


def _path(bins: IntArray, fit: _Fit, least: IntArray) -> IntArray:
    with np.errstate(divide="ignore"):
        logs = np.log(fit.emission), np.maximum(np.log(fit.transition), -1e9)
    first = np.where(fit.occupied.sum(axis=1) > 0.5, 0.0, -1e9)
    return likeliest_path(bins, *logs, first, least).astype(np.int64)


def _usual_ms(path: IntArray, step_ms: int) -> int:
    """How long a stretch of running lasts in which half of the running time lies; long where none runs."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (path == 3).astype(np.int8), [0]))))
    lengths = np.sort(edges[1::2] - edges[::2])
    if len(lengths) == 0:
        return LEAST_RUNNING_MS * 4
    half = int(np.searchsorted(np.cumsum(lengths), 0.5 * lengths.sum()))
    return int(lengths[half]) * step_ms


def _likelihood_of(fit: _Fit) -> float:
    return fit.likelihood


def _quantile_kw(row: FloatArray, scale: PowerScale, share: float) -> float:
    at = _quantile(row, share)
    return 0.0 if at == 0 else float(scale.kw(float(at)))


def _quantile(row: FloatArray, share: float) -> int:
    """The bin below which this share of a row lies."""
    total = np.cumsum(row)
    return min(int(np.searchsorted(total, share * total[-1])), BINS - 1)


def _working(level_kw: FloatArray, weight: FloatArray, passing: npt.NDArray[np.bool_]) -> int:
    """The level that running has: the highest that is not a rare peak among those that might be running."""
    order = np.argsort(-level_kw)
    above = 0.0
    for k in order:
        above += weight[k]
        if not passing[k] and above >= RARE * weight[level_kw >= 0.25 * level_kw[k]].sum():
            return int(k)
    return int(order[0])


def _lower_of_two(settled: FloatArray, level_kw: FloatArray, scale: PowerScale) -> npt.NDArray[np.bool_]:
    """Which levels lie below a clear gap, where nothing else says what is standby and what is running.

    `settled` float64[S, BINS] are the levels that last, between which the gap is looked for.
    """
    shares = np.array([[_quantile_kw(row, scale, share) for share in (0.05, 0.5, 0.95)] for row in settled])
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
