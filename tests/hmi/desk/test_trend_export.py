"""What is exported of a thinned history cannot be taken for readings."""

from __future__ import annotations

import math
from zoneinfo import ZoneInfo

import numpy as np

from hmi.desk.trend_data import Window
from hmi.desk.trend_export import rows
from hmi.store.thinning import Series
from solver.durations import MINUTE_MS

MILL, KILN = "mill_25.power_kw", "kiln.power_kw"


def test_means_are_told_from_readings_point_by_point() -> None:
    t_ms = np.arange(4, dtype=np.int64) * MINUTE_MS
    series = Series(t_ms, np.array([40.0, math.nan, 41.0, 42.0]), np.array([0, 2, 1, 0], np.int8))
    window = Window(0, 4 * MINUTE_MS, {MILL: series, KILN: series}, {MILL: 3 * MINUTE_MS, KILN: 0})
    found = list(rows(window, ZoneInfo("UTC"), lambda: None))
    assert [row[2] for row in found] == ["GOOD MEAN", "BAD", "UNCERTAIN MEAN", "GOOD"]
    assert [row[4] for row in found] == ["GOOD", "BAD", "UNCERTAIN", "GOOD"]
    assert [row[1] for row in found] == [40.0, None, 41.0, 42.0]
