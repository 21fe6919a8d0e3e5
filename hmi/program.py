"""How this program starts itself again: as a station, a simulated plant or a solver's worker."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import user_cache_path

VERSION = "0.1.0"  # pyproject.toml says the same


def is_packaged() -> bool:
    """Whether this is the executable that PyInstaller made."""
    return bool(getattr(sys, "frozen", False))


def own_command(*arguments: str | Path) -> list[str]:
    """The command line that runs this very program with these arguments."""
    program = [sys.executable] if is_packaged() else [sys.executable, "-m", "hmi"]
    return [*program, *(str(argument) for argument in arguments)]


def use_writable_kernel_cache() -> None:
    """Lets the packaged program keep its compiled kernels where the user may write, before Numba looks."""
    if is_packaged():
        os.environ["NUMBA_CACHE_LOCATOR_CLASSES"] = "hmi.kernel_files.KernelFiles"
        os.environ.setdefault(
            "NUMBA_CACHE_DIR", str(user_cache_path("valleyline", appauthor=False) / "kernels")
        )


def keep_products_on_one_thread() -> None:
    """Lets OpenBLAS multiply on the caller's thread alone; it looks when NumPy is first imported.

    From 10 000 numbers on, a week of minutes, it hands a product to threads that wait for each other: beside
    other work on all cores that takes milliseconds of processor time instead of microseconds.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
