"""Machines that sleep, or whose order is free, taking turns with the rest of a plant that couples them.

In its turn a machine takes its cheapest plan at prices raised where the others leave no room: exactly for
what is counted by the minute, and for longer windows each of their minutes bears the same share. What its
plan then costs the plant is for the coupled search to price, truly, and to keep or not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, permutations

import msgspec
import numpy as np

from solver.couplings import Couplings
from solver.descent_kernel import Push
from solver.free_order import FreeOrderSearch
from solver.layout import Floats, Ints
from solver.place_extras import crew_totals, crowding, goods
from solver.plan import rest_kw, running_kw
from solver.plant_kernel import PlantState, minute_penalties
from solver.plant_tables import PlantTables, around
from solver.problem import BatchSpec, Machine
from solver.sleep import SleepOptimum, chain_optimum, ordered_optimum
from solver.sleep_model import Prices, SleepModel, price_model, sleep_model
from solver.special import SpecialPlan, occupied_by, own_prices, truly_priced
from solver.special_lists import list_plans, shared_of
from solver.special_pairs import SpecialPairs
from solver.special_windows import window_costs, with_load

VERY_FEW_BATCHES = 3  # all orders of so many are looked at
MOST_LISTED = 12  # machines of which all plans are listed
FEW_BATCHES = 10  # so many are put in another order in each turn, more of them only when asked


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """What a machine sees of the others: their tables and state, and what it may cost them.

    target_kw and slope are of each window; `noise` is money by which starts seem dearer, at random. With a
    pin its batch of that place in the list must start at that minute.
    """

    tables: PlantTables
    state: PlantState
    push: Push
    target_kw: Floats
    slope: Floats
    noise: float
    random: np.random.Generator
    pin: tuple[int, int] | None = None


class SpecialTurns:
    """Where the special machines are now, and how each responds to all others."""

    def __init__(
        self,
        machines: Sequence[Machine],
        plan: SpecialPlan,
        price_per_kw_min: Floats,
        couplings: Couplings,
        others: Sequence[Machine] = (),
    ) -> None:
        """Begins with a plan; `price_per_kw_min` is what energy and carbon cost, float64[H]."""
        self._couplings, self._machines = couplings, {machine.id: machine for machine in machines}
        self._others, self._price_per_kw_min = others, price_per_kw_min
        self._prices = {m.id: own_prices(m, price_per_kw_min, couplings) for m in machines}
        self._models = {m.id: sleep_model(m, couplings.horizon) for m in machines}
        self._first, self.plan = plan, plan

    @property
    def dearer(self) -> float:
        """By how much more the machines now cost than in the plan that they began with."""
        return self.plan.cost - self._first.cost

    @property
    def too_many_moved(self) -> int:
        """How many batches more than all may have left their places."""
        most = self._couplings.most_moved
        return max(0, self.moved - most) if most >= 0 else 0

    @property
    def moved(self) -> int:
        """How many batches have left their places."""
        return occupied_by(list(self._machines.values()), self.plan.found, self._couplings).moved

    @property
    def typical_cost(self) -> float:
        """What a batch costs where energy is dearest, on average."""
        work = [
            float(running_kw(batch).sum()) for machine in self._machines.values() for batch in machine.batches
        ]
        dearest = max(float(np.abs(prices.standing).max()) for prices in self._prices.values())
        return dearest * float(np.mean(work or [0.0]))

    @property
    def batch_minutes(self) -> int:
        """How large they are: batches times minutes of the horizon."""
        return self._couplings.horizon * sum(len(machine.batches) for machine in self._machines.values())

    @property
    def names(self) -> list[str]:
        """The machines, in the problem's order."""
        return list(self._machines)

    def draw_pin(self, name: str, random: np.random.Generator) -> tuple[int, int] | None:
        """A batch of a machine, and a minute in its window, drawn at random; None where it has no choice."""
        model = self._models[name]
        if model.machine.fixed or not len(model.size):
            return None
        place = int(random.integers(len(model.size)))
        return place, int(model.first[place] + random.integers(model.size[place]))

    def tables(self, bare: PlantTables, absent: Collection[str] = ()) -> PlantTables:
        """The tables of the other machines with what these take, but for those that are absent."""
        there = [machine for name, machine in self._machines.items() if name not in absent]
        return around(bare, occupied_by(there, self.plan.found, self._couplings))

    def lists(self, own: PlantTables) -> SpecialPairs | None:
        """All plans of those machines, others included, that have few; None where these are not two.

        `own` are the tables of the others.
        """
        shared, found = shared_of(own), []
        for machine in (*self._machines.values(), *self._others):
            prices = own_prices(machine, self._price_per_kw_min, self._couplings)
            plans = list_plans(machine, prices, self._couplings, own, shared)
            found += [] if plans is None else [plans]
            if len(found) == MOST_LISTED:
                break
        return SpecialPairs(found, shared) if len(found) > 1 else None

    def starts_of(self, name: str) -> tuple[int, ...]:
        """Where the batches of a machine are, in its list's order; () of one of the others."""
        machine = self._machines.get(name)
        starts = {} if machine is None else self.plan.found[name].starts
        return () if machine is None else tuple(starts[batch.id] for batch in machine.batches)

    def stand_at(self, name: str, starts: Sequence[int]) -> None:
        """Puts the batches of a machine where they must fit, unbroken."""
        machine = self._machines[name]
        named = {batch.id: start for batch, start in zip(machine.batches, starts, strict=True)}
        there = replace(self.plan.found[name], starts=named, pauses={})
        priced = truly_priced(machine, there, self._prices[name])
        self.plan = replace(self.plan, found={**self.plan.found, name: priced})

    def respond(self, name: str, view: View, order_too: bool, should_end: Callable[[], bool]) -> None:
        """Moves a machine to where it costs least by what it sees of the others, if it finds a place."""
        machine = self._machines[name]
        found = self._cheapest(machine, self._raised(machine, view), order_too, should_end)
        if found is not None:
            priced = truly_priced(machine, found, self._prices[name])
            self.plan = replace(self.plan, found={**self.plan.found, name: priced})

    def _cheapest(
        self, machine: Machine, prices: Prices, order_too: bool, should_end: Callable[[], bool]
    ) -> SleepOptimum | None:
        horizon, starts = self._couplings.horizon, self.plan.found[machine.id].starts
        order = sorted(range(len(machine.batches)), key=lambda b: starts[machine.batches[b].id])
        if machine.order_fixed or machine.fixed:
            return ordered_optimum(self._models[machine.id], prices)
        if len(order) <= VERY_FEW_BATCHES:
            return _in_any_order(self._models[machine.id], prices)
        if not (order_too or len(order) <= FEW_BATCHES):
            return _in_order(machine, horizon, prices, order)
        search = FreeOrderSearch(machine, horizon, prices, order)
        if not search.done:
            search.advance(should_end)
        return search.best

    def _raised(self, machine: Machine, view: View) -> Prices:
        """Its own prices and what it makes the plant pay.

        What its batches draw is in their starts, and where it cannot sleep what it draws standing is there
        anyway. Where one may pause, each minute's price bears it, for the highest power of the machine.
        """
        own = self._prices[machine.id]
        starts, ends, resume = self._place_costs(machine, own, view)
        starts += view.noise * view.random.random(starts.shape)
        if view.pin is not None:
            place, minute = view.pin
            kept = starts[place, minute]
            starts[place, :] = np.inf
            starts[place, minute] = kept
        standing, running = own.standing, own.standing
        rest = np.zeros(self._couplings.horizon)
        pausing = any(batch.pauses.most for batch in machine.batches)
        if not machine.sleep:
            rest += rest_kw(machine, own.standing)
        if machine.sleep or pausing:
            standing_kw = _most_standing_kw(machine)
            standing = standing + _minute_penalties(standing_kw, view) / standing_kw
        if pausing:
            most_kw = max(1e-6, *(float(running_kw(batch).max()) for batch in machine.batches))
            running = running + _minute_penalties(most_kw, view) / most_kw
        else:
            if not machine.sleep:
                view = replace(view, state=with_load(rest, view.tables, view.state))
            for row, batch in zip(starts, machine.batches, strict=True):
                row += _running_costs(batch, view, rest)
        return Prices(standing, running, starts, ends, resume, None if machine.sleep else rest)

    def _place_costs(self, machine: Machine, own: Prices, view: View) -> tuple[Floats, Floats, Floats]:
        """What starts, ends and resumptions cost by people, starts, goods and moves."""
        horizon, count = self._couplings.horizon, len(machine.batches)
        tables, state, hard = view.tables, view.state, view.push.hard
        start, end = np.arange(horizon), np.arange(horizon + 1)
        starts = np.zeros((count, horizon)) if own.start_cost is None else own.start_cost.copy()
        ends = np.zeros((count, horizon + 1)) if own.end_cost is None else own.end_cost.copy()
        resume = np.zeros(horizon)
        crew = crew_totals(tables, state, hard)
        if crew is not None:
            starts += crew.to_charge(start)
            ends += crew.to_discharge(end)
        if tables.most_starts > 0:
            resume = crowding(start, tables, state, hard)
            starts += resume
        made, taken = 0.0, 0.0
        for at_start, at_end, batch in zip(starts, ends, machine.batches, strict=True):
            for f, buffer in enumerate(self._couplings.buffers):
                fills, empties = machine.id in buffer.filled_by, machine.id in buffer.emptied_by
                at_end += goods(f, end, batch.makes * fills, made, tables, state, hard)
                at_start += goods(f, start, -batch.takes * empties, taken, tables, state, hard)
            if machine.order_fixed:
                made, taken = made + batch.makes, taken - batch.takes
            if batch.now_min is not None and self._couplings.most_moved >= 0:
                at_start[start != batch.now_min] += _moved_price(view)
        return starts, ends, resume


