"""Machines that sleep, or whose batches may run in any order, within the plan of a whole plant.

Each is first planned by its own exact search (sleep.py, free_order.py), as if it were alone: that is its
bound, which is proven but leaves out what couples the machines. Where something couples them, they then take
turns with the rest of the plant (special_turns.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from solver.couplings import Couplings, night_costs
from solver.errors import InfeasibleError
from solver.free_order import FreeOrderSearch
from solver.layout import Floats, Ints
from solver.plan import Span, end_min
from solver.problem import Machine
from solver.sleep import SleepOptimum, ordered_optimum, standing_path
from solver.sleep_model import Prices, sleep_model

ROUNDS_ALONE = 3  # that an order is searched for, before the machines take turns


def is_special(machine: Machine) -> bool:
    """Whether a machine needs more than the order of its batches and one power between them."""
    return bool(machine.sleep) or (not machine.order_fixed and len(machine.batches) > 1)


@dataclass(frozen=True, slots=True, eq=False)
class SpecialPlan:
    """What the special machines do, by machine; costs are with all their standing, night work and moves."""

    found: Mapping[str, SleepOptimum]
    bound: float
    rounds: int = 0

    @property
    def starts(self) -> dict[str, dict[str, int]]:
        """By machine and batch."""
        return {name: optimum.starts for name, optimum in self.found.items()}

    @property
    def pauses(self) -> dict[str, dict[str, list[Span]]]:
        """By machine and batch that pauses."""
        return {name: optimum.pauses for name, optimum in self.found.items()}

    @property
    def cost(self) -> float:
        """What all of them cost."""
        return sum(optimum.cost for optimum in self.found.values())


@dataclass(frozen=True, slots=True, eq=False)
class Occupied:
    """What the special machines take of what is shared: kW, people, starts, goods and moves."""

    load_kw: Floats  # float64[H]
    busy: Ints  # int64[H]
    started: Ints  # int64[H], starts at each minute
    goods: Floats  # float64[F, H + 1], what has come into each buffer by then
    moved: int


def plan_special(
    machines: Sequence[Machine],
    price_per_kw_min: Floats,
    couplings: Couplings,
    should_end: Callable[[], bool],
    rounds: int,
) -> SpecialPlan:
    """Plans each machine by itself at energy and carbon prices, float64[H]; raises InfeasibleError."""
    if not couplings.none_at_all:
        rounds = min(rounds, ROUNDS_ALONE)
    found: dict[str, SleepOptimum] = {}
    bound, made = 0.0, 0
    for machine in machines:
        optimum, used = _solved(machine, own_prices(machine, price_per_kw_min, couplings), should_end, rounds)
        found[machine.id], bound, made = optimum, bound + optimum.bound, made + used
    return SpecialPlan(found, bound, made)


def plan_in_force(
    machines: Sequence[Machine],
    price_per_kw_min: Floats,
    couplings: Couplings,
    starts: Mapping[str, Mapping[str, int]],
    bound: float,
) -> SpecialPlan | None:
    """The special machines where the plan in force has them; None where one cannot stand so."""
    found: dict[str, SleepOptimum] = {}
    for machine in machines:
        path = standing_path(machine, couplings.horizon, price_per_kw_min, starts[machine.id])
        if path is None:
            return None
        there = SleepOptimum(dict(starts[machine.id]), {}, 0.0, -np.inf, path[1])
        found[machine.id] = truly_priced(machine, there, own_prices(machine, price_per_kw_min, couplings))
    return SpecialPlan(found, bound)


def own_prices(machine: Machine, price_per_kw_min: Floats, couplings: Couplings) -> Prices:
    """What a machine pays whatever the others do: energy, and by batch night work and leaving its place."""
    if couplings.crew is None and couplings.move_price_per_min <= 0 and couplings.most_move_min < 0:
        return Prices(price_per_kw_min)
    at_start, at_end = night_costs(couplings)
    minute = np.arange(couplings.horizon)
    starts = np.tile(at_start[:-1], (len(machine.batches), 1))
    for row, batch in zip(starts, machine.batches, strict=True):
        if batch.now_min is not None:
            distance = np.abs(minute - batch.now_min)
            row += couplings.move_price_per_min * distance
            if couplings.most_move_min >= 0:
                row[distance > couplings.most_move_min] = np.inf
    return Prices(price_per_kw_min, start_cost=starts, end_cost=np.tile(at_end, (len(machine.batches), 1)))


def truly_priced(machine: Machine, optimum: SleepOptimum, prices: Prices) -> SleepOptimum:
    """The same starts and pauses at the machine's own prices, whatever they were found at.

    It stands as is cheapest then, for so the checker and the meter will see it.
    """
    path = standing_path(machine, len(prices.standing), prices.standing, optimum.starts, optimum.pauses)
    load_kw = optimum.load_kw if path is None else path[1]
    cost = cost_there(machine, replace(optimum, load_kw=load_kw), prices)
    return replace(optimum, cost=cost, bound=min(optimum.bound, cost), load_kw=load_kw)


def cost_there(machine: Machine, optimum: SleepOptimum, prices: Prices) -> float:
    """What a machine pays that runs, pauses and draws so; infinite where prices forbid it."""
    cost = float(optimum.load_kw @ prices.standing)
    for place, batch in enumerate(machine.batches):
        start = optimum.starts[batch.id]
        end = end_min(batch, start, optimum.pauses.get(batch.id, []))
        if prices.start_cost is not None and prices.end_cost is not None:
            cost += float(prices.start_cost[place, start] + prices.end_cost[place, end])
    return cost


def _solved(
    machine: Machine, prices: Prices, should_end: Callable[[], bool], rounds: int
) -> tuple[SleepOptimum, int]:
    horizon, made = len(prices.standing), 0
    if machine.order_fixed or len(machine.batches) < 2:
        best = ordered_optimum(sleep_model(machine, horizon, ordered=True), prices)
        bound = None
    else:
        search = FreeOrderSearch(machine, horizon, prices)
        while made < rounds and not search.done and (search.best is None or not should_end()):
            search.advance(should_end)
            made += 1
        best, bound = search.best, search.bound
    if best is None:
        raise InfeasibleError(
            f"No plan: the batches of {machine.id!r}, with the time that it takes to wake and sleep, do not "
            "fit between their earliest starts and due times; move a window.",
            {"machine": machine.id, "limit": "due_min"},
        )
    return (best if bound is None else replace(best, bound=min(bound, best.cost))), made


def occupied_by(
    machines: Sequence[Machine], found: Mapping[str, SleepOptimum], couplings: Couplings
) -> Occupied:
    """What these machines take of what is shared when they run so."""
    horizon, crew = couplings.horizon, couplings.crew
    load_kw = np.zeros(horizon)
    busy, started = np.zeros(horizon, dtype=np.int64), np.zeros(horizon, dtype=np.int64)
    goods, moved = np.zeros((len(couplings.buffers), horizon + 1)), 0
    for machine in machines:
        optimum = found[machine.id]
        load_kw += optimum.load_kw
        for batch in machine.batches:
            start = optimum.starts[batch.id]
            spans = optimum.pauses.get(batch.id, [])
            end = end_min(batch, start, spans)
            for minute in (start, *(to for _, to in spans)):
                started[minute] += 1
            if crew is not None:
                busy[max(0, start - crew.charge_min) : start] += crew.charge_people
                busy[end : end + crew.discharge_min] += crew.discharge_people
            for f, buffer in enumerate(couplings.buffers):
                goods[f, end:] += batch.makes * (machine.id in buffer.filled_by)
                goods[f, start:] -= batch.takes * (machine.id in buffer.emptied_by)
            moved += batch.now_min is not None and (start != batch.now_min or bool(spans))
    return Occupied(load_kw, busy, started, goods, moved)
