"""The kernels of analogs.py and blend.py: quantiles of weighted values; plain twins: analogs_reference.py."""

from __future__ import annotations

from numba import njit

from solver.layout import Floats, Ints


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


@njit(cache=True, nogil=True)
def sorted_quantiles(values: Floats, days: Ints, weights: Floats, share: float, out: Floats) -> None:
    """`values` float64[n, m] rise in each row, NaN last; their days int64[n, m], beyond `weights` unseen.

    One quantile for each row to `out` float64[n], as `weighted_quantiles` has it.
    """
    for row in range(len(values)):
        known = 0
        total = 0.0
        while known < values.shape[1] and values[row, known] == values[row, known]:
            if days[row, known] < len(weights):
                total += weights[days[row, known]]
            known += 1
        wanted = share * total
        passed, before_at, before = 0.0, 0.0, float("nan")
        found = float("nan")
        for i in range(known):
            weight = weights[days[row, i]] if days[row, i] < len(weights) else 0.0
            if weight <= 0.0:
                continue
            value = values[row, i]
            middle = passed + 0.5 * weight
            if middle >= wanted:
                found = value
                if before == before and middle > before_at:
                    found = before + (value - before) * (wanted - before_at) / (middle - before_at)
                break
            passed += weight
            before_at, before, found = middle, value, value
        out[row] = found