def _moved_price(view: View) -> float:
    full = int(view.state.moved[0]) >= view.tables.most_moved
    return view.push.moved + (view.push.hard if full else 0.0)


def seen_from(state: PlantState, now: PlantTables, then: PlantTables) -> PlantState:
    """The state of the other machines under tables with other special machines there."""
    return state._replace(
        load=state.load - now.base_kw + then.base_kw,
        begun=state.begun - now.base_begun + then.base_begun,
        level=state.level - now.level + then.level,
    )


def _in_any_order(model: SleepModel, prices: Prices) -> SleepOptimum | None:
    """The cheapest plan in all orders of very few batches."""
    if not model.fits:
        return None
    priced = price_model(model, prices)
    orders = permutations(range(len(model.machine.batches)))
    found = [chain_optimum(model, priced, order) for order in orders]
    return min((one for one in found if one is not None), key=_cost_of_optimum, default=None)


def _in_order(machine: Machine, horizon: int, prices: Prices, order: Sequence[int]) -> SleepOptimum | None:
    batches = [machine.batches[b] for b in order]
    model = sleep_model(msgspec.structs.replace(machine, batches=batches), horizon, ordered=True)
    return ordered_optimum(model, prices.for_batches(order))


def _cost_of_optimum(optimum: SleepOptimum) -> float:
    return optimum.cost


