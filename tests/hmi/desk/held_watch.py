"""How long the window's thread is held: the processor time that it takes in one turn of its event loop.

Wall time would fail on a busy machine. Processor time hardly depends on others, and what still does (shared
caches, a slower clock) is measured beside it: a fixed piece of work is timed at the start and whenever a turn
is over the limit, and the limit grows by as much as that work has become slower. A turn that the system took
from the processor to let others work comes back to caches that are not its own any more: such turns were seen
to take three times as long, and so much they may. A virtual machine may be halted amid a turn, though, and
count that as its own work: a test that was over the limit is done again, and fails if it is so each time.
That a thread waits, taking no processor time, is what WindowThreadWatch in tests/conftest.py finds.

A folder whose tests are watched has the fixtures and the hook from here in its conftest.py.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator

import pytest
from _pytest.runner import runtestprotocol
from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication

LIMIT_MS = 50.0
LOOKS = 3  # so often a test is done at most: what holds the thread does so each time
MOST_SLOWER = 3.0
SEEN = pytest.StashKey[int]()  # how often the test was done and held the thread


class HeldWatch(QObject):
    """Notes the turns of the event loop that took more than the limit."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[float] = []
        self._usual_ms = min(yardstick_ms() for _ in range(20))
        self._began_s: float | None = None
        self._interruptions = 0

    def begin(self) -> None:
        """Watches from now on."""
        dispatcher = QAbstractEventDispatcher.instance()
        glib = "Glib" in dispatcher.metaObject().className()  # handles events between these two signals
        before, after = (
            (dispatcher.aboutToBlock, dispatcher.awake)
            if glib
            else (dispatcher.awake, dispatcher.aboutToBlock)
        )
        before.connect(self._on_turn)
        after.connect(self._on_turned)

    def start_anew(self) -> None:
        """Forgets what was found."""
        self.found.clear()
        self._began_s = None

    def _on_turn(self) -> None:
        self._interruptions = interruptions()
        self._began_s = time.thread_time()

    def _on_turned(self) -> None:
        if self._began_s is None:
            return
        held_ms = (time.thread_time() - self._began_s) * 1000
        was_interrupted = interruptions() > self._interruptions
        self._began_s = None
        if held_ms > LIMIT_MS:
            slower = min(MOST_SLOWER, max(1.0, yardstick_ms() / self._usual_ms))
            if was_interrupted and not os.environ.get("VALLEYLINE_HELD"):
                slower = MOST_SLOWER
            if held_ms > LIMIT_MS * slower:
                self.found.append(round(held_ms, 1))


def interruptions() -> int:
    """How often the system has taken this thread from the processor to let others work."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nivcsw


def yardstick_ms() -> float:
    """The processor time of a fixed piece of work like the desk's: small objects, dictionaries, sorting."""
    began_s = time.thread_time()
    for _ in range(10):
        rows = {str(number): (number % 7, -number) for number in range(400)}
        sorted(rows, key=rows.__getitem__)
    return (time.thread_time() - began_s) * 1000


@pytest.fixture(scope="session")
def held_watch_of_all(qapp: QApplication) -> HeldWatch:
    """One for all tests, for the window's thread has one event dispatcher."""
    watch = HeldWatch()
    watch.begin()
    return watch


@pytest.fixture(autouse=True)
def held_watch(held_watch_of_all: HeldWatch, request: pytest.FixtureRequest) -> Iterator[HeldWatch]:
    """Fails a test in which a turn of the event loop holds the window's thread too long, time after time.

    With VALLEYLINE_HELD=1, on a machine with no other work, the first time is enough, interrupted or not.
    """
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # windows of the test before
    held_watch_of_all.start_anew()
    yield held_watch_of_all
    found, seen = held_watch_of_all.found, request.node.stash
    if found:
        seen[SEEN] = seen.get(SEEN, 0) + 1
        if seen[SEEN] < LOOKS and not os.environ.get("VALLEYLINE_HELD"):
            return
    assert not found, f"The window's thread was held for {found} ms, more than {LIMIT_MS:.0f}"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Does a test again in which the window's thread was held."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    looks = 1
    while item.stash.get(SEEN, 0) == looks and not any(report.failed for report in reports):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        looks += 1
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
