"""A problem laid out flat for the makespan kernels: its batches, and what is left of every hard limit.

N batches of M machines, in the problem's order; H minutes, K metering intervals, B buffers. Energy is in
kW·min. What is left is what machines that stand leave over: a batch takes only what it draws above standing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.durations import DAY_MIN
from solver.layout import Floats, Ints
from solver.limits import Crew, Limits, supply_limit_kw
from solver.makespan_standing import ranked_price_per_kwh
from solver.plan import running_kw, standing_curve
from solver.problem import BatchSpec, Machine, PlanProblem, due_min, problem_zone
from solver.tariff import PriceGrid, local_minutes

SLACK = 1e-9  # of a limit, against the rounding of sums; plans stay this near
SATURDAY = 5
(
    MACHINE,
    DURATION,
    GAP,
    FIRST_START,  # of the batch alone
    LAST_START,
    LAST_END,
    MOST_PAUSES,
    LEAST_PAUSE,
    PINNED,
    NOW,  # where the current plan has it, else -1
) = range(10)
STEADY, SWING = 0, 1


class PackTables(NamedTuple):
    """What the kernels read; a tuple, for Numba reads those. A limit that is not given has an empty array."""

    batch: Ints  # int64[N, 10], columns above; PINNED is where a fixed machine's batch lies, else -1
    run_sum: Floats  # float64[sum of (duration + 1)], running totals of the batches' power
    run_at: Ints  # int64[N]
    power: Floats  # float64[N, 2]: above standing, NaN where it changes; what a minute's shift can change
    plain: NDArray[np.bool_]  # bool[N]: draws evenly, and only its machine and the energy limit its place
    has_rigid: bool  # whether some batch may not move
    rows: Ints  # int64[M + 1]: machine m has the batches rows[m] .. rows[m + 1]
    ordered: NDArray[np.bool_]  # bool[M]
    rest_sum: Floats  # float64[M, H + 1], running totals of standing power
    closed: Ints  # int64[C, 2], maintenance; those of machine m are closed_rows[m] .. closed_rows[m + 1]
    closed_rows: Ints
    interval_min: int
    energy: Floats  # float64[K], or empty
    energy_slack: float
    supply: Floats  # float64[H], or empty
    supply_slack: float
    overdrawn: bool  # whether machines that only stand draw more than some limit
    people: Ints  # int64[H], or empty
    charge_min: int
    charge_people: int
    discharge_min: int
    discharge_people: int
    most_starts: int  # 0 where any number may start
    within_min: int
    makes: Floats  # float64[B, N]
    takes: Floats
    level: Floats  # float64[B, H + 1], of a buffer that no batch fills or empties
    capacity: Floats  # float64[B]
    most_moved: int  # -1 where any number may move
    horizon: int


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """The tables beside the problem that they lay out."""

    problem: PlanProblem
    tables: PackTables
    ranked_price: Floats  # float64[H]: energy and carbon, by which a machine chooses how to stand
    least_rest_kw: Floats  # float64[M]: below this a standing machine never draws
    running_kw: tuple[Floats, ...]  # of each batch, float64[duration]

    @property
    def batches(self) -> list[tuple[Machine, BatchSpec]]:
        """Each batch with its machine, in the tables' order."""
        return [(machine, batch) for machine in self.problem.machines for batch in machine.batches]

    def name(self, row: int) -> str:
        """A batch as a sentence names it."""
        machine, batch = self.batches[row]
        return f"batch {batch.id!r} of {machine.id!r}"


def pack(problem: PlanProblem, price: PriceGrid, *, asleep: bool = False) -> Packing:
    """Lays a checked problem out; the price decides how machines stand between their batches.

    A machine that can sleep counts as awake, or with `asleep` as drawing the least that it can.
    """
    ranked = ranked_price_per_kwh(problem, price)
    least = np.array([_least_kw(machine, ranked) for machine in problem.machines])
    rest = np.array([_standing_kw(machine, ranked) for machine in problem.machines])
    for row, machine in enumerate(problem.machines):
        if machine.sleep and asleep:
            rest[row] = least[row]
    batches = _batch_tables(problem, rest)
    tables = PackTables(
        **batches,
        plain=_plain(problem, batches["power"][:, STEADY]),
        has_rigid=bool((batches["batch"][:, [PINNED, NOW]] >= 0).any()),
        **_machine_tables(problem, rest),
        **_load_tables(problem.limits, rest),
        **_crew_tables(problem, price),
        **_buffer_tables(problem),
        horizon=problem.horizon_min,
    )
    running = tuple(running_kw(batch) for machine in problem.machines for batch in machine.batches)
    return Packing(problem, tables, ranked, least, running)


