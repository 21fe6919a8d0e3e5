"""The packaged program finds the kernels that its build compiled, wherever it is started from."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hmi.kernel_files import STAMPS, compiled_kernels, kept_kernels, source_stamps

ROOT = Path(__file__).resolve().parents[2]
PLAYED = """
import sys
sys._MEIPASS = sys.argv[1]
import numpy as np
from solver.swarm_kernel import decode
decode(np.array([3.0]), np.zeros((1, 20), np.int64), np.zeros(1, np.int64), np.zeros((1, 1, 2), np.int64))
print(sum(decode.stats.cache_hits.values()), sum(decode.stats.cache_misses.values()))
"""
IN_CHECKOUT = PLAYED.replace("sys._MEIPASS = sys.argv[1]\n", "")


def run(script: str, *arguments: str, **environment: str) -> str:
    """What a process of its own says that has the checkout's modules."""
    command = [sys.executable, "-c", script, *arguments]
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("NUMBA_")}
    return subprocess.check_output(
        command,
        cwd=environment.pop("cwd", ROOT),
        env=inherited | {"PYTHONPATH": str(ROOT)} | environment,
        text=True,
    ).strip()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """What a build ships of one kernel, whose two files have just been compiled or were so before."""
    run(IN_CHECKOUT)
    for path, folder in compiled_kernels(ROOT):
        if path.name.startswith("swarm_kernel."):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, tmp_path / folder)
    (tmp_path / "kernels" / STAMPS).write_text(json.dumps(source_stamps(ROOT)))
    return tmp_path / "kernels"


def test_a_shipped_kernel_is_not_compiled_again_from_whichever_folder_it_is_started(shipped: Path) -> None:
    packaged = {
        "NUMBA_CACHE_LOCATOR_CLASSES": "hmi.kernel_files.KernelFiles",
        "NUMBA_CACHE_DIR": str(shipped.parent / "kept"),
    }
    for cwd in (shipped, shipped.parent):
        assert run(PLAYED, str(shipped.parent), cwd=str(cwd), **packaged) == "1 0"


def test_where_the_cache_cannot_be_written_a_shipped_kernel_is_used_all_the_same(shipped: Path) -> None:
    (shipped.parent / "a_file").touch()
    packaged = {
        "NUMBA_CACHE_LOCATOR_CLASSES": "hmi.kernel_files.KernelFiles",
        "NUMBA_CACHE_DIR": str(shipped.parent / "a_file" / "kept"),
        "TMPDIR": str(shipped.parent),
    }
    assert run(PLAYED, str(shipped.parent), **packaged) == "1 0"
    assert not list(shipped.parent.glob("valleyline-kernels-*")), "its own folder is left behind"


def test_a_new_build_brings_its_own_kernels_and_the_old_ones_go(shipped: Path, tmp_path: Path) -> None:
    first = kept_kernels(shipped, tmp_path / "kept")
    (first / "solver" / "compiled_here.nbi").touch()
    assert kept_kernels(shipped, tmp_path / "kept") == first
    assert (first / "solver" / "compiled_here.nbi").exists()
    (shipped / STAMPS).write_text("{}")
    second = kept_kernels(shipped, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == [second]
    assert {path.name for path in second.rglob("*")} == {path.name for path in shipped.rglob("*")}
