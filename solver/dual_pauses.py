"""Machines whose batches may pause, in a bound's climb: exact now and then, by known plans in between.

What such a machine can do at best takes long to find. Each exact answer is kept as a column, a plan with its
own cost; between two of them the machine takes the cheapest of its plan without pauses and its columns. That
is too dear, so that it proves nothing, but it shows which prices hold pausing machines back.
"""

from __future__ import annotations

import numpy as np

from solver.chain_kernel import FAR
from solver.dual_kernel import SharedPrices
from solver.layout import Floats, Ints
from solver.plant_tables import PlantTables
from solver.search_run import ChunkPool

MOST_COLUMNS = 40


class PausingAnswers:
    """What the pausing machines do at given prices."""

    def __init__(self, tables: PlantTables, pool: ChunkPool) -> None:
        """Finds them; there are no columns yet."""
        edges = tables.batch_at
        self.machines: Ints = np.array(
            [m for m in range(len(edges) - 1) if tables.most_pauses[edges[m] : edges[m + 1]].any()],
            dtype=np.int64,
        )
        batches, most = len(tables.duration), int(tables.most_pauses.max(initial=0))
        self._tables, self._pool = tables, pool
        self._own_costs = np.zeros((0, len(edges) - 1))
        self._starts = np.zeros((0, batches), dtype=np.int64)
        self._pauses = np.zeros((0, batches, most, 2), dtype=np.int64)

    def exact(self, prices: SharedPrices, values: Floats) -> None:
        """Fills values[m] of these machines with their true optima, and keeps how they come about."""
        from solver.pause_kernel import pause_scratch, pausing_plans, shared_price

        tables = self._tables
        starts = np.zeros(self._starts.shape[1], dtype=np.int64)
        pauses = np.full(self._pauses.shape[1:], -1, dtype=np.int64)
        roomy = True

        def chunk(first: int, last: int) -> None:
            nonlocal roomy
            scratch = pause_scratch(tables, prices)
            roomy = roomy and len(scratch.path) >= int(np.diff(tables.batch_at).max(initial=1))
            pausing_plans(self.machines[first:last], tables, prices, scratch, values, starts, pauses)

        self._pool.run(chunk, self._pool.edges(len(self.machines)))
        if roomy:
            own = np.full(len(values), FAR)
            for m in self.machines:
                if values[m] < FAR:
                    own[m] = values[m] - shared_price(m, starts, pauses, tables, prices)
            self._keep(own, starts, pauses)

    def known(self, prices: SharedPrices, values: Floats, starts: Ints, pauses: Ints) -> None:
        """Lets each machine take the cheapest of its columns where that is cheaper than what it has."""
        from solver.pause_kernel import answer_with_columns

        if len(self._own_costs):
            answer_with_columns(
                self.machines, self._own_costs, self._starts, self._pauses, self._tables, prices, values,
                starts, pauses,
            )  # fmt: skip

    def _keep(self, own: Floats, starts: Ints, pauses: Ints) -> None:
        newest = slice(max(0, len(self._own_costs) + 1 - MOST_COLUMNS), None)
        self._own_costs = np.concatenate([self._own_costs, own[None]])[newest]
        self._starts = np.concatenate([self._starts, starts[None]])[newest]
        self._pauses = np.concatenate([self._pauses, pauses[None]])[newest]