def _plain(problem: PlanProblem, steady_kw: Floats) -> NDArray[np.bool_]:
    limits = problem.limits
    others = limits.crew or limits.starts or limits.buffers or supply_limit_kw(limits) is not None
    simple = [
        not others and limits.interval_energy_kwh is not None and not machine.maintenance and kw > 0.0
        for machine, kw in zip(
            [machine for machine in problem.machines for _ in machine.batches], steady_kw, strict=True
        )
    ]
    pauses = [batch.pauses.most > 0 for machine in problem.machines for batch in machine.batches]
    return np.asarray(np.array(simple, dtype=bool) & ~np.array(pauses, dtype=bool))


def _most_moved(limits: Limits) -> int:
    rule = limits.distance
    return -1 if rule is None or rule.most_batches is None else rule.most_batches


def _standing_kw(machine: Machine, ranked_price: Floats) -> Floats:
    """What a machine is taken to draw standing; one that can sleep counts as awake, see makespan_standing."""
    if machine.sleep:
        awake = machine.idle_kw if machine.idle_kw is not None else machine.off_kw
        return np.full(len(ranked_price), awake or 0.0)
    return standing_curve(machine, len(ranked_price), ranked_price)


def _least_kw(machine: Machine, ranked_price: Floats) -> float:
    least = [float(_standing_kw(machine, ranked_price).min())]
    return min(least + [min(s.off_kw, s.down_kw, s.up_kw) for s in machine.sleep])


def _batch_tables(problem: PlanProblem, rest: Floats) -> dict[str, Any]:
    horizon, rule = problem.horizon_min, problem.limits.distance
    most_min = rule.most_min if rule is not None else None
    rows: list[list[int]] = []
    sums: list[Floats] = []
    steady: list[tuple[float, float]] = []
    for number, machine in enumerate(problem.machines):
        pinned = fixed_places(machine) if machine.fixed else [-1] * len(machine.batches)
        opens = machine.sleep[0].up_min if machine.sleep else 0
        closes = horizon - (machine.sleep[0].down_min if machine.sleep else 0)
        for batch, place in zip(machine.batches, pinned, strict=True):
            first, end = max(batch.earliest_min, opens), min(due_min(batch, horizon), closes)
            last = end - batch.duration_min
            now = -1 if batch.now_min is None else batch.now_min
            if now >= 0 and most_min is not None:
                first, last = max(first, now - most_min), min(last, now + most_min)
            pauses = 0 if machine.fixed else min(batch.pauses.most, batch.duration_min - 1)
            least = batch.pauses.least_min
            gap = batch.gap_before_min
            rows.append([number, batch.duration_min, gap, first, last, end, pauses, least, place, now])
            power = running_kw(batch)
            sums.append(np.concatenate([[0.0], np.cumsum(power)]))
            steady.append(_steady(power, rest[number]))
    lengths = np.array([len(one) for one in sums], dtype=np.int64)
    return {
        "batch": np.array(rows, dtype=np.int64).reshape(-1, 10),
        "run_sum": np.concatenate([np.zeros(0), *sums]),
        "run_at": np.cumsum(lengths) - lengths,
        "power": np.array(steady, dtype=np.float64).reshape(-1, 2),
    }


def _steady(power_kw: Floats, standing_kw: Floats) -> tuple[float, float]:
    """The power above standing (NaN where it changes), and by how much a shift can change an interval."""
    if np.ptp(standing_kw) > 0:
        return np.nan, np.inf
    net = power_kw - standing_kw[0]
    swing = max(net.max(), 0.0) - min(net.min(), 0.0)
    return (float(net[0]) if np.ptp(power_kw) == 0 else np.nan), float(swing)