def _most_standing_kw(machine: Machine) -> float:
    kw = [machine.off_kw or 0.0, machine.idle_kw or 0.0, 1e-6]
    return max(kw + [one for sleep in machine.sleep for one in (sleep.down_kw, sleep.up_kw, sleep.off_kw)])


def _minute_penalties(power_kw: float, view: View) -> Floats:
    """What so much throughout a window makes the plant pay, spread over its minutes, float64[H]."""
    paid = np.zeros(len(view.tables.price))
    minute_penalties(power_kw, view.push.hard, view.tables, view.state, view.target_kw, view.slope, paid)
    return paid


def _running_costs(batch: BatchSpec, view: View, rest_kw: Floats) -> Floats:
    """What an unbroken run in place of rest_kw makes the plant pay from each start, float64[H]."""
    horizon, power_kw = len(rest_kw), running_kw(batch)
    if (power_kw == power_kw[0]).all():
        return window_costs(
            float(power_kw[0]), batch.duration_min, view.push.hard, view.tables, view.state,
            view.target_kw, view.slope, rest_kw,
        )  # fmt: skip
    found = np.zeros(horizon)
    begin: Ints = np.arange(horizon - batch.duration_min + 1)
    at = 0
    for kw, minutes in groupby(power_kw.tolist()):
        until = at + len(list(minutes))
        more_kw = max(0.0, kw - float(rest_kw.min()))
        total = np.concatenate([[0.0], np.cumsum(_minute_penalties(more_kw, view))])
        found[: len(begin)] += total[begin + until] - total[begin + at]
        at = until
    return found
