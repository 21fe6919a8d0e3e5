"""The store over thirty days of plant time: memory, growth and log, as fast as this machine can.

VALLEYLINE_BENCH_MONTH_POINTS says how many points are read once a second of plant time (600 is the whole
claim, 1.56 thousand million readings, and takes hours), VALLEYLINE_BENCH_MONTH_DAYS how many days,
VALLEYLINE_BENCH_MONTH_FILE where the file is kept: one that is there is gone on with after its last whole
day. Each day prints a line when it is over.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tests.bench import store_month

POINTS = int(os.environ.get("VALLEYLINE_BENCH_MONTH_POINTS", "4"))
DAYS = int(os.environ.get("VALLEYLINE_BENCH_MONTH_DAYS", "30"))
KEPT = os.environ.get("VALLEYLINE_BENCH_MONTH_FILE", "")


def run() -> dict[str, object]:
    """Figures by day."""
    with tempfile.TemporaryDirectory() as folder:
        return store_month.figures(Path(KEPT or f"{folder}/month.db"), POINTS, DAYS)
