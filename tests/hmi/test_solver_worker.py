from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from solver.events import (
    SearchFailed,
    SearchFinished,
    SearchProgress,
    SearchStarted,
    WorkerEvent,
    WorkerReady,
    decode_event,
)

ROOT = Path(__file__).resolve().parents[2]
BATCH = {"id": "b1", "duration_min": 600, "power_kw": 48.0, "now_min": 500}
PROBLEM: dict[str, Any] = {
    "start": "2016-03-14T00:00",
    "timezone": "Asia/Shanghai",
    "horizon_min": 1440,
    "tariff": "guangdong-large-industry-2016",
    "machines": [{"id": f"mill_{n}", "batches": [BATCH]} for n in range(3)],
    "limits": {"demand_price_per_kw": 1.0},
}


class Worker:
    """The worker's process, spoken to as the desk does."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "hmi", "solver-worker"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, **message: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(msgspec.json.encode(message) + b"\n")
        self.process.stdin.flush()

    def next(self) -> WorkerEvent:
        assert self.process.stdout is not None
        return decode_event(self.process.stdout.readline())

    def until_end(self) -> list[WorkerEvent]:
        events = [self.next()]
        while not isinstance(events[-1], SearchFinished | SearchFailed):
            events.append(self.next())
        return events

    def close(self) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        status = self.process.wait()
        self.process.stdout.close()
        return status


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    started = Worker()
    assert started.next() == WorkerReady()
    yield started
    started.close()


def test_a_search_tells_its_start_its_progress_and_its_plan_under_its_id(worker: Worker) -> None:
    worker.ask(type="search", id="7", problem=PROBLEM, method="pso", seconds=20, seed=2)
    events = worker.until_end()
    assert isinstance(events[0], SearchStarted)
    assert isinstance(events[1], SearchProgress)
    assert isinstance(events[-1], SearchFinished)
    assert events[-1].plan.feasible
    assert {event.id for event in events if not isinstance(event, WorkerReady)} == {"7"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows says priorities in its own way.")
def test_a_search_lets_meters_and_window_go_first(worker: Worker) -> None:
    own, its = (os.getpriority(os.PRIO_PROCESS, process) for process in (0, worker.process.pid))
    assert its > own


def test_a_stop_ends_the_search_with_the_best_so_far(worker: Worker) -> None:
    worker.ask(type="search", id="8", problem=_endless(), method="pso", seconds=3600)
    assert isinstance(worker.next(), SearchStarted)
    worker.ask(type="stop")
    finished = worker.until_end()[-1]
    assert isinstance(finished, SearchFinished)
    assert finished.plan.stopped_by == "stopped"


def test_a_newer_search_ends_the_one_before(worker: Worker) -> None:
    worker.ask(type="search", id="9", problem=_endless(), method="pso", seconds=3600)
    worker.ask(type="search", id="10", problem=PROBLEM, seconds=20)
    first, second = worker.until_end()[-1], worker.until_end()[-1]
    assert isinstance(first, SearchFinished)
    assert (first.id, first.plan.stopped_by) == ("9", "stopped")
    assert isinstance(second, SearchFinished)
    assert second.id == "10"


def test_what_cannot_be_searched_is_told_with_its_reason_and_the_worker_lives_on(worker: Worker) -> None:
    impossible = {
        **PROBLEM,
        "horizon_min": 599,
        "machines": [{"id": "m", "batches": [{**BATCH, "now_min": 0}]}],
    }
    worker.ask(type="search", id="11", problem={**impossible, "tariff": "jupiter"}, seconds=1)
    refused = worker.until_end()[-1]
    assert isinstance(refused, SearchFailed)
    assert (refused.id, refused.code) == ("11", "refused")
    worker.ask(type="sing")
    unread = worker.until_end()[-1]
    assert isinstance(unread, SearchFailed)
    assert "cannot be read" in unread.sentence
    late = {**PROBLEM, "machines": [{"id": "m", "batches": [{**BATCH, "due_min": 599, "now_min": None}]}]}
    worker.ask(type="search", id="12", problem=late, seconds=1)
    infeasible = worker.until_end()[-1]
    assert isinstance(infeasible, SearchFailed)
    assert (infeasible.code, infeasible.params["batch"]) == ("infeasible", "b1")


def test_the_end_of_its_input_ends_the_worker_and_its_search() -> None:
    worker = Worker()
    assert worker.next() == WorkerReady()
    worker.ask(type="search", id="1", problem=_endless(), method="pso", seconds=3600)
    assert isinstance(worker.next(), SearchStarted)
    assert worker.close() == 0


def _endless() -> dict[str, Any]:
    """Enough batches that a swarm of 4 000 iterations does not end by itself at once."""
    batches = [
        {"id": f"b{n}", "duration_min": 600, "power_kw": 48.0, "gap_before_min": 60, "now_min": 700 * n + 30}
        for n in range(40)
    ]
    machines = [{"id": f"mill_{n}", "batches": batches} for n in range(12)]
    return {**PROBLEM, "horizon_min": 28800, "machines": machines}
