"""The cheapest way for a machine to stand between its batches, awake and asleep, on the minute.

The checker's own: cost[t] is the least that it takes to be awake at minute t, and each round allows one more
sleep, until one more helps nowhere. (Aghelinejad et al. 2019 and Benedikt et al. 2020 price the same paths
between two batches.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solver.check_breach import Findings, Limit
from solver.problem import Machine, SleepState

if TYPE_CHECKING:
    from solver.check_machine import PlacedBatch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROUNDING = 1e-12  # of the largest cost: a sleep that helps by less helps by nothing


def sleeping_load(
    findings: Findings,
    machine: Machine,
    placed: Sequence[PlacedBatch],
    runs: NDArray[np.bool_],
    ranked_price: Floats,
) -> Floats:
    """What a machine that can sleep draws while no batch runs, float64[horizon], 0 while one does.

    It is off at the first and at the last minute, in sleep[0]; where a batch leaves no time for the way, that
    is said and the machine stands awake.
    """
    minutes = len(runs)
    load_kw = np.zeros(minutes)
    for since, to in _gaps(runs):
        begins_off, ends_off = since == 0, to == minutes
        path = cheapest_standing(machine, ranked_price[since:to], begins_off, ends_off)
        if path is None:
            _refuse(findings, machine, placed, to - since, begins_off)
            path = np.full(to - since, awake_kw(machine))
        load_kw[since:to] = path
    return load_kw


def _gaps(runs: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where no batch runs, as (from, to); at both ends of the horizon even where that takes no time."""
    edges = np.flatnonzero(np.diff(runs.astype(np.int8))) + 1
    bounds = [0, *edges.tolist(), len(runs)]
    gaps = [(a, b) for a, b in pairwise(bounds) if not runs[a]]
    before = [(0, 0)] if runs[0] else []
    after = [(len(runs), len(runs))] if runs[-1] else []
    return [*before, *gaps, *after]


def _refuse(
    findings: Findings, machine: Machine, placed: Sequence[PlacedBatch], found: int, before: bool
) -> None:
    off = machine.sleep[0]
    first, last = min(placed, key=_start), max(placed, key=_end)
    one, at_min, needed = (first, first.start, off.up_min) if before else (last, last.end, off.down_min)
    findings.add(Limit.SLEEP, machine.id, one.batch.id, at_min=at_min, found=found, allowed=needed)


def _start(one: PlacedBatch) -> int:
    return one.start


def _end(one: PlacedBatch) -> int:
    return one.end


def awake_kw(machine: Machine) -> float:
    """What a machine that can sleep draws while it is awake and no batch runs."""
    given = [kw for kw in (machine.idle_kw, machine.off_kw) if kw is not None]
    return given[0] if given else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Round:
    """One more sleep than the round before: where it helps, and the way there; arrays over minutes 0..n.

    A machine that is awake at minute t has been so since awake_since[t], out of the sleep woken_from[...]
    at that minute, whose way up began at the sleep's last minute and which it had reached at asleep_since.
    """

    cost: Floats
    helps: NDArray[np.bool_]
    awake_since: Ints
    woken_from: Ints
    asleep_since: list[Ints]


def cheapest_standing(
    machine: Machine, price: Floats, begins_off: bool, ends_off: bool
) -> NDArray[np.float64] | None:
    """The load in kW over a gap, float64[minutes]; awake or off (in sleep[0]) at its ends, None if no way."""
    minutes, sleeps = len(price), machine.sleep
    paid = np.concatenate([[0.0], np.cumsum(price)])  # by 1 kW from the gap's start on
    rounds = [_first_round(machine, paid, begins_off)]
    margin = ROUNDING * (1.0 + float(np.abs(paid).max()) * _largest_kw(machine))
    while (further := _one_more_sleep(machine, paid, rounds[-1].cost, margin)).helps.any():
        rounds.append(further)
    load_kw = np.empty(minutes)
    if not ends_off:
        if not np.isfinite(rounds[-1].cost[-1]):
            return None
        _trace(machine, rounds, minutes, load_kw, begins_off)
        return load_kw
    asleep, since = _asleep(sleeps[0], paid, rounds[-1].cost)
    stays_off = sleeps[0].off_kw * paid[-1] if begins_off else np.inf
    if not np.isfinite(min(asleep[-1], stays_off)):
        return None
    if stays_off <= asleep[-1]:
        load_kw[:] = sleeps[0].off_kw
        return load_kw
    left = _fall_asleep(sleeps[0], int(since[-1]), minutes, load_kw)
    _trace(machine, rounds, left, load_kw, begins_off)
    return load_kw


