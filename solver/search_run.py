"""A search under way: its clock, its best plan, its bound, when it must end and what it tells."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from solver.events import SearchEvent, SearchProgress
from solver.layout import Layout, MachinePlan
from solver.special import SpecialPlan
from solver.swarm_layout import SwarmTables, swarm_tables

REPORT_EVERY_S = 0.05
PROVEN_GAP = 1e-7  # the rest is the rounding of the bound's integers
WORTH_TELLING = 1e-7  # plans closer in cost than this count as equal, and the earlier found one stays


@dataclass(slots=True, eq=False)
class SearchRun:
    """Costs here are above `standing_cost`; events tell the whole."""

    layout: Layout
    seed: int
    threads: int
    seconds: float
    on_event: Callable[[SearchEvent], None]
    should_stop: Callable[[], bool]
    elapsed_s: Callable[[], float]
    best: list[MachinePlan]
    best_cost: float
    bound: float
    began_s: float = 0.0
    loose_bounds: Sequence[float] = ()  # of each machine alone
    others_cost: float = 0.0  # of machines that are planned apart, and how much of it is not proven
    others_unproven: float = 0.0
    others: SpecialPlan | None = None  # what they do in the best plan
    iterations: int = 0
    stopped_by: str = ""
    _reported_s: float = field(default=-1.0)
    _tables: SwarmTables | None = field(default=None)

    def seconds_used(self) -> float:
        """Real seconds since the search began."""
        return self.elapsed_s() - self.began_s

    def offer(self, plans: Sequence[MachinePlan], cost: float, others: SpecialPlan | None = None) -> bool:
        """Takes a plan that is cheaper than the best so far; a tie leaves the steadier one."""
        if cost >= self.best_cost - WORTH_TELLING:
            return False
        self.best, self.best_cost = list(plans), cost
        self.others = others or self.others
        return True

    def raise_bound(self, bound: float) -> None:
        """Takes a bound that is higher than the one so far."""
        self.bound = float(max(self.bound, min(bound - self.others_unproven, self.best_cost)))

    @property
    def tables(self) -> SwarmTables:
        """What the swarm's kernels read, laid out when first asked for: it is large, and not all need it."""
        if self._tables is None:
            self._tables = swarm_tables(self.layout, self.layout.machines)
        return self._tables

    @property
    def standing_cost(self) -> float:
        """What is paid whatever this run finds."""
        return self.layout.rest_cost + self.others_cost

    @property
    def gap(self) -> float:
        """How far the best may be from the optimum, as a share of its cost; infinite while there is none."""
        if not math.isfinite(self.best_cost):
            return math.inf
        return relative_gap(self.best_cost + self.standing_cost, self.bound + self.standing_cost)

    def must_end(self) -> bool:
        """Tells how it stands, at most every 50 ms; then whether the search is over, and notes why."""
        self._report()
        if self.should_stop():
            self.stopped_by = "stopped"
        elif self.gap <= PROVEN_GAP:
            self.stopped_by = "gap"
        elif self.seconds_used() >= self.seconds:
            self.stopped_by = "seconds"
        return bool(self.stopped_by)

    def _report(self) -> None:
        now = self.seconds_used()
        if not math.isfinite(self.best_cost):
            return
        if self._reported_s >= 0 and now - self._reported_s < REPORT_EVERY_S:
            return
        self._reported_s = now
        rest = self.standing_cost
        self.on_event(
            SearchProgress(self.iterations, now, self.best_cost + rest, self.bound + rest, self.gap)
        )


def relative_gap(cost: float, bound: float) -> float:
    """(cost - bound) / |cost|, never below zero; 0 where both are nothing."""
    return max(0.0, cost - bound) / abs(cost) if cost != 0 else float(bound < cost)


class ChunkPool:
    """Runs chunks of a loop on threads and waits for all; the kernels release the interpreter.

    The caller's thread takes a chunk too: to wake another for it takes longer than some chunks.
    """

    def __init__(self, threads: int) -> None:
        """With one thread nothing is started."""
        self.threads = threads
        self._pool = ThreadPoolExecutor(threads - 1, "search") if threads > 1 else None

    def __enter__(self) -> ChunkPool:
        """The pool itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends its threads."""
        if self._pool is not None:
            self._pool.shutdown()

    def edges(self, count: int) -> list[tuple[int, int]]:
        """So many things in one chunk for each thread."""
        marks = np.linspace(0, count, self.threads + 1).astype(int).tolist()
        return [(first, last) for first, last in pairwise(marks) if last > first]

    def run(self, chunk: Callable[[int, int], None], edges: list[tuple[int, int]]) -> None:
        """Calls chunk(first, last) for each pair of edges."""
        own, others = (edges, []) if self._pool is None else (edges[:1], edges[1:])
        others_done = [self._pool.submit(chunk, *edge) for edge in others] if self._pool is not None else []
        try:
            for first, last in own:
                chunk(first, last)
        finally:
            wait(others_done)
        for done in others_done:
            done.result()
