"""Means of what was read, interval by interval."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hmi.store.database import Store
from hmi.store.readings import series


def interval_means(
    store: Store, point: str, from_ms: int, interval_ms: int, count: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Of each interval the mean, float64[count], NaN where nothing was read, and how many readings it has."""
    to_ms = from_ms + count * interval_ms
    read = series(store, point, from_ms, to_ms)
    good = np.isfinite(read.value) & (read.t_ms >= from_ms) & (read.t_ms < to_ms)
    slot = (read.t_ms[good] - from_ms) // interval_ms
    readings = np.bincount(slot, minlength=count)
    total = np.bincount(slot, weights=read.value[good], minlength=count)
    return np.where(readings > 0, total / np.maximum(readings, 1), np.nan), readings
