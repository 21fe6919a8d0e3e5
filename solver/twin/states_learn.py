"""Learns a machine's states from its power alone: expectation-maximisation from several beginnings."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from solver.twin.grid import Grid
from solver.twin.states_fit import MOST_STEPS, LevelFit, fitted
from solver.twin.states_model import PowerScale, StateModel, kernel_matrix
from solver.twin.states_name import named_model, switched_model

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_LEVELS = 5
NEVER_ABOVE = 2.0  # times what zero fluctuates by is what a record that never left zero reaches
SMOOTHINGS = (1, 3, 9)  # readings over which a beginning is smoothed


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
    noise = zero_noise_kw(good)
    if 0 < top < NEVER_ABOVE * noise:
        return None
    floor = max(floor, noise)
    return PowerScale(max(floor, min(0.5 * _resolution_kw(good), 0.1 * top)), 1.3 * top)


def zero_noise_kw(power_kw: FloatArray) -> float:
    """What a meter's zero fluctuates by, twice its root mean square; 0 where hardly a reading is negative."""
    below = power_kw[power_kw < 0]
    return 2.0 * math.sqrt(float(np.mean(below**2))) if len(below) > 0.01 * len(power_kw) else 0.0


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
    model = named_model(max(fits, key=_score_of), scale, grid)
    if model is not None:
        return model
    pairs = [fit for fit in fits if len(fit.emission) == 2]
    return switched_model(max(pairs, key=_score_of), scale, grid) if pairs else None


def _score_of(fit: LevelFit) -> float:
    return fit.score


def _fits(bins: IntArray, levels: int) -> list[LevelFit]:
    """Fits with so many levels from each smoothing's beginning; none where the record has fewer values."""
    kernel = kernel_matrix()
    found = []
    for window in SMOOTHINGS:
        labels = _beginning(bins, levels, window)
        if labels is not None:
            found.append(fitted(bins, labels, levels, kernel))
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
