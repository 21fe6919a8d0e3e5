"""The environment of the peers: .venv-peers, made from requirements-bench.lock; nothing in .venv changes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import msgspec

from tests.bench.solver_cost import Found, Task

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / ".venv-peers"
LOCK = CHECKOUT / "requirements-bench.lock"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
SPARE_S = 600  # for imports, and for peers that do not know a clock


class PeerError(Exception):
    """A peer, or all of them, cannot run; the text is one sentence."""


def make_ready() -> None:
    """Installs the peers unless they are there already; raises PeerError where that fails."""
    stamp = FOLDER / "stamp"
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode() + str(CHECKOUT).encode()).hexdigest()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing the peers into {FOLDER.name} (once; needs the network)", file=sys.stderr, flush=True)
    try:
        venv.create(FOLDER, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise PeerError(f"The peers were skipped: {FOLDER.name} could not be made ({error}).") from error
    # Without dependencies: the lock names them all, among them a newer NumPy than mealpy asks for.
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-deps"]
    done = subprocess.run([*pip, "--require-hashes", "-r", LOCK], capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["no reason given"]
        raise PeerError(f"The peers were skipped: pip could not install {LOCK.name} ({lines[-1]}).")
    stamp.write_text(wanted)


def ask(task: Task) -> list[Found]:
    """Runs a peer in a process of its own; raises PeerError with what it said last where it fails."""
    with tempfile.TemporaryDirectory() as folder:  # pyswarms writes a log where it runs
        try:
            done = subprocess.run(
                [PYTHON, "-W", "ignore", "-m", "tests.bench.solver_peers"],
                input=msgspec.json.encode(task),
                capture_output=True,
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(CHECKOUT), "MPLCONFIGDIR": folder},
                timeout=task.seconds + SPARE_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise PeerError(f"{task.peer} did not end within {error.timeout:.0f} s.") from error
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
        raise PeerError(f"{task.peer} ended with status {done.returncode} and said: {last[-1]}")
    answer = done.stdout.splitlines()[-1]  # HiGHS greets on standard output
    return msgspec.json.decode(answer, type=list[Found])
