"""Everything that must hold before a change lands: format, lint, types, imports, tests, the executable."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
ROOMS = ["devices", "solver", "widgets", "hmi"]
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


def executable_runs() -> bool:
    """Builds the one-folder program and lets it play its headless demo."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
        where = ["--distpath", folder, "--workpath", f"{folder}/work"]
        if not run("build of the executable", [*build, *where, ROOT / "build.spec"]):
            return False
        shutil.rmtree(f"{folder}/work", ignore_errors=True)
        program = Path(folder) / "valleyline" / ("valleyline.exe" if os.name == "nt" else "valleyline")
        demo = [
            program,
            "demo",
            "--headless",
            "--snapshots",
            f"{folder}/pictures",
            "--data",
            f"{folder}/data",
        ]
        return (
            run("executable's headless demo", demo) and (Path(folder) / "pictures" / "report.json").exists()
        )


def main(arguments: list[str]) -> int:
    """Runs all checks, or pytest alone with the given arguments."""
    if arguments:
        return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=ROOT)
    held = [run(name, command) for name, command in CHECKS.items()]
    held.append(run("tests", [sys.executable, "-m", "pytest", "-q", "-m", "not nightly"]))
    if all(held):
        held.append(executable_runs())
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
