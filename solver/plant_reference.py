"""The slow, obvious twin of plant_kernel.py and place_kernel.py: a plant's account, minute by minute.

A batch is given as the minutes in which it runs, or as None while it is nowhere. Where a machine's standing
varies with the price's sign, its running counts above the least of it: that is never too little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from solver.couplings import Couplings
from solver.layout import Floats, Ints, Layout, MachineLayout

Run = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PlantAccount:
    """What batches draw and need: window means of all grids, people and starts by minute, buffers, moves."""

    load: Floats
    busy: Ints
    begun: Ints
    level: Floats
    moved: int


def batches_of(layout: Layout) -> list[tuple[int, int]]:
    """Machine and place in its order of each batch."""
    return [(m, i) for m, machine in enumerate(layout.machines) for i in range(machine.count)]


def resumptions(run: Run) -> list[int]:
    """The minutes at which a batch goes on after a pause."""
    return [after for before, after in pairwise(run) if after > before + 1]


def window_means(minute_kw: Floats, window_min: int) -> list[float]:
    """The mean of each window, the last of which may be shorter."""
    return [
        float(minute_kw[since : since + window_min].mean()) for since in range(0, len(minute_kw), window_min)
    ]


def account_of(layout: Layout, couplings: Couplings, runs: Sequence[Run | None]) -> PlantAccount:
    """The account of these batches, in the order of batches_of."""
    horizon, crew, most = layout.horizon, couplings.crew, couplings.most_starts
    load_kw = np.sum([machine.rest_kw for machine in layout.machines], axis=0)
    busy, begun = np.zeros(horizon, dtype=np.int64), np.zeros(horizon, dtype=np.int64)
    moved = 0
    for (m, i), run in zip(batches_of(layout), runs, strict=True):
        if run is None:
            continue
        machine = layout.machines[m]
        for done, minute in enumerate(run):
            load_kw[minute] += machine.power_kw[i][done] - machine.rest_kw.min()
        if crew is not None:
            for minute in range(horizon):
                busy[minute] += crew.charge_people * (run[0] - crew.charge_min <= minute < run[0])
                busy[minute] += crew.discharge_people * (run[-1] < minute <= run[-1] + crew.discharge_min)
        for start in (run[0], *resumptions(run)):
            for since in range(horizon):
                begun[since] += since <= start < since + couplings.starts_within_min
        moved += machine.now[i] >= 0 and (run[0] != machine.now[i] or len(resumptions(run)) > 0)
    return PlantAccount(
        load=np.array([mean for step in couplings.grid_min for mean in window_means(load_kw, step)]),
        busy=busy if crew is not None else busy[:0],
        begun=begun if most > 0 else begun[:0],
        level=_levels(layout, couplings, runs),
        moved=int(moved),
    )


def _levels(layout: Layout, couplings: Couplings, runs: Sequence[Run | None]) -> Floats:
    level = np.zeros((len(couplings.buffers), layout.horizon + 1))
    for f, buffer in enumerate(couplings.buffers):
        for minute in range(layout.horizon + 1):
            level[f, minute] = buffer.start_level - buffer.drain_per_hour * minute / 60
            for (m, i), run in zip(batches_of(layout), runs, strict=True):
                machine = layout.machines[m]
                if run is not None and machine.id in buffer.filled_by and run[-1] < minute:
                    level[f, minute] += machine.makes[i]
                if run is not None and machine.id in buffer.emptied_by and run[0] <= minute:
                    level[f, minute] -= machine.takes[i]
    return level


def demand_cost_of(couplings: Couplings, account: PlantAccount) -> float:
    """What the highest means cost."""
    total, means = 0.0, _by_grid(couplings, account.load)
    for part in couplings.demand:
        seen = [mean for mean, counts in zip(means[part.grid], part.counts, strict=True) if counts]
        total += part.price_per_kw * max([part.floor_kw, *seen])
    return total


def breach_of(couplings: Couplings, account: PlantAccount) -> float:
    """By how much hard limits are broken, each as a share of what it allows, in minutes."""
    total = 0.0
    grids = zip(couplings.grid_min, couplings.cap_kw, _by_grid(couplings, account.load), strict=True)
    for step, caps, means in grids:
        for w, (cap, mean) in enumerate(zip(caps, means, strict=True)):
            length = min(step, couplings.horizon - w * step)
            if mean > cap + 1e-9 * max(1.0, cap):
                total += (mean - cap) / max(1.0, cap) * length
    if couplings.crew is not None:
        for there, needed in zip(couplings.crew.people, account.busy, strict=True):
            total += max(0, needed - there) / max(1, there)
    for count in account.begun:
        total += max(0, count - couplings.most_starts) / couplings.most_starts
    for buffer, row in zip(couplings.buffers, account.level, strict=True):
        capacity = np.inf if buffer.capacity is None else buffer.capacity
        size = max(1.0, buffer.start_level) if buffer.capacity is None else max(1e-9, buffer.capacity)
        total += (
            float(np.maximum(0.0, -row - 1e-9).sum() + np.maximum(0.0, row - capacity - 1e-9).sum()) / size
        )
    return total


def _by_grid(couplings: Couplings, load: Floats) -> list[list[float]]:
    rows, at = [], 0
    for cap in couplings.cap_kw:
        rows.append(load[at : at + len(cap)].tolist())
        at += len(cap)
    return rows


def own_cost_of(layout: Layout, couplings: Couplings, m: int, i: int, run: Run) -> float:
    """What a batch costs alone: energy above standing, carbon within it, night work and distance."""
    machine, price, crew = layout.machines[m], layout.price_per_kw_min, couplings.crew
    cost = 0.0
    for done, minute in enumerate(run):
        cost += (machine.power_kw[i][done] - machine.rest_kw[minute]) * price[minute]
    if crew is not None:
        paid = crew.night_price_per_hour / 60
        cost += crew.charge_people * float(paid[max(0, run[0] - crew.charge_min) : run[0]].sum())
        cost += crew.discharge_people * float(paid[run[-1] + 1 :][: crew.discharge_min].sum())
    if machine.now[i] >= 0:
        cost += couplings.move_price_per_min * abs(run[0] - int(machine.now[i]))
    return float(cost)


def places_of(layout: Layout, couplings: Couplings, m: int, i: int) -> dict[int, float]:
    """All starts that a batch's own limits allow if it does not pause, with what each costs alone."""
    machine = layout.machines[m]
    found = {}
    for run in runs_of(machine, i, most_move=couplings.most_move_min, may_pause=False):
        shut = machine.shut is not None and any(machine.shut[minute] for minute in run)
        if not shut:
            found[run[0]] = own_cost_of(layout, couplings, m, i, run)
    return found


