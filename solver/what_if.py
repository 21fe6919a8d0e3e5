"""A plan that answers at once what it would cost with one batch elsewhere, and what it would break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from solver.check_breach import Breach, Limit
from solver.plan import Pauses, Span, Starts
from solver.problem import PlanProblem
from solver.tariff import PriceGrid
from solver.what_if_limits import coupled_breaches
from solver.what_if_scan import Scan, try_all
from solver.what_if_scan_limits import bit
from solver.what_if_state import (
    MachineState,
    Sums,
    machine_state,
    machine_states,
    sums_of,
    with_machine,
    without_batch,
)
from solver.what_if_tables import DemandTable, Floats, Tables, lay_tables
from solver.what_if_tried import Tried

OF_THE_PAUSES = {Limit.PAUSE_TOO_SHORT, Limit.TOO_MANY_PAUSES, Limit.PAUSE_AT_THE_EDGE}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Repriced:
    """What a plan costs, part by part, and each limit that it breaks; the checker's Verdict says the same."""

    energy_cost: float
    demand_cost: float
    carbon_cost: float
    night_cost: float
    distance_cost: float
    carbon_kg: float
    night_hours: float
    peak_kw: float
    makespan_min: int
    cost_by_band: dict[str, float]
    energy_by_band: dict[str, float]
    breaches: list[Breach]

    @property
    def cost(self) -> float:
        """All that is paid, together."""
        return self.energy_cost + self.demand_cost + self.carbon_cost + self.night_cost + self.distance_cost

    @property
    def violations(self) -> list[str]:
        """Each limit that it breaks, in a sentence."""
        return [breach.sentence for breach in self.breaches]

    @property
    def feasible(self) -> bool:
        """Whether nothing is broken."""
        return not self.breaches


