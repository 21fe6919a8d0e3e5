"""Tiny problems whose machines share something, with a plan that keeps all limits and their optimum.

A plan is drawn first and the limits after it, so that they bind and at least one plan keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import msgspec
import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from solver.check import check_plan
from solver.couplings import Couplings, couplings_of
from solver.layout import Layout, lay_out
from solver.limits import Buffer, Carbon, Crew, CrewShift, Distance, Limits, NightWork, StartRule
from solver.plan import running_kw
from solver.plant_tables import PlaceSet, PlantTables, every_place, plant_tables
from solver.problem import BatchSpec, Machine, PauseRule, PlanProblem, check_problem
from solver.tariff import DemandCharge, PriceGrid, PriceSeries
from tests.solver.plan_examples import prices_of, problem_of, with_under_way

Floats = NDArray[np.float64]
Way = tuple[tuple[int, ...], ...]  # of each batch of a machine, the minutes in which it runs
Starts = dict[str, dict[str, int]]
Pauses = dict[str, dict[str, list[tuple[int, int]]]]

HORIZON = 36
SHIFT_FROM = 15
KINDS = ("demand", "charges", "supply", "energy", "crew", "starts", "buffers", "distance", "carbon")


@dataclass(frozen=True)
class Example:
    """A problem, its prices, and a plan that keeps all its limits."""

    problem: PlanProblem
    price: PriceGrid
    ways: tuple[Way, ...]

    @property
    def layout(self) -> Layout:
        return lay_out(self.problem, self.price)

    @property
    def couplings(self) -> Couplings:
        return couplings_of(self.problem, self.price)

    def tabled(self) -> tuple[Layout, PlantTables, PlaceSet]:
        """Everything laid out for the kernels."""
        layout = self.layout
        tables = plant_tables(layout, self.couplings)
        return layout, tables, every_place(layout, tables)


def plan_of(problem: PlanProblem, ways: tuple[Way, ...]) -> tuple[Starts, Pauses]:
    """Starts and pauses of these ways, for the checker."""
    starts: Starts = {}
    pauses: Pauses = {}
    for machine, way in zip(problem.machines, ways, strict=True):
        starts[machine.id] = {b.id: run[0] for b, run in zip(machine.batches, way, strict=True)}
        spans = {b.id: pauses_of(run) for b, run in zip(machine.batches, way, strict=True)}
        pauses[machine.id] = {batch: found for batch, found in spans.items() if found}
    return starts, pauses


def pauses_of(run: tuple[int, ...]) -> list[tuple[int, int]]:
    return [(a + 1, b) for a, b in pairwise(run) if b > a + 1]


def runs_of(batch: BatchSpec, horizon: int) -> Iterator[tuple[int, ...]]:
    """Every way to run one batch within its own window and pause rule."""
    due = horizon if batch.due_min is None else min(batch.due_min, horizon)
    if batch.pauses.most == 0:
        for start in range(batch.earliest_min, due - batch.duration_min + 1):
            yield tuple(range(start, start + batch.duration_min))
        return
    for run in combinations(range(batch.earliest_min, due), batch.duration_min):
        lengths = [to - since for since, to in pauses_of(run)]
        if len(lengths) <= batch.pauses.most and all(length >= batch.pauses.least_min for length in lengths):
            yield run


def ways_of(machine: Machine, problem: PlanProblem, first: int = 0, free_from: int = 0) -> list[Way]:
    """Every way to run a machine's batches in their order that its own limits allow."""
    if first == len(machine.batches):
        return [()]
    batch, distance = machine.batches[first], problem.limits.distance
    shut = {minute for since, to in machine.maintenance for minute in range(since, to)}
    most_min = None if distance is None else distance.most_min
    found: list[Way] = []
    for run in runs_of(batch, problem.horizon_min):
        far = most_min is not None and batch.now_min is not None and abs(run[0] - batch.now_min) > most_min
        early = first > 0 and run[0] < free_from + batch.gap_before_min
        if not far and not early and not shut.intersection(run):
            found += [(run, *rest) for rest in ways_of(machine, problem, first + 1, run[-1] + 1)]
    return found


