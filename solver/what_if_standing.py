"""What it costs a machine that can sleep to stand before and after a batch, wherever the batch begins.

The cheapest way to be awake at each minute after the batch before is a shortest path (Aghelinejad et al.
2019); from each minute on to the batch after it is the same path in a world whose time runs backward.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from solver.check_machine import PlacedBatch
from solver.check_sleep import awake_kw
from solver.problem import SleepState
from solver.what_if_tables import Floats

ROUNDING = 1e-12  # of the largest cost: a sleep that helps by less helps by nothing


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """A stretch in which a machine's other batches do not run, and what standing costs in it.

    awake_at float64[n + 1] is the least cost from `first` to being awake at each minute, awake_from that from
    there to `last`; at the horizon's ends the machine is off in its first sleep.
    """

    first: int
    last: int
    awake_at: Floats
    awake_from: Floats


def stretches(others: Sequence[PlacedBatch], horizon: int) -> Iterator[tuple[int, int]]:
    """Where the other batches leave room, as (from, to), their pauses too."""
    free = 0
    for since, to in sorted(run for other in others for run in other.runs):
        if min(since, horizon) > free:
            yield free, min(since, horizon)
        free = max(free, to)
    if free < horizon:
        yield free, horizon


def between(one: PlacedBatch, first: int, last: int, weight: Floats) -> Between:
    """What standing costs before and after a batch in a stretch; `weight` float64[horizon] per kWh."""
    sleeps, awake = one.machine.sleep, awake_kw(one.machine)
    price = weight[first:last] / 60.0
    backward = [
        SleepState(sleep.up_min, sleep.up_kw, sleep.down_min, sleep.down_kw, sleep.off_kw) for sleep in sleeps
    ]
    awake_at = _least_awake(sleeps, awake, price, begins_off=first == 0)
    awake_from = _least_awake(backward, awake, price[::-1], begins_off=last == len(weight))[::-1]
    return Between(first, last, awake_at, awake_from)


def _least_awake(sleeps: list[SleepState], awake: float, price: Floats, *, begins_off: bool) -> Floats:
    """The least cost of being awake at each minute, float64[n + 1], awake or off at first."""
    paid = np.append(0.0, np.cumsum(price))  # by 1 kW
    cost = awake * paid
    if begins_off:
        cost = _stand(awake, paid, _pass(sleeps[0].up_min, sleeps[0].up_kw, paid, sleeps[0].off_kw * paid))
    largest_kw = max(awake, *(max(sleep.down_kw, sleep.up_kw, sleep.off_kw) for sleep in sleeps))
    margin = ROUNDING * (1.0 + float(np.abs(paid).max()) * largest_kw)
    while True:
        woken = [_slept(sleep, paid, cost) for sleep in sleeps]
        after = _stand(awake, paid, np.minimum.reduce(woken))
        helps = after < cost - margin
        if not helps.any():
            return cost
        cost = np.where(helps, after, cost)


def _slept(sleep: SleepState, paid: Floats, cost: Floats) -> Floats:
    asleep = _stand(sleep.off_kw, paid, _pass(sleep.down_min, sleep.down_kw, paid, cost))
    return _pass(sleep.up_min, sleep.up_kw, paid, asleep)


def _pass(minutes: int, power_kw: float, paid: Floats, cost: Floats) -> Floats:
    """The cost of having gone down or up by each minute."""
    minutes = min(minutes, len(paid))
    done = np.full(len(paid), np.inf)
    kept = len(paid) - minutes
    done[minutes:] = cost[:kept] + power_kw * (paid[minutes:] - paid[:kept])
    return done


def _stand(power_kw: float, paid: Floats, arrived: Floats) -> Floats:
    """The least cost of standing so at each minute."""
    return np.minimum.accumulate(arrived - power_kw * paid) + power_kw * paid
