"""The plain twins of states_kernel.py, for tests: whole matrices, and every path of a short record."""

from __future__ import annotations

import itertools
import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


def expected_counts(
    bins: IntArray, emission: FloatArray, transition: FloatArray, first: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Sums over every path: log-likelihood, occupations [K, B], moves [K, K]."""
    states = len(first)
    seen = np.where(bins[:, None] >= 0, emission.T[bins], 1.0)  # float64[n, K]
    chance, occupied, moved = 0.0, np.zeros(emission.shape), np.zeros((states, states))
    for path in itertools.product(range(states), repeat=len(bins)):
        p = first[path[0]] * math.prod(seen[t, k] for t, k in enumerate(path))
        p *= math.prod(transition[j, k] for j, k in itertools.pairwise(path))
        chance += p
        for t, k in enumerate(path):
            if bins[t] >= 0:
                occupied[k, bins[t]] += p
        for j, k in itertools.pairwise(path):
            moved[j, k] += p
    return math.log(chance), occupied / chance, moved / chance


def path_log(
    path: IntArray,
    bins: IntArray,
    log_emission: FloatArray,
    log_transition: FloatArray,
    log_first: FloatArray,
) -> float:
    """The log-probability of one path with the readings."""
    value = float(log_first[path[0]])
    value += float(np.sum(np.where(bins >= 0, log_emission[path, np.maximum(bins, 0)], 0.0)))
    return value + float(np.sum(log_transition[path[:-1], path[1:]]))


def likeliest_log(
    bins: IntArray,
    log_emission: FloatArray,
    log_transition: FloatArray,
    log_first: FloatArray,
    least: IntArray,
) -> float:
    """The best log-probability over every path whose inner stretches last at least `least`."""
    best = -math.inf
    for choice in itertools.product(range(len(least)), repeat=len(bins)):
        path = np.array(choice, dtype=np.int64)
        if holds_dwell(path, least):
            best = max(best, path_log(path, bins, log_emission, log_transition, log_first))
    return best


def holds_dwell(path: IntArray, least: IntArray) -> bool:
    """Whether every stretch that neither begins nor ends the record lasts long enough."""
    lengths = [(int(state), len(list(run))) for state, run in itertools.groupby(path.tolist())]
    return all(length >= least[state] for state, length in lengths[1:-1])
