"""The slow, obvious twin of cover_kernel.py: window by window, minute by minute."""

from __future__ import annotations

from collections.abc import Sequence

from solver.layout import Floats


def seen_in_windows(start: int, end: int, step: int, horizon: int, steep: float) -> list[float]:
    """How much of a machine that runs from `start` to `end` counts in each window."""
    found = []
    for low in range(0, horizon, step):
        high = low + step  # a last window that the horizon cuts is not filled by what ends with it
        inside = sum(low <= minute < high for minute in range(start, end))
        if low < start and end < high:
            inside = 0
        length = min(high, horizon) - low
        found.append(max(0.0, 1.0 - steep * (1.0 - inside / length)) if inside else 0.0)
    return found


def cost_of_covers(
    start: int, end: int, price: Floats, steep: Sequence[float], step: int, horizon: int
) -> float:
    """What covers make it cost; price is float64[C, W], `steep` the machine's in each cover, 0 outside."""
    return float(
        sum(
            row[w] * amount
            for row, slope in zip(price, steep, strict=True)
            if slope > 0
            for w, amount in enumerate(seen_in_windows(start, end, step, horizon, slope))
        )
    )
