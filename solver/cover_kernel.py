"""What covers see of batches, and what they make it cost; the twin is cover_reference.py.

A batch is seen whole in each window that it runs through, by `seen` in the two at its ends, and not at all
where it lies within one window: that says less, and is as true.
"""

from __future__ import annotations

from solver.kernel_options import inner_kernel, outer_kernel
from solver.layout import Floats, Ints
from solver.plant_tables import PlantTables


@inner_kernel
def seen(steep: float, share: float) -> float:
    """How much of a machine counts that runs through a share of a window (covers.py)."""
    return float(max(0.0, 1.0 - steep * (1.0 - share)))


@outer_kernel
def cover_prices(
    price: Floats, steep: Floats, step: int, window_min: Floats, begins: Floats, ends: Floats
) -> None:
    """Fills begins[m, t] and ends[m, t], whose sum is what a batch costs that runs from one t to the other.

    price is float64[C, W]; steep is float64[C, M], 0 where a machine is not of the cover.
    """
    horizon = begins.shape[1] - 1
    for m in range(len(begins)):
        total = 0.0  # of the windows before
        for w in range(price.shape[1]):
            whole = 0.0
            for c in range(len(price)):
                if steep[c, m] > 0.0:
                    whole += price[c, w]
            low, high = w * step, min((w + 1) * step, horizon)
            begins[m, low], ends[m, low] = -total, total
            for t in range(low + 1, high):
                begins[m, t] = -total - whole
                ends[m, t] = total
            if whole > 0.0:
                for c in range(len(price)):
                    if steep[c, m] > 0.0 and price[c, w] > 0.0:
                        for t in range(low + 1, high):
                            begins[m, t] += price[c, w] * seen(steep[c, m], (high - t) / window_min[w])
                            ends[m, t] += price[c, w] * seen(steep[c, m], (t - low) / window_min[w])
            total += whole
        begins[m, horizon], ends[m, horizon] = -total, total


@outer_kernel
def cover_usage(starts: Ints, tables: PlantTables, steep: Floats, usage: Floats) -> None:
    """Adds to usage[c, w] how much the cover sees of all batches."""
    step = tables.grid_min[0]
    for m in range(len(tables.batch_at) - 1):
        for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
            start, end = starts[b], starts[b] + tables.duration[b]
            whole, until = (start + step - 1) // step, end // step
            if until < whole:
                continue
            before = (whole * step - start) / tables.window_min[max(0, whole - 1)]
            for c in range(len(steep)):
                if steep[c, m] == 0.0:
                    continue
                for w in range(whole, until):
                    usage[c, w] += 1.0
                if before > 0.0:
                    usage[c, whole - 1] += seen(steep[c, m], before)
                if end > until * step:
                    share = (end - until * step) / tables.window_min[until]
                    usage[c, until] += seen(steep[c, m], share)
