"""A machine of the problem laid out for the sleep kernels, once, and priced as often as prices change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from solver.layout import Floats, Ints
from solver.plan import rest_kw, running_kw
from solver.problem import BatchSpec, Machine, due_min
from solver.sleep_tables import Flags, Runs, Standing, Waits


@dataclass(frozen=True, slots=True, eq=False)
class SleepModel:
    """What of a machine does not depend on prices; windows as Runs says, a size below 1 leaves no place."""

    machine: Machine
    horizon: int
    first: Ints
    size: Ints
    most_pauses: Ints
    shut: Flags
    power_kw: tuple[Floats, ...]
    wait_rows: dict[int, tuple[int, int]]  # least minutes: rows of Waits
    wait_state: Ints
    wait_lag: Ints

    @property
    def fits(self) -> bool:
        """Whether each batch has a window at all."""
        return bool((self.size > 0).all())


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Prices per kW and minute, float64[horizon], and what else a plan may be charged.

    running: price while a batch runs, where it differs from that of standing. start_cost float64[N, H] and
    end_cost float64[N, H + 1]: of each batch for starting and ending at a minute; resume_cost float64[H]: for
    going on after a pause; infinity forbids. rest_kw float64[H]: what a machine without sleeps draws
    standing, by default the cheaper of off_kw and idle_kw at `standing`.
    """

    standing: Floats
    running: Floats | None = None
    start_cost: Floats | None = None
    end_cost: Floats | None = None
    resume_cost: Floats | None = None
    rest_kw: Floats | None = None

    def for_batches(self, places: Sequence[int]) -> Prices:
        """The same prices for these batches of the machine in this order."""
        return replace(
            self,
            start_cost=None if self.start_cost is None else self.start_cost[list(places)],
            end_cost=None if self.end_cost is None else self.end_cost[list(places)],
        )


class Priced(NamedTuple):
    """What the kernels need of a machine at some prices."""

    standing: Standing
    waits: Waits
    runs: Runs


def sleep_model(machine: Machine, horizon: int, *, ordered: bool | None = None) -> SleepModel:
    """Lays a machine out; `ordered`, by default as it says itself, tightens windows along its order."""
    batches = machine.batches
    ordered = machine.order_fixed if ordered is None else ordered
    shut = np.zeros(horizon, dtype=np.bool_)
    for since, to in machine.maintenance:
        shut[since:to] = True
    if machine.fixed:
        first = _fixed_starts(machine, shut)
        last_end = [start + batch.duration_min for start, batch in zip(first, batches, strict=True)]
        last_end = [end if end <= horizon else start for start, end in zip(first, last_end, strict=True)]
    else:
        first, last_end = _first_starts(machine, ordered), _last_ends(machine, horizon, ordered)
    most_pauses = [0 if machine.fixed else _useful_pauses(batch) for batch in batches]
    pausing = [batch for batch, most in zip(batches, most_pauses, strict=True) if most]
    least = {0} | {batch.gap_before_min for batch in batches} | {batch.pauses.least_min for batch in pausing}
    rows, state, lag = _wait_rows(machine, sorted(least))
    return SleepModel(
        machine=machine,
        horizon=horizon,
        first=_ints(first),
        size=_ints(last_end) - _ints(first) - _ints([batch.duration_min for batch in batches]) + 1,
        most_pauses=_ints(most_pauses),
        shut=shut,
        power_kw=tuple(running_kw(batch).astype(np.float64) for batch in batches),
        wait_rows=rows,
        wait_state=state,
        wait_lag=lag,
    )


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _useful_pauses(batch: BatchSpec) -> int:
    return min(batch.pauses.most, batch.duration_min - 1)


def _first_starts(machine: Machine, ordered: bool) -> list[int]:
    awake = machine.sleep[0].up_min if machine.sleep else 0
    starts = [max(batch.earliest_min, awake) for batch in machine.batches]
    for index, batch in enumerate(machine.batches[1:] if ordered else (), start=1):
        ended = starts[index - 1] + machine.batches[index - 1].duration_min
        starts[index] = max(starts[index], ended + batch.gap_before_min)
    return starts


def _last_ends(machine: Machine, horizon: int, ordered: bool) -> list[int]:
    asleep = horizon - (machine.sleep[0].down_min if machine.sleep else 0)
    ends = [min(due_min(batch, horizon), asleep) for batch in machine.batches]
    for index in range(len(ends) - 2 if ordered else -1, -1, -1):
        later = machine.batches[index + 1]
        ends[index] = min(ends[index], ends[index + 1] - later.duration_min - later.gap_before_min)
    return ends


def _fixed_starts(machine: Machine, shut: Flags) -> list[int]:
    """Where a fixed machine has its batches: at now_min, else as early as all before it allows."""
    starts: list[int] = []
    free = machine.sleep[0].up_min if machine.sleep else 0
    for index, batch in enumerate(machine.batches):
        start = max(batch.earliest_min, free + (batch.gap_before_min if index else 0))
        while batch.now_min is None and shut[start : start + batch.duration_min].any():
            start += 1
        starts.append(start if batch.now_min is None else batch.now_min)
        free = starts[-1] + batch.duration_min
    return starts


