"""The kernel of analogs.py: quantiles of weighted values; its plain twin is in analogs_reference.py."""

from __future__ import annotations

from numba import njit

from solver.layout import Floats


@njit(cache=True, nogil=True)
def weighted_quantiles(values: Floats, weights: Floats, shares: Floats, out: Floats) -> None:
    """`values` float64[m, n], NaN unknown; `weights` float64[looks, m] to `out` float64[looks, shares, n]."""
    count, columns = values.shape
    for column in range(columns):
        order = values[:, column].argsort()  # NaN last
        known = count
        while known > 0 and values[order[known - 1], column] != values[order[known - 1], column]:
            known -= 1
        for look in range(weights.shape[0]):
            total = 0.0
            for i in range(known):
                total += weights[look, order[i]]
            for share in range(len(shares)):
                wanted = shares[share] * total
                passed, before_at, before = 0.0, 0.0, float("nan")
                found = float("nan")
                for i in range(known):
                    weight = weights[look, order[i]]
                    if weight <= 0.0:
                        continue
                    value = values[order[i], column]
                    middle = passed + 0.5 * weight
                    if middle >= wanted:
                        found = value
                        if before == before and middle > before_at:
                            found = before + (value - before) * (wanted - before_at) / (middle - before_at)
                        break
                    passed += weight
                    before_at, before, found = middle, value, value
                out[look, share, column] = found
