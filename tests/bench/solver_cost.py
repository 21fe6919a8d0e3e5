"""What the peers search: positions and their cost, by the kernels that our own swarm uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from solver.layout import Layout, MachinePlan, lay_out
from solver.problem import PlanProblem, decode_problem, problem_start_ms, problem_zone
from solver.swarm_kernel import fly
from solver.swarm_layout import SwarmTables, swarm_tables, to_position
from solver.tariff import price_grid

Floats = NDArray[np.float64]


class Task(msgspec.Struct, frozen=True):
    """What a peer has to do: the problem, with its tariff in it, and what it may spend."""

    peer: str
    problem: dict[str, Any]
    seeds: list[int]
    particles: int = 60
    iterations: int = 200
    seconds: float = 0.0  # for the exact ones, which are given time instead
    threads: int = 1


class Found(msgspec.Struct, frozen=True):
    """What one run of a peer found; the bound is what it has proven, if anything."""

    seed: int
    cost: float | None
    seconds: float
    evaluations: int = 0
    bound: float | None = None
    note: str = ""


@dataclass(slots=True, eq=False)
class CostFunction:
    """Prices whole swarms at once and counts: positions float64[P, D] to costs float64[P]."""

    tables: SwarmTables
    rest_cost: float
    now: Floats
    evaluations: int = 0

    @classmethod
    def of(cls, layout: Layout) -> CostFunction:
        """The cost function of a layout."""
        tables = swarm_tables(layout, layout.machines)
        return cls(tables, layout.rest_cost, to_position(tables, plans_now(layout)))

    def __call__(self, positions: Floats) -> Floats:
        """What the plans of these positions cost."""
        positions = np.ascontiguousarray(positions, dtype=np.float64)
        count = len(positions)
        self.evaluations += count
        cost = np.full(count, np.inf)
        unused = np.zeros((count, positions.shape[1]))
        # In its first iteration a swarm is priced where it is.
        fly(0, count, 0, 0, np.zeros(3), positions, unused, unused, cost, positions[0], self.tables)
        return cost + self.rest_cost

    @property
    def lower(self) -> Floats:
        """The least position, float64[D]."""
        return self.tables.lower

    @property
    def upper(self) -> Floats:
        """The greatest position, float64[D]; never the least one, which some peers refuse."""
        return np.maximum(self.tables.upper, self.tables.lower + 1e-6)


def layout_of(problem: PlanProblem) -> Layout:
    """The layout of a problem that carries its tariff."""
    assert not isinstance(problem.tariff, str)
    price = price_grid(problem.tariff, problem_start_ms(problem), problem.horizon_min, problem_zone(problem))
    return lay_out(problem, price)


def plans_now(layout: Layout) -> list[MachinePlan]:
    """The current plan, as early as possible where it does not say."""
    return [
        MachinePlan(
            tuple(np.where(machine.now < 0, machine.first_start, machine.now).tolist()),
            ((),) * machine.count,
        )
        for machine in layout.machines
    ]


def cost_function(problem: dict[str, Any]) -> CostFunction:
    """The cost function of a problem, its kernels warm."""
    cost = CostFunction.of(layout_of(decode_problem(problem)))
    cost(np.array([cost.now]))
    cost.evaluations = 0
    return cost
