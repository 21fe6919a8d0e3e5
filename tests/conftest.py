"""What every test must leave behind: no thread, no unexpected warning in a log."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SHARED = Path(__file__).resolve().parents[2] / "shared"
PATIENCE_S = 15.0


@pytest.fixture
def shared() -> Path:
    """The specification's folder with its data; skips where it is absent."""
    if not SHARED.exists():
        pytest.skip("The folder ../shared with the specification's data is not here.")
    return SHARED


@pytest.fixture(autouse=True)
def no_thread_left_behind() -> Iterator[None]:
    """Fails a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + PATIENCE_S
    while (left := _new_threads(before)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left, f"These threads were left running: {[thread.name for thread in left]}"


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]


@pytest.fixture(autouse=True)
def no_unexpected_log(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test whose program logged at WARNING or above; mark `expects_log` where that is the point."""
    yield
    if request.node.get_closest_marker("expects_log"):
        return
    loud = [
        record
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.WARNING
    ]
    assert not loud, f"Unexpected log: {[record.getMessage() for record in loud]}"


# `start.py test` must say the same twice; who runs pytest alone looks at new examples each time.
settings.register_profile("steady", derandomize=True)
