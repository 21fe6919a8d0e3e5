"""Levels of power without names: hidden Markov models fitted to binned power, and the paths through them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.twin.states_kernel import expected_counts, likeliest_path
from solver.twin.states_model import BINS, smoothed

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_STEPS = 40_000  # of a record, the last ones
ROUNDS = 25
SETTLED = 1e-4  # gain a reading below which a round changes nothing
PARAMETERS = 8.0  # that a level's emission counts for, with its dwell
LITTLE = 0.2  # moves that are presumed between any two states


@dataclass(frozen=True, slots=True)
class LevelFit:
    """Levels without names: emission [K, BINS], transition [K, K], how long in each bin [K, BINS]."""

    emission: FloatArray
    transition: FloatArray
    occupied: FloatArray
    likelihood: float
    score: float


def fitted(bins: IntArray, labels: IntArray, levels: int, kernel: FloatArray) -> LevelFit:
    """The likeliest levels from a beginning, `labels` int64[n] with -1 where there is none."""
    occupied, moved = _counted(bins, labels, levels)
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
    cost = 0.5 * levels * (PARAMETERS + levels - 1) * math.log(max(2, int((labels >= 0).sum())))
    return LevelFit(emission, transition, occupied, likelihood, likelihood - cost)


def as_labelled(bins: IntArray, labels: IntArray, levels: int, kernel: FloatArray) -> LevelFit:
    """Levels as their labels have them; nothing is learned that could move one to where it is likelier."""
    occupied, moved = _counted(bins, labels, levels)
    emission, transition = smoothed(occupied, kernel), _transition(moved, occupied)
    likelihood, _, _ = expected_counts(bins, emission, transition, np.full(levels, 1.0 / levels))
    return LevelFit(emission, transition, occupied, likelihood, likelihood)


def _counted(bins: IntArray, labels: IntArray, levels: int) -> tuple[FloatArray, FloatArray]:
    """How often each level was in each bin, and each move from level to level was made."""
    occupied = np.zeros((levels, BINS))
    good = labels >= 0
    np.add.at(occupied, (labels[good], bins[good]), 1.0)
    pairs = good[1:] & good[:-1]
    moved = np.zeros((levels, levels))
    np.add.at(moved, (labels[:-1][pairs], labels[1:][pairs]), 1.0)
    return occupied, moved


def _transition(moved: FloatArray, occupied: FloatArray) -> FloatArray:
    """Moves between states that occur, each with a little chance; one that does not occur stays alone."""
    present = occupied.sum(axis=1) > 0.5
    counts = np.where(present[:, None] & present[None, :], moved + LITTLE, np.eye(len(moved)))
    result: FloatArray = counts / counts.sum(axis=1, keepdims=True)
    return result


def path_through(bins: IntArray, fit: LevelFit, least: IntArray) -> IntArray:
    """The likeliest level of each step, int64[n], each kept for at least `least[k]` steps."""
    with np.errstate(divide="ignore"):
        logs = np.log(fit.emission), np.maximum(np.log(fit.transition), -1e9)
    first = np.where(fit.occupied.sum(axis=1) > 0.5, 0.0, -1e9)
    return likeliest_path(bins, *logs, first, least).astype(np.int64)
