"""The kernels of analogs.py and blend.py: quantiles of weighted values; plain twins: analogs_reference.py."""

from __future__ import annotations

import numpy as np
from numba import njit

from solver.layout import Floats, Ints


@njit(cache=True, nogil=True)
def quantile_of_rising(values: Floats, weights: Floats, share: float) -> float:
    """The quantile of values float64[n] that rise, all known; NaN where no weight float64[n] is above 0."""
    total = 0.0
    for weight in weights:
        total += weight
    wanted = share * total
    passed, before_at, before = 0.0, 0.0, float("nan")
    for i in range(len(values)):
        weight = weights[i]
        if weight <= 0.0:
            continue
        value = values[i]
        middle = passed + 0.5 * weight
        if middle >= wanted:
            if before == before and middle > before_at:
                return float(before + (value - before) * (wanted - before_at) / (middle - before_at))
            return float(value)
        passed += weight
        before_at, before = middle, value
    return before


@njit(cache=True, nogil=True)
def known_of_rising(values: Floats) -> int:
    """How many of values float64[n] that rise are known; NaN lie last."""
    known = len(values)
    while known > 0 and values[known - 1] != values[known - 1]:
        known -= 1
    return known


@njit(cache=True, nogil=True)
def weighted_quantiles(values: Floats, weights: Floats, shares: Floats, out: Floats) -> None:
    """`values` float64[m, n], NaN unknown; `weights` float64[looks, m] to `out` float64[looks, shares, n]."""
    for column in range(values.shape[1]):
        order = values[:, column].argsort()  # NaN last
        risen = values[:, column][order]
        known = known_of_rising(risen)
        for look in range(weights.shape[0]):
            own = weights[look][order[:known]]
            for share in range(len(shares)):
                out[look, share, column] = quantile_of_rising(risen[:known], own, shares[share])


@njit(cache=True, nogil=True)
def sorted_quantiles(values: Floats, days: Ints, weights: Floats, share: float, out: Floats) -> None:
    """`values` float64[n, m] rise in each row, NaN last; their days int64[n, m], beyond `weights` unseen.

    One quantile for each row to `out` float64[n], as `weighted_quantiles` has it.
    """
    own = np.empty(values.shape[1])
    for row in range(len(values)):
        known = known_of_rising(values[row])
        for i in range(known):
            day = days[row, i]
            own[i] = weights[day] if day < len(weights) else 0.0
        out[row] = quantile_of_rising(values[row, :known], own[:known], share)
