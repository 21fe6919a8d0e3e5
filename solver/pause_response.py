"""A machine whose batches may pause takes its cheapest plan while the rest stay, exactly on the minute.

Windows that it would overfill cost each of their running minutes the same share, so a window that it only
partly uses counts a little too much; what the plan then costs is priced truly.
"""

from __future__ import annotations

import numpy as np

from solver.exact import machine_optimum
from solver.exact_keys import PlaceExtras
from solver.layout import Floats, Ints, Layout, MachineLayout, MachinePlan
from solver.plant_kernel import PlantState, lift_machine, minute_penalties
from solver.plant_tables import PlantTables


class PausingMachines:
    """The machines of a plant that may pause, and how each responds to the others."""

    def __init__(self, layout: Layout, tables: PlantTables) -> None:
        """Finds them."""
        self._layout, self._tables = layout, tables
        edges = tables.batch_at
        self.machines = [
            m for m in range(len(edges) - 1) if tables.most_pauses[edges[m] : edges[m + 1]].any()
        ]

    def respond(
        self, m: int, state: PlantState, hard: float, moved: float, target_kw: Floats, slope: Floats
    ) -> None:
        """Moves the batches of machine m and their pauses to where they cost least."""
        machine, tables = self._layout.machines[m], self._tables
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
            b = int(self._tables.batch_at[m]) + i
            state.start[b] = start
            state.pauses[b] = -1
            for k, span in enumerate(pauses):
                state.pauses[b, k] = span
            state.span[b] = self._tables.duration[b] + sum(to - since for since, to in pauses)
            state.paused_cost[b] = self._cost(machine, i, b, start, pauses) if pauses else 0.0

    def _cost(
        self, machine: MachineLayout, i: int, b: int, start: int, pauses: tuple[tuple[int, int], ...]
    ) -> float:
        """Energy above standing, night work and distance of a batch that pauses."""
        tables, price = self._tables, self._layout.price_per_kw_min
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
        tables = self._tables
        starts: list[Floats] = []
        ends: list[Floats] = []
        ahead = {0: 0.0, 1: 0.0}
        crew = _crew_totals(tables, state, hard)
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
                charge, discharge = crew
                at_start += charge[start] - charge[np.maximum(start - tables.charge[0], 0)]
                until = np.minimum(end + tables.charge[2], len(tables.price))
                at_end += discharge[until] - discharge[end]
            if tables.most_starts > 0:
                at_start += self._crowding(start, state, hard)
            at_end += self._goods(int(tables.fills[m]), end, float(tables.makes[b]), ahead[0], state, hard)
            at_start += self._goods(
                int(tables.empties[m]), start, -float(tables.takes[b]), ahead[1], state, hard
            )
            ahead[0] += float(tables.makes[b])
            ahead[1] -= float(tables.takes[b])
            starts.append(at_start)
            ends.append(at_end)
        horizon = len(tables.price)
        minutes = np.arange(horizon)
        resume = self._crowding(minutes, state, hard) if tables.most_starts > 0 else np.zeros(horizon)
        return PlaceExtras(tuple(starts), tuple(ends), resume)

    def _crowding(self, start: Ints, state: PlantState, hard: float) -> Floats:
        full = np.concatenate([[0], np.cumsum(state.begun >= self._tables.most_starts)])
        since = np.maximum(start - self._tables.starts_within + 1, 0)
        return np.asarray(hard / self._tables.most_starts * (full[start + 1] - full[since]))

    def _goods(
        self, f: int, minute: Ints, amount: float, ahead: float, state: PlantState, hard: float
    ) -> Floats:
        """What `amount` more from each of these minutes on costs in buffer f."""
        if f < 0 or amount == 0.0:
            return np.zeros(len(minute))
        capacity = float(self._tables.capacity[f])
        size = capacity if np.isfinite(capacity) else max(1.0, float(self._tables.level[f, 0]))
        present = state.level[f, minute] + ahead
        worse = _beyond(present + amount, capacity) - _beyond(present, capacity)
        later = np.cumsum(worse[::-1])[::-1] - worse[-1]
        return np.asarray(hard / max(size, 1e-9) * later)


def _beyond(level: Floats, capacity: float) -> Floats:
    return np.maximum(0.0, -level) + np.maximum(0.0, level - capacity)


def _crew_totals(tables: PlantTables, state: PlantState, hard: float) -> tuple[Floats, Floats] | None:
    """Running totals of what the people of one batch more cost: who charge, and who discharge."""
    if not len(tables.people):
        return None
    room = tables.people - state.busy
    steep = hard / np.maximum(tables.people, 1)
    before = np.maximum(0, -room)
    totals = [
        np.concatenate([[0.0], np.cumsum(steep * (np.maximum(0, int(tables.charge[place]) - room) - before))])
        for place in (1, 3)
    ]
    return totals[0], totals[1]
