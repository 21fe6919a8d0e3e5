"""The slow, obvious twin of the sleep kernels: walks through every state of a machine, minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from solver.plan import rest_kw, running_kw
from solver.problem import Machine, due_min
from solver.sleep_model import Prices


@dataclass(frozen=True)
class MachineState:
    """Where a machine is at the begin of a minute.

    `way` is awake, off, down or up, in which sleep, and how many minutes of going down or up are left; `done`
    are the batches that have ended, `batch` the one begun, of which `ran` minutes have run; `waited` are the
    minutes since it last ran.
    """

    way: str
    sleep: int = -1
    left: int = 0
    done: frozenset[int] = frozenset()
    batch: int = -1
    ran: int = 0
    pauses: int = 0
    waited: int = 0


Costs = dict[MachineState, float]


def least_cost(machine: Machine, prices: Prices, free_order: bool = False) -> float:
    """What the cheapest plan costs, infinity where none fits; the machine may not be `fixed`."""
    home = _home(machine)
    *_, costs = costs_by_minute(machine, prices, free_order)
    everything = frozenset(range(len(machine.batches)))
    return min(
        (
            cost
            for state, cost in costs.items()
            if state.done == everything and (state.way, state.sleep) == (home.way, home.sleep)
        ),
        default=np.inf,
    )


def costs_by_minute(machine: Machine, prices: Prices, free_order: bool) -> Iterator[Costs]:
    """What it costs at least to be in each state at the begin of every minute and, last, at the horizon."""
    horizon = len(prices.standing)
    costs: Costs = {_home(machine): 0.0}
    for minute in range(horizon + 1):
        costs = _without_time(machine, costs)
        yield costs
        if minute < horizon:
            costs = _a_minute_on(machine, prices, costs, minute, horizon, free_order)


def _home(machine: Machine) -> MachineState:
    return MachineState("off", 0) if machine.sleep else MachineState("awake")


def _lower(costs: Costs, state: MachineState, cost: float) -> bool:
    if cost < costs.get(state, np.inf):
        costs[state] = cost
        return True
    return False


def _without_time(machine: Machine, costs: Costs) -> Costs:
    """Adds what can be reached at once: a way down or up begun or, where it takes no time, ended."""
    found, waiting = dict(costs), list(costs)
    while waiting:
        state = waiting.pop()
        for s, sleep in enumerate(machine.sleep):
            changed: MachineState | None = None
            if state.way == "awake":
                changed = replace(
                    state, way="down" if sleep.down_min else "off", sleep=s, left=sleep.down_min
                )
            elif state.way == "off" and state.sleep == s:
                way = "up" if sleep.up_min else "awake"
                changed = replace(state, way=way, sleep=s if sleep.up_min else -1, left=sleep.up_min)
            if changed is not None and _lower(found, changed, found[state]):
                waiting.append(changed)
    return found


def _a_minute_on(
    machine: Machine, prices: Prices, costs: Costs, minute: int, horizon: int, free_order: bool
) -> Costs:
    later: Costs = {}
    price = float(prices.standing[minute])
    for state, cost in costs.items():
        waited = replace(state, waited=state.waited + 1)
        if state.way == "awake":
            _lower(later, waited, cost + _idle_kw(machine, prices, minute) * price)
            _run(machine, prices, later, state, cost, minute, horizon, free_order)
            continue
        sleep = machine.sleep[state.sleep]
        if state.way == "off":
            _lower(later, waited, cost + sleep.off_kw * price)
            continue
        kw = sleep.down_kw if state.way == "down" else sleep.up_kw
        arrived = ("off", state.sleep) if state.way == "down" else ("awake", -1)
        way, s = arrived if state.left == 1 else (state.way, state.sleep)
        _lower(later, replace(waited, way=way, sleep=s, left=state.left - 1), cost + kw * price)
    return later


def _idle_kw(machine: Machine, prices: Prices, minute: int) -> float:
    if machine.sleep:
        given = machine.off_kw if machine.idle_kw is None else machine.idle_kw
        return given or 0.0
    kw = rest_kw(machine, prices.standing) if prices.rest_kw is None else prices.rest_kw
    return float(np.broadcast_to(kw, prices.standing.shape)[minute])


def _run(
    machine: Machine,
    prices: Prices,
    later: Costs,
    state: MachineState,
    cost: float,
    minute: int,
    horizon: int,
    free_order: bool,
) -> None:
    """Runs this minute, whatever the machine may run in it."""
    if any(since <= minute < to for since, to in machine.maintenance):
        return
    for b in _may_run(machine, state, minute, free_order):
        batch, begins = machine.batches[b], state.batch < 0
        price = float((prices.standing if prices.running is None else prices.running)[minute])
        paid = cost + float(running_kw(batch)[state.ran]) * price
        if begins and prices.start_cost is not None:
            paid += float(prices.start_cost[b, minute])
        resumes = not begins and state.waited > 0
        if resumes and prices.resume_cost is not None:
            paid += float(prices.resume_cost[minute])
        ran = replace(state, batch=b, ran=state.ran + 1, pauses=state.pauses + resumes, waited=0)
        if ran.ran == batch.duration_min:
            if minute + 1 > due_min(batch, horizon):
                continue
            ran = MachineState("awake", done=state.done | {b})
            if prices.end_cost is not None:
                paid += float(prices.end_cost[b, minute + 1])
        if np.isfinite(paid):
            _lower(later, ran, paid)


def _may_run(machine: Machine, state: MachineState, minute: int, free_order: bool) -> list[int]:
    if state.batch >= 0:
        rule = machine.batches[state.batch].pauses
        resumes = state.pauses < rule.most and state.waited >= rule.least_min
        return [state.batch] if state.waited == 0 or resumes else []
    left = [b for b in range(len(machine.batches)) if b not in state.done]
    return [
        b
        for b in (left if free_order else left[:1])
        if minute >= machine.batches[b].earliest_min
        and (not state.done or state.waited >= machine.batches[b].gap_before_min)
    ]
