"""Hidden Markov kernels on binned power; their plain twins are in states_reference.py.

A reading is the index of its bin, -1 where there is none; a state's emission is a row of the table over bins.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@njit(cache=True, nogil=True)
def expected_counts(
    bins: IntArray, emission: FloatArray, transition: FloatArray, first: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """One E-step: log-likelihood, how often each state was in each bin [K, B], and each move was made [K, K].

    `bins` int64[n], `emission` float64[K, B], `transition` float64[K, K] with rows summing to one.
    """
    count, states = len(bins), len(first)
    alpha = np.empty((count, states))
    scale = np.empty(count)
    likelihood = 0.0
    for t in range(count):
        total = 0.0
        for k in range(states):
            if t == 0:
                value = first[k]
            else:
                value = 0.0
                for j in range(states):
                    value += alpha[t - 1, j] * transition[j, k]
            if bins[t] >= 0:
                value *= emission[k, bins[t]]
            alpha[t, k] = value
            total += value
        scale[t] = total
        for k in range(states):
            alpha[t, k] /= total
        likelihood += math.log(total)
    occupied = np.zeros(emission.shape)
    moved = np.zeros((states, states))
    beta = np.ones(states)
    weighted = np.empty(states)
    for t in range(count - 1, -1, -1):
        if bins[t] >= 0:
            for k in range(states):
                occupied[k, bins[t]] += alpha[t, k] * beta[k]
        if t == 0:
            break
        for k in range(states):
            weighted[k] = beta[k] / scale[t]
            if bins[t] >= 0:
                weighted[k] *= emission[k, bins[t]]
        for j in range(states):
            value = 0.0
            for k in range(states):
                step = transition[j, k] * weighted[k]
                moved[j, k] += alpha[t - 1, j] * step
                value += step
            beta[j] = value
    return likelihood, occupied, moved


@njit(cache=True, nogil=True)
def likeliest_path(
    bins: IntArray,
    log_emission: FloatArray,
    log_transition: FloatArray,
    log_first: FloatArray,
    least: IntArray,
) -> npt.NDArray[np.int8]:
    """Viterbi with an explicit least dwell: the most likely states int8[n], each held at least `least[k]`.

    A stretch at either end of the record may be shorter: it began before, or goes on.
    """
    count, states = len(bins), len(least)
    total = np.zeros((count + 1, states))  # running sums of log-emissions
    for t in range(count):
        for k in range(states):
            total[t + 1, k] = total[t, k] + (log_emission[k, bins[t]] if bins[t] >= 0 else 0.0)
    best = np.full((count, states), -np.inf)  # ends at t in k, where it may be left
    since = np.zeros((count, states), dtype=np.int64)  # the stretch's first reading
    came = np.full((count, states), -1, dtype=np.int64)  # the state before it
    for t in range(count):
        for k in range(states):
            stay = log_transition[k, k]
            if t == 0:
                best[0, k] = log_first[k] + total[1, k]
                continue
            best[t, k] = best[t - 1, k] + stay + total[t + 1, k] - total[t, k]
            since[t, k], came[t, k] = since[t - 1, k], came[t - 1, k]
            begin = t - least[k] + 1
            if begin < 1:
                continue
            for j in range(states):
                if j == k:
                    continue
                value = best[begin - 1, j] + log_transition[j, k]
                value += total[t + 1, k] - total[begin, k] + (least[k] - 1) * stay
                if value > best[t, k]:
                    best[t, k], since[t, k], came[t, k] = value, begin, j
    return _traced(best, since, came, total, log_transition, least)


@njit(cache=True, nogil=True)
def _traced(
    best: FloatArray,
    since: IntArray,
    came: IntArray,
    total: FloatArray,
    log_transition: FloatArray,
    least: IntArray,
) -> npt.NDArray[np.int8]:
    """The path back from the best end; the last stretch may be younger than its least dwell."""
    count, states = best.shape
    path = np.zeros(count, dtype=np.int8)
    if count == 0:
        return path
    top, state, begin, before = -np.inf, 0, 0, -1
    for k in range(states):
        if best[count - 1, k] > top:
            top, state = best[count - 1, k], k
            begin, before = since[count - 1, k], came[count - 1, k]
        for start in range(max(1, count - least[k] + 1), count):
            for j in range(states):
                if j != k:
                    value = best[start - 1, j] + log_transition[j, k] + total[count, k] - total[start, k]
                    value += (count - 1 - start) * log_transition[k, k]
                    if value > top:
                        top, state, begin, before = value, k, start, j
    end = count
    while True:
        for t in range(begin, end):
            path[t] = state
        if before < 0 or begin == 0:
            break
        end, state = begin, before
        before, begin = came[end - 1, state], since[end - 1, state]
    return path
