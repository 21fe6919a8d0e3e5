"""The plain twin of analogs_kernel.py."""

from __future__ import annotations

import numpy as np

from solver.layout import Floats


def weighted_quantiles(values: Floats, weights: Floats, shares: Floats) -> Floats:
    """`values` float64[m, n], NaN unknown; `weights` float64[looks, m]: float64[looks, shares, n]."""
    out = np.full((len(weights), len(shares), values.shape[1]), np.nan)
    for look, weight in enumerate(weights):
        for column, column_values in enumerate(values.T):
            used = np.isfinite(column_values) & (weight > 0)
            order = np.argsort(column_values[used])
            ordered = weight[used][order]
            if len(order):
                middles = (np.cumsum(ordered) - 0.5 * ordered) / ordered.sum()
                out[look, :, column] = np.interp(shares, middles, column_values[used][order])
    return out
