"""The solver's kernels as files: shipped compiled, and kept where the packaged program's user may write.

Numba by itself asks for the source of a kernel, which is not shipped, and else keeps what it compiled in a
folder that depends on where the program was started from. On another kind of processor than the build's they
are compiled anew.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from numba.core.caching import UserProvidedCacheLocator

SHIPPED = "kernels"
STAMPS = "stamps.json"
UNFINISHED = "unfinished-"


def compiled_kernels(root: Path) -> Iterator[tuple[Path, Path]]:
    """The files in which a checkout's kernels lie compiled, each with the folder that it is shipped in."""
    for path in sorted(root.glob("solver/**/__pycache__/*.nb[ci]")):
        if (path.parents[1] / path.name.split(".")[0]).with_suffix(".py").exists():
            yield path, SHIPPED / path.parents[1].relative_to(root)


def source_stamps(root: Path) -> dict[str, str]:
    """What Numba knows the source of each module in a checkout by: the SHA-256 of its bytes, in hex."""
    paths = sorted(root.glob("solver/**/*.py"))
    return {
        ".".join(path.relative_to(root).with_suffix("").parts): sha256(path.read_bytes()).hexdigest()
        for path in paths
    }


def kept_kernels(shipped: Path, cache_folder: Path) -> Path:
    """The folder in which this build keeps its kernels: at first the shipped ones. Other builds' go."""
    kept = cache_folder / sha256((shipped / STAMPS).read_bytes()).hexdigest()[:16]
    if not kept.exists():
        cache_folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=UNFINISHED, dir=cache_folder) as unfinished:
            copied = shutil.copytree(shipped, Path(unfinished) / kept.name)
            try:
                copied.rename(kept)
            except OSError:
                if not kept.exists():  # else another process was first
                    raise
        for other in cache_folder.iterdir():
            if other != kept and not other.name.startswith(UNFINISHED):
                shutil.rmtree(other, ignore_errors=True)
    return kept


@cache
def _of_this_build(shipped: Path, cache_folder: Path) -> tuple[Path, dict[str, str]]:
    """Where this process finds its kernels, and each module's stamp; looked for once, not for each kernel.

    Where nothing can be written they lie in a folder of their own until the program ends (`doctor` says that
    the user's cannot be written).
    """
    try:
        kept = kept_kernels(shipped, cache_folder)
    except OSError:
        own = mkdtemp(prefix="valleyline-kernels-")
        atexit.register(shutil.rmtree, own, ignore_errors=True)
        kept = kept_kernels(shipped, Path(own))
    return kept, json.loads((shipped / STAMPS).read_bytes())


class KernelFiles(UserProvidedCacheLocator):
    """Tells Numba where a kernel of the packaged program lies compiled, and by what its source is known."""

    def __init__(self, kernel: Callable[..., Any], _file: str) -> None:
        shipped = Path(sys._MEIPASS) / SHIPPED  # type: ignore[attr-defined]  # PyInstaller's
        kept, stamps = _of_this_build(shipped, Path(os.environ["NUMBA_CACHE_DIR"]))
        self._lineno = kernel.__code__.co_firstlineno
        self._cache_path = str(kept.joinpath(*kernel.__module__.split(".")[:-1]))
        self._stamp = bytes.fromhex(stamps[kernel.__module__])

    @classmethod
    def from_function(cls, kernel: Callable[..., Any], file: str) -> KernelFiles:
        """The place of one kernel's files."""
        return cls(kernel, file)

    def get_source_stamp(self) -> bytes:
        """What Numba knows the kernel's source by."""
        return self._stamp