@dataclass(frozen=True)
class Shares:
    """What each of n ways uses: money without demand [n], load and the rest minute by minute."""

    money: Floats
    load: Floats  # [n, H]
    busy: Floats  # [n, H]
    begun: Floats  # [n, H], starts and resumptions in each minute
    level: Floats  # [n, F, H + 1], what it changes
    moved: Floats

    def with_each_of(self, other: Shares) -> Shares:
        """Every pair of a way of this and a way of another machine."""

        def sums(mine: Floats, its: Floats) -> Floats:
            both = mine[:, None] + its[None]
            return np.asarray(both.reshape(len(mine) * len(its), *mine.shape[1:]))

        names = Shares.__dataclass_fields__
        return Shares(*(sums(getattr(self, name), getattr(other, name)) for name in names))


def shares_of(machine: Machine, ways: list[Way], problem: PlanProblem, price: PriceGrid) -> Shares:
    """What these ways of a machine use."""
    parts = [_share_of(machine, way, problem, price) for way in ways]
    columns = [np.array([part[place] for part in parts], dtype=np.float64) for place in range(6)]
    return Shares(*columns)


def _share_of(machine: Machine, way: Way, problem: PlanProblem, price: PriceGrid) -> tuple[object, ...]:
    limits, horizon = problem.limits, problem.horizon_min
    ranked = price.price_per_kwh[:horizon] + _carbon(problem)
    options = [kw for kw in (machine.off_kw, machine.idle_kw) if kw is not None] or [0.0]
    load = np.where(ranked >= 0, min(options), max(options)).astype(np.float64)
    if machine.under_way is not None:
        load[: machine.under_way.ends_min] = machine.under_way.power_kw
    busy, begun = np.zeros(horizon), np.zeros(horizon)
    level = np.zeros((len(limits.buffers), horizon + 1))
    moved, distance_min = 0, 0
    for batch, run in zip(machine.batches, way, strict=True):
        load[list(run)] = running_kw(batch)
        begun[[run[0], *(to for _, to in pauses_of(run))]] += 1
        if limits.crew:
            busy[max(0, run[0] - limits.crew.charge_min) : run[0]] += limits.crew.charge_people
            busy[run[-1] + 1 :][: limits.crew.discharge_min] += limits.crew.discharge_people
        for f, buffer in enumerate(limits.buffers):
            level[f, run[-1] + 1 :] += batch.makes * (machine.id in buffer.filled_by)
            level[f, run[0] :] -= batch.takes * (machine.id in buffer.emptied_by)
        if batch.now_min is not None:
            distance_min += abs(run[0] - batch.now_min)
            moved += run[0] != batch.now_min or len(pauses_of(run)) > 0
    money = float((load * ranked).sum()) / 60
    money += float((busy * _night_price(problem)).sum()) / 60
    money += (limits.distance.price_per_hour if limits.distance else 0.0) * distance_min / 60
    return money, load, busy, begun, level, float(moved)


def _carbon(problem: PlanProblem) -> Floats:
    carbon = problem.limits.carbon
    if carbon is None:
        return np.zeros(problem.horizon_min)
    return np.repeat(carbon.kg_per_kwh, carbon.interval_min)[: problem.horizon_min] * carbon.price_per_kg


def _night_price(problem: PlanProblem) -> Floats:
    """By minute; problems here begin at midnight."""
    crew, price = problem.limits.crew, np.zeros(problem.horizon_min)
    if crew and crew.night:
        price[int(crew.night.begins[3:]) : int(crew.night.ends[3:])] = crew.night.price_per_hour
    return price