def _largest_kw(machine: Machine) -> float:
    return max([awake_kw(machine), *(max(s.down_kw, s.up_kw, s.off_kw) for s in machine.sleep)])


def _first_round(machine: Machine, paid: Floats, begins_off: bool) -> _Round:
    """Awake all along, or off in sleep[0] until it is woken for the first time."""
    size, off = len(paid), machine.sleep[0]
    nothing = np.zeros(size, dtype=np.int64)
    if not begins_off:
        return _Round(awake_kw(machine) * paid, nothing < 0, nothing, nothing, [])
    woken = _wake(off, paid, off.off_kw * paid)
    cost, since = _stand(awake_kw(machine), paid, woken)
    return _Round(cost, nothing < 0, since, nothing, [])


def _one_more_sleep(machine: Machine, paid: Floats, cost: Floats, margin: float) -> _Round:
    woken, asleep_since = [], []
    for sleep in machine.sleep:
        asleep, since = _asleep(sleep, paid, cost)
        woken.append(_wake(sleep, paid, asleep))
        asleep_since.append(since)
    after, awake_since = _stand(awake_kw(machine), paid, np.min(woken, axis=0))
    helps = after < cost - margin
    return _Round(np.where(helps, after, cost), helps, awake_since, np.argmin(woken, axis=0), asleep_since)


def _asleep(sleep: SleepState, paid: Floats, awake: Floats) -> tuple[Floats, Ints]:
    """The least cost of being asleep at each minute, and since when it then is."""
    down = min(sleep.down_min, len(paid))
    arrived = np.full(len(paid), np.inf)
    arrived[down:] = awake[: len(paid) - down] + sleep.down_kw * (paid[down:] - paid[: len(paid) - down])
    return _stand(sleep.off_kw, paid, arrived)


def _wake(sleep: SleepState, paid: Floats, asleep: Floats) -> Floats:
    """The least cost of having woken up at each minute."""
    up = min(sleep.up_min, len(paid))
    woken = np.full(len(paid), np.inf)
    woken[up:] = asleep[: len(paid) - up] + sleep.up_kw * (paid[up:] - paid[: len(paid) - up])
    return woken


def _stand(power_kw: float, paid: Floats, arrived: Floats) -> tuple[Floats, Ints]:
    """The least cost of standing so at each minute, from what arriving costs, and when it then arrived."""
    above = arrived - power_kw * paid
    least = np.minimum.accumulate(above)
    since = np.maximum.accumulate(np.where(above == least, np.arange(len(paid)), 0))
    return least + power_kw * paid, since


def _fall_asleep(sleep: SleepState, arrived: int, until: int, load_kw: Floats) -> int:
    """Lays out a sleep and the way down to it; returns the minute at which the machine was awake last."""
    load_kw[arrived:until] = sleep.off_kw
    load_kw[arrived - sleep.down_min : arrived] = sleep.down_kw
    return arrived - sleep.down_min


def _trace(
    machine: Machine, rounds: Sequence[_Round], awake_at: int, load_kw: Floats, begins_off: bool
) -> None:
    """Lays the cheapest way to be awake at a minute out, from there back to the gap's start."""
    for number in range(len(rounds) - 1, 0, -1):
        this = rounds[number]
        if not this.helps[awake_at]:
            continue
        since = int(this.awake_since[awake_at])
        load_kw[since:awake_at] = awake_kw(machine)
        which = int(this.woken_from[since])
        sleep = machine.sleep[which]
        begun = since - sleep.up_min
        load_kw[begun:since] = sleep.up_kw
        awake_at = _fall_asleep(sleep, int(this.asleep_since[which][begun]), begun, load_kw)
    if not begins_off:
        load_kw[:awake_at] = awake_kw(machine)
        return
    off, since = machine.sleep[0], int(rounds[0].awake_since[awake_at])
    load_kw[since:awake_at] = awake_kw(machine)
    load_kw[since - off.up_min : since] = off.up_kw
    load_kw[: since - off.up_min] = off.off_kw
