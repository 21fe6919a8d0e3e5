"""Everything that must hold before a change lands: format, lint, types, imports, tests, the executable."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SMOKE_SPEED = "900"
ON_TWO_CORES = ["-n", "3", "--dist", "loadfile"]  # a third process works while others wait
CHECKS = {
    "format": [BIN / "ruff", "format", "--check", "."],
    "lint": [BIN / "ruff", "check", "."],
    "imports": [BIN / "lint-imports"],
    "types": [BIN / "mypy", "--no-incremental"],
}


def run(name: str, command: list[str | Path], **environment: str) -> bool:
    """Runs one check, says how long it took, and whether it held."""
    print(f"── {name}", flush=True)
    started = time.monotonic()
    status = subprocess.call([str(part) for part in command], cwd=ROOT, env={**os.environ, **environment})
    print(
        f"── {name}: {'held' if status == 0 else f'FAILED ({status})'} in {time.monotonic() - started:.0f} s",
        flush=True,
    )
    return status == 0


def start_warming() -> subprocess.Popen[bytes]:
    """Begins to compile the search's kernels into their cache, beside checks that use one core."""
    warm = "from solver.warm import *; warm_kernels(); warm_special_kernels(); warm_coupled_kernels()"
    return subprocess.Popen([sys.executable, "-c", warm], cwd=ROOT)


def start_build(folder: Path) -> subprocess.Popen[bytes]:
    """Begins to build the one-folder program; most of a test's time is waiting, so both fit on two cores."""
    build = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    where = ["--distpath", folder, "--workpath", folder / "work"]
    return subprocess.Popen([str(part) for part in [*build, *where, ROOT / "build.spec"]], cwd=ROOT)


def executable_plays(folder: Path) -> bool:
    """Lets the built program play its headless demonstration, faster than a person would watch it."""
    program = folder / "valleyline" / ("valleyline.exe" if os.name == "nt" else "valleyline")
    where = ["--data", folder / "data", "--snapshots", folder / "pictures"]
    held = run("executable's headless demo", [program, "demo", "--headless", "--speed", SMOKE_SPEED, *where])
    return held and (folder / "pictures" / "report.json").exists()


def everything_holds(folder: Path) -> bool:
    """Compiles and builds while the checks run, then the tests, then the executable."""
    build, warming = start_build(folder), start_warming()
    held = [run(name, command) for name, command in CHECKS.items()]
    warm = warming.wait() == 0  # or both of the tests' processes would compile the same kernels
    chosen = ["-m", "not nightly", "--hypothesis-profile=steady"]
    tested = run("tests", [sys.executable, "-m", "pytest", "-q", *chosen, *ON_TWO_CORES])
    built = build.wait() == 0
    print(f"── build of the executable: {'held' if built else 'FAILED'}", flush=True)
    return all(held) and warm and tested and built and executable_plays(folder)


def main(arguments: list[str]) -> int:
    """Runs all checks, or pytest alone with the given arguments."""
    if arguments:
        return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=ROOT)
    with tempfile.TemporaryDirectory() as name:
        return 0 if everything_holds(Path(name)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
