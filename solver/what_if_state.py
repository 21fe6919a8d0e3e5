"""What a plan adds up to, minute by minute, and how that changes when one batch goes elsewhere.

What a machine's batches break and what it draws is the checker's word (solver/check_machine.py); kept here
are the sums over all machines, of which a move changes one batch's part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from solver.check_breach import Breach, Findings
from solver.check_limits import check_distance
from solver.check_machine import PlacedBatch, check_machine, machine_load, place_batches
from solver.plan import Pauses, Span, Starts
from solver.what_if_tables import CrewTable, Floats, Ints, MachineTable, Tables


@dataclass(frozen=True, slots=True, eq=False)
class MachineState:
    """One machine's batches in the order in which they run, its load float64[horizon], what they break."""

    starts: Mapping[str, int]
    pauses: Mapping[str, Sequence[Span]]
    placed: Sequence[PlacedBatch]
    load_kw: Floats
    breaches: Sequence[Breach]
    end_min: int  # of its last batch

    def batch(self, batch: str) -> PlacedBatch | None:
        """Where a batch lies; None where it has no start."""
        return next((one for one in self.placed if one.batch.id == batch), None)


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What all machines add up to; the arrays are never changed once they are here.

    load_kw float64[horizon]; crew int64[horizon], the people that charging and discharging take; levels, one
    float64[horizon + 1] per buffer; starts int64[horizon].
    """

    load_kw: Floats
    crew: Ints | None
    levels: tuple[Floats, ...]
    starts: Ints | None
    night_min: int = 0  # person-minutes
    moved_min: int = 0
    moved_batches: int = 0


def machine_state(
    tables: Tables, table: MachineTable, starts: Mapping[str, int], pauses: Mapping[str, Sequence[Span]]
) -> MachineState:
    """What one machine's batches break and draw; those without a start are left out and said."""
    findings, machine = Findings(), table.machine
    placed = place_batches(findings, machine, starts, pauses)
    check_machine(findings, machine, placed, tables.horizon)
    load_kw = machine_load(findings, machine, placed, tables.weight)
    if tables.distance_alone is not None:
        check_distance(findings, tables.distance_alone, placed)
    end_min = max((one.end for one in placed), default=0)
    return MachineState(starts, pauses, placed, load_kw, findings.breaches, end_min)


def machine_states(tables: Tables, starts: Starts, pauses: Pauses) -> dict[str, MachineState]:
    """All machines of a plan; what the problem does not know is left out."""
    return {
        name: machine_state(tables, table, dict(starts.get(name, {})), dict(pauses.get(name, {})))
        for name, table in tables.machines.items()
    }


def without_batch(tables: Tables, table: MachineTable, state: MachineState, one: PlacedBatch) -> MachineState:
    """The same machine with one batch left out."""
    starts = {name: start for name, start in state.starts.items() if name != one.batch.id}
    if state.breaches or table.machine.sleep:
        return machine_state(tables, table, starts, state.pauses)
    placed = [other for other in state.placed if other is not one]
    load_kw = state.load_kw.copy()
    for since, to in one.runs:
        load_kw[since:to] = table.rest_kw[since:to]
    end_min = max((other.end for other in placed), default=0)
    return MachineState(starts, state.pauses, placed, load_kw, (), end_min)


def sums_of(tables: Tables, machines: Mapping[str, MachineState]) -> Sums:
    """What a plan adds up to."""
    horizon, limits = tables.horizon, tables.problem.limits
    load_kw = np.zeros(horizon)
    for state in machines.values():
        load_kw += state.load_kw
    hours = np.arange(horizon + 1) / 60.0
    adding = _Adding(
        tables,
        None if tables.crew is None else np.zeros(horizon, dtype=np.int64),
        [buffer.start_level - buffer.drain_per_hour * hours for buffer in limits.buffers],
        None if limits.starts is None else np.zeros(horizon, dtype=np.int64),
    )
    for name, state in machines.items():
        for one in state.placed:
            adding.add(tables.machines[name], one, 1)
    return adding.sums(load_kw)


def with_machine(
    tables: Tables, sums: Sums, before: MachineState, after: MachineState, table: MachineTable, batch: str
) -> Sums:
    """The sums after one machine's state has changed by where one of its batches lies."""
    adding = _Adding(
        tables,
        None if sums.crew is None else sums.crew.copy(),
        [level.copy() for level in sums.levels],
        None if sums.starts is None else sums.starts.copy(),
        sums.night_min,
        sums.moved_min,
        sums.moved_batches,
    )
    for state, sign in ((before, -1), (after, 1)):
        if (one := state.batch(batch)) is not None:
            adding.add(table, one, sign)
    return adding.sums(sums.load_kw + (after.load_kw - before.load_kw))


@dataclass(slots=True, eq=False)
class _Adding:
    """What batches take beside power, while it is added up."""

    tables: Tables
    crew: Ints | None
    levels: list[Floats]
    starts: Ints | None
    night_min: int = 0
    moved_min: int = 0
    moved_batches: int = 0

    def add(self, table: MachineTable, one: PlacedBatch, sign: int) -> None:
        """Puts a batch in (sign 1) or takes it out (-1)."""
        horizon = self.tables.horizon
        if self.crew is not None and self.tables.crew is not None:
            for since, to, people in crew_spans(self.tables.crew, one, horizon):
                self.crew[since:to] += sign * people
                night = self.tables.crew.night_before
                self.night_min += sign * people * int(night[to] - night[since])
        for buffer in table.empties:
            self.levels[buffer][max(0, one.start) :] -= sign * one.batch.takes
        for buffer in table.fills:
            self.levels[buffer][max(0, one.end) :] += sign * one.batch.makes
        if self.starts is not None:
            for since, _ in one.runs:
                if 0 <= since < horizon:
                    self.starts[since] += sign
        if one.batch.now_min is not None:
            self.moved_min += sign * abs(one.start - one.batch.now_min)
            self.moved_batches += sign * departs(one)

    def sums(self, load_kw: Floats) -> Sums:
        """What it adds up to."""
        return Sums(
            load_kw,
            self.crew,
            tuple(self.levels),
            self.starts,
            self.night_min,
            self.moved_min,
            self.moved_batches,
        )


def placed_at(one: PlacedBatch, start_min: int) -> PlacedBatch:
    """The batch begun at another minute, without pauses."""
    return replace(one, start=start_min, runs=[(start_min, start_min + one.batch.duration_min)], pauses=())


def departs(one: PlacedBatch) -> bool:
    """Whether a batch lies elsewhere than the plan in force has it, or pauses."""
    return one.batch.now_min is not None and (one.start != one.batch.now_min or bool(one.pauses))


def crew_spans(table: CrewTable, one: PlacedBatch, horizon: int) -> list[tuple[int, int, int]]:
    """When a batch takes people to charge and to discharge, as (from, to, people), cut to the horizon."""
    crew = table.crew
    found = [
        (one.start - crew.charge_min, one.start, crew.charge_people),
        (one.end, one.end + crew.discharge_min, crew.discharge_people),
    ]
    cut = [(min(max(since, 0), horizon), min(max(to, 0), horizon), people) for since, to, people in found]
    return [span for span in cut if span[0] < span[1]]