def runs_of(machine: MachineLayout, i: int, most_move: int, may_pause: bool) -> Iterator[Run]:
    """Every way to run one batch in its window and near its present place, whatever maintenance says."""
    duration, least = int(machine.duration[i]), int(machine.least_pause[i])
    most = int(machine.most_pauses[i]) if may_pause else 0
    window = range(int(machine.first_start[i]), int(machine.last_end[i]))
    unbroken = (tuple(window[at : at + duration]) for at in range(len(window) - duration + 1))
    for run in combinations(window, duration) if most else unbroken:
        far = most_move >= 0 and machine.now[i] >= 0 and abs(run[0] - machine.now[i]) > most_move
        lengths = [after - before - 1 for before, after in pairwise(run) if after > before + 1]
        if not far and len(lengths) <= most and all(length >= least for length in lengths):
            yield run


def coarse_of(
    places: Sequence[Sequence[int]],
    durations: Sequence[int],
    gaps: Sequence[int],
    now: Sequence[int],
    step: int,
    most: int,
) -> list[list[int]]:
    """The coarse places of one machine's batches: ends of a window, the present one, and `most` residues.

    These are of starts and ends on the step, then of starts right after a residue of the batch before.
    """
    found: list[list[int]] = []
    before: list[int] = []
    for b, starts in enumerate(places):
        after = [(r + durations[b - 1] + gaps[b]) % step for r in before] if b else []
        before = list(dict.fromkeys([0, -durations[b] % step, *after]))[:most]
        kept = {s for s in starts if s % step in before or s == now[b]} | {*starts[:1], *starts[-1:]}
        found.append(sorted(kept))
    return found