def means_of(load: Floats, window_min: int) -> Floats:
    """Window means of [n, H] loads, [n, windows]."""
    edges = range(0, load.shape[1], window_min)
    return np.array([load[:, at : at + window_min].mean(axis=1) for at in edges]).T


def costs_of(shares: Shares, problem: PlanProblem, price: PriceGrid) -> Floats:
    """The whole cost of each, float64[n], inf where a limit is broken."""
    limits = problem.limits
    cost = shares.money.copy()
    if limits.demand_price_per_kw:
        peak = means_of(shares.load, limits.interval_min).max(axis=1)
        cost += limits.demand_price_per_kw * np.maximum(limits.peak_so_far_kw, peak)
    for charge in price.demand:
        floor = max(charge.floor_kw, limits.peaks_so_far_kw.get(charge.name, limits.peak_so_far_kw))
        means = means_of(shares.load, charge.window_min)[:, charge.counts]
        cost += charge.price_per_kw * np.maximum(floor, means.max(axis=1, initial=0.0))
    return np.where(_keeps_limits(shares, problem), cost, np.inf)


def _keeps_limits(shares: Shares, problem: PlanProblem) -> NDArray[np.bool_]:
    limits, slack = problem.limits, 1e-9
    kept = np.ones(len(shares.money), dtype=np.bool_)
    if limits.supply_kw is not None:
        kept &= shares.load.max(axis=1) <= limits.supply_kw + slack
    if limits.interval_energy_kwh is not None:
        lengths = np.diff([*range(0, problem.horizon_min, limits.interval_min), problem.horizon_min])
        energy = means_of(shares.load, limits.interval_min) * lengths / 60
        kept &= energy.max(axis=1) <= limits.interval_energy_kwh + slack
    if limits.crew:
        first, second = (shift.people for shift in limits.crew.shifts)
        kept &= (shares.busy[:, :SHIFT_FROM] <= first).all(axis=1)
        kept &= (shares.busy[:, SHIFT_FROM:] <= second).all(axis=1)
    if limits.starts:
        for t in range(problem.horizon_min):
            kept &= shares.begun[:, t : t + limits.starts.within_min].sum(axis=1) <= limits.starts.most
    for f, buffer in enumerate(limits.buffers):
        drained = buffer.drain_per_hour * np.arange(problem.horizon_min + 1) / 60
        level = buffer.start_level + shares.level[:, f] - drained
        kept &= (level >= -slack).all(axis=1)
        if buffer.capacity is not None:
            kept &= (level <= buffer.capacity + slack).all(axis=1)
    if limits.distance and limits.distance.most_batches is not None:
        kept &= shares.moved <= limits.distance.most_batches
    return kept


def least_cost(example: Example) -> float:
    """The least cost over every plan there is; the checker is asked about the one that has it."""
    problem, price = example.problem, example.price
    choices = [ways_of(machine, problem) for machine in problem.machines]
    shares: Shares | None = None
    for machine, ways in zip(problem.machines, choices, strict=True):
        own = shares_of(machine, ways, problem, price)
        shares = own if shares is None else shares.with_each_of(own)
    assert shares is not None
    costs = costs_of(shares, problem, price)
    best = int(costs.argmin())
    places = np.unravel_index(best, [len(ways) for ways in choices])
    chosen = tuple(ways[int(place)] for ways, place in zip(choices, places, strict=True))
    verdict = check_plan(problem, price, *plan_of(problem, chosen))
    assert verdict.violations == []
    assert abs(verdict.cost - float(costs[best])) < 1e-9
    return float(costs[best])


