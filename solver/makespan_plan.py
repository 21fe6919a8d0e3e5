"""A plan that the makespan search found: where its batches lie, what it draws, and a cheaper one as short.

While a plan is built, a machine that can sleep counts as awake; the way it really stands depends on all its
batches. So a finished plan is looked at again, and where it draws too much the search leaves more room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solver.layout import Floats, Ints
from solver.limits import supply_limit_kw
from solver.makespan_layout import DURATION, PINNED, SLACK, Packing, PackTables
from solver.makespan_standing import sleeping_kw
from solver.plan import Span

if TYPE_CHECKING:
    from solver.makespan_state_kernel import PackState

SHIFT_SWEEPS = 3
SHIFT_STEPS = 30_000_000  # starts times minutes that the look for cheaper starts may take


@dataclass(frozen=True, slots=True, eq=False)
class PackedPlan:
    """Starts int64[N] and pauses by row, with the end of the last batch."""

    start: Ints
    pauses: tuple[tuple[Span, ...], ...]
    makespan_min: int

    def runs(self, row: int, duration: int) -> list[Span]:
        """The stretches in which a batch runs."""
        runs, at, left = [], int(self.start[row]), duration
        for since, to in self.pauses[row]:
            runs.append((at, since))
            left -= since - at
            at = to
        return [*runs, (at, at + left)]


@dataclass(frozen=True, slots=True, eq=False)
class Excess:
    """By how much a plan breaks limits, once it is known how its machines stand."""

    energy: Floats  # float64[K] in kW·min, or empty
    supply: Floats  # float64[H] in kW, or empty


def may_sleep(packing: Packing) -> bool:
    """Whether some machine can, so that how it stands is known only of a finished plan."""
    return any(machine.sleep for machine in packing.problem.machines)


def plan_load_kw(packing: Packing, plan: PackedPlan) -> Floats | None:
    """What all machines draw together, float64[H]; None where one that can sleep finds no way to."""
    tables = packing.tables
    total = np.zeros(tables.horizon)
    for number, machine in enumerate(packing.problem.machines):
        rows = np.arange(tables.rows[number], tables.rows[number + 1])
        running: list[Span] = []
        load_kw = np.diff(tables.rest_sum[number])
        for row in rows[np.argsort(plan.start[rows], kind="stable")]:
            done = 0
            for since, to in plan.runs(int(row), int(tables.batch[row, DURATION])):
                load_kw[since:to] = packing.running_kw[row][done : done + to - since]
                done += to - since
                running.append((since, to))
        if machine.sleep:
            standing = sleeping_kw(machine, running, packing.ranked_price)
            if standing is None:
                return None
            runs = np.zeros(tables.horizon, dtype=bool)
            for since, to in running:
                runs[since:to] = True
            load_kw = np.where(runs, load_kw, standing)
        total += load_kw
    return total


def plan_excess(packing: Packing, plan: PackedPlan) -> Excess | None:
    """What the plan draws above its limits, None where nothing."""
    limits, tables = packing.problem.limits, packing.tables
    load_kw = plan_load_kw(packing, plan)
    if load_kw is None:
        load_kw = np.full(tables.horizon, np.inf)
    energy = supply = np.zeros(0)
    if limits.interval_energy_kwh is not None:
        used = np.add.reduceat(load_kw, np.arange(0, tables.horizon, tables.interval_min))
        energy = np.maximum(used - 60.0 * limits.interval_energy_kwh * (1.0 + SLACK), 0.0)
    supply_kw = supply_limit_kw(limits)
    if supply_kw is not None:
        supply = np.maximum(load_kw - supply_kw * (1.0 + SLACK), 0.0)
    return Excess(energy, supply) if energy.any() or supply.any() else None


def leave_room(tables: PackTables, left: PackState, excess: Excess) -> None:
    """Lowers what the tables say is there by what a plan drew too much; `left` is what it had left."""
    for there, spare, over in (
        (tables.energy, left.energy, excess.energy),
        (tables.supply, left.supply, excess.supply),
    ):
        broken = over > 0.0
        there[broken] -= np.maximum(spare[broken], 0.0) + np.minimum(
            over[broken], np.abs(there[broken]) + 1.0
        )


def replay(tables: PackTables, plan: PackedPlan) -> PackState:
    """The plan entered into what is left of each limit."""
    from solver.makespan_state_kernel import book, clear, new_state

    state = new_state(tables)
    clear(tables, state)
    for row, spans in enumerate(plan.pauses):
        state.pause_count[row] = len(spans)
        for place, span in enumerate(spans):
            state.pauses[row, place] = span
        book(tables, state, row, int(plan.start[row]))
    return state


def cheaper_plan(packing: Packing, plan: PackedPlan) -> PackedPlan:
    """A plan that is as short, with batches moved to cheaper starts where nothing else changes.

    Batches with pauses stay. Left as it is: a plan with machines that may sleep, whose standing follows every
    shift, and one that limits how many batches move.
    """
    from solver.makespan_cheaper_kernel import shift_cheaper

    tables = packing.tables
    steps = int(tables.batch[:, DURATION].sum()) * plan.makespan_min
    shifts = (tables.batch[:, PINNED] < 0) & ~np.array([bool(spans) for spans in plan.pauses])
    if may_sleep(packing) or tables.most_moved >= 0 or steps > SHIFT_STEPS:
        return plan
    state, price = replay(tables, plan), packing.ranked_price
    price_sum = np.concatenate([[0.0], np.cumsum(price)])
    shift_cheaper(tables, state, shifts, price, price_sum, plan.makespan_min, SHIFT_SWEEPS)
    return PackedPlan(state.start.copy(), plan.pauses, plan.makespan_min)
