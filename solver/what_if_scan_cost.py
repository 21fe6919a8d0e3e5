"""What a plan costs with one batch at each start."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solver.check_sleep import awake_kw
from solver.sliding import Run
from solver.what_if_standing import between, stretches
from solver.what_if_tables import Floats
from solver.what_if_tried import Peaks, Tried, sum_over

MOST_RUNS = 64  # beyond so many levels of power one correlation is faster than a sum for each (measured)


def costs_of(tried: Tried, runs: Sequence[Run], peaks: Peaks) -> Floats:
    """All that is paid, at each start, float64[n]."""
    tables, one = tried.tables, tried.one
    cost = _energy_cost(tried, runs)
    for charge in tables.demand:
        if charge.price_per_kw:
            peak_kw = peaks.highest(charge.window_min, charge.counts)
            cost = cost + charge.price_per_kw * np.maximum(charge.floor_kw, peak_kw)
    if tables.crew is not None and tables.crew.night_price_per_min:
        cost = cost + tables.crew.night_price_per_min * (tried.sums.night_min + _night_minutes(tried))
    distance = tables.problem.limits.distance
    if distance is not None:
        by_min = 0 if one.batch.now_min is None else np.abs(tried.starts - one.batch.now_min)
        cost = cost + distance.price_per_hour / 60.0 * (tried.sums.moved_min + by_min)
    return cost


def _energy_cost(tried: Tried, runs: Sequence[Run]) -> Floats:
    """Energy and carbon of the whole plan."""
    tables, load_kw = tried.tables, tried.sums.load_kw
    others = float((load_kw * tables.weight).sum()) / 60.0
    running = _running_cost(tried, runs)
    cost = others + running - _standing_cost(tried)
    if tried.one.machine.sleep:
        _stand_at_least_cost(tried, cost, others + running)
    return cost


def _running_cost(tried: Tried, runs: Sequence[Run]) -> Floats:
    """Energy and carbon of the batch's own minutes."""
    if len(runs) <= MOST_RUNS:
        return sum_over(tried, tried.tables.weight_before, runs) / 60.0
    power = np.zeros(tried.length)
    for offset, minutes, kw in runs:
        power[offset : offset + minutes] = kw
    return np.correlate(tried.tables.weight[tried.first : tried.last + tried.length], power) / 60.0


def _standing_cost(tried: Tried) -> Floats | float:
    """Energy and carbon of standing in the minutes in which it runs."""
    if tried.never_draws:
        return 0.0
    if tried.rest_varies:
        before = np.append(0.0, np.cumsum(tried.rest_kw * tried.tables.weight))
    else:
        before = tried.rest_kw[0] * tried.tables.weight_before
    return sum_over(tried, before, [(*span, 1.0) for span in tried.spans]) / 60.0


def _stand_at_least_cost(tried: Tried, cost: Floats, running: Floats) -> None:
    """Puts in what a machine that can sleep costs with the batch wherever the others leave room.

    It stands anew before and after the batch; `running` is the others' cost and the batch's own.
    """
    weight, load_kw = tried.tables.weight, tried.machine.load_kw
    begins = tried.spans[0][0]  # not 0 where a pause before its first minute is to be refused
    for since, to in stretches(tried.machine.placed, tried.tables.horizon):
        first, last = max(since - begins, tried.first), min(to - tried.length, tried.last)
        if first > last:
            continue
        room = between(tried.one, since, to, weight)
        stood = float((load_kw[since:to] * weight[since:to]).sum()) / 60.0
        before = room.awake_at[first + begins - since : last + begins - since + 1]
        after = room.awake_from[first - since + tried.length : last - since + tried.length + 1]
        place = slice(first - tried.first, last - tried.first + 1)
        anew = running[place] - stood + before + after + _pauses_cost(tried, first, last)
        cost[place] = np.where(np.isfinite(anew), anew, cost[place])  # no time to wake up costs what it did


def _pauses_cost(tried: Tried, first: int, last: int) -> Floats:
    """What the machine costs in the batch's own pauses: awake all along, or asleep once."""
    before, cost = tried.tables.weight_before / 60.0, np.zeros(last - first + 1)
    machine = tried.one.machine

    def paid(power_kw: float, since: int, to: int) -> Floats:
        return power_kw * (before[first + to : last + to + 1] - before[first + since : last + since + 1])

    for (offset, minutes), (onward, _) in zip(tried.spans, tried.spans[1:], strict=False):
        since = offset + minutes
        ways = [paid(awake_kw(machine), since, onward)]
        for sleep in machine.sleep:
            asleep, wakes = since + sleep.down_min, onward - sleep.up_min
            if asleep <= wakes:
                down, up = paid(sleep.down_kw, since, asleep), paid(sleep.up_kw, wakes, onward)
                ways.append(down + paid(sleep.off_kw, asleep, wakes) + up)
        cost += np.minimum.reduce(ways)
    return cost


def _night_minutes(tried: Tried) -> Floats:
    """Person-minutes of charging and discharging at night, for each start."""
    table = tried.tables.crew
    assert table is not None
    charge, discharge, before = table.crew.charge_min, table.crew.discharge_min, table.night_before
    # Beyond the horizon no night is counted.
    beside = np.concatenate([np.zeros(charge, np.int64), before, np.full(discharge, before[-1])])
    charged = tried.after(charge, beside) - tried.after(0, beside)
    end = charge + tried.length
    discharged = tried.after(end + discharge, beside) - tried.after(end, beside)
    people = (table.crew.charge_people, table.crew.discharge_people)
    return np.asarray(people[0] * charged + people[1] * discharged, dtype=np.float64)