def _wait_rows(machine: Machine, least: list[int]) -> tuple[dict[int, tuple[int, int]], Ints, Ints]:
    """The rows of Waits for each least duration: states in which a wait may be just long enough."""
    rows: dict[int, tuple[int, int]] = {}
    state: list[int] = []
    lag: list[int] = []
    for minutes in least:
        begin = len(state)
        slowest_up = max([0, *(sleep.up_min for sleep in machine.sleep)]) if minutes else 0
        ways = [(0, max(1, slowest_up))]
        if minutes:
            ways += [(1 + s, max(1, sleep.down_min)) for s, sleep in enumerate(machine.sleep)]
        for where, count in ways:
            state += [where] * count
            lag += range(minutes, minutes + count)
        rows[minutes] = (begin, len(state))
    return rows, _ints(state), _ints(lag)


def price_model(model: SleepModel, prices: Prices) -> Priced:
    """A machine at these prices."""
    standing = price_standing(model.machine, prices)
    return Priced(standing, _waits(model, standing), _runs(model, prices))


def price_standing(machine: Machine, prices: Prices) -> Standing:
    """What the machine costs at these prices while it does not run."""
    from solver.sleep_price_kernel import standing_costs

    sleeps = machine.sleep
    return standing_costs(
        np.ascontiguousarray(prices.standing, dtype=np.float64),
        _idle_kw(machine, prices),
        np.array([sleep.off_kw for sleep in sleeps], dtype=np.float64),
        np.array([sleep.down_kw for sleep in sleeps], dtype=np.float64),
        np.array([sleep.up_kw for sleep in sleeps], dtype=np.float64),
        _ints([sleep.down_min for sleep in sleeps]),
        _ints([sleep.up_min for sleep in sleeps]),
    )


def _idle_kw(machine: Machine, prices: Prices) -> Floats:
    horizon = len(prices.standing)
    if not machine.sleep:
        kw = rest_kw(machine, prices.standing) if prices.rest_kw is None else prices.rest_kw
        return np.broadcast_to(kw, (horizon,)).astype(np.float64)
    idle_kw = machine.off_kw if machine.idle_kw is None else machine.idle_kw
    return np.full(horizon, idle_kw or 0.0, dtype=np.float64)


def _waits(model: SleepModel, standing: Standing) -> Waits:
    from solver.sleep_price_kernel import wait_costs

    cost = np.full((len(model.wait_lag), model.horizon + 1), np.inf)
    if not len(model.size):
        return Waits(cost, model.wait_state, model.wait_lag)
    duration = _ints([len(power) for power in model.power_kw])
    paused = (model.most_pauses > 0).any()  # within a batch a wait may begin after its first minute
    first = int((model.first + (1 if paused else duration)).min())
    last = int((model.first + model.size - 1 + duration).max())
    for least, (since, to) in model.wait_rows.items():
        state, lag = model.wait_state[since:to], model.wait_lag[since:to]
        wait_costs(standing, least, state, lag, first, last, cost[since:to])
    return Waits(cost, model.wait_state, model.wait_lag)


def _runs(model: SleepModel, prices: Prices) -> Runs:
    from solver.sleep_price_kernel import place_costs

    batches, price = model.machine.batches, prices.standing if prices.running is None else prices.running
    at = np.concatenate([[0], np.cumsum(model.size)[:-1]]).astype(np.int64) if len(batches) else _ints([])
    place, end_cost = np.zeros(int(model.size.sum())), np.zeros(int(model.size.sum()))
    for b, batch in enumerate(batches):
        window = slice(int(at[b]), int(at[b] + model.size[b]))
        starts = slice(int(model.first[b]), int(model.first[b] + model.size[b]))
        ends = slice(starts.start + batch.duration_min, starts.stop + batch.duration_min)
        if prices.start_cost is not None:
            place[window] += prices.start_cost[b, starts]
        if prices.end_cost is not None:
            end_cost[window] += prices.end_cost[b, ends]
        if model.most_pauses[b] == 0:
            place[window] += end_cost[window]
            place_costs(price, model.shut, batch.duration_min, model.power_kw[b], starts.start, place[window])
    lengths = [len(power) for power in model.power_kw]
    return Runs(
        duration=_ints([batch.duration_min for batch in batches]),
        first=model.first,
        size=model.size,
        at=at,
        place=place,
        end_cost=end_cost,
        gap=_ints([batch.gap_before_min for batch in batches]),
        now=_ints([-1 if batch.now_min is None else batch.now_min for batch in batches]),
        most_pauses=model.most_pauses,
        least_pause=_ints([batch.pauses.least_min for batch in batches]),
        gap_row=_row_pairs(model, [batch.gap_before_min for batch in batches]),
        pause_row=_row_pairs(model, [batch.pauses.least_min for batch in batches]),
        power_at=_ints([sum(lengths[:b]) for b in range(len(lengths))]),
        power_kw=np.concatenate([np.zeros(0), *model.power_kw]),
        price=np.ascontiguousarray(price, dtype=np.float64),
        shut=model.shut,
        resume_cost=_resume_cost(model, prices),
    )


def _row_pairs(model: SleepModel, least: list[int]) -> Ints:
    rows = [model.wait_rows.get(minutes, (0, 0)) for minutes in least]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def _resume_cost(model: SleepModel, prices: Prices) -> Floats:
    cost = np.zeros(model.horizon + 1)
    if prices.resume_cost is not None:
        cost[: len(prices.resume_cost)] = prices.resume_cost
    return cost
