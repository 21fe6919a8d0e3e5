"""The store: a year of minutes beside rows, DuckDB and Parquet; readings coming in while desks read.

VALLEYLINE_BENCH_STORE_POINTS says how many points have a year (1000 is the whole claim and takes long;
plain rows then hold the first 20 only), VALLEYLINE_BENCH_STORE_S how long readings come in,
VALLEYLINE_BENCH_STORE_FILE where the year's file is kept: it is made once, and asked as often as one likes.
VALLEYLINE_BENCH_STORE_PEERS=0 leaves the peers out.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

from devices.clock import Clock
from tests.bench import store_ingest, store_sealed
from tests.bench.peer_environment import CHECKOUT, PYTHON, PeerError, make_ready

POINTS = int(os.environ.get("VALLEYLINE_BENCH_STORE_POINTS", "20"))
SECONDS = float(os.environ.get("VALLEYLINE_BENCH_STORE_S", "20"))
DAYS = 365
KEPT = os.environ.get("VALLEYLINE_BENCH_STORE_FILE", "")
WITH_PEERS = os.environ.get("VALLEYLINE_BENCH_STORE_PEERS", "1") != "0"
MOST_POINTS_IN_ROWS = 20  # ten thousand million bytes of rows would say nothing more


def run() -> dict[str, object]:
    """Figures of each kind; times are medians with a warm cache."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        found: dict[str, object] = {
            "in_with_desks": store_ingest.figures(Path(folder) / "in.db", SECONDS, clock),
            "sealed": store_sealed.figures(Path(KEPT or f"{folder}/year.db"), POINTS, DAYS, clock),
        }
    if not WITH_PEERS:
        return found
    try:
        make_ready()
    except PeerError as error:
        return {**found, "peers": str(error)}
    found["plain_rows"] = _peer("rows", min(POINTS, MOST_POINTS_IN_ROWS))
    return {**found, "duckdb": _peer("duckdb", POINTS), "parquet": _peer("parquet", POINTS)}


def _peer(name: str, points: int) -> object:
    """A peer's figures from a process of its own, or one sentence why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [PYTHON, "-m", "tests.bench.store_peers"],
            input=json.dumps({"peer": name, "folder": folder, "points": points, "days": DAYS}),
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            cwd=CHECKOUT,
            check=False,
        )
    if done.returncode:
        return f"{name} ended with status {done.returncode}: {' '.join(done.stderr.split()[-30:])}"
    return json.loads(done.stdout)
