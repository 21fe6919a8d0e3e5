"""Two machines of which all plans are listed: their cheapest pair; twin special_pairs_reference.py."""

from __future__ import annotations

import numpy as np

from solver.kernel_options import outer_kernel
from solver.layout import Floats, Ints


@outer_kernel
def cheapest_pair(
    cost_a: Floats,
    used_a: Floats,
    means_a: Floats,
    cost_b: Floats,
    used_b: Floats,
    means_b: Floats,
    room: Floats,
    beside: Floats,
    part_at: Ints,
    price_per_kw: Floats,
    floor_kw: Floats,
    below: float,
    found: Ints,
) -> float:
    """The least cost of a pair that is below `below`, with its places in found int64[2]; infinity for none.

    Plans of either, cheapest first, use used[n, R] of what is left in room[R]; their means[n, P] come on top
    of beside[P], whose highest in part_at[k]..part_at[k + 1] - 1 costs price_per_kw[k], from floor_kw[k] on.
    """
    least, best = 0.0, below
    for k in range(len(price_per_kw)):
        peak = floor_kw[k]
        for w in range(part_at[k], part_at[k + 1]):
            peak = max(peak, beside[w])
        least += price_per_kw[k] * peak
    for a in range(len(cost_a)):
        if cost_a[a] + cost_b[0] + least >= best:
            break
        for b in range(len(cost_b)):
            cost = cost_a[a] + cost_b[b]
            if cost + least >= best:
                break
            for k in range(len(price_per_kw)):
                peak = floor_kw[k]
                for w in range(part_at[k], part_at[k + 1]):
                    peak = max(peak, beside[w] + means_a[a, w] + means_b[b, w])
                cost += price_per_kw[k] * peak
            if cost >= best:
                continue
            fits = True
            for r in range(len(room)):
                if used_a[a, r] + used_b[b, r] > room[r]:
                    fits = False
                    break
            if fits:
                best = cost
                found[0], found[1] = a, b
    return best if best < below else np.inf