@st.composite
def coupled_examples(
    draw: st.DrawFn,
    kinds: tuple[str, ...] | None = None,
    *,
    pausing: bool = False,
    most_machines: int = 3,
    horizon: int = HORIZON,
    plain: bool = False,
    short_windows: bool = False,
    in_force: bool = False,
) -> Example:
    """A tiny problem with these kinds of coupling, or with any of them; a plain one has neither profiles nor
    power that varies while a machine stands; short windows are no longer than a batch.
    With `in_force` the plan that keeps all limits is the one in force.
    """
    chosen = draw(st.sets(st.sampled_from(KINDS))) if kinds is None else set(kinds)
    count = draw(st.integers(2, 2 if pausing else most_machines))
    goods = "buffers" in chosen
    planted = [
        draw(_planted_machines(f"m{number}", goods, pausing, horizon, plain, in_force))
        for number in range(count)
    ]
    prices = draw(st.lists(st.sampled_from([-0.3, 0.1, 0.5, 1.1, 2.3]), min_size=9, max_size=9))
    series = PriceSeries(prices, -(-horizon // 9))
    problem = problem_of(*(machine for machine, _ in planted), horizon_min=horizon, price=series)
    price = prices_of(problem)
    if "charges" in chosen:
        price = replace(price, demand=draw(_charges(horizon, short_windows)))
    ways = tuple(way for _, way in planted)
    limits = draw(_soft_limits(chosen, short_windows))
    problem = msgspec.structs.replace(problem, limits=limits)
    problem = msgspec.structs.replace(problem, limits=draw(_hard_limits(chosen, problem, price, ways)))
    check_problem(problem)
    assert check_plan(problem, price, *plan_of(problem, ways)).violations == []
    return Example(problem, price, ways)


@st.composite
def _planted_machines(
    draw: st.DrawFn, name: str, goods: bool, pausing: bool, horizon: int, plain: bool, in_force: bool
) -> tuple[Machine, Way]:
    batches: list[BatchSpec] = []
    way: list[tuple[int, ...]] = []
    amounts = st.sampled_from([0.0, 1.0, 2.5])
    at = draw(st.integers(0, 6))
    for number in range(draw(st.integers(1, 2))):
        duration, gap = draw(st.integers(2, 6)), draw(st.integers(0, 2))
        most = draw(st.integers(0, 2)) if pausing else 0
        start = at + gap + draw(st.integers(0, 3))
        end = start + duration
        powers = st.sampled_from([1.0, 2.0, 3.0, 5.0])
        profile = (
            draw(st.none() | st.lists(powers, min_size=duration, max_size=duration)) if not plain else None
        )
        batches.append(
            BatchSpec(
                f"b{number}",
                duration,
                power_kw=draw(powers) if profile is None else None,
                profile_kw=profile,
                earliest_min=max(0, start - draw(st.integers(0, 2))),
                due_min=min(horizon, end + draw(st.integers(0, 3))),
                gap_before_min=gap,
                pauses=PauseRule(most, draw(st.integers(1, 2))),
                now_min=start
                if in_force
                else draw(st.none() | st.just(start) | st.integers(0, horizon - duration)),
                takes=draw(amounts) if goods and name == "m1" else 0.0,
                makes=draw(amounts) if goods and name == "m0" else 0.0,
            )
        )
        way.append(tuple(range(start, end)))
        at = end
    off = draw(st.none() | st.sampled_from([0.0, 0.5]))
    idle = draw(st.none() | st.sampled_from([0.5, 1.0])) if not plain or off is None else None
    return draw(with_under_way(Machine(name, batches, off, idle))), tuple(way)


@st.composite
def _charges(draw: st.DrawFn, horizon: int, short: bool) -> tuple[DemandCharge, ...]:
    charges = []
    for number in range(draw(st.integers(1, 2))):
        window = draw(st.sampled_from([1, 2] if short else [4, 5, 15]))
        windows = -(-horizon // window)
        counts = draw(st.lists(st.booleans(), min_size=windows, max_size=windows))
        floor = draw(st.sampled_from([0.0, 2.0]))
        charges.append(DemandCharge(f"c{number}", float(number + 1), window, np.array(counts), floor))
    return tuple(charges)


@st.composite
def _soft_limits(draw: st.DrawFn, kinds: set[str], short: bool) -> Limits:
    carbon = Carbon(draw(st.lists(st.sampled_from([0.0, 0.4, 0.9]), min_size=6, max_size=6)), 11, 0.5)
    night = NightWork("00:08", "00:20", draw(st.sampled_from([0.0, 12.0])))
    crew = Crew([], [], draw(st.integers(0, 3)), draw(st.integers(1, 2)), draw(st.integers(0, 3)), 1, night)
    return Limits(
        interval_min=draw(st.sampled_from([1, 2] if short else [5, 8, 15])),
        demand_price_per_kw=draw(st.sampled_from([0.5, 2.0])) if "demand" in kinds else 0.0,
        peak_so_far_kw=draw(st.sampled_from([0.0, 3.0])),
        crew=crew if "crew" in kinds else None,
        starts=StartRule(1, draw(st.integers(1, 4))) if "starts" in kinds else None,
        buffers=[Buffer("slurry", ["m0"], ["m1"], 0.0, None, draw(st.sampled_from([0.0, 3.0])))]
        if "buffers" in kinds
        else [],
        distance=Distance(None, None, draw(st.sampled_from([0.0, 6.0]))) if "distance" in kinds else None,
        carbon=carbon if "carbon" in kinds else None,
    )


@st.composite
def _hard_limits(
    draw: st.DrawFn, kinds: set[str], problem: PlanProblem, price: PriceGrid, ways: tuple[Way, ...]
) -> Limits:
    """The limits that the planted plan just keeps, or nearly."""
    limits, horizon = problem.limits, problem.horizon_min
    parts = [
        shares_of(machine, [way], problem, price) for machine, way in zip(problem.machines, ways, strict=True)
    ]
    used = parts[0]
    for part in parts[1:]:
        used = used.with_each_of(part)
    change: dict[str, object] = {}
    if "supply" in kinds:
        change["supply_kw"] = float(used.load.max()) + draw(st.sampled_from([0.0, 1.0]))
    if "energy" in kinds:
        window_kwh = [
            used.load[0, at : at + limits.interval_min].sum() / 60
            for at in range(0, horizon, limits.interval_min)
        ]
        change["interval_energy_kwh"] = float(max(window_kwh)) + draw(st.sampled_from([0.0, 0.1]))
    if limits.crew:
        people = [int(used.busy[0, :SHIFT_FROM].max()), int(used.busy[0, SHIFT_FROM:].max())]
        shifts = [CrewShift("00:00", people[0]), CrewShift(f"00:{SHIFT_FROM}", people[1])]
        change["crew"] = msgspec.structs.replace(limits.crew, shifts=shifts)
    if limits.starts:
        within = limits.starts.within_min
        most = max(int(used.begun[0, t : t + within].sum()) for t in range(horizon))
        change["starts"] = StartRule(most, within)
    if limits.buffers:
        change["buffers"] = [draw(_buffer_around(limits.buffers[0], used.level[0, 0]))]
    if limits.distance:
        batches = [
            (b, run)
            for m, way in zip(problem.machines, ways, strict=True)
            for b, run in zip(m.batches, way, strict=True)
        ]
        far = max(abs(run[0] - b.now_min) if b.now_min is not None else 0 for b, run in batches)
        most_min = draw(st.none() | st.just(far + 1))
        most = draw(st.none() | st.just(int(used.moved[0])))
        change["distance"] = Distance(most_min, most, limits.distance.price_per_hour)
    return msgspec.structs.replace(limits, **change)


@st.composite
def _buffer_around(draw: st.DrawFn, buffer: Buffer, change: Floats) -> Buffer:
    level = change - buffer.drain_per_hour * np.arange(len(change)) / 60
    start = max(0.0, -float(level.min()))
    capacity = draw(st.none() | st.just(start + float(level.max())))
    return msgspec.structs.replace(buffer, start_level=start, capacity=capacity)