def fixed_places(machine: Machine) -> list[int]:
    """The starts of a fixed machine's batches in their order: now_min, else as early as it could alone."""
    places: list[int] = []
    free_from = machine.sleep[0].up_min if machine.sleep else 0
    for index, batch in enumerate(machine.batches):
        place = batch.now_min
        if place is None:
            place = max(batch.earliest_min, free_from + (batch.gap_before_min if index else 0))
            for since, to in sorted(machine.maintenance):
                if since < place + batch.duration_min and place < to:
                    place = to
        places.append(place)
        free_from = place + batch.duration_min
    return places


def _machine_tables(problem: PlanProblem, rest: Floats) -> dict[str, Any]:
    counts = [len(machine.batches) for machine in problem.machines]
    closed = [sorted(machine.maintenance) for machine in problem.machines]
    return {
        "rows": _edges(counts),
        "ordered": np.array([machine.order_fixed for machine in problem.machines]),
        "rest_sum": np.concatenate([np.zeros((len(rest), 1)), np.cumsum(rest, axis=1)], axis=1),
        "closed": np.array([span for spans in closed for span in spans], dtype=np.int64).reshape(-1, 2),
        "closed_rows": _edges([len(spans) for spans in closed]),
    }


def _edges(counts: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _load_tables(limits: Limits, rest: Floats) -> dict[str, Any]:
    standing = rest.sum(axis=0)
    interval = min(limits.interval_min, len(standing))
    energy, energy_slack = np.zeros(0), 0.0
    if limits.interval_energy_kwh is not None:
        allowed = 60.0 * limits.interval_energy_kwh
        energy = allowed - np.add.reduceat(standing, np.arange(0, len(standing), interval))
        energy_slack = SLACK * allowed
    supply, supply_slack = np.zeros(0), 0.0
    limit_kw = supply_limit_kw(limits)
    if limit_kw is not None:
        supply, supply_slack = limit_kw - standing, SLACK * limit_kw
    rule = limits.starts
    return {
        "overdrawn": bool((energy < -energy_slack).any() or (supply < -supply_slack).any()),
        "interval_min": interval,
        "energy": energy,
        "energy_slack": energy_slack,
        "supply": supply,
        "supply_slack": supply_slack,
        "most_starts": rule.most if rule else 0,
        "within_min": rule.within_min if rule else 1,
        "most_moved": _most_moved(limits),
    }


def _crew_tables(problem: PlanProblem, price: PriceGrid) -> dict[str, Any]:
    crew = problem.limits.crew
    return {
        "people": np.zeros(0, dtype=np.int64) if crew is None else _people(problem, price, crew),
        "charge_min": crew.charge_min if crew else 0,
        "charge_people": crew.charge_people if crew else 0,
        "discharge_min": crew.discharge_min if crew else 0,
        "discharge_people": crew.discharge_people if crew else 0,
    }


def _people(problem: PlanProblem, price: PriceGrid, crew: Crew) -> Ints:
    """How many people are there in each minute, int64[H]."""
    day, minute = local_minutes(price.start_ms, problem.horizon_min, problem_zone(problem))
    there = np.zeros((2, DAY_MIN), dtype=np.int64)
    for row, shifts in enumerate((crew.shifts, crew.weekend_shifts or crew.shifts)):
        for shift in shifts:
            there[row, int(shift.at[:2]) * 60 + int(shift.at[3:]) :] = shift.people
    weekend = (day + 3) % 7 >= SATURDAY  # 1970-01-01 was a Thursday
    return np.ascontiguousarray(there[weekend.astype(np.int64), minute])


def _buffer_tables(problem: PlanProblem) -> dict[str, Any]:
    buffers, minutes = problem.limits.buffers, np.arange(problem.horizon_min + 1)
    owners = [(machine.id, batch) for machine in problem.machines for batch in machine.batches]
    count = (len(buffers), len(owners))
    return {
        "makes": np.array(
            [[batch.makes * (owner in b.filled_by) for owner, batch in owners] for b in buffers]
        ).reshape(count),
        "takes": np.array(
            [[batch.takes * (owner in b.emptied_by) for owner, batch in owners] for b in buffers]
        ).reshape(count),
        "level": np.array([b.start_level - b.drain_per_hour / 60.0 * minutes for b in buffers]).reshape(
            len(buffers), len(minutes)
        ),
        "capacity": np.array([np.inf if b.capacity is None else b.capacity for b in buffers], dtype=float),
    }
