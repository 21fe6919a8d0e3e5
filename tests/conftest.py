"""What every test must leave behind: no thread, no unexpected warning in a log."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from hmi.program import keep_products_on_one_thread

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
keep_products_on_one_thread()

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
PATIENCE_S = 15.0


def pytest_configure() -> None:
    """Programs that tests start shall heed Ctrl+C, also where a shell put the tests into its background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


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


class WindowThreadWatch:
    """Notes where the desk's code lets the window's thread wait for a disk, a network or the clock.

    Times would fail on a noisy machine; that something waits at all does not depend on the machine. How long
    the thread is held is measured by `valleyline bench desk`. (Python says `time.sleep` from 3.13 on.)
    """

    WAITS = ("sqlite3.connect", "time.sleep", "socket.connect", "socket.getaddrinfo")
    DESK = (str(ROOT / "hmi" / "desk"), str(ROOT / "widgets"))
    BEFORE_THE_WINDOW = ("read_folder",)  # what must be known before it can open

    def __init__(self) -> None:
        self.found: list[str] = []

    def note(self, event: str, _arguments: object) -> None:
        """An audit hook of Python's."""
        if event not in self.WAITS or threading.current_thread() is not threading.main_thread():
            return
        frame = sys._getframe(1)
        while frame is not None:
            code = frame.f_code
            if code.co_name in self.BEFORE_THE_WINDOW:
                return
            if code.co_filename.startswith(self.DESK):
                self.found.append(f"{event} in {code.co_filename}, line {frame.f_lineno}")
                return
            frame = frame.f_back


_WATCH = WindowThreadWatch()  # an audit hook cannot be taken away, so there is one
sys.addaudithook(_WATCH.note)


@pytest.fixture(autouse=True)
def window_thread_watch() -> Iterator[WindowThreadWatch]:
    """Fails a test in which the desk's code lets the window's thread wait."""
    _WATCH.found.clear()
    yield _WATCH
    assert not _WATCH.found, f"The window's thread waited: {_WATCH.found}"


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]


@pytest.fixture(autouse=True, scope="module")
def no_windows_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Windows that point at each other are freed here, and not by some later test's other thread."""
    yield
    if {"desk", "demo", "widgets"} & set(request.path.parts):
        gc.collect()


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


# `start.py test` must say the same twice, on a busy machine too; who runs pytest alone looks at new examples.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

# `pytest --hypothesis-profile=nightly tests/solver` draws new problems, many times as many for each property.
MORE_EXAMPLES = 20
settings.register_profile(
    "nightly", deadline=None, max_examples=100 * MORE_EXAMPLES, print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """At night a property that says how many examples it wants by day gets a multiple of them."""
    if config.getoption("--hypothesis-profile", default=None) != "nightly":
        return
    tests = {item.function for item in items if isinstance(item, pytest.Function)}
    for test in tests:
        by_day = getattr(test, "_hypothesis_internal_use_settings", None)  # there is no public way
        if by_day is not None:
            more = settings(by_day, max_examples=by_day.max_examples * MORE_EXAMPLES)
            test._hypothesis_internal_use_settings = more
