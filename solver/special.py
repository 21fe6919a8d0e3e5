"""Machines that sleep, or whose batches may run in any order, within the plan of a whole plant.

Each is planned by its own exact search (sleep.py, free_order.py). Where machines are coupled, they take turns
first, each at prices raised where the ones before leave no room; the rest of the plant is then planned around
them. Their bound is that of each machine alone, so it is proven, but it leaves out what couples them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from solver.couplings import Couplings, window_lengths
from solver.errors import InfeasibleError
from solver.free_order import FreeOrderSearch
from solver.layout import Floats, Ints
from solver.plan import Span, end_min
from solver.problem import Machine
from solver.sleep import SleepOptimum, ordered_optimum
from solver.sleep_model import Prices, sleep_model

TURNS = 3  # of each machine, where something couples them
STEEP = 50.0  # times the dearest minute of a machine's power: what breaking a limit costs a minute


def is_special(machine: Machine) -> bool:
    """Whether a machine needs more than the order of its batches and one power between them."""
    return bool(machine.sleep) or (not machine.order_fixed and len(machine.batches) > 1)


@dataclass(frozen=True, slots=True, eq=False)
class SpecialPlan:
    """What the special machines do: by machine and batch, with all their standing."""

    starts: dict[str, dict[str, int]]
    pauses: dict[str, dict[str, list[Span]]]
    cost: float
    bound: float
    load_kw: Floats  # float64[H], all of them together
    rounds: int = 0

    @property
    def proven(self) -> bool:
        """Whether no plan of these machines alone can be cheaper."""
        return self.cost - self.bound <= 1e-9 * max(1.0, abs(self.cost))


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
    horizon: int,
    price_per_kw_min: Floats,
    couplings: Couplings,
    should_end: Callable[[], bool],
    rounds: int,
) -> SpecialPlan:
    """Plans these machines at energy and carbon prices, float64[horizon]; raises InfeasibleError."""
    turns = 1 if couplings.none_at_all or len(machines) == 0 else TURNS
    found: dict[str, SleepOptimum] = {}
    bounds: dict[str, float] = {}
    made = 0
    for turn in range(turns):
        for machine in machines:
            others = [optimum.load_kw for name, optimum in found.items() if name != machine.id]
            load_kw = np.sum(others, axis=0) if others else np.zeros(horizon)
            raised = _raised(machine, price_per_kw_min, load_kw, couplings) if turns > 1 else price_per_kw_min
            if turn == 0 and turns > 1:  # its bound is that at true prices
                bounds[machine.id] = _solved(machine, horizon, price_per_kw_min, should_end, 1)[0].bound
            optimum, used = _solved(machine, horizon, raised, should_end, rounds)
            found[machine.id], made = optimum, made + used
            bounds.setdefault(machine.id, optimum.bound)
    cost = sum(float(optimum.load_kw @ price_per_kw_min) for optimum in found.values())
    loads = [optimum.load_kw for optimum in found.values()]
    return SpecialPlan(
        starts={name: optimum.starts for name, optimum in found.items()},
        pauses={name: optimum.pauses for name, optimum in found.items()},
        cost=cost,
        bound=min(cost, sum(bounds.values())),
        load_kw=np.sum(loads, axis=0) if loads else np.zeros(horizon),
        rounds=made,
    )


def _solved(
    machine: Machine, horizon: int, price_per_kw_min: Floats, should_end: Callable[[], bool], rounds: int
) -> tuple[SleepOptimum, int]:
    prices, made = Prices(price_per_kw_min), 0
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
    if bound is None:
        return best, made
    return SleepOptimum(best.starts, best.pauses, best.cost, min(bound, best.cost), best.load_kw), made


def _raised(machine: Machine, price_per_kw_min: Floats, others_kw: Floats, couplings: Couplings) -> Floats:
    """The prices with what a kW more of this machine costs where the others leave no room."""
    powers = [batch.power_kw or max(batch.profile_kw or [0.0]) for batch in machine.batches]
    power = max(max(powers, default=0.0), 1e-6)
    steep = STEEP * float(np.abs(price_per_kw_min).max())
    paid = np.zeros(couplings.horizon)
    for g, step in enumerate(couplings.grid_min):
        lengths = window_lengths(step, couplings.horizon)
        mean_kw = np.add.reduceat(others_kw, np.arange(0, couplings.horizon, step)) / lengths
        cap = couplings.cap_kw[g]
        over = np.where(np.isfinite(cap), np.clip(mean_kw + power - cap, 0.0, power), 0.0)
        cost = steep * over * lengths
        for part in couplings.demand:
            if part.grid == g:
                target = max(part.floor_kw, float(mean_kw[part.counts].max(initial=0.0)))
                above = np.clip(mean_kw + power - target, 0.0, power)
                cost += np.where(part.counts, part.price_per_kw * above, 0.0)
        paid += np.repeat(cost / lengths, step)[: couplings.horizon]
    return price_per_kw_min + paid / power


def occupied_by(
    machines: Sequence[Machine],
    plan: SpecialPlan,
    couplings: Couplings,
) -> Occupied:
    """What the special machines take of what is shared."""
    horizon, crew = couplings.horizon, couplings.crew
    busy, started = np.zeros(horizon, dtype=np.int64), np.zeros(horizon, dtype=np.int64)
    goods, moved = np.zeros((len(couplings.buffers), horizon + 1)), 0
    for machine in machines:
        for batch in machine.batches:
            start = plan.starts[machine.id][batch.id]
            spans = plan.pauses.get(machine.id, {}).get(batch.id, [])
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
    return Occupied(plan.load_kw, busy, started, goods, moved)
