"""`valleyline solver-worker`: a process that searches for a desk, JSON lines in and out."""

from __future__ import annotations

import queue
import sys
import threading
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

import click
import msgspec

from devices.clock import Clock
from devices.datafile import DataFileError
from hmi.priority import go_last
from hmi.problem_files import problem_prices, with_tariff
from solver.errors import InfeasibleError, NoPlanError, ProblemError
from solver.events import SearchFailed, SearchFinished, WorkerEvent, WorkerReady, encode_event
from solver.problem import decode_problem, problem_zone


class WorkerRequest(msgspec.Struct, frozen=True):
    """One line from the desk; `stop` ends the search under way with its best so far."""

    type: Literal["search", "stop"]
    id: str = ""
    problem: dict[str, Any] = {}
    method: str = "swarm"
    seconds: float = 10.0
    seed: int = 1
    threads: int = 1
    iterations: int | None = None  # the swarm's own if left out


@dataclass(frozen=True, slots=True)
class _Job:
    request: WorkerRequest
    stop: threading.Event = field(default_factory=threading.Event)
    complaint: str = ""


@click.command("solver-worker", hidden=True)
def solver_worker_command() -> None:
    """Search plans as asked on standard input until it ends."""
    go_last()
    serve(sys.stdin.buffer, sys.stdout.buffer)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Warms the kernels, says Ready, then searches one request after the other until the input ends."""
    from solver.warm import warm_kernels

    jobs: queue.Queue[_Job | None] = queue.Queue()
    reader = threading.Thread(target=_read, args=(requests, jobs), name="solver-requests", daemon=True)
    reader.start()
    warm_kernels()
    _tell(answers, WorkerReady())
    while (job := jobs.get()) is not None:
        _run(job, answers)
    reader.join()


def _read(requests: BinaryIO, jobs: queue.Queue[_Job | None]) -> None:
    """Queues searches; a stop, a newer search or the end of the input stops the one before."""
    newest: _Job | None = None
    for line in requests:
        if not line.strip():
            continue
        if newest is not None:
            newest.stop.set()
        try:
            request = msgspec.json.decode(line, type=WorkerRequest)
        except msgspec.DecodeError as error:
            jobs.put(_Job(WorkerRequest("search"), complaint=f"The request cannot be read ({error})."))
            continue
        if request.type == "search":
            newest = _Job(request)
            jobs.put(newest)
    if newest is not None:
        newest.stop.set()
    jobs.put(None)


def _run(job: _Job, answers: BinaryIO) -> None:
    request = job.request
    if job.complaint:
        _tell(answers, SearchFailed("refused", job.complaint, {}, request.id))
        return
    try:
        _search(job, answers)
    except InfeasibleError as error:
        _tell(answers, SearchFailed("infeasible", str(error), error.params, request.id))
    except NoPlanError as error:
        _tell(answers, SearchFailed("failed", str(error), error.params, request.id))
    except (ProblemError, DataFileError) as error:
        _tell(answers, SearchFailed("refused", str(error), {}, request.id))


def _search(job: _Job, answers: BinaryIO) -> None:
    from solver.search import search
    from solver.swarm import SwarmSettings

    request = job.request
    settings = SwarmSettings()
    if request.iterations is not None:
        settings = msgspec.structs.replace(settings, iterations=request.iterations)
    problem = with_tariff(decode_problem(request.problem))
    plan = search(
        problem,
        price=problem_prices(problem),
        elapsed_s=Clock().monotonic_s,
        zone=problem_zone(problem),
        method=request.method,
        seconds=request.seconds,
        seed=request.seed,
        threads=request.threads,
        settings=settings,
        on_event=lambda event: _tell(answers, msgspec.structs.replace(event, id=request.id)),
        should_stop=job.stop.is_set,
    )
    _tell(answers, SearchFinished(plan, request.id))


def _tell(answers: BinaryIO, event: WorkerEvent) -> None:
    answers.write(encode_event(event) + b"\n")
    answers.flush()
