"""Everything that must hold before a change lands: format, lint, types, imports, tests, the executable."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SMOKE_SPEED = "400"  # a plant day in 216 s, which is over before the tests are
PYTEST = [sys.executable, "-m", "pytest", "-q", "-m", "not nightly", "--hypothesis-profile=steady"]
# Two work while two wait, mostly; in the order given: programs that are waited for come first.
ON_TWO_CORES = ["-n", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
WITHOUT_COMPILING = [
    f"tests/{room}" for room in ("devices", "widgets", "hmi/store", "hmi/station", "hmi/desk")
]
CHECKS = {
    "format": [BIN / "ruff", "format", "--check", "."],
    "lint": [BIN / "ruff", "check", "."],
    "imports": [BIN / "lint-imports"],
    "types": [BIN / "mypy", "--no-incremental"],
    # Once, and kept: else each of the processes that run the tests would prepare all their assertions anew.
    "collection": [*PYTEST, "--collect-only", "-qq"],
}


def run(name: str, command: list[str | Path]) -> bool:
    """Runs one check, says how long it took, and whether it held."""
    print(f"── {name}", flush=True)
    started = time.monotonic()
    return said(name, subprocess.call([str(part) for part in command], cwd=ROOT), started)


def said(name: str, status: int, started: float) -> bool:
    """Says whether a check held."""
    held = "held" if status == 0 else f"FAILED ({status})"
    print(f"── {name}: {held} in {time.monotonic() - started:.0f} s", flush=True)
    return status == 0


def start_warming() -> subprocess.Popen[bytes]:
    """Begins to compile the search's kernels into their cache, beside checks that use one core."""
    warm = "from solver.warm import warm_everything; warm_everything()"
    return subprocess.Popen([sys.executable, "-c", warm], cwd=ROOT)


def executable_plays(folder: Path, warming: subprocess.Popen[bytes]) -> tuple[int, float, str]:
    """Builds the one-folder program, lets it play its headless demonstration, faster than one would watch it.

    It ships the kernels, so that it waits until they are compiled.
    Returns its status, when it began, and what it said.
    """
    warming.wait()
    started = time.monotonic()
    build = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    where = ["--distpath", folder, "--workpath", folder / "work"]
    program = folder / "valleyline" / ("valleyline.exe" if os.name == "nt" else "valleyline")
    demo = [program, "demo", "--headless", "--speed", SMOKE_SPEED]
    into = ["--data", folder / "data", "--snapshots", folder / "pictures"]
    text = ""
    for command in ([*build, *where, ROOT / "build.spec"], [*demo, *into]):
        ended = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        text += ended.stdout
        if ended.returncode:
            return ended.returncode, started, text
    return 0 if (folder / "pictures" / "report.json").exists() else 1, started, text


def tests_hold(warming: subprocess.Popen[bytes]) -> bool:
    """Runs first the tests that hardly compile, for several processes would compile the same kernels.

    All of them give way to the executable's demonstration, which plays beside them and keeps a plant's time.
    """
    give_way = ["nice", "-n", "10"] if shutil.which("nice") else []
    held = run("tests", [*give_way, *PYTEST, *ON_TWO_CORES, *WITHOUT_COMPILING, *all_other_tests()])
    warm = warming.wait() == 0
    if not warm:
        print("── compiling the kernels: FAILED", flush=True)
    return held and warm


def all_other_tests() -> list[str]:
    """The folders and files below tests/ that are not among the first."""
    tests = ROOT / "tests"
    below = sorted([*tests.glob("*/"), *(tests / "hmi").glob("*/"), *(tests / "hmi").glob("test_*.py")])
    parts = [
        path.relative_to(ROOT).as_posix() for path in below if any(path.rglob("test_*.py")) or path.is_file()
    ]
    return [part for part in parts if part not in (*WITHOUT_COMPILING, "tests/hmi")]


def everything_holds(folder: Path) -> bool:
    """Compiles and builds while the checks run; the executable plays while the tests run."""
    with ThreadPoolExecutor(1) as beside:
        warming = start_warming()
        executable = beside.submit(executable_plays, folder, warming)
        held = [run(name, command) for name, command in CHECKS.items()]
        held.append(tests_hold(warming))
        status, started, text = executable.result()
    print(text, flush=True)
    return said("executable, built and playing its headless demo beside the tests", status, started) and all(
        held
    )


def main(arguments: list[str]) -> int:
    """Runs all checks, or pytest alone with the given arguments."""
    # Each of some hundred processes would translate all our modules anew where they may not be kept.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if arguments:
        return subprocess.call([sys.executable, "-m", "pytest", *arguments], cwd=ROOT)
    with tempfile.TemporaryDirectory() as name:
        return 0 if everything_holds(Path(name)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
