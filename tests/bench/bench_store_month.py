"""The store over thirty days of plant time: memory, growth and log, as fast as this machine can.

VALLEYLINE_BENCH_MONTH_POINTS says how many points are read once a second of plant time (600 is the whole
claim, 1.56 thousand million readings, and takes most of a day), VALLEYLINE_BENCH_MONTH_DAYS how many days.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from devices.clock import Clock
from tests.bench import store_month

POINTS = int(os.environ.get("VALLEYLINE_BENCH_MONTH_POINTS", "4"))
DAYS = int(os.environ.get("VALLEYLINE_BENCH_MONTH_DAYS", "30"))


def run() -> dict[str, object]:
    """Figures by day."""
    with tempfile.TemporaryDirectory() as folder:
        return store_month.figures(Path(folder) / "month.db", POINTS, DAYS, Clock())
