"""Integer programs of a machine that sleeps, for HiGHS: a network of minutes and states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.plan import running_kw
from solver.problem import Machine, due_min
from tests.solver.test_exact import by_highs

Row = tuple[float, dict[int, float], float]
Node = tuple[int, int]  # state (0 awake, 1 + s off), minute


class Network:
    """Columns with their costs, and what flows into and out of each node."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self.balance: dict[Node, dict[int, float]] = {}

    def edge(self, since: Node, to: Node, cost: float) -> int:
        """A column that leads from one node to another."""
        column = len(self.costs)
        self.costs.append(cost)
        self.balance.setdefault(since, {})[column] = -1.0
        self.balance.setdefault(to, {})[column] = 1.0
        return column


def least_cost_by_highs(machine: Machine, price_per_kw_min: NDArray[np.float64], free_order: bool) -> float:
    """What the cheapest plan costs; batches without pauses, no maintenance, at least one sleep."""
    horizon, network = len(price_per_kw_min), Network()
    before = np.concatenate([[0.0], np.cumsum(price_per_kw_min)])
    for t in range(horizon):
        network.edge((0, t), (0, t + 1), (machine.idle_kw or 0.0) * price_per_kw_min[t])
    for s, sleep in enumerate(machine.sleep):
        for t in range(horizon):
            network.edge((1 + s, t), (1 + s, t + 1), sleep.off_kw * price_per_kw_min[t])
        for t in range(horizon + 1 - sleep.down_min):
            later = t + sleep.down_min
            network.edge((0, t), (1 + s, later), sleep.down_kw * (before[later] - before[t]))
        for t in range(horizon + 1 - sleep.up_min):
            later = t + sleep.up_min
            network.edge((1 + s, t), (0, later), sleep.up_kw * (before[later] - before[t]))
    runs = _run_edges(machine, price_per_kw_min, network)
    rows: list[Row] = [(1.0, dict.fromkeys(starts.values(), 1.0), 1.0) for starts in runs]
    rows += _gap_rows(machine, runs) if free_order else _order_rows(machine, runs, horizon)
    for node, row in network.balance.items():
        given = {(1, 0): -1.0, (1, horizon): 1.0}.get(node, 0.0)
        rows.append((given, row, given))
    return by_highs(rows, network.costs, integer=True)


def _run_edges(
    machine: Machine, price_per_kw_min: NDArray[np.float64], network: Network
) -> list[dict[int, int]]:
    """For each batch the column of each start."""
    found: list[dict[int, int]] = []
    for batch in machine.batches:
        power, columns = running_kw(batch), {}
        for t in range(batch.earliest_min, due_min(batch, len(price_per_kw_min)) - batch.duration_min + 1):
            cost = float(power @ price_per_kw_min[t : t + len(power)])
            columns[t] = network.edge((0, t), (0, t + len(power)), cost)
        found.append(columns)
    return found


def _order_rows(machine: Machine, runs: list[dict[int, int]], horizon: int) -> list[Row]:
    """A batch has begun by a minute only if the one before has by the time that it and the gap need."""
    rows: list[Row] = []
    for b in range(1, len(runs)):
        need = machine.batches[b - 1].duration_min + machine.batches[b].gap_before_min
        for minute in range(horizon):
            row = {column: 1.0 for t, column in runs[b].items() if t <= minute}
            row |= {column: -1.0 for t, column in runs[b - 1].items() if t <= minute - need}
            rows.append((-np.inf, row, 0.0))
    return rows


def _gap_rows(machine: Machine, runs: list[dict[int, int]]) -> list[Row]:
    """Where a batch starts, no other has ended within its gap."""
    rows: list[Row] = []
    for b, batch in enumerate(machine.batches):
        for start, column in runs[b].items() if batch.gap_before_min else ():
            row = {column: 1.0}
            near = range(start - batch.gap_before_min + 1, start + 1)
            for other, spec in enumerate(machine.batches):
                ends = ((t + spec.duration_min, ending) for t, ending in runs[other].items())
                row |= {ending: 1.0 for end, ending in ends if other != b and end in near}
            rows.append((-np.inf, row, 1.0))
    return rows
