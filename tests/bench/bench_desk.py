"""How soon the desk shows a live value, and how long its thread is held while a search runs."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hmi.demo.companions import Companions
from hmi.demo.play import warm_kernels
from hmi.demo.world import prepare, start_clock

RUNS = 5
READ_FIRST_S = 5.0
PROBE = Path(__file__).with_name("desk_probe.py")


def run() -> dict[str, object]:
    """Medians of five starts on a plant that is being read meanwhile; a first start is not counted."""
    warm_kernels()
    with tempfile.TemporaryDirectory() as folder:
        world = start_clock(prepare(Path(folder) / "plant", 60.0, 240.0))
        companions = Companions(world)
        companions.start()
        try:
            time.sleep(READ_FIRST_S)
            measured = [probe(world.data_dir) for _ in range(RUNS + 1)][1:]
        finally:
            companions.end()
    names = ("first_value_s", "held_p99_ms", "held_max_ms")
    medians = {f"{name}_median": round(statistics.median(m[name] for m in measured), 2) for name in names}
    return {**medians, "held_worst_ms": round(max(m["held_max_ms"] for m in measured), 1), "runs": RUNS}


def probe(data_dir: Path) -> dict[str, float]:
    """One start of a desk that measures itself."""
    command = [sys.executable, str(PROBE), str(data_dir), repr(time.time())]
    found: dict[str, float] = json.loads(subprocess.check_output(command, stderr=subprocess.DEVNULL))
    return found
