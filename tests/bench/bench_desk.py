"""How soon the desk shows a live value, how long its thread is held, how it stands a burst of alarms.

And how soon it is gone, whatever it is busy with, what a day of 100 live curves costs, how fast a year of 12
moves, and what memory does in 24 hours.
"""

from __future__ import annotations

import json
import os
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
BURST_PROBE = Path(__file__).with_name("alarm_burst_probe.py")
BURST_RUNS = 3
CURVES_PROBE = Path(__file__).with_name("curves_probe.py")
CURVES = ("live", "pan", "memory")
LEAVING_PROBE = Path(__file__).with_name("leaving_probe.py")
CHECKOUT = Path(__file__).parents[2]
PACKAGED = "VALLEYLINE_PACKAGED"  # says where a program is that PyInstaller built


def run() -> dict[str, object]:
    """Medians of five starts on a plant that is being read meanwhile; a first start is not counted."""
    warm_kernels()
    with tempfile.TemporaryDirectory() as folder:
        world = start_clock(prepare(Path(folder) / "plant", 60.0, 240.0))
        companions = Companions(world.data_dir, world.clock)
        companions.start()
        try:
            time.sleep(READ_FIRST_S)
            measured = [probe(world.data_dir) for _ in range(RUNS + 1)][1:]
            packaged = packaged_starts(os.environ.get(PACKAGED), world.data_dir)
        finally:
            companions.end()
        bursts = [burst(world.data_dir) for _ in range(BURST_RUNS)]
        leaving = measured_by([sys.executable, str(LEAVING_PROBE), str(world.data_dir)])
        curves: dict[str, float] = {}
        for what in CURVES:
            curves |= measured_by([sys.executable, str(CURVES_PROBE), what, str(Path(folder) / "curves")])
    names = ("first_value_s", "held_p99_ms", "held_max_ms")
    medians = {f"{name}_median": round(statistics.median(m[name] for m in measured), 2) for name in names}
    in_burst = {
        f"burst_{name}_median": round(statistics.median(m[name] for m in bursts), 2) for name in bursts[0]
    }
    return {
        **medians,
        **packaged,
        **in_burst,
        **{name: round(value, 3) for name, value in (leaving | curves).items()},
        "held_worst_ms": round(max(m["held_max_ms"] for m in measured), 1),
        "runs": RUNS,
    }


def packaged_starts(program: str | None, data_dir: Path) -> dict[str, float]:
    """How soon a packaged desk has drawn its first page with all values: a little after the first of them."""
    if program is None:
        return {}
    times_s = [packaged_start(program, data_dir) for _ in range(RUNS + 1)][1:]
    return {"packaged_first_page_s_median": round(statistics.median(times_s), 2)}


def packaged_start(program: str, data_dir: Path) -> float:
    """Seconds from the process's start until the picture of its first page is there."""
    with tempfile.TemporaryDirectory() as pictures:
        began_s = time.perf_counter()
        desk = subprocess.Popen(
            [program, "snapshot", "--data", str(data_dir), "--out", pictures], stdout=subprocess.DEVNULL
        )
        while desk.poll() is None and not (Path(pictures) / "overview.png").exists():
            time.sleep(0.005)
        took_s = time.perf_counter() - began_s
        desk.wait()
    return took_s


def burst(data_dir: Path) -> dict[str, float]:
    """3 000 alarms at once, and somebody who scrolls through them."""
    command = [sys.executable, str(BURST_PROBE), str(data_dir)]
    return measured_by(command)


def probe(data_dir: Path) -> dict[str, float]:
    """One start of a desk that measures itself."""
    command = [sys.executable, str(PROBE), str(data_dir), repr(time.time())]
    return measured_by(command)


def measured_by(command: list[str]) -> dict[str, float]:
    """What a probe prints, of this checkout's desk."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    said = subprocess.check_output(command, stderr=subprocess.DEVNULL, env=environment)
    found: dict[str, float] = json.loads(said)
    return found
