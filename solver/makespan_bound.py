"""No plan can be shorter: proven lower bounds on the makespan from machines and energy.

Each holds for every plan, whatever its order and pauses; a head is the earliest start that a batch can have.

- Machine: from a head on, a machine runs all its batches that begin no earlier, with all their gaps but one,
  and not in its maintenance.
- Energy: from a head on, no interval gives more than its limit leaves above standing, and no minute more than
  every machine's strongest batch draws; what those batches draw must fit before the makespan.
- Intervals: see makespan_intervals.py.
"""

from __future__ import annotations

import numpy as np

from solver.layout import Floats, Ints
from solver.limits import supply_limit_kw
from solver.makespan_layout import DURATION, FIRST_START, GAP, MACHINE, PINNED, Packing

ROUNDING = 1e-7  # of what is drawn, given away against the rounding of sums
TOLERATED = 1e-6  # of the limit: so much more a plan may draw before it counts as breaking it


def earliest_heads(packing: Packing) -> Ints:
    """No plan starts a batch sooner, int64[N]: its window, its pin, and those before it in a fixed order."""
    tables = packing.tables
    heads = np.where(tables.batch[:, PINNED] >= 0, tables.batch[:, PINNED], tables.batch[:, FIRST_START])
    for row in range(1, len(heads)):
        machine = tables.batch[row, MACHINE]
        if tables.ordered[machine] and row > tables.rows[machine]:
            before = heads[row - 1] + tables.batch[row - 1, DURATION] + tables.batch[row, GAP]
            heads[row] = max(heads[row], before)
    return np.asarray(heads, dtype=np.int64)


def least_standing_kw(packing: Packing) -> Floats:
    """Below this no machine ever draws, float64[M]: standing or in its weakest running minute."""
    least = packing.least_rest_kw.copy()
    for row, power_kw in enumerate(packing.running_kw):
        machine = packing.tables.batch[row, MACHINE]
        least[machine] = min(least[machine], power_kw.min())
    return least


def interval_caps(packing: Packing) -> Floats:
    """What each interval has above the least standing, float64[K] in kW·min; infinite without a limit."""
    tables = packing.tables
    edges = np.append(np.arange(0, tables.horizon, tables.interval_min), tables.horizon)
    limit_kwh = packing.problem.limits.interval_energy_kwh
    if limit_kwh is None:
        return np.full(len(edges) - 1, np.inf)
    allowed = 60.0 * limit_kwh * (1.0 + TOLERATED)
    return np.asarray(allowed - least_standing_kw(packing).sum() * np.diff(edges), dtype=np.float64)


def machine_bound(packing: Packing, heads: Ints) -> int:
    """The latest end that some machine cannot avoid."""
    tables, best = packing.tables, 0
    for machine in range(len(tables.ordered)):
        rows = np.arange(tables.rows[machine], tables.rows[machine + 1])
        if not len(rows):
            continue
        open_minutes = _open_minutes(packing, machine)
        best = max(best, int((heads[rows] + tables.batch[rows, DURATION]).max()))
        work = gaps = widest = 0
        for row in rows[np.argsort(-heads[rows], kind="stable")]:
            work += int(tables.batch[row, DURATION])
            gaps += int(tables.batch[row, GAP])
            widest = max(widest, int(tables.batch[row, GAP]))
            head = int(heads[row])
            best = max(best, head + work + gaps - widest)
            if head < len(open_minutes):
                best = max(best, int(np.searchsorted(open_minutes, open_minutes[head] + work)))
    return best


def _open_minutes(packing: Packing, machine: int) -> Ints:
    """How many minutes before each one are free of maintenance, with open time after the horizon."""
    tables = packing.tables
    rows = slice(int(tables.rows[machine]), int(tables.rows[machine + 1]))
    beyond = int(tables.batch[rows, DURATION].sum())
    free = np.ones(tables.horizon + beyond, dtype=np.int64)
    for since, to in tables.closed[tables.closed_rows[machine] : tables.closed_rows[machine + 1]]:
        free[since:to] = 0
    return np.concatenate([[0], np.cumsum(free)])


def energy_bound(packing: Packing, heads: Ints) -> int:
    """The first minute by which all that batches draw from their heads on can have been drawn."""
    tables, least = packing.tables, least_standing_kw(packing)
    machine = tables.batch[:, MACHINE]
    need = np.array([float((kw - least[m]).sum()) for m, kw in zip(machine, packing.running_kw, strict=True)])
    rate = _most_above_standing(packing, least)
    if not len(need) or rate <= 0.0:
        return 0
    caps = interval_caps(packing)
    order = np.argsort(-heads, kind="stable")
    later = np.append(np.diff(heads[order]) < 0, True)  # once for each head, with all batches from it on
    return max(
        _drawn_by(caps, rate, tables.interval_min, int(heads[row]), float(total), tables.horizon)
        for row, total in zip(order[later], np.cumsum(need[order])[later], strict=True)
    )


def _most_above_standing(packing: Packing, least: Floats) -> float:
    """What all machines together can draw above standing in one minute."""
    top = np.zeros(len(least))
    for row, power_kw in enumerate(packing.running_kw):
        machine = packing.tables.batch[row, MACHINE]
        top[machine] = max(top[machine], power_kw.max() - least[machine])
    supply_kw = supply_limit_kw(packing.problem.limits)
    if supply_kw is None:
        return float(top.sum())
    return min(float(top.sum()), supply_kw * (1.0 + TOLERATED) - float(least.sum()))


def _drawn_by(caps: Floats, rate: float, interval: int, head: int, need: float, horizon: int) -> int:
    """The first minute by which `need` can be drawn from `head` on; beyond the horizon where it cannot."""
    need *= 1.0 - ROUNDING
    for k in range(min(head // interval, len(caps) - 1), len(caps)):
        since, to = max(head, k * interval), min((k + 1) * interval, horizon)
        given = min(float(caps[k]), rate * (to - since))
        if need <= given:
            return since + max(int(np.ceil(need / rate - ROUNDING)), 0)
        need -= max(given, 0.0)
    return horizon + 1
