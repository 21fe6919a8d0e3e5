"""A machine whose batches may pause takes its cheapest plan while the rest stay, exactly on the minute.

Windows that it would overfill cost each of their running minutes the same share, so a window that it only
partly uses counts a little too much; what the plan then costs is priced truly.
"""

from __future__ import annotations

import numpy as np

from solver.exact import machine_optimum
from solver.exact_keys import PlaceExtras
from solver.layout import Floats, Ints, Layout, MachineLayout, MachinePlan
from solver.place_extras import crew_totals, crowding, goods
from solver.plant_kernel import PlantState, lift_machine, minute_penalties
from solver.plant_tables import PlantTables


class PausingMachines:
    """The machines of a plant that may pause, and how each responds to the others."""

    def __init__(self, layout: Layout, tables: PlantTables) -> None:
        """Finds them."""
        self._layout, self.tables = layout, tables
        edges = tables.batch_at
        self.machines = [
            m for m in range(len(edges) - 1) if tables.most_pauses[edges[m] : edges[m + 1]].any()
        ]

    def respond(
        self, m: int, state: PlantState, hard: float, moved: float, target_kw: Floats, slope: Floats
    ) -> None:
        """Moves the batches of machine m and their pauses to where they cost least."""
        machine, tables = self._layout.machines[m], self.tables
        lift_machine(m, -1, tables, state)
        first, last = int(tables.batch_at[m]), int(tables.batch_at[m + 1])
        power = max(float(np.abs(tables.power_kw[first:last]).max(initial=0.0)), 1e-6)
        paid = np.zeros(len(tables.price))
        minute_penalties(power, hard, tables, state, target_kw, slope, paid)
        extras = self._extras(m, state, hard, moved)
        optimum = machine_optimum(machine, self._layout.price_per_kw_min + paid / power, None, extras)
        if optimum is not None:
            self._take(m, optimum.plan, state)
        lift_machine(m, 1, tables, state)

    def put(self, plans: list[MachinePlan], state: PlantState) -> Ints:
        """Notes the pauses of whole plans in an empty state; returns the starts."""
        starts = np.array([start for plan in plans for start in plan.starts], dtype=np.int64)
        for m in self.machines:
            self._take(m, plans[m], state)
        return starts

    def _take(self, m: int, plan: MachinePlan, state: PlantState) -> None:
        machine = self._layout.machines[m]
        for i, (start, pauses) in enumerate(zip(plan.starts, plan.pauses, strict=True)):
            b = int(self.tables.batch_at[m]) + i
            state.start[b] = start
            state.pauses[b] = -1
            for k, span in enumerate(pauses):
                state.pauses[b, k] = span
            state.span[b] = self.tables.duration[b] + sum(to - since for since, to in pauses)
            state.paused_cost[b] = self._cost(machine, i, b, start, pauses) if pauses else 0.0

    def _cost(
        self, machine: MachineLayout, i: int, b: int, start: int, pauses: tuple[tuple[int, int], ...]
    ) -> float:
        """Energy above standing, night work and distance of a batch that pauses."""
        tables, price = self.tables, self._layout.price_per_kw_min
        power, done, at = machine.power_kw[i], 0, start
        cost = 0.0
        end = start + int(tables.duration[b]) + sum(to - since for since, to in pauses)
        for since, to in (*pauses, (end, end)):
            extra = power[done : done + since - at] - machine.rest_kw[at:since]
            cost += float(extra @ price[at:since])
            done, at = done + since - at, to
        cost += float(tables.start_cost[start] + tables.end_cost[end])
        return cost + (tables.move_price * abs(start - int(tables.now[b])) if tables.now[b] >= 0 else 0.0)

    def _extras(self, m: int, state: PlantState, hard: float, moved: float) -> PlaceExtras:
        """What starts and ends cost at each minute of their windows, the machine itself taken out."""
        tables = self.tables
        starts: list[Floats] = []
        ends: list[Floats] = []
        ahead = {0: 0.0, 1: 0.0}
        crew = crew_totals(tables, state, hard)
        for b in range(int(tables.batch_at[m]), int(tables.batch_at[m + 1])):
            start = np.arange(tables.first[b], tables.last[b] + 1)
            end = start + tables.duration[b]
            at_start, at_end = tables.start_cost[start].copy(), tables.end_cost[end].copy()
            if tables.now[b] >= 0:
                distance = np.abs(start - tables.now[b])
                at_start += tables.move_price * distance + moved * (distance > 0)
                if tables.most_move >= 0:
                    at_start[distance > tables.most_move] = np.inf
            if crew is not None:
                at_start += crew.to_charge(start)
                at_end += crew.to_discharge(end)
            if tables.most_starts > 0:
                at_start += crowding(start, tables, state, hard)
            makes, takes = float(tables.makes[b]), float(tables.takes[b])
            at_end += goods(int(tables.fills[m]), end, makes, ahead[0], tables, state, hard)
            at_start += goods(int(tables.empties[m]), start, -takes, ahead[1], tables, state, hard)
            ahead[0] += makes
            ahead[1] -= takes
            starts.append(at_start)
            ends.append(at_end)
        horizon = len(tables.price)
        minutes = np.arange(horizon)
        resume = crowding(minutes, tables, state, hard) if tables.most_starts > 0 else np.zeros(horizon)
        return PlaceExtras(tuple(starts), tuple(ends), resume)