class WhatIf:
    """A plan laid out for moving its batches one at a time.

    Each answer is found anew from sums on the minute (load, crew, buffers, starts), of which a move changes
    its own machine's part alone.
    """

    def __init__(
        self, problem: PlanProblem, price: PriceGrid, starts_min: Starts, pauses_min: Pauses
    ) -> None:
        """Takes a plan, allowed or not; batches without a start are left out and said."""
        self.tables = lay_tables(problem, price)
        self.machines = machine_states(self.tables, starts_min, pauses_min)
        self.sums = sums_of(self.tables, self.machines)
        self._strangers = _strangers(self.tables, starts_min, pauses_min)
        self._breaking = Counter(
            limit for state in self.machines.values() for limit in _limits(state.breaches)
        )

    def now(self) -> Repriced:
        """What the plan costs and breaks as it is."""
        return self._priced(self.machines, self.sums)

    def drag(
        self, machine: str, batch: str, start_min: int, pauses_min: Sequence[Span] | None = None
    ) -> Repriced:
        """What the plan costs and breaks with one batch begun at another minute.

        Its pauses come along, unless others are given. Times are minutes from the problem's start.
        """
        return self._priced(*self._with(machine, batch, start_min, pauses_min))

    def apply(
        self, machine: str, batch: str, start_min: int, pauses_min: Sequence[Span] | None = None
    ) -> Repriced:
        """Moves the batch for good; says what the plan costs and breaks then."""
        self._breaking.subtract(_limits(self.machines[machine].breaches))
        self.machines, self.sums = self._with(machine, batch, start_min, pauses_min)
        self._breaking.update(_limits(self.machines[machine].breaches))
        return self.now()

    def scan(self, machine: str, batch: str, first_min: int = 0, last_min: int | None = None) -> Scan:
        """What the plan costs and breaks with one batch, its pauses along, at each start within the horizon.

        The starts run from first_min to last_min, both tried, as far as the batch ends within the horizon.
        """
        table, state = self.tables.machines[machine], self.machines[machine]
        one = state.batch(batch)
        assert one is not None, "a batch without a start has no length yet"
        without = without_batch(self.tables, table, state, one)
        latest = self.tables.horizon - (one.end - one.start)
        tried = Tried(
            self.tables,
            table,
            one,
            without,
            with_machine(self.tables, self.sums, state, without, table, batch),
            self._always(machine, batch, without),
            max(0, first_min),
            latest if last_min is None else min(last_min, latest),
        )
        return try_all(tried)

    def _always(self, machine: str, batch: str, without: MachineState) -> int:
        """The bits of what is broken wherever a batch lies."""
        here = self.machines[machine].breaches
        elsewhere = self._breaking - Counter(_limits(here))
        found = set(elsewhere) | _limits(self._strangers)
        found |= {breach.limit for breach in without.breaches if breach.batch != batch}
        mine = {breach.limit for breach in here if breach.batch == batch}
        return sum(bit(limit) for limit in found | mine & OF_THE_PAUSES)

    def _with(
        self, machine: str, batch: str, start_min: int, pauses_min: Sequence[Span] | None
    ) -> tuple[dict[str, MachineState], Sums]:
        table, before = self.tables.machines[machine], self.machines[machine]
        if pauses_min is None:
            by = start_min - before.starts.get(batch, start_min)
            pauses_min = [(since + by, to + by) for since, to in before.pauses.get(batch, ())]
        after = machine_state(
            self.tables,
            table,
            {**before.starts, batch: start_min},
            {**before.pauses, batch: pauses_min},
        )
        sums = with_machine(self.tables, self.sums, before, after, table, batch)
        return {**self.machines, machine: after}, sums

    def _priced(self, machines: dict[str, MachineState], sums: Sums) -> Repriced:
        tables = self.tables
        energy = sums.load_kw / 60.0
        cost_by_band = self._by_band(energy * tables.price)
        # No "@": the threads that BLAS wakes for it cost more than the product on a busy machine.
        kg = 0.0 if tables.carbon_kg is None else float((energy * tables.carbon_kg).sum())
        distance = tables.problem.limits.distance
        per_min = 0.0 if distance is None else distance.price_per_hour / 60.0
        night_price = 0.0 if tables.crew is None else tables.crew.night_price_per_min
        peaks = [highest_mean(tables, charge, sums.load_kw) for charge in tables.demand]
        own = [breach for state in machines.values() if state.breaches for breach in state.breaches]
        return Repriced(
            energy_cost=sum(cost_by_band.values()),
            demand_cost=sum(map(demand_cost, tables.demand, peaks)),
            carbon_cost=tables.carbon_price * kg,
            night_cost=sums.night_min * night_price,
            distance_cost=per_min * sums.moved_min,
            carbon_kg=kg,
            night_hours=sums.night_min / 60.0,
            peak_kw=peaks[0],
            makespan_min=max((state.end_min for state in machines.values()), default=0),
            cost_by_band=cost_by_band,
            energy_by_band=self._by_band(energy),
            breaches=[*own, *self._strangers, *coupled_breaches(tables, sums, machines)],
        )

    def _by_band(self, per_minute: Floats) -> dict[str, float]:
        tables = self.tables
        runs = np.add.reduceat(per_minute, tables.band_edges)
        names = tables.grid.band_names
        sums = np.bincount(tables.band_of, weights=runs, minlength=len(names))
        return dict(zip(names, sums.tolist(), strict=True))


def _limits(breaches: Iterable[Breach]) -> set[Limit]:
    return {breach.limit for breach in breaches}


def _strangers(tables: Tables, starts_min: Starts, pauses_min: Pauses) -> list[Breach]:
    known = {(machine, batch) for machine, table in tables.machines.items() for batch in table.batches}
    named = [
        (machine, batch)
        for table in (starts_min, pauses_min)
        for machine, batches in table.items()
        for batch in batches
    ]
    return [Breach(Limit.STRANGER, *place) for place in named if place not in known]


def highest_mean(tables: Tables, charge: DemandTable, load_kw: Floats) -> float:
    """The highest mean of the windows that a demand charge looks at; 0 where it looks at none."""
    edges, lengths = tables.windows[charge.window_min]
    means = np.add.reduceat(load_kw, edges) / lengths
    return float(means[charge.counts].max(initial=0.0))


def demand_cost(charge: DemandTable, peak_kw: float) -> float:
    """What a demand charge comes to at a peak."""
    return charge.price_per_kw * max(charge.floor_kw, peak_kw)
