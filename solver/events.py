"""What a search tells while it runs, as small typed events; window and command line read the same."""

from __future__ import annotations

import msgspec

from solver.plan import Plan


class SearchStarted(msgspec.Struct, frozen=True, tag=True):
    """The search knows its problem: what it costs now, and that no plan can cost less than the bound."""

    cost_before: float
    bound: float
    machines: int
    id: str = ""


class SearchProgress(msgspec.Struct, frozen=True, tag=True):
    """The best so far, at most every 50 ms."""

    iteration: int
    seconds: float
    best_cost: float
    bound: float
    gap: float
    id: str = ""


class SearchFinished(msgspec.Struct, frozen=True, tag=True):
    """A plan that the checker passed."""

    plan: Plan
    id: str = ""


class SearchFailed(msgspec.Struct, frozen=True, tag=True):
    """No plan, because; `sentence` is for the log and the command line, `code` and `params` for the desk."""

    code: str  # infeasible, refused, or failed
    sentence: str
    params: dict[str, str | float] = {}
    id: str = ""


class WorkerReady(msgspec.Struct, frozen=True, tag="Ready"):
    """The worker has warmed its kernels and waits for a search."""


SearchEvent = SearchStarted | SearchProgress | SearchFinished | SearchFailed
WorkerEvent = SearchStarted | SearchProgress | SearchFinished | SearchFailed | WorkerReady


def encode_event(event: WorkerEvent) -> bytes:
    """An event as one line of JSON, without the line's end."""
    return msgspec.json.encode(event)


def decode_event(line: bytes | str) -> WorkerEvent:
    """An event from its line; raises msgspec.DecodeError when it is none."""
    event: WorkerEvent = msgspec.json.decode(line, type=WorkerEvent)
    return event
