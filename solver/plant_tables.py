"""All machines laid out flat for the kernels of the coupled search; places are (batch, start) pairs.

B batches of M machines over H minutes. Grids hold window means one after the other: window w of grid g is
load[grid_at[g] + w]. Powers are above the least that the machine draws standing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solver.couplings import Couplings, CrewRoom, night_costs, window_lengths
from solver.layout import Floats, Ints, Layout
from solver.special import Occupied

Places = NDArray[np.int32]


class PlantTables(NamedTuple):
    """What of a plant never changes during a search."""

    batch_at: Ints  # int64[M + 1], a machine's first batch
    duration: Ints
    gap: Ints
    first: Ints  # earliest start
    last: Ints  # latest start
    now: Ints  # -1 where none
    power_kw: Floats  # float64[B], mean above standing
    rest_spread: Floats  # float64[B], by how much standing varies over the minutes
    profile_at: Ints  # int64[B], -1 for constant power
    profile_sum: Floats  # profiles one after the other, cumulative kW·min from 0, duration + 1 each
    step_at: Ints  # int64[B + 1], a profile's steps; none for constant power
    step_end: Ints  # running minutes by which each step of equal power ends
    step_kw: Floats
    most_pauses: Ints
    least_pause: Ints
    takes: Floats
    makes: Floats
    fills: Ints  # int64[M], the buffer, -1 for none
    empties: Ints
    price: Floats  # float64[H], per kW and minute
    start_cost: Floats  # float64[H + 1], night work of charging before a start
    end_cost: Floats  # float64[H + 1], night work of discharging after an end
    move_price: float  # per minute that a start moves
    most_move: int  # minutes that a start may move, -1 for any
    grid_min: Ints
    grid_at: Ints  # int64[G + 1]
    window_min: Floats  # lengths of all windows
    cap_kw: Floats  # hard limit of each window's mean, inf where none
    cap_weight: (
        Floats  # what a kW above it counts: the window's minutes as a share of the limit, 0 where none
    )
    base_kw: Floats  # mean of each window if all machines stand
    demand_grid: Ints  # int64[K]
    demand_price: Floats
    demand_floor: Floats
    demand_counts: NDArray[np.bool_]  # [K, all windows]
    people: Ints  # int64[H], empty without a crew
    charge: Ints  # int64[4]: charge_min, charge_people, discharge_min, discharge_people
    most_starts: int  # 0 for no rule
    starts_within: int
    base_begun: Ints  # int64[H], starts within the rule's span from each minute on that are there anyway
    level: Floats  # float64[F, H + 1], the buffers without any batch
    capacity: Floats  # float64[F], inf where none
    most_moved: int  # -1 for no rule


class PlaceSet(NamedTuple):
    """Starts to choose from, rising: those of batch b are start[at[b]:at[b + 1]]; what each costs alone."""

    at: Ints
    start: Places
    cost: Floats


def plant_tables(layout: Layout, couplings: Couplings) -> PlantTables:
    """The tables of a laid-out problem."""
    machines, horizon = layout.machines, layout.horizon
    counts = [machine.count for machine in machines]
    batch_at = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    at, sums = _profiles(layout)
    steps = [_steps(power, machine.rest_kw) for machine in machines for power in machine.power_kw]
    windows = [window_lengths(window_min, horizon) for window_min in couplings.grid_min]
    grid_at = np.concatenate([[0], np.cumsum([len(lengths) for lengths in windows])]).astype(np.int64)
    start_cost, end_cost = night_costs(couplings)
    fills, empties = _buffer_places(layout, couplings)
    cap_kw = _floats(list(couplings.cap_kw))
    crew = couplings.crew
    return PlantTables(
        batch_at=batch_at,
        duration=_joined([machine.duration for machine in machines]),
        gap=_joined([machine.gap for machine in machines]),
        first=_joined([machine.first_start for machine in machines]),
        last=_joined([machine.last_end - machine.duration for machine in machines]),
        now=_joined([machine.now for machine in machines]),
        power_kw=_mean_powers(layout),
        rest_spread=np.repeat([float(np.ptp(machine.rest_beside_kw)) for machine in machines], counts),
        profile_at=at,
        profile_sum=sums,
        step_at=np.concatenate([[0], np.cumsum([len(ends) for ends, _ in steps])]).astype(np.int64),
        step_end=_joined([ends for ends, _ in steps]),
        step_kw=_floats([powers for _, powers in steps]),
        most_pauses=_joined([machine.usable_pauses for machine in machines]),
        least_pause=_joined([machine.least_pause for machine in machines]),
        takes=_floats([machine.takes for machine in machines]),
        makes=_floats([machine.makes for machine in machines]),
        fills=fills,
        empties=empties,
        price=layout.price_per_kw_min,
        start_cost=start_cost,
        end_cost=end_cost,
        move_price=couplings.move_price_per_min,
        most_move=couplings.most_move_min,
        grid_min=np.array(couplings.grid_min, dtype=np.int64),
        grid_at=grid_at,
        window_min=_floats(windows),
        cap_kw=cap_kw,
        cap_weight=np.where(np.isfinite(cap_kw), _floats(windows) / np.maximum(cap_kw, 1.0), 0.0),
        base_kw=_floats(_standing_means(layout, couplings, windows)),
        demand_grid=np.array([part.grid for part in couplings.demand], dtype=np.int64),
        demand_price=np.array([part.price_per_kw for part in couplings.demand], dtype=np.float64),
        demand_floor=np.array([part.floor_kw for part in couplings.demand], dtype=np.float64),
        demand_counts=_demand_counts(couplings, grid_at),
        people=np.zeros(0, dtype=np.int64) if crew is None else crew.people.astype(np.int64),
        charge=_crew_work(crew),
        most_starts=couplings.most_starts,
        starts_within=couplings.starts_within_min,
        base_begun=np.zeros(horizon if couplings.most_starts else 0, dtype=np.int64),
        level=_levels(couplings),
        capacity=_capacities(couplings),
        most_moved=couplings.most_moved,
    )


def _standing_means(layout: Layout, couplings: Couplings, windows: list[Floats]) -> list[Floats]:
    """The means of all machines standing, for each grid over its windows."""
    rest = sum((machine.rest_kw for machine in layout.machines), np.zeros(layout.horizon))
    return [
        np.add.reduceat(rest, np.arange(0, layout.horizon, window_min)) / lengths
        for window_min, lengths in zip(couplings.grid_min, windows, strict=True)
    ]


def _crew_work(crew: CrewRoom | None) -> Ints:
    if crew is None:
        return np.zeros(4, dtype=np.int64)
    work = (crew.charge_min, crew.charge_people, crew.discharge_min, crew.discharge_people)
    return np.array(work, dtype=np.int64)


def _capacities(couplings: Couplings) -> Floats:
    capacities = [np.inf if buffer.capacity is None else buffer.capacity for buffer in couplings.buffers]
    return np.array(capacities, dtype=np.float64)


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _floats(parts: list[Floats]) -> Floats:
    return np.concatenate([np.zeros(0), *parts]).astype(np.float64)


def _mean_powers(layout: Layout) -> Floats:
    return np.array(
        [
            float(power.mean()) - float(machine.rest_kw.min())
            for machine in layout.machines
            for power in machine.power_kw
        ],
        dtype=np.float64,
    )


def _profiles(layout: Layout) -> tuple[Ints, Floats]:
    at: list[int] = []
    sums: list[Floats] = []
    length = 0
    for machine in layout.machines:
        rest = float(machine.rest_kw.min())
        for power in machine.power_kw:
            if power.min() == power.max():
                at.append(-1)
                continue
            at.append(length)
            sums.append(np.concatenate([[0.0], np.cumsum(power - rest)]))
            length += len(power) + 1
    return np.array(at, dtype=np.int64), _floats(sums)


def _steps(power_kw: Floats, rest_kw: Floats) -> tuple[Ints, Floats]:
    """Where a profile's steps of equal power end, and that power above the least of standing."""
    if power_kw.min() == power_kw.max():
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    ends = np.append(np.flatnonzero(np.diff(power_kw)) + 1, len(power_kw)).astype(np.int64)
    return ends, power_kw[ends - 1] - float(rest_kw.min())


