"""How the program begins, before anything large is imported."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from hmi.program import keep_products_on_one_thread


def test_products_of_numpy_stay_on_one_thread_unless_asked_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    keep_products_on_one_thread()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    keep_products_on_one_thread()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "2"


def test_the_command_line_says_so_before_numpy_is_there() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import sys, hmi.cli; print('numpy' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "False"
