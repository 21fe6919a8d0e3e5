"""The particle swarm of Eqs. (13)-(14) over the starts and pauses of batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import msgspec
import numpy as np

from solver.layout import Floats, Layout, MachineLayout, MachinePlan
from solver.swarm_layout import SwarmTables, swarm_tables, to_plans, to_position

ChunkRunner = Callable[[Callable[[int, int], None], list[tuple[int, int]]], None]


class SwarmSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Np, Ns, α, c1 and c2; α and c did best on the problems of tests/bench/solver_tuning.py."""

    particles: int = 60
    iterations: int = 4000
    inertia: float = 0.6
    own_factor: float = 2.0
    leader_factor: float = 1.5


@dataclass(slots=True, eq=False)
class _State:
    position: Floats
    velocity: Floats
    own_best: Floats
    own_cost: Floats


class Swarm:
    """One swarm over the joint vector of its machines; the same seed flies the same flight on any threads."""

    def __init__(
        self,
        layout: Layout,
        machines: Sequence[MachineLayout],
        settings: SwarmSettings,
        seed: int,
        known: Sequence[Sequence[MachinePlan]] = (),
    ) -> None:
        """Begins at rest at random positions, the first of them at the `known` plans."""
        self.machines = tuple(machines)
        self.tables = swarm_tables(layout, machines)
        self.iteration = 0
        self.best_cost = np.inf
        self._settings = settings
        self._seed = seed % 2**63
        self._state = _begin(self.tables, settings.particles, self._seed)
        for place, plans in enumerate(known[: settings.particles]):
            self._state.position[place] = to_position(self.tables, plans)
        self._leader = self._state.position[0].copy()

    def step(self, run_chunks: ChunkRunner | None = None, threads: int = 1) -> None:
        """One iteration: all particles move and are priced, then the leader is chosen."""
        from solver.swarm_kernel import fly

        s, t, chosen = self._state, self.tables, self._settings
        factors = np.array([chosen.inertia, chosen.own_factor, chosen.leader_factor])

        def chunk(first: int, last: int) -> None:
            fly(
                first,
                last,
                self.iteration,
                self._seed,
                factors,
                s.position,
                s.velocity,
                s.own_best,
                s.own_cost,
                self._leader,
                t,
            )

        count = chosen.particles
        if run_chunks is None or threads < 2:
            chunk(0, count)
        else:
            edges = np.linspace(0, count, threads + 1).astype(int).tolist()
            run_chunks(chunk, list(pairwise(edges)))
        self.iteration += 1
        leader = int(np.argmin(s.own_cost))
        if s.own_cost[leader] < self.best_cost:
            self.best_cost = float(s.own_cost[leader])
            self._leader = s.own_best[leader].copy()

    @property
    def positions(self) -> Floats:
        """Where the particles are, float64[P, D]."""
        return self._state.position

    def follow(self, plans: Sequence[MachinePlan]) -> None:
        """Makes these plans the leader if they are cheaper than the best so far."""
        cost = cost_of(self.tables, plans)
        if cost < self.best_cost:
            self.best_cost = cost
            self._leader = to_position(self.tables, plans)

    def best_plans(self) -> list[MachinePlan]:
        """The cheapest plan so far, per machine."""
        return decoded(self.tables, self.machines, self._leader)


def _begin(tables: SwarmTables, particles: int, seed: int) -> _State:
    random = np.random.Generator(np.random.Philox(key=seed))
    shape = (particles, len(tables.lower))
    span = tables.upper - tables.lower
    position = tables.lower + span * random.random(shape)
    return _State(position, np.zeros(shape), position.copy(), np.full(particles, np.inf))


def decoded(tables: SwarmTables, machines: Sequence[MachineLayout], position: Floats) -> list[MachinePlan]:
    """The plans that a position, float64[D], stands for."""
    from solver.swarm_kernel import decode

    starts = np.empty(len(tables.batch), dtype=np.int64)
    pauses = np.empty((len(tables.batch), tables.most_pauses, 2), dtype=np.int64)
    decode(position, tables.batch, starts, pauses)
    return to_plans(machines, starts, pauses)


def cost_of(tables: SwarmTables, plans: Sequence[MachinePlan]) -> float:
    """What plans cost above standing, with their demand charge, as the swarm prices them."""
    from solver.swarm_kernel import plan_cost

    starts = np.array([start for plan in plans for start in plan.starts], dtype=np.int64)
    pauses = np.full((len(starts), tables.most_pauses, 2), -1, dtype=np.int64)
    for b, spans in enumerate(spans for plan in plans for spans in plan.pauses):
        for k, span in enumerate(spans):
            pauses[b, k] = span
    runs = np.empty((len(starts) * (tables.most_pauses + 1), 4), dtype=np.int64)
    windows = len(tables.rest_window)
    part, change_kw = np.zeros((2, windows + 1))
    marks = np.zeros(1 + windows // 64, dtype=np.uint64)
    return float(plan_cost(starts, pauses, tables, runs, part, change_kw, marks))