def _buffer_places(layout: Layout, couplings: Couplings) -> tuple[Ints, Ints]:
    fills = np.full(len(layout.machines), -1, dtype=np.int64)
    empties = fills.copy()
    place = {machine.id: m for m, machine in enumerate(layout.machines)}
    for f, buffer in enumerate(couplings.buffers):
        fills[[place[name] for name in buffer.filled_by if name in place]] = f
        empties[[place[name] for name in buffer.emptied_by if name in place]] = f
    return fills, empties


def _levels(couplings: Couplings) -> Floats:
    hours = np.arange(couplings.horizon + 1) / 60.0
    rows = [buffer.start_level - buffer.drain_per_hour * hours for buffer in couplings.buffers]
    return np.array(rows, dtype=np.float64).reshape(len(rows), couplings.horizon + 1)


def _demand_counts(couplings: Couplings, grid_at: Ints) -> NDArray[np.bool_]:
    counts = np.zeros((len(couplings.demand), int(grid_at[-1])), dtype=np.bool_)
    for row, part in zip(counts, couplings.demand, strict=True):
        row[grid_at[part.grid] : grid_at[part.grid] + len(part.counts)] = part.counts
    return counts


def around(tables: PlantTables, taken: Occupied) -> PlantTables:
    """The same tables with what machines that are planned apart take of load, people, starts and goods."""
    begun = starts_within(taken.started, tables.starts_within)
    return tables._replace(
        base_kw=tables.base_kw + window_means(taken.load_kw, tables),
        base_begun=np.ascontiguousarray(begun) if tables.most_starts > 0 else tables.base_begun,
        people=tables.people - taken.busy if len(tables.people) else tables.people,  # too many show as < 0
        level=tables.level + taken.goods,
        most_moved=max(0, tables.most_moved - taken.moved) if tables.most_moved >= 0 else -1,
    )


def starts_within(started: Ints, minutes: int) -> Ints:
    """Starts in so many minutes from each minute on, int64[H], of starts at each."""
    return np.convolve(started[::-1], np.ones(minutes, dtype=np.int64))[: len(started)][::-1]


def window_means(load_kw: Floats, tables: PlantTables) -> Floats:
    """The means of a load, float64[H], in the windows of all grids."""
    found = np.empty(len(tables.window_min))
    for g, step in enumerate(tables.grid_min):
        own = slice(int(tables.grid_at[g]), int(tables.grid_at[g + 1]))
        sums = np.add.reduceat(load_kw, np.arange(0, len(load_kw), step))
        found[own] = sums / tables.window_min[own]
    return found


def every_place(layout: Layout, tables: PlantTables) -> PlaceSet:
    """All minutes at which each batch may start, in its window and out of maintenance."""
    from solver.place_kernel import count_places, fill_places

    shut = [machine.shut_sum for machine in layout.machines if machine.shut is not None]
    rows = np.array(shut, dtype=np.int64).reshape(len(shut), layout.horizon + 1)
    has = np.array([machine.shut is not None for machine in layout.machines])
    row_of = np.where(has, np.cumsum(has) - 1, -1).astype(np.int64)
    at = np.zeros(len(tables.duration) + 1, dtype=np.int64)
    count_places(row_of, rows, tables, at)
    starts, costs = np.zeros(int(at[-1]), dtype=np.int32), np.zeros(int(at[-1]))
    fill_places(row_of, rows, tables, layout.price_sum, at, starts, costs)
    _charge_for_standing(layout, tables, at, starts, costs)
    return PlaceSet(at, starts, costs)


def _charge_for_standing(
    layout: Layout, tables: PlantTables, at: Ints, starts: Places, costs: Floats
) -> None:
    """Takes off what standing would have cost beyond its least, where it varies with the price's sign."""
    for m, machine in enumerate(layout.machines):
        beyond = machine.rest_kw - machine.rest_kw.min()
        if not beyond.any():
            continue
        paid = np.concatenate([[0.0], np.cumsum(beyond * layout.price_per_kw_min)])
        for b in range(tables.batch_at[m], tables.batch_at[m + 1]):
            own = slice(int(at[b]), int(at[b + 1]))
            costs[own] -= paid[starts[own] + tables.duration[b]] - paid[starts[own]]


def coarse_places(tables: PlantTables, every: PlaceSet, step_min: int, most: int) -> PlaceSet:
    """The places at which a batch begins or ends on a step of the grid, or follows such a one without delay.

    Prices and windows change on that step, so that the best places of batches are among these, but for what
    lies between a window's edge and the next step; `most` residues a batch are kept.
    """
    from solver.place_kernel import mark_coarse

    keep = np.zeros(len(every.start), dtype=np.bool_)
    mark_coarse(step_min, most, tables, every, keep)
    kept = np.flatnonzero(keep)
    return PlaceSet(np.searchsorted(kept, every.at), every.start[kept], every.cost[kept])


def anywhere(tables: PlantTables, every: PlaceSet, random: np.random.Generator) -> Ints:
    """Starts of all batches, each at a place drawn at random."""
    counts = np.diff(every.at)
    chosen = every.at[:-1] + (random.random(len(counts)) * counts).astype(np.int64)
    inside = np.minimum(chosen, max(0, len(every.start) - 1))
    return np.where(counts > 0, every.start[inside], tables.first).astype(np.int64)


def machine_of_batches(tables: PlantTables) -> Ints:
    """The machine of each batch, int64[B]."""
    return np.repeat(np.arange(len(tables.batch_at) - 1), np.diff(tables.batch_at))


def in_their_own_way(tables: PlantTables, starts: Ints, spans: Ints) -> Ints:
    """The machines on which a batch begins before the one before it is done."""
    machine, free = machine_of_batches(tables), (starts + spans)[:-1] + tables.gap[1:]
    return np.unique(machine[1:][(starts[1:] < free) & (machine[1:] == machine[:-1])])


def places_within(inside: NDArray[np.bool_], starts: Ints, coarse: PlaceSet, every: PlaceSet) -> PlaceSet:
    """The coarse places of the batches inside, and of each other one where it starts, if that is a place."""
    spans = []
    for b, start in enumerate(starts.tolist()):
        chosen = coarse if inside[b] else every
        first, last = int(chosen.at[b]), int(chosen.at[b + 1])
        if not inside[b]:
            first += int(np.searchsorted(chosen.start[first:last], start))
            last = min(first + 1, last)
        spans.append((chosen, slice(first, last)))
    at = np.concatenate([[0], np.cumsum([own.stop - own.start for _, own in spans])]).astype(np.int64)
    place = np.concatenate([chosen.start[own] for chosen, own in spans])
    return PlaceSet(at, place, np.concatenate([chosen.cost[own] for chosen, own in spans]))
